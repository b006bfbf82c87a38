// The fields of the form as one object, and back: texts, lists of ticks, rows that can be added, days of the clocks.

const form = document.getElementById("form");
const rowsOf = (box) => [...box.querySelectorAll(":scope > .row")];
const parts = (row) => Object.fromEntries([...row.querySelectorAll("[data-part]")].map((field) => [field.dataset.part, field.value.trim()]));

export function answers() {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || field.name === "past_flags") continue;
    if (field.type === "checkbox") {
      found[field.name] ??= [];
      if (field.checked) found[field.name].push(field.value);
    } else found[field.name] = field.value.trim();
  }
  for (const box of form.querySelectorAll("[data-rows]")) {
    found[box.dataset.rows] = rowsOf(box).map(parts).filter((row) => Object.values(row).some(Boolean));
  }
  for (const clock of form.querySelectorAll("[data-clock]")) {
    for (const day of clock.querySelectorAll("[data-list]")) {
      found[day.dataset.list] ??= {};
      if (day.value) found[day.dataset.list][clock.dataset.clock] = day.value;
    }
  }
  return found;
}

export function fill(draft) {
  for (const field of form.elements) {
    if (!(field.name in draft)) continue;
    if (field.type === "checkbox") field.checked = draft[field.name].includes(field.value);
    else choose(field, draft[field.name]);
  }
  for (const box of form.querySelectorAll("[data-rows]")) {
    if (!draft[box.dataset.rows]) continue;
    for (const row of rowsOf(box)) row.remove();
    for (const row of draft[box.dataset.rows]) addRow(box, row);
  }
  for (const clock of form.querySelectorAll("[data-clock]")) {
    for (const day of clock.querySelectorAll("[data-list]")) day.value = draft[day.dataset.list]?.[clock.dataset.clock] ?? day.value;
  }
  showClocks();
}

export function emptyFields() {
  form.reset();
  form.elements.cell.value = "";
  for (const row of form.querySelectorAll("[data-rows] > .row")) row.remove();
  showClocks();
}

// A word that is in no list, as an import keeps it, must not be lost by opening the form.
function choose(field, value) {
  if (field.tagName === "SELECT" && value && ![...field.options].some((one) => one.value === value)) field.add(new Option(value, value));
  field.value = value;
}

function addRow(box, values = {}) {
  const row = document.getElementById(`row-${box.dataset.rows}`).content.firstElementChild.cloneNode(true);
  for (const field of row.querySelectorAll("[data-part]")) choose(field, values[field.dataset.part] ?? "");
  row.querySelector(".remove").addEventListener("click", () => {
    row.remove();
    box.querySelector(":scope > button").focus();
    form.dispatchEvent(new Event("input"));
  });
  box.insertBefore(row, box.querySelector(":scope > button"));
  return row;
}

// Only the clocks of the tier, and those in which a day stands.
function showClocks() {
  const tier = form.elements.tier.value || form.elements.tier.options[1]?.value;
  for (const clock of form.querySelectorAll("[data-clock]")) {
    const isSet = [...clock.querySelectorAll("input")].some((day) => day.value);
    clock.hidden = !isSet && !clock.dataset.tiers.split(" ").includes(tier);
  }
}

for (const box of form.querySelectorAll("[data-rows]")) {
  box.querySelector(":scope > button").addEventListener("click", () => addRow(box).querySelector("[data-part]").focus());
}
form.elements.tier.addEventListener("change", showClocks);
showClocks();
