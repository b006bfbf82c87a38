"""Cells near a point and along a way, for the synthetic pins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vrp_map import grid
from vrp_map.vocabulary.pins import PIN_RESOLUTION

_METRES_A_DEGREE = 111_320.0
_STEPS = 120
_WOBBLE = 0.0004  # degrees: nobody walks in a straight line


class PinGround:
    """The cells that pins may lie in, with what every place and way asks of them.

    Args:
        cells: of the resolution of pins.
    """

    def __init__(self, cells: np.ndarray) -> None:
        self.cells = cells
        self._x, self._y = grid.centres(cells)
        self._known = frozenset(cells.tolist())

    def around(self, lon: float, lat: float, *, radius_m: float) -> np.ndarray:
        """The cells whose centre lies within so many metres of a point (degrees, EPSG:4326)."""
        squeeze = np.cos(np.radians(lat))
        away = np.hypot((self._x - lon) * squeeze, self._y - lat) * _METRES_A_DEGREE
        return np.asarray(self.cells[away <= radius_m])

    def along(
        self, start: Sequence[float], end: Sequence[float], *, rng: np.random.Generator
    ) -> tuple[str, ...]:
        """The cells of a way between two points [lon, lat], in order, each once, with a wobble of
        its own.
        """
        steps = np.linspace(0, 1, _STEPS)
        bend = np.sin(steps * np.pi) * rng.normal(0, _WOBBLE, 2)[:, None]
        path = [a + (b - a) * steps + turn for a, b, turn in zip(start, end, bend, strict=True)]
        met = dict.fromkeys(grid.cells_at(path[0], path[1], resolution=PIN_RESOLUTION).tolist())
        found = [cell for cell in met if cell in self._known]
        return tuple(grid.to_text(np.array(found, dtype=np.uint64)))
