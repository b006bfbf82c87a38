// The form on which a response is logged or changed. What is typed is kept in this browser until the server says that it
// is saved: a reload, or a connection that is lost, loses nothing. What could not be sent waits until the server answers.

import { answers, emptyFields, fill } from "./fields.js";
import { PlaceMap } from "./place_map.js";

const now = JSON.parse(document.body.dataset.now);
const DRAFT = now.id ? `vrp-response.draft.${now.id}` : "vrp-response.draft", WAITING = "vrp-response.waiting", AGAIN_MS = 5000;
// These are understood together: a place has words and a hexagon, an incident has days and a time.
const TOGETHER = [["where", "cell", "lad"], ["date", "last_day", "time"]];
const form = document.getElementById("form"), said = document.getElementById("said");
const past = document.getElementById("past"), waitingLine = document.getElementById("waiting");
const places = document.getElementById("places"), whereSaid = document.getElementById("where-said");
const known = new Map();
let sending = false, map = null;

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

function tell(words, kept = false) {
  said.className = kept ? "kept" : "";
  said.textContent = words;
  if (words) said.focus();
}

// As the form stood when the page came: of a response that is changed, what is kept now.
function start() {
  emptyFields();
  form.elements.where.value = "";
  fill(now.fields ?? {});
  past.hidden = true;
  map?.show(form.elements.cell.value);
}

function empty() {
  write(DRAFT, null);
  start();
}

function showWaiting() {
  const n = read(WAITING, []).length;
  waitingLine.textContent = n ? `${n} not sent yet. They are kept in this browser and go when the map answers.` : "";
}

// Of a change, only what differs from what is kept: nobody writes over a field that they did not touch.
function body() {
  const given = answers(), draft = read(DRAFT, {});
  const extra = { id: now.id ?? draft.id ?? newId(), past_flags: !past.hidden && form.elements.past_flags.checked };
  if (!now.id) return { ...given, ...extra };
  const differs = (name) => JSON.stringify(given[name]) !== JSON.stringify(before[name]);
  const names = new Set(Object.keys(given).filter(differs));
  for (const group of TOGETHER) if (group.some((name) => names.has(name))) for (const name of group) names.add(name);
  return { ...Object.fromEntries([...names].map((name) => [name, given[name]])), ...extra, after: draft.after ?? now.after };
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
      const others = read(WAITING, []).filter((one) => one.id !== body.id);
      if (answer.status === 201) {
        write(WAITING, others);
        if (body.after) write(`vrp-response.draft.${body.id}`, null);
        if (body.id === now.id) leave();
        tell(`Saved as ${answer.reference}.`, true);
      } else if (body.id === now.id || (!body.after && !now.id)) {
        write(WAITING, others);
        fill(body);
        write(DRAFT, { ...answers(), id: body.id, after: body.after });
        refused(answer);
      } else {
        // It belongs to another page, where it can be mended: it stays in the draft of that one.
        write(WAITING, others);
        write(body.after ? `vrp-response.draft.${body.id}` : "vrp-response.draft", body);
        tell(`Another response was not saved. Open it to see why: ${body.after ? "it is on its own page" : "it is in the form for a new one"}.`);
      }
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
  const sent = body();
  keepDraft(sent.id);
  document.getElementById("save").disabled = true;
  const answer = await send(sent);
  document.getElementById("save").disabled = false;
  if (!answer) {
    if (!write(WAITING, [...read(WAITING, []).filter((one) => one.id !== sent.id), sent])) {
      tell("The map does not answer, and this browser keeps nothing. Leave this page open and save again.");
      return;
    }
    if (!now.id) empty();
    showWaiting();
    tell("The map does not answer. Your response is kept in this browser and will be sent automatically. Leave this page open.");
  } else if (answer.status === 201) {
    empty();
    if (now.id) leave();
    tell(`Saved as ${answer.reference}.`, true);
  } else refused(answer);
});

// A change that is saved is read on the page of the response: what this page began from is old now.
function leave() {
  location.assign(`/responses?response=${encodeURIComponent(now.reference)}`);
}

function keepDraft(id) {
  const draft = read(DRAFT, {});
  write(DRAFT, { ...answers(), id: id ?? now.id ?? draft.id ?? newId(), ...(now.id && { after: draft.after ?? now.after }) });
}

form.addEventListener("input", () => keepDraft());
document.getElementById("clear").addEventListener("click", () => { empty(); tell(""); });

let last = 0;
form.elements.where.addEventListener("input", async () => {
  const text = form.elements.where.value.trim(), turn = ++last;
  take(known.get(text) ?? "");
  if (text.length < 2 || known.has(text)) return;
  try {
    const found = await (await fetch(`/respond/places?q=${encodeURIComponent(text)}`)).json();
    if (turn !== last) return;
    if (found[0]?.is_postcode) {
      form.elements.where.value = found[0].name;
      take(found[0].cell);
      whereSaid.textContent = "Found by its postcode. Its hexagon is kept, the postcode is not.";
      keepDraft();
      return;
    }
    for (const one of found) known.set(one.name, one.cell);
    places.replaceChildren(...found.map((one) => Object.assign(document.createElement("option"), { value: one.name })));
  } catch { /* Without a connection the words alone are kept. */ }
});

function take(cell) {
  form.elements.cell.value = cell;
  whereSaid.textContent = cell ? "Found on the map." : "";
  map?.show(cell);
}

// The map comes when it is asked for. Words that somebody typed stay: a place may be known better than its hexagon's name.
document.getElementById("on-map").addEventListener("toggle", (event) => {
  if (!event.target.open) return;
  map ??= new PlaceMap(({ cell, name }) => {
    const where = form.elements.where;
    if (!where.value.trim() || where.value === map.words) where.value = map.words = name;
    form.elements.cell.value = cell;
    whereSaid.textContent = "Chosen on the map.";
    keepDraft();
  });
  map.show(form.elements.cell.value);
});

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const asked = form.elements.cell.value ? { cell: form.elements.cell.value, where: form.elements.where.value } : {};
start();
const before = answers(), draft = read(DRAFT, {});
fill({ ...draft, ...asked });
if (now.id) {
  document.getElementById("clear").textContent = "Forget my changes";
  document.getElementById("more").open = true;
  if (draft.after && draft.after !== now.after) tell("Someone changed this response while you did. Your changes are in the form, but cannot be saved: note them, press “Forget my changes”, and make them again.");
}
showWaiting();
sendWaiting();
addEventListener("online", sendWaiting);
setInterval(sendWaiting, AGAIN_MS);
