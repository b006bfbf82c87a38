// A map of the staff pages: streets, hexagons, lines and words as the page describes them, drawn by Leaflet on canvases.
// What it is told is in `vrp_map/maps/staff_map.py`. A press says which hexagon it hit, a drawn shape its corners.

import "./leaflet.js";
import { Drawing } from "./drawing.js";
import { Drawer } from "./draw_shape.js";
import { tellOfFingers } from "./fingers.js";
import { boxIn } from "./frame.js";
import { forget, keep, kept } from "./kept_view.js";
import { Data } from "./map_data.js";
import { MissingTiles } from "./missing_tiles.js";
import { Outline } from "./outline.js";
import { hexagonAt } from "./shapes.js";
import { Streets } from "./streets.js";
import { Tip, linesOf } from "./tip.js";
import { placed, smallOnes, wordsOf } from "./words.js";

const { L } = globalThis;
// Zooms are told as tiles count them, the world 512 pixels wide at 0; for Leaflet it is 256.
const ZOOM = 1;
const NEAREST = 17, FARTHEST = 4;
const CONTROLS = ".north, .draw-tools button, .whole-screen, .leaflet-control";
const NEAR = 1e-3;
const MOST_PRESSES = 50;
const DARK = "(prefers-color-scheme: dark)";
const MISSING = "The map is not complete: some of its data did not come. Move the map to ask again, or reload the page.";
const MOVES = "Arrow keys move the map, plus and minus zoom.", CHOOSES = "Enter chooses the hexagon in the middle.";

export class StaffMap {
  constructor(box, data = new Data()) {
    this.box = box;
    this.told = {};
    // What was said before there is anyone to hear it.
    this.unheard = new Map();
    this.send = (kind, said) => this.unheard.set(kind, said);
    // The number of the last press, and those that the page has not said it heard.
    this.pressed = 0;
    this.presses = [];
    this.ended = new AbortController();
    // The page follows its computer into the night; what it told the map is in the colours of the day.
    matchMedia(DARK).addEventListener("change", () => next(() => this.send("look", {})), { signal: this.ended.signal });
    this.data = data;
    this.data.arrived = () => this.paint();
    const touches = matchMedia("(pointer: coarse)").matches;
    this.map = L.map(box, {
      attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, inertia: false, zoomSnap: 0, scrollWheelZoom: false,
      // One finger scrolls the page, two move the map.
      dragging: !touches, minZoom: FARTHEST + ZOOM, maxZoom: NEAREST + ZOOM, maxBoundsViscosity: 1,
    });
    L.control.zoom({ position: "topright" }).addTo(this.map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(this.map);
    this.credit = L.control.attribution({ prefix: false, position: "bottomright" }).addTo(this.map);
    this.drawing = new Drawing((pen, frame) => this.draw(pen, frame));
    this.touches = touches;
    this.outline = new Outline(this.map);
    this.tip = new Tip(box, box.parentElement.querySelector(".map-heard"));
    if (touches) tellOfFingers(box, box.parentElement.querySelector(".map-hint"), () => this.map.dragging.enabled());
    this.map.on("moveend", () => this.moved());
    this.map.on("click", (press) => this.press(press.latlng, press.containerPoint));
    this.map.on("mousemove", (move) => this.hover(move.latlng, move.containerPoint));
    this.map.on("mouseout movestart", () => this.hover(null));
    box.addEventListener("blur", () => this.hover(null));
    box.addEventListener("keydown", (event) => this.key(event));
    this.resized = new ResizeObserver(() => this.map.invalidateSize({ animate: false }));
    this.resized.observe(box);
    this.#wholeScreen();
    this.drawer = new Drawer(box.parentElement, this);
  }

  end() {
    this.ended.abort();
    this.resized.disconnect();
    this.data.arrived = () => {};
    this.drawer.end();
    this.map.remove();
  }

  // Called at first and whenever the page describes the map anew. `send` hears what a person did: ("pressed",
  // { presses: [[number, cell], …] }) or ("shape", { points, take_out }).
  update(told, send) {
    const before = this.told;
    this.told = told;
    if (send) this.send = send;
    this.box.setAttribute("aria-label", told.alt);
    this.box.setAttribute("aria-description", told.presses ? `${MOVES} ${CHOOSES}` : MOVES);
    this.box.style.background = told.look.paper;
    if (!same(before.look, told.look) || !same(before.streets, told.streets)) this.#lay();
    if (!same(before.view, told.view)) this.#look(before.view);
    if (!this.map.hasLayer(this.drawing)) this.drawing.addTo(this.map);
    this.drawer.update(told.draw);
    this.#keep();
    if (!same(before.layers, told.layers) || this.data.isMissing) this.#ask();
    this.pressed = Math.max(this.pressed, told.heard);
    this.presses = this.presses.filter(([number]) => number > told.heard);
    if (!send) return;
    for (const said of this.unheard) send(...said);
    this.unheard.clear();
  }

  // Streets in the colours of the day or the night, beneath everything else.
  #lay() {
    const { streets, look } = this.told;
    this.base?.remove();
    this.streets?.layer.remove();
    this.base = this.streets = this.tiles = null;
    if (this.creditWords) this.credit.removeAttribution(this.creditWords);
    this.creditWords = "";
    for (const [name, colour] of Object.entries(look.streets)) this.box.style.setProperty(`--map-${name}`, colour);
    // Asked for so that the picture of the map may hold them.
    if (streets?.raster) this.base = L.tileLayer(streets.raster, { className: "map-raster", crossOrigin: true }).addTo(this.map);
    else if (streets) {
      const { address, first, credit } = streets;
      const names = Object.fromEntries(Object.entries(streets.names).map(([kind, zoom]) => [kind, zoom + ZOOM]));
      this.streets = new Streets(L, this.map, { address, first, drawn: () => this.paint(), names });
      this.creditWords = escaped(credit);
      if (credit) this.credit.addAttribution(this.creditWords);
    }
    const layer = this.base ?? this.streets?.layer;
    if (layer) this.tiles = new MissingTiles(this.map, layer, { mayEnd: Boolean(this.base), changed: () => this.paint() });
  }

