// A long list of boxes gets a field that hides what does not hold the words typed: <div data-narrow="LABEL">.
export function narrowLists() {
  for (const place of document.querySelectorAll("[data-narrow]")) {
    const list = place.querySelector(".choices");
    if (!list || list.children.length < 8) continue;
    const box = document.createElement("input");
    box.type = "search";
    box.className = "form-control narrow-box";
    box.placeholder = box.ariaLabel = place.dataset.narrow;
    box.addEventListener("input", (event) => {
      event.stopPropagation(); // looking for something changes nothing that could be lost
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of list.children) {
        const text = row.textContent.toLowerCase();
        row.hidden = !row.querySelector(":checked") && !words.every((word) => text.includes(word));
      }
    });
    list.before(box);
  }
}
