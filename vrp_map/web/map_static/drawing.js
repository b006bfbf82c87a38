// One canvas over the streets, as large as the map and a little more, drawn anew where the map has moved.

import "./leaflet.js";

const { L } = globalThis;
const WORLD_PX = 256, EQUATOR_M = 40_075_017;

export const Drawing = L.Renderer.extend({
  // `draw` hears a pen and the frame it draws in.
  initialize(draw) {
    L.Renderer.prototype.initialize.call(this, { padding: 0.15 });
    this._draw = draw;
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.className = "map-drawing";
    this._container.setAttribute("aria-hidden", "true");
  },

  _destroyContainer() {
    cancelAnimationFrame(this._coming);
    this._coming = null;
    this._container.remove();
    delete this._container;
  },

  // Asked for by Leaflet when the map moves and by us when there is more to draw: once for all before the next picture.
  _update() {
    this._coming ??= requestAnimationFrame(() => {
      this._coming = null;
      this._redraw();
    });
  },

  _redraw() {
    L.Renderer.prototype._update.call(this);
    const { min } = this._bounds, size = this._bounds.getSize();
    const sharp = Math.min(2, globalThis.devicePixelRatio || 1);
    const canvas = this._container;
    L.DomUtil.setPosition(canvas, min);
    canvas.width = Math.round(size.x * sharp);
    canvas.height = Math.round(size.y * sharp);
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.setTransform(sharp, 0, 0, sharp, -min.x * sharp, -min.y * sharp);
    pen.lineJoin = pen.lineCap = "round";
    this._draw(pen, new Frame(this._map, this._bounds));
  },
});

// The part of the world that is drawn: from widths of the world to pixels.
class Frame {
  constructor(map, bounds) {
    const origin = map.getPixelOrigin();
    this.scale = WORLD_PX * 2 ** map.getZoom();
    [this.x, this.y] = [origin.x, origin.y];
    this.inside = [(bounds.min.x + this.x) / this.scale, (bounds.min.y + this.y) / this.scale,
      (bounds.max.x + this.x) / this.scale, (bounds.max.y + this.y) / this.scale];
    this.metre = this.scale / (EQUATOR_M * Math.cos((map.getCenter().lat * Math.PI) / 180));
  }

  sees(box) {
    const [left, top, right, bottom] = this.inside;
    return box[0] < right && box[2] > left && box[1] < bottom && box[3] > top;
  }

  at(x, y) {
    return [x * this.scale - this.x, y * this.scale - this.y];
  }

  draw(pen, layer, shapes) {
    const seen = shapes.filter(({ box }) => this.sees(box));
    pen.save();
    if (layer.kind === "hexagons") this.#fill(pen, layer, seen);
    else if (layer.kind === "lines") this.#stroke(pen, layer, seen);
    else this.#dot(pen, layer, seen);
    pen.restore();
  }

  // All of one colour in one path: fast, and without seams between neighbours.
  #fill(pen, { fill, pattern, edge }, shapes) {
    const groups = new Map();
    for (const shape of shapes) {
      const style = fill ? fill.colours[fill.by ? shape.row[fill.by] ?? 0 : 0] : null;
      const drawn = pattern ? pattern.kinds[pattern.by ? shape.row[pattern.by] ?? 0 : 0] : null;
      const key = `${style} ${JSON.stringify(drawn)}`;
      if (!groups.has(key)) groups.set(key, { style, drawn, shapes: [] });
      groups.get(key).shapes.push(shape);
    }
    for (const { style, drawn, shapes: alike } of groups.values()) {
      pen.beginPath();
      for (const { ring } of alike) this.#trace(pen, ring, true);
      if (style) {
        pen.fillStyle = style;
        pen.fill();
      }
      if (drawn) {
        pen.fillStyle = patternOf(pen, drawn, pattern.ink);
        pen.fill();
      }
      if (edge) {
        pen.strokeStyle = edge;
        pen.lineWidth = 1;
        pen.stroke();
      }
    }
  }

  #stroke(pen, { styles, by }, shapes) {
    const groups = new Map(Object.entries(styles).map(([key]) => [key, []]));
    for (const shape of shapes) groups.get(by ? String(shape.properties[by]) : "all")?.push(shape);
    for (const part of ["casing", "line"]) {
      for (const [key, alike] of groups) {
        const style = styles[key][part];
        if (!style || !alike.length) continue;
        pen.beginPath();
        for (const { rings, isClosed } of alike) for (const ring of rings) this.#trace(pen, ring, isClosed);
        pen.strokeStyle = style.colour;
        pen.lineWidth = style.metres ? Math.max(style.least, Math.min(style.width, style.metres * this.metre)) : style.width;
        pen.setLineDash((style.dash ?? []).map((length) => length * pen.lineWidth));
        if (style.dash) pen.lineCap = "butt";
        pen.stroke();
        pen.lineCap = "round";
      }
    }
  }

  #dot(pen, { radius, casing, colour, width, filled }, shapes) {
    for (const [style, thick] of [[casing, width + 3], [colour, width]]) {
      pen.beginPath();
      for (const { rings } of shapes) {
        for (const ring of rings) {
          const [x, y] = this.at(ring[0], ring[1]);
          pen.moveTo(x + radius, y);
          pen.arc(x, y, radius, 0, 2 * Math.PI);
        }
      }
      pen.strokeStyle = pen.fillStyle = style;
      pen.lineWidth = thick;
      pen.stroke();
      if (filled) pen.fill();
    }
  }

  #trace(pen, ring, isClosed) {
    const { scale, x, y } = this;
    pen.moveTo(ring[0] * scale - x, ring[1] * scale - y);
    for (let i = 2; i < ring.length; i += 2) pen.lineTo(ring[i] * scale - x, ring[i + 1] * scale - y);
    if (isClosed) pen.closePath();
  }

  write(pen, words) {
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const { text, x, y, angle, font, ink, paper } of words) {
      pen.save();
      pen.translate(x, y);
      if (angle) pen.rotate((-angle * Math.PI) / 180);
      pen.font = font;
      pen.strokeStyle = paper;
      pen.lineWidth = 4;
      pen.strokeText(text, 0, 0);
      pen.fillStyle = ink;
      pen.fillText(text, 0, 0);
      pen.restore();
    }
  }
}

// Lines or dots that tell groups apart without their colours.
function patternOf(pen, { kind, angle = 45, gap = 5, width = 1 }, ink) {
  const side = kind === "dots" ? gap : Math.max(4, Math.round(gap * (angle % 90 ? Math.SQRT2 : 1)));
  const tile = document.createElement("canvas");
  tile.width = tile.height = side * 2;
  const brush = tile.getContext("2d");
  brush.scale(2, 2);
  brush.strokeStyle = brush.fillStyle = ink;
  brush.lineWidth = width;
  brush.beginPath();
  if (kind === "dots") {
    brush.arc(side / 2, side / 2, width, 0, 2 * Math.PI);
    brush.fill();
  } else if (angle % 90) {
    // Over the corners too, so that the lines of one tile go on in the next.
    for (const shift of [-side, 0, side]) {
      brush.moveTo(shift, angle === 45 ? side : 0);
      brush.lineTo(shift + side, angle === 45 ? 0 : side);
    }
  } else {
    brush.moveTo(angle ? side / 2 : 0, angle ? 0 : side / 2);
    brush.lineTo(angle ? side / 2 : side, angle ? side : side / 2);
  }
  brush.stroke();
  const pattern = pen.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(0.5));
  return pattern;
}