  #look(before) {
    // Back from a brief or a plan, the map looks where it was left. Read first: each move is kept anew.
    const [lng, lat, near] = (before ? null : kept(this.told.place)) ?? this.whole;
    this.map.setView([lat, lng], near + ZOOM, { animate: false });
  }

  // Where the page says to look, from further away where the map is narrower than the page took it to be.
  get whole() {
    const { longitude, latitude, zoom, width } = this.told.view, { x } = this.map.getSize();
    return [longitude, latitude, width && x ? zoom + Math.min(0, Math.log2(x / width)) : zoom];
  }

  get view() {
    const { lng, lat } = this.map.getCenter();
    return [lng, lat, this.map.getZoom() - ZOOM];
  }

  // Longitude and latitude of a pixel of the map.
  degreesAt(pixel) {
    const { lng, lat } = this.map.containerPointToLatLng(pixel);
    return [lng, lat];
  }

  moved() {
    this.box.dataset.view = this.view.map((part) => part.toFixed(6)).join(" ");
    this.#ask();
    if (this.box.matches(":focus-visible")) this.#speak();
    this.#keep();
  }

  // For what is chosen now, until it is the whole of it again.
  #keep() {
    if (this.told.place === undefined) return;
    const view = this.view;
    const isWhole = this.whole.every((part, i) => Math.abs(part - view[i]) < NEAR);
    if (isWhole) forget();
    else keep(this.told.place, view);
  }

  // Asks for what the layers need at this view.
  #ask() {
    const bounds = this.map.getBounds(), [, , zoom] = this.view;
    this.box.dataset.drawn = "";
    this.data.want(layersAt(zoom, this.told), bounds);
    this.paint();
  }

  // Draws what there is by now.
  paint() {
    if (this.map.hasLayer(this.drawing)) this.drawing._update();
  }

  draw(pen, frame) {
    const [, , zoom] = this.view;
    const shown = layersAt(zoom, this.told);
    for (const layer of shown) if (layer.kind !== "words") this.data.of(layer).forEach((shapes) => frame.draw(pen, layer, shapes));
    const words = shown.filter((layer) => layer.kind === "words").map((layer) => wordsOf(layer, this.data.of(layer), frame));
    const covers = this.box.parentElement.querySelectorAll(CONTROLS);
    const clear = shown.filter((layer) => layer.clear).flatMap((layer) => smallOnes(this.map, layer, this.data.of(layer), frame));
    const names = [...words.flat(), ...(this.streets?.names() ?? [])];
    frame.write(pen, placed(this.map, names, this.told.look, pen, { covers, clear }));
    if (!this.data.isWaiting) this.#tellMissing();
    this.box.dataset.drawn = this.data.isWaiting || this.streets?.isWaiting ? "" : "yes";
  }

  #tellMissing() {
    const line = this.box.parentElement.querySelector(".map-missing"), words = this.data.isMissing || this.tiles?.isAny ? MISSING : "";
    if (line.textContent !== words) line.textContent = words;
  }

  // The row and the ring of the hexagon at a place, of the uppermost layer that can be picked there.
  hexagonAt({ lat, lng }) {
    for (const layer of [...this.told.layers].reverse()) {
      if (!layer.pick) continue;
      for (const shapes of this.data.of(layer)) {
        const found = hexagonAt(shapes, lng, lat);
        if (found) return { ...found, layer };
      }
    }
    return null;
  }

  press(place, point) {
    this.hover(place, point);
    if (!this.told.presses) return;
    this.presses.push([(this.pressed += 1), this.hexagonAt(place)?.row.h ?? ""]);
    this.presses = this.presses.slice(-MOST_PRESSES);
    // All of them: while the page is made, only the last that is sent comes through.
    this.send("pressed", { presses: this.presses });
  }

  hover(place, point) {
    const found = place && !this.drawer.kind && this.hexagonAt(place);
    this.map.getContainer().style.cursor = found && this.told.presses ? "pointer" : "";
    if (found) {
      this.tip.show(linesOf(found), point, this.map.getSize());
      this.outline.show(found.ring);
    } else {
      this.tip.hide();
      this.outline.hide();
    }
  }

  // Enter chooses the hexagon in the middle, under the cross that is there while the map has the keyboard.
  key(event) {
    if (event.target !== this.box || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    const middle = this.map.getCenter();
    this.press(middle, this.map.latLngToContainerPoint(middle));
    this.#speak();
  }

  // What lies under the cross, to who looks and to who listens.
  #speak() {
    const middle = this.map.getCenter(), found = this.hexagonAt(middle);
    this.hover(middle, this.map.latLngToContainerPoint(middle));
    this.tip.speak(found && linesOf(found));
  }

  #wholeScreen() {
    const frame = this.box.parentElement, button = frame.querySelector("[data-whole-screen]");
    button.hidden = !frame.requestFullscreen;
    button.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : frame.requestFullscreen()));
    frame.addEventListener("fullscreenchange", () => {
      const isWhole = document.fullscreenElement === frame;
      button.textContent = isWhole ? "Leave full screen" : "Full screen";
      if (this.touches) this.map.dragging[isWhole ? "enable" : "disable"]();
    });
  }
}

