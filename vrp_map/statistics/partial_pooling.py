"""Several effects at once: each is drawn to their mean as far as chance explains its distance.

Of nine pilots the best-looking one is partly lucky. A random-effects model: the spread of the true
effects by R. C. Paule and J. Mandel, J. Res. Natl. Bur. Stand. 87, 1982; the mean with the interval
of J. Hartung and G. Knapp, Stat. Med. 20, 2001; each effect by empirical Bayes with C. N. Morris's
allowance for not knowing mean and spread, J. Am. Stat. Assoc. 78, 1983.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]
# With fewer, mean and spread say nothing about one of them.
FEWEST = 4
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class PooledEffects:
    """Effects drawn together.

    Attributes:
        mean, low, high: of all true effects, 95%. spread: their standard deviation.
        differ_p: the chance of effects as far apart as these if all were one (Cochran's Q).
        effects, lows, highs: (k,) each effect drawn to the mean, 95%.
        drawn: (k,) how far each was drawn, 0 (not) to 1 (to the mean).
    """

    mean: float
    low: float
    high: float
    spread: float
    differ_p: float
    effects: Floats
    lows: Floats
    highs: Floats
    drawn: Floats


def pooled(effects: ArrayLike, ses: ArrayLike) -> PooledEffects:
    """Several estimates of effects of one kind, such as log ratios.

    Args:
        effects: (k,) estimates. ses: (k,) their standard errors, above 0.

    Raises:
        UserError: fewer than two effects, or numbers that do not fit.

    >>> found = pooled([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])
    >>> round(found.mean, 2), found.spread
    (7.69, 0.0)
    """
    y, v = np.asarray(effects, dtype=float), np.asarray(ses, dtype=float) ** 2
    if y.shape != v.shape or y.ndim != 1 or len(y) < 2:
        raise UserError("Pooling needs two effects.", hint="Give as many errors as effects.")
    if not (np.isfinite(y).all() and (v > 0).all() and np.isfinite(v).all()):
        raise UserError("An effect or its error is missing.", hint="Leave that pilot out.")
    k = len(y)
    spread = _spread(y, v)
    weights = 1 / (v + spread)
    mean = float((weights * y).sum() / weights.sum())
    scale = max(1.0, float((weights * (y - mean) ** 2).sum() / (k - 1)))
    wide = float(scipy.special.stdtrit(k - 1, 0.5 + _CONFIDENCE / 2)) * np.sqrt(
        scale / weights.sum()
    )
    drawn, variance = np.zeros(k), v
    if k >= FEWEST:
        drawn = (k - 3) / (k - 1) * v / (v + spread)
        unknown = 2 / (k - 3) * drawn**2 * (v.mean() + spread) / (v + spread) * (y - mean) ** 2
        variance = v * (1 - (k - 1) / k * drawn) + unknown
    each = y - drawn * (y - mean)
    half = float(scipy.special.ndtri(0.5 + _CONFIDENCE / 2)) * np.sqrt(variance)
    return PooledEffects(
        mean,
        mean - float(wide),
        mean + float(wide),
        spread=float(np.sqrt(spread)),
        differ_p=float(scipy.special.chdtrc(k - 1, _excess(0.0, y, v) + k - 1)),
        effects=each,
        lows=each - half,
        highs=each + half,
        drawn=drawn,
    )


def _spread(y: Floats, v: Floats) -> float:
    """The variance of the true effects."""

    if _excess(0.0, y, v) <= 0:
        return 0.0
    most = float(((y - y.mean()) ** 2).sum()) + float(v.max())
    return float(scipy.optimize.brentq(_excess, 0.0, most, args=(y, v)))


def _excess(spread: float, y: Floats, v: Floats) -> float:
    """How much further apart they are than with such a spread they should be."""
    weights = 1 / (v + spread)
    mean = (weights * y).sum() / weights.sum()
    return float((weights * (y - mean) ** 2).sum()) - (len(y) - 1)
