"""Maps with a base map and without: whose streets they are stands on them, nobody outside is asked,
and staff are told once how streets are added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.conftest import serving
from tests.e2e.events import leave_events
from tests.e2e.staff_maps import check_axe
from tests.e2e.states import until
from tests.made_up_pilots import MIDDLE
from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import HOW, add_basemap

pytestmark = pytest.mark.browser
WHOSE = "Made-up rows (synthetic)"
# The wall and the voices, which have a map once there are pins: summit/test_streets_in_browser.py.
FORMS = ("/pin/DEMO", "/respond")
STAFF = ("/", "/what-changed", f"/pilots?pilot=new&area={MIDDLE}")
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def mapped(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on the synthetic store with made-up streets through the whole area."""
    folder = tmp_path_factory.mktemp("mapped")
    lines = [
        shapely.LineString(ends)
        for step in np.arange(0.0, 0.7, 0.05)
        for ends in (
            [(-2.2 + step, 52.3), (-2.2 + step, 52.7)],
            [(-2.2, 52.3 + step), (-1.4, 52.3 + step)],
        )
    ]
    rows = gpd.GeoDataFrame(
        {"type": ["A Road"] * len(lines), "name": ["Made-up Row"] * len(lines)},
        geometry=lines,
        crs="EPSG:4326",
    )
    rows.to_file(folder / "rows.gpkg", layer="roads", engine="pyogrio")
    settings = replace(demo, records=folder / "records", basemap=folder / "basemap")
    add_basemap([folder / "rows.gpkg"], settings, attribution=WHOSE)
    leave_events(settings)
    given = {"STORE": settings.store, "RECORDS": settings.records, "BASEMAP": settings.basemap}
    with serving(folder, **given) as address:
        yield address


class Visit:
    """A browser's window on one server, and what it asked of others."""

    def __init__(self, browser: Browser, address: str, **options: object) -> None:
        self.context = browser.new_context(base_url=address, **options)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.outside: list[str] = []
        self.page.on("request", lambda one: self._look(one.url, address))

    def _look(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:", "file:")):
            self.outside.append(url)

    def to_map(self, path: str) -> None:
        """Open a page with a map, and the map where it is folded away."""
        self.page.goto(path)
        if path == "/respond":
            self.page.get_by_text("Choose it on the map").click()

    def close(self) -> None:
        self.context.close()
        assert self.outside == []


# What stands on the canvases of the streets: a pixel in another colour than none.
STREETS = """[...document.querySelectorAll('.leaflet-tile-pane canvas')].some((paper) => {
  const {data} = paper.getContext('2d').getImageData(0, 0, paper.width, paper.height);
  return data.some((value) => value);
})"""


@pytest.fixture(scope="module")
def staff(browser: Browser, mapped: str) -> Iterator[Page]:
    """A window that looks at one staff map after the other."""
    visit = Visit(browser, mapped, viewport=DESK)
    yield visit.page
    visit.close()


@pytest.mark.parametrize("path", STAFF)
def test_a_staff_map_draws_streets_and_says_whose_they_are(staff: Page, path: str) -> None:
    """At a desk, and in the width of a phone."""
    for size in (DESK, PHONE):
        staff.set_viewport_size(size)
        if size is DESK:
            staff.goto(path)
        shown = staff.locator(".staff-map[data-drawn=yes]").first
        expect(shown).to_be_visible(timeout=60_000)
        until(staff, STREETS)
        credit = shown.locator(".leaflet-control-attribution")
        expect(credit).to_have_text(WHOSE)
        expect(credit).to_be_visible()
        expect(shown.locator(".leaflet-control-scale-line")).to_have_text(re.compile(r"^\d+ k?m$"))
        if size is DESK:
            check_axe(staff)
    # Printed, or read out, it stands at the foot of the page as well.
    expect(staff.locator(".sources")).to_contain_text(WHOSE)
    expect(staff.get_by_text(HOW)).to_have_count(0)


@pytest.mark.parametrize("path", FORMS)
def test_the_map_of_a_form_says_whose_streets_it_draws(
    browser: Browser, mapped: str, path: str
) -> None:
    visit = Visit(browser, mapped, viewport=PHONE)
    visit.to_map(path)
    credit = visit.page.locator("#map .leaflet-control-attribution")
    expect(credit).to_have_text(WHOSE)
    expect(credit).to_be_visible()
    visit.close()


def test_without_streets_a_form_tells_no_command(browser: Browser, server: str) -> None:
    """Staff are told once: see test_browser.py."""
    visit = Visit(browser, server, viewport=DESK)
    for path in FORMS:
        visit.to_map(path)
        expect(visit.page.locator("#map.leaflet-container")).to_be_visible()
        expect(visit.page.get_by_text("basemap")).to_have_count(0)
    visit.close()
