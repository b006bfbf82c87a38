"""Emerging hot spots: is a hotspot new, stubborn, on and off, or gone?

Source: Esri, "How Emerging Hot Spot Analysis works" (ArcGIS Pro 3): Gi* over space and time (J. K.
Ord and A. Getis, Geographical Analysis 27, 1995), false discovery rate over all cells and steps
(Benjamini and Hochberg 1995), Mann-Kendall on each cell's z. One rule is ours: a persistent hot
spot is hot in the last step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError
from vrp_map.statistics.dispersion import shared_dispersion
from vrp_map.statistics.fdr import passes
from vrp_map.statistics.gi_star import Scores, chance, check_neighbours, summed_around, two_sided_p
from vrp_map.statistics.mann_kendall import mann_kendall
from vrp_map.statistics.split import split_p

Floats = NDArray[np.float64]

# Older rules (Esri 2.x) called one hot last step consecutive, and sporadic what was not hot at the
# end.
RULES_VERSION = "esri-3 with persistent hot at the end, 1"
SIGNIFICANT = 0.05


class EmergingClass(StrEnum):
    """What became of a cell over the steps. The last step is the most recent one."""

    NEW_HOT = "new hot spot"
    CONSECUTIVE_HOT = "consecutive hot spot"
    INTENSIFYING_HOT = "intensifying hot spot"
    DIMINISHING_HOT = "diminishing hot spot"
    PERSISTENT_HOT = "persistent hot spot"
    HISTORICAL_HOT = "historical hot spot"
    SPORADIC_HOT = "sporadic hot spot"
    OSCILLATING_HOT = "oscillating hot spot"
    NONE = "no pattern"
    OSCILLATING_COLD = "oscillating cold spot"
    SPORADIC_COLD = "sporadic cold spot"
    HISTORICAL_COLD = "historical cold spot"
    PERSISTENT_COLD = "persistent cold spot"
    DIMINISHING_COLD = "diminishing cold spot"
    INTENSIFYING_COLD = "intensifying cold spot"
    CONSECUTIVE_COLD = "consecutive cold spot"
    NEW_COLD = "new cold spot"


_HOT = (
    EmergingClass.NEW_HOT,
    EmergingClass.CONSECUTIVE_HOT,
    EmergingClass.INTENSIFYING_HOT,
    EmergingClass.DIMINISHING_HOT,
    EmergingClass.PERSISTENT_HOT,
    EmergingClass.HISTORICAL_HOT,
    EmergingClass.SPORADIC_HOT,
    EmergingClass.OSCILLATING_HOT,
)
_COLD = tuple(EmergingClass(name.replace(" hot ", " cold ")) for name in _HOT)

# How much busier than usual a whole area may be by season, as far as `beats_its_past` allows for
# it.
_MOST_SEASON = 1.5
# Classes that say that something began.
BEGUN = (EmergingClass.NEW_HOT.value, EmergingClass.CONSECUTIVE_HOT.value)


@dataclass(frozen=True)
class EmergingHotspots:
    """What `emerging` found for n cells over T steps.

    Args:
        classes: (n,) `EmergingClass` values as plain text.
        steps: (n, T) 1 hot, -1 cold, 0 not different from chance.
        z: (n, T) space-time Gi*.
        trend_z, trend_p: (n,) Mann-Kendall of the rows of z; p two-sided.
        rules_version: the set of rules that gave the classes.
    """

    classes: NDArray[np.object_]
    steps: NDArray[np.int8]
    z: Floats
    trend_z: Floats
    trend_p: Floats
    rules_version: str = RULES_VERSION


def space_time_gi_star(
    counts: ArrayLike, neighbours: NDArray[np.integer], *, previous_steps: int = 1
) -> Floats:
    """Gi* of every cell in every step, against the mean of all cells and steps.

    A cell's neighbourhood is itself and its neighbours in the same step and in the steps before it.
    The first steps have fewer steps before them, and their scores allow for that.

    Args:
        counts: (n, T) counts, one row for each cell, one column for each step, oldest first; zeros
            included.
        neighbours: (n, k) integers, n where there is none (`grid.neighbour_index`).
        previous_steps: how many steps before count as neighbours.

    Returns:
        (n, T) z; 0 where the test can tell nothing (`gi_star`).

    Raises:
        UserError: counts that are no table, negative or missing; neighbours that do not fit;
            negative previous steps.
    """
    values, index = _checked(counts, neighbours, previous_steps)
    n, steps = values.shape
    bins = values.size
    if bins < 2 or values.min() == values.max():
        return np.zeros((n, steps))
    # Whole numbers stay whole under a power of two, so equal sums give equal z: rounding must not
    # make a trend of them.
    values = (values - values.min()) * np.ldexp(1.0, -int(np.frexp(values.max())[1]))
    around = space_time_sums(values, index, previous_steps=previous_steps)
    weights = _weights(index, steps, previous_steps)
    deviation = around - values.mean() * weights
    below = values.std() * np.sqrt((bins - weights) * weights / (bins - 1))
    return np.asarray(np.divide(deviation, below, out=np.zeros((n, steps)), where=below > 0))


def space_time_test(
    counts: ArrayLike,
    neighbours: NDArray[np.integer],
    *,
    previous_steps: int = 1,
    unit: float = 1.0,
    dispersion: float = 1.0,
) -> Scores:
    """Which cells stand out in which step: `space_time_gi_star` with a p that holds in sparse data
    too.

    Args:
        counts, neighbours, previous_steps: as for `space_time_gi_star`.
        unit, dispersion: as for `gi_star.chance`.

    Raises:
        UserError: as for `space_time_gi_star` and `chance`.
    """
    z = space_time_gi_star(counts, neighbours, previous_steps=previous_steps)
    values, index = np.asarray(counts, dtype=float), np.asarray(neighbours)
    sums = space_time_sums(values, index, previous_steps=previous_steps)
    expected = (
        values.mean() * _weights(index, values.shape[1], previous_steps) if values.size else sums
    )
    return Scores(z, chance(z, sums, expected, unit=unit, dispersion=dispersion))


def _weights(index: NDArray[np.integer], steps: int, previous_steps: int) -> Floats:
    """How many cells and steps each neighbourhood has: (n, T)."""
    cells = 1.0 + np.count_nonzero(index < len(index), axis=1)
    return np.asarray(cells[:, None] * np.minimum(np.arange(steps) + 1, previous_steps + 1))


def space_time_sums(
    values: NDArray[Any], neighbours: NDArray[np.integer], *, previous_steps: int = 1
) -> NDArray[Any]:
    """The sum over each cell and its neighbours, in each step and those before it: (n, T)."""
    total = summed_around(values, neighbours)
    around = total.copy()
    for lag in range(1, min(previous_steps, values.shape[1] - 1) + 1):
        around[:, lag:] += total[:, :-lag]
    return around


def emerging_class(steps: ArrayLike, trend_z: ArrayLike, trend_p: ArrayLike) -> NDArray[np.object_]:
    """The class of every cell, by the first of these rules that fits (for hot spots; cold spots are
    their mirror).

    new: hot in the last step, never before. consecutive: one run of 2 or more hot steps up to the
    last, never hot before it, hot in less than 90% of all. Hot in 90% or more, and in the last
    step: intensifying if z rises significantly, diminishing if it falls, persistent otherwise.
    historical: hot in 90% or more, not in the last.
    sporadic: hot in the last step, in less than 90%, on and off, never cold. oscillating: the same,
    but cold in some step before.

    Args:
        steps: (n, T) 1 hot, -1 cold, 0 neither, oldest first.
        trend_z, trend_p: (n,) Mann-Kendall of each cell's z, p two-sided; significant at 0.05.

    Returns:
        (n,) object array of `EmergingClass` values as plain text.

    Raises:
        UserError: other values than -1, 0, 1, or arrays that do not fit each other.
    """
    marks, way, p = (
        np.asarray(steps),
        np.asarray(trend_z, dtype=float),
        np.asarray(trend_p, dtype=float),
    )
    if marks.ndim != 2 or not np.isin(marks, (-1, 0, 1)).all():
        raise UserError(
            "Every step must be hot (1), cold (-1) or neither (0).",
            hint="Give one row for each cell.",
        )
    if not len(marks) == len(way) == len(p):
        raise UserError("Steps and trends differ in number.", hint="Give one trend for every cell.")
    classes = np.full(len(marks), EmergingClass.NONE.value, dtype=object)
    if not marks.shape[1]:
        return classes
    significant = p <= SIGNIFICANT
    hot = _rules(marks, significant & (way > 0), significant & (way < 0))
    cold = _rules(-marks, significant & (way < 0), significant & (way > 0))
    # From the last rule to the first, so that the first one that fits stands.
    for place in reversed(range(len(_HOT))):
        classes[hot[place]] = _HOT[place].value
        classes[cold[place]] = _COLD[place].value
    return classes


def beats_its_past(counts: ArrayLike, run: ArrayLike) -> NDArray[np.bool_]:
    """Whether each place has more in its last steps than its own past and the area's season
    explain.

    Level: where no place changes, at most 5% of maps have any place that does (Benjamini-Hochberg,
    0.05, over all the places that have enough incidents to show anything).

    Args:
        counts: (n, T) of each place (a hexagon with its neighbours), oldest first.
        run: (n,) how many steps at the end are the new ones, 1 to T - 1 (T = there is no past:
            false).
    """
    values, last = np.asarray(counts, dtype=float), np.asarray(run, dtype=np.intp)
    by_step = values.sum(axis=0)
    beats = np.zeros(len(values), dtype=bool)
    p, enough = np.ones(len(values)), np.zeros(len(values), dtype=bool)
    rises = np.zeros(len(values), dtype=bool)
    for length in np.unique(last[last < values.shape[1]]).tolist():
        late, early = values[:, -length:].sum(axis=1), values[:, :-length].sum(axis=1)
        if not by_step.sum():
            continue
        # A season counts, but one place must not be its own area's season.
        even = length / values.shape[1]
        share = max(
            even, min(by_step[-length:].sum() / by_step.sum(), _MOST_SEASON * even, (1 + even) / 2)
        )
        spread = shared_dispersion(values, late, early, length=length, next_to=True)
        here, total = last == length, late + early
        (p[here], enough_p) = (
            split_p(
                some,
                rest,
                dispersion=spread.dispersion[here],
                freedom=spread.freedom[here],
                share=share,
            )
            for some, rest in ((late[here], early[here]), (total[here], np.zeros(here.sum())))
        )
        enough[here] = enough_p <= SIGNIFICANT
        rises[here] = (late > total * share)[here]
    beats[enough] = passes(p[enough], SIGNIFICANT)
    return beats & rises


def emerging(
    counts: ArrayLike, neighbours: NDArray[np.integer], *, previous_steps: int = 1
) -> EmergingHotspots:
    """Space-time Gi*, its hot and cold steps, the trend of every cell and the class.

    A step is hot or cold at a false discovery rate of 0.05 (Benjamini-Hochberg) over all cells and
    steps, two-sided.

    Args:
        counts, neighbours, previous_steps: as for `space_time_gi_star`. Esri asks for 10 steps or
            more; with fewer, one step more or less is over 10% of all, and 3 steps can never show a
            significant trend.

    Raises:
        UserError: as for `space_time_gi_star`.
    """
    z = space_time_gi_star(counts, neighbours, previous_steps=previous_steps)
    flagged = passes(two_sided_p(z), SIGNIFICANT)
    steps = np.where(flagged, np.sign(z), 0).astype(np.int8)
    trend = mann_kendall(z)
    return EmergingHotspots(emerging_class(steps, trend.z, trend.p), steps, z, trend.z, trend.p)


def _rules(
    marks: NDArray[np.integer], rising: NDArray[np.bool_], falling: NDArray[np.bool_]
) -> list[NDArray[np.bool_]]:
    """For each rule, in order, which rows fit it, given that no earlier rule does; +1 is the kind
    looked for.
    """
    steps = marks.shape[1]
    hot = marks == 1
    number, last = hot.sum(axis=1), hot[:, -1]
    run = np.cumprod(hot[:, ::-1], axis=1).sum(axis=1)
    mostly = 10 * number >= 9 * steps
    now, on_off = mostly & last, ~mostly & last
    was_cold = (marks == -1).any(axis=1)
    return [
        last & (number == 1),
        on_off & (run >= 2) & (run == number),
        now & rising,
        now & falling,
        now,
        mostly & ~last,
        on_off & ~was_cold,
        on_off,
    ]


def _checked(
    counts: ArrayLike, neighbours: NDArray[np.integer], previous_steps: int
) -> tuple[Floats, NDArray[np.integer]]:
    values, index = np.asarray(counts, dtype=float), np.asarray(neighbours)
    if values.ndim != 2:
        raise UserError(
            "Space-time Gi* needs a count for each cell and step.",
            hint="Give one row for each cell.",
        )
    if not np.isfinite(values).all() or (values < 0).any():
        raise UserError(
            "Space-time Gi* needs counts of 0 or more.", hint="An empty cell is 0 in every step."
        )
    if previous_steps < 0:
        raise UserError(
            "The number of previous steps is negative.",
            hint="0 looks at each step alone, 1 is usual.",
        )
    check_neighbours(index, len(values))
    return values, index
