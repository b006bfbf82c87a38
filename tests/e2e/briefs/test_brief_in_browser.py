"""The brief in a browser: two clicks from a hotspot to paper, one A4 page, nothing for axe."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.staff_maps import DESK, check_axe
from tests.e2e.windows import window
from vrp_map.briefs.digest.digest import Digest, DigestLine, section
from vrp_map.briefs.digest.page import as_html
from vrp_map.config import Settings
from vrp_map.workspace import open_workspace


def sheets(page: Page) -> int:
    """The pages that the browser's own print makes of a page."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def check_widths(page: Page) -> None:
    """At a desk in light and on a phone in dark: nothing for axe, and nothing sticks out.

    Style sheets alone tell these apart: one visit shows both.
    """
    screens: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))
    for width, scheme in screens:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        check_axe(page)


@pytest.fixture(scope="module")
def cells(demo: Settings) -> tuple[str, str]:
    """A hexagon of the largest hotspot, and one in none."""
    ws = open_workspace(settings=demo)
    first, last = ws.period(12)
    selection = ws.select(["violence"], first=first, last=last)
    frame = ws.hotspots(selection, audience="partner").cells.frame
    hot, cold = frame[frame["cluster"] > 0], frame[frame["cluster"] == 0]
    return str(hot["cell"].iloc[0]), str(cold["cell"].iloc[0])


def test_from_a_hotspot_to_paper_in_two_clicks(
    browser: Browser, server: str, cells: tuple[str, str]
) -> None:
    with window(browser, **DESK) as page:
        page.goto(f"{server}/?at=hotspot:{cells[0]}")
        page.get_by_role("link", name="Brief").click()
        expect(page.get_by_role("button", name="Print")).to_be_visible()
        page.evaluate("window.print = () => { document.title = 'on paper'; }")
        page.get_by_role("button", name="Print").click()
        expect(page).to_have_title("on paper")


def test_each_kind_of_place_is_one_sheet(
    browser: Browser, server: str, demo: Settings, cells: tuple[str, str]
) -> None:
    """The browser's own print makes one A4 page; the screen of a desk and of a phone has nothing
    that axe minds, and nothing wider than itself.
    """
    hot, cold = cells
    areas = ["lad:E08000026", "npu:Coventry", "ward:E05015437", ""]
    known = set(open_workspace(settings=demo).reader.current_areas["key"])
    asked = [f"area={quote(key)}" for key in areas if not key or key in known]
    with window(browser) as page:
        for query in [*asked, f"at=hotspot:{hot}", f"at=cell:{cold}", "category=all"]:
            page.goto(f"{server}/brief?{query}")
            expect(page.get_by_role("button", name="Print")).to_be_visible()
            assert sheets(page) == 1, query
            check_widths(page)


def test_the_digest_is_a_page_for_everyone(browser: Browser, server: str) -> None:
    """Of everybody's sections, at a desk and on a phone, light and dark."""
    with window(browser) as page:
        page.goto(f"{server}/digest")
        page.get_by_label("Where").select_option(label="Coventry")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("Area: Coventry.")).to_be_visible()
        expect(page.get_by_role("heading", name="Data missing")).to_be_visible()
        check_widths(page)
        assert sheets(page) == 1


def test_a_full_digest_is_one_sheet(browser: Browser) -> None:
    """Every section with more lines than it may hold, of which those of pilots take two rows."""
    words = "R2026-0285: Check: 4 weeks, Violence Reduction Partnership, 30 September 2026, 17:34"
    titles = ["Overdue", "Due", "New", "Changed", "Voices", "Waiting", "Data missing"]
    found = [section(title, [DigestLine(words)] * 40, nothing="") for title in titles]
    found.append(section("Hours missed", [DigestLine(words * 2)] * 40, nothing=""))
    digest = Digest(
        partnership="Made-up partnership",
        place="Exampleton, Sampleford and Testbury",
        roles="analyst, lead, moderator, navigator, safeguarding and youth worker",
        since=date(2026, 10, 26),
        made=date(2026, 11, 2),
        headline="This week: 40 steps are overdue",
        sections=tuple(found),
        note=f"{words} {words} {words}",
        is_synthetic=True,
    )
    page = browser.new_page()
    page.set_content(as_html(digest))
    assert sheets(page) == 1
    page.close()
