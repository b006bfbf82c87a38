"""What may be said of a pilot from its counts: working, not shown, cannot be shown, or worse.

Pure. The words stay on the side of caution: a pilot is called working (or worse) only when the
difference and the ratio both say so, for the two assume different things of the comparison.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from vrp_map.statistics.early_looks import LookHistory
from vrp_map.statistics.wdd import (
    BeforeAfter,
    Difference,
    RateRatio,
    rate_ratio,
    smallest_fall,
    weighted_difference,
)

_CONFIDENCE = 0.95
# Real counts mostly vary more: then a sure verdict comes several times too often.
_AS_LONG_AS = ", as long as such counts vary no more than chance makes them"


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
        freedom: degrees of freedom that the dispersion was estimated with; infinite where it is
            given.
        looks: when the pilot was looked at, where this is not the one look at its planned end; the
            intervals are then wider, so that looking often makes nobody sure too soon.
    """

    treated: BeforeAfter
    comparison: BeforeAfter
    ring: BeforeAfter | None = None
    comparison_ring: BeforeAfter | None = None
    time_weights: tuple[float, float] = (1.0, 1.0)
    dispersion: float = 1.0
    freedom: float = math.inf
    looks: LookHistory | None = None

    @classmethod
    def of(cls, places: Sequence[BeforeAfter], **more: Any) -> Self:
        """Counts of places in their order: treated, comparison, and, with rings, theirs."""
        treated, comparison = places[:2]
        ring, comparison_ring = places[2:] or (None, None)
        return cls(treated, comparison, ring, comparison_ring, **more)

    @property
    def confidence(self) -> float:
        """What the intervals must hold, so that of all looks together 5% are wrong."""
        return self.looks.confidence if self.looks and self.looks.is_corrected else _CONFIDENCE

    @property
    def lengths_at_end(self) -> tuple[float, float]:
        """Of the two periods, when the pilot has run as long as was planned."""
        if self.looks is None:
            return self.time_weights
        return self.looks.months_before, self.looks.months_planned

    @property
    def places(self) -> list[BeforeAfter]:
        """Every place that counts, the treated first."""
        given = (self.treated, self.comparison, self.ring, self.comparison_ring)
        return [place for place in given if place]


@dataclass(frozen=True)
class Judgement:
    """A verdict with the numbers that it rests on.

    Attributes:
        smallest_fall: the smallest fall that would show by the planned end, if nothing else
            changed.
        confidence: of both intervals. is_early: whether that is more than 95%, for looking early.
        sentence: the verdict in plain words, with its interval.
    """

    verdict: Verdict
    difference: Difference
    ratio: RateRatio
    smallest_fall: float
    sentence: str
    confidence: float = _CONFIDENCE

    @property
    def is_early(self) -> bool:
        """Whether the intervals were widened for looking early."""
        return self.confidence != _CONFIDENCE


def judge(counts: PilotCounts) -> Judgement:
    """The verdict of a pilot's counts.

    Raises:
        UserError: counts or weights that do not fit (`statistics.wdd`).
    """
    sure: dict[str, float] = {
        "dispersion": counts.dispersion,
        "freedom": counts.freedom,
        "confidence": counts.confidence,
    }
    found = weighted_difference(
        counts.treated,
        counts.comparison,
        ring=counts.ring,
        comparison_ring=counts.comparison_ring,
        time_weights=counts.time_weights,
        **sure,
    )
    ratio = rate_ratio(counts.treated, counts.comparison, **sure)
    fall = smallest_fall(
        counts.places,
        time_weights=counts.lengths_at_end,
        dispersion=counts.dispersion,
        freedom=counts.freedom,
    )
    verdict = _verdict(found, ratio, fall=fall, before=counts.treated.before)
    sentence = _sentence(verdict, found, ratio, counts, fall)
    return Judgement(verdict, found, ratio, fall, sentence, counts.confidence)


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
    early = counts.confidence != _CONFIDENCE
    name = "interval, widened for looking early," if early else "95% interval"
    figure = (
        f"{_signed(found.wdd)} incidents against the comparison"
        f" ({name} {_signed(found.low)} to {_signed(found.high)})"
    )
    so_far, would = (" so far", "show by the planned end") if early else ("", "have shown")
    varies = _variation(counts)
    if verdict in (Verdict.WORKING, Verdict.WORSE):
        held = "" if varies else _AS_LONG_AS
        said = f"{str(verdict).capitalize()}: {figure}. Chance alone would hardly give that{held}."
    elif verdict is Verdict.CANNOT_BE_SHOWN:
        before = counts.treated.before
        were = "there was 1 incident" if before == 1 else f"there were {before:,.0f} incidents"
        said = (
            f"Cannot be shown: {were} before, and only a fall of {math.ceil(fall):,} or more would"
            f" {would}. The counts are too small to tell."
        )
    else:
        said = f"Not shown{so_far}: {figure}{_why_not_shown(found, ratio, name)}"
    return f"{said} {varies}".strip()


def _variation(counts: PilotCounts) -> str:
    if counts.dispersion <= 1:
        return ""
    return (
        f"Such counts vary {counts.dispersion:.1f} times as much as chance alone makes them; the"
        " interval allows for that."
    )


def _why_not_shown(found: Difference, ratio: RateRatio, name: str) -> str:
    by_number = found.high < 0 or found.low > 0
    by_ratio = ratio.high < 1 or ratio.low > 1
    if not by_number and not by_ratio:
        return ". This could be chance."
    if not math.isfinite(ratio.irr):
        return (
            ". But where a place has no incidents at all nothing can be said in proportion: compare"
            " with a place that has some."
        )
    return (
        f", but {ratio.irr:.2f} times as many ({name} {ratio.low:.2f} to {ratio.high:.2f}). The two"
        " ways of comparing disagree: one assumes the same change in number, the other the same"
        " change in proportion."
    )


def _signed(number: float) -> str:
    return f"{number:+,.0f}" if round(number) else "0"
