"""A first visit of the Hotspots page in a browser: what it weighs, what jumps, and what is waited
for.

    python benchmarks/pages.py ADDRESS [--visits N]

ADDRESS is what `vrp-map serve` printed, with its key. Chromium draws everything with the
processor, as on a computer without a graphics card. When the map is painted is read from a film of
the window: the first frame whose map looks as it does at the end. Prints the table kept in
benchmarks/results/pages.md.
"""

from __future__ import annotations

import argparse
import base64
import io
import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
# Long enough for the slowest paint seen; a shorter wait would take an unfinished map for the end.
_SETTLED_MS = 9_000
_MAP = ".staff-map"
# Small pictures: the processor that makes them is the one that draws the page.
_SCREENCAST = {"format": "jpeg", "quality": 50, "maxWidth": 640, "maxHeight": 640}
# A pixel has changed if it is this much lighter or darker (of 255); a map, if so many have.
_OTHER_PIXEL, _OTHER_MAP = 24, 0.01
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
"""


@dataclass
class Film:
    """What one window did.

    Attributes:
        frames: seconds since the epoch and the picture. bytes: over the wire, with the WebSocket.
    """

    frames: list[tuple[float, bytes]] = field(default_factory=list)
    requests: int = 0
    failed: list[str] = field(default_factory=list)
    bytes: int = 0


@dataclass(frozen=True)
class Visit:
    """Figures of one visit; seconds, bytes, and the sum of all layout shifts."""

    bytes: int
    requests: int
    refused: int
    jumped: float
    sentence: float
    painted: float
    filtered: float


@contextmanager
def filmed(page: Page) -> Iterator[Film]:
    """Count and film everything until the end."""
    film, wire = Film(), page.context.new_cdp_session(page)

    def frame(event: dict[str, Any]) -> None:
        film.frames.append((event["metadata"]["timestamp"], base64.b64decode(event["data"])))
        wire.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    def loaded(event: dict[str, Any]) -> None:
        film.bytes += int(event["encodedDataLength"])

    def answered(event: dict[str, Any]) -> None:
        film.requests += 1
        if event["response"]["status"] >= 400:
            film.failed.append(event["response"]["url"])

    def said(event: dict[str, Any]) -> None:
        film.bytes += len(event["response"]["payloadData"]) * 3 // 4

    wire.on("Page.screencastFrame", frame)
    wire.on("Network.loadingFinished", loaded)
    wire.on("Network.responseReceived", answered)
    wire.on("Network.webSocketFrameReceived", said)
    wire.send("Network.enable")
    wire.send("Page.startScreencast", _SCREENCAST)
    yield film
    wire.send("Page.stopScreencast")


def painted_at(film: Film, box: dict[str, float], width: int, *, since: float) -> float:
    """When the map first looked as it does in the last frame, and stayed so.

    Args:
        box: the map's rectangle in the window. width: of the window, in the same pixels.
    """
    seen = [(when, _greys(picture, box, width)) for when, picture in film.frames if when >= since]
    if not seen:
        # A busy machine: nothing was drawn anew in all that time.
        return math.nan
    end = seen[-1][1]
    at = seen[-1][0]
    for when, picture in reversed(seen):
        if (np.abs(picture - end) > _OTHER_PIXEL).mean() > _OTHER_MAP:
            break
        at = when
    return at


def _greys(picture: bytes, box: dict[str, float], width: int) -> np.ndarray[Any, Any]:
    image = Image.open(io.BytesIO(picture)).convert("L")
    scale = image.width / width
    left, top = box["x"] * scale, max(0.0, box["y"] * scale)
    right, bottom = left + box["width"] * scale, (box["y"] + box["height"]) * scale
    return np.asarray(image.crop((left, top, right, min(bottom, image.height))), dtype=np.int16)


def visit(browser: Browser, address: str, window: dict[str, Any], *, tell: bool) -> Visit:
    """One first visit: nothing is cached, nobody was here before."""
    context = browser.new_context(**window)
    # The key's redirect is no part of the page.
    context.request.get(address, max_redirects=0)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(_WATCH)
    width = window["viewport"]["width"]
    with filmed(page) as film:
        page.goto(address.split("?")[0])
        page.locator("h1").first.wait_for()
        began = page.evaluate("performance.timeOrigin") / 1000
        sentence = page.evaluate("performance.now()") / 1000
        # Scrolled to at once: later, every frame before would look different from the last.
        page.locator(_MAP).first.wait_for()
        page.locator(_MAP).first.evaluate("map => map.scrollIntoView({ block: 'center' })")
        page.wait_for_timeout(_SETTLED_MS)
        size, asked, refused = film.bytes, film.requests, list(film.failed)
        jumps = page.evaluate("window.jumped")
        box = page.locator(_MAP).bounding_box()
        assert box is not None
        # Choosing a filter opens a list over the map.
        seen = Film(list(film.frames))
        filtered = _filter(page, film, box, width)
    if tell:
        for value, when, nodes in sorted(jumps, reverse=True)[:6]:
            print(f"  jump {value:.3f} at {when:,.0f} ms: {nodes}")
        print(*(f"  refused {url}" for url in refused), sep="\n")
    painted = painted_at(seen, box, width, since=began) - began
    context.close()
    return Visit(
        size, asked, len(refused), sum(jump[0] for jump in jumps), sentence, painted, filtered
    )


def _filter(page: Page, film: Film, box: dict[str, float], width: int) -> float:
    """The seconds until the map showed another kind of incident."""
    page.locator(".st-key-f_what input").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(700)
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    at: float = page.evaluate("Date.now()") / 1000
    page.keyboard.press("Enter")
    page.wait_for_timeout(_SETTLED_MS // 2)
    return painted_at(film, box, width, since=at) - at


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address")
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--tell", action="store_true", help="list what jumped and was refused")
    given = parser.parse_args()
    path = os.environ.get("VRP_CHROMIUM") or shutil.which("chromium")
    print("| | kB | requests | refused | layout shift | sentence, s | painted, s | filter, s |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*_QUIET, *_WEBGL])
        for name, window in (("1280 × 900", DESK), ("390 × 844", PHONE)):
            seen = [
                visit(browser, given.address, window, tell=given.tell) for _ in range(given.visits)
            ]
            figures = {key: median(getattr(one, key) for one in seen) for key in vars(seen[0])}
            print(
                f"| {name} | {figures['bytes'] / 1000:,.0f} | {figures['requests']:,.0f} |"
                f" {figures['refused']:.0f} | {figures['jumped']:.2f} | {figures['sentence']:.1f} |"
                f" {figures['painted']:.1f} | {figures['filtered']:.1f} |"
            )
        browser.close()


if __name__ == "__main__":
    main()
