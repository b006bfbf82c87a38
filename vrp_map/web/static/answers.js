// The answers to all questions but "where": read from the page, put back into it, and said in words.

const all = (name) => [...document.querySelectorAll(`[name="${name}"]`)];
const ticked = (name) => all(name).filter((input) => input.checked);
const value = (name) => ticked(name)[0]?.value || undefined;
const values = (name) => ticked(name).map((input) => input.value);
const pressed = (name) => all(name).find((button) => button.getAttribute("aria-pressed") === "true");
const said = (input) => input.closest("label").textContent.trim();
const text = () => document.getElementById("more");
const place = () => document.getElementById("thing-place").value;

export function press(button) {
  for (const other of all(button.name)) other.setAttribute("aria-pressed", other === button);
}

export const setting = () => pressed("setting")?.value;
export const isBroken = () => Boolean(value("thing"));
export const feeling = () => pressed("feeling")?.value;

// Only what was answered; the server takes the rest as not said.
export function read() {
  const when = { weekday: value("weekday"), hour_band: value("hour_band") };
  return {
    setting: setting(), feeling: feeling(), reasons: values(`reason-${feeling()}`), when,
    role: value("role"), age_band: value("age_band"), helps: values("help"), thing: value("thing"),
    thing_place: (value("thing") && place()) || undefined, text: text().value.trim() || undefined,
  };
}

export function write(pin) {
  clear();
  const chosen = {
    weekday: [pin.when?.weekday], hour_band: [pin.when?.hour_band], role: [pin.role], age_band: [pin.age_band],
    thing: [pin.thing], help: pin.helps ?? [], [`reason-${pin.feeling}`]: pin.reasons ?? [],
  };
  for (const [name, codes] of Object.entries(chosen)) {
    for (const input of all(name)) input.checked = codes.includes(input.value);
  }
  for (const name of ["setting", "feeling"]) {
    const button = all(name).find((one) => one.value === pin[name]);
    if (button) press(button);
  }
  text().value = pin.text ?? "";
}

export function clear() {
  for (const input of document.querySelectorAll("main input:checked")) input.checked = false;
  for (const name of ["setting", "feeling"]) for (const button of all(name)) button.setAttribute("aria-pressed", false);
  text().value = "";
}

// Whether a step has an answer: its button then says "Next" and not "Skip".
export function answered(step) {
  const section = document.getElementById(step);
  return Boolean(section.querySelector("fieldset:not([hidden]) input:checked") || section.querySelector("textarea")?.value.trim());
}

// [step, question, answer] of each line of the last step.
export function lines() {
  const list = (...names) => names.flatMap(ticked).filter((input) => input.value).map(said).join("; ") || "No answer";
  return [
    ["setting", "Kind of place", pressed("setting")?.textContent.trim() ?? ""],
    ["feeling", "Feeling", pressed("feeling")?.textContent.trim() ?? ""],
    ["reasons", "Why", list(`reason-${feeling()}`)],
    ["when", "When", list("hour_band", "weekday")],
    ["helps", "What would help", list("help")],
    ["helps", "Broken", value("thing") ? [said(ticked("thing")[0]), place() || "no exact place"].join(": ") : ""],
    ["who", "I am", list("role", "age_band")],
    ["text", "In my words", text().value.trim() || "Nothing"],
  ].filter(([, , answer]) => answer);
}

// Allow `most` ticks in a group: the page removes one tick too many and says why.
export function limit(fieldset) {
  const most = Number(fieldset.dataset.most);
  fieldset.addEventListener("change", ({ target }) => {
    const over = fieldset.querySelectorAll(":checked").length > most;
    if (over) target.checked = false;
    fieldset.closest("section").querySelector(".limit").textContent = over ? `You have chosen ${most}. Untick one first.` : "";
  });
}
