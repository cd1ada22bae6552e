// Proposals beside form fields: <button data-adopt="field" data-value="value"> puts the value into the field.
export function offerProposals() {
  const show = () => document.querySelectorAll("[data-adopt][hidden]").forEach((button) => (button.hidden = false));
  show();
  document.addEventListener("htmx:oobAfterSwap", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-adopt]");
    if (button) adopt(button.form, button.dataset.adopt, button.dataset.value);
  });
}

function adopt(form, name, value) {
  const box = form.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]`);
  const field = box ?? form.elements[name];
  if (box) box.checked = true;
  else field.value = value;
  // The form reads its texts again and takes the proposal away.
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
