"""The area of an event as a phone needs it: hexagons, outlines and names, small.

The phone finds the hexagon of a tap by itself, so that the tap's coordinate never leaves it. It is
given, for one resolution-7 hexagon at a time, the centres of the resolution-10 hexagons under it
and one outline for all of them: within such a group the hexagons differ from each other by
centimetres.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
import shapely

from vrp_map import grid
from vrp_map.places.gazetteer import cell_names
from vrp_map.places.search import NamedPlace
from vrp_map.summit.pins.places import PlaceNames, area_layers, with_more
from vrp_map.vocabulary.pins import PIN_RESOLUTION
from vrp_map.warehouse.boundaries.layers import area_positions

PARENT_RESOLUTION = 7
_MICRO = 1e6  # millionths of a degree: 11 cm
_OUTLINE_STEP = 1e4  # ten-thousandths: 11 m
_OUTLINE_TOLERANCE = 0.001
# A label is not repeated closer than this (degrees of latitude, about 200 m).
_APART = 0.002


class EventArea:
    """Where an event takes pins, and what is there.

    Args:
        cells: uint64, sorted: the event's cells at resolution 10.
        areas: the areas in force: type, code, name, key, geometry (EPSG:4326).
        keys: the event's own areas; empty = everything.
        places: as `pin_places.public_places` gives them.
        streets: what hexagons are called by, as `naming.names_of_streets` gives them.
        more: to be searched beside them, as `places.searchable` gives it.
        snapshot: the state of the data that the names are from.
        sources: who must be named beside them.
    """

    def __init__(  # noqa: PLR0913 - the parts of an area, made in one place
        self,
        cells: np.ndarray,
        areas: Any,
        keys: tuple[str, ...],
        places: pd.DataFrame,
        *,
        streets: pd.DataFrame,
        more: pd.DataFrame | None = None,
        snapshot: str = "",
        sources: Iterable[str] = (),
    ) -> None:
        self.cells, self.sources = cells, tuple(sources)
        self._more, self._streets = more, streets
        self._parents = grid.parents(cells, resolution=PARENT_RESOLUTION)
        self.parents = np.unique(self._parents)
        self._edge = areas[areas["key"].isin(keys)]
        big, small = area_layers(areas)
        self._big, self._small = _touching(big, self.parents), _touching(small, self.parents)
        inside = np.isin(places["cell10"].to_numpy(dtype=np.uint64), cells)
        self.names = PlaceNames(places[inside], big, small)
        self._layers = big, small
        told = hashlib.sha256(cells.tobytes() + snapshot.encode() + ",".join(keys).encode())
        self.version = told.hexdigest()[:12]
        self.group = lru_cache(maxsize=1024)(self._group)
        self.overview = lru_cache(maxsize=1)(self._overview)

    def search(self, text: str) -> list[NamedPlace]:
        """The places of the event that a text may mean, the best first."""
        return self._searched.search(text)

    @cached_property
    def _searched(self) -> PlaceNames:
        if self._more is None or self._more.empty:
            return self.names
        cells = self._more["cell10"].to_numpy(dtype=np.uint64)
        more = self._more[np.isin(cells, self.cells)]
        here = np.isin(self._streets["cell10"].to_numpy(dtype=np.uint64), self.cells)
        return with_more(self.names.places, more, *self._layers, along=self._streets[here])

    @cached_property
    def _called(self) -> np.ndarray:
        """What each hexagon is called, as on every other page; "" where no street is known."""
        called = pd.Series(cell_names(self.cells, self._streets, PIN_RESOLUTION), dtype=object)
        return np.asarray(called.fillna("").str.removeprefix("near "), dtype=object)

    def _group(self, parent: str) -> bytes | None:
        """The hexagons under one parent as JSON; None where the event has none there.

        Returns:
            o: latitude and longitude of the origin, in millionths of a degree, as everything else
                is, from there.
            h: the outline, six corners (east, north). c: per hexagon its number under the parent,
            east and north, each as the step from the hexagon before, and the number of its name. n:
            the names.
            p: labels: number of the name, east, north, 1 where the name is only a kind of place.
        """
        cells = self.cells[self._parents == np.uint64(int(parent, 16))]
        if not len(cells):
            return None
        lon, lat = grid.centres(cells)
        origin = _micro(lon.mean()), _micro(lat.mean())
        corners = np.stack([_corners(shape) for shape in grid.polygons(cells)])
        shape = (corners - np.column_stack([lon, lat])[:, None, :]).mean(axis=0)
        near = self._called[np.searchsorted(self.cells, cells)]
        labels = self._labels(int(parent, 16))
        names = sorted({*near, *labels["name"]})
        number = {name: i for i, name in enumerate(names)}
        return _json(
            {
                "o": [int(origin[1]), int(origin[0])],
                "h": _micro(shape).ravel().tolist(),
                "c": _flat(
                    _steps(_under(cells)),
                    _steps(_micro(lon) - origin[0]),
                    _steps(_micro(lat) - origin[1]),
                    [number[n] for n in near],
                ),
                "n": names,
                "p": _flat(
                    [number[n] for n in labels["name"]],
                    _micro(labels["lon"]) - origin[0],
                    _micro(labels["lat"]) - origin[1],
                    labels["is_generic"].astype(int),
                ),
            }
        )

    def _parts(self) -> list[list[Any]]:
        """The finer areas as `named_areas`, with the position of their broader one; -1 = none."""
        rows = named_areas(self._small)
        if not rows:
            return []
        within = area_positions(
            np.array([r[3] for r in rows]), np.array([r[2] for r in rows]), self._big
        )
        return [[*row, int(at)] for row, at in zip(rows, within, strict=True)]

    def _reach(self) -> int:
        """The greatest distance in metres of a hexagon's corner from its parent's middle."""
        if not len(self.parents):
            return 0
        return round(1.2e3 * float(np.sqrt(grid.areas_km2(self.parents).max() / 2.598)))

    def _labels(self, parent: int) -> pd.DataFrame:
        places = self.names.places
        under = grid.parents(
            places["cell10"].to_numpy(dtype=np.uint64), resolution=PARENT_RESOLUTION
        )
        here = places[under == np.uint64(parent)]
        tile = pd.DataFrame(
            {
                "name": here["name"],
                "x": (here["lon"] // (_APART * 1.6)),
                "y": (here["lat"] // _APART),
            }
        )
        return here[~tile.duplicated()]

    def _overview(self) -> bytes:
        """The whole event: bounds, outlines, names of areas, groups of hexagons."""
        lon, lat = grid.centres(self.parents)
        own = self._edge if len(self._edge) else self._big
        west, south, east, north = (round(float(b), 4) for b in own.total_bounds)
        return _json(
            {
                "bounds": [[south, west], [north, east]],
                "lines": area_lines(self._big),
                "edge": area_lines(self._edge),
                "reach": self._reach(),
                "big": named_areas(self._big),
                "small": self._parts(),
                "groups": [
                    [text[2:9], round(float(y), 4), round(float(x), 4)]
                    for text, x, y in zip(grid.to_text(self.parents), lon, lat, strict=True)
                ],
            }
        )


def _touching(areas: Any, parents: np.ndarray) -> Any:
    """The areas near which the event takes pins."""
    if not len(parents) or not len(areas):
        return areas.iloc[:0]
    shapes = shapely.union_all(grid.polygons(parents).to_numpy())
    return areas[shapely.intersects(areas.geometry.to_numpy(), shapes)].reset_index(drop=True)


def named_areas(areas: Any) -> list[list[Any]]:
    """Key, name, latitude and longitude of a point inside each area."""
    points = shapely.point_on_surface(areas.geometry.to_numpy())
    return [
        [key, name, round(float(p.y), 4), round(float(p.x), 4)]
        for key, name, p in zip(areas["key"], areas["name"], points, strict=True)
    ]


def area_lines(areas: Any) -> list[list[int]]:
    """Outlines, shared edges once: longitude, latitude in ten-thousandths, then steps."""
    if not len(areas):
        return []
    simple = shapely.coverage_simplify(areas.geometry.to_numpy(), _OUTLINE_TOLERANCE)
    edges = shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.boundary(simple))))
    found = []
    for edge in edges:
        points = np.rint(shapely.get_coordinates(edge) * _OUTLINE_STEP).astype(int)
        found.append(np.vstack([points[:1], np.diff(points, axis=0)]).ravel().tolist())
    return found


def _under(cells: np.ndarray) -> np.ndarray:
    """The number of a cell under its parent: the three digits that the parent does not have."""
    unused = 3 * (15 - PIN_RESOLUTION)
    digits = 3 * (PIN_RESOLUTION - PARENT_RESOLUTION)
    return (cells >> np.uint64(unused)) & np.uint64((1 << digits) - 1)


def _corners(shape: Any) -> np.ndarray:
    return shapely.get_coordinates(shape)[:6]


def _micro(degrees: Any) -> np.ndarray:
    return np.rint(np.asarray(degrees, dtype=float) * _MICRO).astype(int)


def _steps(values: np.ndarray) -> np.ndarray:
    """The first value, then steps: neighbours repeat, so they compress well."""
    return np.diff(values.astype(np.int64), prepend=0)


def _flat(*columns: Any) -> list[int]:
    return np.column_stack([np.asarray(c).astype(np.int64) for c in columns]).ravel().tolist()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
