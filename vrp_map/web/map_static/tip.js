// What a hexagon says: beside the pointer or the cross, and to a screen reader in a line of its own.

const BESIDE_PX = 12, BELOW_PX = 16, EDGE_PX = 4;
const NOTHING = "No hexagon here.";

export class Tip {
  // `box` holds the map, `heard` is what a screen reader speaks.
  constructor(box, heard) {
    this.heard = heard;
    this.part = box.appendChild(document.createElement("div"));
    this.part.className = "map-tip";
    this.part.setAttribute("aria-hidden", "true");
    this.hide();
  }

  hide() {
    this.part.hidden = true;
  }

  // Lines of words, the first in bold, near a point of the map and within its size.
  show(lines, { x, y }, { x: wide, y: high }) {
    this.part.replaceChildren(...lines.map((words, i) => {
      const line = document.createElement(i ? "div" : "b");
      line.textContent = words;
      return line;
    }));
    this.part.hidden = false;
    const { offsetWidth, offsetHeight } = this.part;
    const isLow = y + BELOW_PX + offsetHeight > high;
    this.part.style.left = `${Math.max(0, Math.min(x + BESIDE_PX, wide - offsetWidth - EDGE_PX))}px`;
    this.part.style.top = `${isLow ? y - BESIDE_PX - offsetHeight : y + BELOW_PX}px`;
  }

  // null = there is no hexagon.
  speak(lines) {
    this.heard.textContent = lines ? `${lines.filter(Boolean).join(". ")}.` : NOTHING;
  }
}

// The words of a row, as its layer puts them.
export function linesOf({ row, layer }) {
  return layer.says.map((template) => template.replace(/\{(\w+)\}/g, (_, name) => row[name] ?? ""));
}
