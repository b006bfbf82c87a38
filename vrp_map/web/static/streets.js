// Streets under the hexagons: vector tiles of our own server, read here and drawn on canvases that Leaflet moves.
// A tile is a row of layers, each a row of features; only what is drawn is read (Mapbox Vector Tile 2.1, protobuf).

import { wanted } from "./ask.js";

export const FINEST = 14;
export const SIDE = 512;
// How many steps wide a layer of a tile is, unless it says so itself: a layer that would be too heavy has fewer, coarser ones.
const USUAL_EXTENT = 4096;
// What is drawn, the lowest first: width in pixels at zooms 10, 13 and 16; 0 = an area.
const LAYERS = {
  park: [0], water: [0], building: [0], rail: [0.6, 1, 1.6], path: [0, 0, 1], local: [0, 0.8, 4], minor: [0.4, 1.4, 6],
  secondary: [0.6, 2, 7], primary: [1, 2.6, 8], motorway: [1.2, 3, 9],
};
// Layers of names, with the usual kind.
const NAMES = { town_names: "town", road_numbers: "road number", sight_names: "station", main_names: "main street", street_names: "street" };
// The looks of kinds, and the zoom that phones write each from; the most important first.
const STYLES = { town: "name broad", village: "name broad" };
for (const kind of ["station", "tram stop", "hospital", "park", "school"]) STYLES[kind] = "name kind";
const ON_PHONES = {
  town: 11, village: 11, station: 14, "tram stop": 14, hospital: 14, park: 14, school: 14, "main street": 13, street: 15.5,
};

// Tiles that are on their way before there is a map, by address.
const early = new Map();

export function askEarly(address, at) {
  const key = addressOf(address, at), coming = tileAt(key, at);
  coming.catch(() => early.delete(key));
  early.set(key, coming);
}

const addressOf = (address, { z, x, y }) => address.replace("{z}", z).replace("{x}", x).replace("{y}", y);
const tileAt = (address, at) => wanted(address, bytesOf).then((bytes) => read(bytes, at));

export class Streets {
  // `address` of the tiles; `first`: the first zoom there is; `names`: as `ON_PHONES`.
  constructor(L, map, { address, first, credit, drawn, names = ON_PHONES }) {
    Object.assign(this, { L, map, address, first, from: names, known: new Map() });
    const layer = L.GridLayer.extend({ createTile: (at, done) => this.#canvas(at, done) });
    const style = getComputedStyle(map.getContainer());
    this.colours = Object.fromEntries(Object.keys(LAYERS).map((name) => [name, style.getPropertyValue(`--map-${name}`)]));
    this.layer = new layer({ tileSize: SIDE, zoomOffset: -1, minZoom: first + 1, pane: "tilePane", keepBuffer: 1, updateWhenZooming: false });
    // Once for all tiles of a view: whoever draws names over them draws everything anew.
    this.layer.on("load", drawn);
    this.layer.addTo(map);
    if (credit) L.control.attribution({ prefix: false, position: "bottomleft" }).addAttribution(credit).addTo(map);
  }

  // Whether tiles of this view are still to come.
  get isWaiting() {
    return this.layer.isLoading() && this.map.getZoom() >= this.first + 1;
  }

  // The names in view, the most important first: {name, lat, lon, kind, style, angle}.
  names() {
    const zoom = this.map.getZoom(), found = new Map(), labels = [];
    for (const tile of this.known.values()) if (tile.labels) labels.push(...tile.labels);
    for (const [kind, from] of Object.entries(this.from)) {
      if (zoom < from) continue;
      for (const label of labels) {
        if (label.kind !== kind) continue;
        const key = `${label.name} ${label.lat.toFixed(3)} ${label.lon.toFixed(3)}`;
        if (!found.has(key)) found.set(key, label);
      }
    }
    return [...found.values()];
  }

  #canvas({ x, y, z }, done) {
    const canvas = document.createElement("canvas");
    const zoom = z - 1;
    const step = Math.max(0, zoom - FINEST);
    const at = { z: zoom - step, x: x >> step, y: y >> step };
    this.#tile(at).then((tile) => {
      const sharp = Math.min(2, globalThis.devicePixelRatio || 1);
      canvas.width = canvas.height = SIDE * sharp;
      const part = { scale: (SIDE * sharp * 2 ** step) / USUAL_EXTENT, dx: (x - (at.x << step)) * SIDE * sharp, dy: (y - (at.y << step)) * SIDE * sharp };
      this.#draw(canvas.getContext("2d", { willReadFrequently: true }), tile, part, z, sharp);
      done(null, canvas);
    }, done);
    return canvas;
  }

  #tile(at) {
    const key = addressOf(this.address, at);
    if (!this.known.has(key)) {
      const coming = (early.get(key) ?? tileAt(key, at)).then((tile) => {
        this.known.get(key).labels = tile.labels;
        return tile;
      });
      early.delete(key);
      coming.catch(() => this.known.delete(key));
      this.known.set(key, { coming });
    }
    return this.known.get(key).coming;
  }

  #draw(paper, tile, { scale, dx, dy }, zoom, sharp) {
    paper.lineCap = paper.lineJoin = "round";
    paper.setTransform(1, 0, 0, 1, -dx, -dy);
    for (const [name, widths] of Object.entries(LAYERS)) {
      const shapes = tile.shapes[name];
      if (!shapes) continue;
      paper.fillStyle = paper.strokeStyle = this.colours[name];
      paper.lineWidth = (widths.length > 1 ? between(widths, zoom) : 2) * sharp;
      for (const isArea of [true, false]) {
        paper.beginPath();
        for (const shape of shapes) if (shape.isArea === isArea) trace(paper, shape.steps, (scale * USUAL_EXTENT) / shape.extent);
        if (isArea) paper.fill("evenodd");
        else if (paper.lineWidth) paper.stroke();
      }
    }
  }
}

