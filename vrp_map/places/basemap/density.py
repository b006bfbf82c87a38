"""How much a base map may hold on its ground: beyond it a file is refused, because making its tiles
would take hours, and no map could show it. Pure.

The work of making tiles grows with the corners of shapes in each tile, and with how many tiles
their lines cross and their areas cover.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from vrp_map.common.unpacking import UnpackLimit

# The side of a tile at the finest zoom, in metres of the map (about 1.5 true km).
_SIDE = 2 * np.pi * 6_378_137 / 2**14


_UNPACKED = UnpackLimit(times=20, always=256 << 20)


@dataclass(frozen=True)
class MapLimits:
    """What the densest city stays far below, in metres of the map.

    Attributes:
        corners: of all shapes in one tile; a city centre has about 80,000.
        length: metres of lines and outlines for each square metre, on average. Terraces with 60
            houses a hectare, each 40 m around, with their streets and paths have 0.17 in Britain,
            where a metre of ground is 1.6 of the map.
        cover: how many areas lie over each other, on average; a city has 2.
        unpacked: of the packed parts of a file (extract or tiles); they pack to a third.
    """

    corners: int = 200_000
    length: float = 0.5
    cover: float = 50.0
    unpacked: UnpackLimit = _UNPACKED


LIMITS = MapLimits()


class TooDenseError(Exception):
    """More lies on the ground than a map can show; the text says what."""


class UnpackedSize:
    """How much the packed parts of one file have unpacked to.

    Args:
        size: of the file, in bytes.
    """

    def __init__(self, size: int, limits: MapLimits = LIMITS) -> None:
        self._most, self._total = limits.unpacked.of(size), 0

    def add(self, many: int) -> None:
        """Count the bytes of one part.

        Raises:
            TooDenseError: all parts are larger than those of a map.
        """
        self._total += many
        if self._total > self._most:
            raise TooDenseError(f"The file unpacks to more than {self._most / 1e6:,.0f} MB.")


class Density:
    """What lies on the ground of a map so far.

    Args:
        box: west, south, east, north in Web Mercator.
    """

    def __init__(self, box: Sequence[float], limits: MapLimits = LIMITS) -> None:
        self.limits = limits
        west, south, east, north = (int(edge // _SIDE) for edge in box)
        self._first = np.array([west, south])
        self._corners = np.zeros((east - west + 1, north - south + 1), dtype=np.int64)
        self._ground = max((box[2] - box[0]) * (box[3] - box[1]), _SIDE**2)
        self._length = self._cover = 0.0

    def add(self, shapes: np.ndarray) -> None:
        """Count shapes, cut to the box.

        Raises:
            TooDenseError: there are too many corners, lines or areas.
        """
        tile = np.floor_divide(shapely.get_coordinates(shapes), _SIDE).astype(int) - self._first
        last = np.array(self._corners.shape) - 1
        np.add.at(self._corners, tuple(np.clip(tile, 0, last).T), 1)
        self._length += float(shapely.length(shapes).sum()) / self._ground
        self._cover += float(shapely.area(shapes).sum()) / self._ground
        if self._corners.max() > self.limits.corners:
            raise TooDenseError(
                f"The shapes have more than {self.limits.corners:,} corners in one place of 1.5"
                " by 1.5 km."
            )
        if self._length > self.limits.length:
            raise TooDenseError(
                "The lines are longer than all streets, paths and walls of a city: more than"
                f" {self.limits.length:g} metres for each square metre."
            )
        if self._cover > self.limits.cover:
            raise TooDenseError(
                f"More than {self.limits.cover:g} areas lie over each other everywhere."
            )
