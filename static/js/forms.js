// Forms: not sent twice, not left unsaved by accident, confirmed where it matters, counted while typing.
export function guardForms() {
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      // The pressed button must still be sent, so it is disabled only after the form has been read.
      setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => (button.disabled = true)));
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once]")) {
      delete form.dataset.sent;
      form.querySelectorAll("button[type=submit]").forEach((button) => (button.disabled = false));
    }
  });
  for (const form of document.querySelectorAll("form[data-unsaved]")) watchUnsaved(form);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-confirm]");
    if (button && !confirm(button.dataset.confirm)) event.preventDefault();
  });
  for (const area of document.querySelectorAll("textarea[maxlength]")) countCharacters(area);
}

function watchUnsaved(form) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  form.addEventListener("saved", () => (changed = false)); // see autosave.js
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

function countCharacters(area) {
  const limit = Number(area.getAttribute("maxlength"));
  // The server says when a text is too long; cutting what was pasted would lose it silently.
  area.removeAttribute("maxlength");
  const count = document.createElement("p");
  count.className = "field-count";
  const show = () => {
    const length = [...area.value].length;
    count.textContent = length ? `${length} / ${limit}` : "";
    count.classList.toggle("deadline-soon", length > limit);
  };
  area.after(count);
  area.addEventListener("input", show);
  show();
}
