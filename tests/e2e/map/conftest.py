"""A server whose maps have streets, for the browser tests that need them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.e2e.conftest import serving
from tests.e2e.events import leave_events
from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import add_basemap

WHOSE = "Made-up rows (synthetic)"
# Degrees: streets run along every 0.05 to the north and to the east of here.
WEST, SOUTH, BETWEEN = -2.2, 52.3, 0.05


@pytest.fixture(scope="session")
def mapped(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on the synthetic store with made-up streets through the whole area."""
    folder = tmp_path_factory.mktemp("mapped")
    lines = [
        shapely.LineString(ends)
        for step in np.arange(0.0, 0.7, BETWEEN)
        for ends in (
            [(WEST + step, SOUTH), (WEST + step, 52.7)],
            [(WEST, SOUTH + step), (-1.4, SOUTH + step)],
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
