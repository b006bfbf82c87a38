// A map of hexagons by how many feel unsafe (lines) and safe (filled), with outlines and names, and nothing to press.

import { unpacked } from "./map.js";
import { writeNames } from "./names.js";

const SHOW_PARTS = 12;
const MOST_NAMES = 40;
const CLOSEST = 14;
const ROOM = 64; // pixels that a hexagon must have across for its numbers to stand in it
const STRENGTHS = ["few", "some", "many"];
const FILLED = [0.35, 0.6, 0.9];

export class HexagonMap {
  // `ground` has bounds, outlines and names; null where they did not come.
  constructor(L, box, ground, { scale = 1 } = {}) {
    Object.assign(this, { L, ground, scale, hexagons: [] });
    this.map = L.map(box, {
      attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, dragging: false,
      touchZoom: false, scrollWheelZoom: false, doubleClickZoom: false, boxZoom: false, keyboard: false, zoomSnap: 0.1,
      renderer: L.svg({ padding: 0.2 }),
    });
    this.names = L.layerGroup().addTo(this.map);
    this.cells = L.layerGroup().addTo(this.map);
    for (const [lines, kind] of [[ground?.lines ?? [], "area-line"], [ground?.edge ?? [], "edge-line"]]) {
      L.polyline(lines.map(unpacked), { className: kind, interactive: false, smoothFactor: 1.5 }).addTo(this.map);
    }
    new ResizeObserver(() => this.#fit()).observe(box);
  }

  // Each: {outline, unsafe, safe, corridor}; a count that is missing is not public.
  draw(hexagons) {
    this.hexagons = hexagons;
    this.#fit();
  }

  #fit() {
    const corners = this.hexagons.flatMap((hexagon) => hexagon.outline);
    const bounds = corners.length ? this.L.latLngBounds(corners).pad(0.08) : this.ground?.bounds;
    if (!bounds) return;
    this.map.invalidateSize({ pan: false });
    this.map.fitBounds(bounds, { animate: false, maxZoom: CLOSEST });
    this.cells.clearLayers();
    this.names.clearLayers();
    const most = (kind) => Math.max(1, ...this.hexagons.map((hexagon) => hexagon[kind] ?? 0));
    const [unsafe, safe] = [most("unsafe"), most("safe")];
    for (const hexagon of this.hexagons) this.#hexagon(hexagon, unsafe, safe);
    this.#names();
  }

  #hexagon({ outline, unsafe, safe, corridor }, mostUnsafe, mostSafe) {
    const shape = (options) => this.L.polygon(outline, { interactive: false, smoothFactor: 0, ...options }).addTo(this.cells);
    if (safe) shape({ className: "safe", stroke: false, fillOpacity: FILLED[third(safe, mostSafe)] });
    if (unsafe) {
      shape({ className: "under", stroke: false, fillOpacity: safe ? 0 : 0.3 });
      shape({ stroke: false, fillColor: `url(#${STRENGTHS[third(unsafe, mostUnsafe)]})`, fillOpacity: 1 });
    }
    shape({ className: unsafe || safe ? "rim" : "corridor", fill: false });
    this.#numbers(outline, [unsafe && ["!", unsafe], safe && ["✓", safe]].filter(Boolean));
    return corridor;
  }

  #numbers(outline, lines) {
    const xs = outline.map((corner) => this.map.latLngToContainerPoint(corner).x);
    if (!lines.length || Math.max(...xs) - Math.min(...xs) < ROOM * this.scale) return;
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

  #names() {
    if (!this.ground) return;
    const named = (rows, style) => rows.map(([, name, lat, lon]) => ({ name, lat, lon, style }));
    const parts = this.map.getZoom() >= SHOW_PARTS ? named(this.ground.small, "name") : [];
    const wanted = [...named(this.ground.big, "name broad"), ...parts];
    writeNames(this.L, this.map, this.names, wanted, { most: MOST_NAMES, scale: this.scale });
  }
}

const third = (n, most) => Math.min(2, Math.floor((3 * n) / (most + 1)));

// "12 people feel unsafe, 10 feel safe", in words that need no picture.
export function inWords({ unsafe, safe, corridor }) {
  const said = [];
  if (unsafe) said.push(`${unsafe.toLocaleString("en-GB")} feel unsafe`);
  if (safe) said.push(`${safe.toLocaleString("en-GB")} feel safe`);
  if (corridor) said.push(`${corridor.toLocaleString("en-GB")} pass on a journey`);
  return said.join(", ");
}
