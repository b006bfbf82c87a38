"""Files of streets for tests: real roads of one town centre, and a made-up village."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import shapely

from vrp_map.config import Settings

HERE = Path(__file__).parent
VILLAGE = HERE / "made-up.osm.pbf"
AREA = (-1.26, 54.56, -1.20, 54.60)


def town_roads(folder: Path, *, layer: str = "roads", column: str = "classification") -> Path:
    """The roads of Middlesbrough as a GeoPackage; layer and column as a publisher calls them."""
    told = json.loads((HERE / "middlesbrough_roads.json").read_text(encoding="utf-8"))
    words, names, lines = zip(*told["roads"], strict=True)
    shapes = [shapely.LineString(line) for line in lines]
    frame = gpd.GeoDataFrame({column: words, "name": names}, geometry=shapes, crs="EPSG:27700")
    file = folder / "roads.gpkg"
    frame.to_file(file, layer=layer, driver="GPKG", engine="pyogrio")
    return file


def area_settings(folder: Path, *, area: tuple[float, float, float, float] = AREA) -> Settings:
    """Settings of a map whose one area lies round the town and the village."""
    from datetime import date

    from vrp_map.warehouse.boundaries.add import add_layer

    file = folder / "area.geojson"
    frame = gpd.GeoDataFrame(
        {"code": ["E06000002"], "name": ["Middlesbrough"]},
        geometry=[shapely.box(*area)],
        crs="EPSG:4326",
    )
    frame.to_file(file, driver="GeoJSON", engine="pyogrio")
    empty = folder / "boundaries"
    empty.mkdir()
    (empty / "SOURCES.toml").write_text("")
    settings = Settings(
        boundaries=empty,
        local_boundaries=folder / "local",
        places=folder / "places",
        basemap=folder / "basemap",
    )
    add_layer(
        file,
        type="lad",
        name_field="name",
        code_field="code",
        valid_from=date(2020, 1, 1),
        settings=settings,
    )
    return settings
