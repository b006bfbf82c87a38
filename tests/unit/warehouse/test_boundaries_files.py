"""Boundary files of every kind of fault: each refused by name, or mended and said."""

from __future__ import annotations

import json
import math
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import box

from vrp_map.errors import FileRefused, UserError
from vrp_map.warehouse.boundaries.files import read_boundary_file

# Two squares of 1 km side by side near Birmingham, in metres.
EAST, NORTH = 407_000, 287_000
SQUARES = [
    box(EAST, NORTH, EAST + 1000, NORTH + 1000),
    box(EAST + 1000, NORTH, EAST + 2000, NORTH + 1000),
]


def frame(
    shapes: list[Any] = SQUARES, *, crs: str | None = "EPSG:27700", **columns: list[Any]
) -> gpd.GeoDataFrame:
    values = {
        "CD": [f"W{n}" for n in range(len(shapes))],
        "NM": [f"Ward {n}" for n in range(len(shapes))],
    } | columns
    return gpd.GeoDataFrame(values, geometry=shapes, crs=crs)


def save(areas: gpd.GeoDataFrame, path: Path) -> Path:
    areas.to_file(path)
    return path


def read(path: Path, *, name: str = "NM", code: str = "CD") -> tuple[gpd.GeoDataFrame, list[str]]:
    return read_boundary_file(path, name_field=name, code_field=code)


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:27700"])
def test_three_formats_in_two_systems_give_the_same_areas(
    tmp_path: Path, suffix: str, crs: str
) -> None:
    areas, notes = read(save(frame().to_crs(crs), tmp_path / f"wards.{suffix}"))
    assert list(areas["code"]) == ["W0", "W1"] and list(areas["name"]) == ["Ward 0", "Ward 1"]
    assert areas.crs.to_epsg() == 4326
    back = areas.to_crs(27700).geometry.to_numpy()
    assert shapely.hausdorff_distance(back, shapely.normalize(SQUARES)).max() < 0.2
    assert not notes or "slivers" in notes[0]


def test_third_dimension_and_number_codes(tmp_path: Path) -> None:
    high = [shapely.force_3d(shape, 7.0) for shape in SQUARES]
    areas, _ = read(
        save(frame(high, CD=[12.0, 13.0], NM=[" Aston ", "Erdington"]), tmp_path / "w.gpkg")
    )
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
    return lambda folder: save(
        frame().to_crs(crs).set_crs(label, allow_override=True), folder / "wards.gpkg"
    )


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


def _with_crs(crs: Any) -> Callable[[Path], Path]:
    return _bytes(_plain_geojson(shapely.geometry.mapping(SQUARES[0]), crs=crs))


