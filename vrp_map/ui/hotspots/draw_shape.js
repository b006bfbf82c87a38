// A rectangle or a line round hexagons, drawn over the map with a mouse, a pen or a finger. What
// is sent are the corners in degrees; the server works out which hexagons lie inside.
const MOST_POINTS = 400, STEP_PX = 4, LEAST_PX = 10;
const SVG = "http://www.w3.org/2000/svg";
const HOW = {
  rectangle: "Drag from corner to corner. To stop, press Rectangle again.",
  line: "Draw a line round the hexagons. To stop, press Draw round again.",
};
class Drawer {
  constructor(tools) {
    this.tools = tools;
    this.frame = tools.closest("[class*=st-key-map]");
    this.said = tools.querySelector("[role=status]");
    this.buttons = [...tools.querySelectorAll("[data-shape]")];
    this.takeOut = tools.querySelector("[data-take-out]");
    this.points = [];
    this.watch = new MutationObserver(() => this.offer());
    this.watch.observe(this.frame, { childList: true, subtree: true });
    this.onKey = (event) => event.key === "Escape" && this.kind && this.stop();
    document.addEventListener("keydown", this.onKey);
    for (const button of this.buttons) {
      button.addEventListener("click", () => {
        if (this.kind === button.dataset.shape) this.stop();
        else this.start(button);
      });
    }
    this.takeOut.addEventListener("click", () => press(this.takeOut, !isPressed(this.takeOut)));
    this.offer();
  }

  get chart() {
    return this.frame.querySelector("[data-testid=stDeckGlJsonChart]");
  }

  // The map comes later than the tools do.
  offer() {
    if (!deckIn(this.chart)) return;
    this.watch.disconnect();
    this.tools.hidden = false;
  }

  update(data, send) {
    this.send = send;
    this.takeOut.hidden = !data.chosen;
    if (!data.chosen) press(this.takeOut, false);
    if (!this.kind) {
      this.sheet?.remove();
      this.say(data.said);
    }
    this.usual = data.said;
  }

  end() {
    this.watch.disconnect();
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
    this.layOver(this.chart.getBoundingClientRect());
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
  layOver(place) {
    const sheet = document.createElementNS(SVG, "svg");
    const around = this.tools.offsetParent, from = around.getBoundingClientRect();
    sheet.setAttribute("class", "draw-sheet");
    sheet.setAttribute("aria-hidden", "true");
    sheet.append(document.createElementNS(SVG, "polygon"));
    Object.assign(sheet.style, {
      left: `${place.left - from.left - around.clientLeft}px`,
      top: `${place.top - from.top - around.clientTop}px`,
      width: `${place.width}px`,
      height: `${place.height}px`,
    });
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
    const viewport = deckIn(this.chart)?.getViewports()[0];
    if (!isShape(this.points) || !viewport) return this.draw([]);
    const apart = Math.ceil(this.points.length / MOST_POINTS);
    const points = this.points.filter((_, i) => i % apart === 0).map((at) => viewport.unproject(at));
    const take_out = isPressed(this.takeOut), sheet = this.sheet;
    // One shape at a time: the map is not held longer than it takes. The shape stays in sight until
    // the answer is there.
    this.sheet = null;
    this.stop();
    this.sheet = sheet;
    sheet.classList.add("done");
    this.say("Choosing …");
    this.send("shape", { points, take_out });
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
