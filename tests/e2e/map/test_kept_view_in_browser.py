"""A map is where a person left it when they come back, for what they had chosen."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.staff_maps import DESK, a_page, view
from tests.e2e.states import seen, until

pytestmark = pytest.mark.browser
KEPT = "sessionStorage.getItem('vrp-map view')"


def test_the_whole_area_fits_into_a_narrow_window(browser: Browser, server: str) -> None:
    zooms = []
    for width in (1280, 500):
        with a_page(browser, viewport={"width": width, "height": 900}) as (page, _):
            page.goto(f"{server}/?resolution=7")
            _, _, zoom = view(page)
            wide = page.locator(".staff-map").evaluate("map => map.offsetWidth")
            zooms.append(zoom - math.log2(min(wide, 820)))
            assert page.evaluate(KEPT) is None
    # The same ground for a map of the width that the page plans for, and for a narrower one.
    assert zooms[0] == pytest.approx(zooms[1], abs=0.1)


def test_a_map_that_was_moved_is_there_again(browser: Browser, server: str) -> None:
    with a_page(browser, **DESK) as (page, _):
        page.goto(f"{server}/?resolution=7")
        whole = view(page)
        assert page.evaluate(KEPT) is None
        page.get_by_role("button", name="Zoom in").click()
        left = seen(page, lambda: view(page), lambda now: now != whole)
        # A place that is picked after the move is what is chosen then.
        page.locator(".staff-map").press("Enter")
        until(page, "location.search.includes('at=cell')")
        until(page, f"{KEPT}.includes('cell:')")
        assert view(page) == left
        there = page.url
        page.goto(f"{server}/events")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.goto(there)
        assert view(page) == left
        # What is kept for one place is not where another begins, nor where the whole does.
        page.goto(f"{server}/?resolution=7")
        assert view(page) == whole
        page.get_by_role("button", name="Zoom in").click()
        seen(page, lambda: view(page), lambda now: now != whole)
        page.get_by_role("button", name="Whole area", exact=True).click()
        seen(page, lambda: view(page), lambda now: now == whole)
        until(page, f"{KEPT} === null")
        # Whatever stands there, the map is drawn.
        for garbage in ("no JSON", '{"place": " ", "view": [1, null]}'):
            page.evaluate("words => sessionStorage.setItem('vrp-map view', words)", garbage)
            page.reload()
            assert view(page) == whole
