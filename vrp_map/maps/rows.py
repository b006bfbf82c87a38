"""What the browser is given: rows of cell ids and class numbers, outlines and names, never a count
that is hidden.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from vrp_map import grid
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.errors import UserError
from vrp_map.maps.classes import HOTSPOT_INDEX, count_class
from vrp_map.wording import class_in_words

if TYPE_CHECKING:
    import geopandas as gpd

# Names of streets show in three steps, each from half a zoom before its number.
PLACE_ZOOMS = (9, 11, 13)
# Of all names, these shares may show in the earlier steps: so many pixels apart, and clear of an
# area's name.
_MAIN_SHARES = (0.05, 0.5)
_APART_PX, _AREA_NAME_PX = 110, (85, 18)
# Hexagons inside one of this size have the same outline to half a metre, however small they are; in
# millionths of a degree, that is _NEAR.
_ALIKE, _NEAR = 7, 5


def cell_rows(cells: Protected, limits: Sequence[int]) -> list[dict[str, Any]]:
    """The cells with a number, for the browser.

    Returns:
        those of `class_rows`, and in the list's own words t: name, s: what the test says.
    """
    said = _said(cells.frame)
    return [row | said[row["h"]] for row in class_rows(cells, limits)]


def _said(frame: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Cell -> t its name, s what the test says of it, and whether that is firm."""
    firm = frame["stability"] if "stability" in frame else pd.Series("", index=frame.index)
    columns = (frame["cell"], frame["name"], frame["hotspot_class"], firm)
    return {
        str(cell): {"t": tooltip_name(name), "s": ", ".join(filter(None, (_test_says(k), sure)))}
        for cell, name, k, sure in zip(*columns, strict=True)
    }


def _test_says(hotspot_class: str) -> str:
    return _capital(class_in_words(hotspot_class))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def tooltip_name(name: Any) -> str:
    """A name for a tooltip."""
    return "" if pd.isna(name) else _capital(str(name))


def class_rows(cells: Protected, limits: Sequence[int]) -> list[dict[str, Any]]:
    """The cells with a number, for a browser that colours them.

    Returns:
        h: cell, c: class 0 to 4, n: the count as people read it.
    """
    frame = cells.frame.assign(c=count_class(cells.frame["n"], limits))
    frame = frame[frame["c"].notna()]
    columns = (frame[column] for column in ("cell", "c", "n"))
    return [
        {"h": str(cell), "c": int(c), "n": f"{n:,}"} for cell, c, n in zip(*columns, strict=True)
    ]


def is_hatched(cells: Protected) -> pd.Series:
    """Which hexagons are drawn though their number is hidden: those that their neighbours
    make hot.
    """
    return cells.frame["hidden"] & (cells.frame["hotspot_class"].map(HOTSPOT_INDEX).fillna(0) > 0)


def is_drawn_by_count(cells: Protected, limits: Sequence[int]) -> pd.Series:
    """Which hexagons a map by how many incidents draws: `cell_rows` and `hidden_rows`."""
    return count_class(cells.frame["n"], limits).notna() | is_hatched(cells)


def hidden_rows(cells: Protected) -> list[dict[str, Any]]:
    """The hatched cells: h cell, n the words that say that the number is hidden; t and s as in
    `cell_rows`.
    """
    said = _said(cells.frame[is_hatched(cells)])
    return [{"h": cell, "n": FEW_OR_NONE} | words for cell, words in said.items()]


