"""A map of the staff pages in a browser: when it is drawn, where it looks, what lies where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.e2e.states import seen

DRAWN = ".staff-map[data-drawn=yes]"
TIP = ".map-tip"
_WORLD_PX = 512
_WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def drawn(page: Page) -> Locator:
    """The only map of a page, once nothing is waited for and all of it is drawn."""
    shown = page.locator(DRAWN)
    expect(shown).to_have_count(1, timeout=60_000)
    return shown


def view(page: Page) -> tuple[float, float, float]:
    """Longitude and latitude of the middle, and the zoom."""
    lon, lat, zoom = (float(part) for part in str(drawn(page).get_attribute("data-view")).split())
    return lon, lat, zoom


def in_window(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where in the window a place lies, once the map stands still in its middle."""
    shown = drawn(page)
    shown.evaluate("map => map.scrollIntoView({ block: 'center' })")
    boxes = [shown.bounding_box()]

    def stands() -> bool:
        boxes.append(shown.bounding_box())
        return boxes[-1] is not None and boxes[-1] == boxes[-2]

    seen(page, stands, bool, of="the map stands still")
    box = boxes[-1]
    assert box
    middle_lon, middle_lat, zoom = view(page)
    world = _WORLD_PX * 2**zoom
    x = (lon - middle_lon) / 360 * world
    y = (_down(lat) - _down(middle_lat)) * world
    return box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y


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


def check_axe(page: Page) -> None:
    found = Axe().run(page, options=_WCAG)
    assert found.violations_count == 0, found.generate_report()
