"""Areas of a KML or KMZ file, as Google Earth writes them."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

import geopandas as gpd
import shapely
from shapely.errors import ShapelyError

from vrp_map.errors import FileRefused
from vrp_map.vocabulary import WGS84

_MOST_BYTES = 256 * 2**20
_AGAIN = "Save it again from Google Earth as KML or KMZ."


def read_kml(file: Path) -> gpd.GeoDataFrame:
    """The placemarks of a KML file, or of the first KML file in a KMZ, with a column for each
    field.

    Fields are a placemark's `name` and `description` and what its ExtendedData holds. No link is
    followed.

    Raises:
        FileRefused: it is damaged, too large, declares entities, or holds no placemark.
    """
    text = _text(file)
    try:
        _check_plain(file, text)
        root = ElementTree.parse(BytesIO(text)).getroot()
        rows = [_row(mark) for mark in _all(root, "Placemark")]
    except (
        expat.ExpatError,
        ElementTree.ParseError,
        StopIteration,
        ValueError,
        LookupError,
        ShapelyError,
    ) as error:
        raise FileRefused(
            str(file), "it is damaged and cannot be read as KML.", hint=_AGAIN
        ) from error
    if not rows:
        problem = "it holds no placemark; a network link is not followed."
        raise FileRefused(
            str(file), problem, hint="Open it in Google Earth and save the areas themselves."
        )
    return gpd.GeoDataFrame(
        [fields for fields, _ in rows], geometry=[shape for _, shape in rows], crs=WGS84
    )


def _text(file: Path) -> bytes:
    with file.open("rb") as stream:
        is_packed = stream.read(2) == b"PK"
    text = _unpacked(file) if is_packed else _at_most(file.open("rb"))
    if len(text) > _MOST_BYTES:
        problem = f"its KML is larger than {_MOST_BYTES // 2**20} MB."
        raise FileRefused(str(file), problem, hint="Save fewer areas, or simpler ones.")
    return text


def _at_most(stream: IO[bytes]) -> bytes:
    with stream:
        return stream.read(_MOST_BYTES + 1)


def _unpacked(file: Path) -> bytes:
    """The first KML file of a KMZ."""
    unknown = FileRefused(
        str(file),
        "it is a zip without KML.",
        hint="Unzip it and give the .geojson, .gpkg, .shp or .kml file inside.",
    )
    if not zipfile.is_zipfile(file):
        raise unknown
    try:
        with zipfile.ZipFile(file) as archive:
            inside = [one for one in archive.infolist() if one.filename.casefold().endswith(".kml")]
            if not inside:
                raise unknown
            return _at_most(archive.open(inside[0]))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        raise FileRefused(
            str(file), "it is damaged and cannot be read as KMZ.", hint=_AGAIN
        ) from error


def _check_plain(file: Path, text: bytes) -> None:
    """Refuse a document type: entities can point at other files or grow without end, and no KML
    needs any.
    """

    def refuse(*_: object) -> None:
        raise FileRefused(
            str(file), "it declares a document type (DOCTYPE), which is not read.", hint=_AGAIN
        )

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(text, True)  # noqa: FBT003 - it takes no keywords


def _all(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """Every element of that name at any depth, whichever of KML's namespaces it is written in."""
    return (one for one in element.iter() if _name(one) == name)


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _row(mark: ElementTree.Element) -> tuple[dict[str, str], shapely.Geometry | None]:
    fields = {
        _name(one): (one.text or "").strip()
        for one in mark
        if _name(one) in ("name", "description")
    }
    for data in _all(mark, "Data"):
        fields[data.get("name", "")] = next(
            ((one.text or "").strip() for one in _all(data, "value")), ""
        )
    for data in _all(mark, "SimpleData"):
        fields[data.get("name", "")] = (data.text or "").strip()
    return fields, _shape(mark)


def _shape(mark: ElementTree.Element) -> shapely.Geometry | None:
    """The polygons of a placemark as one shape; its first point or line where it has none, and None
    without any.
    """
    polygons = [_polygon(one) for one in _all(mark, "Polygon")]
    if polygons:
        return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    for name, make in (("LineString", shapely.LineString), ("Point", shapely.Point)):
        for one in _all(mark, name):
            corners = _corners(one)
            return make(corners if name == "LineString" else corners[0])
    return None


def _polygon(element: ElementTree.Element) -> shapely.Polygon:
    outer = [_corners(one) for one in _all(element, "outerBoundaryIs")]
    return shapely.Polygon(outer[0], [_corners(one) for one in _all(element, "innerBoundaryIs")])


def _corners(element: ElementTree.Element) -> list[tuple[float, float]]:
    """Longitude and latitude of each corner; the height is left out."""
    text = next(_all(element, "coordinates")).text or ""
    points = [corner.split(",") for corner in text.split()]
    return [(float(point[0]), float(point[1])) for point in points]
