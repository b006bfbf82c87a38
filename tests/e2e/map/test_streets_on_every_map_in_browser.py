"""Maps with a base map and without: whose streets they are stands on them, nobody outside is asked,
and staff are told once how streets are added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from shapely.geometry import shape

from tests.e2e.map.conftest import WHOSE
from tests.e2e.staff_maps import (
    DESK,
    DRAWN,
    PHONE,
    a_page,
    check_axe,
    drawn,
    from_middle,
    open_hotspots,
    quiet,
    standing,
    view,
)
from tests.e2e.states import at_rest, hold, seen, until
from tests.made_up_pilots import MIDDLE
from vrp_map.places.basemap.base_map import HOW

pytestmark = pytest.mark.browser
# The wall and the voices, which have a map once there are pins: summit/test_streets_in_browser.py.
FORMS = ("/pin/DEMO", "/respond")
STAFF = ("/", "/what-changed", f"/pilots?pilot=new&area={MIDDLE}")


@contextmanager
def visit(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A window on one server, which asks nobody else."""
    with a_page(browser, base_url=address, **options) as (page, asked):
        yield page
        ours = (address, "data:", "blob:", "file:")
        assert [url for url in asked if not url.startswith(ours)] == []


def to_map(page: Page, path: str) -> None:
    """Open a page with a map, and the map where it is folded away."""
    page.goto(path)
    if path == "/respond":
        page.get_by_text("Choose it on the map").click()


_TILES = "**/basemap/**"
# What stands on the canvases of the streets: a pixel in another colour than none.
STREETS = """[...document.querySelectorAll('.leaflet-tile-pane canvas')].some((paper) => {
  const {data} = paper.getContext('2d').getImageData(0, 0, paper.width, paper.height);
  return data.some((value) => value);
})"""


@pytest.fixture(scope="module")
def staff(browser: Browser, mapped: str) -> Iterator[Page]:
    """A window that looks at one staff map after the other."""
    # Streamlit's menu follows from how the browser calls itself.
    with visit(browser, mapped, **PHONE) as page:
        yield page


@pytest.mark.parametrize("path", STAFF)
def test_a_staff_map_draws_streets_and_says_whose_they_are(staff: Page, path: str) -> None:
    """In the width of a phone and in the dark, and then at a desk by day."""
    for window, scheme in ((PHONE, "dark"), (DESK, "light")):
        staff.set_viewport_size(window["viewport"])
        staff.emulate_media(color_scheme=scheme)
        if window is PHONE:
            staff.goto(path)
        shown = staff.locator(".staff-map[data-drawn=yes]").first
        expect(shown).to_be_visible(timeout=60_000)
        until(staff, STREETS)
        credit = shown.locator(".leaflet-control-attribution")
        expect(credit).to_have_text(WHOSE)
        expect(credit).to_be_visible()
        expect(shown.locator(".leaflet-control-scale-line")).to_have_text(re.compile(r"^\d+ k?m$"))
        check_axe(staff)
    # Printed, or read out, it stands at the foot of the page as well.
    expect(staff.locator(".sources")).to_contain_text(WHOSE)
    expect(staff.get_by_text(HOW)).to_have_count(0)


def test_a_map_says_that_streets_did_not_come_until_they_do(browser: Browser, mapped: str) -> None:
    with visit(browser, mapped, **DESK) as page:
        missing = page.locator(".staff-map ~ .map-missing")
        # Tiles with nothing in them are no fault.
        page.route(_TILES, lambda route: route.fulfill(status=204))
        open_hotspots(page, "/?resolution=7")
        quiet(page)
        expect(missing).to_have_text("")
        assert not page.evaluate(STREETS)
        # A server that has trouble, and none that answers.
        troubles: tuple[Callable[[Route], None], ...] = (
            lambda route: route.fulfill(status=503, body="no"),
            lambda route: route.abort(),
        )
        for trouble in troubles:
            page.unroute(_TILES)
            page.route(_TILES, trouble)
            page.get_by_role("button", name="Zoom in").click()
            expect(missing).to_contain_text("The map is not complete")
            page.unroute(_TILES)
            page.locator(".staff-map").press("ArrowLeft")
            expect(missing).to_have_text("")
            assert page.evaluate(STREETS)


def test_streets_are_asked_for_once_and_before_the_page_is_there(
    browser: Browser, mapped: str
) -> None:
    with a_page(browser, base_url=mapped, **DESK) as (page, asked):
        let_go = hold(page, "**/static/js/index.*")
        with page.expect_response(_TILES):
            page.goto("/?resolution=7", wait_until="commit")
        let_go()
        drawn(page)
        tiles = [url for url in asked if "/basemap/" in url]
        assert len(tiles) == len(set(tiles))


def a_tile(extent: int) -> bytes:
    """A vector tile with one motorway from its left edge to its right, halfway down."""

    def field(number: int, held: bytes | int) -> bytes:
        if isinstance(held, int):
            return varint(number << 3) + varint(held)
        return varint(number << 3 | 2) + varint(len(held)) + held

    # Move to the left edge, then one line to the right one; each step as twice its length.
    steps = b"".join(map(varint, (9, 0, extent, 10, 2 * extent, 0)))
    line = field(3, 2) + field(4, steps)
    return field(3, field(15, 2) + field(1, b"motorway") + field(2, line) + field(5, extent))


