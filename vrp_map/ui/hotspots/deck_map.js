// The map of deck.gl under the tools, by the context that it gives its own children: Streamlit
// hands it to nobody. Where that is not so, there are no tools, and the list does the same.
function deckIn(chart) {
  const child = chart?.querySelector("[data-testid=stDeckGlJsonChartZoomButton]");
  const key = child && Object.keys(child).find((name) => name.startsWith("__reactFiber$"));
  let part = key && child[key];
  while (part && !part.memoizedProps?.value?.deck?.getViewports) part = part.return;
  return part?.memoizedProps.value.deck;
}

function chartOf(tools) {
  return tools.closest("[class*=st-key-map]")?.querySelector("[data-testid=stDeckGlJsonChart]");
}

// A press on a button of the map is no press on the hexagon beneath it: deck.gl hears of a pointer
// that goes down, the button of the click.
function keepPressesFromMap(chart) {
  for (const button of chart.querySelectorAll("[data-testid=stDeckGlJsonChartZoomButton]")) {
    button.addEventListener("pointerdown", (event) => event.stopPropagation());
  }
}
