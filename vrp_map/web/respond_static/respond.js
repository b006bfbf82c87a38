// The form on which a response is logged. What is typed is kept in this browser until the server says that it is saved:
// a reload, or a connection that is lost, loses nothing. What could not be sent waits, and is sent when the server answers.

const DRAFT = "vrp-response.draft", WAITING = "vrp-response.waiting", AGAIN_MS = 5000;
const form = document.getElementById("form"), said = document.getElementById("said");
const past = document.getElementById("past"), waitingLine = document.getElementById("waiting");
const places = document.getElementById("places"), whereSaid = document.getElementById("where-said");
const known = new Map();
let sending = false;

function read(name, empty) {
  try { return JSON.parse(localStorage.getItem(name)) ?? empty; } catch { return empty; }
}

function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch { return false; }
}

function answers() {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || field.name === "past_flags") continue;
    if (field.type === "checkbox") {
      found[field.name] ??= [];
      if (field.checked) found[field.name].push(field.value);
    } else found[field.name] = field.value.trim();
  }
  return found;
}

function fill(draft) {
  for (const field of form.elements) {
    if (!(field.name in draft)) continue;
    if (field.type === "checkbox") field.checked = draft[field.name].includes(field.value);
    else field.value = draft[field.name];
  }
}

function tell(words, kept = false) {
  said.className = kept ? "kept" : "";
  said.textContent = words;
  if (words) said.focus();
}

function empty() {
  write(DRAFT, null);
  form.reset();
  form.elements.cell.value = "";
  past.hidden = true;
}

function showWaiting() {
  const n = read(WAITING, []).length;
  waitingLine.textContent = n ? `${n} not sent yet. They are kept in this browser and go when the map answers.` : "";
}

// The answer of the server, or null where it did not answer: then the response waits.
async function send(body) {
  try {
    const answer = await fetch("/respond/log", { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
    if (answer.status >= 500) return null;
    return { status: answer.status, ...(await answer.json()) };
  } catch { return null; }
}

async function sendWaiting() {
  if (sending) return;
  sending = true;
  try {
    for (const body of read(WAITING, [])) {
      const answer = await send(body);
      if (!answer) break;
      write(WAITING, read(WAITING, []).filter((one) => one.id !== body.id));
      if (answer.status === 201) tell(`Saved as ${answer.reference}.`, true);
      else { fill(body); write(DRAFT, { ...answers(), id: body.id }); refused(answer); }
    }
  } finally { sending = false; showWaiting(); }
}

function refused(answer) {
  past.hidden = !answer.flags;
  tell(`${answer.message ?? "It was not saved."} ${answer.hint ?? ""}`);
}

function missing() {
  const first = [...form.elements].find((field) => field.required && !field.value.trim());
  if (!first) return false;
  const label = form.querySelector(`label[for="${first.id}"]`).textContent;
  tell(`“${label}” is not answered yet.`);
  first.focus();
  return true;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (missing()) return;
  const body = { ...answers(), id: read(DRAFT, {}).id ?? newId(), past_flags: !past.hidden && form.elements.past_flags.checked };
  write(DRAFT, { ...answers(), id: body.id });
  document.getElementById("save").disabled = true;
  const answer = await send(body);
  document.getElementById("save").disabled = false;
  if (!answer) {
    if (!write(WAITING, [...read(WAITING, []).filter((one) => one.id !== body.id), body])) {
      tell("The map does not answer, and this browser keeps nothing. Leave this page open and save again.");
      return;
    }
    empty();
    showWaiting();
    tell("The map does not answer. Your response is kept in this browser and will be sent automatically. Leave this page open.");
  } else if (answer.status === 201) {
    empty();
    tell(`Saved as ${answer.reference}.`, true);
  } else refused(answer);
});

form.addEventListener("input", () => write(DRAFT, { ...answers(), id: read(DRAFT, {}).id ?? newId() }));
document.getElementById("clear").addEventListener("click", () => { empty(); tell(""); });

let last = 0;
form.elements.where.addEventListener("input", async () => {
  const text = form.elements.where.value.trim(), turn = ++last;
  form.elements.cell.value = known.get(text) ?? "";
  whereSaid.textContent = known.has(text) ? "Found on the map." : "";
  if (text.length < 2 || known.has(text)) return;
  try {
    const found = await (await fetch(`/respond/places?q=${encodeURIComponent(text)}`)).json();
    if (turn !== last) return;
    for (const one of found) known.set(one.name, one.cell);
    places.replaceChildren(...found.map((one) => Object.assign(document.createElement("option"), { value: one.name })));
  } catch { /* Without a connection the words alone are kept. */ }
});

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const asked = form.elements.cell.value ? { cell: form.elements.cell.value, where: form.elements.where.value } : {};
fill({ ...read(DRAFT, {}), ...asked });
showWaiting();
sendWaiting();
addEventListener("online", sendWaiting);
setInterval(sendWaiting, AGAIN_MS);
