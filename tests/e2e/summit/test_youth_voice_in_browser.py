"""The page Youth voice in a browser: drawn though no screen showed the wall, and clean for axe."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.staff_maps import DESK, PHONE, a_page, check_axe, drawn, view
from tests.e2e.states import at_rest, seen
from tests.e2e.summit.hall import Hall

pytestmark = pytest.mark.browser


def test_the_map_of_youth_voice_is_clean_and_looks_at_what_is_picked(
    browser: Browser, hall: Hall
) -> None:
    with a_page(browser, base_url=hall.address, **PHONE) as (page, _):
        page.goto("/youth-voice?event=OVER")
        for window, scheme in ((PHONE, "dark"), (DESK, "light")):
            page.set_viewport_size(window["viewport"])
            page.emulate_media(color_scheme=scheme)
            drawn(page)
            at_rest(page)
            expect(page.get_by_text("24 people spoke")).to_be_visible()
            check_axe(page)
        whole = view(page)
        page.get_by_role("button", name=re.compile("both high|fear only")).first.click()
        near = seen(page, lambda: view(page)[2], lambda zoom: zoom > whole[2] + 2)
        page.get_by_role("button", name="Back to all places").click()
        seen(page, lambda: view(page)[2], lambda zoom: zoom < near - 2)
