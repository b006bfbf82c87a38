"""Checks on the shapes of a boundary file: what is mended is said, what cannot be used is refused
by name.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from vrp_map.errors import FileRefused
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84

# West, south, east, north that the coordinates of the United Kingdom fall in.
_EXTENT = {
    WGS84: (-9.5, 49.0, 2.5, 61.5),
    BRITISH_NATIONAL_GRID: (-20_000.0, 5_000.0, 700_000.0, 1_300_000.0),
}

# Generalised boundaries cross their neighbours by a hair. Such a sliver is smaller than SLIVER_M2;
# or it is less than SLIVER_SHARE of the smaller area and nowhere wider than SLIVER_WIDTH_M.
SLIVER_M2, SLIVER_SHARE, SLIVER_WIDTH_M = 100.0, 0.01, 20.0


def feature(row: int, code: str | None = None) -> str:
    """How a message names a feature: counted from 1, with its code where that is known."""
    return f"feature {row + 1}" + (f" (code {code})" if code else "")


def _named(areas: gpd.GeoDataFrame, row: int) -> str:
    return feature(row, areas["code"].iloc[row])


def check_polygons(file: Path, areas: gpd.GeoDataFrame) -> None:
    """Refuse a feature without a shape, or whose shape is not a polygon."""
    shapes = areas.geometry.to_numpy()
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if absent.any():
        where = _named(areas, int(absent.argmax()))
        raise FileRefused(
            str(file), f"{where} has no shape.", hint="Draw it, or remove the feature."
        )
    other = ~np.isin(
        shapely.get_type_id(shapes),
        (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
    )
    if other.any():
        row = int(other.argmax())
        kind = shapes[row].geom_type
        hint = "A boundary layer holds areas: export polygons."
        raise FileRefused(str(file), f"{_named(areas, row)} is a {kind}, not a polygon.", hint=hint)


def check_places(file: Path, areas: gpd.GeoDataFrame) -> None:
    """Refuse coordinates that cannot be what the file's CRS says they are."""
    crs = str(areas.crs)
    bounds = areas.geometry.bounds.to_numpy()
    outside = ~_within(bounds, crs)
    if not outside.any():
        return
    row = int(outside.argmax())
    other = BRITISH_NATIONAL_GRID if crs == WGS84 else WGS84
    if _within(bounds, other).all():
        hint = f"They look like {other}. Say so with --crs {other}."
    elif _within(bounds[:, [1, 0, 3, 2]], crs).all():
        hint = "The two axes look swapped. Put longitude (or easting) first and export again."
    else:
        hint = "Check the coordinate reference system it was exported with."
    problem = f"{_named(areas, row)} is not in the United Kingdom if its coordinates are {crs}."
    raise FileRefused(str(file), problem, hint=hint)


def _within(bounds: np.ndarray, crs: str) -> np.ndarray:
    west, south, east, north = _EXTENT[crs]
    return (
        (bounds[:, 0] >= west)
        & (bounds[:, 1] >= south)
        & (bounds[:, 2] <= east)
        & (bounds[:, 3] <= north)
    )


def mend_rings(file: Path, areas: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Mend rings that cross or touch themselves, and say for each by how much its area changed."""
    shapes = areas.geometry.to_numpy().copy()
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    notes = []
    for row in broken:
        before = shapes[row]
        shapes[row] = polygons_of(
            shapely.make_valid(before, method="structure", keep_collapsed=False)
        )
        where = _named(areas, int(row))
        if shapes[row].is_empty:
            raise FileRefused(
                str(file),
                f"{where} encloses nothing.",
                hint="Draw it again, or remove the feature.",
            )
        reason = shapely.is_valid_reason(before).split("[")[0].strip().casefold()
        change = abs(shapes[row].area / before.area - 1) if before.area else float("inf")
        size = (
            f"its area changed by {change:.2%}" if np.isfinite(change) else "it had no area before"
        )
        notes.append(f"{where}: {reason}; mended, {size}.")
    return areas.set_geometry(gpd.GeoSeries(shapes, index=areas.index, crs=areas.crs)), notes


def joined_polygons(shapes: np.ndarray) -> np.ndarray:
    """The shapes, collections of nothing but polygons made one shape each; all others as
    they are.
    """
    shapes = shapes.copy()
    for row in np.flatnonzero(
        shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    ):
        kinds = set(shapely.get_type_id(shapely.get_parts(shapes[row])))
        if kinds and kinds <= {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}:
            shapes[row] = polygons_of(shapes[row])
    return shapes


def polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a geometry, as one (Multi)Polygon; lines and points that mending left over
    are dropped.
    """
    parts = shapely.get_parts(shapely.get_parts(shape))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))


def check_overlaps(file: Path, areas: gpd.GeoDataFrame) -> list[str]:
    """Refuse areas that lie over one another by more than a sliver; a note counts the slivers."""
    shapes = areas.to_crs(BRITISH_NATIONAL_GRID).geometry.to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, two = one[one < two], two[one < two]
    common = shapely.intersection(shapes[one], shapes[two])
    size = shapely.area(common)
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[two]))
    # A square centimetre is the arithmetic's own noise.
    real = size > 1e-4
    suspect = np.flatnonzero(size > SLIVER_M2)
    wide = ~shapely.is_empty(shapely.buffer(common[suspect], -SLIVER_WIDTH_M / 2))
    wrong = suspect[wide | (size[suspect] > SLIVER_SHARE * smaller[suspect])]
    if len(wrong):
        worst = wrong[size[wrong].argmax()]
        names = f"{_named(areas, int(one[worst]))} and {_named(areas, int(two[worst]))}"
        more = f" ({len(wrong)} such pairs in all)" if len(wrong) > 1 else ""
        problem = f"{names} overlap by {size[worst]:,.0f} m²{more}."
        raise FileRefused(
            str(file),
            problem,
            hint="The areas of one layer must not overlap: mend their shared edge.",
        )
    if not real.any():
        return []
    pairs = int(real.sum())
    return [
        f"{pairs} {'pair of areas overlaps' if pairs == 1 else 'pairs of areas overlap'} by slivers"
        f" ({size[real].sum():,.0f} m² in all); a point there belongs to the first area in code"
        " order."
    ]