def _changed(folder: Path, *statements: str) -> Path:
    path = save(frame(), folder / "wards.gpkg")
    with closing(sqlite3.connect(path)) as base:
        # The triggers of a GeoPackage call functions that only GDAL knows.
        for (name,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            base.execute(statement)
        base.commit()
    return path


def _view(folder: Path) -> Path:
    return _changed(
        folder, "ALTER TABLE wards RENAME TO held", "CREATE VIEW wards AS SELECT * FROM held"
    )


_ADDRESS_AS_CRS = "UPDATE gpkg_spatial_ref_sys SET definition = '{}' WHERE srs_id = 27700"


def _address_as_crs(folder: Path) -> Path:
    return _changed(folder, _ADDRESS_AS_CRS.format("http://127.0.0.1:9/"))


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
    "latin-1": (
        _bytes('{"type": "FeatureCollection", "name": "Caf\xe9"}'.encode("latin-1")),
        "not UTF-8",
    ),
    "deep": (_bytes(b'{"a":' * 100_000), "not whole JSON"),
    "other json": (_bytes(b'{"type": "Topology"}'), "TopoJSON"),
    "plain json": (_bytes(b'{"wards": []}'), "not GeoJSON"),
    "cut geojson": (_cut("wards.geojson", 0.7), "not whole JSON.*line"),
    "cut geopackage": (_cut("wards.gpkg", 0.3), "damaged or incomplete"),
    "cut shapefile": (_cut("wards.shp", 0.5), "damaged or incomplete.*keep its"),
    "other sqlite": (
        _bytes(b"SQLite format 3\x00" + bytes(200), "wards.gpkg"),
        "damaged or incomplete",
    ),
    "no features": (_bytes(b'{"type": "FeatureCollection", "features": []}'), "the layer is empty"),
    "no rows": (lambda f: save(frame().iloc[:0], f / "wards.gpkg"), "the layer is empty"),
    "two layers": (_two_layers, r"2 layers with shapes \(old, new\)\. .*--layer old"),
    "no prj": (_no_prj, r"does not say its coordinate reference system.*\.prj"),
    "no shx": (_side_file_gone(".shx"), r"keep its \.shp"),
    "no dbf": (_side_file_gone(".dbf"), r"no field CD for the code.*keep its \.shp"),
    "no crs": (_without_crs, "does not say its coordinate reference system"),
    "american degrees": (
        _relabelled("EPSG:4326", "EPSG:4269"),
        "NAD83, which cannot be converted.*EPSG:4326",
    ),
    "crs is a link": (
        _with_crs({"type": "link", "properties": {"href": "x.prj"}}),
        "a link, which is not followed",
    ),
    "crs is an address": (
        _with_crs({"type": "name", "properties": {"name": "http://x/1"}}),
        "not the name of a kn",
    ),
    "crs is unknown": (
        _with_crs(None),
        "does not say its coordinate reference system.*--crs EPSG:27700",
    ),
    "crs is nonsense": (_with_crs(["EPSG:4326"]), "a link, which is not followed"),
    "no such crs": (
        _with_crs({"type": "name", "properties": {"name": "EPSG:1"}}),
        "not the name of a known one",
    ),
    "features that are none": (
        _bytes(b'{"type":"FeatureCollection","features":[1]}'),
        "not whole GeoJSON",
    ),
    "shape that is none": (
        _bytes(_plain_geojson({"type": "Polygon", "coordinates": [[0]]})),
        "not whole GeoJSON",
    ),
    "view in a geopackage": (_view, "layer wards is a view"),
    "address in a geopackage": (_address_as_crs, "not written out as well-known text"),
    "kml with a document type": (
        _bytes(
            b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a SYSTEM'
            b' "file:///etc/passwd">]><kml>&a;</kml>'
        ),
        "declares a document type",
    ),
    "cut kml": (
        _bytes(b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'),
        "damaged.*KML",
    ),
    "kml that links on": (
        _bytes(b"<kml><NetworkLink><Link><href>http://x</href></Link></NetworkLink></kml>"),
        "follow",
    ),
    "kml without corners": (
        _bytes(b"<kml><Placemark><Polygon/></Placemark></kml>"),
        "damaged.*KML",
    ),
    "metres as degrees": (
        _metres_unsaid,
        r"feature 1 \(code a\) is not in the United Kingdom.*look like EPSG:27700",
    ),
    "degrees as metres": (
        _relabelled("EPSG:4326", "EPSG:27700"),
        r"feature 1 \(code W0\).*look like EPSG:4326",
    ),
    "swapped": (_swapped, "two axes look swapped"),
    "somewhere else": (
        lambda f: save(
            frame([box(2.6, 48, 2.7, 48.1), box(3, 48, 3.1, 48.1)], crs="EPSG:4326"),
            f / "w.geojson",
        ),
        "not in the United Kingdom",
    ),
    "no field": (_saved(), "no field CDE.*Did you mean CD"),
    "no code": (_saved(CD=["a", None]), "feature 2 has no code in CD"),
    "blank code": (_saved(CD=["  ", "b"]), "feature 1 has no code in CD"),
    "no name": (_saved(NM=["a", ""]), "feature 2 has no name in NM"),
    "same code": (_saved(CD=["a", "a"]), "feature 1 and feature 2 have the same code a"),
    "line": (
        _saved(shapes=[SQUARES[0], SQUARES[1].exterior]),
        r"feature 2 \(code W1\) is a LineString, not a polygon",
    ),
    "points": (_saved(shapes=[s.centroid for s in SQUARES]), r"feature 1 \(code W0\) is a Point"),
    "no shape": (_saved(shapes=[SQUARES[0], None]), r"feature 2 \(code W1\) has no shape"),
    "null shape": (
        _bytes(_plain_geojson(None)),
        r"feature 1 \(code a\) has no shape|damaged|table",
    ),
    "overlap": (
        _saved(shapes=OVERLAP),
        r"feature 1 \(code W0\) and feature 2 \(code W1\) overlap by 200,000 m²",
    ),
    "one inside another": (_saved(shapes=NESTED), "overlap by 10,000 m²"),
    "the same twice": (_saved(shapes=[SQUARES[0]] * 2), "overlap by 1,000,000 m²"),
    "no area": (
        _saved(
            shapes=[SQUARES[0], shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH), (EAST, NORTH)])]
        ),
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
    with pytest.raises(
        FileRefused, match=r"no field WARDNAME for the name\. .*Its fields are: CD, NM\."
    ):
        read(path, name="WARDNAME")


