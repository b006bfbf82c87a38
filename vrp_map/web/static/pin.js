// The page: one question a screen. The address holds the step (#where, #setting, …), so the browser's own "back" works.

import * as answers from "./answers.js";
import { keepDraft, keptDraft } from "./draft.js";
import { Outbox, forget, refused, waiting } from "./outbox.js";
import { laterKept, notice, sayWaiting } from "./notices.js";
import { showKept, showSending, showWaiting } from "./kept.js";
import { contributor, newKey } from "./storage.js";
import "./take_back.js";
import { ThingPlaces } from "./things.js";
import { Where } from "./where.js";

const at = (id) => document.getElementById(id);
const { event, ground, static: version, text, cells } = document.body.dataset;
const STEPS = ["where", "setting", "feeling", "reasons", "when", "helps", "who", "text", "check"]
  .filter((step) => step !== "text" || text === "on");
const OPTIONAL = new Set(["reasons", "when", "helps", "who", "text"]);
const ALL = [...STEPS, "search", "take-back", "kept"];

let key = newKey(); // of the pin that is being made
let sent = false; // it is on its way or kept; what follows is another pin
let returning = false; // "Change" was pressed on the last screen: the next step is that screen again
let shown = "";

const go = (step) => (location.hash = step);
const stead = (step) => location.replace(`#${step}`);
const where = new Where({ event, ground, version, most: Number(cells), go: goTo, done: () => next("where") });
const places = new ThingPlaces(where.query);
const outbox = new Outbox(told, sayWaiting);

// From the search back to the map is a step back, not one forward. Every step but the first has one before it.
function goTo(step) {
  if (shown === "search" && step === "where") history.back();
  else go(step);
}

function next(step) {
  if (returning && !(step === "feeling" && !answers.answered("reasons"))) go("check");
  else go(STEPS[STEPS.indexOf(step) + 1]);
}

// The first question that must be answered before this step.
function missing(step) {
  const before = STEPS.slice(0, step === "kept" ? STEPS.length : Math.max(STEPS.indexOf(step), 0));
  if (before.includes("where") && !where.kept.length) return "where";
  if (before.includes("setting") && !answers.setting()) return "setting";
  return before.includes("feeling") && !answers.feeling() ? "feeling" : "";
}

function route() {
  let step = location.hash.slice(1) || "where";
  if (!ALL.includes(step)) step = "where";
  if (sent && step !== "kept") startAgain();
  const first = step === "kept" && !sent ? "where" : sent ? "" : missing(step);
  if (first && first !== step) return stead(first);
  show(step);
}

function show(step) {
  const isFirst = !shown;
  shown = document.body.dataset.step = step;
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== step;
  const place = STEPS.indexOf(step === "search" ? "where" : step) + 1;
  at("progress").textContent = place ? `${place} of ${STEPS.length}` : "";
  at("back").hidden = step === "where" || step === "kept";
  at("again").hidden = step === "kept" || !isBegun();
  at("next-box").hidden = !OPTIONAL.has(step);
  at("to-end").hidden = returning || step === STEPS[STEPS.length - 2];
  places.stand(where.kept.map((cell) => cell.id));
  if (step === "helps") broken();
  if (step === "check") summary(), (returning = false);
  const heading = document.querySelector(`#${step} h1`);
  document.title = `${heading.textContent} · ${at("event").textContent}`;
  label();
  keep();
  scrollTo(0, 0);
  if (!isFirst) heading.focus({ preventScroll: true });
}

const isBegun = () => Boolean(where.kept.length || answers.setting());

// A pin that was refused stands in the phone's storage already.
function keep() {
  const isElsewhere = sent || refused().some(({ pin }) => pin.key === key);
  keepDraft(event, isElsewhere || !isBegun() ? null : { step: shown, cells: where.lasting, ...answers.read() });
}

// Puts back what was made before; names of hexagons come later.
function fill(pin) {
  answers.write(pin);
  reasonsOfFeeling();
  places.restore(pin.cells, pin.thing_place);
  return where.restore(pin.cells);
}

function goOn(draft) {
  fill(draft).then(() => shown === "check" && summary());
  if ((location.hash.slice(1) || "where") !== draft.step) go(draft.step);
}

