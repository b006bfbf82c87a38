"""Firm or fragile: the test of a map run again with other hexagons and other months, on arrays
alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vrp_map import grid, wording
from vrp_map.analysis.study.lattice import FEWEST_CELLS, gaps, runs, study_ground
from vrp_map.selection import Selection, shift_month
from vrp_map.statistics.sensitivity import HELD, LOST, in_a_child, in_parent, stability
from vrp_map.vocabulary import MAX_RESOLUTION, MIN_RESOLUTION, RESOLUTION_WORDS
from vrp_map.warehouse.reader import Reader

RULE = (
    "firm: hot (90% or more certain) in every check that ran; a hotspot of several hexagons is firm"
    " if more of its incidents lie in firm hexagons than in fragile ones"
)


@dataclass(frozen=True)
class Stability:
    """What the checks found.

    Attributes:
        stability: (n,) "firm", "fragile" or "" for each cell.
        ran: the checks that ran, in words. left_out: those that could not run, and why.
    """

    stability: NDArray[np.object_]
    ran: Sequence[str]
    left_out: Mapping[str, str]

    @property
    def words(self) -> str:
        """The checks that ran, as they follow "still a hotspot with": "larger and smaller
        hexagons".
        """
        short = [name.partition(" (")[0] for name in self.ran]
        return wording.listed(short) if short else ""

    @property
    def card(self) -> dict[str, object]:
        """For the method card."""
        out: dict[str, object] = {"rule": RULE, "checked with": list(self.ran) or "nothing"}
        return out | {
            "not checked": (
                [f"{what} ({why})" for what, why in self.left_out.items()] or "nothing left out"
            )
        }


def check(
    reader: Reader,
    study: Selection,
    cells: NDArray[np.uint64],
    hot: NDArray[np.bool_],
    *,
    resolution: int,
) -> Stability:
    """Test the same incidents with hexagons a size larger and smaller, and with the period moved a
    month each way.

    Args:
        study: the selection in the areas of the test. cells: (n,) the cells of its lattice. hot:
            (n,) hot at any level.
        resolution: of the cells.
    """
    found: dict[str, NDArray[np.int8]] = {}
    left_out: dict[str, str] = {}
    if not hot.any():
        return Stability(stability(hot, ()), (), {"every check": "there is no hotspot"})
    for other, size in ((resolution - 1, "larger"), (resolution + 1, "smaller")):
        name = f"{size} hexagons ({RESOLUTION_WORDS.get(other, 'none')}, {other})"
        if not MIN_RESOLUTION <= other <= MAX_RESOLUTION:
            left_out[f"{size} hexagons"] = "there is no such size"
        elif (held := _at_resolution(reader, study, cells, hot, other)) is None:
            left_out[name] = "too few hexagons to test"
        else:
            found[name] = held
    for months, way in ((-1, "earlier"), (1, "later")):
        moved, why = _moved(reader, study, months)
        if moved is None:
            left_out[f"the period a month {way}"] = why
        else:
            period = (
                wording.period_words(moved.first, moved.last) if moved.first and moved.last else ""
            )
            still = _hot(reader, moved, resolution)
            found[f"the period a month {way} ({period})"] = np.where(still, HELD, LOST).astype(
                np.int8
            )
    return Stability(stability(hot, list(found.values())), tuple(found), left_out)


def _at_resolution(
    reader: Reader, study: Selection, cells: NDArray[np.uint64], hot: NDArray[np.bool_], other: int
) -> NDArray[np.int8] | None:
    """Whether the hot cells hold in hexagons of another size; None where there are too few of them
    to test.
    """
    ground = study_ground(reader, study.areas, other)
    if len(ground.cells) < FEWEST_CELLS:
        return None
    still = _hot(reader, study, other)
    resolution = int(grid.resolutions(cells[:1])[0])
    if other < resolution:
        return in_parent(grid.parents(cells, resolution=other), ground.cells, still)
    return in_a_child(cells, grid.parents(ground.cells, resolution=resolution), still)


def _hot(reader: Reader, study: Selection, resolution: int) -> NDArray[np.bool_]:
    """Which cells of the study's ground are hot at 90% or surer."""
    return study_ground(reader, study.areas, resolution).hot(
        reader.counts.by_cell(study, resolution=resolution),
        unit=reader.counts.unit,
        dispersion=runs(reader, study, resolution=resolution),
    )


def _moved(reader: Reader, study: Selection, months: int) -> tuple[Selection | None, str]:
    """The selection moved by so many months, or None and why the data does not allow it."""
    snapshot = reader.snapshot
    first = shift_month(study.first or snapshot.first_month, months)
    last = shift_month(study.last or snapshot.last_month, months)
    if first < snapshot.first_month or last > snapshot.last_month:
        return None, "no data of that month"
    moved = replace(study, first=first, last=last)
    return (None, "months are missing") if gaps(reader, moved) else (moved, "")
