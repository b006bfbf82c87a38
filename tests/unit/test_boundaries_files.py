"""Boundary files of every kind of fault: each refused by name, or mended and said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from shapely import box

from vrp_map.errors import FileRefused
from vrp_map.warehouse.boundary_files import read_boundary_file

# Two squares of 1 km side by side near Birmingham, in metres.
EAST, NORTH = 407_000, 287_000
SQUARES = [box(EAST, NORTH, EAST + 1000, NORTH + 1000), box(EAST + 1000, NORTH, EAST + 2000, NORTH + 1000)]


def frame(shapes: list[Any] = SQUARES, *, crs: str | None = "EPSG:27700", **columns: list[Any]) -> gpd.GeoDataFrame:
    values = {"CD": [f"W{n}" for n in range(len(shapes))], "NM": [f"Ward {n}" for n in range(len(shapes))]} | columns
    return gpd.GeoDataFrame(values, geometry=shapes, crs=crs)


def save(areas: gpd.GeoDataFrame, path: Path) -> Path:
    areas.to_file(path)
    return path


def read(path: Path, *, name: str = "NM", code: str = "CD") -> tuple[gpd.GeoDataFrame, list[str]]:
    return read_boundary_file(path, name_field=name, code_field=code)


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:27700"])
def test_three_formats_in_two_systems_give_the_same_areas(tmp_path: Path, suffix: str, crs: str) -> None:
    areas, notes = read(save(frame().to_crs(crs), tmp_path / f"wards.{suffix}"))
    assert list(areas["code"]) == ["W0", "W1"] and list(areas["name"]) == ["Ward 0", "Ward 1"]
    assert areas.crs.to_epsg() == 4326
    back = areas.to_crs(27700).geometry.to_numpy()
    assert shapely.hausdorff_distance(back, shapely.normalize(SQUARES)).max() < 0.2
    assert not notes or "slivers" in notes[0]


def test_third_dimension_and_number_codes(tmp_path: Path) -> None:
    high = [shapely.force_3d(shape, 7.0) for shape in SQUARES]
    areas, _ = read(save(frame(high, CD=[12.0, 13.0], NM=[" Aston ", "Erdington"]), tmp_path / "w.gpkg"))
    assert not areas.has_z.any()
    assert list(areas["code"]) == ["12", "13"] and areas["name"].iloc[0] == "Aston"


def _no_prj(folder: Path) -> Path:
    path = save(frame(), folder / "wards.shp")
    path.with_suffix(".prj").unlink()
    return path


def _without_crs(folder: Path) -> Path:
    with pytest.warns(UserWarning, match="crs"):
        return save(frame(crs=None), folder / "wards.gpkg")


def _side_file_gone(suffix: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = save(frame(), folder / "wards.shp")
        path.with_suffix(suffix).unlink()
        return path

    return make


def _relabelled(crs: str, label: str) -> Callable[[Path], Path]:
    return lambda folder: save(frame().to_crs(crs).set_crs(label, allow_override=True), folder / "wards.gpkg")


def _saved(name: str = "wards.gpkg", **given: Any) -> Callable[[Path], Path]:
    return lambda folder: save(frame(**given), folder / name)


def _bytes(content: bytes, name: str = "wards.geojson") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _cut(name: str, share: float) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = save(frame(), folder / name)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        return path

    return make


def _swapped(folder: Path) -> Path:
    areas = frame().to_crs(4326)
    areas.geometry = areas.geometry.map(lambda s: shapely.transform(s, lambda xy: xy[:, ::-1]))
    return save(areas, folder / "wards.geojson")


def _two_layers(folder: Path) -> Path:
    path = folder / "wards.gpkg"
    frame().to_file(path, layer="old")
    frame().to_file(path, layer="new")
    return path


def _plain_geojson(shape: Any, **more: Any) -> bytes:
    features = [{"type": "Feature", "properties": {"CD": "a", "NM": "b"}, "geometry": shape}]
    return json.dumps({"type": "FeatureCollection", "features": features} | more).encode()


def _metres_unsaid(folder: Path) -> Path:
    return _bytes(_plain_geojson(shapely.geometry.mapping(SQUARES[0])))(folder)


OVERLAP = [SQUARES[0], box(EAST + 800, NORTH, EAST + 2000, NORTH + 1000)]
NESTED = [SQUARES[0], box(EAST + 200, NORTH + 200, EAST + 300, NORTH + 300)]

FAULTS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "absent": (lambda folder: folder / "none.geojson", "no such file.*Check the path"),
    "folder": (lambda folder: folder, "a folder, not a file"),
    "nothing in it": (_bytes(b""), "the file is empty"),
    "text": (_bytes(b"dear all, please find attached"), "not a boundary file.*GeoPackage"),
    "table": (_bytes(b"code,name\nA,b\n", "wards.csv"), "not a boundary file"),
    "picture": (_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50), "wards.png"), "not a boundary file"),
    "picture named geojson": (_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50)), "not a boundary file"),
    "virtual file": (_bytes(b"<OGRVRTDataSource></OGRVRTDataSource>"), "not a boundary file"),
    "zip": (_bytes(b"PK\x03\x04" + bytes(50), "wards.zip"), "Unzip it"),
    "utf-16": (_bytes('{"type": "FeatureCollection"}'.encode("utf-16")), "not a boundary file"),
    "latin-1": (_bytes('{"type": "FeatureCollection", "name": "Caf\xe9"}'.encode("latin-1")), "not UTF-8"),
    "deep": (_bytes(b'{"a":' * 100_000), "not whole JSON"),
    "other json": (_bytes(b'{"type": "Topology"}'), "TopoJSON"),
    "plain json": (_bytes(b'{"wards": []}'), "not GeoJSON"),
    "cut geojson": (_cut("wards.geojson", 0.7), "not whole JSON.*line"),
    "cut geopackage": (_cut("wards.gpkg", 0.3), "damaged or incomplete"),
    "cut shapefile": (_cut("wards.shp", 0.5), "damaged or incomplete.*keep its"),
    "other sqlite": (_bytes(b"SQLite format 3\x00" + bytes(200), "wards.gpkg"), "damaged or incomplete"),
    "no features": (_bytes(b'{"type": "FeatureCollection", "features": []}'), "the layer is empty"),
    "no rows": (lambda f: save(frame().iloc[:0], f / "wards.gpkg"), "the layer is empty"),
    "two layers": (_two_layers, r"2 layers \(old, new\)"),
    "no prj": (_no_prj, r"does not say its coordinate reference system.*\.prj"),
    "no shx": (_side_file_gone(".shx"), r"keep its \.shp"),
    "no dbf": (_side_file_gone(".dbf"), r"no field CD for the code.*keep its \.shp"),
    "no crs": (_without_crs, "does not say its coordinate reference system"),
    "web mercator": (lambda f: save(frame().to_crs(3857), f / "w.gpkg"), "Pseudo-Mercator; only EPSG:4326.*ogr2ogr"),
    "irish grid": (lambda f: save(frame().to_crs(29902), f / "w.shp"), "only EPSG:4326 and EPSG:27700"),
    "metres as degrees": (_metres_unsaid, r"feature 1 \(code a\) is not in the United Kingdom.*look like EPSG:27700"),
    "degrees as metres": (_relabelled("EPSG:4326", "EPSG:27700"), r"feature 1 \(code W0\).*look like EPSG:4326"),
    "swapped": (_swapped, "two axes look swapped"),
    "somewhere else": (
        lambda f: save(frame([box(2.6, 48, 2.7, 48.1), box(3, 48, 3.1, 48.1)], crs="EPSG:4326"), f / "w.geojson"),
        "not in the United Kingdom",
    ),
    "no field": (_saved(), "no field CDE.*Did you mean CD"),
    "no code": (_saved(CD=["a", None]), "feature 2 has no code in CD"),
    "blank code": (_saved(CD=["  ", "b"]), "feature 1 has no code in CD"),
    "no name": (_saved(NM=["a", ""]), "feature 2 has no name in NM"),
    "same code": (_saved(CD=["a", "a"]), "feature 1 and feature 2 have the same code a"),
    "line": (_saved(shapes=[SQUARES[0], SQUARES[1].exterior]), r"feature 2 \(code W1\) is a LineString, not a polygon"),
    "points": (_saved(shapes=[s.centroid for s in SQUARES]), r"feature 1 \(code W0\) is a Point"),
    "no shape": (_saved(shapes=[SQUARES[0], None]), r"feature 2 \(code W1\) has no shape"),
    "null shape": (_bytes(_plain_geojson(None)), r"feature 1 \(code a\) has no shape|damaged|table"),
    "overlap": (_saved(shapes=OVERLAP), r"feature 1 \(code W0\) and feature 2 \(code W1\) overlap by 200,000 m²"),
    "one inside another": (_saved(shapes=NESTED), "overlap by 10,000 m²"),
    "the same twice": (_saved(shapes=[SQUARES[0]] * 2), "overlap by 1,000,000 m²"),
    "no area": (
        _saved(shapes=[SQUARES[0], shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH), (EAST, NORTH)])]),
        r"feature 2 \(code W1\) encloses nothing",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_files_are_refused_naming_file_feature_and_remedy(tmp_path: Path, fault: str) -> None:
    make, says = FAULTS[fault]
    path = make(tmp_path)
    with pytest.raises(FileRefused, match=says) as caught:
        read(path, code="CDE" if fault == "no field" else "CD")
    assert str(path) in str(caught.value) and caught.value.hint


def test_a_missing_field_lists_the_fields(tmp_path: Path) -> None:
    path = save(frame(), tmp_path / "wards.gpkg")
    with pytest.raises(FileRefused, match=r"no field WARDNAME for the name\. .*Its fields are: CD, NM\."):
        read(path, name="WARDNAME")


def test_crossed_rings_are_mended_and_said(tmp_path: Path) -> None:
    bow = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)])
    path = save(frame([bow, SQUARES[1]]), tmp_path / "wards.gpkg")
    areas, notes = read(path)
    assert areas.is_valid.all()
    assert areas.to_crs(27700).area.iloc[0] == pytest.approx(5000, rel=1e-3)
    assert notes[0].startswith("feature 1 (code W0): self-intersection; mended")


def test_mending_says_how_much_the_area_changed(tmp_path: Path) -> None:
    spike = [(EAST, NORTH), (EAST + 100, NORTH), (EAST + 300, NORTH), (EAST + 100, NORTH), (EAST + 100, NORTH + 100)]
    path = save(frame([shapely.Polygon(spike), SQUARES[1]]), tmp_path / "wards.gpkg")
    areas, notes = read(path)
    assert areas.geom_type.eq("Polygon").all()
    assert "mended, its area changed by 0.00%" in notes[0]


def test_slivers_are_kept_and_counted(tmp_path: Path) -> None:
    close = [SQUARES[0], box(EAST + 995, NORTH, EAST + 2000, NORTH + 1000)]
    areas, notes = read(save(frame(close), tmp_path / "wards.gpkg"))
    assert len(areas) == 2
    assert notes == [
        "1 pair of areas overlaps by slivers (5,000 m² in all); a point there belongs to the first area in code order."
    ]


def test_neighbours_that_only_touch_need_no_note(tmp_path: Path) -> None:
    assert read(save(frame(), tmp_path / "wards.gpkg"))[1] == []


def test_a_file_is_known_by_its_content_not_its_suffix(tmp_path: Path) -> None:
    path = save(frame(), tmp_path / "wards.gpkg").rename(tmp_path / "wards.data")
    assert len(read(path)[0]) == 2


def test_degrees_in_a_feature_alone_without_a_collection(tmp_path: Path) -> None:
    shape = shapely.geometry.mapping(frame().to_crs(4326).geometry.iloc[0])
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"type": "Feature", "properties": {"CD": "a", "NM": "b"}, "geometry": shape}))
    assert list(read(path)[0]["code"]) == ["a"]
