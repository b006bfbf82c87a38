"""Files that operators download: vector tiles of several schemas, OS's own layer and field names,
and damaged ones of every kind.
"""

from __future__ import annotations

import gzip
import sqlite3
import struct
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import chain, pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from tests.integration.places.street_files import VILLAGE, area_settings, town_roads
from vrp_map.common.unpacking import UnpackLimit
from vrp_map.config import Settings
from vrp_map.errors import FileRefused, UserError
from vrp_map.places.basemap.base_map import add_basemap, base_maps, street_map
from vrp_map.places.basemap.classes import MOST_BYTES
from vrp_map.places.basemap.density import LIMITS, MapLimits
from vrp_map.places.basemap.features import MOST_CORNERS, MapFeatures
from vrp_map.places.basemap.pmtiles import HEADER_BYTES, TileFile

LON, LAT = -1.235, 54.575
LINE = shapely.LineString([(LON - 0.01, LAT), (LON + 0.01, LAT)])
AREA = shapely.box(LON, LAT, LON + 0.004, LAT + 0.003)
SPOT = shapely.Point(LON, LAT)
SHAPES = {"LineString": LINE, "Polygon": AREA, "Point": SPOT}


def layer_file(folder: Path, called: str, layer: str, shape: str, **columns: str) -> Path:
    """A file of one feature; the suffix says which format."""
    file = folder / called
    frame = gpd.GeoDataFrame(
        {key: [value] for key, value in columns.items()}, geometry=[SHAPES[shape]], crs="EPSG:4326"
    )
    driver = {".mbtiles": "MBTiles", ".pmtiles": "PMTiles"}.get(file.suffix, "GPKG")
    more = {} if driver == "GPKG" else {"MINZOOM": 10, "MAXZOOM": 14}
    frame.to_crs(27700 if driver == "GPKG" else 3857).to_file(
        file, layer=layer, driver=driver, engine="pyogrio", **more
    )
    return file


def told(file: Path, key: str, value: str) -> Path:
    """An MBTiles file whose metadata says something else."""
    with closing(sqlite3.connect(file)) as held, held:
        held.execute("DELETE FROM metadata WHERE name = ?", [key])
        held.execute("INSERT INTO metadata VALUES (?, ?)", [key, value])
    return file


@pytest.mark.parametrize(
    ("layer", "columns", "drawn"),
    [
        ("transportation", {"class": "secondary"}, "secondary"),
        ("transportation", {"class": "minor", "subclass": ""}, "local"),
        ("transportation", {"class": "rail", "subclass": "rail"}, "rail"),
        ("roads", {"kind": "major_road", "kind_detail": "primary"}, "primary"),
        ("roads", {"kind": "minor_road", "kind_detail": "residential"}, "local"),
        ("roads", {"type": "Motorway"}, "motorway"),
        ("road_link", {"road_classification": "B Road", "name_1": "Made-up Row"}, "secondary"),
        ("motorway", {"x": ""}, "motorway"),
    ],
)
def test_roads_of_several_tile_schemas_are_drawn(
    tmp_path: Path, layer: str, columns: dict[str, str], drawn: str
) -> None:
    settings = area_settings(tmp_path)
    file = layer_file(tmp_path, "town.pmtiles", layer, "LineString", **columns)
    add_basemap([file], settings, attribution="Made up")
    streets = street_map(settings)
    assert streets is not None
    layers = [one["id"] for one in streets._tiles.metadata["vector_layers"]]
    assert [one for one in layers if "names" not in one] == [drawn]


