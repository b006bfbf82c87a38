"""The scan statistic: how likely is a cluster of events somewhere in a long time, by
chance alone?

Source: J. I. Naus, "Approximations for Distributions of Scan Statistics", J. Am. Statist. Assoc. 77
(1982), for a Poisson process. A test of one week asks about that week; an alert looks at every
week: this is the chance of an alert.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, pdtr

from vrp_map.errors import UserError


def scan_p(k: int, *, mean: float, windows: float) -> float:
    """The chance that some window, wherever it begins, holds k events or more.

    P = 1 - Q2 (Q3 / Q2)^(L - 2), Q2 and Q3 the chance of no such window within 2 and 3 window
    lengths, L = `windows`.

    Args:
        k: events in the window, at least 3.
        mean: expected events in one window.
        windows: length of the whole time in window lengths, at least 2 (260 weeks and a window of
            one week: 260).

    Raises:
        UserError: fewer than 3 events, no mean, or fewer than 2 windows.
    """
    if k < 3 or k != int(k):
        raise UserError(
            "The scan needs 3 events or more.", hint="For fewer, compare with the usual number."
        )
    if not (mean > 0 and np.isfinite(mean)):
        raise UserError(
            "The usual number of events must be above 0.", hint="Give the mean of one window."
        )
    if not (windows >= 2 and np.isfinite(windows)):
        raise UserError(
            "The whole time must be 2 windows or more.", hint="Give its length in windows."
        )
    # Up to the mean, such windows are the rule, and the approximation was not made for that.
    if k <= mean:
        return 1.0
    q2, q3 = _q2(int(k), mean), _q3(int(k), mean)
    if not (q2 > 0 and q3 > 0):
        return 1.0
    # By logarithms: 1 - Q would lose a small chance.
    p = -np.expm1(np.log(q2) + (windows - 2) * np.log(q3 / q2))
    return min(1.0, max(0.0, float(p)))


def _point(j: int, mean: float) -> float:
    return float(np.exp(j * np.log(mean) - mean - gammaln(j + 1))) if j >= 0 else 0.0


def _up_to(j: int, mean: float) -> float:
    return float(pdtr(j, mean)) if j >= 0 else 0.0


def _q2(k: int, mean: float) -> float:
    below, own = _up_to(k - 1, mean), _point(k, mean)
    return (
        below**2 - (k - 1) * own * _point(k - 2, mean) - (k - 1 - mean) * own * _up_to(k - 3, mean)
    )


def _q3(k: int, mean: float) -> float:
    below, own = _up_to(k - 1, mean), _point(k, mean)
    first = 2 * own * below * ((k - 1) * _up_to(k - 2, mean) - mean * _up_to(k - 3, mean))
    second = (own**2 / 2) * (
        (k - 1) * (k - 2) * _up_to(k - 3, mean)
        - 2 * (k - 2) * mean * _up_to(k - 4, mean)
        + mean**2 * _up_to(k - 5, mean)
    )
    third = sum(_point(2 * k - r, mean) * _up_to(r - 1, mean) ** 2 for r in range(1, k))
    fourth = sum(
        _point(2 * k - r, mean)
        * _point(r, mean)
        * ((r - 1) * _up_to(r - 2, mean) - mean * _up_to(r - 3, mean))
        for r in range(2, k)
    )
    return below**3 - first + second + third - fourth
