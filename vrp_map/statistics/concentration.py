"""How much of the violence is in how few places.

Sources: D. Weisburd, "The law of crime concentration and the criminology of place", Criminology 53
(2015), for the share of places that holds half; W. Bernasco and W. Steenbeek, "More places than
crimes", Journal of Quantitative Criminology 33 (2017), for the Gini coefficient that allows fewer
incidents than places; A. Chalfin, J. Kaplan and M. Cuellar, "Measuring marginal crime
concentration", Journal of Research in Crime and Delinquency 58 (2021), for the comparison with
incidents that fall anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]
Measure = Callable[[Floats], Floats]

# Counts of scattered worlds held at once, 8 bytes each.
_BLOCK = 4_000_000


@dataclass(frozen=True)
class Figure:
    """A figure beside what scatter alone gives; all NaN where there are no incidents.

    Attributes:
        scatter: the mean, when as many incidents fall anywhere with the same chance. low, high: the
            middle of those.
    """

    value: float
    scatter: float
    low: float
    high: float

    @property
    def beyond(self) -> float:
        """Of the way from scatter to 1, the part that the figure has gone: for a Gini, the one
        without chance's share.

        0 where it is no more than scatter.
        """
        return (
            max((self.value - self.scatter) / (1 - self.scatter), 0.0)
            if self.scatter < 1
            else float("nan")
        )


@dataclass(frozen=True)
class Concentration:
    """The figures of one count of incidents over cells.

    Attributes:
        incidents, cells: how many there are; cells without incidents count.
        gini: the generalised Gini coefficient: 0 as even as so many incidents can be, 1 all in one
            of many cells.
        holding: share of incidents -> the share of cells that holds it.
        top: share of cells -> the share of incidents in it.
        confidence: of `low` to `high`. worlds, seed: of the scatter.
    """

    incidents: int
    cells: int
    gini: Figure
    holding: dict[float, Figure]
    top: dict[float, Figure]
    confidence: float
    worlds: int
    seed: int


def curve(counts: ArrayLike) -> tuple[Floats, Floats]:
    """The concentration curve, the busiest cell first.

    Returns:
        (n + 1,) cumulative shares of cells and (n + 1,) of incidents, both from 0 to 1; after the
        first all NaN if there are no incidents.

    Raises:
        UserError: a count is negative, missing or not whole.
    """
    falling = _falling(_checked(counts))
    cells = np.linspace(0.0, 1.0, len(falling) + 1)
    return cells, _cumulative(falling)


def share_in_top(counts: ArrayLike, share: float) -> float:
    """The share of incidents in the busiest `share` of cells; a part of a cell holds that part of
    its incidents.
    """
    falling = _falling(_checked(counts))
    return float(_share_in_top(falling[None, :], len(falling), share)[0])


def cells_holding(counts: ArrayLike, share: float) -> float:
    """The smallest share of cells, whole cells only, that holds at least `share` of
    the incidents.
    """
    falling = _falling(_checked(counts))
    return float(_cells_holding(falling[None, :], len(falling), share)[0])


def gini(counts: ArrayLike) -> float:
    """The Gini coefficient of the counts, 0 to 1 - 1/n; NaN without incidents."""
    falling = _falling(_checked(counts))
    return float(_gini(falling[None, :], len(falling))[0])


def generalised_gini(counts: ArrayLike) -> float:
    """Bernasco and Steenbeek's Gini coefficient: max(cells / incidents, 1) (G - 1) + 1.

    Fewer incidents than cells cannot be spread evenly: it is measured from as even as they can be,
    one in a cell. With as many incidents as cells, or more, it is the plain one. NaN without
    incidents.
    """
    falling = _falling(_checked(counts))
    return float(_generalised_gini(falling[None, :], len(falling))[0])


def concentration(
    counts: ArrayLike,
    *,
    step: int = 1,
    holding: Sequence[float] = (0.5, 0.25),
    top: Sequence[float] = (0.01, 0.02, 0.05),
    confidence: float = 0.95,
    worlds: int = 999,
    seed: int = 0,
) -> Concentration:
    """All figures, each beside what as many incidents give that fall anywhere by chance.

    Few incidents in many cells always look gathered: each is in a cell, and most cells have none.
    Only what goes beyond that tells of places. No interval stands at the figure: of the incidents
    counted it is exact, and a bootstrap keeps the share of chance in it.

    Args:
        counts: (n,) whole numbers of incidents, cells without any included.
        step: how many incidents each one in the counts stands for (1, or the k of a sample); the
            counts are multiples.
        holding: shares of the incidents to find in how many cells. top: shares of the cells.
        worlds: how often incidents are scattered. seed: the same seed scatters the same.

    Raises:
        UserError: a count is negative, missing, not whole or no multiple of `step`; a share is not
            above 0 and at most 1.
    """
    values = _checked(counts, step=step)
    for share in (*holding, *top):
        _check_share(share)
    if worlds < 1 or not 0 < confidence < 1:
        raise UserError(
            "The scatter needs one world or more and a confidence between 0 and 1.",
            hint="999 and 0.95 are usual.",
        )
    cells = len(values)
    measures: list[Measure] = [partial(_generalised_gini, cells=cells)]
    measures += [partial(_cells_holding, cells=cells, share=share) for share in holding]
    measures += [partial(_share_in_top, cells=cells, share=share) for share in top]
    found = _beside_scatter(values, measures, confidence, worlds, seed)
    return Concentration(
        int(values.sum()),
        cells,
        found[0],
        dict(zip(holding, found[1:], strict=False)),
        dict(zip(top, found[1 + len(holding) :], strict=True)),
        confidence,
        worlds,
        seed,
    )


def _beside_scatter(
    values: Floats, measures: list[Measure], confidence: float, worlds: int, seed: int
) -> list[Figure]:
    if not values.any():
        return [Figure(np.nan, np.nan, np.nan, np.nan)] * len(measures)
    random, chance = np.random.default_rng(seed), np.full(len(values), 1 / len(values))
    drawn: list[list[Floats]] = [[] for _ in measures]
    block = max(1, _BLOCK // len(values))
    for start in range(0, worlds, block):
        world = random.multinomial(
            int(values.sum()), chance, size=min(block, worlds - start)
        ).astype(float)
        world = -np.sort(-world, axis=1)
        for parts, measure in zip(drawn, measures, strict=True):
            parts.append(measure(world))
    tails, falling = [(1 - confidence) / 2, (1 + confidence) / 2], _falling(values)[None, :]
    scattered = [np.concatenate(parts) for parts in drawn]
    return [
        Figure(
            float(measure(falling)[0]),
            float(worlds_of.mean()),
            *np.quantile(worlds_of, tails).tolist(),
        )
        for measure, worlds_of in zip(measures, scattered, strict=True)
    ]


# Below, every row is one count of incidents, falling; cells without any may be left out, `cells`
# says how many there are.


def _cumulative(rows: Floats) -> Floats:
    total = rows.sum(axis=-1, keepdims=True)
    share = np.divide(
        np.cumsum(rows, axis=-1), total, out=np.full(rows.shape, np.nan), where=total > 0
    )
    return np.concatenate([np.zeros((*rows.shape[:-1], 1)), share], axis=-1)


def _gini(rows: Floats, cells: int) -> Floats:
    if not cells:
        return np.full(len(rows), np.nan)
    # sum over ranks from the smallest, i = cells for the busiest: the cells left out would add 0.
    rank = cells - np.arange(rows.shape[1])
    total = rows.sum(axis=1)
    weighted = np.divide(
        2 * (rows * rank).sum(axis=1), total, out=np.full(len(rows), np.nan), where=total > 0
    )
    return np.asarray((weighted - cells - 1) / cells)


def _generalised_gini(rows: Floats, cells: int) -> Floats:
    total = rows.sum(axis=1)
    scale = np.maximum(
        np.divide(cells, total, out=np.full(len(rows), np.nan), where=total > 0), 1.0
    )
    return np.asarray(scale * (_gini(rows, cells) - 1) + 1)


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
        raise UserError(
            f"{share:g} is not a share.", hint="Give a number above 0 and at most 1: 0.05 is 5%."
        )


def _falling(values: Floats) -> Floats:
    return -np.sort(-values)


def _checked(counts: ArrayLike, *, step: int = 1) -> Floats:
    values = np.asarray(counts, dtype=float) / step
    if (
        values.ndim != 1
        or not np.isfinite(values).all()
        or (values < 0).any()
        or (values != np.floor(values)).any()
    ):
        raise UserError(
            "A count is negative, missing or not a whole number.",
            hint="Give the incidents of every cell.",
        )
    return values
