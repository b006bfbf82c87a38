// Finds the hexagon of a point on the phone, so that the point never leaves it.
//
// The hexagons come in groups, those under one resolution-7 hexagon. Within a group all have the same outline to a
// few centimetres, so a group is its outline and its middles, in millionths of a degree.

import { wanted } from "./ask.js";

const MICRO = 1e-6;
const METRES_A_DEGREE = 111200;

const idOf = (group, number) => `8a${group}${((number << 15) | 0x7fff).toString(16).padStart(6, "0")}`;
const groupOf = (id) => id.slice(2, 9);

export class Hexagons {
  constructor(query) {
    this.query = query;
    this.groups = [];
    this.known = new Map();
  }

  // Where the groups are, and how many metres from its middle a group can reach.
  learn(groups, reach) {
    this.groups = groups.map(([name, lat, lon]) => ({ name, lat, lon }));
    this.reach = reach;
  }

  // The groups that can have a hexagon within [[south, west], [north, east]].
  near([[south, west], [north, east]]) {
    const lat = this.reach / METRES_A_DEGREE;
    const lon = lat / Math.cos((south * Math.PI) / 180);
    return this.groups.filter(
      (g) => g.lat > south - lat && g.lat < north + lat && g.lon > west - lon && g.lon < east + lon,
    );
  }

  load(name) {
    if (!this.known.has(name)) {
      const coming = wanted(`/pin/cells/87${name}ffffff.json?${this.query}`).then((sent) => read(name, sent));
      // A failure is forgotten, so that the next tap asks again.
      coming.catch(() => this.known.delete(name));
      this.known.set(name, coming);
    }
    return this.known.get(name);
  }

  async at(lat, lon) {
    const groups = await Promise.all(this.near([[lat, lon], [lat, lon]]).map((g) => this.load(g.name)));
    for (const group of groups) {
      for (const cell of group.cells) if (holds(cell, lat, lon)) return cell;
    }
    return null;
  }

  async cell(id) {
    const group = await this.load(groupOf(id));
    return group.cells.find((cell) => cell.id === id) ?? null;
  }
}

function read(name, { o: [lat0, lon0], h, c, n, p }) {
  const shape = [0, 2, 4, 6, 8, 10].map((i) => [h[i], h[i + 1]]);
  const cells = [];
  for (let i = 0, number = 0, x = 0, y = 0; i < c.length; i += 4) {
    [number, x, y] = [number + c[i], x + c[i + 1], y + c[i + 2]];
    cells.push({ id: idOf(name, number), x: lon0 + x, y: lat0 + y, name: n[c[i + 3]], shape });
  }
  const labels = [];
  for (let i = 0; i < p.length; i += 4) {
    labels.push({ name: n[p[i]], lon: (lon0 + p[i + 1]) * MICRO, lat: (lat0 + p[i + 2]) * MICRO, kind: p[i + 3] === 1 });
  }
  return { cells, labels };
}

export function outline({ x, y, shape }) {
  return shape.map(([dx, dy]) => [(y + dy) * MICRO, (x + dx) * MICRO]);
}

// The corners run round the middle, so a point is inside when it is on the same side of every edge.
function holds({ x, y, shape }, lat, lon) {
  const px = lon / MICRO - x;
  const py = lat / MICRO - y;
  return shape.every(([ax, ay], i) => {
    const [bx, by] = shape[(i + 1) % 6];
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax) >= 0;
  });
}

// How many hexagons apart two are. Two corners side by side add up to the step to a neighbour; in those steps the
// lattice is regular, however the hexagons are stretched. Good for the short distances that it is used for.
export function distance(a, b) {
  const [p, q, r] = a.shape;
  const [ux, uy, vx, vy] = [p[0] + q[0], p[1] + q[1], q[0] + r[0], q[1] + r[1]];
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const turn = ux * vy - uy * vx;
  const i = Math.round((dx * vy - dy * vx) / turn);
  const j = Math.round((ux * dy - uy * dx) / turn);
  return (Math.abs(i) + Math.abs(j) + Math.abs(i + j)) / 2;
}
