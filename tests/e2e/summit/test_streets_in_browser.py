"""The streets of a base map under the wall and the voices: drawn, with their source, asked of
nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from playwright.sync_api import Browser, expect

from tests.e2e.states import until
from tests.e2e.summit.hall import Hall
from tests.e2e.summit.test_wall_in_browser import a_screen, clean
from tests.phones import WALL_CELLS
from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import add_basemap, remove_basemap

pytestmark = pytest.mark.browser
# What stands on the canvases of the streets: a pixel in another colour than none.
DRAWN = """[...document.querySelectorAll('.leaflet-tile-pane canvas')].some((paper) => {
  const {data} = paper.getContext('2d').getImageData(0, 0, paper.width, paper.height);
  return data.some((value) => value);
})"""


@pytest.fixture
def streets(hall: Hall, demo: Settings, tmp_path: Path) -> Iterator[None]:
    """Made-up streets through the hall's places, in use while the test runs."""
    lon, lat = (np.mean(side) for side in grid.centres(grid.from_text(list(WALL_CELLS))))
    steps = np.arange(-20, 21) * 0.004
    lines = [
        shapely.LineString(ends)
        for step in steps
        for ends in (
            [(lon + step, lat - 0.08), (lon + step, lat + 0.08)],
            [(lon - 0.08, lat + step), (lon + 0.08, lat + step)],
        )
    ]
    names = [f"Made-up Row {i}" for i in range(len(lines))]
    frame = gpd.GeoDataFrame({"type": "A Road", "name": names}, geometry=lines, crs="EPSG:4326")
    frame.to_file(tmp_path / "rows.gpkg", layer="roads", engine="pyogrio")
    into = replace(demo, basemap=hall.folder / "data" / "basemap")
    add_basemap([tmp_path / "rows.gpkg"], into, name="rows", attribution="Made-up rows (synthetic)")
    yield
    remove_basemap("rows", into)


@pytest.mark.parametrize("path", ["/wall/LIVE", "/voices"])
def test_streets_lie_under_the_hexagons(
    browser: Browser, hall: Hall, streets: None, path: str
) -> None:
    with a_screen(browser, hall, path, (1280, 720), color_scheme="dark") as page:
        expect(page.locator("#map .leaflet-control-attribution")).to_have_text(
            "Made-up rows (synthetic)"
        )
        until(page, DRAWN)
        clean(page)
