"""The record of a hotspot map: what it would have shown before each month, marked by the month that
came.

The hotspots are those of the test on the months before (Gi* with Benjamini-Hochberg, two-sided, q
at most 0.05), as the map shows them. Beside them stand rankings that choose as many cells, so that
all are asked for the same effort.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError
from vrp_map.statistics.accuracy import chosen_parts
from vrp_map.statistics.fdr import passes
from vrp_map.statistics.gi_star import gi_star_test
from vrp_map.statistics.rolling import (
    ALL_HISTORY,
    OURS,
    History,
    RollingStep,
    Score,
    mark,
    rankings,
)

HOTSPOTS = "hotspots"
RIVALS = (ALL_HISTORY, OURS)
SUREST = 0.05


@dataclass(frozen=True)
class MonthMap:
    """The map before one month.

    Attributes:
        month: its position. hot: (n,) the cells shown. again: how many of them are hot in the new
            month taken alone.
        before, all_before: incidents in them, and everywhere, in the months the map was drawn from.
        scores: `HOTSPOTS` and each of `RIVALS` with as many cells, marked by the new month.
    """

    month: int
    hot: NDArray[np.bool_]
    again: int
    before: int
    all_before: int
    scores: Mapping[str, Score]


def hot_cells(
    counts: ArrayLike, neighbours: NDArray[np.integer], *, k: int = 1
) -> NDArray[np.bool_]:
    """Which cells a map of these counts shows as hot at 95% or surer.

    Args:
        counts: (n,) incidents. neighbours: (n, 6), n = none. k: how many incidents each one shown
            stands for.
    """
    tested = gi_star_test(counts, neighbours, unit=float(k))
    return np.asarray((tested.z > 0) & passes(tested.p, SUREST))


def record(
    history: History, steps: Sequence[RollingStep], *, window: int, k: int = 1
) -> list[MonthMap]:
    """Mark the map before each month of the steps.

    Args:
        history: on a lattice that does not grow. window: from how many months a map is drawn; fewer
            where fewer are known. k: of `hot_cells`.

    Raises:
        UserError: the window is no month, or not all cells compete.
    """
    if window < 1:
        raise UserError("A map needs at least one month.", hint="Give a window of 1 or more.")
    simple, found = rankings(), []
    for step in steps:
        if len(step.cells) != history.own.shape[1]:
            raise UserError("The map is tested on all cells.", hint="Use the lattice of the area.")
        drawn_from = step.known.own[-window:].sum(axis=0)
        hot = hot_cells(drawn_from, history.neighbours, k=k)
        alone = hot_cells(history.own[step.month], history.neighbours, k=k)
        scores = {HOTSPOTS: mark(history, step, HOTSPOTS, float(hot.mean()), hot.astype(float))}
        for name in RIVALS:
            parts = chosen_parts(simple[name](step.known, step.fitted), int(hot.sum()))
            scores[name] = mark(history, step, name, float(hot.mean()), parts)
        found.append(
            MonthMap(
                step.month,
                hot,
                int((hot & alone).sum()),
                int(drawn_from[hot].sum()),
                int(drawn_from.sum()),
                scores,
            )
        )
    return found
