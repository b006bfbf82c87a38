"""Cells near a point and along a way, for the synthetic pins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vrp_map import grid
from vrp_map.vocabulary.pins import PIN_RESOLUTION

_METRES_A_DEGREE = 111_320.0
_STEPS = 120
_WOBBLE = 0.0004  # degrees: nobody walks in a straight line


def around(lon: float, lat: float, cells: np.ndarray, *, radius_m: float) -> np.ndarray:
    """Those of the cells whose centre lies within so many metres of a point
    (degrees, EPSG:4326).
    """
    x, y = grid.centres(cells)
    squeeze = np.cos(np.radians(lat))
    return np.asarray(cells[np.hypot((x - lon) * squeeze, y - lat) * _METRES_A_DEGREE <= radius_m])


def along(
    start: Sequence[float], end: Sequence[float], cells: np.ndarray, *, rng: np.random.Generator
) -> tuple[str, ...]:
    """The cells of a way between two points [lon, lat], in order, each once, with a wobble of its
    own.
    """
    steps = np.linspace(0, 1, _STEPS)
    bend = np.sin(steps * np.pi) * rng.normal(0, _WOBBLE, 2)[:, None]
    path = [a + (b - a) * steps + turn for a, b, turn in zip(start, end, bend, strict=True)]
    found = grid.cells_at(path[0], path[1], resolution=PIN_RESOLUTION)
    return tuple(dict.fromkeys(grid.to_text(found[np.isin(found, cells)])))
