"""Names of parts of towns on the map: those of the base map, and wards where it has none."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import pytest
import shapely
from starlette.applications import Starlette
from starlette.testclient import TestClient

from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import add_basemap
from vrp_map.server import this_server
from vrp_map.views.map_sources import ground
from vrp_map.vocabulary import AreaType
from vrp_map.web.map.routes import routes
from vrp_map.workspace import open_workspace

LON, LAT = -1.9, 52.48


def file_of(folder: Path, layer: str, **columns: str) -> Path:
    """A GeoPackage of one line (roads) or one point (names) in the middle of the area."""
    here = shapely.Point(LON, LAT)
    shape = here if layer == "names" else shapely.LineString([(LON, LAT), (LON + 0.01, LAT)])
    frame = gpd.GeoDataFrame(
        {key: [value] for key, value in columns.items()}, geometry=[shape], crs="EPSG:4326"
    )
    file = folder / f"{columns['name'].casefold().replace(' ', '-')}.gpkg"
    frame.to_file(file, layer=layer, engine="pyogrio")
    return file


def parts_of(tmp_path: Path, demo: Settings, *files: Path) -> str:
    """Where a map over the streets of these files asks for the names of wards; "" = it does not."""
    settings = Settings(store=demo.store, basemap=tmp_path / "basemap")
    road = file_of(tmp_path, "roads", name="Made-up Road", classification="A Road")
    add_basemap([road, *files], settings, attribution="Made up")
    return ground(open_workspace(settings=settings)).parts


def test_wards_stand_in_where_the_base_map_names_no_part_of_a_town(
    demo: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_STORE", str(demo.store))
    asked = parts_of(tmp_path, demo)
    with TestClient(
        Starlette(routes=routes(this_server().summit)),
        base_url="http://localhost",
        client=("127.0.0.1", 50000),
    ) as client:
        answer = client.get(asked)
    wards = open_workspace(settings=demo).areas(AreaType.WARD.value)["name"].tolist()
    assert len(wards) > 100 and urlsplit(asked).path == "/map/labels/ward.json"
    # Those called like a council area are on the map already.
    lads = open_workspace(settings=demo).areas(AreaType.LAD.value)["name"].tolist()
    assert {row["t"] for row in answer.json()} == {*wards} - {*lads}


@pytest.mark.parametrize(("kind", "has_parts"), [("Suburban Area", True), ("Town", False)])
def test_a_part_of_a_town_in_the_base_map_takes_the_place_of_every_ward_and_a_town_does_not(
    demo: Settings, tmp_path: Path, kind: str, has_parts: bool
) -> None:
    named = file_of(tmp_path, "names", name="Made-up Heath", type=kind)
    assert (parts_of(tmp_path, demo, named) == "") is has_parts
