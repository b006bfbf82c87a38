// The map of the voices, drawn from the list on the page. Without it the list says the same.

import { wanted } from "./ask.js";
import { HexagonMap } from "./hexagon_map.js";

const places = [...document.querySelectorAll(".place")].map(({ dataset }) => ({
  outline: JSON.parse(dataset.outline),
  unsafe: Number(dataset.unsafe ?? 0),
  safe: Number(dataset.safe ?? 0),
  corridor: Number(dataset.corridor ?? 0),
}));

if (places.length && globalThis.L) {
  const map = new HexagonMap(globalThis.L, document.getElementById("map"));
  map.draw(places);
  map.lay();
  try {
    map.learn(await wanted(`/pin/ground.json?event=${encodeURIComponent(document.body.dataset.ground)}`));
  } catch {
    // The hexagons stand without outlines and names.
  }
}