# Layer, shape and columns of what publishers name, and what that is on the map.
NAMED: list[tuple[str, str, dict[str, str], str]] = [
    ("transportation_name", "LineString", {"class": "primary"}, "main street"),
    ("place", "Point", {"class": "town"}, "town"),
    ("places", "Point", {"kind": "locality", "kind_detail": "village"}, "village"),
    ("pois", "Point", {"kind": "hospital"}, "hospital"),
    ("poi", "Point", {"class": "railway", "subclass": "station"}, "station"),
    ("landuse", "Polygon", {"kind": "park"}, "park"),
    # Ordnance Survey's published layers and fields, in a GeoPackage.
    ("railway_stations", "Point", {"type": "Railway Station"}, "station"),
    ("names", "Point", {"type": "Landform"}, ""),
    ("names", "Point", {"type": "Suburban Area"}, "village"),
    # Open Names says what it is in a second column.
    ("named_place", "Point", {"type": "populatedPlace", "local_type": "Town"}, "town"),
    ("named_place", "Point", {"type": "populatedPlace", "local_type": "Hamlet"}, "village"),
    ("named_place", "Point", {"type": "other", "local_type": "Railway Station"}, "station"),
    ("named_place", "Point", {"type": "transportNetwork", "local_type": "Named Road"}, ""),
    ("names", "Point", {"type": "Town"}, "town"),
    ("sites", "Polygon", {"type": "Education"}, "school"),
    ("sites", "Polygon", {"type": "Medical Care"}, "hospital"),
    ("greenspace", "Polygon", {"type": "Public Park Or Garden"}, "park"),
    ("roads_local", "LineString", {"type": "Local"}, "street"),
    ("roads_national", "LineString", {"type": "A Road"}, "main street"),
]


def test_names_are_known_by_what_publishers_call_them(tmp_path: Path) -> None:
    """All of them in one map, each by a name of its own."""
    settings, files = area_settings(tmp_path), [town_roads(tmp_path)]
    for number, (layer, shape, columns, _) in enumerate(NAMED):
        suffix = "gpkg" if columns.get("type") else "pmtiles"
        called = f"named-{number}.{suffix}"
        thing = f"Made-up Thing {number}"
        files.append(layer_file(tmp_path, called, layer, shape, name=thing, **columns))
    add_basemap(files, settings, attribution="Made up")
    streets = street_map(settings)
    assert streets is not None
    names = streets.names()
    found = {
        f"Made-up Thing {number}": names.loc[names["name"] == f"Made-up Thing {number}", "kind"]
        .unique()
        .tolist()
        for number in range(len(NAMED))
    }
    assert found == {
        f"Made-up Thing {number}": [kind] if kind else [] for number, (*_, kind) in enumerate(NAMED)
    }


@pytest.mark.parametrize(
    ("called", "layer", "columns"),
    [
        (
            "r.gpkg",
            "road_link",
            {"road_classification": "A Road", "road_classification_number": "A66"},
        ),
        ("r.gpkg", "roads", {"classification": "Motorway", "road_number": "A66"}),
        ("r.pmtiles", "transportation_name", {"class": "primary", "ref": "A66"}),
        ("r.pmtiles", "roads", {"kind": "major_road", "ref": "B1272;a66"}),
    ],
)
def test_a_main_road_is_named_by_its_number_too(
    tmp_path: Path, called: str, layer: str, columns: dict[str, str]
) -> None:
    settings = area_settings(tmp_path)
    road = layer_file(tmp_path, called, layer, "LineString", name="Made-up Way", **columns)
    local = {"road_number": "B1272", "classification": "B Road"}
    other = layer_file(tmp_path, "b.gpkg", "roads", "LineString", name="Made-up Lane", **local)
    add_basemap([road, other], settings, attribution="Made up")
    streets = street_map(settings)
    assert streets is not None
    names = streets.names().set_index("name")
    assert names.loc["A66", ["kind", "angle"]].tolist() == ["road number", 0]
    assert sorted(set(names.index)) == ["A66", "Made-up Lane", "Made-up Way"]


def test_greenspace_of_ordnance_survey_is_known_by_its_own_fields(tmp_path: Path) -> None:
    settings = area_settings(tmp_path)
    fields = {"function": "Play Space", "distinctive_name_1": "Made-up Green"}
    green = layer_file(tmp_path, "opgrsp_gb.gpkg", "greenspace_site", "Polygon", **fields)
    add_basemap([green, town_roads(tmp_path)], settings)
    streets = street_map(settings)
    assert streets is not None
    assert "Made-up Green" in set(streets.names()["name"])


