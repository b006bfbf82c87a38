"""Rates of small places drawn towards the overall rate, the more so the smaller the place
(empirical Bayes).

Source: R. J. Marshall, "Mapping disease and mortality rates using empirical Bayes estimators",
Applied Statistics 40 (1991), the global estimator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrp_map.errors import UserError
from vrp_map.statistics.rates import numbers

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SmoothedRates:
    """Rates for each person, before and after smoothing.

    Attributes:
        rate: (m,) smoothed incidents for each person; NaN where the count or the population is
            missing or 0 people.
        weight: (m,) 0 to 1, how much of the place's own rate is in it; NaN as above.
        mean: the overall rate that places are drawn to; NaN if there is no place to take it from.
        variance: between places, beyond what chance gives; 0 where chance explains all, and then
            every rate is `mean`.
    """

    rate: Floats
    weight: Floats
    mean: float
    variance: float


def empirical_bayes(n: Any, population: Any) -> SmoothedRates:
    """Smooth the rates of many places, each towards the overall rate.

    m = sum n / sum b; s² = max(0, sum b (r - m)² / sum b - m / mean b); w = s² / (s² + m / b); rate
    = w r + (1 - w) m.

    Args:
        n, population: (m,) incidents and people. Who the people are (residents, workers by day,
            pupils) is the caller's choice, to be said beside every rate.

    Raises:
        UserError: a number is negative, or the two differ in length.
    """
    counts, people = numbers(n), numbers(population)
    if counts.shape != people.shape:
        raise UserError(
            "Incidents and populations differ in number.", hint="Give one of each for every place."
        )
    if (counts < 0).any() or (people < 0).any():
        raise UserError("A count or a population is negative.", hint="Give numbers of 0 or more.")
    known = np.isfinite(counts) & (people > 0) & np.isfinite(people)
    smoothed, weight = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    if not known.any():
        return SmoothedRates(smoothed, weight, float("nan"), 0.0)
    e, b = counts[known], people[known]
    own, mean = e / b, float(e.sum() / b.sum())
    variance = max(0.0, float((b * (own - mean) ** 2).sum() / b.sum() - mean / b.mean()))
    # With no incidents at all both parts are 0: there is nothing to draw apart.
    part = variance + mean / b
    w = np.divide(variance, part, out=np.zeros_like(b), where=part > 0)
    weight[known], smoothed[known] = w, w * own + (1 - w) * mean
    return SmoothedRates(smoothed, weight, mean, variance)


def smoothed_rates_per_1000(n: Any, population: Any) -> Floats:
    """`empirical_bayes` in incidents per 1,000 people, beside `rates.rates_per_1000`."""
    return empirical_bayes(n, population).rate * 1000
