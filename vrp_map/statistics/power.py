"""What a pilot of a given size could show: the fall that would be seen, and how often.

The rule of thumb is that of the weighted displacement difference (`wdd.smallest_fall`): a fall of
that size is seen about every other time. How often a fall would be called working is counted on
made-up pilots, each judged as real ones are: by the difference and by the ratio, both with 95%.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy
from numpy.typing import NDArray

from vrp_map.errors import UserError
from vrp_map.statistics.wdd import BeforeAfter, critical_value, smallest_fall

Floats = NDArray[np.float64]
_CONFIDENCE = 0.95
_LARGE = 10_000


@dataclass(frozen=True)
class ExpectedCounts:
    """The incidents to expect if nothing changes.

    Attributes:
        places: of the pilot's place, of its comparison, and, with rings, of the ring and of the
            comparison's ring, in the months after the start.
        months_before, months_after: lengths of the two periods.
        dispersion: how many times more than Poisson such counts vary; at least 1.

    Raises:
        UserError: numbers that are not above 0, or a ring without the other.
    """

    places: tuple[float, ...]
    months_before: float
    months_after: float
    dispersion: float = 1.0

    def __post_init__(self) -> None:
        numbers = (*self.places, self.months_before, self.months_after)
        if not all(0 < number < math.inf for number in numbers):
            raise UserError(
                "The incidents expected and the months must be above 0.",
                hint="Count the area's own past, for as many months as the pilot will run.",
            )
        if len(self.places) not in (2, 4):
            raise UserError(
                "A ring needs a comparison ring, and the reverse.", hint="Give both or neither."
            )
        if not 1 <= self.dispersion < math.inf:
            raise UserError(
                "The dispersion is at least 1.", hint="Leave it out for Poisson counts."
            )

    @property
    def sizes(self) -> list[float]:
        """The weight of each place: what makes the comparison as large as what it is held to."""
        return [n / self.places[i - i % 2] for i, n in enumerate(self.places)]

    @property
    def periods(self) -> float:
        """How many times as long the period before is as the one after."""
        return self.months_before / self.months_after

    def times(self, factor: float) -> ExpectedCounts:
        """The same plan with so many times the incidents everywhere."""
        return replace(self, places=tuple(factor * n for n in self.places))

    def lasting(self, months_after: float) -> ExpectedCounts:
        """The same plan over another number of months after the start."""
        longer = self.times(months_after / self.months_after)
        return replace(longer, months_after=months_after)

    def smallest_fall(self) -> float:
        """The smallest fall of the treated place in the months after that the rule says would show.

        >>> round(ExpectedCounts((10, 10), 12, 12).smallest_fall(), 1)
        10.4
        """
        before = [
            BeforeAfter(n * self.periods, 0, weight)
            for n, weight in zip(self.places, self.sizes, strict=True)
        ]
        fall = smallest_fall(before, time_weights=(self.periods, 1), dispersion=self.dispersion)
        return fall / self.periods

    def chance_about(self, fall: float) -> float:
        """How often a fall would be called working, by the normal distribution: quick, and near
        `PilotSimulation.chance` from some 20 incidents on.
        """
        signed = np.array([1.0 - fall, *([1.0] * (len(self.places) - 1))])
        means, sizes = np.array(self.places), np.array(self.sizes)
        variance = (means * (signed + 1 / self.periods) / sizes**2).sum()
        z = fall * self.places[0] / math.sqrt(self.dispersion * variance)
        if fall < 1:
            pair, left = means[:2], signed[:2]
            parts = (1 / (pair * left) + 1 / (pair * self.periods)).sum()
            z = min(z, -math.log(1 - fall) / math.sqrt(self.dispersion * parts))
        return float(scipy.special.ndtr(z - critical_value(_CONFIDENCE)))


@dataclass(frozen=True)
class PilotSimulation:
    """Made-up pilots of one plan, the same for every size of fall, so that a larger one is never
    seen less often.
    """

    plan: ExpectedCounts
    draws: int = 4000
    seed: int = 0

    @cached_property
    def _uniform(self) -> Floats:
        shape = (self.draws, 2 * len(self.plan.places))
        return np.random.default_rng(self.seed).random(shape)

    @cached_property
    def _unchanged(self) -> Floats:
        """(draws, places, 2) counts before and after if nothing changes."""
        means = np.outer(self.plan.places, (self.plan.periods, 1.0)).ravel()
        columns = [
            _counts(mean, self.plan.dispersion, self._uniform[:, i]) for i, mean in enumerate(means)
        ]
        return np.stack(columns, axis=1).reshape(self.draws, len(self.plan.places), 2)

    def chance(self, fall: float) -> float:
        """How often a fall would be called working.

        Args:
            fall: the part of the treated place's incidents that the pilot prevents, 0 to 1.

        >>> PilotSimulation(ExpectedCounts((100, 100), 12, 12)).chance(0.3)
        0.34175
        """
        pilots = self._unchanged.copy()
        left = self.plan.places[0] * (1 - fall)
        pilots[:, 0, 1] = _counts(left, self.plan.dispersion, self._uniform[:, 1]) if left else 0
        shown = shows_fall(
            pilots,
            sizes=self.plan.sizes,
            time_weights=(self.plan.periods, 1),
            dispersion=self.plan.dispersion,
        )
        return float(shown.mean())

    def fall_seen(self, chance: float) -> float | None:
        """The smallest fall that would be called working so often, in whole percent, 0 to 1; None
        where even the end of all incidents would not be.
        """
        if self.chance(1.0) < chance:
            return None
        low, high = 0, 100
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.chance(middle / 100) >= chance else (middle, high)
        return high / 100


def shows_fall(
    pilots: Floats,
    *,
    sizes: list[float],
    time_weights: tuple[float, float],
    dispersion: float,
) -> NDArray[np.bool_]:
    """Which pilots the difference and the ratio both call a fall, with their whole 95% intervals:
    `pilots.verdict.judge` for many at once.

    Args:
        pilots: (n, 2 or 4, 2) counts before and after: treated, comparison, and their rings.
        sizes: the weight of each place. The rest as for `wdd.weighted_difference`.
    """
    signs = np.array([1, -1, 1, -1])[: pilots.shape[1]]
    weighted = pilots / (np.asarray(sizes)[:, None] * np.asarray(time_weights))
    wdd = ((weighted[..., 1] - weighted[..., 0]) * signs).sum(axis=1)
    variance = (weighted / (np.asarray(sizes)[:, None] * np.asarray(time_weights))).sum(axis=(1, 2))
    wide = critical_value(_CONFIDENCE) * math.sqrt(dispersion)
    return np.asarray((wdd < -wide * np.sqrt(variance)) & (_highest_log_ratio(pilots, wide) < 0))


def _highest_log_ratio(pilots: Floats, wide: float) -> Floats:
    """The upper end of the interval of the log ratio; where a count is 0 only its sign is right."""
    (treated, comparison) = pilots[:, 0], pilots[:, 1]
    cells = np.concatenate([treated, comparison], axis=1)
    some = np.min(cells, axis=1) > 0
    safe = np.where(some[:, None], cells, 1.0)
    log = np.log(safe) @ np.array([-1.0, 1.0, 1.0, -1.0])
    ends = log + wide * np.sqrt((1 / safe).sum(axis=1))
    falls = (treated[:, 1] * comparison[:, 0] == 0) & (treated[:, 0] * comparison[:, 1] > 0)
    # The likelihood ratio of the table against no change, as `wdd.rate_ratio` has it.
    table = pilots[:, :2]
    due = table.sum(axis=1, keepdims=True) * table.sum(axis=2, keepdims=True)
    total = np.maximum(table.sum(axis=(1, 2), keepdims=True), 1.0)
    statistic = 2 * (scipy.special.xlogy(table, table * total) - scipy.special.xlogy(table, due))
    zero = np.where(falls & (statistic.sum(axis=(1, 2)) > wide**2), -1.0, 1.0)
    return np.where(some, ends, zero)


def _counts(mean: float, dispersion: float, uniform: Floats) -> Floats:
    """Counts of a mean at these uniform numbers: Poisson, or negative binomial; normal where they
    are so large that the quantiles of those take seconds.
    """
    if mean > _LARGE * dispersion:
        return np.asarray(
            np.round(mean + np.sqrt(dispersion * mean) * scipy.special.ndtri(uniform))
        )
    if dispersion == 1:
        return np.asarray(scipy.stats.poisson.ppf(uniform, mean))
    return np.asarray(scipy.stats.nbinom.ppf(uniform, mean / (dispersion - 1), 1 / dispersion))