def test_crossed_rings_are_mended_and_said(tmp_path: Path) -> None:
    bow = shapely.Polygon(
        [(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)]
    )
    path = save(frame([bow, SQUARES[1]]), tmp_path / "wards.gpkg")
    areas, notes = read(path)
    assert areas.is_valid.all()
    assert areas.to_crs(27700).area.iloc[0] == pytest.approx(5000, rel=1e-3)
    assert notes[0].startswith("feature 1 (code W0): self-intersection; mended")


def test_mending_says_how_much_the_area_changed(tmp_path: Path) -> None:
    spike = [
        (EAST, NORTH),
        (EAST + 100, NORTH),
        (EAST + 300, NORTH),
        (EAST + 100, NORTH),
        (EAST + 100, NORTH + 100),
    ]
    path = save(frame([shapely.Polygon(spike), SQUARES[1]]), tmp_path / "wards.gpkg")
    areas, notes = read(path)
    assert areas.geom_type.eq("Polygon").all()
    assert "mended, its area changed by 0.00%" in notes[0]


def test_slivers_are_kept_and_counted(tmp_path: Path) -> None:
    close = [SQUARES[0], box(EAST + 995, NORTH, EAST + 2000, NORTH + 1000)]
    areas, notes = read(save(frame(close), tmp_path / "wards.gpkg"))
    assert len(areas) == 2
    assert notes == [
        "1 pair of areas overlaps by slivers (5,000 m² in all); a point there belongs to the first"
        " area in code order."
    ]


def test_neighbours_that_only_touch_need_no_note(tmp_path: Path) -> None:
    assert read(save(frame(), tmp_path / "wards.gpkg"))[1] == []


def test_a_file_is_known_by_its_content_not_its_suffix(tmp_path: Path) -> None:
    path = save(frame(), tmp_path / "wards.gpkg").rename(tmp_path / "wards.data")
    assert len(read(path)[0]) == 2


def test_degrees_in_a_feature_alone_without_a_collection(tmp_path: Path) -> None:
    shape = shapely.geometry.mapping(frame().to_crs(4326).geometry.iloc[0])
    path = tmp_path / "one.json"
    path.write_text(
        json.dumps({"type": "Feature", "properties": {"CD": "a", "NM": "b"}, "geometry": shape})
    )
    assert list(read(path)[0]["code"]) == ["a"]


