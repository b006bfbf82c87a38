"""Does a sum of incidents split between two periods as chance splits it?

Given their sum, two Poisson counts split like tosses of a coin (J. Przyborowski and H. Wilenski, Biometrika 31, 1940).
Counts that vary more carry less: both are divided by their dispersion, and the binomial sums taken as the beta
integrals that they are (quasi-likelihood: R. W. M. Wedderburn, Biometrika 61, 1974). A dispersion that is itself
estimated makes large differences more common: p is never below that of Student's t with its degrees of freedom.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, stdtr

from vrp_map.errors import UserError

Floats = NDArray[np.float64]


def split_p(
    now: ArrayLike,
    before: ArrayLike,
    *,
    dispersion: ArrayLike = 1.0,
    freedom: ArrayLike = math.inf,
    share: float = 0.5,
) -> Floats:
    """The two-sided p-value of two counts whose sum chance splits by `share`.

    Args:
        now, before: counts, any shapes that go together.
        dispersion: how many times a Poisson count's variance they have, 1 or more.
        freedom: the degrees of freedom that it was estimated with; infinite where it is known.
        share: the part of the sum that falls to `now` by chance; 0.5 for periods of equal length.

    Returns:
        p in their shape; 1 where both are 0.

    Raises:
        UserError: a count is negative or missing, a dispersion below 1, or the share is not between 0 and 1.

    >>> split_p([15, 30], [5, 10]).round(4).tolist()
    [0.0414, 0.0022]
    >>> split_p([15, 30], [5, 10], dispersion=2.0, freedom=20).round(4).tolist()
    [0.204, 0.0414]
    """
    later, earlier, spread, known = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (now, before, dispersion, freedom))
    )
    if not ((later >= 0) & (earlier >= 0) & np.isfinite(later + earlier)).all():
        raise UserError("A count is negative or missing.", hint="Give the number of incidents in each period.")
    if not ((spread >= 1) & np.isfinite(spread)).all() or not 0 < share < 1:
        raise UserError("The dispersion or the share cannot be.", hint="Give 1 or more, and a share between 0 and 1.")
    a, b, total = later / spread, earlier / spread, later + earlier
    tails = np.minimum(_at_least(a, b, share), _at_least(b, a, 1 - share))
    apart = np.abs(later - total * share)
    t = np.divide(apart, np.sqrt(spread * total * share * (1 - share)), out=np.zeros_like(a), where=total > 0)
    return np.minimum(1.0, 2.0 * np.maximum(tails, stdtr(known, -t)))


def smallest_rise(before: int, *, dispersion: float, freedom: float, level: float, share: float = 0.5) -> int:
    """The smallest count after `before` whose rise has a p of at most `level`: what could have been seen.

    Args:
        before: the earlier count. level: of `split_p`; the rest as there.
    """

    def shows(now: int) -> bool:
        return bool(split_p(now, before, dispersion=dispersion, freedom=freedom, share=share) <= level)

    low = math.ceil(before * share / (1 - share))
    high = low + 1
    while not shows(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shows(middle) else (middle, high)
    return high


def _at_least(many: Floats, rest: Floats, share: float) -> Floats:
    """The chance of this many of the sum or more."""
    some = many > 0
    return np.where(some, betainc(np.where(some, many, 1.0), rest + 1, share), 1.0)
