// One key presses one button: inside [data-keys], an element with data-key="3" or data-key="ArrowLeft b".
// Never while somebody types, and a key held down counts once.
export function bindKeys() {
  document.addEventListener("keydown", (event) => {
    const place = document.querySelector("[data-keys]");
    if (!place || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = event.target.closest?.("input, textarea, select");
    if (field) {
      if (event.key === "Escape") field.blur();
      // Enter would press the form's first button, which is a grade.
      if (event.key === "Enter" && "noEnter" in field.dataset) event.preventDefault();
      return;
    }
    const wanted = [...place.querySelectorAll("[data-key]")].find((each) => each.dataset.key.split(" ").includes(event.key));
    if (!wanted || wanted.disabled || event.repeat) return;
    event.preventDefault();
    wanted.click();
  });
  // After a new pair has come, a screen reader goes on where it begins.
  document.addEventListener("htmx:afterSettle", () => {
    if (document.activeElement === document.body) document.querySelector("[data-focus-after-swap]")?.focus({ preventScroll: true });
  });
  // A refusal is said where all messages stand; what is on the page stays.
  document.addEventListener("htmx:responseError", (event) => {
    const place = document.querySelector("[data-messages]");
    if (!document.querySelector("[data-keys]") || !place) return;
    place.innerHTML = event.detail.xhr.responseText;
    place.scrollIntoView();
  });
}
