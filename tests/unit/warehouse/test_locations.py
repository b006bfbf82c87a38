"""Points to locations and places."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pyproj
import pytest
from shapely.geometry import box

from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84, AreaType
from vrp_map.warehouse.boundaries.layers import Layer
from vrp_map.warehouse.ingest.locations import assign_places, to_lon_lat


def points(*rows: tuple[str, bool, float, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["crs", "point_kept", "x", "y"])


def layer(name: str, west: float, east: float) -> Layer:
    shapes = gpd.GeoDataFrame(
        {"code": ["a", "b"], "name": ["A", "B"], "population": pd.array([1, 2], dtype="Int64")},
        geometry=[
            box(west, 52.4, (west + east) / 2, 52.6),
            box((west + east) / 2, 52.4, east, 52.6),
        ],
        crs=WGS84,
    )
    return Layer(
        name, AreaType.LAD, name, date(2000, 1, 1), None, "official", "", "", "", "", shapes
    )


def test_degrees_and_the_national_grid_meet() -> None:
    lon, lat = -1.9027, 52.4797
    x, y = pyproj.Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True).transform(
        lon, lat
    )
    out = to_lon_lat(points((WGS84, True, lon, lat), (BRITISH_NATIONAL_GRID, True, x, y)))
    assert np.allclose(out["lon"], lon, atol=2e-6) and np.allclose(out["lat"], lat, atol=2e-6)
    assert out["cell10"].tolist() == [int(h3.latlng_to_cell(lat, lon, 10), 16)] * 2
    assert out["x"].tolist() == [lon, x], "the point as written is kept, to join by"


def test_six_decimals() -> None:
    out = to_lon_lat(points((WGS84, True, -1.90270049, 52.47970051)))
    assert (out.loc[0, "lon"], out.loc[0, "lat"]) == (-1.9027, 52.479701)


def test_a_point_that_may_not_be_kept_becomes_its_cell_s_centre() -> None:
    out = to_lon_lat(points((WGS84, False, -1.9027, 52.4797), (WGS84, True, -1.9027, 52.4797)))
    assert out.loc[0, "cell10"] == out.loc[1, "cell10"]
    lat, lon = h3.cell_to_latlng(h3.latlng_to_cell(52.4797, -1.9027, 10))
    assert (out.loc[0, "lon"], out.loc[0, "lat"]) == (
        pytest.approx(lon, abs=1e-6),
        pytest.approx(lat, abs=1e-6),
    )
    assert (out.loc[1, "lon"], out.loc[1, "lat"]) == (-1.9027, 52.4797)


def test_no_points_are_no_points() -> None:
    assert len(to_lon_lat(points())) == 0


def test_a_place_is_a_cell_and_its_areas() -> None:
    # Two points of one cell on either side of a border, one of them twice, and one outside
    # everything.
    locations = to_lon_lat(
        points(
            (WGS84, True, -1.90001, 52.48),
            (WGS84, True, -1.89999, 52.48),
            (WGS84, True, -1.90002, 52.48),
            (WGS84, True, -3.0, 51.0),
        )
    )
    assert locations["cell10"].nunique() == 2
    place_id, places, areas = assign_places(
        locations, [layer("one", -2.0, -1.8), layer("two", -1.9, -1.7)]
    )
    assert place_id[0] == place_id[2] != place_id[1]
    assert len(places) == 3 and sorted(places["place_id"]) == [0, 1, 2]
    held = (
        areas.groupby("place_id")
        .apply(lambda g: dict(zip(g["layer"], g["code"], strict=True)), include_groups=False)
        .to_dict()
    )
    assert held == {place_id[0]: {"one": "a"}, place_id[1]: {"one": "b", "two": "a"}}


def test_places_do_not_depend_on_the_order_of_the_points() -> None:
    rng = np.random.default_rng(3)
    locations = to_lon_lat(
        points(*((WGS84, True, x, y) for x, y in rng.uniform((-2.0, 52.4), (-1.8, 52.6), (50, 2))))
    )
    layers = [layer("one", -2.0, -1.8)]
    first, _, _ = assign_places(locations, layers)
    order = rng.permutation(50)
    second, _, _ = assign_places(locations.iloc[order].reset_index(drop=True), layers)
    assert first.to_numpy()[order].tolist() == second.tolist()
