// What the layers of a map are drawn from: fetched once, made ready to be drawn, and kept while the page is open.

import { wanted } from "./ask.js";
import { down, across, hexagons, outlines } from "./shapes.js";

// A layer of points may share its data with one of lines.
const points = ({ features }) => outlines({ features: features.filter(({ geometry }) => geometry.type === "Point") });
const READY = { hexagons, lines: outlines, points, words: (rows) => rows };
const MOST_TILES = 24, MOST_KEPT = 200;

export class Data {
  constructor() {
    // Hears that there is more to draw.
    this.arrived = () => {};
    this.known = new Map();
    this.shown = new Map();
    this.asked = new Map();
  }

  // What these layers need within the bounds. A layer keeps what it shows until all of the new is there.
  want(layers, bounds) {
    this.asked = new Map(layers.map((layer) => [layer.id, addresses(layer, bounds).map((at) => this.#ask(layer, at))]));
    this.#settle();
  }

  // Asks for what these layers need wherever the map looks, before there is a map.
  prepare(layers) {
    for (const layer of layers) if (typeof layer.data === "string" && !layer.tiles) this.#ask(layer, layer.data);
  }

  // The prepared data of a layer, one part for each address.
  of(layer) {
    return this.shown.get(layer.id) ?? [];
  }

  get isWaiting() {
    return [...this.asked.values()].some((parts) => parts.some((part) => !part.done));
  }

  // Whether an answer did not come. It is asked for again when the map is moved.
  get isMissing() {
    return [...this.asked.values()].some((parts) => parts.some((part) => part.done && part.ready === null));
  }

  #settle() {
    for (const id of this.shown.keys()) if (!this.asked.has(id)) this.shown.delete(id);
    for (const [id, parts] of this.asked) {
      if (parts.every((part) => part.done)) this.shown.set(id, parts.map((part) => part.ready).filter(Boolean));
    }
    for (const key of this.known.keys()) {
      if (this.known.size <= MOST_KEPT) break;
      this.known.delete(key);
    }
  }

  #ask({ kind, data }, address) {
    const key = `${kind} ${address ?? JSON.stringify(data)}`;
    const known = this.known.get(key);
    if (known) return known;
    const part = { done: false, ready: null };
    this.known.set(key, part);
    if (address === null) Object.assign(part, { done: true, ready: READY[kind](data) });
    else {
      wanted(address).then((said) => { part.ready = READY[kind](said); }).catch(() => this.known.delete(key)).then(() => {
        part.done = true;
        this.#settle();
        this.arrived();
      });
    }
    return part;
  }
}

// null stands for data that came with the layer.
function addresses({ data, tiles }, bounds) {
  if (typeof data !== "string") return [null];
  if (!tiles) return [data];
  const many = 2 ** tiles, found = [];
  const [west, east] = [bounds.getWest(), bounds.getEast()].map((lon) => Math.floor(across(lon) * many));
  const [north, south] = [bounds.getNorth(), bounds.getSouth()].map((lat) => Math.floor(down(lat) * many));
  for (let x = west; x <= east; x += 1) {
    for (let y = north; y <= south; y += 1) found.push(data.replace("{z}", tiles).replace("{x}", x).replace("{y}", y));
  }
  return found.length > MOST_TILES ? [] : found;
}
