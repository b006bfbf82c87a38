"""Rolling through the months: rank the cells on what was known before each month, score on that
month.

Nothing of the scored month, or of one after it, is seen by a ranking: `History.before` cuts it off.
Cells of equal score share the last places (`accuracy.chosen_parts`): breaking ties by what came, or
by where a cell stands, would favour the rankings that have few of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vrp_map.errors import UserError
from vrp_map.statistics.accuracy import cells_in_share, chosen_parts, most_possible, pai
from vrp_map.statistics.gi_star import gi_star
from vrp_map.statistics.intensity_model import IntensityFit, fit_intensity

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
        areas: (n,) of the cells, km².
    """

    own: Counts
    others: Counts
    names: tuple[str, ...]
    neighbours: NDArray[np.integer]
    kernels: Mapping[str, csr_array]
    areas: Floats

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
            self.areas[kept],
        )

    def fit(self) -> IntensityFit:
        """Our model of these months."""
        return fit_intensity(
            self.own, self.neighbours, others=self.others.sum(axis=1), names=self.names
        )


@dataclass(frozen=True)
class RollingStep:
    """What was known before one month.

    Attributes:
        cells: (m,) positions on the full lattice of the cells that compete. known: the months
            before, on them.
        fitted: our model of those.
    """

    month: int
    cells: Counts
    known: History
    fitted: IntensityFit


@dataclass(frozen=True)
class Score:
    """One ranking, one share, one month.

    Attributes:
        parts: (m,) how much of each competing cell was chosen (`chosen_parts`); cells: (m,) their
            positions on the full lattice. captured: incidents in them. best: the most that as large
            an area could have held. n: incidents of the month, those outside the competing cells
            too. km2, whole_km2: the area chosen, and of all that compete.
    """

    month: int
    method: str
    share: float
    cells: Counts
    parts: Floats
    captured: float
    best: float
    pai: float
    pei: float
    n: int
    km2: float
    whole_km2: float

    @property
    def chosen(self) -> int:
        """How many cells were chosen."""
        return round(float(self.parts.sum()))


def rankings(kernels: Sequence[str] = ()) -> dict[str, Callable[[History, IntensityFit], Floats]]:
    """Name of each ranking -> the score it gives to cells, the higher the sooner."""
    simple: dict[str, Callable[[History, IntensityFit], Floats]] = {
        LAST_MONTH: lambda known, _: known.own[-1].astype(float),
        ALL_HISTORY: lambda known, _: known.own.sum(axis=0).astype(float),
    }
    spread = {name: _kernel_ranking(name) for name in kernels}
    tested: dict[str, Callable[[History, IntensityFit], Floats]] = {
        GI_STAR: lambda known, _: gi_star(known.own.sum(axis=0), known.neighbours),
        OURS: lambda known, fitted: fitted.expected,
    }
    return simple | spread | tested


def _kernel_ranking(name: str) -> Callable[[History, IntensityFit], Floats]:
    return lambda known, _: np.asarray(known.kernels[name] @ known.own.sum(axis=0).astype(float))


def roll(
    history: History, *, shares: Sequence[float], first: int = 1, growing: bool = False
) -> tuple[list[Score], dict[int, str]]:
    """Score every ranking on every month from `first`.

    Args:
        shares: of the cells, for example 0.01. first: the first month scored, by position; as many
            are known before.
        growing: rank among the cells with any incident so far only, instead of all.

    Returns:
        Scores by month, ranking and share; and the months whose history was too little for our
        model, with its note.

    Raises:
        UserError: no month is left to score, a share is not above 0 and at most 1, or `growing`
            finds no cell.
    """
    known = list(steps(history, first=first, growing=growing))
    notes = {step.month: step.fitted.note for step in known if not step.fitted.fitted}
    return score_all(history, known, shares=shares), notes


