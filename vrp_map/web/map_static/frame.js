// The parts round a map, which every page of the staff holds as a template (`frame.html`).

// The box of the map in a frame, which gets its parts if it has none.
export function boxIn(frame) {
  if (!frame.querySelector(".staff-map")) frame.replaceChildren(document.querySelector("#map-frame").content.cloneNode(true));
  return frame.querySelector(".staff-map");
}
