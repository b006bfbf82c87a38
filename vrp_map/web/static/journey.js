// A journey begins or ends where somebody lives. Both ends are cut off here, before anything is sent: every hexagon
// within two rings of either end, also where the way comes back past it.

import { distance } from "./hexagons.js";

export const RINGS = 2;

// cells: in order. Which of them are kept, and which are cut off.
export function trimmed(cells) {
  if (!cells.length) return { kept: [], cut: [] };
  const ends = [cells[0], cells[cells.length - 1]];
  const isCut = (cell) => ends.some((end) => distance(end, cell) <= RINGS);
  return { kept: cells.filter((cell) => !isCut(cell)), cut: cells.filter(isCut) };
}
