"""Where the names of a base map are written: once for each street, park or station, and again along
a long street.

The same table serves the labels, the search and the names of hotspots.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyproj
import shapely
from scipy.cluster.hierarchy import fcluster, linkage

from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.places.basemap.classes import NAME_LAYERS, STREETS
from vrp_map.places.basemap.sources import MERCATOR
from vrp_map.vocabulary import MAX_RESOLUTION, WGS84, AreaType
from vrp_map.warehouse.boundaries.layers import area_positions, current_areas

# Parts of a street further apart than this are streets of the same name (in metres of the map,
# which are 1.6 true ones here).
_APART = 1_200.0
# Along a street its name is written again after this.
_AGAIN = 600.0
_MOST_AGAIN = 9
# Of a run that turns back on itself without end, no more places are tried than of a long road.
_MOST_TRIED = 100
# A road's number is written less often: it is read from afar.
_NUMBER_AGAIN = 6_000.0
# A street is followed in steps of this, so that it misses no hexagon that it crosses.
_STEP = 40.0
_MOST_LINKED = 2_000
# Lines that are followed at a time, so that the steps of a whole region never lie in memory.
_AT_ONCE = 5_000


def label_points(features: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The names with where they are written.

    Args:
        features: kind, name, geometry (Web Mercator).

    Returns:
        kind, name, town, part (its ward, where that is known), lon, lat, angle (degrees, against
        the clock from east), rank (0 the first label of its place, then 1, 2, …).
    """
    named = features.groupby(["kind", "name"])
    rows = [row for (kind, name), group in named for row in _places(str(kind), str(name), group)]
    columns = ["kind", "name", "x", "y", "angle", "rank"]
    found = pd.DataFrame(rows, columns=columns)
    turn = pyproj.Transformer.from_crs(MERCATOR, WGS84, always_xy=True)
    lon, lat = turn.transform(found.pop("x").to_numpy(float), found.pop("y").to_numpy(float))
    found["lon"], found["lat"] = np.round(lon, 6), np.round(lat, 6)
    areas = current_areas(settings)
    for column, layer in (("town", AreaType.LAD), ("part", AreaType.WARD)):
        found[column] = _names_of(found, areas[areas["type"] == layer])
    order = {kind: i for i, kind in enumerate(NAME_LAYERS)}
    return found.sort_values(
        ["rank", "kind", "name", "lon"],
        key=lambda column: column.map(order) if column.name == "kind" else column,
        ignore_index=True,
    )


def street_points(features: pd.DataFrame) -> pd.DataFrame:
    """Points of each street: one in each hexagon that it crosses, the nearest to the middle, and
    one at each of its corners, where the other street has the same point.

    Args:
        features: kind, name, geometry (Web Mercator).

    Returns:
        name, lon, lat, cell10, in the order of names and hexagons.
    """
    streets = features[features["kind"].isin(STREETS)]
    lines, names = streets["geometry"].to_numpy(), streets["name"].to_numpy(object)
    is_line = shapely.get_dimensions(lines) == 1
    lines, names = lines[is_line], names[is_line]
    stepped = [
        _nearest(_placed(_points(shapely.segmentize(lines[part], _STEP), names[part])))
        for part in (slice(at, at + _AT_ONCE) for at in range(0, max(len(lines), 1), _AT_ONCE))
    ]
    points = _points(lines, names)
    corners = _placed(points[points.duplicated(["x", "y"], keep=False)])
    nearest = _nearest(pd.concat(stepped, ignore_index=True))
    kept = pd.concat([nearest, corners]).drop(columns="away").drop_duplicates()
    return kept.sort_values(["name", "cell10", "lon", "lat"], ignore_index=True)


def _points(lines: np.ndarray, names: np.ndarray) -> pd.DataFrame:
    """Every corner of lines once for each name: name, x, y in whole metres of the map."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    x, y = np.round(xy.T)
    return pd.DataFrame({"name": names[line], "x": x, "y": y}).drop_duplicates()


def _placed(points: pd.DataFrame) -> pd.DataFrame:
    """Points as name, lon, lat, cell10, and how far away the middle of the hexagon is."""
    turn = pyproj.Transformer.from_crs(MERCATOR, WGS84, always_xy=True)
    lon, lat = turn.transform(points["x"].to_numpy(), points["y"].to_numpy())
    cells = grid.cells_at(lon, lat, resolution=MAX_RESOLUTION)
    middle_lon, middle_lat = grid.centres(cells)
    away = np.hypot((lon - middle_lon) * np.cos(np.radians(lat)), lat - middle_lat)
    placed = points[["name"]].assign(lon=np.round(lon, 6), lat=np.round(lat, 6), cell10=cells)
    return placed.assign(away=away)


def _nearest(points: pd.DataFrame) -> pd.DataFrame:
    """Of each street in each hexagon, the point that is nearest to the middle."""
    order = np.lexsort((points["away"].to_numpy(), points["cell10"].to_numpy()))
    return points.iloc[order].drop_duplicates(["name", "cell10"])


def _names_of(found: pd.DataFrame, areas: pd.DataFrame) -> np.ndarray:
    if areas.empty or found.empty:
        return np.full(len(found), "", object)
    at = area_positions(found["lon"].to_numpy(), found["lat"].to_numpy(), areas)
    return np.asarray(np.array([*areas["name"], ""], object)[at])


def _places(kind: str, name: str, group: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """The labels of everything that has one name."""
    shapes = group["geometry"].to_numpy()
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    near = np.zeros(len(shapes), int)
    is_number = kind == "road number"
    if 1 < len(shapes) <= _MOST_LINKED and not is_number:
        near = fcluster(linkage(middles, "single"), _APART, "distance")
    for place in np.unique(near):
        members = shapes[near == place]
        lines = members[shapely.get_dimensions(members) == 1]
        if not len(lines):
            largest = members[np.argmax(shapely.area(members))]
            spot = shapely.point_on_surface(largest)
            yield kind, name, spot.x, spot.y, 0.0, 0
            continue
        again = _NUMBER_AGAIN if is_number else _AGAIN
        for rank, (x, y, angle) in enumerate(_along(lines, again=again)):
            yield kind, name, x, y, 0.0 if is_number else angle, rank


def _along(lines: np.ndarray, *, again: float) -> Iterator[tuple[float, float, float]]:
    """The middle of the longest run of a street, then further middles well apart."""
    runs = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines))))
    runs = runs[np.argsort(-shapely.length(runs))]
    written: list[tuple[float, float]] = []
    for run in runs:
        pieces = min(max(1, int(run.length // again)), _MOST_TRIED)
        for i in np.argsort(np.abs(np.arange(pieces) - (pieces - 1) / 2), kind="stable"):
            middle = (i + 0.5) / pieces
            spot = shapely.line_interpolate_point(run, middle, normalized=True)
            if any(np.hypot(spot.x - x, spot.y - y) < again for x, y in written):
                continue
            written.append((spot.x, spot.y))
            yield spot.x, spot.y, _angle(run, middle)
            if len(written) == _MOST_AGAIN:
                return


def _angle(run: shapely.LineString, middle: float) -> float:
    """Which way a street runs at its middle, so that its name can be read: -90 to 90."""
    reach = min(0.5, 40.0 / max(run.length, 1.0))
    a, b = (
        shapely.line_interpolate_point(run, min(1.0, max(0.0, at)), normalized=True)
        for at in (middle - reach, middle + reach)
    )
    angle = float(np.degrees(np.arctan2(b.y - a.y, b.x - a.x)))
    return round((angle + 90) % 180 - 90, 1)
