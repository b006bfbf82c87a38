"""Names of parts of towns on the map: those of the base map, and wards where it has none.

The form of the answers is not looked at, only which names are in them.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from starlette.applications import Starlette
from starlette.testclient import TestClient

from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import add_basemap
from vrp_map.server import this_server
from vrp_map.vocabulary import AreaType
from vrp_map.web.map.routes import routes
from vrp_map.workspace import open_workspace

LON, LAT = -1.9, 52.48
EVERYWHERE, ELSEWHERE = "5/15/10", "5/3/3"


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


def written(tmp_path: Path, demo: Settings, tier: str, *files: Path, tile: str = EVERYWHERE) -> str:
    """What the map of these files answers for the names of a tier."""
    settings = Settings(store=demo.store, basemap=tmp_path / "basemap")
    add_basemap(files, settings, attribution="Made up")
    with TestClient(
        Starlette(routes=routes(this_server().summit)),
        base_url="http://localhost",
        client=("127.0.0.1", 50000),
    ) as client:
        answer = client.get(f"/map/names/{tier}/{tile}.json")
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def wards(demo: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("VRP_STORE", str(demo.store))
    monkeypatch.setenv("VRP_BASEMAP", str(tmp_path / "basemap"))
    return open_workspace(settings=demo).areas(AreaType.WARD.value)["name"].tolist()


def test_wards_stand_in_where_the_base_map_names_no_part_of_a_town(
    demo: Settings, tmp_path: Path, wards: list[str]
) -> None:
    road = file_of(tmp_path, "roads", name="Made-up Road", classification="A Road")
    parts = written(tmp_path, demo, "parts", road)
    assert len(wards) > 100
    assert [ward for ward in wards if f'"{ward}"' not in parts] == []
    assert "Made-up Road" not in parts


@pytest.mark.parametrize(
    ("tier", "tile"), [("towns", EVERYWHERE), ("main", EVERYWHERE), ("parts", ELSEWHERE)]
)
def test_wards_are_written_nowhere_else(
    demo: Settings, tmp_path: Path, wards: list[str], tier: str, tile: str
) -> None:
    road = file_of(tmp_path, "roads", name="Made-up Road", classification="A Road")
    names = written(tmp_path, demo, tier, road, tile=tile)
    assert [ward for ward in wards if f'"{ward}"' in names] == []
    assert ("Made-up Road" in names) is (tier == "main")


def test_one_part_of_a_town_in_the_base_map_takes_the_place_of_every_ward(
    demo: Settings, tmp_path: Path, wards: list[str]
) -> None:
    road = file_of(tmp_path, "roads", name="Made-up Road", classification="A Road")
    part = file_of(tmp_path, "names", name="Made-up Heath", type="Suburban Area")
    parts = written(tmp_path, demo, "parts", road, part)
    assert "Made-up Heath" in parts
    assert [ward for ward in wards if f'"{ward}"' in parts] == []


def test_a_town_is_no_part_of_one_and_a_council_area_is_not_written_twice(
    demo: Settings, tmp_path: Path, wards: list[str]
) -> None:
    road = file_of(tmp_path, "roads", name="Made-up Road", classification="A Road")
    towns = [
        file_of(tmp_path, "names", name=name, type="Town") for name in ("Made-up Town", "Dudley")
    ]
    named = written(tmp_path, demo, "towns", road, *towns)
    assert "Made-up Town" in named and "Dudley" not in named
