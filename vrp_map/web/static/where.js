// The first question: one hexagon, or those of a journey; by map, by name, or by asking the phone where it is.

import { wanted } from "./ask.js";
import { Hexagons } from "./hexagons.js";
import { trimmed } from "./journey.js";
import { PinMap, loadLeaflet } from "./map.js";
import { Search } from "./search.js";

const at = (id) => document.getElementById(id);
const around = (cell) => (cell.name ? `around ${cell.name}` : "this place");
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const TOO_SHORT = "Keep going. We leave out the first and last bit, so nobody can see where you live.";

export class Where {
  // `done` is called when a place stands; `go` moves to another step.
  constructor({ event, ground, version, most, done, go }) {
    this.query = `event=${encodeURIComponent(event)}&v=${ground}`;
    this.hexagons = new Hexagons(this.query);
    this.search = new Search(this.query, (place) => this.#named(place));
    Object.assign(this, { version, most, done, go, journey: false, cells: [] });
    at("to-search").addEventListener("click", () => go("search"));
    at("journey").addEventListener("click", () => this.setJourney(!this.journey));
    at("undo").addEventListener("click", () => this.#set(this.cells.slice(0, -1)));
    at("use-place").addEventListener("click", () => this.#use());
    at("locate").addEventListener("click", () => this.#locate());
    // Browsers give the position to pages with https only.
    at("locate").hidden = !isSecureContext || !navigator.geolocation;
    addEventListener("online", () => this.map || this.start());
    this.#say();
  }

  // Loads the ground and then the map; each may fail, and what has loaded works.
  async start() {
    try {
      const ground = await wanted(`/pin/ground.json?${this.query}`);
      this.hexagons.learn(ground.groups, ground.reach);
      this.search.learn(ground);
      const L = await loadLeaflet(this.version);
      at("no-map").hidden = true;
      at("map").hidden = false;
      this.map = new PinMap(L, at("map"), ground, this.hexagons, (lat, lon) => this.#tapped(lat, lon));
      this.map.map.on("zoomend", () => this.#say());
      this.#look();
      this.#layStreets(L);
    } catch {
      at("map").hidden = true;
      at("no-map").hidden = false;
    }
    this.#say();
  }

  // Streets come last: without them the map still works.
  async #layStreets(L) {
    const { streets, first, credit } = document.body.dataset;
    if (!streets) return;
    try {
      const { Streets } = await import("./streets.js");
      this.map.lay(new Streets(L, this.map.map, { address: streets, first: Number(first), credit, drawn: () => this.map.draw() }));
    } catch {
      // The outlines and names are there.
    }
  }

  // What is sent: the hexagon, or what is left of the journey.
  get kept() {
    return this.journey ? trimmed(this.cells).kept : this.cells;
  }

  // What may be kept for later: a journey with its ends cut off, unless there is only a place left of it.
  get lasting() {
    return this.#isLongEnough(this.kept) ? this.kept.map((cell) => cell.id) : [];
  }

  // By which name the place was found, where it was not tapped.
  get found() {
    return this.kept.map((cell) => cell.found).filter(Boolean).pop();
  }

  get words() {
    const kept = this.kept;
    if (!this.journey && kept.length < 2) return kept.length ? capital(around(kept[0])) : "";
    const names = [...new Set(kept.map((cell) => cell.name).filter(Boolean))];
    const many = `A journey of ${kept.length} ${kept.length === 1 ? "place" : "places"}`;
    return names.length ? `${many}, by ${names.slice(0, 3).join(", ")}` : many;
  }

  clear() {
    this.journey = false;
    this.#set([]);
  }

  // Puts back the hexagons of a pin; what is left of a journey has been cut already. Their outlines and names come
  // later, unless another was chosen meanwhile.
  async restore(ids) {
    const isCut = ids.length > 1;
    const bare = ids.map((id) => ({ id, name: "" }));
    this.journey = false;
    this.#set(bare, isCut);
    const found = await Promise.all(bare.map((cell) => this.hexagons.cell(cell.id).catch(() => null)));
    if (this.cells !== bare) return;
    this.#set(bare.map((cell, i) => found[i] ?? cell), isCut);
    this.#look();
  }

  setJourney(on) {
    this.journey = on;
    this.#set(on ? this.cells : this.cells.slice(-1));
  }

  async #tapped(lat, lon) {
    try {
      const cell = await this.hexagons.at(lat, lon);
      if (cell) this.#choose(cell);
      else this.#say("That place is outside the area of this event.");
    } catch {
      this.#say("The places did not load. Check your connection and tap again.");
    }
  }

  async #named({ name, cell: id }) {
    let cell = null;
    try {
      cell = await this.hexagons.cell(id);
    } catch {
      // A single hexagon can be kept by its name alone; a journey needs to know how far apart its hexagons are.
    }
    if (!cell && this.journey) {
      at("search-said").textContent = "That place did not load. Check your connection and choose it again.";
      return;
    }
    this.go("where");
    this.#choose({ ...(cell ?? { id }), name, found: name }, true);
    if (cell) this.map?.go(cell.y * 1e-6, cell.x * 1e-6);
  }

  #locate() {
    this.#say("Finding where you are…");
    navigator.geolocation.getCurrentPosition(
      async ({ coords }) => {
        this.map?.go(coords.latitude, coords.longitude);
        await this.#tapped(coords.latitude, coords.longitude);
      },
      () => this.#say("We could not find where you are. Tap the map, or search by name."),
      { timeout: 15000, maximumAge: 60000 },
    );
  }

  // Tapping a hexagon of the journey again takes it out.
  #choose(cell, add = false) {
    const others = this.cells.filter((other) => other.id !== cell.id);
    if (!this.journey) this.#set([cell]);
    else this.#set(others.length < this.cells.length && !add ? others : [...others, cell]);
  }

  #set(cells, again = false) {
    this.cells = cells;
    this.again = again;
    this.#say();
  }