def test_a_map_made_here_can_be_added_elsewhere(tmp_path: Path) -> None:
    first = area_settings(tmp_path)
    add_basemap([VILLAGE, town_roads(tmp_path)], first, name="town")
    there = tmp_path / "there"
    there.mkdir()
    second = area_settings(there)
    added = add_basemap([first.basemap / "town.pmtiles"], second)
    before, after = street_map(first), street_map(second)
    assert before is not None and after is not None
    assert added.attribution == before.about.attribution
    assert set(after.names()["name"]) == set(before.names()["name"])


def test_tiles_say_whose_they_are_or_are_refused(tmp_path: Path) -> None:
    settings = area_settings(tmp_path)
    file = layer_file(tmp_path, "t.mbtiles", "transportation", "LineString", **{"class": "primary"})
    with pytest.raises(FileRefused, match="does not say who made it"):
        add_basemap([file], settings)
    told(file, "attribution", '<a href="https://example.org">&copy; Made-up   Mappers</a>')
    assert add_basemap([file], settings).attribution == "© Made-up Mappers"


def damaged(folder: Path, what: str) -> Path:
    """A file with one fault."""
    file = folder / f"{what.replace(' ', '-')}.gpkg"
    if what.startswith("picture"):
        tiles = layer_file(folder, "t.mbtiles", "roads", "LineString", type="A Road")
        if what == "picture mbtiles":
            return told(tiles, "format", "png")
        tiles = layer_file(folder, "t.pmtiles", "roads", "LineString", type="A Road")
        body = bytearray(tiles.read_bytes())
        body[99] = 2  # the kind of the tiles: PNG
        tiles.write_bytes(body)
        return tiles
    if what == "empty":
        file.write_bytes(b"")
    elif what == "zip":
        file = file.with_suffix(".zip")
        file.write_bytes(b"PK\x03\x04")
    elif what == "no roads":
        return layer_file(folder, file.name, "contours", "LineString", type="Index")
    elif what == "no features":
        gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:27700").to_file(
            file, layer="roads", engine="pyogrio"
        )
    elif what in ("huge coordinates", "wrong crs"):
        line = shapely.LineString([(1e300, 1e300), (-1e300, 5)]) if "huge" in what else LINE
        crs = "EPSG:27700" if "huge" in what else "EPSG:2193"
        gpd.GeoDataFrame({"name": ["A"]}, geometry=[line], crs=crs).to_file(
            file, layer="roads", engine="pyogrio"
        )
    else:
        _, suffix = what.split()
        if suffix == "gpkg":
            whole = town_roads(folder)
        else:
            whole = layer_file(folder, f"w.{suffix}", "roads", "LineString", type="A Road")
        file = folder / f"cut.{suffix}"
        size = HEADER_BYTES + 30 if suffix == "pmtiles" else whole.stat().st_size // 3
        file.write_bytes(whole.read_bytes()[:size])
    return file


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("truncated gpkg", "cannot be read|Nothing of this map"),
        ("truncated mbtiles", "cannot be read|Nothing of this map"),
        ("truncated pmtiles", "cannot be read as tiles"),
        ("picture mbtiles", "are pictures"),
        ("picture pmtiles", "are pictures"),
        ("empty", "cannot be read as a map"),
        ("zip", "is packed"),
        ("no roads", "No layer of this file"),
        ("no features", "Nothing of this map lies in the area"),
        ("huge coordinates", "cannot be read|Nothing of this map"),
        ("wrong crs", "cannot be read|Nothing of this map"),
    ],
)
def test_damaged_files_are_refused_in_words(tmp_path: Path, what: str, words: str) -> None:
    settings = area_settings(tmp_path)
    with pytest.raises(FileRefused, match=words):
        add_basemap([damaged(tmp_path, what)], settings, attribution="Made up")
    assert base_maps(settings) == []
    assert list(settings.basemap.glob("*")) == []


