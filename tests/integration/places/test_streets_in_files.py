"""Streets inside an HTML map: those of what it shows, bounded in size, beneath the hexagons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from tests.integration.places.street_files import AREA, VILLAGE, area_settings, town_roads
from tests.unit.maps.test_maps import drawn_in, some_cells
from vrp_map import maps
from vrp_map.maps.offline.street_lines import MOST_BYTES, street_lines
from vrp_map.places.basemap.base_map import StreetMap, add_basemap, street_map
from vrp_map.places.basemap.shapes import street_shapes
from vrp_map.vocabulary import HotspotClass

CENTRE = (-1.245, 54.57, -1.225, 54.58)


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> StreetMap:
    folder = tmp_path_factory.mktemp("streets")
    settings = area_settings(folder)
    add_basemap([town_roads(folder), VILLAGE], settings)
    found = street_map(settings)
    assert found is not None
    return found


def test_a_part_holds_what_lies_in_it_at_the_finest_zoom_that_fits(streets: StreetMap) -> None:
    fine = street_shapes(streets, CENTRE)
    assert {"primary", "local", "minor"} <= set(fine.layers)
    box = shapely.box(*CENTRE).buffer(1e-4)
    assert all(shapely.covers(box, shapes).all() for shapes in fine.layers.values())
    assert set(fine.names["name"]) >= {"Corporation Road"}
    coarse = street_shapes(streets, AREA, most=1)
    assert "local" not in coarse.layers and "primary" in coarse.layers


def test_the_lines_of_a_file_are_bounded(
    streets: StreetMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = street_shapes(streets, AREA)
    whole = street_lines(shapes)
    assert len(json.dumps(whole)) < MOST_BYTES
    most = len(json.dumps(whole, separators=(",", ":"))) // 2
    monkeypatch.setattr("vrp_map.maps.offline.street_lines.MOST_BYTES", most)
    part = street_lines(shapes)
    assert 0 < len(part) < len(whole)
    assert len(json.dumps(part, separators=(",", ":"))) <= most


def test_an_offline_map_draws_streets_beneath_hexagons_and_says_whose_they_are(
    streets: StreetMap, tmp_path: Path
) -> None:
    areas = gpd.GeoDataFrame(
        {"code": ["x"], "name": ["Somewhere"]}, geometry=[shapely.box(*AREA)], crs="EPSG:4326"
    )
    cells = some_cells([5, 300], [HotspotClass.NONE, HotspotClass.HOT_99])
    options: dict[str, Any] = {"limits": (10,), "areas": {"lad": areas}, "title": "A", "lines": []}
    plain = maps.offline_html(cells, **options).decode()
    page = maps.offline_html(cells, **options, streets=street_shapes(streets, CENTRE)).decode()
    assert drawn_in(plain)["streets"] == []
    drawn = drawn_in(page)
    widths = [line["paint"]["weight"] for line in drawn["streets"] if not line["paint"]["fill"]]
    *roads, rail = widths
    assert roads == sorted(roads) and len(roads) > 3 and rail < roads[-1]
    assert "Corporation Road" in {name["words"] for name in drawn["streetNames"]}
    assert "© OpenStreetMap contributors" in page and "Contains OS data" in page
    opacities = [
        max(
            cell["properties"]["paint"]["fillOpacity"]
            for cell in drawn_in(one)["cells"]["features"]
        )
        for one in (page, plain)
    ]
    assert opacities == [0.6, 0.9]
