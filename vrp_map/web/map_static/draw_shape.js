// A rectangle or a line round hexagons, drawn over the map with a mouse, a pen or a finger. What
// is sent are the corners in degrees; the server works out which hexagons lie inside.
const MOST_POINTS = 400, STEP_PX = 4, LEAST_PX = 10;
const SVG = "http://www.w3.org/2000/svg";
const HOW = {
  rectangle: "Drag from corner to corner. To stop, press Rectangle again.",
  line: "Draw a line round the hexagons. To stop, press Draw round again.",
};

export class Drawer {
  // `frame` holds the buttons and the map's box.
  constructor(frame, map) {
    Object.assign(this, { frame, map, points: [] });
    this.tools = frame.querySelector(".draw-tools");
    this.said = this.tools.querySelector("[role=status]");
    this.buttons = [...this.tools.querySelectorAll("[data-shape]")];
    this.takeOut = this.tools.querySelector("[data-take-out]");
    this.onKey = (event) => event.key === "Escape" && this.kind && this.stop();
    document.addEventListener("keydown", this.onKey);
    for (const button of this.buttons) {
      button.addEventListener("click", () => {
        if (this.kind === button.dataset.shape) this.stop();
        else this.start(button);
      });
    }
    this.takeOut.addEventListener("click", () => press(this.takeOut, !isPressed(this.takeOut)));
  }

  // `told`: how many are chosen and what the last shape did; null = this map chooses nothing by drawing.
  update(told) {
    this.tools.hidden = !told;
    if (!told) return;
    this.takeOut.hidden = !told.chosen;
    if (!told.chosen) press(this.takeOut, false);
    if (!this.kind) {
      this.sheet?.remove();
      this.say(told.said);
    }
    this.usual = told.said;
  }

  end() {
    document.removeEventListener("keydown", this.onKey);
    this.sheet?.remove();
  }

  say(words) {
    if (this.said.textContent !== words) this.said.textContent = words;
  }

  start(button) {
    this.stop();
    this.kind = button.dataset.shape;
    press(button, true);
    this.say(HOW[this.kind]);
    this.layOver();
  }

  // The map lies as it did, and one finger scrolls the page again.
  stop() {
    for (const button of this.buttons) press(button, false);
    this.kind = null;
    this.points = [];
    this.sheet?.remove();
    this.say(this.usual);
  }

  // A sheet as large as the map takes the pointer until the shape is done.
  layOver() {
    const sheet = document.createElementNS(SVG, "svg");
    sheet.setAttribute("class", "draw-sheet");
    sheet.setAttribute("aria-hidden", "true");
    sheet.append(document.createElementNS(SVG, "polygon"));
    sheet.addEventListener("pointerdown", (event) => this.down(event));
    sheet.addEventListener("pointermove", (event) => this.move(event));
    sheet.addEventListener("pointerup", (event) => this.up(event));
    sheet.addEventListener("pointercancel", () => this.draw([]));
    this.sheet = sheet;
    this.tools.before(sheet);
  }

  at(event) {
    const { left, top, width, height } = this.sheet.getBoundingClientRect();
    const inside = (value, most) => Math.min(Math.max(value, 0), most);
    return [inside(event.clientX - left, width), inside(event.clientY - top, height)];
  }

  draw(points) {
    this.points = points;
    this.sheet.firstChild.setAttribute("points", points.join(" "));
  }

  down(event) {
    if (!event.isPrimary || event.button) return;
    event.preventDefault();
    this.sheet.setPointerCapture(event.pointerId);
    this.draw([this.at(event)]);
  }

  move(event) {
    if (!event.isPrimary || !this.points.length) return;
    const [x, y] = this.at(event), [[left, top]] = this.points;
    if (this.kind === "rectangle") {
      this.draw([[left, top], [x, top], [x, y], [left, y]]);
    } else {
      const [lastX, lastY] = this.points.at(-1);
      if (Math.hypot(x - lastX, y - lastY) >= STEP_PX) this.draw([...this.points, [x, y]]);
    }
  }

  up(event) {
    if (!event.isPrimary || !this.points.length) return;
    this.move(event);
    if (!isShape(this.points)) return this.draw([]);
    const apart = Math.ceil(this.points.length / MOST_POINTS);
    const points = this.points.filter((_, i) => i % apart === 0).map((at) => this.map.degreesAt(at));
    const take_out = isPressed(this.takeOut), sheet = this.sheet;
    // One shape at a time: the map is not held longer than it takes. The shape stays in sight until
    // the answer is there.
    this.sheet = null;
    this.stop();
    this.sheet = sheet;
    sheet.classList.add("done");
    this.say("Choosing …");
    this.map.send("shape", { points, take_out });
  }
}

// A click is none, nor is a stroke that turns back.
function isShape(points) {
  const spread = (values) => Math.max(...values) - Math.min(...values);
  return points.length > 2 && [0, 1].every((i) => spread(points.map((at) => at[i])) >= LEAST_PX);
}

function isPressed(button) {
  return button.getAttribute("aria-pressed") === "true";
}

function press(button, is_pressed) {
  button.setAttribute("aria-pressed", String(is_pressed));
}
