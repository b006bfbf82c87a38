"""The weighted displacement difference: did a place change more than places like it?

A. Wheeler and J. Ratcliffe, "A simple weighted displacement difference test to evaluate place based
crime interventions", Crime Science 7:11, 2018. Two-sided. The counts are taken as Poisson, or as
`dispersion` times as variable; where that is itself an estimate, Student's t with its degrees of
`freedom` takes the place of the normal distribution.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import scipy

from vrp_map.errors import UserError

# Of the one-sided test of a fall before it starts: one time in 20 by chance.
_ONE_SIDED = 0.05


@dataclass(frozen=True)
class BeforeAfter:
    """Incidents of one place in two periods.

    Attributes:
        before, after: counts.
        weight: of the place, for places of another size (its area, say); counts are divided by it.
    """

    before: float
    after: float
    weight: float = 1.0


@dataclass(frozen=True)
class Difference:
    """What `weighted_difference` found.

    Attributes:
        wdd: incidents more (fewer where negative) than the comparison would lead one to expect.
        se: its standard error. z: wdd / se. p: two-sided.
        low, high: the interval of 95% (or as asked).
    """

    wdd: float
    se: float
    z: float
    p: float
    low: float
    high: float


@dataclass(frozen=True)
class RateRatio:
    """How many times as many incidents as the comparison would lead one to expect, with its
    interval: 0 or infinite where a count is 0, NaN where two counts of 0 leave it open.
    """

    irr: float
    low: float
    high: float


def weighted_difference(
    treated: BeforeAfter,
    comparison: BeforeAfter,
    *,
    ring: BeforeAfter | None = None,
    comparison_ring: BeforeAfter | None = None,
    time_weights: Sequence[float] = (1.0, 1.0),
    dispersion: float = 1.0,
    freedom: float = math.inf,
    confidence: float = 0.95,
) -> Difference:
    """The change of a place (and of the ring around it) beyond that of its comparison.

    Args:
        ring, comparison_ring: where displacement would show, and its comparison; both or neither.
        time_weights: of the periods before and after, where they are of other lengths.
        dispersion: how many times more than Poisson the counts vary; at least 1.
        freedom: degrees of freedom that the dispersion is known with; infinite where it is given.

    Raises:
        UserError: a negative count, a weight of 0 or less, one ring without the other.

    >>> found = weighted_difference(
    ...     BeforeAfter(207, 110), BeforeAfter(308, 318),
    ...     ring=BeforeAfter(178, 157), comparison_ring=BeforeAfter(150, 140),
    ... )
    >>> found.wdd, round(found.se, 3), round(found.z, 2)
    (-118.0, 39.598, -2.98)
    """
    if (ring is None) != (comparison_ring is None):
        raise UserError(
            "A ring needs a comparison ring, and the reverse.", hint="Give both or neither."
        )
    if not dispersion >= 1:
        raise UserError("The dispersion is at least 1.", hint="Leave it out for Poisson counts.")
    signed = [(1, treated), (-1, comparison)]
    if ring and comparison_ring:
        signed += [(1, ring), (-1, comparison_ring)]
    places = [place for _, place in signed]
    _check(places, time_weights)
    early, late = time_weights
    wdd = sum(
        sign * (p.after / (late * p.weight) - p.before / (early * p.weight)) for sign, p in signed
    )
    variance = dispersion * sum(
        p.after / (late * p.weight) ** 2 + p.before / (early * p.weight) ** 2 for p in places
    )
    se = math.sqrt(variance)
    if not se:
        raise UserError("All counts are 0.", hint="Choose a longer period or a larger area.")
    return _difference(wdd, se, confidence, freedom)


def harm_weighted(
    found: Sequence[Difference], harm: Sequence[float], *, confidence: float = 0.95
) -> Difference:
    """The difference in harm: of each kind of incident its difference, times its weight of harm.

    Raises:
        UserError: not one weight for each kind.
    """
    if len(found) != len(harm) or not found:
        raise UserError("Each kind needs one weight of harm.", hint="Give as many of both.")
    wdd = sum(weight * one.wdd for one, weight in zip(found, harm, strict=True))
    variance = sum((weight * one.se) ** 2 for one, weight in zip(found, harm, strict=True))
    return _difference(wdd, math.sqrt(variance), confidence)


def _difference(wdd: float, se: float, confidence: float, freedom: float = math.inf) -> Difference:
    wide = critical_value(confidence, freedom=freedom) * se
    z = wdd / se
    p = 2 * float(scipy.special.stdtr(freedom, -abs(z)))
    return Difference(float(wdd), se, z, p, wdd - wide, wdd + wide)


def critical_value(confidence: float, *, freedom: float = math.inf) -> float:
    """How many standard errors an interval reaches to each side.

    >>> round(critical_value(0.95), 2), round(critical_value(0.95, freedom=11), 2)
    (1.96, 2.2)
    """
    return float(-scipy.special.stdtrit(freedom, (1 - confidence) / 2))


def rate_ratio(
    treated: BeforeAfter,
    comparison: BeforeAfter,
    *,
    dispersion: float = 1.0,
    freedom: float = math.inf,
    confidence: float = 0.95,
) -> RateRatio:
    """The ratio form of the same question, by the delta method on the log.

    It assumes that both places would have changed in proportion, where the difference assumes the
    same number. Weights of time and size cancel. With a count of 0, where that method has no
    answer, the interval is the one of the likelihood ratio: the end of all incidents can show.

    >>> found = rate_ratio(BeforeAfter(207, 110), BeforeAfter(308, 318))
    >>> round(found.irr, 4), round(found.low, 4), round(found.high, 4)
    (0.5147, 0.3893, 0.6806)
    >>> found = rate_ratio(BeforeAfter(60, 0), BeforeAfter(60, 60))
    >>> found.irr, found.low, round(found.high, 3)
    (0.0, 0.0, 0.034)
    """
    above = treated.after * comparison.before
    below = treated.before * comparison.after
    wide = critical_value(confidence, freedom=freedom) * math.sqrt(dispersion)
    if above and below:
        counts = (treated.before, treated.after, comparison.before, comparison.after)
        irr, wide = above / below, wide * math.sqrt(sum(1 / count for count in counts))
        return RateRatio(irr, irr * math.exp(-wide), irr * math.exp(wide))
    if below:
        return RateRatio(0.0, 0.0, _highest_ratio(treated, comparison, wide))
    if above:
        highest = _highest_ratio(comparison, treated, wide)
        return RateRatio(math.inf, 1 / highest, math.inf)
    return RateRatio(math.nan, math.nan, math.nan)


def _highest_ratio(treated: BeforeAfter, comparison: BeforeAfter, wide: float) -> float:
    """The largest ratio that the counts allow where they say 0: its likelihood-ratio statistic,
    with all margins kept, is `wide` squared.
    """
    most = min(treated.before, comparison.after)

    def fitted(shift: float) -> list[tuple[float, float]]:
        """Each count, and what a ratio above 0 would lead one to expect of it."""
        return [
            (treated.after, treated.after + shift),
            (treated.before, treated.before - shift),
            (comparison.after, comparison.after - shift),
            (comparison.before, comparison.before + shift),
        ]

    def excess(shift: float) -> float:
        pairs = [(n, due) for n, due in fitted(shift) if n]
        if not all(due for _, due in pairs):
            return math.inf
        return 2 * sum(n * math.log(n / due) for n, due in pairs) - wide**2

    lowest, highest = most * 1e-12, most * (1 - 1e-12)
    if excess(highest) < 0:
        # So few incidents allow any ratio.
        return math.inf
    shift = scipy.optimize.brentq(excess, lowest, highest)
    (_, a), (_, b), (_, c), (_, d) = fitted(shift)
    return a * d / (b * c)


def smallest_fall(
    places: Sequence[BeforeAfter],
    *,
    time_weights: Sequence[float] = (1.0, 1.0),
    dispersion: float = 1.0,
    freedom: float = math.inf,
    one_sided: float = _ONE_SIDED,
) -> float:
    """The smallest fall of the treated place that would show if nothing else changed.

    Args:
        places: those compared, the treated first (2, or 4 with rings); only `before` and the
            weights are used.

    Returns:
        Incidents of the treated place in a period as long as the one before.

    >>> round(smallest_fall([BeforeAfter(10, 0)] * 2), 1)
    10.4
    >>> round(smallest_fall([BeforeAfter(100, 0)] * 4), 1)
    46.5
    """
    _check(places, time_weights)
    early, late = time_weights
    # Without a change the period after has as many for its length.
    variance = dispersion * sum(
        place.before * (1 / early**2 + 1 / (early * late)) / place.weight**2 for place in places
    )
    wide = critical_value(1 - 2 * one_sided, freedom=freedom) * math.sqrt(variance)
    return wide * early * places[0].weight


def _check(places: Sequence[BeforeAfter], time_weights: Sequence[float]) -> None:
    counts = [count for place in places for count in (place.before, place.after)]
    if not all(0 <= count < math.inf for count in counts):
        raise UserError("A count is negative or missing.", hint="Give whole numbers from 0.")
    weights = [*time_weights, *(place.weight for place in places)]
    if len(time_weights) != 2 or not all(0 < weight < math.inf for weight in weights):
        raise UserError("A weight is 0 or less, or missing.", hint="Give numbers above 0.")
