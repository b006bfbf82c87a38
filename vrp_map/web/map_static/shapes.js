// Shapes of the map in widths of the world from its upper left corner (Web Mercator), worked out once as they arrive.

const MICRO = 1e-6;

export function across(lon) {
  return lon / 360 + 0.5;
}

export function down(lat) {
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
}

// Hexagons as the server packs them: `shapes` are the corners round a middle, each of a row the middle `m` and the number `o`
// of its shape, all in millionths of a degree.
export function hexagons({ shapes, rows }) {
  return rows.map((row) => {
    const [x, y] = row.m, corners = shapes[row.o];
    const ring = new Float64Array(corners.length);
    for (let i = 0; i < ring.length; i += 2) {
      ring[i] = across((x + corners[i]) * MICRO);
      ring[i + 1] = down((y + corners[i + 1]) * MICRO);
    }
    return { row, ring, box: boxOf(ring) };
  });
}

// [longitude, latitude] of the corners of a ring.
export function degreesOf(ring) {
  return Array.from({ length: ring.length / 2 }, (_, i) => (
    [(ring[2 * i] - 0.5) * 360, (Math.atan(Math.sinh(Math.PI * (1 - 2 * ring[2 * i + 1]))) * 180) / Math.PI]
  ));
}

// The hexagon that holds a place, its row and its ring; the corners run round it.
export function hexagonAt(shapes, lon, lat) {
  const x = across(lon), y = down(lat);
  return shapes.find(({ ring, box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] && holds(ring, x, y));
}

function holds(ring, x, y) {
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [ax, ay, bx, by] = [ring[i], ring[i + 1], ring[j], ring[j + 1]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

// Lines, outlines and points of GeoJSON: {rings, properties, box, isClosed}.
export function outlines({ features }) {
  return features.flatMap(({ geometry, properties }) => {
    const rings = ringsOf(geometry).map(ringOf);
    if (!rings.length) return [];
    return [{ rings, properties: properties ?? {}, box: joined(rings.map(boxOf)), isClosed: geometry.type.includes("Polygon") }];
  });
}

function ringsOf({ type, coordinates }) {
  return {
    Point: () => [[coordinates]], MultiPoint: () => coordinates.map((at) => [at]), LineString: () => [coordinates],
    MultiLineString: () => coordinates, Polygon: () => coordinates, MultiPolygon: () => coordinates.flat(),
  }[type]();
}

function ringOf(places) {
  const ring = new Float64Array(places.length * 2);
  places.forEach(([lon, lat], i) => {
    ring[2 * i] = across(lon);
    ring[2 * i + 1] = down(lat);
  });
  return ring;
}

// West, north, east, south.
export function boxOf(ring) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    box[0] = Math.min(box[0], ring[i]);
    box[1] = Math.min(box[1], ring[i + 1]);
    box[2] = Math.max(box[2], ring[i]);
    box[3] = Math.max(box[3], ring[i + 1]);
  }
  return box;
}

function joined(boxes) {
  return boxes.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
}
