"""Protected tables as files."""

from __future__ import annotations

import io
import json
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box, shape

from vrp_map import grid, report
from vrp_map.config import Settings
from vrp_map.disclosure import Protected, protect
from vrp_map.errors import UserError
from vrp_map.vocabulary import Audience


def table(**columns: object) -> Protected:
    return protect(pd.DataFrame(columns), audience=Audience.PARTNER, settings=Settings())


@pytest.fixture
def cells() -> Protected:
    found = grid.cells_at(np.array([-1.90, -1.52]), np.array([52.48, 52.41]), resolution=9)
    return table(cell=grid.to_text(found), name=["around Fox Street", "=cmd()"], n=[3, 12])


def test_csv_leaves_hidden_numbers_empty_and_says_so(cells: Protected) -> None:
    read = pd.read_csv(io.StringIO(report.to_csv(cells)))
    assert np.isnan(read["n"][0])
    assert read["n"][1] == 10
    assert read["hidden"].tolist() == [True, False]


def test_csv_writes_whole_numbers_whole_beside_hidden_ones(cells: Protected) -> None:
    assert report.to_csv(cells).splitlines()[2].split(",")[2] == "10"


def test_csv_keeps_a_name_from_becoming_a_formula(cells: Protected) -> None:
    assert pd.read_csv(io.StringIO(report.to_csv(cells)))["name"][1] == "'=cmd()"


def test_json_says_what_was_done_to_the_numbers(cells: Protected) -> None:
    read = json.loads(report.to_json(cells, about={"snapshot": "s"}))
    assert read["snapshot"] == "s"
    assert read["note"] == cells.note
    assert [row["n"] for row in read["rows"]] == [None, 10]


def test_months_are_written_as_year_and_month() -> None:
    assert report.records(table(month=[date(2026, 10, 1)], n=[10]))[0]["month"] == "2026-10"


def test_geojson_draws_each_hexagon(cells: Protected) -> None:
    read = json.loads(report.to_geojson(cells))
    assert read["type"] == "FeatureCollection"
    for feature in read["features"]:
        number = grid.from_text([feature["properties"]["cell"]])
        lon, lat = grid.centres(number)
        drawn = shape(feature["geometry"])
        assert drawn.is_valid
        assert drawn.centroid.distance(gpd.points_from_xy(lon, lat)[0]) < 1e-4
        assert drawn.exterior.is_ccw  # RFC 7946


def test_geojson_draws_areas_by_their_code() -> None:
    areas = gpd.GeoDataFrame({"code": ["b", "a"]}, geometry=[box(1, 0, 2, 1), box(0, 0, 1, 1)], crs="EPSG:4326")
    read = json.loads(report.to_geojson(table(code=["a", "b"], n=[10, 20]), areas=areas))
    assert [shape(f["geometry"]).bounds[0] for f in read["features"]] == [0, 1]


def test_geoparquet_reads_back_with_its_crs(cells: Protected) -> None:
    read = gpd.read_parquet(io.BytesIO(report.to_geoparquet(cells)))
    assert read.crs == "EPSG:4326"
    assert read["n"].tolist()[1] == 10
    assert pd.isna(read["n"][0])


def test_a_table_without_places_cannot_be_drawn() -> None:
    with pytest.raises(UserError, match="no places to draw"):
        report.to_geojson(table(month=[date(2026, 10, 1)], n=[10]))
