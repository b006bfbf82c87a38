"""Is it up, down, or could it be luck? Two counts of equally long periods, and the sentences that say so.

Given their sum, two Poisson counts with the same mean split like tosses of a fair coin, which makes the test exact
(J. Przyborowski and H. Wilenski, Biometrika 31, 1940); the interval is Clopper and Pearson's, Biometrika 26, 1934.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from scipy.special import bdtr, betaincinv

from vrp_map.errors import UserError
from vrp_map.vocabulary import HotspotClass

UP, DOWN, COULD_BE_LUCK, TOO_FEW = "up", "down", "could be luck", "too few to say"
FEWEST = 10
_SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Comparison:
    """Two equally long periods compared.

    Args:
        now, before: incidents in each.
        change: now / before - 1 (0.25 = a quarter more); None when there were none before.
        p: two-sided, exact; 1 when there were none in either.
        low, high: 95% interval of the ratio now / before; None where it has no limit or there is nothing to compare.
        verdict: "up", "down", "could be luck" or "too few to say".
    """

    now: int
    before: int
    change: float | None
    p: float
    low: float | None
    high: float | None
    verdict: str


def compare(now: int, before: int) -> Comparison:
    """Compare the counts of two equally long periods.

    Raises:
        UserError: a count is negative.
    """
    if now < 0 or before < 0:
        raise UserError("A count is negative.", hint="Give the number of incidents in each period.")
    now, before = int(now), int(before)
    total = now + before
    if total == 0:
        return Comparison(0, 0, None, 1.0, None, None, TOO_FEW)
    # A fair coin is symmetrical, so both tails are twice the smaller one; they overlap only in the middle.
    p = min(1.0, 2.0 * float(bdtr(min(now, before), total, 0.5)))
    # Clopper and Pearson's limits of the share, by the beta quantiles that they are.
    lowest = float(betaincinv(now, before + 1, 0.025)) if now else 0.0
    highest = float(betaincinv(now + 1, before, 0.975)) if before else 1.0
    return Comparison(
        now,
        before,
        None if before == 0 else now / before - 1,
        p,
        lowest / (1 - lowest),
        highest / (1 - highest) if highest < 1 else None,
        _verdict(now, before, p),
    )


def _verdict(now: int, before: int, p: float) -> str:
    if now + before < FEWEST:
        return TOO_FEW
    if p > _SIGNIFICANT:
        return COULD_BE_LUCK
    return UP if now > before else DOWN


def sentence(subject: str, comparison: Comparison, *, period_words: str) -> str:
    """Say the comparison in plain words.

    Args:
        subject: what was counted, in the singular: "Violence in Coventry".
        period_words: the earlier period: "the 12 months before".
    """
    c = comparison
    if c.now == c.before == 0:
        return f"{subject}: no incidents, now or in {period_words}."
    if c.verdict == TOO_FEW:
        return f"{subject}: too few incidents to say if it is up or down on {period_words}."
    return f"{subject} {_movement(c, period_words)}. {_luck(c)}"


def _movement(c: Comparison, period_words: str) -> str:
    if c.change is None:
        return f"is up from none in {period_words}"
    if c.now == 0:
        return f"is down 100% on {period_words}, to none"
    percent = round(abs(c.change) * 100)
    if percent == 0 and c.verdict == COULD_BE_LUCK:
        return f"is about the same as in {period_words}"
    way = "up" if c.change > 0 else "down"
    if percent == 0:
        return f"is {way} by less than 1% on {period_words}"
    if percent == 100 and way == "down":
        return f"is {way} by more than 99% on {period_words}"
    if percent >= 200:
        return f"is up from {c.before:,} in {period_words} to {c.now:,}"
    return f"is {way} {percent:,}% on {period_words}"


def _luck(c: Comparison) -> str:
    if c.p > 0.3:
        return "That is about what chance would do."
    if c.p > _SIGNIFICANT:
        return "That could still be chance."
    return "That is very unlikely to be chance." if c.p <= 0.01 else "That is unlikely to be chance."


@lru_cache(maxsize=4096)
def real_or_luck(hotspot_class: str, q: float) -> str:
    """Say of one cell whether it could be luck.

    q is a false discovery rate: of all the places marked at least this strongly, the share that chance alone would
    mark. It is not the chance that this one place is luck, and the words must not say so.

    Args:
        hotspot_class: a `HotspotClass` value.
        q: the cell's q-value.
    """
    if hotspot_class == HotspotClass.NONE or not q <= 0.10:
        return "Could be luck: numbers like these come up by chance."
    strength = "Very unlikely to be luck" if q <= 0.01 else "Unlikely to be luck" if q <= 0.05 else "Probably not luck"
    # Rounded first: 0.07 * 100 is a little over 7.
    most = max(1, math.ceil(round(q * 100, 6)))
    return f"{strength}: of 100 places marked this strongly, we expect luck to explain no more than {most}."
