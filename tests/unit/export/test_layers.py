"""Layers for another GIS: opened again by GDAL, with method, style and harmless text."""

from __future__ import annotations

import json
from datetime import datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
from shapely.geometry import LineString, box

from vrp_map.config import Settings
from vrp_map.disclosure.protect import protect
from vrp_map.export.geopackage import to_geopackage
from vrp_map.export.layers import (
    ExportLayer,
    sealed_layer,
    text_layer,
    to_layer_geojson,
    to_layer_geoparquet,
)
from vrp_map.export.qgis_style import style_by_class, style_by_value, style_of_one
from vrp_map.vocabulary import Audience

CELLS = ["89195c05b87ffff", "89195c05b83ffff"]
MADE = datetime(2026, 11, 29, 9)
ABOUT = {"snapshot": "s1", "synthetic": True, "method": "Counted"}


def hexagons() -> ExportLayer:
    counted = pd.DataFrame({"cell": CELLS, "name": ["=1+1", "Mill Lane"], "n": [20, 3]})
    table = protect(counted, audience=Audience.PARTNER, settings=Settings())
    style = style_by_class("n", [5, 10, 20], ["#ffffff", "#000000"])
    return sealed_layer("hexagons", "Hexagons", table, about=ABOUT, style=style)


def words(**more: object) -> ExportLayer:
    rows = pd.DataFrame({"reference": ["P1"], "name": ["+Patrols"]})
    return text_layer("pilots", "Pilots", rows, about=ABOUT, **more)  # type: ignore[arg-type]


def test_a_geopackage_holds_layers_method_and_styles(tmp_path: Path) -> None:
    path = tmp_path / "layers.gpkg"
    route = words(shapes=[LineString([(-1.9, 52.4), (-1.8, 52.5)])])
    path.write_bytes(to_geopackage([hexagons(), route], about={"made_for": "partner"}, made=MADE))
    kinds = {str(name): kind for name, kind in pyogrio.list_layers(path)}
    assert kinds == {"hexagons": "MultiPolygon", "pilots": "MultiLineString", "layer_styles": None}
    frame = pyogrio.read_dataframe(path, layer="hexagons")
    assert frame["n"].fillna(-1).tolist() == [20, -1] and frame["hidden"].tolist() == [False, True]
    assert frame["name"].tolist() == ["'=1+1", "Mill Lane"] and frame["synthetic"].all()
    assert frame.crs.to_epsg() == 4326 and frame.geometry.is_valid.all()
    info = pyogrio.read_info(path, layer="hexagons")
    said = json.loads(info["layer_metadata"]["vrp_map"])
    assert said["audience"] == "partner" and "one incident in 5" in said["note"]
    assert info["dataset_metadata"]["made_for"] == "partner"
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    named = styles[["f_table_name", "f_geometry_column"]].to_numpy().tolist()
    assert named == [["hexagons", "geom"]]
    assert styles["useAsDefault"].tolist() == [True]
    assert ElementTree.fromstring(styles["styleQML"].iloc[0]).tag == "qgis"


def test_a_layer_without_places_is_a_plain_table(tmp_path: Path) -> None:
    path = tmp_path / "layers.gpkg"
    path.write_bytes(to_geopackage([hexagons(), words()], about={}, made=MADE))
    frame = pyogrio.read_dataframe(path, layer="pilots")
    assert "geometry" not in frame and frame["name"].tolist() == ["'+Patrols"]
    features = json.loads(to_layer_geojson(words()))["features"]
    assert features[0]["geometry"] is None and features[0]["properties"]["reference"] == "P1"


def test_geojson_and_geoparquet_say_what_was_done() -> None:
    plain = json.loads(to_layer_geojson(hexagons()))
    assert plain["type"] == "FeatureCollection" and plain["total"] == 25
    assert [f["properties"]["n"] for f in plain["features"]] == [20, None]
    table = pq.read_table(BytesIO(to_layer_geoparquet(hexagons())))
    assert json.loads(table.schema.metadata[b"vrp_map"])["note"] == plain["note"]
    assert b"geo" in table.schema.metadata
    assert table.column("n").to_pylist() == [20, None]


def test_a_layer_of_words_holds_no_number() -> None:
    rows = pd.DataFrame({"reference": ["P1"], "visits": [3]})
    with pytest.raises(ValueError, match="no text: visits"):
        text_layer("pilots", "Pilots", rows, about=ABOUT)
    with pytest.raises(ValueError, match="no name of a layer"):
        text_layer("x y", "Pilots", rows[["reference"]], about=ABOUT, shapes=[box(0, 0, 1, 1)])


@pytest.mark.parametrize(
    ("style", "kind", "symbols"),
    [
        (style_by_value("class", {"hot & <cold>": "#b3300b", "none": "#e5e6e7"}), "categorized", 2),
        (style_by_class("n", [5, 10, 20], ["#ffffff", "#000000"]), "graduated", 2),
        (style_of_one("#5694ca"), "single", 1),
    ],
)
def test_a_style_names_a_symbol_for_each_value(style: str, kind: str, symbols: int) -> None:
    renderer = ElementTree.fromstring(style).find("renderer-v2")
    assert renderer is not None and renderer.get("type") == f"{kind}Symbol"
    named = {symbol.get("name") for symbol in renderer.iter("symbol")}
    used = {one.get("symbol") for one in [*renderer.iter("category"), *renderer.iter("range")]}
    assert len(named) == symbols and used <= named
