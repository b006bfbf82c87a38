// Where a person has moved the map: kept in this tab, so that the way back from a brief or a plan
// leads to the same streets. It is kept for what is chosen, and forgotten at the whole of it.
const KEPT = "vrp-map view", LOOK_MS = 1000, NEAR = 1e-3;

class ViewKeeper {
  constructor(tools) {
    this.tools = tools;
    this.clock = setInterval(() => this.look(), LOOK_MS);
  }

  update({ place, view }) {
    this.place = place;
    this.whole = view;
    this.look();
  }

  end() {
    clearInterval(this.clock);
  }

  look() {
    const deck = deckIn(chartOf(this.tools)), viewport = deck?.getViewports()[0];
    if (!viewport) return;
    if (deck !== this.deck) {
      this.deck = deck;
      keepPressesFromMap(chartOf(this.tools));
      this.goBack();
    } else this.keep(viewport);
  }

  keep({ longitude, latitude, zoom }) {
    const view = [longitude, latitude, zoom];
    if (view.every((part, i) => Math.abs(part - this.whole[i]) < NEAR)) {
      sessionStorage.removeItem(KEPT);
    } else sessionStorage.setItem(KEPT, JSON.stringify({ place: this.place, view }));
  }

  // By the way that a hand on the map takes: the map then holds the view as its own.
  goBack() {
    const { place, view } = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    if (place !== this.place) return;
    const [longitude, latitude, zoom] = view, { viewState, onViewStateChange } = this.deck.props;
    onViewStateChange({ viewState: { ...viewState, longitude, latitude, zoom } });
  }
}
