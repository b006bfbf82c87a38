"""The page Pilots in a browser: a draft is typed, saved and read, and axe finds nothing."""

from __future__ import annotations

import re

import h3
from playwright.sync_api import Browser, expect

from tests.e2e.staff_maps import DESK, PHONE, check_axe, drawn, in_window
from tests.e2e.states import at_rest
from tests.e2e.windows import window
from tests.made_up_pilots import MIDDLE, around


def test_a_draft_is_typed_saved_and_read(browser: Browser, server: str) -> None:
    with window(browser, **DESK) as page:
        page.goto(f"{server}/pilots?pilot=new")
        cells = page.get_by_label("Hexagons of the pilot")
        cells.fill(f"{MIDDLE} {MIDDLE}")
        cells.press("Control+Enter")
        expect(page.get_by_text("Hexagons chosen: 1.")).to_be_visible()
        page.get_by_label("Name of the pilot").fill("Made-up patrols")
        check_axe(page)
        page.get_by_role("button", name="Save the draft").click()
        saved = page.get_by_role("link", name=re.compile(r"P\d{4}-\d\d"))
        expect(saved).to_be_in_viewport()
        saved.click()
        expect(page.get_by_role("heading", name="Made-up patrols")).to_be_visible()
        expect(page.get_by_text("Not judged yet.")).to_be_visible()
        drawn(page)
        check_axe(page)
        address = page.url
    with window(browser, **PHONE, color_scheme="dark") as page:
        page.goto(address)
        drawn(page)
        at_rest(page)
        check_axe(page)


def test_hexagons_are_painted_by_presses(browser: Browser, server: str) -> None:
    """Out, in and out again, then another one: each press counts, and of its own hexagon."""
    with window(browser, **DESK) as page:
        page.goto(f"{server}/pilots?pilot=new&area={MIDDLE}")
        cells = page.get_by_label("Hexagons of the pilot")
        expect(cells).to_have_value(MIDDLE)
        drawn(page)
        other = next(cell for cell in around(MIDDLE) if cell != MIDDLE)
        for cell, wanted in ((MIDDLE, ""), (MIDDLE, MIDDLE), (MIDDLE, ""), (other, other)):
            lat, lon = h3.cell_to_latlng(cell)
            page.mouse.click(*in_window(page, lon, lat))
            expect(cells).to_have_value(wanted)
        expect(page.get_by_text("Hexagons chosen: 1.")).to_be_visible()