def varint(number: int) -> bytes:
    *rest, last = [number >> shift & 127 for shift in range(0, max(number.bit_length(), 1), 7)]
    return bytes([*(part | 128 for part in rest), last])


# Of each tile in view, whether something stands in the middle of its left and right half.
_HALVES = """[...document.querySelectorAll('.leaflet-tile-pane canvas')].map((paper) => (
  [0.25, 0.75].map((across) => {
    const at = [paper.width * across, paper.height / 2 - 4];
    const {data} = paper.getContext('2d').getImageData(...at, 1, 8);
    return data.some((value) => value);
  }))).flat()"""


@pytest.mark.parametrize("extent", [4096, 512, 128])
def test_tiles_of_coarser_steps_are_drawn_as_large_as_others(
    browser: Browser, mapped: str, extent: int
) -> None:
    """GDAL writes a layer of a tile in fewer steps where it would be too heavy."""
    tile = a_tile(extent)
    with visit(browser, mapped, **DESK) as page:
        page.route(_TILES, lambda route: route.fulfill(body=tile))
        open_hotspots(page, "/?resolution=7")
        until(page, f"{_HALVES}.length > 1 && {_HALVES}.every(Boolean)")


# Keeps where the last drawing of the map wrote its names, in pixels of the window.
_WATCH_NAMES = """(() => {
  const write = CanvasRenderingContext2D.prototype.fillText;
  let last = null;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    if (this.canvas.className === "map-drawing") {
      // One drawing is one task: what is written later belongs to the next.
      if (!last) {
        window.names = last = [];
        setTimeout(() => { last = null; });
      }
      const { a, b, e, f } = this.getTransform(), sharp = Math.hypot(a, b);
      const box = this.canvas.getBoundingClientRect();
      const wide = b ? 0 : this.measureText(text).width, high = parseFloat(this.font.split(" ")[1]);
      last.push([text, e / sharp + box.x - wide / 2, f / sharp + box.y - high / 2, wide, high]);
    }
    write.call(this, text, ...rest);
  };
})()"""
_COVERED = """() => {
  const controls = [...document.querySelectorAll(
    ".map-frame .north, .map-frame button, .map-frame .leaflet-control")];
  const boxes = controls.map((one) => one.getBoundingClientRect()).filter((box) => box.width);
  return { controls: boxes.length, names: window.names.length, covered: window.names.filter(
    ([, x, y, wide, high]) => boxes.some((box) => (
      x < box.right && x + wide > box.left && y < box.bottom && y + high > box.top))) };
}"""


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_no_name_lies_under_a_control(
    browser: Browser, mapped: str, window: dict[str, Any]
) -> None:
    with visit(browser, mapped, **window) as page:
        page.add_init_script(_WATCH_NAMES)
        open_hotspots(page, "/?resolution=7")
        standing(drawn(page))
        for _ in range(3):
            # Drawn anew where it stands now: the page may have moved since.
            before = view(page)
            page.get_by_role("button", name="Zoom in").click()
            seen(page, lambda: view(page)[2], lambda now, last=before[2]: now > last)
            found = page.evaluate(_COVERED)
            assert found["controls"] >= 6 and found["names"] > 0
            assert found["covered"] == []


def test_names_stay_off_hexagons_that_they_would_hide(browser: Browser, mapped: str) -> None:
    """From afar, on a phone: what is clearly up or down is smaller than a name."""
    with a_page(browser, base_url=mapped, **PHONE) as (page, asked):
        page.add_init_script(_WATCH_NAMES)
        page.goto("/what-changed")
        shown = page.locator(DRAWN).first
        expect(shown).to_be_visible(timeout=60_000)
        at_rest(page)
        (address,) = {url for url in asked if "/map/changes-sure.json" in url}
        shapes = [shape(one["geometry"]) for one in page.request.get(address).json()["features"]]
        assert shapes
        # Zoomed in and out again, it is drawn last of both maps, where it stands now.
        box = standing(shown)
        for way in ("Zoom in", "Zoom out"):
            shown.get_by_role("button", name=way).click()
            expect(shown).to_have_attribute("data-drawn", "yes")
        lon, lat, zoom = (float(part) for part in str(shown.get_attribute("data-view")).split())
        names = page.evaluate("window.names")
        assert names
        for part in (part for one in shapes for part in getattr(one, "geoms", [one])):
            x, y = from_middle((lon, lat, zoom), part.centroid.x, part.centroid.y)
            x, y = x + box["x"] + box["width"] / 2, y + box["y"] + box["height"] / 2
            hiding = [
                name
                for name, left, top, wide, high in names
                if left - 2 < x < left + wide + 2 and top - 2 < y < top + high + 2
            ]
            assert hiding == []


@pytest.mark.parametrize("path", FORMS)
def test_the_map_of_a_form_says_whose_streets_it_draws(
    browser: Browser, mapped: str, path: str
) -> None:
    with visit(browser, mapped, **PHONE) as page:
        to_map(page, path)
        credit = page.locator("#map .leaflet-control-attribution")
        expect(credit).to_have_text(WHOSE)
        expect(credit).to_be_visible()


def test_without_streets_a_form_tells_no_command(browser: Browser, server: str) -> None:
    """Staff are told once: see test_browser.py."""
    with visit(browser, server, **DESK) as page:
        for path in FORMS:
            to_map(page, path)
            expect(page.locator("#map.leaflet-container")).to_be_visible()
            expect(page.get_by_text("basemap")).to_have_count(0)