def tile_file(folder: Path, root: bytes, *, leaves: bytes = b"", tiles: bytes = b"") -> Path:
    """A PMTiles file of vector tiles with these packed directories."""
    file = folder / "made.pmtiles"
    about = gzip.compress(b'{"vector_layers": [{"id": "roads", "fields": {}}]}')
    parts, at = [], HEADER_BYTES
    for part in (root, about, leaves, tiles):
        parts += [at, len(part)]
        at += len(part)
    box = (-20_000_000, 540_000_000, 0, 550_000_000)
    head = struct.pack(
        "<7sB11Q6B4iB2i", b"PMTiles", 3, *parts, 1, 1, 1, *(1, 2, 2, 1, 14, 14), *box, 14, 0, 0
    )
    file.write_bytes(head + root + about + leaves + tiles)
    return file


def directory(entries: Sequence[tuple[int, int, int]]) -> bytes:
    """A packed directory of tiles that follow each other: number, run, length."""
    numbers = [one[0] for one in entries]
    steps = [b - a for a, b in pairwise([0, *numbers])]
    columns = [steps, [one[1] for one in entries], [one[2] for one in entries]]
    return varints(len(entries), *chain(*columns), 1, *[0] * (len(entries) - 1))


def entry(*numbers: int) -> bytes:
    """A packed directory of one entry: number, run, length, offset + 1, each as a varint."""
    return varints(1, *numbers)


def varints(*numbers: int) -> bytes:
    out = bytearray()
    for number in numbers:
        while number > 127:
            out.append(number & 127 | 128)
            number >>= 7
        out.append(number)
    return gzip.compress(bytes(out))


BOMB = gzip.compress(bytes(65 << 20))
TILE = 200_000_000
HOSTILE = {
    "a tile that unpacks to 65 MB": lambda folder: tile_file(
        folder, entry(TILE, 1, len(BOMB), 1), tiles=BOMB
    ),
    "a directory that unpacks to 65 MB": lambda folder: tile_file(folder, BOMB),
    "a directory that leads to itself": lambda folder: tile_file(
        folder, entry(0, 0, len(entry(0, 0, 24, 1)), 1), leaves=entry(0, 0, 24, 1)
    ),
    "a tile beyond the file": lambda folder: tile_file(folder, entry(TILE, 1, 10, 1 << 40)),
    "a directory of more entries than bytes": lambda folder: tile_file(
        folder, gzip.compress(b"\xff\xff\xff\xff\x7f")
    ),
    "an extract that is cut off": lambda folder: cut_extract(folder, VILLAGE.read_bytes()[:300]),
    "an extract whose first size lies": lambda folder: cut_extract(
        folder, b"\x7f\xff\xff\xff" + VILLAGE.read_bytes()[4:]
    ),
    "an extract that is a page": lambda folder: cut_extract(folder, b"<!doctype html><p>Busy"),
}


def cut_extract(folder: Path, body: bytes) -> Path:
    file = folder / "made.osm.pbf"
    file.write_bytes(body)
    return file


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_and_the_map_in_use_stays(tmp_path: Path, what: str) -> None:
    settings = area_settings(tmp_path)
    add_basemap([layer_file(tmp_path, "b.gpkg", "roads", "LineString", type="A Road")], settings)
    before = sorted(settings.basemap.iterdir())
    with pytest.raises(FileRefused, match="cannot be read as"):
        add_basemap([HOSTILE[what](tmp_path)], settings, attribution="Made up")
    assert sorted(settings.basemap.iterdir()) == before


def test_a_tile_of_an_mbtiles_file_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    settings = area_settings(tmp_path)
    file = layer_file(tmp_path, "t.mbtiles", "roads", "LineString", type="A Road")
    with closing(sqlite3.connect(file)) as held, held:
        held.execute("UPDATE tiles SET tile_data = ?", [BOMB])
    with pytest.raises(FileRefused, match="cannot be read as tiles"):
        add_basemap([file], settings, attribution="Made up")


def test_metres_without_a_coordinate_system_are_not_taken_for_degrees(tmp_path: Path) -> None:
    settings = area_settings(tmp_path)
    line = gpd.GeoSeries([LINE], crs="EPSG:4326").to_crs(27700).iloc[0]
    frame = gpd.GeoDataFrame({"classification": ["A Road"]}, geometry=[line])
    frame.to_file(tmp_path / "m.gpkg", layer="roads", engine="pyogrio")
    with pytest.raises(FileRefused, match="which coordinates it uses"):
        add_basemap([tmp_path / "m.gpkg"], settings)


