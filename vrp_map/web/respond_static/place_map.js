// The map of the form: streets where there is a base map, else outlines and names. A tap becomes the hexagon that holds it.

const { pinStatic, streets, first, credit } = document.body.dataset;
const from = (name) => import(`/pin/static/${pinStatic}/${name}`);
const said = document.getElementById("map-said"), box = document.getElementById("map");
// The zoom from which a smaller hexagon is taken; its size is about what a finger covers. Further out a tap comes closer.
const SIZES = [[16, 10], [14, 9], [12, 8]];
const METRES = { 8: 870, 9: 330, 10: 125 };
const NEARER = 13, CLOSE = 16, MOST_NAMES = 60;

export class PlaceMap {
  // `chosen` hears the hexagon: {cell, name}.
  constructor(chosen) {
    this.chosen = chosen;
    this.ready = this.#start();
  }

  async #start() {
    try {
      const [{ loadLeaflet, unpacked }, { writeNames }, ground] = await Promise.all([
        from("map.js"), from("names.js"), fetch("/respond/outlines").then((answer) => answer.json()),
      ]);
      const L = await loadLeaflet(pinStatic);
      Object.assign(this, { L, ground, writeNames });
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.map = L.map(box, { attributionControl: false, zoomAnimation: !still, fadeAnimation: false, maxZoom: 18, minZoom: 7, scrollWheelZoom: false });
      L.polyline(ground.lines.map(unpacked), { className: "area-line", interactive: false }).addTo(this.map);
      this.shape = L.polygon([], { className: "chosen", interactive: false }).addTo(this.map);
      this.names = L.layerGroup().addTo(this.map);
      this.map.getPane("markerPane").setAttribute("aria-hidden", "true");
      this.map.fitBounds(ground.bounds);
      this.map.on("click", (tap) => this.#take(tap.latlng));
      this.map.on("moveend", () => this.#write());
      box.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        this.#take(this.map.getCenter());
      });
      if (streets) {
        const { Streets } = await from("streets.js");
        this.streets = new Streets(L, this.map, { address: streets, first: Number(first), credit, drawn: () => this.#write() });
      }
      this.#write();
    } catch {
      said.textContent = "The map did not load. Type the place instead.";
    }
  }

  // Shows a hexagon that was chosen otherwise; "" takes it away.
  async show(cell) {
    await this.ready;
    if (!this.map || cell === this.shown) return;
    this.shown = cell;
    this.shape.setLatLngs([]);
    if (!cell) return;
    const found = await this.#ask(`cell=${encodeURIComponent(cell)}`);
    if (found && this.shown === cell) this.#draw(found, true);
  }

  async #take({ lat, lng }) {
    const zoom = this.map.getZoom(), size = SIZES.find(([from]) => zoom >= from)?.[1];
    if (!size) {
      this.map.setView([lat, lng], NEARER);
      said.textContent = "This is closer. Now choose the place.";
      return;
    }
    const found = await this.#ask(`lat=${lat.toFixed(6)}&lon=${lng.toFixed(6)}&size=${size}`);
    if (!found) return;
    this.shown = found.cell;
    this.#draw(found);
    said.textContent = `Chosen: a hexagon about ${METRES[size].toLocaleString("en-GB")} metres across, ${found.name}.`;
    this.chosen(found);
  }

  async #ask(query) {
    try {
      const answer = await fetch(`/respond/hexagon?${query}`);
      if (answer.ok) return await answer.json();
    } catch { /* Said below. */ }
    said.textContent = "The hexagon did not load. Try again, or type the place.";
    return null;
  }

  #draw({ outline }, go = false) {
    this.shape.setLatLngs([outline]);
    if (go) this.map.fitBounds(this.shape.getBounds(), { maxZoom: CLOSE, padding: [60, 60] });
  }

  #write() {
    const areas = this.ground.big.map(([, name, lat, lon]) => ({ name, lat, lon, style: "name broad" }));
    this.names.clearLayers();
    this.writeNames(this.L, this.map, this.names, [...(this.map.getZoom() < 13 ? areas : []), ...(this.streets?.names() ?? [])], { most: MOST_NAMES });
  }
}
