// The steps that a person can go back. A page of Streamlit writes what it shows into its address, and a browser brings its
// address with all that it says: which of the two is older, the page cannot see.
"use strict";

const WENT = "went";
const { pushState, replaceState } = history;
let hasActed = false;
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { hasActed = true; }, { capture: true, once: true });

// What is written before anybody has done anything is no step of theirs: with one, whoever came by a link had to go back
// twice. Nor is what takes our word out of the address.
history.pushState = (...said) => {
  const isStep = hasActed && !new URLSearchParams(location.search).has(WENT);
  (isStep ? pushState : replaceState).apply(history, said);
};

// Before Streamlit hears of it: the page follows an address only where somebody went back or forward to it.
addEventListener("popstate", () => {
  const here = new URL(location.href);
  if (here.hash) return;
  here.searchParams.set(WENT, "yes");
  replaceState.call(history, history.state, "", here);
});
