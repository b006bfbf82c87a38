"""Rolling through the months: rank the cells on what was known before each month, score on that month.

Nothing of the scored month, or of one after it, is seen by a ranking: `History.before` cuts it off.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vrp_map.errors import UserError
from vrp_map.statistics.gi_star import gi_star
from vrp_map.statistics.intensity_model import Intensity, fit_intensity
from vrp_map.statistics.prediction_accuracy import accuracy, cells_in, order_by

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

LAST_MONTH, ALL_HISTORY, GI_STAR, OURS = "last_month", "all_history", "gi_star", "ours"


@dataclass(frozen=True)
class History:
    """Counts on a lattice, month by month.

    Attributes:
        own: (months, n) incidents of the chosen categories, the oldest month first.
        others: (k, months, n) incidents of other categories. names: (k,) what to call them.
        neighbours: (n, 6), n = none (`grid.neighbour_index`).
        kernels: name of a ranking -> (n, n) weights of the kernel density (`kernel_weights`).
    """

    own: Counts
    others: Counts
    names: tuple[str, ...]
    neighbours: NDArray[np.integer]
    kernels: Mapping[str, csr_array]

    def before(self, month: int, cells: NDArray[np.bool_]) -> History:
        """The months before one, on some of the cells."""
        if cells.all():
            return replace(self, own=self.own[:month], others=self.others[:, :month])
        kept = np.flatnonzero(cells)
        place = np.full(len(cells) + 1, len(kept))
        place[kept] = np.arange(len(kept))
        return History(
            self.own[:month, kept],
            self.others[:, :month][:, :, kept],
            self.names,
            np.sort(place[self.neighbours[kept]], axis=1),
            {name: weights[kept][:, kept] for name, weights in self.kernels.items()},
        )

    def fit(self) -> Intensity:
        """Our model of these months."""
        return fit_intensity(self.own, self.neighbours, others=self.others.sum(axis=1), names=self.names)


@dataclass(frozen=True)
class Score:
    """One ranking, one share, one month.

    Attributes:
        chosen: positions of the cells on the full lattice. captured: incidents in them. best: the most that as many
            cells could have held. n: incidents of the month, those outside all known cells too. cells: known cells.
    """

    month: int
    method: str
    share: float
    chosen: Counts
    captured: int
    best: int
    pai: float
    pei: float
    n: int
    cells: int


def rankings(kernels: Sequence[str] = ()) -> dict[str, Callable[[History, Intensity], Floats]]:
    """Name of each ranking -> the score it gives to cells, the higher the sooner."""
    simple: dict[str, Callable[[History, Intensity], Floats]] = {
        LAST_MONTH: lambda known, _: known.own[-1].astype(float),
        ALL_HISTORY: lambda known, _: known.own.sum(axis=0).astype(float),
    }
    spread = {name: _kernel_ranking(name) for name in kernels}
    tested: dict[str, Callable[[History, Intensity], Floats]] = {
        GI_STAR: lambda known, _: gi_star(known.own.sum(axis=0), known.neighbours),
        OURS: lambda known, fitted: fitted.expected,
    }
    return simple | spread | tested


def _kernel_ranking(name: str) -> Callable[[History, Intensity], Floats]:
    return lambda known, _: np.asarray(known.kernels[name] @ known.own.sum(axis=0).astype(float))


def roll(
    history: History, *, shares: Sequence[float], first: int = 1, growing: bool = False
) -> tuple[list[Score], dict[int, str]]:
    """Score every ranking on every month from `first`.

    Args:
        shares: of the cells, for example 0.01. first: the first month scored, by position; as many are known before.
        growing: rank among the cells with any incident so far only, instead of all.

    Returns:
        Scores by month, ranking and share; and the months whose history was too little for our model, with its note.

    Raises:
        UserError: no month is left to score, a share is not above 0 and at most 1, or `growing` finds no cell.
    """
    months, n = history.own.shape
    if not 1 <= first < months:
        raise UserError(
            f"{months} months are too few: {first} to learn from leave none to score.",
            hint="Load more months, or ask for fewer to learn from.",
        )
    scores: list[Score] = []
    notes: dict[int, str] = {}
    for month in range(first, months):
        cells = _seen(history, month) if growing else np.ones(n, dtype=bool)
        known = history.before(month, cells)
        fitted = known.fit()
        if not fitted.fitted:
            notes[month] = fitted.note
        actual = history.own[month]
        for name, score_of in rankings(tuple(history.kernels)).items():
            order = order_by(score_of(known, fitted))
            scores += _scored(name, order, month, np.flatnonzero(cells), actual, shares)
    return scores, notes


def _seen(history: History, month: int) -> NDArray[np.bool_]:
    return np.asarray((history.own[:month].sum(axis=0) + history.others[:, :month].sum(axis=(0, 1))) > 0)


def _scored(
    method: str, order: Counts, month: int, cells: Counts, actual: Counts, shares: Sequence[float]
) -> list[Score]:
    total, inside = int(actual.sum()), actual[cells]
    found = accuracy(inside, order, elsewhere=total - int(inside.sum()))
    scores = []
    for share in shares:
        k = cells_in(share, len(cells))
        scores.append(
            Score(
                month, method, share, cells[order[:k]], int(found.captured[k - 1]), int(found.best[k - 1]),
                float(found.pai[k - 1]), float(found.pei[k - 1]), total, len(cells),
            )
        )  # fmt: skip
    return scores


@dataclass(frozen=True)
class Against:
    """One ranking against another at one share, over all months together.

    Attributes:
        gain: how much more it captured, as a share of what the rival did (0.02 = 2% more).
        low, high: 95% interval of the gain. ahead, behind: in how many months it captured more, and less.
    """

    gain: float
    low: float
    high: float
    ahead: int
    behind: int

    @property
    def verdict(self) -> str:
        """ "more", "less", or "level": the difference could be noise."""
        if np.isnan(self.low) or self.low <= 0 <= self.high:
            return "level"
        return "more" if self.gain > 0 else "less"


def against(history: History, mine: Sequence[Score], rival: Sequence[Score]) -> Against:
    """Compare two rankings on the same months.

    The interval is that of a ratio of sums (W. G. Cochran, "Sampling Techniques", 1977, section 6.4), where a bootstrap
    leads too: over the cells, each with all its months, as incidents of one cell in several months say the same thing
    several times; and over the months, each with all its cells. The wider of the two is taken: with few cells the
    first is too narrow, with few months the second.

    Raises:
        UserError: the two were not scored on the same months.
    """
    if [s.month for s in mine] != [s.month for s in rival]:
        raise UserError("The two rankings were not scored on the same months.", hint="Take both from one back-test.")
    a, b = _by_cell(history, mine), _by_cell(history, rival)
    # The same sums by month.
    c, d = (np.array([score.captured for score in scores], dtype=float) for scores in (mine, rival))
    ahead, behind = int((c > d).sum()), int((c < d).sum())
    captured = b.sum()
    if captured == 0:
        return Against(np.nan, np.nan, np.nan, ahead, behind)
    gain = float(a.sum() / captured - 1)
    by_cell, by_month = (float(((x - (1 + gain) * y) ** 2).sum()) for x, y in ((a, b), (c, d)))
    error = math.sqrt(max(by_cell, by_month)) / captured
    return Against(gain, gain - 1.96 * error, gain + 1.96 * error, ahead, behind)


def _by_cell(history: History, scores: Sequence[Score]) -> Floats:
    """Incidents captured in each cell, all months together."""
    found = np.zeros(history.own.shape[1])
    for score in scores:
        found[score.chosen] += history.own[score.month, score.chosen]
    return found
