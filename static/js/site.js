// Small behaviours, each bound by a data attribute. Everything works without them, only less comfortably.
import { offerProposals } from "./adopt.js";
import { saveDrafts } from "./autosave.js";
import { guardForms } from "./forms.js";
import { bindKeys } from "./keys.js";
import { drawMaps } from "./map.js";
import { narrowLists } from "./narrow.js";
import { countSeen } from "./seen.js";

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = next;
    localStorage.setItem("theme", next);
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// On a small screen the list comes first; on a wide one the filters stay open beside it.
const narrow = window.matchMedia("(max-width: 820px)");
const foldFilters = () => {
  for (const filters of document.querySelectorAll("details[data-filters]")) filters.open = !narrow.matches;
};
foldFilters();
narrow.addEventListener("change", foldFilters);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const button of document.querySelectorAll("[data-check-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll("input[type=checkbox]")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}

document.querySelector("[data-focus]")?.focus();
offerProposals();
guardForms();
saveDrafts();
narrowLists();
bindKeys();
drawMaps();
countSeen();