def test_heights_and_their_system_do_not_count(tmp_path: Path) -> None:
    """Google Earth gives three numbers a corner without a CRS; the Ordnance Survey
    gives EPSG:7405.
    """
    high = [shapely.force_3d(shape, 120.0) for shape in SQUARES]
    flat = read(save(frame(), tmp_path / "flat.gpkg"))[0].geometry.to_numpy()
    degrees = frame(high).to_crs(4326)
    path = tmp_path / "high.geojson"
    path.write_text(
        json.dumps({k: v for k, v in json.loads(degrees.to_json()).items() if k != "crs"})
    )
    for one in (path, save(frame(high, crs="EPSG:7405"), tmp_path / "os.gpkg")):
        areas, _ = read(one)
        assert not areas.has_z.any() and areas.crs.to_epsg() == 4326
        assert shapely.hausdorff_distance(areas.geometry.to_numpy(), flat).max() < 1e-6


@pytest.mark.parametrize("number", [3857, 4258, 32630, 29902])
def test_a_system_that_can_be_converted_exactly_is_converted(tmp_path: Path, number: int) -> None:
    areas, _ = read(save(frame().to_crs(number), tmp_path / "w.gpkg"))
    back = areas.to_crs(27700).geometry.to_numpy()
    assert shapely.hausdorff_distance(back, shapely.normalize(SQUARES)).max() < 5


def test_a_person_may_say_what_the_coordinates_are(tmp_path: Path) -> None:
    said = read_boundary_file(
        _metres_unsaid(tmp_path), name_field="NM", code_field="CD", crs="EPSG:27700"
    )[0]
    assert said.to_crs(27700).area.iloc[0] == pytest.approx(1e6, rel=1e-3)
    linked = _with_crs({"type": "link", "properties": {"href": "http://x"}})(tmp_path)
    assert (
        len(read_boundary_file(linked, name_field="NM", code_field="CD", crs="epsg:27700")[0]) == 1
    )
    with pytest.raises(
        UserError, match="'metres' is not the name of a coordinate reference system"
    ):
        read_boundary_file(linked, name_field="NM", code_field="CD", crs="metres")


def test_tables_without_shapes_do_not_count_and_a_layer_can_be_chosen(tmp_path: Path) -> None:
    path = _two_layers(tmp_path)
    styles = pd.DataFrame({"styleName": ["red"], "useAsDefault": [True]})
    pyogrio.write_dataframe(styles, path, layer="layer_styles", append=True)
    areas, _ = read_boundary_file(path, name_field="NM", code_field="CD", layer="new")
    assert len(areas) == 2
    with pytest.raises(
        FileRefused, match=r"no layer layer_styles with shapes\. .*Its layers are: old, new"
    ):
        read_boundary_file(path, name_field="NM", code_field="CD", layer="layer_styles")
    alone = save(frame(), tmp_path / "alone.gpkg")
    pyogrio.write_dataframe(styles, alone, layer="layer_styles", append=True)
    assert len(read(alone)[0]) == 2


def test_field_names_in_another_case_are_found_unless_two_are_alike(tmp_path: Path) -> None:
    assert list(read(save(frame(), tmp_path / "w.gpkg"), name="nm", code="cd")[0]["code"]) == [
        "W0",
        "W1",
    ]
    both = save(frame(cd=["x", "y"]), tmp_path / "both.geojson")
    assert list(read(both, code="cd")[0]["code"]) == ["x", "y"]
    with pytest.raises(FileRefused, match="no field Cd"):
        read(both, code="Cd")


def test_a_collection_of_polygons_is_one_area(tmp_path: Path) -> None:
    path = tmp_path / "w.geojson"
    parts = [shapely.geometry.mapping(shape) for shape in frame().to_crs(4326).geometry]
    path.write_bytes(_plain_geojson({"type": "GeometryCollection", "geometries": parts}))
    assert read(path)[0].to_crs(27700).area.tolist() == [pytest.approx(2e6, rel=1e-3)]


