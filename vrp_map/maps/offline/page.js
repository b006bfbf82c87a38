// Draws what lies in the page as JSON. Names come from data files: they are set as text, never as HTML.
(() => {
  const drawn = JSON.parse(document.getElementById("drawn").textContent);
  const words = (text) => {
    const element = document.createElement("span");
    element.textContent = text;
    return element;
  };
  const beneath = the_map.createPane("beneath");
  beneath.style.zIndex = 350;
  const paper = L.canvas({ pane: "beneath", padding: 0.3 });
  for (const line of drawn.streets) {
    L.geoJSON(line.shapes, { interactive: false, style: () => ({ ...line.paint, renderer: paper, pane: "beneath" }) }).addTo(the_map);
  }
  L.geoJSON(drawn.cells, {
    style: (cell) => cell.properties.paint,
    onEachFeature: (cell, layer) => layer.bindTooltip(words(cell.properties.words), { sticky: true }),
  }).addTo(the_map);
  for (const line of drawn.lines) {
    L.geoJSON(line.shapes, { interactive: false, style: () => line.paint }).addTo(the_map);
  }
  for (const name of drawn.names) {
    // A circle of no size carries the name: a marker would ask for its picture, which the file does not have.
    L.circleMarker(name.at, { radius: 0, weight: 0, opacity: 0, fillOpacity: 0, interactive: false })
      .bindTooltip(words(name.words), {
        permanent: true,
        direction: "center",
        className: name.broad ? "name broad" : "name",
      })
      .addTo(the_map);
  }
  the_map.fitBounds(drawn.bounds);
  // The names of streets in view, the most important first, none on another.
  const written = L.layerGroup().addTo(the_map);
  const write = () => {
    written.clearLayers();
    const [zoom, view, taken] = [the_map.getZoom(), the_map.getBounds(), []];
    for (const name of drawn.streetNames) {
      if (zoom < name.from || !view.contains(name.at)) continue;
      const { x, y } = the_map.latLngToContainerPoint(name.at);
      const half = name.words.length * 4 + 4;
      if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 18)) continue;
      taken.push({ x, y, half });
      L.circleMarker(name.at, { radius: 0, weight: 0, opacity: 0, fillOpacity: 0, interactive: false })
        .bindTooltip(words(name.words), { permanent: true, direction: "center", className: "name" })
        .addTo(written);
    }
  };
  if (drawn.streetNames.length) {
    the_map.on("moveend", write);
    write();
  }
})();
