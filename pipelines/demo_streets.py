"""A made-up street network for the demo: it runs through the demo's made-up places and takes their
names.

No register of streets was read. Neighbouring places are joined to streets, the shortest ways
between centres become main roads, and some blocks become parks and pools.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay, cKDTree

from pipelines.demo_places import WORDS, Points
from pipelines.demo_rows import make_world
from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import BaseMap, add_basemap, made_up_folder
from vrp_map.vocabulary import WGS84

NAME = "made-up-streets"
ATTRIBUTION = "Made-up streets (synthetic)"
BRITISH = "EPSG:27700"
_LONGEST_M = 2_500.0
# Main roads join centres this far apart, the widest first, in the words that OS has for them.
_TIERS = (("A Road", 7_000.0), ("B Road", 3_000.0), ("Minor Road", 1_200.0))
_LOCAL = "Local Road"
_BLOCK_M2 = (6_000.0, 250_000.0)
_POOLS = 60


@dataclass(frozen=True)
class StreetNetwork:
    """Places in metres (British grid) with their names, and which of them a street joins.

    Attributes:
        xy: shape (places, 2). name: of a place; "" for what is no street.
        ends: positions in `xy`, shape (streets, 2). owner: the end that gives a street its name.
        kind: a street's class in OS's words.
    """

    xy: np.ndarray
    name: np.ndarray
    ends: np.ndarray
    owner: np.ndarray
    kind: np.ndarray

    def lines(self) -> np.ndarray:
        """One line for each street."""
        return np.asarray(shapely.linestrings(self.xy[self.ends]))


def add_demo_streets(
    settings: Settings,
    folder: Path,
    *,
    seed: int = 20261101,
    progress: Callable[[int, int, str], None] | None = None,
) -> BaseMap:
    """Make the demo's base map, as `vrp-map basemap add` would; an operator's own stays in use.

    Args:
        folder: where the made-up GeoPackage is written.
        seed: the demo's own, so that streets and incidents have the same places.
    """
    file = write_streets(folder / f"{NAME}.gpkg", settings, seed=seed)
    into = replace(settings, basemap=made_up_folder(settings))
    return add_basemap([file], into, name=NAME, attribution=ATTRIBUTION, report=progress)


def write_streets(file: Path, settings: Settings, *, seed: int = 20261101) -> Path:
    """Write the network as a GeoPackage in the shape of OS's. Same arguments: same shapes."""
    points = make_world(settings, labels=["2026-10"], seed=seed, share=1.0).points
    rng = np.random.default_rng([seed, 31])
    network = draw_network(points)
    lines = network.lines()
    frames = {
        "road_link": _frame(
            lines, road_classification=network.kind, name_1=network.name[network.owner]
        ),
        **_blocks(lines, network, rng=rng),
        **_railway(network, rng=rng),
        "functional_site": _sites(points, rng=rng),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    for layer, frame in frames.items():
        frame.to_file(file, layer=layer, driver="GPKG", engine="pyogrio")
    return file


def draw_network(points: Points) -> StreetNetwork:
    """The streets through the points: every two that have no third between them are joined."""
    there = np.isfinite(points.lon) & (points.lsoa >= 0)
    xy = _metres(points.lon[there], points.lat[there])
    xy, first = np.unique(xy.round(), axis=0, return_index=True)
    told = [
        str(text).removeprefix("On or near ").removeprefix("Synthetic ")
        for text in points.location[there][first]
    ]
    name = np.array([text if text.split()[0] in _FIRST_WORDS else "" for text in told], object)
    ends = _neighbours(xy, longest=_LONGEST_M)
    return StreetNetwork(xy, name, ends, _owners(ends, name), _kinds(xy, ends))


_FIRST_WORDS = frozenset(WORDS.split())


def _neighbours(xy: np.ndarray, *, longest: float = np.inf) -> np.ndarray:
    """Pairs of points whose circle holds no third point (Gabriel graph), as positions."""
    triangles = Delaunay(xy).simplices
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    pairs = np.unique(np.sort(sides, axis=1), axis=0)
    a, b = xy[pairs[:, 0]], xy[pairs[:, 1]]
    nearest, _ = cKDTree(xy).query((a + b) / 2, k=1)
    length = np.hypot(*(a - b).T)
    return np.asarray(pairs[(nearest >= length / 2 - 1e-6) & (length <= longest)])


def _owners(ends: np.ndarray, name: np.ndarray) -> np.ndarray:
    """The end that names each street: the one with fewer streets so far, so that every place has
    one of its own.
    """
    many = np.where(name == "", 1_000, 0)
    owner = np.empty(len(ends), int)
    for i, (a, b) in enumerate(ends):
        owner[i] = a if many[a] <= many[b] else b
        many[owner[i]] += 1
    return owner


def _kinds(xy: np.ndarray, ends: np.ndarray) -> np.ndarray:
    length = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    number = {(int(a), int(b)): i for i, (a, b) in enumerate(ends)}
    kind = np.full(len(ends), _LOCAL, object)
    for words, apart in _TIERS:
        # Roads of a lower class run along those of a higher one where that is not far about.
        cost = np.where(kind == _LOCAL, length, 0.5 * length)
        way = coo_array((cost, ends.T), shape=(len(xy), len(xy))).tocsr()
        centres = _centres(xy, apart)
        joined = _neighbours(xy[centres], longest=3 * apart)
        for start in np.unique(joined[:, 0]):
            _, before = dijkstra(
                way,
                directed=False,
                indices=centres[start],
                return_predecessors=True,
                limit=6 * apart,
            )
            for goal in centres[joined[joined[:, 0] == start, 1]]:
                at = int(goal)
                while (last := int(before[at])) >= 0:
                    i = number[min(at, last), max(at, last)]
                    kind[i] = words if kind[i] == _LOCAL else kind[i]
                    at = last
    return kind


def _centres(xy: np.ndarray, apart: float) -> np.ndarray:
    """One place for each square of the ground that has some: the one nearest to their middle."""
    _, square = np.unique((xy // apart).astype(int), axis=0, return_inverse=True)
    many = np.bincount(square)
    middle = np.column_stack([np.bincount(square, xy[:, axis]) / many for axis in (0, 1)])
    return np.unique(cKDTree(xy).query(middle[many >= 8])[1])


def _blocks(
    lines: np.ndarray, network: StreetNetwork, *, rng: np.random.Generator
) -> dict[str, gpd.GeoDataFrame]:
    """Parks where the demo's places say one is, and pools: blocks between streets."""
    blocks = shapely.get_parts(shapely.polygonize(lines))
    size = shapely.area(blocks)
    blocks = shapely.buffer(blocks[(size > _BLOCK_M2[0]) & (size < _BLOCK_M2[1])], -8.0)
    nameless = network.xy[network.name == ""]
    order = rng.permutation(len(nameless))[: len(nameless) // 4]
    tree = shapely.STRtree(blocks)
    parks = np.unique(tree.nearest(shapely.points(nameless[order])))
    rest = np.setdiff1d(np.arange(len(blocks)), parks)
    pools = shapely.buffer(blocks[rng.choice(rest, size=_POOLS, replace=False)], -15.0)
    names = _made_up(len(parks), "Park", rng=rng)
    return {
        "greenspace_site": _frame(
            blocks[parks],
            function=np.full(len(parks), "Public Park Or Garden", object),
            distinctive_name_1=names,
        ),
        "surface_water_area": _frame(pools[~shapely.is_empty(pools)]),
    }


def _railway(network: StreetNetwork, *, rng: np.random.Generator) -> dict[str, gpd.GeoDataFrame]:
    """Lines between centres, with a station at each."""
    stations = network.xy[_centres(network.xy, 5_000.0)]
    stations = stations + rng.normal(0, 60, stations.shape)
    joined = _neighbours(stations, longest=12_000.0)
    kept = joined[rng.random(len(joined)) < 0.55]
    used = np.unique(kept)
    bent = (stations[kept[:, 0]] + stations[kept[:, 1]]) / 2 + rng.normal(0, 250, (len(kept), 2))
    tracks = np.stack([stations[kept[:, 0]], bent, stations[kept[:, 1]]], axis=1)
    return {
        "railway_track": _frame(shapely.linestrings(tracks)),
        "railway_station": _frame(
            shapely.points(stations[used]), name=_made_up(len(used), "station", rng=rng)
        ),
    }


def _sites(points: Points, *, rng: np.random.Generator) -> gpd.GeoDataFrame:
    is_hospital = np.char.endswith(points.location.astype(str), "Hospital") & (points.lsoa >= 0)
    xy = _metres(points.lon[is_hospital], points.lat[is_hospital])
    chosen = rng.permutation(len(xy))[:24]
    return _frame(
        shapely.points(xy[chosen]),
        site_theme=np.full(len(chosen), "Medical Care", object),
        distinctive_name=_made_up(len(chosen), "Hospital", rng=rng),
    )


def _made_up(count: int, kind: str, *, rng: np.random.Generator) -> np.ndarray:
    words = np.array(WORDS.split(), object)
    return np.array([f"{word} {kind}" for word in rng.choice(words, size=count)], object)


def _metres(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    turn = pyproj.Transformer.from_crs(WGS84, BRITISH, always_xy=True)
    return np.column_stack(turn.transform(lon, lat))


def _frame(shapes: Any, **columns: np.ndarray) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=BRITISH)