function reasonsOfFeeling() {
  for (const feeling of ["unsafe", "safe"]) at(`reasons-${feeling}`).hidden = answers.feeling() !== feeling;
}

// Asked for as soon as a thing is chosen, and again when the page comes back here.
function broken() {
  if (answers.isBroken()) at("broken").open = true;
  places.offer(where.found);
}

function label() {
  if (OPTIONAL.has(shown)) at("next").textContent = answers.answered(shown) ? "Next" : "Skip";
}

function summary() {
  const rows = [["where", "Where", where.words], ...answers.lines()].filter(([step]) => STEPS.includes(step));
  at("summary").replaceChildren(...rows.map(([step, question, answer]) => {
    const row = document.createElement("div");
    const [term, said, change] = ["dt", "dd", "dd"].map((tag) => document.createElement(tag));
    const button = document.createElement("button");
    term.textContent = question;
    said.textContent = answer;
    change.className = "change";
    button.type = "button";
    button.className = "quiet";
    button.textContent = "Change";
    button.setAttribute("aria-label", `Change: ${question}`);
    button.addEventListener("click", () => ((returning = true), go(step)));
    change.append(button);
    row.append(term, said, change);
    return row;
  }));
}

// The number on the table's card, from the address of its QR code; a wrong one is none.
function table() {
  const said = Number(new URLSearchParams(location.search).get("table"));
  return Number.isInteger(said) && said >= 1 && said <= 99 ? said : undefined;
}

function send() {
  const pin = {
    event, key, contributor: contributor(event), cells: where.kept.map((cell) => cell.id), ...answers.read(),
    table: table(),
  };
  sent = true;
  at("refused").textContent = "";
  showSending();
  stead("kept");
  outbox.add(pin);
}

// What became of a pin: of the one just sent, or of one that waited from before.
function told({ is, pin, code, message, error }) {
  const isThis = sent && pin.key === key;
  if (is === "kept") isThis ? showKept(code) : laterKept(code);
  else if (is === "wait" && isThis) showWaiting(message);
  else if (is === "refused" && isThis) {
    again(pin, error);
    at("refused").textContent = message;
    stead("check");
  } else if (is === "refused") sayRefused({ pin, message, error });
}

// The pin is made once more, under its own key unless another pin has that.
function again(pin, error) {
  if (error === "key-used") forget(pin.key);
  [key, sent] = [error === "key-used" ? newKey() : pin.key, false];
}

function sayRefused({ pin, message, error }) {
  notice(`A waiting pin was not accepted. ${message}`,
    ["Change it", () => putBack(pin, message, error)], ["Delete it", () => forget(pin.key)]);
}

async function putBack(pin, message, error) {
  again(pin, error);
  await fill(pin);
  at("refused").textContent = message;
  go("check");
}

function startAgain() {
  [key, sent, returning] = [newKey(), false, false];
  answers.clear();
  where.clear();
}

for (const button of document.querySelectorAll("button.choice")) {
  button.addEventListener("click", () => {
    answers.press(button);
    reasonsOfFeeling();
    next(button.name);
  });
}
for (const radio of document.querySelectorAll("[name=thing]")) radio.addEventListener("change", broken);
for (const fieldset of document.querySelectorAll("fieldset[data-most]")) answers.limit(fieldset);
document.querySelector("main").addEventListener("input", label);
at("back").addEventListener("click", () => history.back());
at("next").addEventListener("click", () => next(shown));
at("to-end").addEventListener("click", () => go("check"));
at("send").addEventListener("click", send);
at("another").addEventListener("click", () => (startAgain(), go("where")));
at("again").addEventListener("click", () => (startAgain(), go("where"), route()));
addEventListener("hashchange", route);
// The last that a phone tells a page before it may throw it away.
addEventListener("pagehide", keep);
document.addEventListener("visibilitychange", () => document.hidden && keep());
// Whether keys are used, not fingers: the map then shows its middle.
addEventListener("keydown", () => (document.body.dataset.keys = ""), true);
addEventListener("pointerdown", () => delete document.body.dataset.keys, true);

const draft = keptDraft(event);
if (draft) goOn(draft);
else if (location.hash) history.replaceState(null, "", "#where");
route();
sayWaiting(waiting().length);
outbox.reopened(event);
outbox.flush();
for (const one of refused().filter(({ pin }) => pin.event === event)) sayRefused(one);
where.start();
