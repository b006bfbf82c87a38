"""Firm or fragile: the test of a map run again with other hexagons and other months, on arrays
alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vrp_map import grid, wording
from vrp_map.analysis.question import Question
from vrp_map.statistics.sensitivity import HELD, LOST, firm_or_fragile, in_a_child, in_parent
from vrp_map.vocabulary import MAX_RESOLUTION, MIN_RESOLUTION, RESOLUTION_WORDS

FEWEST_CELLS = 30
RULE = (
    "firm: hot (90% or more certain) in every check that ran; a hotspot of several hexagons is firm"
    " if more of its incidents lie in firm hexagons than in fragile ones"
)


@dataclass(frozen=True)
class SensitivityCheck:
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


def check(question: Question, hot: NDArray[np.bool_]) -> SensitivityCheck:
    """Test the same incidents with hexagons a size larger and smaller, and with the period moved a
    month each way.

    Args:
        hot: (n,) whether each cell of the question's lattice is hot at any level.
    """
    found: dict[str, NDArray[np.int8]] = {}
    left_out: dict[str, str] = {}
    if not hot.any():
        return SensitivityCheck(
            firm_or_fragile(hot, ()), (), {"every check": "there is no hotspot"}
        )
    resolution = question.resolution
    for other, size in ((resolution - 1, "larger"), (resolution + 1, "smaller")):
        name = f"{size} hexagons ({RESOLUTION_WORDS.get(other, 'none')}, {other})"
        if not MIN_RESOLUTION <= other <= MAX_RESOLUTION:
            left_out[f"{size} hexagons"] = "there is no such size"
        elif (held := _at_resolution(question, hot, other)) is None:
            left_out[name] = "too few hexagons to test"
        else:
            found[name] = held
    for months, way in ((-1, "earlier"), (1, "later")):
        moved, why = _moved(question, months)
        if moved is None:
            left_out[f"the period a month {way}"] = why
        else:
            name = f"the period a month {way} ({wording.period_words(*moved.period)})"
            found[name] = np.where(_hot(moved), HELD, LOST).astype(np.int8)
    return SensitivityCheck(firm_or_fragile(hot, list(found.values())), tuple(found), left_out)


def _at_resolution(
    question: Question, hot: NDArray[np.bool_], other: int
) -> NDArray[np.int8] | None:
    """Whether the hot cells hold in hexagons of another size; None where there are too few of them
    to test.
    """
    resized, cells = replace(question, resolution=other), question.grid.cells
    if len(resized.grid.cells) < FEWEST_CELLS:
        return None
    still = _hot(resized)
    if other < question.resolution:
        return in_parent(grid.parents(cells, resolution=other), resized.grid.cells, still)
    parents = grid.parents(resized.grid.cells, resolution=question.resolution)
    return in_a_child(cells, parents, still)


def _hot(question: Question) -> NDArray[np.bool_]:
    """Which cells of the study are hot at 90% or surer."""
    unit = question.reader.counts.unit
    return question.grid.hot(question.counts_by_cell, unit=unit, dispersion=question.dispersion)


def _moved(question: Question, months: int) -> tuple[Question | None, str]:
    """The question moved by so many months, or None and why the data does not allow it."""
    moved, snapshot = question.moved(months), question.reader.snapshot
    first, last = moved.period
    if first < snapshot.first_month or last > snapshot.last_month:
        return None, "no data of that month"
    return (None, "months are missing") if moved.gaps else (moved, "")
