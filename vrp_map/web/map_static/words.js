// Words on the map: which are written, how large, and where each has room.

import { placeNames } from "./names.js";
import { boxOf } from "./shapes.js";

const FONT = "system-ui, Arial, sans-serif";
const STREETS = { town: { size: 15, weight: 700 }, village: { size: 14, weight: 700 } };
const USUAL = { size: 13, weight: 400 };
const LEAST_PX = 11, MOST = 260, SMALL_PX = 40;

// The rows of a layer of words: t the text, p its longitude and latitude, a the angle of its street.
export function wordsOf(layer, parts, frame) {
  const size = layer.metres ? Math.min(layer.size, layer.metres * frame.metre) : layer.size;
  if (size < LEAST_PX) return [];
  return parts.flat().map((row) => ({
    name: row.t, lat: row.p[1], lon: row.p[0], angle: row.a, size, weight: layer.bold ? 700 : 400, shift: layer.shift ?? 0, rank: layer.rank,
    moves: layer.moves,
  }));
}

// Those that have room, the most important first, with their place among the layers' pixels; `covers` are the controls
// over the map: a name that they half hide says nothing. `clear`: of `smallOnes`.
export function placed(map, wanted, { ink, paper }, pen, { covers, clear }) {
  const sized = wanted.map((label) => {
    const { size, weight } = label.size ? label : STREETS[label.kind] ?? USUAL;
    const font = `${weight} ${size}px ${FONT}`;
    pen.font = font;
    return { ...label, font, high: size * 1.25, half: pen.measureText(label.name).width / 2 + 3, rank: label.rank ?? 100, moves: label.moves ?? label.kind in STREETS };
  });
  sized.sort((a, b) => b.rank - a.rank);
  return placeNames(map, sized, { most: MOST, lines: 0, avoid: boxesOf(map, covers), clear }).map(({ label, x, y }) => {
    const at = map.containerPointToLayerPoint([x, y + (label.shift ?? 0)]);
    return { text: label.name, x: at.x, y: at.y, angle: label.angle, font: label.font, ink, paper };
  });
}

// As `placeNames` counts them: the middle, half the width and the height, in pixels of the map.
function boxesOf(map, parts) {
  const { left, top } = map.getContainer().getBoundingClientRect();
  return [...parts].map((part) => part.getBoundingClientRect()).filter(({ width }) => width).map((box) => (
    { x: box.x - left + box.width / 2, y: box.y - top + box.height / 2, half: box.width / 2, high: box.height }
  ));
}

// The hexagons or outlines of a layer that names stay off, where they are so small that a name would hide them.
export function smallOnes(map, { clear }, parts, frame) {
  const boxes = parts.flat().flatMap(({ row, box, rings }) => (rings ? rings.map(boxOf) : clear.of.includes(row[clear.by]) ? [box] : []));
  return boxes.filter((box) => frame.sees(box)).map(([left, top, right, bottom]) => {
    const upper = map.layerPointToContainerPoint(frame.at(left, top)), lower = map.layerPointToContainerPoint(frame.at(right, bottom));
    return { x: (upper.x + lower.x) / 2, y: (upper.y + lower.y) / 2, half: (lower.x - upper.x) / 2, high: lower.y - upper.y };
  }).filter(({ half, high }) => 2 * half < SMALL_PX && high < SMALL_PX);
}
