// Which rows of a match list came into view: <div data-seen="seal" data-seen-url="URL"> around `.match` rows.
// A row was seen when its head was. Only their number is sent; the server knows from the seal what stood there. Nothing is sent when nobody looks.
const PAUSE = 1500; // milliseconds: what is scrolled past faster was not seen
const watched = new WeakSet();

export function countSeen() {
  watchAll();
  document.addEventListener("htmx:afterSettle", watchAll);
}

function watchAll() {
  for (const list of document.querySelectorAll("[data-seen]")) {
    if (!watched.has(list)) watch(list);
  }
}

function watch(list) {
  watched.add(list);
  const heads = [...list.querySelectorAll(".match-head")];
  let sent = 0;
  const timers = new Map();
  const send = (count) => {
    if (count <= sent) return;
    sent = count;
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const body = new URLSearchParams({ seal: list.dataset.seen, count: String(count) });
    // A count that is lost is only a count: nothing is tried again, nobody is told.
    fetch(list.dataset.seenUrl, { method: "POST", headers: { "X-CSRFToken": token }, body, keepalive: true }).catch(() => {});
  };
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const count = heads.indexOf(entry.target) + 1;
      if (entry.isIntersecting) timers.set(count, setTimeout(() => send(count), PAUSE));
      else clearTimeout(timers.get(count));
    }
  }, { threshold: 0.5 });
  for (const head of heads) observer.observe(head);
}
