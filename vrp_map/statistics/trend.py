"""Is it up, down, or could it be chance?

Two counts of equally long periods, and the sentences that say so.

The test is that of `statistics.split`; the interval is Clopper and Pearson's, Biometrika 26, 1934,
of both counts divided by their dispersion (quasi-likelihood: R. W. M. Wedderburn, Biometrika 61,
1974). Several places judged together are corrected by Benjamini-Hochberg.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import scipy

from vrp_map.errors import UserError
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.split import split_p
from vrp_map.vocabulary import HotspotClass

UP, DOWN, COULD_BE_CHANCE, TOO_FEW = "up", "down", "could be chance", "too few to say"
FEWEST = 10
_SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Comparison:
    """Two equally long periods compared.

    Args:
        now, before: incidents in each.
        change: now / before - 1 (0.25 = a quarter more); None when there were none before.
        p: two-sided, exact where the dispersion is 1; 1 when there were none in either.
        low, high: 95% interval of the ratio now / before, of this comparison alone; None where it
            has no limit or there is nothing to compare.
        verdict: "up", "down", "could be chance" or "too few to say": by q where there is
            one, else by p.
        dispersion: how many times a Poisson count's variance the counts are taken to have.
        q: p corrected for all the places that were judged together (`corrected`); None = judged
            alone.
    """

    now: int
    before: int
    change: float | None
    p: float
    low: float | None
    high: float | None
    verdict: str
    dispersion: float = 1.0
    q: float | None = None


def compare(
    now: int, before: int, dispersion: float = 1.0, *, freedom: float = math.inf
) -> Comparison:
    """Compare the counts of two equally long periods.

    Level: a place where nothing changed is called up or down in at most 5% of cases, if both
    periods have the same months of the year.

    Args:
        dispersion: 1 for Poisson counts, more for counts that come in runs
            (`statistics.dispersion`).
        freedom: the degrees of freedom that it was estimated with; infinite where it is known.

    Raises:
        UserError: a count is negative, or the dispersion below 1.
    """
    if now < 0 or before < 0:
        raise UserError("A count is negative.", hint="Give the number of incidents in each period.")
    if not 1 <= dispersion < math.inf:
        raise UserError(
            f"The dispersion is {dispersion}.", hint="Give 1 or more; 1 is a Poisson count."
        )
    now, before = int(now), int(before)
    if now + before == 0:
        return Comparison(0, 0, None, 1.0, None, None, TOO_FEW, dispersion)
    p = float(split_p(now, before, dispersion=dispersion, freedom=freedom))
    # A dispersion that is estimated makes the interval wider as Student's t makes it.
    wider = dispersion * (
        float(scipy.special.stdtrit(freedom, 0.975) / scipy.special.stdtrit(math.inf, 0.975)) ** 2
    )
    later, earlier = now / wider, before / wider
    # Clopper and Pearson's limits of the share, by the beta quantiles that they are.
    lowest = float(scipy.special.betaincinv(later, earlier + 1, 0.025)) if now else 0.0
    highest = float(scipy.special.betaincinv(later + 1, earlier, 0.975)) if before else 1.0
    return Comparison(
        now,
        before,
        None if before == 0 else now / before - 1,
        p,
        lowest / (1 - lowest) if lowest < 1 else None,
        highest / (1 - highest) if highest < 1 else None,
        _verdict(now, before, p),
        dispersion,
    )


def corrected(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons of several places with q-values (Benjamini-Hochberg) and the verdicts that
    follow from them.

    Places with too few incidents to say anything are not judged, so they are no tests and get no q.
    """
    judged = [i for i, c in enumerate(comparisons) if c.verdict != TOO_FEW]
    out = list(comparisons)
    for i, q in zip(judged, q_values([comparisons[i].p for i in judged]).tolist(), strict=True):
        c = out[i]
        out[i] = replace(c, q=q, verdict=_verdict(c.now, c.before, q))
    return out


def _verdict(now: int, before: int, p: float) -> str:
    if now + before < FEWEST:
        return TOO_FEW
    if p > _SIGNIFICANT:
        return COULD_BE_CHANCE
    return UP if now > before else DOWN


def sentence(subject: str, comparison: Comparison, *, period_words: str) -> str:
    """Say the comparison in plain words, with its numbers.

    Args:
        subject: what was counted, in the singular: "Violence in Coventry".
        period_words: the earlier period: "the 12 months before".
    """
    c = comparison
    if c.now == c.before == 0:
        return f"{subject}: no incidents, now or in {period_words}."
    if c.verdict == TOO_FEW:
        return f"{subject}: too few incidents to say if it is up or down on {period_words}."
    if c.now == c.before:
        return f"{subject} is about the same as in {period_words}: {c.now:,} incidents both times."
    return f"{subject} {_movement(c, period_words)}. {_likelihood(c)}"


def _movement(c: Comparison, period_words: str) -> str:
    incidents = f"{c.now:,} {'incident' if c.now == 1 else 'incidents'}"
    if c.change is None:
        return f"is up from none in {period_words} to {incidents}"
    if c.now == 0:
        return f"is down to none, from {c.before:,} in {period_words}"
    percent = round(abs(c.change) * 100)
    if percent == 0 and c.verdict == COULD_BE_CHANCE:
        return f"is about the same as in {period_words}: {incidents} now, {c.before:,} then"
    way = "up" if c.change > 0 else "down"
    if percent >= 200:
        return f"is up from {c.before:,} in {period_words} to {incidents}"
    much = f"{percent:,}%"
    if percent == 0:
        much = "by less than 1%"
    elif percent == 100 and way == "down":
        much = "by more than 99%"
    return f"is {way} {much} on {period_words}: {incidents}, from {c.before:,}"


def _likelihood(c: Comparison) -> str:
    by = c.p if c.q is None else c.q
    what = "The difference" if c.change is not None and round(abs(c.change) * 100) == 0 else "That"
    if by > _SIGNIFICANT:
        return f"{what} could be chance."
    return (
        f"{what} is very unlikely to be chance."
        if by <= 0.01
        else f"{what} is unlikely to be chance."
    )


@lru_cache(maxsize=4096)
def real_or_chance(hotspot_class: str, q: float) -> str:
    """Say of one cell whether it could be chance.

    q is a false discovery rate. It is not the probability that this one place is chance, nor a
    bound on how many of those marked are: what it does bound is how many maps have any cell marked
    so, where no place differs from another.

    Args:
        hotspot_class: a `HotspotClass` value.
        q: the cell's q-value.
    """
    if hotspot_class == HotspotClass.NONE or not q <= 0.10:
        return "Could be chance: such numbers also come up where no place differs."
    strength = (
        "Very unlikely to be chance"
        if q <= 0.01
        else "Unlikely to be chance"
        if q <= 0.05
        else "Probably not chance"
    )
    # Rounded first: 0.07 * 100 is a little over 7.
    most = max(1, math.ceil(round(q * 100, 6)))
    maps = "1 map in 100" if most == 1 else f"{most} maps in 100"
    return (
        f"{strength}: if incidents fell evenly at random, at most {maps} would mark any hexagon"
        " this strongly."
    )
