// The map of the first page, drawn as soon as the page has a place for it: Streamlit puts everything else there before it
// runs the map's own component. The server says what the map shows at the page's address; the component finds it there,
// and what it then says otherwise is drawn anew.

import { wanted } from "./ask.js";
import { Data } from "./map_data.js";
import { across, down } from "./shapes.js";
import { PLACE, isDrawn, layersAt, showFirst } from "./staff_map.js";
import { FINEST, SIDE as TILE_PX, askEarly } from "./streets.js";

async function begin() {
  const asked = new URLSearchParams(location.search), look = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  asked.set("look", look);
  const told = await wanted(`/map/first.json?${asked}`);
  const data = new Data();
  data.prepare(layersAt(told.view.zoom, told));
  if (told.streets?.address) askStreets(told);
  const place = await placed();
  await painted();
  // A page may have been set to look otherwise than its computer.
  const isAlike = getComputedStyle(place).colorScheme.includes(look);
  if (isAlike && !hasActed.aborted && !isDrawn(place)) showFirst(place, told, data);
}

// For the tiles that the map will ask for, of about its size.
function askStreets({ streets: { address, first }, view, height }) {
  const z = Math.min(FINEST, Math.round(view.zoom)), side = TILE_PX * 2 ** (view.zoom - z);
  if (z < first) return;
  const [x, y] = [across(view.longitude), down(view.latitude)].map((part) => part * 2 ** z);
  const [wide, high] = [view.width, height].map((size) => size / side / 2);
  for (let i = Math.floor(x - wide); i <= x + wide; i += 1) for (let j = Math.floor(y - high); j <= y + high; j += 1) askEarly(address, { z, x: i, y: j });
}

// Whoever does something may have chosen something else, and the page will draw that.
const acted = new AbortController(), hasActed = acted.signal;
for (const kind of ["click", "keydown", "popstate"]) addEventListener(kind, () => acted.abort(), { capture: true, signal: hasActed });

// Waits for the place, as long as nobody does anything.
function placed() {
  return new Promise((found, none) => {
    const look = () => {
      const place = document.querySelector(PLACE);
      if (!place && !hasActed.aborted) return;
      watch.disconnect();
      if (place) found(place);
      else none();
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { childList: true, subtree: true });
    look();
  });
}

// The page's first words are read while the map is drawn.
const painted = () => new Promise((done) => { requestAnimationFrame(() => next(done)); });

// Before the page's own work that waits, where the browser knows what is urgent.
const next = (task) => (globalThis.scheduler?.postTask ? scheduler.postTask(task, { priority: "user-blocking" }) : setTimeout(task));

// Without it the map is drawn by its component, only later.
begin().catch(() => {});