def test_curved_polygons_are_read_as_straight_ones(tmp_path: Path) -> None:
    """A disc drawn as two arcs: a CurvePolygon (type 10) whose ring is a CircularString
    (type 8).
    """
    path = _changed(tmp_path, "DELETE FROM wards WHERE CD = 'W1'")
    corners = [(EAST, 0), (EAST + 50, 50), (EAST + 100, 0), (EAST + 50, -50), (EAST, 0)]
    ring = struct.pack("<bII", 1, 8, 5) + b"".join(
        struct.pack("<dd", x, NORTH + y) for x, y in corners
    )
    disc = b"GP\x00\x01" + struct.pack("<i", 27700) + struct.pack("<bII", 1, 10, 1) + ring
    with closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE wards SET geom = ?", [disc])
        base.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'")
        base.commit()
    assert read(path)[0].to_crs(27700).area.iloc[0] == pytest.approx(math.pi * 50**2, rel=1e-2)


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><Folder>
<Placemark><name>Aston</name><ExtendedData><Data name="code"><value>A1</value></Data></ExtendedData>
<MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>
-1.90,52.50,0 -1.88,52.50,0 -1.88,52.52,0 -1.90,52.52,0 -1.90,52.50,0
</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing>
<coordinates>-1.895,52.505 -1.89,52.505 -1.89,52.51 -1.895,52.505</coordinates>
</LinearRing></innerBoundaryIs></Polygon></MultiGeometry></Placemark>
<Placemark><name>Nechells &amp; more</name>
<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="code">A2</SimpleData>
</SchemaData></ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>
-1.88,52.50 -1.86,52.50 -1.86,52.52 -1.88,52.52 -1.88,52.50
</coordinates></LinearRing></outerBoundaryIs></Polygon>
</Placemark></Folder></Document></kml>"""


@pytest.mark.parametrize("packed", [False, True])
def test_google_earth_files(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / ("wards.kmz" if packed else "wards.kml")
    if packed:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("files/photo.png", b"")
            archive.writestr("doc.kml", KML)
    else:
        path.write_text(KML, encoding="utf-8")
    areas, notes = read(path, name="name", code="code")
    assert list(areas["code"]) == ["A1", "A2"] and areas["name"].iloc[1] == "Nechells & more"
    assert len(areas.geometry.iloc[0].interiors) == 1 and notes == []


@contextmanager
def _listening() -> Iterator[tuple[str, list[str]]]:
    """A server on this computer that must not be asked, and what it was asked for all the same."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_no_reader_asks_the_network(tmp_path: Path) -> None:
    with _listening() as (address, asked):
        links: list[Any] = [
            {"type": "link", "properties": {"href": f"{address}/a.prj", "type": "esriwkt"}},
            {"type": "URL", "properties": {"url": f"{address}/b"}},
            {"type": "name", "properties": {"name": f"{address}/c"}},
            {"type": "name", "properties": {"name": f"/vsicurl/{address}/d"}},
        ]
        paths = [
            _bytes(_plain_geojson(None, crs=crs), f"{n}.geojson")(tmp_path)
            for n, crs in enumerate(links)
        ]
        paths += [
            _changed(tmp_path, _ADDRESS_AS_CRS.format(f"{address}/e")),
            _bytes(
                f"<OGRVRTDataSource><SrcDataSource>/vsicurl/{address}/f</SrcDataSource></OGRVRTDataSource>".encode()
            )(tmp_path),
            _bytes(f'<!DOCTYPE kml SYSTEM "{address}/g"><kml><Placemark/></kml>'.encode(), "g.kml")(
                tmp_path
            ),
        ]
        prj = save(frame(), tmp_path / "wards.shp")
        prj.with_suffix(".prj").write_text(f"{address}/h")
        for path in [*paths, prj]:
            with pytest.raises(FileRefused):
                read(path)
        assert asked == []
