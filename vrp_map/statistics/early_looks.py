"""Looking early without being sure too soon: how far off chance a pilot must be at each look.

Who looks every quarter and stops at the first "working" is wrong far more often than one time in
twenty. The error of 5% is therefore spent over the looks, hardly any of it early: K. K. G. Lan and
D. L. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70, 1983, with the
spending function that is like P. C. O'Brien and T. R. Fleming, Biometrics 35, 1979. The critical
values come from the recursion of P. Armitage, C. K. McPherson and B. C. Rowe, J. R. Statist. Soc. A
132, 1969.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import scipy
from numpy.typing import NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]
_ALPHA = 0.05
# Beyond so many standard errors nothing is told apart from never.
_FARTHEST = 8.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)


@dataclass(frozen=True)
class LookHistory:
    """When a pilot was looked at, and how long it was to run.

    Attributes:
        months_before: months counted before the start.
        months_planned: months after the start at which it was to be judged.
        looks: months after the start at each look so far, the present one last.

    Raises:
        UserError: months that are not above 0, looks out of order or past the planned end.
    """

    months_before: float
    months_planned: float
    looks: tuple[float, ...]

    def __post_init__(self) -> None:
        if not (self.months_before > 0 and self.months_planned > 0 and self.looks):
            raise UserError(
                "A look needs months before and after the start.",
                hint="Give numbers above 0, and at least one look.",
            )
        steps = np.diff([0.0, *self.looks])
        if not (steps > 0).all():
            raise UserError(
                "The looks are not in order.",
                hint="Give the months after the start at each look, the earliest first.",
            )
        if self.looks[-1] > self.months_planned:
            raise UserError(
                f"A look after {self.looks[-1]:g} months lies past the planned end"
                f" ({self.months_planned:g} months).",
                hint="Judge the planned months alone: a later look would test the pilot again.",
            )

    @property
    def fractions(self) -> list[float]:
        """What part of the information that there will be at the planned end each look has."""
        at_end = 1 / self.months_planned + 1 / self.months_before
        return [at_end / (1 / months + 1 / self.months_before) for months in self.looks]

    @cached_property
    def critical(self) -> float:
        """How many standard errors off chance the present look must be."""
        return critical_values(self.fractions)[-1]

    @property
    def confidence(self) -> float:
        """The confidence that the interval of the present look needs."""
        return float(1 - 2 * scipy.special.ndtr(-self.critical))

    @property
    def is_corrected(self) -> bool:
        """Whether this is anything but the one look at the planned end."""
        return len(self.looks) > 1 or self.looks[-1] < self.months_planned


def critical_values(fractions: Sequence[float], *, alpha: float = _ALPHA) -> list[float]:
    """The two-sided critical value of each look.

    Args:
        fractions: (looks,) parts of the planned information, ascending, above 0, 1 at the end.
        alpha: the chance of ever being past them where nothing happened.

    Returns:
        (looks,) standard errors; the earlier, the larger.

    >>> [round(value, 4) for value in critical_values([0.2, 0.4, 0.6, 0.8, 1.0])]
    [4.8769, 3.357, 2.6803, 2.2898, 2.031]
    """
    return list(_critical_values(tuple(map(float, fractions)), alpha))


@lru_cache(maxsize=512)
def _critical_values(fractions: tuple[float, ...], alpha: float) -> tuple[float, ...]:
    at = np.asarray(fractions, dtype=float)
    if not (len(at) and (np.diff([0.0, *at]) > 0).all() and at[-1] <= 1 + 1e-9):
        raise UserError(
            "The looks are not in order.", hint="Give fractions above 0 and up to 1, ascending."
        )
    # On each side half of it, by 2 - 2 Phi(z / root of the fraction).
    spent = 4 * scipy.special.ndtr(scipy.special.ndtri(alpha / 4) / np.sqrt(at))
    # The sum so far (z times the root of the fraction) where no look has shown anything yet.
    sums, chances = np.zeros(1), np.ones(1)
    found: list[float] = []
    earlier = 0.0
    for fraction, share in zip(at.tolist(), np.diff([0.0, *spent]).tolist(), strict=True):
        step = np.sqrt(fraction - earlier)
        value = _spending(sums, chances, step, share=share, root=float(np.sqrt(fraction)))
        found.append(value)
        sums, chances = _carried_on(sums, chances, step, most=value * np.sqrt(fraction))
        earlier = fraction
    return tuple(found)


def _spending(sums: Floats, chances: Floats, step: float, *, share: float, root: float) -> float:
    """The critical value that is first passed at this look with the chance `share`."""

    def passed(value: float) -> float:
        edge = value * root
        tails = scipy.special.ndtr((sums - edge) / step) + scipy.special.ndtr((-sums - edge) / step)
        return float((tails * chances).sum() - share)

    return (
        _FARTHEST if passed(_FARTHEST) > 0 else float(scipy.optimize.brentq(passed, 0.0, _FARTHEST))
    )


def _carried_on(
    sums: Floats, chances: Floats, step: float, *, most: float
) -> tuple[Floats, Floats]:
    """The sums after a look that showed nothing, and their chances (by Gauss-Legendre)."""
    nodes = most * _NODES
    apart = (nodes[:, None] - sums[None, :]) / step
    density = np.exp(-(apart**2) / 2) @ chances / (step * np.sqrt(2 * np.pi))
    return nodes, density * _WEIGHTS * most