function between([low, middle, high], zoom) {
  const mix = (a, b, part) => a + (b - a) * Math.min(1, Math.max(0, part));
  return zoom < 13 ? mix(low, middle, (zoom - 10) / 3) : mix(middle, high, (zoom - 13) / 3);
}

function trace(paper, steps, scale) {
  for (let i = 0, x = 0, y = 0; i < steps.length;) {
    const [kind, many] = [steps[i] & 7, steps[i] >> 3];
    i += 1;
    if (kind === 7) { paper.closePath(); continue; }
    for (let n = 0; n < many; n += 1, i += 2) {
      [x, y] = [x + signed(steps[i]), y + signed(steps[i + 1])];
      if (kind === 1) paper.moveTo(x * scale, y * scale);
      else paper.lineTo(x * scale, y * scale);
    }
  }
}

const signed = (n) => (n >> 1) ^ -(n & 1);

function read(bytes, { z, x, y }) {
  const shapes = {};
  const labels = [];
  for (const [field, layer] of fields(bytes)) {
    if (field !== 3) continue;
    const { name, keys, values, features, extent } = parts(layer);
    if (LAYERS[name]) shapes[name] = features.map(({ kind, steps }) => ({ isArea: kind === 3, steps, extent }));
    if (NAMES[name]) {
      for (const { tags, steps } of features) {
        const told = {};
        for (let i = 0; i < tags.length; i += 2) told[keys[tags[i]]] = values[tags[i + 1]];
        const [across, down] = [x + signed(steps[1]) / extent, y + signed(steps[2]) / extent].map((n) => n / 2 ** z);
        const kind = told.k ?? NAMES[name];
        const angle = STYLES[kind] || kind === "road number" ? undefined : told.a ?? 0;
        labels.push({
          name: told.n, kind, style: STYLES[kind] ?? "name", angle, lon: across * 360 - 180,
          lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * down))) * 180) / Math.PI,
        });
      }
    }
  }
  return { shapes, labels };
}

function parts(layer) {
  const found = { name: "", keys: [], values: [], features: [], extent: USUAL_EXTENT };
  for (const [field, value] of fields(layer)) {
    if (field === 1) found.name = text(value);
    if (field === 3) found.keys.push(text(value));
    if (field === 5) found.extent = value;
    if (field === 4) found.values.push(...[...fields(value)].map(([kind, one]) => (kind === 1 ? text(one) : kind === 6 ? signed(one) : one)));
    if (field === 2) {
      const feature = { kind: 0, tags: [], steps: [] };
      for (const [inner, one] of fields(value)) {
        if (inner === 2) feature.tags = numbers(one);
        if (inner === 3) feature.kind = one;
        if (inner === 4) feature.steps = numbers(one);
      }
      found.features.push(feature);
    }
  }
  return found;
}

const text = (bytes) => new TextDecoder().decode(bytes);

// Each field of a protobuf message: its number, and its bytes or its number.
function* fields(bytes) {
  const at = { i: 0 };
  while (at.i < bytes.length) {
    const key = varint(bytes, at);
    const kind = key & 7;
    if (kind === 0) yield [key >> 3, varint(bytes, at)];
    else {
      const size = kind === 2 ? varint(bytes, at) : kind === 1 ? 8 : 4;
      yield [key >> 3, bytes.subarray(at.i, at.i + size)];
      at.i += size;
    }
  }
}

function numbers(bytes) {
  const at = { i: 0 };
  const found = [];
  while (at.i < bytes.length) found.push(varint(bytes, at));
  return found;
}

function varint(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at.i];
    at.i += 1;
    value += (byte & 127) * 2 ** shift;
    if (!(byte & 128)) return value;
  }
}

const bytesOf = async (answer) => new Uint8Array(await answer.arrayBuffer());
