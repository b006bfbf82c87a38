// Names on a map, each where it belongs, beside or above each other and never on each other.

const HIGH = 17; // of a line of names, in pixels
const LETTER = { "name broad": 5.4 }; // half the width of a letter
const USUAL = 4;

// `wanted`: {name, lat, lon, style}, the most important first. `scale`: how much larger than the pin page's they are.
// `avoid`: {x, y, half, tall} of what must stay free; `lines`: how many lines up or down a name may move.
export function writeNames(L, map, layer, wanted, { most, scale = 1, avoid = [], lines = 1 }) {
  const view = map.getBounds();
  const { x: width, y: height } = map.getSize();
  const high = HIGH * scale;
  const shifts = [0];
  for (let line = 1; line <= lines; line += 1) shifts.push(-line * high, line * high);
  const taken = [...avoid];
  for (const label of wanted) {
    if (taken.length - avoid.length >= most) break;
    if (!view.contains([label.lat, label.lon])) continue;
    const point = map.latLngToContainerPoint([label.lat, label.lon]);
    const half = (label.name.length * (LETTER[label.style] ?? USUAL) + 4) * scale;
    const x = Math.min(Math.max(point.x, half), width - half);
    const isFree = (at) => at > high / 2 && at < height - high / 2 && !taken.some(
      (other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - at) < (other.tall ?? high),
    );
    const y = shifts.map((shift) => point.y + shift).find(isFree);
    if (y === undefined) continue;
    taken.push({ x, y, half });
    write(L, map, layer, label, [x, y]);
  }
}

function write(L, map, layer, { name, style }, point) {
  const html = document.createElement("span");
  html.className = style;
  html.textContent = name;
  const icon = L.divIcon({ html, className: "", iconSize: [0, 0] });
  L.marker(map.containerPointToLatLng(point), { icon, interactive: false, keyboard: false }).addTo(layer);
}
