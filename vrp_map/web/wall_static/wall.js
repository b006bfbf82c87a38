// The wall: what `GET /api/wall/<code>` gives, all at once, release by release. It keeps the last picture.

import { wanted } from "./ask.js";
import { HexagonMap, inWords } from "./hexagon_map.js";
import { Poll } from "./poll.js";

const at = (id) => document.getElementById(id);
const number = (n) => n.toLocaleString("en-GB");
const { code } = document.body.dataset;
const EVERY = 10_000; // a release comes at most once in its own time; asking costs a line
const STATES = { paused: "Having a break", closed: "Finished. Thank you!", archived: "Finished. Thank you!" };
const ROWS = 3;
let map = null;
let asking = false;
let last = null;

function bars(id, rows, all) {
  at(id).parentElement.hidden = !rows.length;
  at(id).replaceChildren(...rows.slice(0, ROWS).map(({ words, people }) => {
    const item = document.createElement("li");
    const [said, bar, count] = ["said", "bar", "n"].map((name) => {
      const part = document.createElement("span");
      part.className = name;
      return part;
    });
    said.textContent = words;
    count.textContent = number(people);
    bar.setAttribute("aria-hidden", "true");
    bar.style.width = `${Math.round((100 * people) / all)}%`;
    item.append(said, count, bar);
    return item;
  }));
}

// How many people the answers to a theme have together is not counted: "at least" as many as to one of them.
function themes(spoken) {
  at("about").hidden = !spoken.length;
  at("themes").replaceChildren(...spoken.slice(0, ROWS).map(({ name, at_least: least, words }) => {
    const item = document.createElement("li");
    const count = document.createElement("strong");
    count.textContent = number(least);
    const said = document.createElement("small");
    said.textContent = `${words}.`;
    item.append(count, " ", name, " ", said);
    return item;
  }));
}

function heard(said) {
  last = said;
  const empty = !said.contributors;
  at("state").textContent = STATES[said.state] ?? "";
  for (const id of ["join", "code", "waiting-code"]) at(id).hidden = said.state !== "open";
  at("waiting").hidden = !empty;
  for (const id of ["numbers", "words", "picture", "list"]) at(id).hidden = empty;
  document.body.dataset.release = said.release;
  at("people").querySelector("strong").textContent = number(said.contributors);
  const most = Math.max(said.contributors, 1, ...said.settings.map((row) => row.people));
  const of = (feeling) => said.reasons.filter((row) => row.feeling === feeling);
  bars("settings", said.settings.map((row) => ({ ...row, words: row.short })), most);
  bars("why-unsafe", of("unsafe"), most);
  bars("why-safe", of("safe"), most);
  themes(said.themes);
  const places = said.hexagons.length;
  const many = places ? `${number(places)} ${places === 1 ? "place" : "places"}. ` : "";
  const journeys = said.hexagons.some((hexagon) => hexagon.corridor) ? " Dashed: on a journey." : "";
  at("places").textContent = `${many}A place appears when enough people have pinned it.${journeys}`;
  at("hexagons").replaceChildren(...said.hexagons.map((hexagon) => {
    const item = document.createElement("li");
    const name = hexagon.name.charAt(0).toUpperCase() + hexagon.name.slice(1);
    item.textContent = `${name}: ${inWords(hexagon)}.`;
    return item;
  }));
  map?.draw(said.hexagons);
}

// Without the map the numbers still stand, and without outlines and names the hexagons: what is missing is asked for
// again when the server is back.
async function draw() {
  if (!globalThis.L) return;
  if (!map) {
    map = new HexagonMap(globalThis.L, at("map"), { scale: Math.max(1, Math.min(innerWidth / 1000, 1.8)) });
    if (last) map.draw(last.hexagons);
    map.lay();
  }
  if (map.ground || asking) return;
  asking = true;
  try {
    map.learn(await wanted(`/pin/ground.json?event=${encodeURIComponent(code)}`));
  } catch {
    // Next time.
  }
  asking = false;
}

function fullScreen() {
  if (!document.fullscreenEnabled) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => (at("full").hidden = true));
}

at("full").hidden = !document.fullscreenEnabled;
at("full").addEventListener("click", fullScreen);
addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "f" && !event.ctrlKey && !event.metaKey && !event.altKey) fullScreen();
});
document.addEventListener("fullscreenchange", () => {
  at("full").textContent = document.fullscreenElement ? "Leave full screen" : "Full screen";
});

const say = (words) => at("server").textContent === words || (at("server").textContent = words);
new Poll(`/api/wall/${encodeURIComponent(code)}`, EVERY, {
  heard, lost: () => say("No connection. We keep trying."), back: () => (say(""), draw()),
});
