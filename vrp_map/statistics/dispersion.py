"""How much more monthly counts vary than chance alone would make them: the dispersion of a quasi-Poisson model.

Violence comes in runs: one quarrel makes several incidents, a festival many. Its counts then vary more than a Poisson
count does, and a test that does not know it calls too many changes real. The dispersion is Pearson's chi-square divided
by its degrees of freedom (P. McCullagh and J. A. Nelder, "Generalized Linear Models", 2nd edition 1989, section 6.2.4;
R. W. M. Wedderburn, Biometrika 61, 1974). A variance is then that many times the mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]

YEAR = 12
# From fewer independent differences than this the dispersion cannot be told.
FEWEST_DIFFERENCES = 6
# What recorded crime has at least, whatever few months say: neighbouring months of 1,717 LSOAs of the West Midlands
# (police.uk, 2023 to 2025) give 1.3 for robbery and burglary, 1.5 for violence, 2.7 for shoplifting.
USUAL = 1.5
# Periods of no whole years are judged by the months around them.
MONTHS_AROUND = 24


def months_needed(length: int) -> int:
    """How many months up to the end of a period of so many months `dispersion` looks at, if there are as many."""
    return 2 * length if length % YEAR == 0 else max(MONTHS_AROUND, 2 * length)


def dispersion(months: ArrayLike, *, length: int) -> Floats:
    """The dispersion to use when a period is compared with the equal one before it.

    Periods of whole years: `paired_dispersion`. Others: `neighbouring_dispersion`, without the difference between the
    two periods itself, which is what the comparison will judge.

    Args:
        months: (series, m) counts, oldest first, m at least 2 * length; the last `length` months are the period.
        length: months in the period.

    Returns:
        (series,) 1 or more, rounded up to a tenth: it is a rough number, and exact it could give counts away.

    Raises:
        UserError: no table of counts, or fewer months than two periods.
    """
    counts = _checked(months)
    if length < 1 or counts.shape[1] < 2 * length:
        raise UserError("There are fewer months than two periods.", hint="Give the period and the equal one before it.")
    counts = counts[:, -months_needed(length) :]
    if length % YEAR == 0:
        found = paired_dispersion(counts[:, -length:], counts[:, -2 * length : -length])
    else:
        found = neighbouring_dispersion(counts, leave_out=counts.shape[1] - length)
    return _tenth_above(found)


def paired_dispersion(now: ArrayLike, before: ArrayLike) -> Floats:
    """From the same months of the year in two periods: season and level take no part in it.

    Each pair is expected to split as the two periods do, so that chi-square is the sum over the pairs of
    (now_i - t_i a)² / (t_i a (1 - a)), t_i the pair's sum and a the share of the period now, and has one degree of
    freedom less than there are pairs.

    Args:
        now, before: (series, m) counts.

    Returns:
        (series,) never below 1; 1 where fewer than `FEWEST_DIFFERENCES` degrees of freedom tell anything.
    """
    later, earlier = _checked(now), _checked(before)
    if later.shape != earlier.shape:
        raise UserError("The two periods differ in length.", hint="Give as many months of each.")
    pairs = later + earlier
    share = _over(later.sum(axis=1), pairs.sum(axis=1))[:, None]
    chi_square = _over((later - pairs * share) ** 2, pairs * share * (1 - share)).sum(axis=1)
    return _of(chi_square, np.count_nonzero(pairs, axis=1) - 1)


def neighbouring_dispersion(months: ArrayLike, *, leave_out: int = 0) -> Floats:
    """From the differences of neighbouring months: slow change of level takes little part in it.

    Chi-square of each two neighbours about their mean is (a - b)² / (a + b), which is 1 on average for Poisson counts
    of equal mean. Neighbouring differences share a month, so they are no independent tests, but their mean is right.

    Args:
        months: (series, m) counts, oldest first.
        leave_out: the difference to this month from the one before it is left out; 0 = none is.

    Returns:
        (series,) never below 1; 1 where fewer than `FEWEST_DIFFERENCES` differences tell anything.
    """
    counts = _checked(months)
    if counts.shape[1] < 2:
        return np.ones(len(counts))
    sums, differences = counts[:, 1:] + counts[:, :-1], counts[:, 1:] - counts[:, :-1]
    if leave_out:
        sums, differences = (np.delete(part, leave_out - 1, axis=1) for part in (sums, differences))
    return _of(_over(differences**2, sums).sum(axis=1), np.count_nonzero(sums, axis=1))


def pooled_dispersion(months: ArrayLike) -> float:
    """One dispersion for many sparse series together, from the differences of neighbouring months.

    The sum of (a - b)² over that of a + b: right on average for series of any mean, where each by itself tells little.

    Args:
        months: (series, m) counts, oldest first.

    Returns:
        Never below `USUAL`, which it is where there are fewer than `FEWEST_DIFFERENCES` differences; rounded up to a
        tenth.
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
    return np.maximum(1.0, np.divide(chi_square, freedom, out=np.ones(len(chi_square)), where=known))


def _over(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=below > 0)


def _checked(counts: ArrayLike) -> Floats:
    values = np.asarray(counts, dtype=float)
    if values.ndim != 2 or not np.isfinite(values).all() or (values < 0).any():
        raise UserError("Dispersion needs counts of 0 or more.", hint="Give one row of months for each series.")
    return values
