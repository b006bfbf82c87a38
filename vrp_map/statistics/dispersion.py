"""How much more monthly counts vary than chance alone would make them: the dispersion of a
quasi-Poisson model.

Violence comes in runs: one quarrel makes several incidents, a festival many. Its counts then vary
more than a Poisson count does, and a test that does not know it calls too many changes real. The
dispersion is Pearson's chi-square divided by its degrees of freedom (P. McCullagh and J. A. Nelder,
"Generalized Linear Models", 2nd edition 1989, section 6.2.4; R. W. M. Wedderburn, Biometrika 61,
1974). A variance is then that many times the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]

YEAR = 12
# From fewer independent differences than this the dispersion cannot be told.
FEWEST_DIFFERENCES = 6
# What recorded crime has at least, whatever few months say: neighbouring months of 1,717 LSOAs of
# the West Midlands (police.uk, 2023 to 2025) give 1.3 for robbery and burglary, 1.5 for violence,
# 2.7 for shoplifting.
USUAL = 1.5
# Periods of no whole years are judged by the months around them.
MONTHS_AROUND = 24
# A place's own dispersion is drawn to that of the places of like size as if these were so many
# degrees of freedom: with it, real months of 1,717 LSOAs dealt at random into two periods show no
# change on 95% of maps (fewer hold the level too, and see less; 30 do not hold it).
_LIKE_WEIGHT = 20
_LIKE_PLACES = 100
_FEWEST_LIKE = 30
# Neighbouring differences share a month: so many of them tell as much as one that stands by itself.
_OVERLAP = 1.5


@dataclass(frozen=True)
class Spread:
    """How much more than Poisson counts the counts of each place vary.

    Args:
        dispersion: (series,) 1 or more. freedom: (series,) the degrees of freedom that it is known
            with.
    """

    dispersion: Floats
    freedom: Floats


def months_needed(length: int) -> int:
    """How many months up to the end of a period of so many months `dispersion` looks at, if there
    are as many.
    """
    return 2 * length if length % YEAR == 0 else max(MONTHS_AROUND, 2 * length)


def own_dispersion(
    months: ArrayLike, *, length: int, next_to: bool = True, usual: float = USUAL
) -> Spread:
    """The dispersion to use when a period is compared with an earlier one of the same length, of
    each series by itself.

    Periods of whole years, next to each other: `paired_dispersion`. Others:
    `neighbouring_dispersion`, without the difference between the two periods itself, which is what
    the comparison will judge.

    Args:
        months: (series, m) counts, oldest first; the last `length` months are the period.
        length: months in the period. next_to: whether the earlier period ends where this one
            begins.
        usual: what it is taken to be where the months are too few to tell.

    Returns:
        Dispersions rounded up to a tenth: they are rough numbers, and exact they could give counts
        away.

    Raises:
        UserError: no table of counts, or fewer months than the periods have.
    """
    counts = _checked(months)
    if length < 1 or counts.shape[1] < (2 if next_to else 1) * length:
        raise UserError(
            "There are fewer months than two periods.",
            hint="Give the period and the equal one before it.",
        )
    counts = counts[:, -months_needed(length) :]
    whole = next_to and length % YEAR == 0
    if whole:
        chi_square, freedom = _pairs(counts[:, -length:], counts[:, -2 * length : -length])
    else:
        chi_square, freedom = _neighbours(counts, counts.shape[1] - length if next_to else 0)
    known = freedom >= FEWEST_DIFFERENCES
    found = np.where(known, _of(chi_square, freedom), usual)
    return Spread(
        _tenth_above(found),
        np.where(known, freedom / (1.0 if whole else _OVERLAP), float(_LIKE_WEIGHT)),
    )


def shared_dispersion(
    months: ArrayLike,
    now: ArrayLike,
    before: ArrayLike,
    *,
    length: int,
    next_to: bool,
    usual: float = USUAL,
) -> Spread:
    """The dispersion of each of many places, each by itself too small to tell it.

    A place's own is drawn to that of the `_LIKE_PLACES` places of most alike size (the idea of G.
    K. Smyth, Stat. Appl. Genet. Mol. Biol. 3, 2004). Where there are too few months, what places of
    like size differ between the two periods, beyond the area's own change, stands for it; it is
    then `usual` at least, and that where there are too few places. A place of fewer than
    `FEWEST_DIFFERENCES` differences has its own degrees of freedom alone.

    Args:
        months: (series, m) counts, oldest first, up to the end of the later period.
        now, before: (series,) the two counts that will be compared. length: months in each.
        next_to: whether the earlier period ends where the later begins; else months of both are
            left in.
        usual: of the counts as they are given: `USUAL`, or k where each incident shown stands for
            k.
    """
    counts, later, earlier = _checked(months), *(np.asarray(v, dtype=float) for v in (now, before))
    size = later + earlier
    if counts.shape[1] <= FEWEST_DIFFERENCES:
        return _by_like_places_alone(later, size, usual)
    whole = length % YEAR == 0 and counts.shape[1] >= 2 * length and next_to
    if whole:
        chi_square, freedom = _pairs(counts[:, -length:], counts[:, -2 * length : -length])
    else:
        chi_square, freedom = _neighbours(counts, counts.shape[1] - length if next_to else 0)
    like = np.maximum(1.0, _like(chi_square, freedom, size))
    known = freedom / (1.0 if whole else _OVERLAP)
    shared = (chi_square + _LIKE_WEIGHT * like) / (freedom + _LIKE_WEIGHT)
    # A year of a sampled place is often one incident that stands for k: its months then do not vary
    # at all.
    few = freedom < FEWEST_DIFFERENCES
    least = np.where(few & (usual > USUAL), usual, 1.0)
    # Twelve incidents in two months are one run or two, whatever places of like size do: those do
    # not make it surer.
    return Spread(
        np.maximum(least, shared), np.where(few, np.maximum(known, 1.0), known + _LIKE_WEIGHT)
    )


def _by_like_places_alone(later: Floats, size: Floats, usual: float) -> Spread:
    found = np.full(len(size), float(usual))
    if len(size) >= _FEWEST_LIKE and size.sum():
        share = later.sum() / size.sum()
        apart = _over((later - size * share) ** 2, size * share * (1 - share))
        found = np.maximum(found, _like(apart, np.sign(size), size))
    return Spread(found, np.full(len(size), float(_LIKE_WEIGHT)))


def _like(chi_square: Floats, freedom: ArrayLike, size: Floats) -> Floats:
    """For each place, the dispersion of those of most alike size together."""
    n, near = len(size), min(_LIKE_PLACES, len(size))
    order = np.argsort(size, kind="stable")
    sums = [
        np.concatenate([[0.0], np.cumsum(np.asarray(part, dtype=float)[order])])
        for part in (chi_square, freedom)
    ]
    low = np.clip(np.arange(n) - near // 2, 0, n - near)
    above, below = (part[low + near] - part[low] for part in sums)
    found = np.empty(n)
    found[order] = np.divide(above, below, out=np.ones(n), where=below > 0)
    return found


def paired_dispersion(now: ArrayLike, before: ArrayLike) -> Floats:
    """From the same months of the year in two periods: season and level take no part in it.

    Each pair is expected to split as the two periods do, so that chi-square is the sum over the
    pairs of (now_i - t_i a)² / (t_i a (1 - a)), t_i the pair's sum and a the share of the period
    now, and has one degree of freedom less than there are pairs.

    Args:
        now, before: (series, m) counts.

    Returns:
        (series,) never below 1; 1 where fewer than `FEWEST_DIFFERENCES` degrees of freedom tell
        anything.
    """
    return _of(*_pairs(now, before))


def parallel_dispersion(months: ArrayLike) -> Spread:
    """How much more than Poisson the months of a few places vary about moving in parallel.

    Each month of each place is expected to be the place's part of that month's sum, so that levels,
    seasons and trends that the places share take no part in it (a quasi-Poisson model of places and
    months). What it cannot see is a slow drift of one place alone: see the placebo pilots.

    Args:
        months: (places, m) counts before anything was done, oldest first.

    Returns:
        One dispersion, 1 or more, `USUAL` where there are fewer than `FEWEST_DIFFERENCES` degrees
        of freedom; with the degrees of freedom that it is known with, fewer where the counts are
        small: their squares are skew (the kurtosis of a negative binomial count).

    >>> found = parallel_dispersion([[9, 14, 3, 10, 16, 8, 12, 8], [11, 8, 12, 9, 10, 10, 7, 13]])
    >>> found.dispersion.round(2).tolist(), found.freedom.round(1).tolist()
    ([1.63], [5.7])
    """
    counts = _checked(months)
    counts = counts[:, counts.sum(axis=0) > 0][counts.sum(axis=1) > 0]
    freedom = max(0, (counts.shape[0] - 1) * (counts.shape[1] - 1))
    if freedom < FEWEST_DIFFERENCES:
        return Spread(np.array([USUAL]), np.array([float(_LIKE_WEIGHT)]))
    due = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / counts.sum()
    found = max(1.0, float(((counts - due) ** 2 / due).sum()) / freedom)
    mean = counts.mean()
    kurtosis = 6 * (found - 1) / mean + 1 / (found * mean)
    return Spread(np.array([found]), np.array([max(1.0, freedom * 2 / (2 + kurtosis))]))


def _pairs(now: ArrayLike, before: ArrayLike) -> tuple[Floats, NDArray[np.integer]]:
    """Chi-square and degrees of freedom of `paired_dispersion`."""
    later, earlier = _checked(now), _checked(before)
    if later.shape != earlier.shape:
        raise UserError("The two periods differ in length.", hint="Give as many months of each.")
    pairs = later + earlier
    share = _over(later.sum(axis=1), pairs.sum(axis=1))[:, None]
    chi_square = _over((later - pairs * share) ** 2, pairs * share * (1 - share)).sum(axis=1)
    return chi_square, np.maximum(np.count_nonzero(pairs, axis=1) - 1, 0)


def neighbouring_dispersion(months: ArrayLike, *, leave_out: int = 0) -> Floats:
    """From the differences of neighbouring months: slow change of level takes little part in it.

    Chi-square of each two neighbours about their mean is (a - b)² / (a + b), which is 1 on average
    for Poisson counts of equal mean. Neighbouring differences share a month, so they are no
    independent tests, but their mean is right.

    Args:
        months: (series, m) counts, oldest first.
        leave_out: the difference to this month from the one before it is left out; 0 = none is.

    Returns:
        (series,) never below 1; 1 where fewer than `FEWEST_DIFFERENCES` differences tell anything.
    """
    return _of(*_neighbours(_checked(months), leave_out))


def _neighbours(counts: Floats, leave_out: int) -> tuple[Floats, NDArray[np.integer]]:
    """Chi-square and degrees of freedom of `neighbouring_dispersion`."""
    sums, differences = counts[:, 1:] + counts[:, :-1], counts[:, 1:] - counts[:, :-1]
    if leave_out and sums.shape[1]:
        sums, differences = (np.delete(part, leave_out - 1, axis=1) for part in (sums, differences))
    return _over(differences**2, sums).sum(axis=1), np.count_nonzero(sums, axis=1)


def pooled_dispersion(months: ArrayLike) -> float:
    """One dispersion for many sparse series together, from the differences of
    neighbouring months.

    The sum of (a - b)² over that of a + b: right on average for series of any mean, where each by
    itself tells little.

    Args:
        months: (series, m) counts, oldest first.

    Returns:
        Never below `USUAL`, which it is where there are fewer than `FEWEST_DIFFERENCES`
        differences; rounded up to a tenth.
    """
    counts = _checked(months)
    sums, differences = counts[:, 1:] + counts[:, :-1], counts[:, 1:] - counts[:, :-1]
    if counts.shape[1] <= FEWEST_DIFFERENCES or not sums.any():
        return USUAL
    return max(USUAL, float(_tenth_above((differences**2).sum() / sums.sum())))


def _tenth_above(found: ArrayLike) -> Floats:
    # A little less than the tenth above: 1.1 * 10 is a little over 11.
    return np.asarray(np.ceil(np.round(np.asarray(found) * 10, 6)) / 10)


def _of(chi_square: Floats, freedom: NDArray[np.integer]) -> Floats:
    known = freedom >= FEWEST_DIFFERENCES
    return np.asarray(
        np.maximum(1.0, np.divide(chi_square, freedom, out=np.ones(len(chi_square)), where=known))
    )


def _over(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=below > 0)


def _checked(counts: ArrayLike) -> Floats:
    values = np.asarray(counts, dtype=float)
    if values.ndim != 2 or not np.isfinite(values).all() or (values < 0).any():
        raise UserError(
            "Dispersion needs counts of 0 or more.", hint="Give one row of months for each series."
        )
    return values
