// Pictures dropped on a product's page, or chosen several at once: each gets a row of its own, sent with the form.
function findLastRow(group) {
  return [...group.querySelectorAll(".form-group:not(.empty-form)")].at(-1);
}

function findNextPosition(group) {
  const places = [...group.querySelectorAll(".form-group:not(.empty-form) input[name$='-position']")];
  return Math.max(-1, ...places.map((input) => Number(input.value) || 0)) + 1;
}

function addPicture(group, picture) {
  const position = findNextPosition(group);
  const before = findLastRow(group);
  group.querySelector(".add-row").click();
  const row = findLastRow(group);
  if (!row || row === before) return false;
  const carrier = new DataTransfer();
  carrier.items.add(picture);
  const input = row.querySelector("input[type=file]");
  input.files = carrier.files;
  // The library writes the name beside it, as soon as it has seen the new row.
  setTimeout(() => input.dispatchEvent(new Event("change", { bubbles: true })));
  const place = row.querySelector("input[name$='-position']");
  if (place) place.value = position;
  return true;
}

function addFiles(zone, group, files) {
  const pictures = [...files].filter((file) => file.type.startsWith("image/"));
  const added = pictures.filter((picture) => addPicture(group, picture));
  const left = [...files].filter((file) => !added.includes(file));
  const parts = [];
  if (added.length) parts.push(`${zone.dataset.added} ${added.map((file) => file.name).join(", ")}.`);
  if (left.length) parts.push(`${zone.dataset.refused} ${left.map((file) => file.name).join(", ")}.`);
  zone.querySelector("[role=status]").textContent = parts.join(" ");
}

function holdsFiles(event) {
  return event.dataTransfer?.types.includes("Files");
}

for (const zone of document.querySelectorAll("[data-picture-drop]")) {
  const group = zone.closest("[data-inline-type]");
  const chooser = zone.querySelector("input[type=file]");
  zone.hidden = false;
  // Else the library would write the chosen name into the first row.
  chooser.hasChangeListener = true;
  chooser.addEventListener("change", () => {
    addFiles(zone, group, chooser.files);
    chooser.value = "";
  });
  // On the whole tab: who misses the frame by a little must not be led away to the picture.
  group.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    zone.classList.add("is-near");
  });
  group.addEventListener("dragleave", () => zone.classList.remove("is-near"));
  group.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    zone.classList.remove("is-near");
    addFiles(zone, group, event.dataTransfer.files);
  });
}
