"""Comparison cells for a pilot: hexagons with the same past, away from every pilot and ring.

They are chosen by the first two thirds of the months; the last third, which took no part, shows
whether the two move in parallel. Exact numbers throughout: for analysts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from vrp_map import grid, wording
from vrp_map.analysis.question import Question
from vrp_map.analysis.study.deliveries import whole_months
from vrp_map.analysis.study.lattice import month_counts
from vrp_map.errors import UserError
from vrp_map.statistics.matching import balance, likeness, matched, parallel_check
from vrp_map.statistics.wdd import RateRatio

_FEWEST_MONTHS = 6
# Two places move alike where no larger ratio of their changes fits than these.
_ALIKE = (0.8, 1.25)
Features = dict[str, NDArray[np.float64]]
# What matching should know of a place beside its incidents.
_SHOULD_KNOW = ("deprivation", "residents")


@dataclass(frozen=True)
class StudyPast:
    """The months of a study before anything is done.

    Attributes:
        cells: uint64 (n,), sorted. neighbours: (n, 6), n = none. residents: (n,).
        months: (m,) without a gap, oldest first. counts: (n, m).
    """

    cells: NDArray[np.uint64]
    neighbours: NDArray[np.int32]
    residents: NDArray[np.float64]
    months: list[date]
    counts: NDArray[np.int64]

    def positions(self, cells: ArrayLike) -> NDArray[np.intp]:
        """Where cells stand; those outside the study are left out."""
        wanted = np.unique(np.asarray(cells, dtype=np.uint64))
        return np.flatnonzero(np.isin(self.cells, wanted))

    def near(self, cells: ArrayLike) -> NDArray[np.bool_]:
        """(n,) which cells are among these or touch one of them."""
        wanted = np.asarray(cells, dtype=np.uint64)
        return np.isin(self.cells, grid.with_neighbours(wanted) if len(wanted) else wanted)


@dataclass(frozen=True)
class ComparisonMatch:
    """How like a pilot's place its comparison is.

    Attributes:
        balance: of each feature the means of pilot, comparison and elsewhere, and how far apart
            they are in standard deviations (`statistics.matching.balance`).
        months: month, pilot, comparison, is_check: the parallel-trend picture; the comparison is
            scaled to the pilot's level of the months that chose it.
        check: how the two moved in the months that took no part in the choice; 1 = in parallel.
        missing: what could not be matched on, because it is not loaded.
        sentence: the match in plain words.
    """

    balance: pd.DataFrame
    months: pd.DataFrame
    check: RateRatio
    missing: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class ComparisonChoice:
    """Comparison cells, and how like the pilot's they are.

    Attributes:
        cells, ring: to compare the pilot's place and its ring with (uint64).
    """

    cells: NDArray[np.uint64]
    ring: NDArray[np.uint64]
    match: ComparisonMatch


def study_past(question: Question) -> StudyPast:
    """The months of a question's period that no supplier lacks, cell by cell.

    Raises:
        UserError: whoever asks sees a sample, or the months are too few.
    """
    question.refuse_all_but_analysts(
        "what a pilot is compared with", "a sample would match hexagons by chance"
    )
    months = whole_months(question.reader, question.study, most=question.study.months)
    if len(months) < _FEWEST_MONTHS:
        raise UserError(
            f"The period has {len(months)} months without a gap, and matching needs"
            f" {_FEWEST_MONTHS}.",
            hint="Choose a longer period before the start.",
        )
    lattice = question.lattice
    counts = month_counts(
        question.reader,
        question.study,
        lattice.cells,
        resolution=question.resolution,
        months=months,
    )
    return StudyPast(lattice.cells, lattice.neighbours, lattice.residents, months, counts)


def comparison_cells(  # noqa: PLR0913 - the pilot, and what it is matched on
    question: Question,
    area: ArrayLike,
    *,
    ring: ArrayLike = (),
    away_from: ArrayLike = (),
    each: int = 1,
    more: Mapping[str, ArrayLike] | None = None,
) -> ComparisonChoice:
    """Comparison cells for a pilot's area, and for its ring.

    Args:
        question: its period is the months before the start; its areas are where to look.
        area, ring: the pilot's cells (uint64), of the question's resolution.
        away_from: cells of every other pilot and ring; they and those that touch them are left out.
        each: comparison cells for each cell of the pilot.
        more: what else to match on, by name: a number of 0 or more for each cell of the study.

    Raises:
        UserError: no cell of the area lies in the study, or too few others are left.
    """
    past = study_past(question)
    treated, around = _inside(past, area), past.positions(ring)
    taken = past.near(np.concatenate([np.asarray(c, np.uint64) for c in (area, ring, away_from)]))
    candidates = np.flatnonzero(~taken)
    features = _features(past, more)
    chosen = matched(features, np.concatenate([treated, around]), candidates, each=each)
    main = chosen[: each * len(treated)]
    match = _match(past, features, (treated, main, candidates), are_held_out=True)
    words = f"{len(main):,} hexagons to compare with, the most alike in"
    said = f"{words} {wording.listed(list(features))}. {match.sentence}"
    return ComparisonChoice(
        cells=np.sort(past.cells[main]),
        ring=np.sort(past.cells[chosen[len(main) :]]),
        match=replace(match, sentence=said),
    )


def comparison_match(
    question: Question,
    area: ArrayLike,
    comparison: ArrayLike,
    *,
    more: Mapping[str, ArrayLike] | None = None,
) -> ComparisonMatch:
    """How like a pilot's area a comparison is that somebody chose, in the same months and features.

    Args:
        question, area, more: as `comparison_cells` takes them. comparison: cells (uint64).

    Raises:
        UserError: the area or the comparison has no cell in the study.
    """
    past = study_past(question)
    treated, chosen = _inside(past, area), _inside(past, comparison)
    elsewhere = np.setdiff1d(np.arange(len(past.cells)), treated)
    places = (treated, chosen, elsewhere)
    # Nobody knows by which months somebody chose.
    return _match(past, _features(past, more), places, are_held_out=False)


def _inside(past: StudyPast, cells: ArrayLike) -> NDArray[np.intp]:
    found = past.positions(cells)
    if not len(found):
        raise UserError(
            "No hexagon of the pilot lies in the area to compare within.",
            hint="Choose the local authority that the pilot lies in.",
        )
    return found


def _choosing(past: StudyPast) -> int:
    """How many months choose; the others check."""
    return len(past.months) * 2 // 3


def _features(past: StudyPast, more: Mapping[str, ArrayLike] | None) -> Features:
    given = dict(more or {})
    if past.residents.any():
        given["residents"] = past.residents
    return likeness(past.counts[:, : _choosing(past)], past.neighbours, **given)


def _match(
    past: StudyPast,
    features: Features,
    places: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]],
    *,
    are_held_out: bool,
) -> ComparisonMatch:
    """Of the positions of a pilot, its comparison, and all that it could have been."""
    treated, chosen, candidates = places
    months, check = _in_parallel(past, treated, chosen)
    missing = tuple(name for name in _SHOULD_KNOW if name not in features)
    table = balance(features, treated, chosen, candidates)
    said = _sentence(months, check, missing, are_held_out=are_held_out)
    return ComparisonMatch(
        balance=table, months=months, check=check, missing=missing, sentence=said
    )


def _in_parallel(
    past: StudyPast, treated: NDArray[np.intp], chosen: NDArray[np.intp]
) -> tuple[pd.DataFrame, RateRatio]:
    choosing = _choosing(past)
    both = np.stack([past.counts[part].sum(axis=0) for part in (treated, chosen)])
    before = both[:, :choosing].sum(axis=1)
    check = parallel_check(both[0], both[1], choosing=choosing)
    level = before[0] / before[1] if before[1] else float("nan")
    months = pd.DataFrame(
        {
            "month": past.months,
            "pilot": both[0],
            "comparison": both[1] * level,
            "is_check": np.arange(len(past.months)) >= choosing,
        }
    )
    return months, check


def _sentence(
    months: pd.DataFrame, check: RateRatio, missing: tuple[str, ...], *, are_held_out: bool
) -> str:
    held = months[months["is_check"]]
    if np.isnan(check.irr):
        seen = "There are too few incidents to see whether the two move in parallel."
    else:
        which = ", which took no part in the choice," if are_held_out else " before the start"
        seen = (
            f"In the last {len(held)} months{which} the two {_moved(check)}"
            f" (ratio {check.irr:.2f}, 95% interval {check.low:.2f} to {check.high:.2f})."
        )
        if is_apart(check):
            seen += " Do not judge the pilot against them: look in another area."
    if not missing:
        return seen
    return f"{seen} {wording.listed(missing).capitalize()} took no part: not loaded."


def is_apart(check: RateRatio) -> bool:
    """Whether the two moved apart by more than chance makes."""
    return check.low > 1 or check.high < 1


def is_alike(check: RateRatio) -> bool:
    """Whether only small differences fit: an interval that merely holds 1 may hold a doubling."""
    return check.low >= _ALIKE[0] and check.high <= _ALIKE[1]


def _moved(check: RateRatio) -> str:
    if is_apart(check):
        return "moved apart"
    if is_alike(check):
        return "moved alike"
    return "may have moved alike or not: there are too few incidents to tell"