def with_outlines(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Rows of hexagons with what a browser draws them from.

    Hexagons near each other have the same outline: it is sent once for those inside one large
    hexagon, and with each its middle.

    Args:
        rows: each with h, its cell.

    Returns:
        shapes: corners round a middle, x and y in turn; rows: each with m [x, y] the middle and o
        the number of its shape; in millionths of a degree, right to a metre.
    """
    if not rows:
        return {"shapes": [], "rows": []}
    cells = grid.from_text([row["h"] for row in rows])
    corners, owner = shapely.get_coordinates(grid.polygons(cells).to_numpy(), return_index=True)
    # The last corner of each is its first once more.
    kept = np.append(owner[1:] == owner[:-1], False)
    corners, owner, many = corners[kept] * 1e6, owner[kept], np.bincount(owner[kept])
    first = np.cumsum(many) - many
    middles = (np.add.reduceat(corners, first) / many[:, None]).round()
    around = (corners - middles[owner]).round().astype(int)
    example, number = _examples(cells, around, owner)
    shapes = [around[first[i] : first[i] + many[i]].ravel().tolist() for i in example]
    placed = zip(rows, middles.astype(int).tolist(), number.tolist(), strict=True)
    return {"shapes": shapes, "rows": [row | {"m": m, "o": o} for row, m, o in placed]}


def _examples(
    cells: grid.Cells, around: np.ndarray, owner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The hexagons whose outlines are sent, and for each hexagon which of these it is drawn with.

    Args:
        around: each corner from the middle of its hexagon; owner: the hexagon's place in `cells`.
    """
    many, sizes = np.bincount(owner), grid.resolutions(cells)
    first = np.cumsum(many) - many
    parents = grid.parents(cells, resolution=min(_ALIKE, int(sizes.min())))
    alike = np.column_stack([parents.astype(np.uint64), sizes, many])
    _, example, number = np.unique(alike, axis=0, return_index=True, return_inverse=True)
    number = number.ravel()
    # On an edge of H3's solid, far from the British Isles, corners begin elsewhere: such hexagons
    # are sent as they are.
    same_corner = first[example[number]][owner] + np.arange(len(owner)) - first[owner]
    off = np.abs(around - around[same_corner]).max(axis=1)
    odd = np.flatnonzero(np.maximum.reduceat(off, first) > _NEAR)
    number[odd] = len(example) + np.arange(len(odd))
    return np.append(example, odd), number


def is_checked(cells: Protected) -> bool:
    """Whether the hotspots were tested again with other hexagons and other months."""
    return "stability" in cells.frame


def firm_and_fragile(cells: Protected) -> tuple[pd.Series, pd.Series]:
    """Which hexagons are firm hotspots, and which are fragile ones; where nothing was checked, 95%
    and 90% sure ones.

    Where the hotspots were checked only those of a hotspot count, so that the legend and the
    sentence about them say one number.

    Hexagons without an incident of their own count too: the test calls them hot by their
    neighbours, and they are outlined on the map.
    """
    classes = cells.frame["hotspot_class"]
    hot = classes.isin([name for name, i in HOTSPOT_INDEX.items() if i >= 1])
    sure = classes.isin([name for name, i in HOTSPOT_INDEX.items() if i >= 2])
    if not is_checked(cells):
        return sure, hot & ~sure
    firm = cells.frame["stability"] == "firm"
    return sure & firm, sure & ~firm


def hotspot_counts(cells: Protected) -> tuple[int, int]:
    """How many hexagons are firm and how many are fragile hotspots.

    The one count of legends and sentences.
    """
    firm, fragile = firm_and_fragile(cells)
    return int(firm.sum()), int(fragile.sum())


def hotspot_words(cells: Protected) -> tuple[str, str]:
    """What legends call the two."""
    return (
        ("firm hotspot", "fragile hotspot")
        if is_checked(cells)
        else ("hotspot, clear", "hotspot, less clear")
    )


def hotspot_outlines(cells: Protected) -> dict[str, Any]:
    """Outlines of the hot cells, joined, as GeoJSON: `heavy` true for firm ones, false for fragile
    ones.
    """
    features = []
    for heavy, member in zip((True, False), firm_and_fragile(cells), strict=True):
        chosen = cells.frame.loc[member, "cell"].astype(str).tolist()
        if chosen:
            features.append(cells_outline(chosen, {"heavy": heavy}))
    return {"type": "FeatureCollection", "features": features}


def cells_outline(cells: Sequence[str], properties: dict[str, Any]) -> dict[str, Any]:
    """The joined outline of some cells as a GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": rounded(_joined(cells))}


def _joined(cells: Sequence[str]) -> BaseGeometry:
    # Neighbouring hexagons differ in the last bits of their shared corners: a common grid lets them
    # join.
    corners = shapely.set_precision(grid.polygons(grid.from_text(list(cells))).to_numpy(), 1e-6)
    joined: BaseGeometry = shapely.union_all(corners)
    return joined


def area_outlines(areas: gpd.GeoDataFrame) -> dict[str, Any]:
    """Areas as GeoJSON with code and name."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": str(code), "name": str(name)},
            "geometry": rounded(shape),
        }
        for code, name, shape in zip(areas["code"], areas["name"], areas.geometry, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def area_labels(areas: gpd.GeoDataFrame, *, besides: Collection[str] = ()) -> list[dict[str, Any]]:
    """One label an area, at a point that is inside it: t text, p [lon, lat].

    Args:
        besides: names that another layer of the map writes already.
    """
    areas = areas[~areas["name"].isin(list(besides))]
    points = areas.geometry.representative_point()
    return [
        {"t": str(name), "p": [round(point.x, 5), round(point.y, 5)]}
        for name, point in zip(areas["name"], points, strict=True)
    ]


def place_rows(
    places: pd.DataFrame, *, tier: int, labels: Sequence[dict[str, Any]] = (), most: int = 4000
) -> list[dict[str, Any]]:
    """Gazetteer names that show from a zoom on: t text, p [lon, lat]; names like "Parking Area" are
    left out.

    In an order without meaning (one by incidents would tell which street has most), and far enough
    from each other to be read at that zoom; the last tier holds all the others.

    Args:
        places: name, is_generic, lon, lat.
        tier: one of `PLACE_ZOOMS`.
        labels: rows of `area_labels`, whose names the streets must leave room for.
    """
    if tier not in PLACE_ZOOMS:
        raise UserError(
            "There are no names for that zoom.", hint=f"Known: {', '.join(map(str, PLACE_ZOOMS))}."
        )
    known = places[~places["is_generic"]].dropna(subset=["lon", "lat"])
    known = known.sample(n=min(most, len(known)), random_state=0)
    tiers = _tiers(
        known["lon"].to_numpy(dtype=float),
        known["lat"].to_numpy(dtype=float),
        [label["p"] for label in labels],
    )
    shown = known[tiers == tier]
    names = zip(shown["name"], shown["lon"], shown["lat"], strict=True)
    return [{"t": str(name), "p": [round(float(x), 5), round(float(y), 5)]} for name, x, y in names]


def _tiers(lon: np.ndarray, lat: np.ndarray, taken: Sequence[Sequence[float]]) -> np.ndarray:
    """The zoom from which each name shows: names keep apart from those of their own and earlier
    tiers.
    """
    zooms = np.full(len(lon), PLACE_ZOOMS[-1])
    squeeze = math.cos(math.radians(float(lat.mean()))) if len(lat) else 1.0
    where = np.column_stack([lon * squeeze, lat])
    areas = np.array([[x * squeeze, y] for x, y in taken], dtype=float).reshape(-1, 2)
    chosen = np.empty((0, 2))
    for zoom, share in zip(PLACE_ZOOMS, _MAIN_SHARES, strict=False):
        pixel = 360 * squeeze / (512 * 2**zoom)  # in degrees of latitude
        for i in range(math.ceil(share * len(where))):
            off = np.abs(areas - where[i]) / pixel
            covers = bool((off < _AREA_NAME_PX).all(axis=1).any())
            if not covers and not (np.hypot(*(chosen - where[i]).T) < _APART_PX * pixel).any():
                chosen = np.vstack([chosen, where[i]])
                zooms[i] = zoom
    return zooms


def rounded(shape: Any) -> dict[str, Any]:
    """A geometry as GeoJSON with five decimals: about a metre, and a third of the bytes."""
    # `set_precision` would snap neighbours differently; rounding the written numbers keeps shared
    # borders shared.
    geometry: dict[str, Any] = json.loads(
        json.dumps(shapely.geometry.mapping(shape)), parse_float=lambda x: round(float(x), 5)
    )
    return geometry