  // To the first hexagon chosen, once there is a map and its outline.
  #look() {
    const [cell] = this.cells;
    if (cell?.shape) this.map?.go(cell.y * 1e-6, cell.x * 1e-6);
  }

  #use() {
    const kept = this.kept;
    if (!this.cells.length) this.#say("Choose a place first: tap the map, or search by name.");
    else if (!this.#isLongEnough(kept)) this.#say("This journey is too short. We leave out the first and last bit. Tap more places, or choose one place.");
    else if (kept.length > this.most) this.#say(`That journey is too long. Use up to ${this.most} places.`);
    else this.done();
  }

  // One hexagon alone is a place, and would count as one.
  #isLongEnough(kept) {
    return kept.length > (this.journey ? 1 : 0);
  }

  #say(message = "") {
    const { kept, cut } = this.journey ? trimmed(this.cells) : { kept: this.cells, cut: [] };
    const drawn = (cells) => cells.filter((cell) => cell.shape);
    this.map?.show(drawn(kept), drawn(cut));
    at("journey").setAttribute("aria-pressed", this.journey);
    document.querySelector("#where h1").textContent = this.journey ? "Where does your journey go? Tap the places in order." : "Where do you feel safe or unsafe? Tap the place.";
    at("place").textContent = message || this.#sentence(kept.length);
    at("use-place").textContent = this.journey ? "Use this journey" : "Use this place";
    at("use-place").classList.toggle("unready", !this.#isLongEnough(kept));
    at("undo").hidden = at("chosen").hidden = !(this.journey && this.cells.length);
    at("route").replaceChildren(...(this.journey ? this.cells.map((cell) => this.#item(cell, cut)) : []));
  }

  #sentence(left) {
    if (!this.cells.length) return !this.map ? "" : this.map.isClose ? "Tap the place." : "Tap the map to zoom in.";
    if (this.again) return `${this.cells.length} places.`;
    if (!this.journey) return `${capital(around(this.cells[0]))}.`;
    const many = this.cells.length;
    return left ? `${many} chosen. We leave out the first and last bit and send ${left}.` : `${many} chosen. ${TOO_SHORT}`;
  }

  #item(cell, cut) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const text = document.createElement("span");
    text.textContent = `${capital(around(cell))}${cut.includes(cell) ? " (left out)" : ""}`;
    button.type = "button";
    button.className = "quiet";
    button.textContent = "Remove";
    button.setAttribute("aria-label", `Remove ${around(cell)}`);
    button.addEventListener("click", () => this.#set(this.cells.filter((other) => other !== cell)));
    item.append(text, button);
    return item;
  }
}
