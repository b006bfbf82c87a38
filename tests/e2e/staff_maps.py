"""A map of the staff pages in a browser: when it is drawn, where it looks, and what lies where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Browser, FloatRect, Locator, Page, Request, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.e2e.axe import WCAG, violations
from tests.e2e.states import seen
from tests.e2e.windows import window

DRAWN = ".staff-map[data-drawn=yes]"
TIP = ".map-tip"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "user_agent": (
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
    ),
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
_WORLD_PX = 512


@contextmanager
def a_page(browser: Browser, **options: Any) -> Iterator[tuple[Page, list[str]]]:
    """A page and the addresses that it has asked for."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    with window(browser, **options) as page:
        page.on("request", note)
        yield page, asked
        page.remove_listener("request", note)


def open_hotspots(page: Page, address: str) -> None:
    """Wait for the page and for its map."""
    page.goto(address)
    expect(page.locator("h1")).to_be_visible()
    drawn(page)
    expect(page.get_by_text("How this was worked out")).to_be_visible()


def drawn(page: Page) -> Locator:
    """The only map of a page, once nothing is waited for and all of it is drawn."""
    shown = page.locator(DRAWN)
    expect(shown).to_have_count(1, timeout=60_000)
    return shown


def quiet(page: Page) -> None:
    """Give what is on its way time to come; a page that is never wholly quiet is not waited for."""
    with suppress(PlaywrightTimeout):
        page.wait_for_load_state("networkidle", timeout=5000)


def view(page: Page) -> tuple[float, float, float]:
    """Longitude and latitude of the middle, and the zoom."""
    lon, lat, zoom = (float(part) for part in str(drawn(page).get_attribute("data-view")).split())
    return lon, lat, zoom


def in_window(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where in the window a place lies, once the map stands still in its middle."""
    box = standing(drawn(page))
    x, y = from_middle(view(page), lon, lat)
    return box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y


def from_middle(view: tuple[float, float, float], lon: float, lat: float) -> tuple[float, float]:
    """How many pixels to the right of a view's middle a place lies, and how many below it."""
    middle_lon, middle_lat, zoom = view
    world = _WORLD_PX * 2**zoom
    return (lon - middle_lon) / 360 * world, (_down(lat) - _down(middle_lat)) * world


def standing(part: Locator) -> FloatRect:
    """Where a part of the page lies once it stands still in the middle of the window."""
    part.evaluate("part => part.scrollIntoView({ block: 'center' })")
    # Looked at twice with a while between: a page that still rolls on stands for a frame too.
    boxes: list[FloatRect | None] = [None]

    def stands() -> bool:
        boxes.append(part.bounding_box())
        return boxes[-1] is not None and boxes[-1] == boxes[-2]

    seen(part.page, stands, bool, of="it stands still")
    assert boxes[-1]
    return boxes[-1]


def _down(lat: float) -> float:
    """Web Mercator: the share of the world that lies north of a latitude."""
    return 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


def rows(page: Page, asked: Sequence[str]) -> list[dict[str, Any]]:
    """The hexagons as the last answer gave them: h the cell, m its middle in millionths of a
    degree.
    """
    (*_, last) = (url for url in asked if "/map/cells.json" in url)
    found: list[dict[str, Any]] = page.request.get(last).json()["rows"]
    return found


def check_axe(page: Page, *more: str) -> None:
    """Axe finds nothing against WCAG 2.2 AA; `more` are other sets of its rules."""
    found = violations(page, *WCAG, *more)
    told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
    assert told == [], page.url
