"""How much of the violence is in how few places.

Sources: D. Weisburd, "The law of crime concentration and the criminology of place", Criminology 53 (2015), for the
share of places that holds half; W. Bernasco and W. Steenbeek, "More places than crimes", Journal of Quantitative
Criminology 33 (2017), for the Gini coefficient that allows fewer incidents than places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]

# Counts of resamples held at once, 8 bytes each.
_BLOCK = 4_000_000


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; all NaN where there are no incidents."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Concentration:
    """The figures of one count of incidents over cells.

    Attributes:
        incidents, cells: how many there are; cells without incidents count.
        gini: the generalised Gini coefficient: 0 as even as so many incidents can be, 1 all in one of many cells.
        holding: share of incidents -> the share of cells that holds it.
        top: share of cells -> the share of incidents in it.
        confidence, resamples, seed: of the intervals.
    """

    incidents: int
    cells: int
    gini: Estimate
    holding: dict[float, Estimate]
    top: dict[float, Estimate]
    confidence: float
    resamples: int
    seed: int


def curve(counts: ArrayLike) -> tuple[Floats, Floats]:
    """The concentration curve, the busiest cell first.

    Returns:
        (n + 1,) cumulative shares of cells and (n + 1,) of incidents, both from 0 to 1; after the first
        all NaN if there are no incidents.

    Raises:
        UserError: a count is negative, missing or not whole.
    """
    falling = _falling(_checked(counts))
    cells = np.linspace(0.0, 1.0, len(falling) + 1)
    return cells, _cumulative(falling)


def share_in_top(counts: ArrayLike, share: float) -> float:
    """The share of incidents in the busiest `share` of cells; a part of a cell holds that part of its incidents."""
    falling = _falling(_checked(counts))
    return float(_share_in_top(falling[None, :], len(falling), share)[0])


def cells_holding(counts: ArrayLike, share: float) -> float:
    """The smallest share of cells, whole cells only, that holds at least `share` of the incidents."""
    falling = _falling(_checked(counts))
    return float(_cells_holding(falling[None, :], len(falling), share)[0])


def gini(counts: ArrayLike) -> float:
    """The Gini coefficient of the counts, 0 to 1 - 1/n; NaN without incidents."""
    falling = _falling(_checked(counts))
    return float(_gini(falling[None, :], len(falling))[0])


def generalised_gini(counts: ArrayLike) -> float:
    """Bernasco and Steenbeek's Gini coefficient: max(cells / incidents, 1) (G - 1) + 1.

    Fewer incidents than cells cannot be spread evenly: it is measured from as even as they can be, one in a cell.
    With as many incidents as cells, or more, it is the plain one. NaN without incidents.
    """
    falling = _falling(_checked(counts))
    return float(_generalised_gini(falling[None, :], len(falling))[0])


def concentration(
    counts: ArrayLike,
    *,
    holding: Sequence[float] = (0.5, 0.25),
    top: Sequence[float] = (0.01, 0.02, 0.05),
    confidence: float = 0.95,
    resamples: int = 999,
    seed: int = 0,
) -> Concentration:
    """All figures with bootstrap intervals: incidents are drawn again from the cells in proportion to their counts.

    Drawing again makes sparse counts more concentrated than they were, so the quantiles of the resamples are moved by
    their mean's distance from the figure: the interval shows the spread and keeps the figure inside.

    Args:
        counts: (n,) whole numbers of incidents, cells without any included.
        holding: shares of the incidents to find in how many cells. top: shares of the cells.
        resamples: bootstrap samples. seed: the same seed gives the same intervals.

    Raises:
        UserError: a count is negative, missing or not whole; a share is not above 0 and at most 1.
    """
    values = _checked(counts)
    for share in (*holding, *top):
        _check_share(share)
    if resamples < 1 or not 0 < confidence < 1:
        raise UserError(
            "The interval needs a resample and a confidence between 0 and 1.", hint="999 and 0.95 are usual."
        )
    cells = len(values)
    figures: list[Callable[[Floats], Floats]] = [partial(_generalised_gini, cells=cells)]
    figures += [partial(_cells_holding, cells=cells, share=share) for share in holding]
    figures += [partial(_share_in_top, cells=cells, share=share) for share in top]
    found = _estimates(values, figures, confidence, resamples, seed)
    return Concentration(
        int(values.sum()), cells, found[0],
        dict(zip(holding, found[1:], strict=False)), dict(zip(top, found[1 + len(holding) :], strict=True)),
        confidence, resamples, seed,
    )  # fmt: skip


def _estimates(
    values: Floats, figures: list[Callable[[Floats], Floats]], confidence: float, resamples: int, seed: int
) -> list[Estimate]:
    # Cells without incidents stay without in every resample: they only count.
    busy = _falling(values[values > 0])
    if not busy.size:
        return [Estimate(np.nan, np.nan, np.nan)] * len(figures)
    value = [float(figure(busy[None, :])[0]) for figure in figures]
    random, chance = np.random.default_rng(seed), busy / busy.sum()
    drawn: list[list[Floats]] = [[] for _ in figures]
    block = max(1, _BLOCK // busy.size)
    for start in range(0, resamples, block):
        sample = random.multinomial(int(busy.sum()), chance, size=min(block, resamples - start)).astype(float)
        sample = -np.sort(-sample, axis=1)
        for parts, figure in zip(drawn, figures, strict=True):
            parts.append(figure(sample))
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    estimates = []
    for middle, parts in zip(value, drawn, strict=True):
        spread = np.concatenate(parts)
        # The mean of skewed resamples can lie beyond a quantile when there are very few incidents.
        low, high = np.clip(middle + np.quantile(spread, tails) - spread.mean(), 0.0, 1.0)
        estimates.append(Estimate(middle, min(float(low), middle), max(float(high), middle)))
    return estimates


# Below, every row is one count of incidents, falling; cells without any may be left out, `cells` says how many
# there are.


def _cumulative(rows: Floats) -> Floats:
    total = rows.sum(axis=-1, keepdims=True)
    share = np.divide(np.cumsum(rows, axis=-1), total, out=np.full(rows.shape, np.nan), where=total > 0)
    return np.concatenate([np.zeros((*rows.shape[:-1], 1)), share], axis=-1)


def _gini(rows: Floats, cells: int) -> Floats:
    if not cells:
        return np.full(len(rows), np.nan)
    # sum over ranks from the smallest, i = cells for the busiest: the cells left out would add 0.
    rank = cells - np.arange(rows.shape[1])
    total = rows.sum(axis=1)
    weighted = np.divide(2 * (rows * rank).sum(axis=1), total, out=np.full(len(rows), np.nan), where=total > 0)
    return (weighted - cells - 1) / cells


def _generalised_gini(rows: Floats, cells: int) -> Floats:
    total = rows.sum(axis=1)
    scale = np.maximum(np.divide(cells, total, out=np.full(len(rows), np.nan), where=total > 0), 1.0)
    return scale * (_gini(rows, cells) - 1) + 1


def _cells_holding(rows: Floats, cells: int, share: float) -> Floats:
    _check_share(share)
    total = rows.sum(axis=1, keepdims=True)
    if not rows.size:
        return np.full(len(rows), np.nan)
    # Whole numbers on both sides but for the share: a hair less, lest 0.3 of 10 come out above 3.
    enough = np.cumsum(rows, axis=1) >= share * total * (1 - 1e-12)
    return np.where(total[:, 0] > 0, (np.argmax(enough, axis=1) + 1) / cells, np.nan)


def _share_in_top(rows: Floats, cells: int, share: float) -> Floats:
    _check_share(share)
    if not cells:
        return np.full(len(rows), np.nan)
    held = _cumulative(rows)
    place = min(share * cells, float(rows.shape[1]))
    whole = int(place)
    part = place - whole
    following = held[:, min(whole + 1, rows.shape[1])]
    return held[:, whole] + part * (following - held[:, whole])


def _check_share(share: float) -> None:
    if not 0 < share <= 1:
        raise UserError(f"{share:g} is not a share.", hint="Give a number above 0 and at most 1: 0.05 is 5%.")


def _falling(values: Floats) -> Floats:
    return -np.sort(-values)


def _checked(counts: ArrayLike) -> Floats:
    values = np.asarray(counts, dtype=float)
    if values.ndim != 1 or not np.isfinite(values).all() or (values < 0).any() or (values != np.floor(values)).any():
        raise UserError("A count is negative, missing or not a whole number.", hint="Give the incidents of every cell.")
    return values
