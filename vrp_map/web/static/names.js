// Names on a map, each where it belongs, beside or above each other and never on each other.

const HIGH = 17; // of a line of names, in pixels
const LETTER = { "name broad": 5.4 }; // half the width of a letter
const USUAL = 4;
const LINES_AWAY = 2;

// `wanted`: {name, lat, lon, style, angle}, the most important first; a name with an angle lies along its street.
// `scale`: how much larger than the pin page's they are. `avoid`: {x, y, half, tall} of what must stay free;
// `lines`: how many lines up or down another name may move. `clear`: what a name that `moves` stays off where it can, lines away.
export function writeNames(L, map, layer, wanted, options) {
  for (const { label, x, y } of placeNames(map, wanted, options)) write(L, map, layer, label, [x, y]);
}

// Where each has room: {label, x, y}. A label may bring half its width and its height.
export function placeNames(map, wanted, { most, scale = 1, avoid = [], lines = 1, clear = [] }) {
  const view = map.getBounds();
  const { x: width, y: height } = map.getSize();
  const usual = HIGH * scale;
  const isFree = (box) => box.y > box.high / 2 && box.y < height - box.high / 2 && box.x >= box.half && box.x <= width - box.half
    && !taken.some((other) => meets(box, other));
  const isClear = (box) => !clear.some((other) => meets(box, other));
  const taken = [...avoid];
  const written = new Set();
  const found = [];
  for (const label of wanted) {
    if (found.length >= most) break;
    // A town and its only part have one name.
    if (label.angle === undefined && written.has(label.name)) continue;
    if (!view.contains([label.lat, label.lon])) continue;
    const point = map.latLngToContainerPoint([label.lat, label.lon]);
    const half = label.half ?? (label.name.length * (LETTER[label.style] ?? USUAL) + 4) * scale;
    const high = label.high ?? usual;
    const places = label.angle === undefined ? beside(point, { half, high, lines, width }) : along(point, { half, high, angle: label.angle });
    const others = label.moves && clear.length ? beside(point, { half, high, lines: LINES_AWAY, width }) : [];
    const place = others.find(({ boxes }) => boxes.every(isFree) && boxes.every(isClear)) ?? places.find(({ boxes }) => boxes.every(isFree));
    if (!place) continue;
    found.push({ label, x: place.x, y: place.y });
    written.add(label.name);
    taken.push(...place.boxes);
  }
  return found;
}

const meets = (box, other) => Math.abs(other.x - box.x) < other.half + box.half
  && Math.abs(other.y - box.y) < (other.tall ?? (other.high + box.high) / 2);

// Level: where it belongs, or some lines above or below.
function beside({ x: wanted, y }, { half, high, lines, width }) {
  const x = Math.min(Math.max(wanted, half), width - half);
  const shifts = [0];
  for (let line = 1; line <= lines; line += 1) shifts.push(-line * high, line * high);
  return shifts.map((shift) => ({ x, y: y + shift, boxes: [{ x, y: y + shift, half, high }] }));
}

// On its street, a little further on or back; it takes the room of a row of squares.
function along(point, { half, high, angle }) {
  const [right, down] = [Math.cos((angle * Math.PI) / 180), -Math.sin((angle * Math.PI) / 180)];
  const steps = Math.max(1, Math.ceil((2 * half) / high));
  return [0, 1.5, -1.5].map((shift) => {
    const [x, y] = [point.x + right * shift * high, point.y + down * shift * high];
    const boxes = Array.from({ length: steps }, (_, i) => {
      const far = ((i + 0.5) / steps - 0.5) * 2 * half;
      return { x: x + right * far, y: y + down * far, half: high / 2, high };
    });
    return { x, y, boxes };
  });
}

function write(L, map, layer, { name, style, angle }, point) {
  const html = document.createElement("span");
  html.className = style;
  html.textContent = name;
  if (angle) html.style.transform = `translate(-50%, -50%) rotate(${-angle}deg)`;
  const icon = L.divIcon({ html, className: "", iconSize: [0, 0] });
  L.marker(map.containerPointToLatLng(point), { icon, interactive: false, keyboard: false }).addTo(layer);
}
