// Draws what lies in the page as JSON. Names come from data files: they are set as text, never as HTML.
(() => {
  const drawn = JSON.parse(document.getElementById("drawn").textContent);
  const words = (text) => {
    const element = document.createElement("span");
    element.textContent = text;
    return element;
  };
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
})();
