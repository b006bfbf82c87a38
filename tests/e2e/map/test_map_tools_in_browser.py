"""The map's own tools in a browser: what a hexagon says, and several chosen by presses."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.staff_maps import (
    DESK,
    TIP,
    a_page,
    check_axe,
    in_window,
    open_hotspots,
    rows,
    view,
)
from tests.e2e.states import seen

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
