// Where a person has moved the map: longitude, latitude and zoom, kept in this tab for what is chosen. Where storage is
// shut off, or holds anything else, there is none.

const NAME = "vrp-map view";

export function kept(place) {
  try {
    const { place: of, view } = JSON.parse(sessionStorage.getItem(NAME)) ?? {};
    return of !== undefined && of === place && view.length === 3 && view.every(Number.isFinite) ? view : null;
  } catch {
    return null;
  }
}

export function keep(place, view) {
  try {
    sessionStorage.setItem(NAME, JSON.stringify({ place, view }));
  } catch {
    // Shut off: the map looks at the whole next time.
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // Shut off: nothing is kept.
  }
}