def test_a_full_disk_is_said_and_nothing_half_written_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = area_settings(tmp_path)
    roads = town_roads(tmp_path)
    add_basemap([roads], settings, name="first")
    before = {file: file.read_bytes() for file in settings.basemap.iterdir()}
    monkeypatch.setattr(
        "vrp_map.places.basemap.tiles.pyogrio.write_arrow",
        lambda *args, **kept: (_ for _ in ()).throw(pyogrio.errors.DataSourceError("no room")),
    )
    with pytest.raises(UserError, match="The map in use stays"):
        add_basemap([roads], settings, name="first")
    assert {file: file.read_bytes() for file in settings.basemap.iterdir()} == before


def heaviest(settings: Settings) -> int:
    """The weight of the heaviest tile, packed, as phones load it."""
    streets = street_map(settings)
    assert streets is not None
    return max(len(body) for _, body in TileFile(streets.file).tiles())


@pytest.mark.real
def test_every_tile_of_real_roads_is_small_enough_for_a_phone(
    real_data: Path, tmp_path: Path
) -> None:
    settings = area_settings(tmp_path, area=(-1.45, 54.45, -0.78, 54.75))
    roads = real_data / "streets" / "cleveland_os_roads.gpkg"
    assert add_basemap([roads], settings).tiles > 100
    assert heaviest(settings) < MOST_BYTES


def zigzag(many: int, *, wide: float = 0.02, high: float = 0.01) -> shapely.LineString:
    """A line of so many corners, to and fro."""
    step = [i / many for i in range(many)]
    return shapely.LineString(
        [(LON + wide * at, LAT + high * (i % 2)) for i, at in enumerate(step)]
    )


def comb(many: int) -> shapely.Polygon:
    line = zigzag(many - 2)
    return shapely.Polygon([*line.coords, (LON + 0.02, LAT - 0.001), (LON, LAT - 0.001)])


def shape_file(folder: Path, *shapes: shapely.Geometry) -> Path:
    is_area = shapes[0].geom_type == "Polygon"
    frame = gpd.GeoDataFrame(
        {"function": "Play Space"} if is_area else {"classification": "A Road", "name": "Zig Road"},
        geometry=list(shapes),
        index=range(len(shapes)),
        crs="EPSG:4326",
    )
    file = folder / "zigzag.gpkg"
    frame.to_file(file, layer="greenspace" if is_area else "roads", engine="pyogrio")
    return file


@pytest.mark.parametrize(
    ("shapes", "limits", "words"),
    [
        ([zigzag(3_000, high=0.001)], MapLimits(corners=1_000), "more than 1,000 corners in one"),
        ([zigzag(50, high=0.001)] * 60, MapLimits(corners=1_000), "more than 1,000 corners in one"),
        ([zigzag(3_000)], MapLimits(length=0.01), "lines are longer than"),
        ([comb(3_000)], MapLimits(length=0.01), "lines are longer than"),
        ([AREA.buffer(0.01)] * 90, MapLimits(cover=0.5), "areas lie over each other"),
        # A million corners and ten kilometres each time: by the limits that hold for everybody.
        (lambda: [zigzag(1_000_000)], LIMITS, "lines are longer than|corners in one"),
    ],
)
def test_more_than_a_map_can_show_is_refused_before_its_tiles_are_made(
    tmp_path: Path,
    shapes: list[shapely.Geometry] | Callable[[], list[shapely.Geometry]],
    limits: MapLimits,
    words: str,
) -> None:
    """What takes a second to make is made here, and not by each process that collects tests."""
    made = shapes if isinstance(shapes, list) else shapes()
    settings = area_settings(tmp_path)
    with pytest.raises(FileRefused, match=words) as refused:
        add_basemap([shape_file(tmp_path, *made)], settings, limits=limits)
    assert "No map can show that" in str(refused.value)
    assert list(settings.basemap.glob("*")) == []


