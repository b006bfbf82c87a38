// Tiles of streets that did not come: whether there are any; they are asked for again when the map is moved.

export class MissingTiles {
  // `layer` lies on the map; `mayEnd`: what does not come may lie beyond the last tile, which no picture tells apart from
  // a fault, so that something is missing only where nothing comes. `changed` hears that `isAny` is another.
  constructor(map, layer, { mayEnd, changed }) {
    const missing = new Set(), came = new Set();
    this.isAny = false;
    const settle = () => {
      const isAny = missing.size > 0 && !(mayEnd && came.size);
      if (isAny === this.isAny) return;
      this.isAny = isAny;
      changed();
    };
    const again = () => {
      if (!map.hasLayer(layer)) map.off("moveend", again);
      else if (this.isAny && missing.size) layer.remove().addTo(map);
      else if (!layer.isLoading()) settle();
    };
    layer.on("tileerror", ({ coords }) => missing.add(nameOf(coords)));
    layer.on("tileload", ({ coords }) => {
      came.add(nameOf(coords));
      missing.delete(nameOf(coords));
    });
    layer.on("tileunload", ({ coords }) => {
      came.delete(nameOf(coords));
      missing.delete(nameOf(coords));
    });
    // Not with each tile: what is asked for again would take the words away and bring them back.
    layer.on("load", settle);
    map.on("moveend", again);
  }
}

const nameOf = ({ x, y, z }) => `${z}/${x}/${y}`;