def steps(history: History, *, first: int = 1, growing: bool = False) -> Iterator[RollingStep]:
    """What was known before each month from `first`, the arguments and errors as for `roll`."""
    months, n = history.own.shape
    if not 1 <= first < months:
        few = "1 month is" if months == 1 else f"{months} months are"
        raise UserError(
            f"{few} not enough: ranking needs {first}, and scoring at least one more.",
            hint="Load more months, or ask for fewer months to rank by.",
        )
    for month in range(first, months):
        cells = _seen(history, month) if growing else np.ones(n, dtype=bool)
        known = history.before(month, cells)
        yield RollingStep(month, np.flatnonzero(cells), known, known.fit())


def score_all(
    history: History, known: Sequence[RollingStep], *, shares: Sequence[float]
) -> list[Score]:
    """Every ranking at every share, each month marked by what came."""
    found = []
    for step in known:
        sizes = [(share, cells_in_share(len(step.cells), share)) for share in shares]
        for name, score_of in rankings(tuple(history.kernels)).items():
            values = score_of(step.known, step.fitted)
            found += [
                mark(history, step, name, share, chosen_parts(values, k)) for share, k in sizes
            ]
    return found


def mark(history: History, step: RollingStep, method: str, share: float, parts: Floats) -> Score:
    """Mark one choice of cells, whole or in parts, by the month that came."""
    actual = history.own[step.month]
    inside, areas, total = actual[step.cells], step.known.areas, int(actual.sum())
    captured, km2, whole = float(parts @ inside), float(parts @ areas), float(areas.sum())
    best = float(most_possible(km2, inside, areas))
    # Only rounding of the areas could lead above 1 (`pei_star`, which would sort the cells a second
    # time).
    pei = min(captured / best, 1.0) if best else math.nan
    return Score(
        step.month,
        method,
        share,
        step.cells,
        parts,
        captured,
        best,
        float(pai(captured, total, km2, whole)),
        pei,
        total,
        km2,
        whole,
    )


def _seen(history: History, month: int) -> NDArray[np.bool_]:
    return np.asarray(
        (history.own[:month].sum(axis=0) + history.others[:, :month].sum(axis=(0, 1))) > 0
    )


@dataclass(frozen=True)
class RankingComparison:
    """One ranking against another at one share, over all months together.

    Attributes:
        gain: how much more it captured, as a share of what the rival did (0.02 = 2% more).
        low, high: 95% interval of the gain. ahead, behind: in how many months it captured more, and
            less.
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


def against(history: History, mine: Sequence[Score], rival: Sequence[Score]) -> RankingComparison:
    """Compare two rankings on the same months.

    The interval is that of a ratio of sums (W. G. Cochran, "Sampling Techniques", 1977, section
    6.4), where a bootstrap leads too: over the cells, each with all its months, as incidents of one
    cell in several months say the same thing several times; and over the months, each with all its
    cells. The wider of the two is taken: with few cells the first is too narrow, with few months
    the second.

    Raises:
        UserError: the two were not scored on the same months.
    """
    if [s.month for s in mine] != [s.month for s in rival]:
        raise UserError(
            "The two rankings were not scored on the same months.",
            hint="Take both from one back-test.",
        )
    a, b = _by_cell(history, mine), _by_cell(history, rival)
    # The same sums by month.
    c, d = (np.array([score.captured for score in scores], dtype=float) for scores in (mine, rival))
    ahead, behind = int((c > d).sum()), int((c < d).sum())
    captured = b.sum()
    if captured == 0:
        return RankingComparison(np.nan, np.nan, np.nan, ahead, behind)
    gain = float(a.sum() / captured - 1)
    by_cell, by_month = (float(((x - (1 + gain) * y) ** 2).sum()) for x, y in ((a, b), (c, d)))
    error = math.sqrt(max(by_cell, by_month)) / captured
    return RankingComparison(gain, gain - 1.96 * error, gain + 1.96 * error, ahead, behind)


def _by_cell(history: History, scores: Sequence[Score]) -> Floats:
    """Incidents captured in each cell, all months together."""
    found = np.zeros(history.own.shape[1])
    for score in scores:
        found[score.cells] += score.parts * history.own[score.month, score.cells]
    return found
