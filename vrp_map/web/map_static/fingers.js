// On a touch screen one finger scrolls the page and two move the map. Anyone who tries with one is told so, once.

const READ_MS = 2500;

// `hint` is the line that says it; `isOne` whether one finger moves the map by itself now.
export function tellOfFingers(box, hint, isOne) {
  const stop = new AbortController();
  box.addEventListener("touchmove", ({ touches }) => {
    if (touches.length !== 1 || isOne()) return;
    stop.abort();
    hint.hidden = false;
    setTimeout(() => { hint.hidden = true; }, READ_MS);
  }, { passive: true, signal: stop.signal });
}
