"""A first visit of the Hotspots page in a browser: what it weighs, what jumps, and what is waited
for.

    python benchmarks/pages.py ADDRESS [--visits N]

ADDRESS is what `vrp-map serve` printed, with its key. Chromium draws everything with the
processor, as on a computer without a graphics card. The page itself says when its sentence is there
and when its map is drawn with its streets; painted is two pictures of the browser later. A film
would be the surer witness, but its making takes a second of these few: instead the map is looked at
once as soon as it says that it is drawn, and again at the end, and how much differs is told. What
is weighed is weighed in a visit of its own. Prints the table kept in benchmarks/results/pages.md.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
_QUIET = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
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
// Two pictures after each moment at which the sentence came, or the map had waited and was whole.
window.moments = {h1: [], map: []};
const held = {};
const is = {h1: () => !!document.querySelector('h1')?.innerText,
  map: () => document.querySelector('.staff-map')?.dataset.drawn === 'yes'};
new MutationObserver(() => {
  for (const [name, look] of Object.entries(is)) {
    const now = look();
    if (now && !held[name]) requestAnimationFrame(() => requestAnimationFrame(
      () => window.moments[name].push(performance.now())));
    held[name] = now;
  }
}).observe(document, {subtree: true, childList: true, attributes: true,
  attributeFilter: ['data-drawn']});
"""


@dataclass(frozen=True)
class Weight:
    """What came over the wire, the WebSocket's words included."""

    bytes: int
    requests: int
    refused: list[str]


@dataclass(frozen=True)
class Visit:
    """Figures of one visit; seconds, the sum of all layout shifts, and the share of the map that
    looked otherwise at the end than when it was painted.
    """

    jumped: float
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
    return Weight(sum(sizes), answers, refused)


def visit(browser: Browser, address: str, window: dict[str, Any], *, tell: bool) -> Visit:
    """One first visit, and a filter chosen in it."""
    with _first(browser, address, window) as page:
        page.goto(address.split("?")[0], wait_until="commit")
        # Asked outside the page: looking again and again would be work for it.
        page.locator(_DRAWN).wait_for()
        early = _greys(page)
        page.wait_for_timeout(_SETTLED_MS)
        differs = float((np.abs(_greys(page) - early) > _OTHER_PIXEL).mean())
        moments, jumps = page.evaluate("[window.moments, window.jumped]")
        filtered = _filter(page)
    if tell:
        for value, when, nodes in sorted(jumps, reverse=True)[:6]:
            print(f"  jump {value:.3f} at {when:,.0f} ms: {nodes}")
        print(f"  the map was drawn at {[round(at) for at in moments['map']]} ms")
    return Visit(
        sum(jump[0] for jump in jumps),
        moments["h1"][0] / 1000,
        moments["map"][-1] / 1000,
        differs,
        filtered,
    )


def _greys(page: Page) -> np.ndarray[Any, Any]:
    picture = Image.open(io.BytesIO(page.locator(_MAP).screenshot())).convert("L")
    return np.asarray(picture, dtype=np.int16)


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
    drawn: list[float] = page.evaluate("window.moments.map")
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
        browser = driver.chromium.launch(executable_path=path, args=[*_QUIET, *_WEBGL])
        for name, window in (("1280 × 900", DESK), ("390 × 844", PHONE)):
            weight = weighed(browser, given.address, window)
            if given.tell:
                print(*(f"  refused {url}" for url in weight.refused), sep="\n")
            seen = [
                visit(browser, given.address, window, tell=given.tell) for _ in range(given.visits)
            ]
            figures = {key: median(getattr(one, key) for one in seen) for key in vars(seen[0])}
            every = ", ".join(f"{one.painted:.1f}" for one in seen)
            print(
                f"| {name} | {weight.bytes / 1000:,.0f} | {weight.requests} |"
                f" {len(weight.refused)} | {figures['jumped']:.2f} | {figures['sentence']:.1f} |"
                f" {figures['painted']:.1f} ({every}) | {figures['differs'] * 100:.1f} |"
                f" {figures['filtered']:.1f} |"
            )
        browser.close()


if __name__ == "__main__":
    main()
