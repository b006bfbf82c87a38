// Where exactly a broken thing is: the named places in and around the hexagons chosen, offered once a thing is chosen.
// Nothing waits for the names: without them it is "no exact place".

import { isBroken } from "./answers.js";
import { wanted } from "./ask.js";

const at = (id) => document.getElementById(id);

export class ThingPlaces {
  constructor(query) {
    this.query = query;
    this.cells = "";
    this.listed = false;
  }

  // The hexagons as they stand now. A name that belongs to others is let go.
  stand(ids) {
    const cells = ids.map((id) => `&cell=${id}`).join("");
    if (cells !== this.cells) this.#begin(cells, []);
  }

  // A pin that was not taken, with the name that it had.
  restore(ids, name) {
    this.#begin(ids.map((id) => `&cell=${id}`).join(""), name ? [name] : [], name);
  }

  // Asks for the names, once for the same hexagons. `found`: by which name the hexagon was found, if it was.
  async offer(found) {
    this.#show();
    if (this.listed || !this.cells || !isBroken()) return;
    const cells = this.cells;
    let places;
    try {
      places = await wanted(`/pin/places.json?${this.query}${cells}`);
    } catch {
      // What was there stays; the next look asks again.
      return;
    }
    // Another hexagon was chosen while this came, or another screen shown: nothing is chosen unseen.
    if (cells !== this.cells || this.listed || document.body.dataset.step !== "helps") return;
    this.listed = true;
    this.#fill(places.map(({ name }) => name), at("thing-place").value || found);
    this.#show();
  }

  #begin(cells, names, chosen) {
    this.cells = cells;
    this.listed = false;
    this.#fill(names, chosen);
    this.#show();
  }

  #fill(names, chosen) {
    const options = names.map((name) => new Option(name, name, false, name === chosen));
    at("thing-place").replaceChildren(new Option("No exact place", ""), ...options);
  }

  #show() {
    const box = at("where-exactly");
    const hidden = !isBroken() || at("thing-place").length < 2;
    if (hidden === box.hidden) return;
    box.hidden = hidden;
    at("places-said").textContent = hidden ? "" : "You can choose exactly where below.";
    // It comes up under the last answer, which may be where the screen ends.
    if (!hidden) box.scrollIntoView({ block: "nearest" });
  }
}
