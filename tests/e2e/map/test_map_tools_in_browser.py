"""The map's own tools in a browser: what a hexagon says, several chosen by clicks, the way back."""

from __future__ import annotations

import base64
import contextlib
import io

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.map.test_browser import DESK, a_page, open_hotspots, quiet
from tests.e2e.states import seen, until

pytestmark = pytest.mark.browser


def picture(page: Page) -> np.ndarray:
    """The hexagons and their names as greys."""
    address = page.evaluate("document.querySelector('#deckgl-overlay').toDataURL()")
    image = Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("L")
    return np.asarray(image, dtype=int)


def different(one: np.ndarray, other: np.ndarray) -> float:
    """The share of pixels that are clearly lighter or darker."""
    return float((np.abs(one - other) > 24).mean())


def drawn(page: Page) -> np.ndarray:
    """The picture once it has stopped changing."""
    before = picture(page)
    for _ in range(40):
        page.wait_for_timeout(500)
        now = picture(page)
        if now.any() and different(before, now) < 0.001:
            return now
        before = now
    pytest.fail("the map went on changing")


def click_until(page: Page, place: tuple[float, float], said: str) -> None:
    """A map that is just drawn anew loses a click: after a while it is made again."""
    words = page.locator(".st-key-panel h2").first
    for _ in range(3):
        page.mouse.click(*place, delay=60)
        with contextlib.suppress(AssertionError):
            expect(words).to_have_text(said, timeout=12_000)
            return
    expect(words).to_have_text(said)


def test_several_hexagons_by_clicks_the_tooltip_and_the_way_back(
    webgl_browser: Browser, server: str
) -> None:
    with a_page(webgl_browser, **DESK) as (page, _):
        open_hotspots(page, f"{server}/?resolution=7")
        quiet(page)
        whole = drawn(page)
        page.get_by_text("Choose several").click()
        chosen = page.locator(".st-key-panel").get_by_text("chosen", exact=False).first
        expect(chosen).to_have_text("0 hexagons chosen")
        box = page.locator("[data-testid=stDeckGlJsonChart]").bounding_box()
        assert box
        first, second = (
            (box["x"] + box["width"] * share, box["y"] + box["height"] * 0.5)
            for share in (0.36, 0.42)
        )
        for place, said in ((first, "1 hexagon"), (second, "2 hexagons"), (first, "1 hexagon")):
            page.mouse.move(place[0] - 3, place[1])
            page.mouse.move(*place)
            expect(page.locator(".deck-tooltip")).to_contain_text("Incidents: ")
            click_until(page, place, f"{said} chosen")
        # The picture that is saved holds the map, and what it is called.
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save map (PNG)").click()
        assert saved.value.suggested_filename.startswith("map-violence-")
        sheet = np.asarray(Image.open(saved.value.path()).convert("RGB"), dtype=int)
        assert sheet.shape[1] == 1200 and sheet.shape[0] > 1000
        middle = sheet[400:800, 300:900]
        assert (np.ptp(middle, axis=2) > 40).mean() > 0.2  # coloured hexagons, and no empty canvas
        assert (sheet[20:70, 30:700].min(axis=2) < 100).mean() > 0.02  # the headline
        page.evaluate("window.print = () => { window.printed = true }")
        page.get_by_role("button", name="Print map").click()
        until(page, "window.printed")
        page.emulate_media(media="print")
        expect(page.locator("img.map-print")).to_be_visible()
        expect(page.locator("h1")).to_be_hidden()
        page.emulate_media(media="screen")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        expect(page.locator("img.map-print")).to_have_count(0)
        page.get_by_role("button", name="Zoom In").click()
        seen(page, lambda: different(picture(page), whole), lambda share: share > 0.05)
        drawn(page)
        page.get_by_role("button", name="Whole area").click()
        # All but the hexagon that is chosen now.
        seen(page, lambda: different(picture(page), whole), lambda share: share < 0.03)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, found.generate_report()
        # Whoever comes back to the page finds the map where they had moved it.
        page.get_by_role("button", name="Zoom In").click()
        until(page, "sessionStorage.getItem('vrp-map view')")
        kept = seen(page, lambda: drawn(page), lambda now: different(now, whole) > 0.05)
        open_hotspots(page, page.url)
        seen(page, lambda: different(picture(page), kept), lambda share: share < 0.03)
        # A press on a button of the map picks no hexagon beneath it.
        here = page.url
        for _ in range(4):
            page.get_by_role("button", name="Zoom In").click(delay=100)
            drawn(page)
        quiet(page)
        assert page.url == here
