"""The base map: from a publisher's file to tiles and names, and what is refused."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.integration.places.street_files import VILLAGE, area_settings, town_roads
from vrp_map.config import Settings
from vrp_map.errors import FileRefused, UserError
from vrp_map.places.basemap import base_map, tiles
from vrp_map.places.basemap.base_map import add_basemap, base_maps, remove_basemap, street_map
from vrp_map.places.basemap.classes import TileLayer
from vrp_map.places.basemap.shapes import street_shapes
from vrp_map.places.naming import known_places
from vrp_map.web.map.basemap import basemap_routes, street_address

MOST_BYTES = 40_000
TOWN = (14, 8135, 5215)  # the tile with most of the town centre


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("streets")
    settings = area_settings(folder)
    add_basemap([town_roads(folder), VILLAGE], settings, name="town")
    return settings


def layers_of(settings: Settings) -> dict[str, gpd.GeoDataFrame]:
    """The layers at the finest zoom, as another reader of PMTiles sees them."""
    file = settings.basemap / "town.pmtiles"
    return {
        str(name): pyogrio.read_dataframe(file, layer=name).to_crs(4326)
        for name in pyogrio.list_layers(file)[:, 0]
    }


def test_streets_rail_water_parks_and_names_are_in_the_tiles(settings: Settings) -> None:
    layers = layers_of(settings)
    assert {"primary", "minor", "local", "path", "rail", "water", "park", "building"} <= set(layers)
    assert set(layers["street_names"]["n"]) >= {"Corporation Road", "Made-up Lane"}
    assert set(layers["sight_names"]["n"]) == {
        "Made-up Central",
        "Made-up Bull Street",
        "Made-up Park",
        "Made-up School",
    }
    assert set(layers["town_names"]["n"]) == {"Made-up Village"}
    # What is far outside, and what is not built, is not there.
    everything = {name for layer in layers.values() if "n" in layer for name in layer["n"]}
    assert not {"Far Away", "Not Built Road"} & everything
    roads = shapely.union_all(layers["local"].geometry.to_numpy())
    station = layers["sight_names"].set_index("n").geometry["Made-up Central"]
    assert station.distance(shapely.Point(-1.233, 54.576)) < 1e-4
    assert roads.distance(shapely.Point(-1.234, 54.5763)) < 1e-4


def test_hexagons_are_called_by_streets_and_landmarks_of_the_map(settings: Settings) -> None:
    known = known_places(settings)
    assert {"Corporation Road", "Made-up Lane"} <= set(known.streets["name"])
    assert set(known.landmarks["name"]) == {
        "Made-up Central station",
        "Made-up Bull Street tram stop",
        "Made-up Park",
    }


def test_a_street_names_every_hexagon_that_it_crosses_and_meets_others_at_its_corners(
    settings: Settings,
) -> None:
    along = known_places(settings).streets
    cells = along.groupby("name")["cell10"].nunique()
    # A hexagon is about 120 metres across; these are 630, 560 and 460 metres of road, the last for
    # the most part without cars.
    assert (cells[["Wilson Street", "Marton Road", "Linthorpe Road"]] >= [5, 5, 4]).all()
    met = along[along.duplicated(["lon", "lat"], keep=False)].groupby(["lon", "lat"])["name"]
    assert {"Corporation Road", "Linthorpe Road"} in met.agg(set).tolist()


def test_every_tile_is_small_and_known_by_the_map(settings: Settings) -> None:
    streets = street_map(settings)
    assert streets is not None
    (about,) = base_maps(settings)
    sizes = [
        len(body)
        for z in range(streets.zooms[0], streets.zooms[1] + 1)
        for x in range((8133 << z) >> 14, ((8138 << z) >> 14) + 1)
        for y in range((5212 << z) >> 14, ((5218 << z) >> 14) + 1)
        if (body := streets.tile(z, x, y))
    ]
    assert len(sizes) == about.tiles
    assert max(sizes) < MOST_BYTES
    assert streets.tile(14, 0, 0) is None
    assert streets.tile(20, 0, 0) is None


def test_a_name_says_its_town_and_lies_along_its_street(settings: Settings) -> None:
    streets = street_map(settings)
    assert streets is not None
    names = streets.names()
    row = names[names["name"].eq("Corporation Road") & names["rank"].eq(0)].iloc[0]
    assert (row["town"], row["kind"]) == ("Middlesbrough", "street")
    assert -90 <= row["angle"] <= 90
    z, x, y = TOWN
    assert "Corporation Road" in set(streets.names_in(z, x, y)["name"])
    assert streets.names_in(z, x + 9, y).empty


def test_the_route_gives_tiles_to_everybody_packed(settings: Settings) -> None:
    client = TestClient(Starlette(routes=basemap_routes(lambda: settings)))
    z, x, y = TOWN
    address = street_address(settings).tiles.format(z=z, x=x, y=y)
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
    assert "immutable" in answer.headers["cache-control"]
    assert b"street_names" in answer.content
    plain = client.get(f"/basemap/{z}/{x}/{y}", headers={"accept-encoding": "identity"})
    assert plain.content == answer.content
    assert "immutable" not in plain.headers["cache-control"]
    assert client.get("/basemap/14/0/0").status_code == 204
    nothing = Settings(basemap=settings.basemap / "none")
    none = TestClient(Starlette(routes=basemap_routes(lambda: nothing)))
    assert none.get(address).status_code == 404
    assert street_address(nothing).tiles == ""


@pytest.mark.parametrize(
    ("layer", "column"),
    [("roads_local", "type"), ("road_link", "road_classification"), ("RoadLink", "class")],
)
def test_publishers_names_of_layers_and_columns_are_known(
    tmp_path: Path, layer: str, column: str
) -> None:
    settings = area_settings(tmp_path)
    added = add_basemap([town_roads(tmp_path, layer=layer, column=column)], settings)
    assert added.places == 53
    assert added.attribution == "Contains OS data © Crown copyright and database right"


def test_what_cannot_be_drawn_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    settings = area_settings(tmp_path)
    whole = VILLAGE.read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: len(whole) // 2])
    text = tmp_path / "notes.gpkg"
    text.write_text("not a map")
    contours = town_roads(tmp_path, layer="contours")
    for file, words in (
        (cut, "cannot be read|Nothing of this map"),
        (text, "cannot be read as a map"),
        (contours, "No layer of this file"),
        (tmp_path / "none.gpkg", "no such file"),
    ):
        with pytest.raises(FileRefused, match=words):
            add_basemap([file], settings)
    assert base_maps(settings) == []
    assert list(settings.basemap.iterdir()) == []


def test_a_map_of_elsewhere_and_a_full_disk_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = area_settings(tmp_path)
    far = gpd.GeoDataFrame(
        {"name": ["A"]}, geometry=[shapely.LineString([(0, 51), (0.1, 51)])], crs=4326
    )
    far.to_file(tmp_path / "far.gpkg", layer="roads", engine="pyogrio")
    with pytest.raises(FileRefused, match="Nothing of this map lies in the area"):
        add_basemap([tmp_path / "far.gpkg"], settings)
    monkeypatch.setattr(base_map.shutil, "disk_usage", lambda folder: SimpleNamespace(free=1))
    with pytest.raises(UserError, match="GB of disk"):
        add_basemap([VILLAGE], settings)


def test_the_last_map_is_used_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    settings = area_settings(tmp_path)
    add_basemap([VILLAGE], settings, name="Old map")
    add_basemap([town_roads(tmp_path)], settings, name="new")
    assert [one.id for one in base_maps(settings)] == ["old-map", "new"]
    streets = street_map(settings)
    assert streets is not None
    assert streets.about.id == "new"
    with pytest.raises(UserError, match="no base map older"):
        remove_basemap("older", settings)
    remove_basemap("new", settings)
    file = settings.basemap / "old-map.pmtiles"
    file.write_bytes(gzip.compress(b"damaged"))
    assert base_map.usable_streets(settings) is None
    with pytest.raises(UserError, match="damaged"):
        street_map(settings)


def test_main_roads_of_many_links_are_whole_from_afar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Little room, so that few links fill it.
    layers = tiles.LAYERS | {"primary": TileLayer(8, 1_200)}
    monkeypatch.setattr(tiles, "LAYERS", layers)
    area = (-1.6, 54.4, -1.0, 54.8)
    settings = area_settings(tmp_path, area=area)
    west, south, east, north = area
    chance = np.random.default_rng(5)
    across = np.sort(chance.uniform(west + 0.01, east - 0.01, (20, 60)))
    up = np.linspace(south + 0.01, north - 0.01, 20)[:, None] + chance.normal(0, 3e-4, across.shape)
    # Each from its own place, in no order.
    links = chance.permutation(
        [
            shapely.LineString(pair)
            for road in np.dstack([across, up])
            for pair in pairwise(road.tolist())
        ]
    )
    frame = gpd.GeoDataFrame({"classification": ["A Road"] * len(links)}, geometry=links, crs=4326)
    frame.to_file(tmp_path / "links.gpkg", layer="roads", engine="pyogrio")
    add_basemap([tmp_path / "links.gpkg"], settings, attribution="Made up")
    streets = street_map(settings)
    assert streets is not None
    # At the first zoom, where a tile has the most links.
    found = shapely.union_all(street_shapes(streets, area, most=1).layers["primary"])
    near = shapely.distance(shapely.centroid(links), found) < 5e-3
    assert near.mean() > 0.99
