// The outline of the hexagon that the tip speaks of: neighbours of one class have no line between them.

import "./leaflet.js";
import { degreesOf } from "./shapes.js";

const { L } = globalThis;

export class Outline {
  constructor(map) {
    this.line = L.polygon([], { renderer: L.svg(), className: "map-outline", interactive: false, fill: false, weight: 2.5 }).addTo(map);
    this.hide();
  }

  show(ring) {
    if (ring === this.ring) return;
    this.ring = ring;
    this.line.setLatLngs(degreesOf(ring).map(([lon, lat]) => [lat, lon]));
  }

  hide() {
    if (this.ring) this.line.setLatLngs([]);
    this.ring = null;
  }
}
