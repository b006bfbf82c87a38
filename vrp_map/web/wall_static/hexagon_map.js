// A map of hexagons by how many feel unsafe (lines) and safe (filled), with outlines and names, and nothing to press.

import { unpacked, whenResized } from "./map.js";
import { writeNames } from "./names.js";

const SHOW_PARTS = 12;
const MOST_NAMES = 40;
const CLOSEST = 14;
const ROOM = 64; // pixels that a hexagon must have across for its numbers to stand in it
const LINES = 9; // pixels from one line of a hatched hexagon to the next, where there is room
const MOVE = [2, 3]; // lines that a name may move to leave what must be seen free: close up, and far out
const STRENGTHS = ["few", "some", "many"];
const FILLED = [0.35, 0.6, 0.9];

export class HexagonMap {
  constructor(L, box, { scale = 1 } = {}) {
    Object.assign(this, { L, ground: null, streets: null, scale, hexagons: [], label: () => {} });
    this.map = L.map(box, {
      attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, dragging: false,
      touchZoom: false, scrollWheelZoom: false, doubleClickZoom: false, boxZoom: false, keyboard: false, zoomSnap: 0.1,
      renderer: L.svg({ padding: 0.2 }),
    });
    this.names = L.layerGroup().addTo(this.map);
    this.cells = L.layerGroup().addTo(this.map);
    whenResized(box, () => this.#fit());
  }

  // The ground has bounds, outlines and names; it comes later than the hexagons, and they stand without it.
  learn(ground) {
    this.ground = ground;
    this.#fit();
    for (const [lines, kind] of [[ground.lines, "area-line"], [ground.edge, "edge-line"]]) {
      const options = { className: kind, interactive: false, smoothFactor: 1.5 };
      this.L.polyline(lines.map(unpacked), options).addTo(this.map).bringToBack();
    }
  }

  // Draws streets under everything else, where the body names a base map, and says their source. Without them it still works.
  async lay() {
    const { streets, first, credit } = document.body.dataset;
    if (!streets) return;
    try {
      const { Streets } = await import("./streets.js");
      this.streets = new Streets(this.L, this.map, { address: streets, first: Number(first), credit, drawn: () => this.label() });
    } catch {
      // The outlines and names are there.
    }
  }

  // Each: {outline, unsafe, safe, corridor}; a count that is missing is not public.
  draw(hexagons) {
    this.hexagons = hexagons;
    this.#fit();
  }

  #fit() {
    const bounds = this.#bounds();
    if (!bounds) return;
    this.map.invalidateSize({ pan: false });
    this.map.fitBounds(bounds, { animate: false, maxZoom: CLOSEST });
    this.cells.clearLayers();
    const most = (kind) => Math.max(1, ...this.hexagons.map((hexagon) => hexagon[kind] ?? 0));
    const [unsafe, safe] = [most("unsafe"), most("safe")];
    const boxes = this.hexagons.map(({ outline }) => this.#box(outline));
    this.#lines(boxes[0]?.half * 2);
    this.hexagons.forEach((hexagon, i) => this.#hexagon(hexagon, boxes[i], unsafe, safe));
    // Names may lie on a large hexagon, not on its numbers; a small one they leave free.
    const [half, tall] = [28 * this.scale, 30 * this.scale];
    const avoid = boxes.map((box) => (this.#hasRoom(box) ? { ...box, half, tall } : box));
    const lines = boxes.length && this.#hasRoom(boxes[0]) ? MOVE[0] : MOVE[1];
    this.label = () => this.#names(avoid, lines);
    this.label();
  }

  // The hexagons; or the whole area, where they are spread over most of it: cut off, it would look like a mistake.
  #bounds() {
    const corners = this.hexagons.flatMap((hexagon) => hexagon.outline);
    const whole = this.ground && this.L.latLngBounds(this.ground.bounds);
    if (!corners.length) return whole;
    const found = this.L.latLngBounds(corners).pad(0.08);
    const across = (bounds) => bounds.getEast() - bounds.getWest();
    return whole && across(found) > across(whole) / 2 ? found.extend(whole) : found;
  }

  #box(outline) {
    const points = outline.map((corner) => this.map.latLngToContainerPoint(corner));
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    return { x: (left + right) / 2, y: (top + bottom) / 2, half: (right - left) / 2, tall: (bottom - top) / 2 + 9 };
  }

  #hasRoom(box) {
    return box.half * 2 >= ROOM * this.scale;
  }

  // Small hexagons get fine lines, so that there are always several.
  #lines(across) {
    const size = Math.min(1.5 * this.scale, Math.max(0.45, (across || 0) / 5 / LINES));
    for (const id of STRENGTHS) {
      document.getElementById(id)?.setAttribute("patternTransform", `rotate(45) scale(${size.toFixed(2)})`);
    }
  }

  #hexagon({ outline, unsafe, safe }, box, mostUnsafe, mostSafe) {
    const shape = (corners, options) =>
      this.L.polygon(corners, { interactive: false, smoothFactor: 0, ...options }).addTo(this.cells);
    // Where both are felt, each has its half: four corners in a row are half a hexagon.
    const [left, right] = safe && unsafe ? [outline.slice(0, 4), [...outline.slice(3), outline[0]]] : [outline, outline];
    if (safe) shape(right, { className: "safe", stroke: false, fillOpacity: FILLED[third(safe, mostSafe)] });
    if (unsafe) {
      shape(left, { className: "under", stroke: false, fillOpacity: 0.3 });
      shape(left, { stroke: false, fillColor: `url(#${STRENGTHS[third(unsafe, mostUnsafe)]})`, fillOpacity: 1 });
    }
    shape(outline, { className: unsafe || safe ? "rim" : "corridor", fill: false });
    const lines = [unsafe && ["!", unsafe], safe && ["✓", safe]].filter(Boolean);
    if (lines.length && this.#hasRoom(box)) this.#numbers(outline, lines);
  }

  #numbers(outline, lines) {
    const html = document.createElement("span");
    html.className = "count";
    for (const [mark, n] of lines) {
      const line = document.createElement("span");
      line.textContent = `${mark} ${n.toLocaleString("en-GB")}`;
      html.append(line);
    }
    const icon = this.L.divIcon({ html, className: "", iconSize: [0, 0] });
    const middle = this.L.latLngBounds(outline).getCenter();
    this.L.marker(middle, { icon, interactive: false, keyboard: false }).addTo(this.cells);
  }

  #names(avoid, lines) {
    this.names.clearLayers();
    if (!this.ground) return;
    const named = (rows, style) => rows.map(([, name, lat, lon]) => ({ name, lat, lon, style }));
    const parts = this.map.getZoom() >= SHOW_PARTS ? named(this.ground.small, "name") : [];
    const wanted = [...named(this.ground.big, "name broad"), ...parts, ...(this.streets?.names() ?? [])];
    writeNames(this.L, this.map, this.names, wanted, { most: MOST_NAMES, scale: this.scale, avoid, lines });
  }
}

const third = (n, most) => Math.min(2, Math.floor((3 * n) / (most + 1)));

// "12 people feel unsafe, 10 feel safe", in words that need no picture.
export function inWords({ unsafe, safe, corridor }) {
  const said = [];
  if (unsafe) said.push(`${unsafe.toLocaleString("en-GB")} feel unsafe`);
  if (safe) said.push(`${safe.toLocaleString("en-GB")} feel safe`);
  if (corridor) said.push(`${corridor.toLocaleString("en-GB")} pass through on a journey`);
  return said.join(", ");
}
