"""A map is where a person left it when they come back, for what they had chosen."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.states import seen, until

KEPT = "sessionStorage.getItem('vrp-map view')"


def view_of(page: Page) -> str:
    """Where the map looks, once it is drawn."""
    drawn = page.locator(".staff-map[data-drawn=yes]")
    expect(drawn).to_have_count(1)
    return str(drawn.get_attribute("data-view"))


def test_the_whole_area_fits_into_a_narrow_window(browser: Browser, server: str) -> None:
    zooms = []
    for width in (1280, 500):
        with browser.new_context(viewport={"width": width, "height": 900}) as context:
            page = context.new_page()
            page.goto(f"{server}/?resolution=7")
            zoom = float(view_of(page).split()[2])
            wide = page.locator(".staff-map").evaluate("map => map.offsetWidth")
            zooms.append(zoom - math.log2(min(wide, 820)))
            assert page.evaluate(KEPT) is None
    # The same ground for a map of the width that the page plans for, and for a narrower one.
    assert zooms[0] == pytest.approx(zooms[1], abs=0.1)


def test_a_map_that_was_moved_is_there_again(browser: Browser, server: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{server}/?resolution=7")
        whole = view_of(page)
        assert page.evaluate(KEPT) is None
        page.get_by_role("button", name="Zoom in").click()
        left = seen(page, lambda: view_of(page), lambda view: view != whole)
        # A place that is picked after the move is what is chosen then.
        page.locator(".staff-map").press("Enter")
        until(page, "location.search.includes('at=cell')")
        until(page, f"{KEPT}.includes('cell:')")
        assert view_of(page) == left
        there = page.url
        page.goto(f"{server}/events")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.goto(there)
        assert view_of(page) == left
        # What is kept for one place is not where another begins, nor where the whole does.
        page.goto(f"{server}/?resolution=7")
        assert view_of(page) == whole
        page.get_by_role("button", name="Zoom in").click()
        seen(page, lambda: view_of(page), lambda view: view != whole)
        page.get_by_role("button", name="Whole area", exact=True).click()
        seen(page, lambda: view_of(page), lambda view: view == whole)
        until(page, f"{KEPT} === null")
        # Whatever stands there, the map is drawn.
        for garbage in ("no JSON", '{"place": " ", "view": [1, null]}'):
            page.evaluate("words => sessionStorage.setItem('vrp-map view', words)", garbage)
            page.reload()
            assert view_of(page) == whole
