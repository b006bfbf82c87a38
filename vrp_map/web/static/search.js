// Finding a place without the map: by its name, or by choosing an area, a part of it, and a place there.

import { wanted } from "./ask.js";

const PAUSE_MS = 250;
const SHORTEST = 2;
const MOST_FOUND = 20;
const at = (id) => document.getElementById(id);

export class Search {
  // `picked` hears {name, area, cell} of the place that was chosen.
  constructor(query, picked) {
    this.query = query;
    this.picked = picked;
    at("search-form").addEventListener("submit", (event) => (event.preventDefault(), this.#find()));
    at("words").addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#find(), PAUSE_MS);
    });
    at("big").addEventListener("change", () => this.#parts());
    at("small").addEventListener("change", () => this.#inside());
  }

  // The areas to choose from: [key, name, lat, lon] and, of the parts, the position of their area.
  learn({ big, small }) {
    this.small = small;
    at("big").replaceChildren(new Option("Choose an area", ""), ...big.map(([, name], i) => new Option(name, i)));
  }

  async #find() {
    clearTimeout(this.timer);
    const words = at("words").value.trim();
    if (words.length < SHORTEST) return this.#list("found", [], "search-said", "");
    await this.#ask(`q=${encodeURIComponent(words)}`, "found", "search-said", "We can’t find that. Try just the street name, or tap the map.");
  }

  #parts() {
    const chosen = at("big").value;
    const parts = (this.small ?? []).filter((part) => String(part[4]) === chosen);
    at("small").replaceChildren(new Option("Choose a part", ""), ...parts.map(([key, name]) => new Option(name, key)));
    at("small").disabled = !parts.length;
    this.#list("listed", [], "list-said", "");
  }

  async #inside() {
    const key = at("small").value;
    if (!key) return this.#list("listed", [], "list-said", "");
    await this.#ask(`area=${encodeURIComponent(key)}`, "listed", "list-said", "We have no place names there.");
  }

  async #ask(what, list, line, none) {
    const mine = (this.asked = {});
    let places;
    try {
      places = await wanted(`/pin/places.json?${this.query}&${what}`);
    } catch {
      return this.#list(list, [], line, "Search is not working. Check your connection and try again.");
    }
    // Something else was asked for while this came.
    if (mine !== this.asked) return;
    const all = `${places.length} ${places.length === 1 ? "place" : "places"}.`;
    // The server gives no more of a search than this; of an area it gives all.
    const isCut = list === "found" && places.length >= MOST_FOUND;
    const many = isCut ? `The first ${places.length} places. Type more letters, or add the area.` : all;
    this.#list(list, places, line, places.length ? many : none);
  }

  #list(list, places, line, said) {
    at(line).textContent = said;
    at(list).replaceChildren(...places.map((place) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const area = document.createElement("span");
      button.type = "button";
      button.textContent = place.name;
      area.textContent = place.area;
      button.append(area);
      button.addEventListener("click", () => this.picked(place));
      item.append(button);
      return item;
    }));
  }
}
