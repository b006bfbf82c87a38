"""Does a sum of incidents split between two periods as chance splits it?

Given their sum, two Poisson counts split like tosses of a coin (J. Przyborowski and H. Wilenski,
Biometrika 31, 1940). Counts that come in runs vary more: divided by their dispersion they carry as
much as Poisson counts (quasi-likelihood: R. W. M. Wedderburn, Biometrika 61, 1974), and where they
are few, two negative binomial counts of one dispersion split as a beta-binomial count (J. G.
Skellam, J. R. Statist. Soc. B 10, 1948). A dispersion that is itself estimated makes large
differences more common, as Student's t has it. The largest of these p-values is taken.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]
# A p above this says nothing, so that it need not be known better.
_LARGE_P = 0.10


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
        UserError: a count is negative or missing, a dispersion below 1, or the share is not between
            0 and 1.

    >>> split_p([15, 30], [5, 10]).round(4).tolist()
    [0.0414, 0.0022]
    >>> split_p([15, 30], [5, 10], dispersion=2.0, freedom=20).round(4).tolist()
    [0.204, 0.0414]
    """
    later, earlier, spread, known = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (now, before, dispersion, freedom))
    )
    if not ((later >= 0) & (earlier >= 0) & np.isfinite(later + earlier)).all():
        raise UserError(
            "A count is negative or missing.", hint="Give the number of incidents in each period."
        )
    if not ((spread >= 1) & np.isfinite(spread)).all() or not 0 < share < 1:
        raise UserError(
            "The dispersion or the share cannot be.",
            hint="Give 1 or more, and a share between 0 and 1.",
        )
    total, a, b = later + earlier, later / spread, earlier / spread
    apart = np.abs(later - total * share)
    t = np.divide(
        apart,
        np.sqrt(spread * total * share * (1 - share)),
        out=np.zeros(total.shape),
        where=total > 0,
    )
    tails = np.minimum(_at_least(a, b, share), _at_least(b, a, 1 - share))
    p = np.asarray(2.0 * np.maximum(tails, scipy.special.stdtr(known, -t)))
    for at in map(tuple, np.argwhere((spread > 1) & (p <= _LARGE_P))):
        some, rest, part = (
            (later, earlier, share)
            if later[at] > total[at] * share
            else (earlier, later, 1 - share)
        )
        p[at] = max(
            p[at],
            2.0
            * _beta_binomial_at_least(float(some[at]), float(rest[at]), float(spread[at]), part),
        )
    return np.asarray(np.minimum(1.0, p))


def smallest_rise(
    before: int, *, dispersion: float, freedom: float, level: float, share: float = 0.5
) -> int:
    """The smallest count after `before` whose rise has a p of at most `level`: what could have been
    seen.

    Args:
        before: the earlier count. level: of `split_p`; the rest as there.
    """

    def shows(now: int) -> bool:
        return bool(
            split_p(now, before, dispersion=dispersion, freedom=freedom, share=share) <= level
        )

    low = math.ceil(before * share / (1 - share))
    high = low + 1
    while not shows(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shows(middle) else (middle, high)
    return high


@lru_cache(maxsize=4096)
def _beta_binomial_at_least(many: float, rest: float, spread: float, share: float) -> float:
    """The chance of this many of the sum or more, where the counts have `spread` times a Poisson
    count's variance.
    """
    total = many + rest
    a, b = (total * part / (spread - 1) for part in (share, 1 - share))
    x = np.arange(math.ceil(many), round(total) + 1)
    ways = (
        scipy.special.gammaln(total + 1)
        - scipy.special.gammaln(x + 1)
        - scipy.special.gammaln(total - x + 1)
    )
    return float(
        np.exp(ways + scipy.special.betaln(x + a, total - x + b) - scipy.special.betaln(a, b)).sum()
    )


def _at_least(many: Floats, rest: Floats, share: float) -> Floats:
    """The chance of this many of the sum or more, of Poisson counts, whole or not."""
    some = many > 0
    return np.where(some, scipy.special.betainc(np.where(some, many, 1.0), rest + 1, share), 1.0)
