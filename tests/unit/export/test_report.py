"""Protected tables as files."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import box, shape

from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.errors import UserError
from vrp_map.export import tables as report
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


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\r\n@x",
        "\tHigh Street",
        " =1+1",
        "   +1",
        "\u00a0=1+1",
        "\u3000@x",
        "\u200b=1+1",
        "\u202e=1+1",
        "\x00=1+1",
        "\ufeff=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        " ＝1+1",
        "﹢1",
        "﹣1",
        "﹦1",
        "﹫x",
        "−1+1",
        "⁼1",
        "\u2800=1+1",
    ],
)
def test_no_name_is_a_formula_in_a_spreadsheet(name: str) -> None:
    made = report.to_csv(table(name=[name], n=[30]))
    assert next(csv.DictReader(io.StringIO(made, newline="")))["name"] == f"'{name}"


@pytest.mark.parametrize(
    "name", ["Stoke-on-Trent", "Moor Lane", "A=B", "'t Hooft Street", "£5 Corner", "3rd Avenue"]
)
def test_other_names_are_left_as_they_are(name: str) -> None:
    assert (
        next(csv.DictReader(io.StringIO(report.to_csv(table(name=[name], n=[30])))))["name"] == name
    )


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
    areas = gpd.GeoDataFrame(
        {"code": ["b", "a"]}, geometry=[box(1, 0, 2, 1), box(0, 0, 1, 1)], crs="EPSG:4326"
    )
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


def test_most_first_follows_the_numbers_as_shown() -> None:
    # 12 and 11 both show 10: their order stays, so it does not tell which is which. Nor does that
    # of hidden ones.
    counted = table(name=["zero", "eleven", "hidden", "twelve", "twenty"], n=[0, 11, 3, 12, 20])
    ordered = report.most_first(counted)
    assert ordered.frame["name"].tolist() == ["twenty", "eleven", "twelve", "zero", "hidden"]
    assert (ordered.total, ordered.hidden, ordered.note) == (
        counted.total,
        counted.hidden,
        counted.note,
    )


def test_a_cluster_is_drawn_as_one_shape_without_slivers() -> None:
    middle = grid.cells_at(np.array([-1.90]), np.array([52.48]), resolution=9)[0]
    far = grid.cells_at(np.array([-1.52]), np.array([52.41]), resolution=9)[0]
    ring = h3.grid_disk(grid.to_text(np.array([middle]))[0], 1)
    other = grid.to_text(np.array([far]))[0]
    cells = table(
        cell=[*ring, other, h3.grid_ring(other, 2)[0]], cluster=[1] * 7 + [2, 0], n=[10] * 9
    )
    outlines = report.cluster_outlines(cells)
    assert outlines["cluster"].tolist() == [1, 2] and outlines.crs == "EPSG:4326"
    hexagons = shapely.area(grid.polygons(grid.from_text(ring))).sum()
    assert outlines.geometry[0].geom_type == "Polygon" and not outlines.geometry[0].interiors
    assert outlines.geometry[0].area == pytest.approx(hexagons, rel=1e-6)
    # Seven hexagons together have 18 corners.
    assert len(outlines.geometry[0].exterior.coords) - 1 == 18
    clusters = table(cluster=[2, 1], n=[10, 70])
    read = json.loads(report.to_geojson(clusters, areas=outlines))
    assert shape(read["features"][1]["geometry"]).area == pytest.approx(hexagons, rel=1e-4)
    assert all(shape(f["geometry"]).exterior.is_ccw for f in read["features"])


def test_no_clusters_have_no_outlines() -> None:
    assert report.cluster_outlines(table(cell=[], cluster=[], n=[])).empty


def test_the_method_is_the_json_without_the_rows(cells: Protected) -> None:
    about = {"method": {"method": "counted"}, "selection": {"from": "2026-01"}}
    said, whole = (
        json.loads(report.to_method(cells, about=about)),
        json.loads(report.to_json(cells, about=about)),
    )
    assert said == {name: value for name, value in whole.items() if name != "rows"}
    assert (
        said["method"] == {"method": "counted"}
        and said["note"] == cells.note
        and said["hidden"] == 1
    )
    drawn = json.loads(report.to_geojson(cells, about=about))
    assert said == {
        name: value for name, value in drawn.items() if name not in ("type", "features")
    }
