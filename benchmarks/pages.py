"""A first visit of the Hotspots page in a browser: what it weighs, what jumps, and what is waited
for.

    python benchmarks/pages.py ADDRESS [--visits N]

ADDRESS is what `vrp-map serve` printed, with its key. There is no graphics card: Chromium draws
with the processor alone, once with its graphics made by the processor (SwiftShader), which WebGL
would need and no page of ours does, and once as it starts by itself on such a computer. The page
itself says when its sentence is there and when its map is drawn with its streets, and Chromium when
the picture that was drawn then stood on the screen; the map is scrolled to as soon as it has a
place. A film would be the surer witness, but its making takes a second of these few: instead the
map is looked at once as soon as it says that it is drawn, and again at the end, and how much
differs is told. What is weighed, and what jumps where nobody scrolls, is read in a visit of its
own, which is the first: the server's answers are ready for those that are timed, as they are for
all but the first person after a build. Prints the table kept in benchmarks/results/pages.md.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "user_agent": (
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
    ),
}
_WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
_DRAWN_BY = {"software WebGL": _WEBGL, "no WebGL": []}
_QUIET = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
_WINDOWS = {"1280 × 900": DESK, "390 × 844": PHONE}
# Longer than anything seen: what is drawn later would be missed.
_SETTLED_MS = 6_000
_MAP = ".staff-map"
_DRAWN = f"{_MAP}[data-drawn=yes]"
# A pixel differs if it is this much lighter or darker (of 255).
_OTHER_PIXEL = 24
_WATCH = """
window.jumped = [];
new PerformanceObserver(list => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput)
    window.jumped.push([shift.value, shift.startTime, shift.sources.map(s => {
      const part = s.node?.nodeType === 1 ? s.node : s.node?.parentElement;
      const name = part?.closest('[class*=st-key],[data-testid]');
      return `${name?.className.match?.(/st-key-[\\w-]+/)?.[0] || name?.dataset.testid}: `
        + `${s.previousRect.top} to ${s.currentRect.top}, ${s.previousRect.height} high`;
    })]);
}).observe({type: 'layout-shift', buffered: true});
// Each long picture: from, to, and when it stood on the screen.
window.pictures = [];
new PerformanceObserver(list => {
  for (const one of list.getEntries())
    window.pictures.push([one.startTime, one.startTime + one.duration, one.presentationTime]);
}).observe({type: 'long-animation-frame', buffered: true});
// Each moment at which the sentence came, or the map had waited and was whole; the picture that was
// drawn then, or, where it was no long one, two pictures later.
window.moments = {h1: [], map: []};
window.shownAt = name => window.moments[name].map(({at, later}) => {
  const picture = window.pictures.find(([from, to]) => from <= at && at <= to);
  return picture?.[2] || Math.max(later, picture?.[1] ?? 0);
});
const held = {};
let place = null;
const is = {h1: () => !!document.querySelector('h1')?.innerText,
  map: () => document.querySelector('.staff-map')?.dataset.drawn === 'yes'};
new MutationObserver(() => {
  for (const [name, look] of Object.entries(is)) {
    const now = look();
    if (now && !held[name]) {
      const moment = {at: performance.now(), later: Infinity};
      window.moments[name].push(moment);
      requestAnimationFrame(() => requestAnimationFrame(() => {
        moment.later = performance.now();
      }));
    }
    held[name] = now;
  }
  place ??= document.querySelector('.st-key-map');
  if (window.scrolls && place && !held.place) place.scrollIntoView({block: 'center'});
  held.place = !!place;
}).observe(document, {subtree: true, childList: true, attributes: true,
  attributeFilter: ['data-drawn']});