// The layers that a map shows at a zoom.
export const layersAt = (zoom, { layers }) => layers.filter(({ from = 0 }) => zoom >= from);

// After the page itself has heard of it.
const next = (task) => requestAnimationFrame(() => setTimeout(task));

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function escaped(words) {
  const part = document.createElement("span");
  part.textContent = words;
  return part.innerHTML;
}

const maps = new WeakMap();
// The part of the first page that holds its map, which `vrp_map/ui/hotspots/picture.py` names: it exists before what is in it.
export const PLACE = ".st-key-map";
const FIRST = ":scope > .map-frame";

// The component's script calls this with the part of the page that it may fill. A map that is there already stays where it
// is, over that part: what is moved in a page loses the keyboard and the whole screen, and counts as a jump.
export function show({ parentElement, data, setTriggerValue }) {
  const own = parentElement.querySelector(".map-frame"), first = parentElement.closest(PLACE)?.querySelector(FIRST);
  own.hidden = Boolean(first);
  if (first) own.replaceChildren();
  const box = boxIn(first ?? own);
  if (!maps.has(box)) maps.set(box, new StaffMap(box));
  maps.get(box).update(data, setTriggerValue);
  return box;
}

// Whether a part of the page has its map.
export const isDrawn = (place) => place.querySelector(".staff-map") !== null;

// Draws a map over the place of its component, which takes it over with what was done until then.
export function showFirst(place, told, data) {
  const frame = document.createElement("div");
  frame.className = "map-frame";
  frame.style.cssText = `bottom: auto; height: ${told.height}px`;
  place.prepend(frame);
  const box = boxIn(frame), map = new StaffMap(box, data);
  maps.set(box, map);
  map.update(told);
}

// `box` is what `show` gave.
export function end(box) {
  maps.get(box)?.end();
  maps.delete(box);
  if (box.closest(PLACE)?.querySelector(FIRST)?.contains(box)) box.parentElement.remove();
}
