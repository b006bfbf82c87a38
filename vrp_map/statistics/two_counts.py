"""Two counts: could both come from the same rate?

Sources: K. Krishnamoorthy and J. Thomson, "A More Powerful Test for Comparing Two Poisson Means",
J. Statist. Planning and Inference 119 (2004): the E-test; the square-root transformation of Poisson
counts (M. S. Bartlett 1936, F. J. Anscombe 1948) for the year-to-date z and the weekly band, as A.
P. Wheeler uses them for crime (2016).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from vrp_map.errors import UserError

Floats = NDArray[np.float64]

# How far a count may lie from its mean, in standard deviations and then in incidents, to be summed
# over: beyond it a Poisson count has less than 1e-12 of its probability, so p is exact to that
# (rounding: 1e-8 for counts of millions).
_WIDEST, _MORE = 7.5, 25
_BOUNDARY = 1e-7
# Pairs of counts summed at a time; holds the memory.
_AT_A_TIME = 2_000_000


def e_test(
    k1: ArrayLike,
    k2: ArrayLike,
    n1: ArrayLike = 1.0,
    n2: ArrayLike = 1.0,
    *,
    pooled_variance: bool = False,
) -> Floats:
    """The two-sided p-value that two Poisson counts have the same rate.

    p is the chance of |T| as large as observed or larger, T = (k1/n1 - k2/n2) / sqrt(k1/n1² +
    k2/n2²), when both counts are Poisson with the rate of both together, (k1 + k2) / (n1 + n2). The
    sum runs over all pairs of counts but for less than 1e-12 of probability at the far ends; no
    approximation for large counts.

    Args:
        k1, k2: counts, one each or (m,) columns.
        n1, n2: time, area or people each was counted over; the unit does not matter, only their
            ratio.
        pooled_variance: take the variance in T from the pooled rate, (k1 + k2) / (n1 n2). It is the
            same test for equal n1 and n2, another for unequal ones: 100 in 10 against 25 in 5 gives
            .0015, the paper's own .0006.

    Returns:
        p in the shape of the arguments; 1 where both counts are 0.

    Raises:
        UserError: a count that is none, or an exposure of 0 or less.
    """
    first, second, over1, over2 = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (k1, k2, n1, n2))
    )
    for counts in (first, second):
        _check_counts(counts)
    for over in (over1, over2):
        if not (np.isfinite(over) & (over > 0)).all():
            raise UserError(
                "A count was taken over nothing.", hint="Give a time, area or population above 0."
            )
    # Most cells share their counts with others: each different pair is worked out once.
    cases = np.column_stack([(first + second).ravel(), over1.ravel(), over2.ravel(), first.ravel()])
    different, where = np.unique(cases, axis=0, return_inverse=True)
    changes = np.flatnonzero(np.any(np.diff(different[:, :3], axis=0) != 0, axis=1)) + 1
    p = np.ones(len(different))
    for group in np.split(np.arange(len(different)), changes):
        total, exposure1, exposure2 = different[group[0], :3] if group.size else (0.0, 1.0, 1.0)
        if total:
            p[group] = _same_total(
                different[group, 3], total, exposure1, exposure2, pooled=pooled_variance
            )
    return p[where.ravel()].reshape(first.shape)


def poisson_z(now: ArrayLike, before: ArrayLike) -> Floats:
    """How far apart two counts of equally long periods are, in standard deviations: 2 (sqrt now -
    sqrt before).

    Raises:
        UserError: a count that is none.
    """
    counts = [np.asarray(v, dtype=float) for v in (now, before)]
    for values in counts:
        _check_counts(values)
    return np.asarray(2.0 * (np.sqrt(counts[0]) - np.sqrt(counts[1])))


def weekly_band(weeks: ArrayLike, *, previous: int = 8) -> tuple[Floats, Floats]:
    """Between which counts each week should lie, going by the weeks before it.

    (sqrt m ± 1.5)², m the mean of the `previous` weeks before: about 3 standard deviations. With 8
    weeks before, about 1 week in 200 lies outside by chance alone.

    Args:
        weeks: (m,) counts, oldest first.
        previous: how many weeks before make the mean.

    Returns:
        low and high, each (m,); NaN for the first `previous` weeks. low is 0 where m is under 2.25.

    Raises:
        UserError: a count that is none, or no previous weeks.
    """
    counts = np.asarray(weeks, dtype=float)
    _check_counts(counts)
    if counts.ndim != 1 or previous < 1:
        raise UserError(
            "The band needs a list of weeks and 1 or more weeks before.",
            hint="8 weeks before are usual.",
        )
    low, high = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    if len(counts) > previous:
        sums = np.concatenate([[0.0], np.cumsum(counts)])
        root = np.sqrt((sums[previous:-1] - sums[: -previous - 1]) / previous)
        low[previous:], high[previous:] = np.maximum(root - 1.5, 0.0) ** 2, (root + 1.5) ** 2
    return low, high


def _same_total(k1: Floats, total: float, n1: float, n2: float, *, pooled: bool) -> Floats:
    """p of counts k1 and total - k1, for all of the same total and so of the same two Poisson
    distributions.
    """
    rate = total / (n1 + n2)
    own, mass = _poisson(rate * n1)
    other, mass2 = _poisson(rate * n2)
    # below[i]: the chance of fewer than other[0] + i; above[i]: of that many or more. Each summed
    # from its small end.
    below = np.concatenate([[0.0], np.cumsum(mass2)])
    above = np.append(np.cumsum(mass2[::-1])[::-1], 0.0)
    # T² ≥ t² at (x1, x2) is (x1/n1 - x2/n2)² ≥ t² (c1 x1/n1 + c2 x2/n2): a quadratic, true below
    # its smaller root in x2 and above its larger one.
    c1, c2 = (1 / n2, 1 / n1) if pooled else (1 / n1, 1 / n2)
    a, b = k1 / n1, (total - k1) / n2
    apart = np.where(np.abs(a - b) > 1e-12 * (a + b), a - b, 0.0)
    t2 = apart**2 / (c1 * a + c2 * b)
    p = np.empty(len(k1))
    rows = max(1, _AT_A_TIME // len(own))
    for start in range(0, len(k1), rows):
        t = t2[start : start + rows, None]
        x = own / n1
        middle = x + t * c2 / 2
        half = np.sqrt(t * (x * (c1 + c2) + t * c2 * c2 / 4))
        # The smallest x2 beyond each root; a root that is a whole number is on the boundary, and
        # counts.
        small = np.floor((middle - half) * n2 + _BOUNDARY) + 1
        large = np.ceil((middle + half) * n2 - _BOUNDARY)
        # At (0, 0) T is 0 and not, as the quadratic has it, anything.
        small = np.where((own == 0) & (t > 0), 0.0, small)
        low = np.clip(small - other[0], 0, len(other)).astype(np.int64)
        high = np.clip(large - other[0], 0, len(other)).astype(np.int64)
        p[start : start + rows] = (mass * (below[low] + above[high])).sum(axis=1)
    return np.where(t2 == 0, 1.0, np.minimum(p, 1.0))


def _poisson(mean: float) -> tuple[Floats, Floats]:
    """The counts that a Poisson variable may take, and their probabilities."""
    reach = _WIDEST * np.sqrt(mean) + _MORE
    counts = np.arange(max(0.0, np.floor(mean - reach)), np.ceil(mean + reach) + 1)
    return counts, np.exp(counts * np.log(mean) - mean - gammaln(counts + 1))


def _check_counts(counts: Floats) -> None:
    if not (np.isfinite(counts) & (counts >= 0) & (counts == np.round(counts))).all():
        raise UserError(
            "A count is negative, missing or no whole number.", hint="Give numbers of incidents."
        )
