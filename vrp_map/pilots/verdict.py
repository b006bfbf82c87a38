"""What may be said of a pilot from its counts: working, not shown, cannot be shown, or worse.

Pure. The words stay on the side of caution: a pilot is called working (or worse) only when the
difference and the ratio both say so, for the two assume different things of the comparison.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from vrp_map.statistics.wdd import (
    BeforeAfter,
    Difference,
    RateRatio,
    rate_ratio,
    smallest_fall,
    weighted_difference,
)


class Verdict(StrEnum):
    """What may be said of a pilot."""

    WORKING = "working"
    NOT_SHOWN = "not shown"
    CANNOT_BE_SHOWN = "cannot be shown"
    WORSE = "worse"


@dataclass(frozen=True)
class PilotCounts:
    """The counts of a pilot and of what it is compared with.

    Attributes:
        ring, comparison_ring: where displacement would show; both or neither.
        time_weights: of the periods before and after, where they are of other lengths.
        dispersion: how many times more than Poisson such counts vary; at least 1.
    """

    treated: BeforeAfter
    comparison: BeforeAfter
    ring: BeforeAfter | None = None
    comparison_ring: BeforeAfter | None = None
    time_weights: tuple[float, float] = (1.0, 1.0)
    dispersion: float = 1.0

    @property
    def places(self) -> list[BeforeAfter]:
        """Every place that counts, the treated first."""
        given = (self.treated, self.comparison, self.ring, self.comparison_ring)
        return [place for place in given if place]


@dataclass(frozen=True)
class Judgement:
    """A verdict with the numbers that it rests on.

    Attributes:
        smallest_fall: the smallest fall that would have shown, if nothing else changed.
        sentence: the verdict in plain words, with its interval.
    """

    verdict: Verdict
    difference: Difference
    ratio: RateRatio
    smallest_fall: float
    sentence: str


def judge(counts: PilotCounts) -> Judgement:
    """The verdict of a pilot's counts.

    Raises:
        UserError: counts or weights that do not fit (`statistics.wdd`).
    """
    found = weighted_difference(
        counts.treated,
        counts.comparison,
        ring=counts.ring,
        comparison_ring=counts.comparison_ring,
        time_weights=counts.time_weights,
        dispersion=counts.dispersion,
    )
    ratio = rate_ratio(counts.treated, counts.comparison, dispersion=counts.dispersion)
    fall = smallest_fall(
        counts.places, time_weights=counts.time_weights, dispersion=counts.dispersion
    )
    verdict = _verdict(found, ratio, fall=fall, before=counts.treated.before)
    return Judgement(verdict, found, ratio, fall, _sentence(verdict, found, ratio, counts, fall))


def _verdict(found: Difference, ratio: RateRatio, *, fall: float, before: float) -> Verdict:
    if found.high < 0 and ratio.high < 1:
        return Verdict.WORKING
    if found.low > 0 and ratio.low > 1:
        return Verdict.WORSE
    # Even the end of all incidents would not have shown.
    if fall >= before:
        return Verdict.CANNOT_BE_SHOWN
    return Verdict.NOT_SHOWN


def _sentence(
    verdict: Verdict, found: Difference, ratio: RateRatio, counts: PilotCounts, fall: float
) -> str:
    figure = f"{_signed(found.wdd)} incidents against the comparison"
    interval = f"95% interval {_signed(found.low)} to {_signed(found.high)}"
    if verdict is Verdict.WORKING:
        return f"Working: {figure} ({interval}). {_sure(counts)}"
    if verdict is Verdict.WORSE:
        return f"Worse: {figure} ({interval}). {_sure(counts)}"
    if verdict is Verdict.CANNOT_BE_SHOWN:
        return (
            f"Cannot be shown: there were {counts.treated.before:,.0f} incidents before, and only"
            f" a fall of {math.ceil(fall):,} or more would have shown. The counts are too small to"
            " tell."
        )
    if _disagree(found, ratio):
        return (
            f"Not shown: {figure} ({interval}), but {ratio.irr:.2f} times as many (95% interval"
            f" {ratio.low:.2f} to {ratio.high:.2f}). The two ways of comparing disagree: one"
            " assumes the same change in number, the other the same change in proportion."
        )
    return f"Not shown: {figure} ({interval}). This could be chance."


def _sure(counts: PilotCounts) -> str:
    if counts.dispersion > 1:
        return "Chance alone would hardly give that."
    # Real counts mostly vary more: then this is said several times too often.
    return (
        "Chance alone would hardly give that, as long as such counts vary no more than chance"
        " makes them."
    )


def _disagree(found: Difference, ratio: RateRatio) -> bool:
    by_number = found.high < 0 or found.low > 0
    by_ratio = ratio.high < 1 or ratio.low > 1
    return by_number != by_ratio and not math.isnan(ratio.irr)


def _signed(number: float) -> str:
    return f"{number:+,.0f}" if round(number) else "0"