def many_tiles(folder: Path, suffix: str) -> Path:
    """A small file whose tiles each unpack to a megabyte."""
    if suffix == "pmtiles":
        # A tile that differs in its last byte, so that the file holds each.
        packed = [gzip.compress(bytes(1 << 20) + bytes([i])) for i in range(9)]
        entries = [(TILE + i, 1, len(one)) for i, one in enumerate(packed)]
        return tile_file(folder, directory(entries), tiles=b"".join(packed))
    file = layer_file(folder, "t.mbtiles", "roads", "LineString", type="A Road")
    with closing(sqlite3.connect(file)) as held, held:
        held.execute("UPDATE tiles SET tile_data = ?", [gzip.compress(bytes(9 << 20))])
    return file


@pytest.mark.parametrize("what", ["pmtiles", "mbtiles", "osm.pbf"])
def test_a_file_whose_parts_unpack_to_too_much_together_is_refused(
    tmp_path: Path, what: str
) -> None:
    file = VILLAGE if what == "osm.pbf" else many_tiles(tmp_path, what)
    size = 500 if what == "osm.pbf" else 8 << 20
    limits = MapLimits(unpacked=UnpackLimit(0, size))
    with pytest.raises(FileRefused, match="unpacks to more than"):
        add_basemap([file], area_settings(tmp_path), attribution="Made up", limits=limits)


@pytest.mark.parametrize("shape", [zigzag(5_000, high=0.001), comb(2_500)])
def test_a_shape_of_very_many_corners_is_drawn_in_pieces_that_cover_the_same(
    tmp_path: Path, shape: shapely.Geometry
) -> None:
    text = np.array([""], object)
    metres = gpd.GeoSeries([shape], crs="EPSG:4326").to_crs(3857).to_numpy()
    pieces = MapFeatures(text, text, text, metres).divided()
    many = shapely.get_num_coordinates(pieces.geometry)
    assert len(many) > 2 and many.max() <= MOST_CORNERS
    assert shapely.length(pieces.geometry).sum() >= metres[0].length * 0.999999
    assert shapely.area(pieces.geometry).sum() == pytest.approx(metres[0].area)
    settings = area_settings(tmp_path)
    assert add_basemap([shape_file(tmp_path, shape)], settings).tiles


def test_lines_inside_a_collection_are_not_joined_when_they_are_divided() -> None:
    text = np.array([""], object)
    lines = shapely.MultiLineString([[(0, 0), (0, 1e5)], [(9e5, 0), (9e5, 1e5)]] * 300)
    held = np.array([shapely.GeometryCollection([lines])], object)
    pieces = MapFeatures(text, text, text, held).divided()
    assert len(pieces.geometry) == 600
    assert shapely.length(pieces.geometry).max() == 1e5


def test_two_files_are_measured_together(tmp_path: Path) -> None:
    settings = area_settings(tmp_path)
    limits = MapLimits(corners=4_000)
    first = shape_file(tmp_path, zigzag(3_000, high=0.001))
    second = first.with_name("second.gpkg")
    second.write_bytes(first.read_bytes())
    assert add_basemap([first], settings, limits=limits).tiles
    with pytest.raises(FileRefused, match="corners in one"):
        add_basemap([first, second], settings, limits=limits)


def test_what_gdal_keeps_while_it_reads_lies_with_the_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = area_settings(tmp_path)
    opened, folders = pyogrio.raw.open_arrow, []

    def seen(*args: object, **kept: object) -> object:
        folders.append(Path(pyogrio.get_gdal_config_option("CPL_TMPDIR")).parent)
        return opened(*args, **kept)

    monkeypatch.setattr("vrp_map.places.basemap.sources.pyogrio.raw.open_arrow", seen)
    before = pyogrio.get_gdal_config_option("CPL_TMPDIR")
    add_basemap([VILLAGE], settings)
    assert set(folders) == {settings.basemap}
    assert pyogrio.get_gdal_config_option("CPL_TMPDIR") == before
