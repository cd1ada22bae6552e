// What is typed is saved by itself; what the network held back is sent when it returns, and once more on leaving.
export function saveDrafts() {
  for (const form of document.querySelectorAll("form[data-autosave]")) keep(form);
}

function keep(form) {
  let changed = false;
  const now = () => changed && form.dispatchEvent(new Event("autosave"));
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) {
      changed = false;
      form.dispatchEvent(new Event("saved"));
    }
    form.classList.toggle("is-offline", !event.detail.successful);
  });
  addEventListener("online", now);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && now());
  addEventListener("pagehide", () => {
    if (!changed) return;
    const data = new FormData(form);
    data.delete("attachments"); // a beacon is small; files go with the button
    navigator.sendBeacon(form.dataset.autosave, data);
  });
}
