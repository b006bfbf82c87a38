"""Which of many places has more than the others, when so many are looked at.

Each count is held against all the others together: with the sum of all counts given, a count is
binomial with the place's part of the exposure (J. Przyborowski and H. Wilenski, Biometrika 31,
1940). Counts that come in bunches vary more than chance alone, φ times, which the months of the
places show. Such counts are negative binomial, and with their sum given a count is beta-binomial
(J. Mosimann, Biometrika 49, 1962). The false discovery rate is held over all places (`fdr`). A rank
is as sure as the rates are: it is drawn again and again from what each rate may be (H. Goldstein
and D. Spiegelhalter, J. R. Statist. Soc. A 159, 1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, gammaincinv, gammaln

from vrp_map.errors import UserError
from vrp_map.statistics.fdr import q_values

Floats = NDArray[np.float64]
_DRAWS, _FEWEST_DRAWS, _SEED = 2_000, 200, 20261129
# Below it the counts vary as chance alone makes them, to all that can be told.
_BUNCHED = 1.001
_TAIL, _TINY = 0.025, 1e-12
# At a time, to hold the memory.
_MOST_DRAWN = 2_000_000


@dataclass(frozen=True)
class PlaceComparison:
    """What is known of each place: (m,) columns.

    Attributes:
        rate, low, high: per unit of exposure, with the 95% interval.
        p: the chance of as many or more, were its rate that of the others. q: as `fdr.q_values`.
        rank: 1 = the highest rate; equal rates share the best.
    """

    rate: Floats
    low: Floats
    high: Floats
    p: Floats
    q: Floats
    rank: NDArray[np.int64]


def compare_places(
    n: ArrayLike, exposure: ArrayLike, *, dispersion: float = 1.0
) -> PlaceComparison:
    """Every place against the others.

    Args:
        n: (m,) counts. exposure: (m,) what each was counted over, above 0, such as days.
        dispersion: how many times more than chance alone the counts vary; at least 1.

    Raises:
        UserError: fewer than two places, or no exposure.
    """
    counts, over = np.asarray(n, dtype=float), np.asarray(exposure, dtype=float)
    if len(counts) < 2 or not (over > 0).all():
        raise UserError(
            "Fewer than two places can be compared, or one was looked at for no time.",
            hint="Choose a longer period or more places.",
        )
    phi = max(1.0, dispersion)
    share = over / over.sum()
    p = _binomial_tail(counts, share) if phi < _BUNCHED else _bunched_tail(counts, share, phi)
    low, high = rate_interval(counts, over, dispersion=phi)
    rate = counts / over
    rank = 1 + (rate[None, :] > rate[:, None]).sum(axis=1)
    return PlaceComparison(rate, low, high, p=p, q=q_values(p), rank=rank)


def _binomial_tail(counts: Floats, share: Floats) -> Floats:
    """The chance of as many or more, of all counts, by the place's part of the exposure."""
    tail = betainc(np.maximum(counts, 1), counts.sum() - counts + 1, share)
    return np.where(counts > 0, tail, 1.0)


def _bunched_tail(counts: Floats, share: Floats, phi: float) -> Floats:
    """The same, where the counts vary φ times as much: one less the chance of fewer."""
    total = counts.sum()
    mine = total * share / (phi - 1)
    all_of_them = total / (phi - 1)
    place = np.repeat(np.arange(len(counts)), counts.astype(int))
    fewer = np.concatenate([np.arange(n) for n in counts.astype(int)]).astype(float)
    a, b = mine[place], all_of_them - mine[place]
    chance = np.exp(
        _log_beta(fewer + a, total - fewer + b)
        - _log_beta(a, b)
        + gammaln(total + 1)
        - gammaln(fewer + 1)
        - gammaln(total - fewer + 1)
    )
    return np.clip(1 - np.bincount(place, weights=chance, minlength=len(counts)), 0.0, 1.0)


def _log_beta(a: Floats, b: Floats) -> Floats:
    return np.asarray(gammaln(a) + gammaln(b) - gammaln(a + b))


def rate_interval(
    n: ArrayLike, exposure: ArrayLike, *, dispersion: float = 1.0
) -> tuple[Floats, Floats]:
    """The 95% interval of each rate: the exact one of a Poisson count (Garwood) where the
    dispersion is 1.
    """
    counts, over = np.asarray(n, dtype=float) / dispersion, np.asarray(exposure, dtype=float)
    low = np.where(counts > 0, gammaincinv(np.maximum(counts, _TINY), _TAIL), 0.0)
    return low * dispersion / over, gammaincinv(counts + 1, 1 - _TAIL) * dispersion / over


def ratio_interval(
    n: ArrayLike,
    exposure: ArrayLike,
    other_n: ArrayLike,
    other_exposure: ArrayLike,
    *,
    dispersion: float = 1.0,
) -> tuple[Floats, Floats, Floats]:
    """How many times the second rate the first is, with the 95% interval (C. Clopper and E.
    Pearson, Biometrika 26, 1934, of the first one's part of both).

    Returns:
        ratio, low, high: NaN ratio where both counts are 0, infinity where only the second is.
    """
    one, two = (np.asarray(v, dtype=float) / dispersion for v in (n, other_n))
    times = np.asarray(other_exposure, dtype=float) / np.asarray(exposure, dtype=float)
    low = np.where(one > 0, betaincinv(np.maximum(one, _TINY), two + 1, _TAIL), 0.0)
    high = np.where(two > 0, betaincinv(one + 1, np.maximum(two, _TINY), 1 - _TAIL), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return one / two * times, low / (1 - low) * times, high / (1 - high) * times


def dispersion_of_months(table: ArrayLike, exposure: ArrayLike) -> float:
    """How many times more than chance alone the months of the places vary; at least 1.

    Args:
        table: (places, months) counts. exposure: (places, months), such as days.
    """
    counts, over = np.asarray(table, dtype=float), np.asarray(exposure, dtype=float)
    rows = counts.sum(axis=1, keepdims=True) / np.maximum(over.sum(axis=1, keepdims=True), _TINY)
    season = counts.sum(axis=0) / np.maximum((rows * over).sum(axis=0), _TINY)
    expected = rows * over * season
    # What the fit of the places and the months takes of each square, as it were chance alone.
    of_row = expected / np.maximum(expected.sum(axis=1, keepdims=True), _TINY)
    of_month = expected / np.maximum(expected.sum(axis=0), _TINY)
    by_chance = (expected * (1 - of_row) * (1 - of_month)).sum()
    # One sum over the other: a mean of quotients is too low where the counts come in bunches.
    misfit = ((counts - expected) ** 2).sum()
    return max(1.0, float(misfit / by_chance)) if by_chance > _TINY else 1.0


def rank_interval(
    n: ArrayLike, exposure: ArrayLike, *, dispersion: float = 1.0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Between which ranks each place lies in 95 of 100 draws of what its rate may be."""
    counts, over = np.asarray(n, dtype=float), np.asarray(exposure, dtype=float)
    rng = np.random.default_rng(_SEED)
    draws = min(_DRAWS, max(_FEWEST_DRAWS, _MOST_DRAWN // len(counts)))
    shape = counts / dispersion + 0.5
    drawn = rng.gamma(shape, dispersion / over, size=(draws, len(counts)))
    ranks = 1 + np.argsort(np.argsort(-drawn, axis=1), axis=1)
    low, high = np.quantile(ranks, [_TAIL, 1 - _TAIL], axis=0, method="nearest")
    return low.astype(np.int64), high.astype(np.int64)
