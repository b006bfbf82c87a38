"""The pilots planted in the demo: where, when, and what they do to the made-up incidents."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map import grid

FILE = "demo_pilots.toml"
RESOLUTION = 9


@dataclass(frozen=True)
class PlantedPilot:
    """One `[[pilot]]` of `demo_pilots.toml`.

    Attributes:
        area, comparison: the hexagon in the middle. rings: around each.
        effect: on the background while it runs. verdict: what should be said when it is over.
    """

    name: str
    area: str
    comparison: str
    rings: int
    effect: float
    verdict: str
    start: date
    end: date
    approach: str = ""
    decision: str = ""

    @property
    def area_cells(self) -> NDArray[np.uint64]:
        return _disk(self.area, self.rings)

    @property
    def comparison_cells(self) -> NDArray[np.uint64]:
        return _disk(self.comparison, self.rings)


@cache
def plan_of_pilots() -> dict[str, Any]:
    """The table of what is planted."""
    return tomllib.loads(Path(__file__).with_name(FILE).read_text(encoding="utf-8"))


def planted_pilots() -> tuple[PlantedPilot, ...]:
    """The nine pilots whose effects are planted."""
    plan = plan_of_pilots()
    days = {"start": plan["start"], "end": plan["end"]}
    return tuple(PlantedPilot(**(days | one)) for one in plan["pilot"])


def effects(lon: ArrayLike, lat: ArrayLike, labels: Sequence[str]) -> NDArray[np.float64]:
    """What each month ("YYYY-MM") multiplies the background at each point by: (months, points)."""
    cells = grid.cells_at(lon, lat, resolution=RESOLUTION)
    found = np.ones((len(labels), len(cells)))
    for pilot in planted_pilots():
        first, last = f"{pilot.start:%Y-%m}", f"{pilot.end:%Y-%m}"
        runs = np.array([first <= label <= last for label in labels], dtype=np.bool_)
        found[np.ix_(runs, np.isin(cells, pilot.area_cells))] *= pilot.effect
    return found


def thinned(factors: NDArray[np.float64], *, rng: np.random.Generator) -> NDArray[np.intp]:
    """Positions of the incidents that stay, those that come twice twice.

    Args:
        factors: of each incident: its chance to stay, or 1 and the chance of another one like it.
    """
    times = np.floor(factors) + (rng.random(len(factors)) < factors % 1)
    return np.repeat(np.arange(len(factors)), times.astype(int))


def _disk(cell: str, rings: int) -> NDArray[np.uint64]:
    found = grid.from_text([cell])
    for _ in range(rings):
        found = grid.with_neighbours(found)
    return found
