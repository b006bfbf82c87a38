// The map: outlines and names only, drawn by Leaflet from our own addresses. No tiles, nobody else is asked.

import { outline } from "./hexagons.js";
import { writeNames } from "./names.js";

const SHOW_GRID = 15;
const SHOW_STREETS = 15;
const SHOW_PARTS = 12;
const STEPS = [13, 16];
const MOST_NAMES = 60;
const STEP = 1e-4;
const BROAD = "name broad";

// Leaflet is an ordinary script: loaded when the page is up, so that the page lives without it.
export function loadLeaflet(version) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `/pin/static/${version}/leaflet.js`;
    script.addEventListener("load", () => (globalThis.L ? done(globalThis.L) : failed(new Error("no map"))));
    script.addEventListener("error", failed);
    document.head.append(script);
  });
}

export class PinMap {
  // `picked` hears the latitude and longitude of a tap that is close enough to choose a hexagon.
  constructor(L, box, ground, hexagons, picked) {
    this.L = L;
    this.hexagons = hexagons;
    this.ground = ground;
    this.picked = picked;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = L.map(box, {
      attributionControl: false, zoomControl: false, zoomAnimation: !still, fadeAnimation: false, inertia: !still,
      doubleClickZoom: false, maxZoom: 18, minZoom: 8, maxBoundsViscosity: 1, zoomSnap: 0.25,
    });
    L.control.zoom({ position: "bottomright" }).addTo(this.map);
    this.map.getPane("markerPane").setAttribute("aria-hidden", "true");
    this.names = L.layerGroup().addTo(this.map);
    this.grid = this.#shape("grid");
    this.cut = this.#shape("cut");
    this.kept = this.#shape("chosen");
    for (const [lines, kind] of [[ground.lines, "area-line"], [ground.edge, "edge-line"]]) {
      L.polyline(lines.map(unpacked), { className: kind, interactive: false, smoothFactor: 1.5 }).addTo(this.map);
    }
    this.map.fitBounds(ground.bounds, { padding: [4, 4] });
    this.map.setMaxBounds(L.latLngBounds(ground.bounds).pad(0.5));
    this.map.on("click", (tap) => this.tap(tap.latlng));
    this.map.on("moveend", () => this.draw());
    whenResized(box, () => this.resized());
    box.addEventListener("keydown", (event) => {
      if (event.target !== box || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      this.tap(this.map.getCenter());
    });
    this.draw();
  }

  #shape(kind) {
    return this.L.polygon([], { className: kind, interactive: false, smoothFactor: 0, noClip: true }).addTo(this.map);
  }

  // Far out a finger covers a whole town: a tap there comes closer, one close up chooses.
  tap({ lat, lng }) {
    const closer = STEPS.find((zoom) => this.map.getZoom() < zoom - 1);
    if (closer) this.map.setView([lat, lng], closer);
    else this.picked(lat, lng);
  }

  // Draws streets under everything else, and writes their names in place of our own.
  lay(streets) {
    this.streets = streets;
    this.draw();
  }

  get isClose() {
    return this.map.getZoom() >= SHOW_GRID;
  }

  go(lat, lon) {
    this.map.setView([lat, lon], Math.max(this.map.getZoom(), STEPS[1]));
  }

  resized() {
    this.map.invalidateSize({ pan: false });
  }

  show(kept, cut) {
    this.kept.setLatLngs(kept.map((cell) => [outline(cell)]));
    this.cut.setLatLngs(cut.map((cell) => [outline(cell)]));
  }

  async draw() {
    const zoom = this.map.getZoom();
    const view = this.map.getBounds();
    const asked = (this.asked = {});
    let groups = [];
    if (zoom >= SHOW_GRID) {
      const near = this.hexagons.near([[view.getSouth(), view.getWest()], [view.getNorth(), view.getEast()]]);
      groups = (await Promise.allSettled(near.map((g) => this.hexagons.load(g.name))))
        .filter((came) => came.status === "fulfilled").map((came) => came.value);
      // The map has moved on while these came.
      if (asked !== this.asked) return;
    }
    this.grid.setLatLngs(groups.flatMap((group) => group.cells).map((cell) => [outline(cell)]));
    this.#write(zoom, groups);
  }

  #write(zoom, groups) {
    const named = (rows, kind) => rows.map(([, name, lat, lon]) => ({ name, lat, lon, style: kind }));
    const streets = zoom < SHOW_STREETS ? [] : groups.flatMap((group) => group.labels)
      .sort((a, b) => a.kind - b.kind).map((label) => ({ ...label, style: label.kind ? "name kind" : "name" }));
    const wanted = this.streets && zoom >= SHOW_PARTS
      ? [...(zoom < SHOW_STREETS ? named(this.ground.big, BROAD) : []), ...this.streets.names(),
        ...(zoom < SHOW_STREETS ? named(this.ground.small, "name") : [])]
      : zoom >= SHOW_STREETS ? streets
      : [...named(this.ground.big, BROAD), ...(zoom >= SHOW_PARTS ? named(this.ground.small, "name") : [])];
    this.names.clearLayers();
    writeNames(this.L, this.map, this.names, wanted, { most: MOST_NAMES });
  }
}

// Where a browser cannot tell that a box has changed, its window can.
export function whenResized(box, changed) {
  if (globalThis.ResizeObserver) new ResizeObserver(changed).observe(box);
  else addEventListener("resize", changed);
}

// Outlines as the server packs them: the first point, then the steps, in ten-thousandths of a degree.
export function unpacked(steps) {
  const points = [];
  for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) {
    [x, y] = [x + steps[i], y + steps[i + 1]];
    points.push([y * STEP, x * STEP]);
  }
  return points;
}
