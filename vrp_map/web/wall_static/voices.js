// The map of the voices, drawn from the list on the page. Without it the list says the same.

import { HexagonMap } from "./hexagon_map.js";

const places = [...document.querySelectorAll(".place")].map(({ dataset }) => ({
  outline: JSON.parse(dataset.outline),
  unsafe: Number(dataset.unsafe ?? 0),
  safe: Number(dataset.safe ?? 0),
  corridor: Number(dataset.corridor ?? 0),
}));

async function ground() {
  try {
    const answer = await fetch(`/pin/ground.json?event=${encodeURIComponent(document.body.dataset.ground)}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

if (places.length && globalThis.L) new HexagonMap(globalThis.L, document.getElementById("map"), await ground()).draw(places);
