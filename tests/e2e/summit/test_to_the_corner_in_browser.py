"""From the address in the QR code to the right street corner, as a 13-year-old would: with a thumb
that is not exact, in four taps, or with twelve keys at most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import h3
import numpy as np
import pyogrio
import pytest
import shapely
from playwright.sync_api import Browser, Page, expect

from pipelines.demo_streets import write_streets
from tests.e2e.conftest import serving
from tests.e2e.states import becomes_true, until
from tests.e2e.summit.test_draft_in_browser import draft
from tests.e2e.summit.test_pin_page_in_browser import (
    PHONE,
    a_phone,
    heading,
    kept_code,
    to_the_end,
)
from tests.integration.places.street_files import area_settings, town_roads
from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import add_basemap
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import create_event

pytestmark = pytest.mark.browser
MOST_KEYS = 12
# The zooms that the first and the second tap come to.
NEARER, CLOSE = 13, 16
# How far a thumb lands from what it is meant for, in pixels, and how far from a corner a pin still
# is at it.
THUMB, AT_THE_CORNER_M = 7.0, 110.0
# The script looks at the map as a child does: it asks where on the screen the corner is.
_EYES = """() => {
  let leaflet;
  Object.defineProperty(globalThis, 'L', {
    get: () => leaflet,
    set: (made) => {
      leaflet = made;
      made.Map.addInitHook(function () { globalThis.seen = this; });
    },
  });
}"""
_WHERE = """([lat, lon]) => {
  const {x, y} = seen.latLngToContainerPoint([lat, lon]);
  const {left, top, width, height} = seen.getContainer().getBoundingClientRect();
  return {x: x + left, y: y + top, isInside: x > 0 && y > 0 && x < width && y < height};
}"""
_AT_REST = "zoom => globalThis.seen && !seen._animatingZoom && seen.getZoom() >= zoom"
_IS_WRITTEN = """names => [...document.querySelectorAll('.name')]
  .some((one) => names.includes(one.textContent))"""
_LOOK_S = 10.0


@dataclass(frozen=True)
class Corner:
    """Where two streets meet: latitude and longitude, several where they do so again."""

    streets: tuple[str, str]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Town:
    """A server with an event in a town, and corners of its streets."""

    address: str
    corners: tuple[Corner, ...]


def first_letters(name: str) -> str:
    """The five letters, or so, that a child types of a street."""
    return name.casefold().replace("'", "").removeprefix("the ")[:6].strip()[:5].strip()


def corners_of(roads: gpd.GeoDataFrame, *, many: int) -> tuple[Corner, ...]:
    """Some places where an end of one named street is an end of another."""
    named = roads[roads["name"].notna() & (roads["name"] != "")].to_crs("EPSG:27700")
    ends: dict[tuple[int, int], set[str]] = {}
    for name, line in zip(named["name"], named.geometry.explode().groupby(level=0).first()):  # noqa: B905
        for x, y, *_ in (line.coords[0], line.coords[-1]):
            ends.setdefault((round(x), round(y)), set()).add(name)
    met: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for at, names in sorted(ends.items()):
        for pair in combinations(sorted(names), 2):
            met.setdefault(pair, []).append(at)
    # What tells two streets apart is typed.
    met = {pair: at for pair, at in met.items() if len(set(map(first_letters, pair))) == 2}
    chosen = np.random.default_rng(13).choice(len(met), many, replace=False)
    pairs = [list(met)[at] for at in chosen]
    return tuple(Corner(pair, _degrees(met[pair])) for pair in pairs)


def _degrees(points: list[tuple[int, int]]) -> tuple[tuple[float, float], ...]:
    turned = gpd.GeoSeries.from_xy(*np.array(points).T, crs="EPSG:27700").to_crs(4326)
    return tuple((at.y, at.x) for at in turned)


def part_of(file: Path, area: tuple[float, float, float, float]) -> Path:
    """The layers of a GeoPackage in the British grid, of an area alone: a map of all takes long."""
    inside = gpd.GeoSeries([shapely.box(*area)], crs=4326).to_crs(27700).buffer(500)
    part = file.with_name("part.gpkg")
    for layer in pyogrio.list_layers(file)[:, 0]:
        rows = pyogrio.read_dataframe(file, layer=layer, bbox=tuple(inside.total_bounds))
        rows.to_file(part, layer=layer, driver="GPKG", engine="pyogrio")
    return part


@contextmanager
def town(folder: Path, file: Path, area: tuple[float, float, float, float]) -> Iterator[str]:
    """A server on an area with the streets of a file and an open event."""
    settings = area_settings(folder, area=area)
    add_basemap([file], settings, attribution="Contains OS data or made-up streets")
    records = Records(folder / "records")
    now = datetime.now(UTC).replace(tzinfo=None)
    create_event(
        records,
        name="Corner (test)",
        place="Hall",
        starts_on=now.date() - timedelta(days=1),
        ends_on=now.date() + timedelta(days=1),
        code="CORNER",
        now=now,
    )
    records.close()
    with serving(
        folder,
        STORE=folder / "store",
        RECORDS=folder / "records",
        BOUNDARIES=settings.boundaries,
        LOCAL_BOUNDARIES=settings.local_boundaries,
        PLACES=settings.places,
        BASEMAP=settings.basemap,
    ) as address:
        yield address


@pytest.fixture(
    scope="module",
    params=["middlesbrough", "made up", pytest.param("cleveland", marks=pytest.mark.real)],
)
def streets(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("corner")
    if request.param == "cleveland":
        file = request.getfixturevalue("real_data") / "streets" / "cleveland_os_roads.gpkg"
        area, layer, name = (-1.36, 54.48, -1.06, 54.66), "roads", "name"
    elif request.param == "middlesbrough":
        file, layer, name = town_roads(folder), "roads", "name"
        area = (-1.26, 54.56, -1.20, 54.60)
    else:
        area, layer, name = (-1.96, 52.43, -1.84, 52.53), "road_link", "name_1"
        file = part_of(write_streets(folder / "made.gpkg", Settings()), area)
    roads = pyogrio.read_dataframe(file, layer=layer).rename(columns={name: "name"})
    west, south, east, north = area
    inside = roads.to_crs(4326).cx[west + 0.01 : east - 0.01, south + 0.01 : north - 0.01].index
    with town(folder, file, area) as address:
        yield Town(address, corners_of(roads.loc[inside].reset_index(drop=True), many=4))


@contextmanager
def a_child(browser: Browser, streets: Town) -> Iterator[Page]:
    with a_phone(browser, streets.address, code="CORNER", script=f"({_EYES})()", **PHONE) as page:
        expect(page.locator("#place")).to_have_text("Tap the map to zoom in.")
        yield page


def thumb(page: Page, corner: Corner, chance: np.random.Generator, *, zoom: int = 0) -> None:
    """Tap the corner, nearly, once the map stands still this close up."""
    until(page, _AT_REST, arg=zoom)
    at = page.evaluate(_WHERE, list(corner.points[0]))
    assert at["isInside"], corner
    dx, dy = np.clip(chance.normal(0, THUMB, 2), -2 * THUMB, 2 * THUMB)
    page.touchscreen.tap(at["x"] + dx, at["y"] + dy)


def is_written(page: Page, names: Sequence[str]) -> bool:
    """Whether one of the names comes to stand on the map."""
    return becomes_true(page, _IS_WRITTEN, arg=list(names), patience_s=_LOOK_S)


def chosen(page: Page) -> str:
    """The hexagon that a pin would have if it were sent, as the phone keeps it for a reload."""
    page.get_by_role("button", name="Use this place").tap()
    heading(page, "What kind of place is it?")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    held = draft(page, "CORNER")
    assert held
    return str(held["cells"][0])


def sent_pin(page: Page) -> str:
    to_the_end(page)
    with page.expect_request("**/api/pins") as sent:
        page.get_by_role("button", name="Send").tap()
    kept_code(page)
    return str(json.loads(sent.value.post_data or "")["cells"][0])


def metres(cell: str, corner: Corner) -> float:
    middle = h3.cell_to_latlng(cell)
    return min(h3.great_circle_distance(middle, at, unit="m") for at in corner.points)


def test_by_thumb_in_four_taps(browser: Browser, streets: Town) -> None:
    chance, told = np.random.default_rng(13), 0
    for corner in streets.corners:
        with a_child(browser, streets) as page:
            thumb(page, corner, chance)
            thumb(page, corner, chance, zoom=NEARER)
            until(page, _AT_REST, arg=CLOSE)
            told += is_written(page, corner.streets)
            thumb(page, corner, chance, zoom=CLOSE)
            expect(page.locator("#place")).to_have_text(re.compile("^Around .+[.]$"))
            cell = chosen(page)
            assert metres(cell, corner) < AT_THE_CORNER_M, corner
            if corner == streets.corners[-1]:
                assert sent_pin(page) == cell
    # The map says where this is: at most corners a street of the corner is written in view, at the
    # others one beside it.
    assert told > len(streets.corners) / 2


def test_by_twelve_keys_of_both_names(browser: Browser, streets: Town) -> None:
    with a_child(browser, streets) as page:
        for corner in streets.corners:
            keys = " ".join(map(first_letters, corner.streets))
            assert len(keys) <= MOST_KEYS
            page.get_by_role("button", name="Search").tap()
            words = page.get_by_label("Street, station, school or park")
            words.clear()
            words.press_sequentially(keys)
            # On the first screen of results, above the keyboard of the phone.
            seen = page.locator("#found li:nth-child(-n+4) button")
            meant = seen.filter(has_text=corner.streets[0]).filter(has_text=corner.streets[1])
            meant.first.tap()
            expect(page.locator("#place")).to_have_text(re.compile("^Around .+, near .+[.]$"))
            cell = chosen(page)
            assert metres(cell, corner) < AT_THE_CORNER_M, corner
            if corner == streets.corners[-1]:
                assert sent_pin(page) == cell
            else:
                page.get_by_role("button", name="Back").tap()