"""


@dataclass(frozen=True)
class Weight:
    """What came over the wire, the WebSocket's words included, and each layout shift: its size,
    when (ms), and what.
    """

    bytes: int
    requests: int
    refused: list[str]
    jumps: list[tuple[float, float, list[str]]]


@dataclass(frozen=True)
class Visit:
    """Seconds of one visit, and the share of the map that looked otherwise at the end than when it
    was painted.
    """

    sentence: float
    painted: float
    differs: float
    filtered: float


@contextmanager
def _first(browser: Browser, address: str, window: dict[str, Any]) -> Iterator[Page]:
    """A page of somebody who was never here: nothing is cached."""
    context = browser.new_context(**window)
    # The key's redirect is no part of the page.
    context.request.get(address, max_redirects=0)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(_WATCH)
    yield page
    context.close()


def weighed(browser: Browser, address: str, window: dict[str, Any]) -> Weight:
    """The weight of a first visit."""
    sizes: list[int] = []
    refused: list[str] = []
    answers = 0

    def answered(event: dict[str, Any]) -> None:
        nonlocal answers
        answers += 1
        if event["response"]["status"] >= 400:
            refused.append(event["response"]["url"])

    with _first(browser, address, window) as page:
        wire = page.context.new_cdp_session(page)
        wire.on("Network.loadingFinished", lambda one: sizes.append(int(one["encodedDataLength"])))
        wire.on("Network.responseReceived", answered)
        wire.on(
            "Network.webSocketFrameReceived",
            lambda one: sizes.append(len(one["response"]["payloadData"]) * 3 // 4),
        )
        wire.send("Network.enable")
        page.goto(address.split("?")[0])
        page.locator(_DRAWN).wait_for()
        page.wait_for_timeout(_SETTLED_MS)
        jumps = [tuple(one) for one in page.evaluate("window.jumped")]
    return Weight(sum(sizes), answers, refused, jumps)


def visit(browser: Browser, address: str, window: dict[str, Any]) -> Visit:
    """One first visit, and a filter chosen in it."""
    with _first(browser, address, window) as page:
        page.add_init_script("window.scrolls = true")
        page.goto(address.split("?")[0], wait_until="commit")
        # Asked outside the page: looking again and again would be work for it.
        page.locator(_DRAWN).wait_for()
        early = _greys(page)
        page.wait_for_timeout(_SETTLED_MS)
        differs = _unlike(early, _greys(page))
        sentence, painted = page.evaluate("[window.shownAt('h1'), window.shownAt('map')]")
        filtered = _filter(page)
    return Visit(sentence[0] / 1000, painted[-1] / 1000, differs, filtered)


def _greys(page: Page) -> np.ndarray[Any, Any]:
    picture = Image.open(io.BytesIO(page.locator(_MAP).screenshot())).convert("L")
    return np.asarray(picture, dtype=np.int16)


def _unlike(early: np.ndarray[Any, Any], late: np.ndarray[Any, Any]) -> float:
    """The share of pixels that differ; where a map begins between two pixels, a picture may have a
    line more.
    """
    high, wide = np.minimum(early.shape, late.shape)
    return float((np.abs(early[:high, :wide] - late[:high, :wide]) > _OTHER_PIXEL).mean())


def _filter(page: Page) -> float:
    """The seconds until the map showed another kind of incident."""
    page.locator(".st-key-f_what input").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(700)
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    at: float = page.evaluate("performance.now()")
    page.keyboard.press("Enter")
    page.wait_for_timeout(_SETTLED_MS)
    drawn: list[float] = page.evaluate("window.shownAt('map')")
    later = [moment for moment in drawn if moment > at]
    return (later[-1] - at) / 1000 if later else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address")
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--tell", action="store_true", help="list what jumped and was refused")
    given = parser.parse_args()
    path = os.environ.get("VRP_CHROMIUM") or shutil.which("chromium")
    print(
        "| | kB | requests | refused | layout shift | sentence, s | painted, s (all visits) |"
        " differs at the end, % | filter, s |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    with sync_playwright() as driver:
        for (by, more), (size, window) in product(_DRAWN_BY.items(), _WINDOWS.items()):
            browser = driver.chromium.launch(executable_path=path, args=[*_QUIET, *more])
            weight = weighed(browser, given.address, window)
            if given.tell:
                print(*(f"  refused {url}" for url in weight.refused), sep="\n")
                for value, when, parts in sorted(weight.jumps, reverse=True)[:6]:
                    print(f"  jump {value:.3f} at {when:,.0f} ms: {parts}")
            seen = [visit(browser, given.address, window) for _ in range(given.visits)]
            figures = {key: median(getattr(one, key) for one in seen) for key in vars(seen[0])}
            every = ", ".join(f"{one.painted:.1f}" for one in seen)
            jumped = sum(jump[0] for jump in weight.jumps)
            print(
                f"| {size}, {by} | {weight.bytes / 1000:,.0f} | {weight.requests} |"
                f" {len(weight.refused)} | {jumped:.2f} | {figures['sentence']:.1f} |"
                f" {figures['painted']:.1f} ({every}) | {figures['differs'] * 100:.1f} |"
                f" {figures['filtered']:.1f} |"
            )
            browser.close()


if __name__ == "__main__":
    main()
