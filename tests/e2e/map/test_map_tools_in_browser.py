"""The map's own tools in a browser: what a hexagon says, several chosen by presses, the picture
that is saved or printed.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.staff_maps import (
    DESK,
    TIP,
    a_page,
    check_axe,
    drawn,
    in_window,
    open_hotspots,
    rows,
    view,
)
from tests.e2e.states import seen, until

pytestmark = pytest.mark.browser


def test_several_hexagons_by_presses_and_what_each_says(browser: Browser, server: str) -> None:
    with a_page(browser, **DESK) as (page, asked):
        open_hotspots(page, f"{server}/?resolution=7")
        page.get_by_text("Choose several").click()
        chosen = page.locator(".st-key-panel h2").first
        expect(chosen).to_have_text("0 hexagons chosen")
        lon, lat, _ = whole = view(page)
        first, second = sorted(
            rows(page, asked),
            key=lambda row: (row["m"][0] / 1e6 - lon) ** 2 + (row["m"][1] / 1e6 - lat) ** 2,
        )[:2]
        for row, said in ((first, "1 hexagon"), (second, "2 hexagons"), (first, "1 hexagon")):
            place = in_window(page, *(part / 1e6 for part in row["m"]))
            page.mouse.move(*place)
            expect(page.locator(TIP).locator("b")).to_have_text(row["t"])
            expect(page.locator(TIP)).to_contain_text(f"Incidents: {row['n']}")
            expect(page.locator(TIP)).to_contain_text(row["s"])
            page.mouse.click(*place)
            expect(chosen).to_have_text(f"{said} chosen")
        check_axe(page)
        # A press on a button of the map chooses nothing beneath it, nor does a filter move the map.
        here = page.url
        for step in range(1, 4):
            page.get_by_role("button", name="Zoom in").click()
            seen(page, lambda: view(page)[2], lambda now, step=step: now == whole[2] + step)
        expect(chosen).to_have_text("1 hexagon chosen")
        assert page.url == here
        page.get_by_role("button", name="Whole area").click()
        seen(page, lambda: view(page), lambda now: now == whole)


def saved(page: Page) -> np.ndarray:
    """The picture of the map, as red, green and blue."""
    with page.expect_download() as held:
        save = page.get_by_role("button", name="Save map (PNG)")
        # Each source is a sentence, those that bring no full stop too.
        assert re.search(r"\w Made on", save.get_attribute("data-foot") or "") is None
        save.click()
    assert held.value.suggested_filename.startswith("map-violence-")
    return np.asarray(Image.open(held.value.path()).convert("RGB"), dtype=int)


def on_sheet(sheet: np.ndarray) -> np.ndarray:
    """The part with the map: within the only lines through the whole width, its frame."""
    is_ink = np.abs(sheet[:, 40:1160] - sheet[0, 0]).max(axis=2) > 60
    lines = np.flatnonzero(is_ink.all(axis=1))
    return sheet[lines[0] + 2 : lines[-1] - 1, 33:1167]


def smaller(picture: Image.Image) -> np.ndarray:
    """So small that edges which were smoothed in another way count no more."""
    return np.asarray(picture.resize((378, 244), Image.Resampling.BOX), dtype=int)


def test_the_picture_holds_the_map_as_it_stands(
    browser: Browser, server: str, tmp_path: Path
) -> None:
    with a_page(browser, **DESK, color_scheme="light") as (page, _):
        open_hotspots(page, f"{server}/?resolution=7")
        shown = drawn(page)
        shown.scroll_into_view_if_needed()
        sheet = saved(page)
        assert sheet.shape[1] == 1200 and sheet.shape[0] > 1000
        assert (sheet[20:70, 30:700].min(axis=2) < 100).mean() > 0.02  # the headline
        drawing = on_sheet(sheet)
        # Hexagons and names where the map has them; its buttons are left out.
        page.add_style_tag(
            content=".leaflet-control-zoom, .draw-tools, .whole-screen {visibility: hidden}"
        )
        page.mouse.move(0, 0)
        file = tmp_path / "shown.png"
        shown.screenshot(path=file)
        looks = Image.open(file).convert("RGB")
        apart = np.abs(smaller(looks) - smaller(Image.fromarray(drawing.astype("uint8"))))
        assert (np.ptp(drawing, axis=2) > 40).mean() > 0.2
        assert (apart.max(axis=2) > 60).mean() < 0.08
        # As much black, which is that of names and boundaries.
        black = [(np.asarray(one).max(axis=2) < 70).mean() for one in (looks, drawing)]
        assert black[1] == pytest.approx(black[0], rel=0.3) and black[0] > 0.01
        # North above, the scale below: dark on light, in corners that are light.
        for corner in (drawing[10:62, 10:38], drawing[-38:-10, 10:60]):
            dark = (corner.max(axis=2) < 110).mean()
            assert 0.02 < dark < 0.6
        page.evaluate("window.print = () => { window.printed = true }")
        page.get_by_role("button", name="Print map").click()
        until(page, "window.printed")
        page.emulate_media(media="print")
        expect(page.locator("img.map-print")).to_be_visible()
        expect(page.locator("h1")).to_be_hidden()
        page.emulate_media(media="screen")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        expect(page.locator("img.map-print")).to_have_count(0)
