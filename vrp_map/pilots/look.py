"""A look: what a recorded pilot was judged to be on the data of one day, from its monthly counts.

Pure. Whole months alone are counted: the month in which a pilot starts is neither before nor after
it, unless it starts on the first day.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from vrp_map.errors import UserError
from vrp_map.pilots.past import Variation
from vrp_map.pilots.pilot import Pilot
from vrp_map.pilots.verdict import Judgement, PilotCounts, Verdict, judge
from vrp_map.selection import month_span, shift_month
from vrp_map.statistics.early_looks import LookHistory
from vrp_map.statistics.running import running_difference
from vrp_map.statistics.wdd import BeforeAfter
from vrp_map.wording import day_words


@dataclass(frozen=True)
class PilotMonths:
    """The whole months that are counted, first days.

    Attributes:
        planned: how many months after the start there will be at its end.
    """

    before: tuple[date, ...]
    after: tuple[date, ...]
    planned: int


@dataclass(frozen=True)
class PilotTable:
    """Incidents of each place of a pilot by month.

    Attributes:
        counts: (2 or 4, months before + after) of the area, its comparison, and their rings.
        variation: how many times more than chance alone such counts vary.
    """

    months: PilotMonths
    counts: ArrayLike
    variation: Variation


@dataclass(frozen=True)
class CoursePoint:
    """Where a pilot stood at the end of a month (its first day): incidents more or fewer so far
    than its comparison leads one to expect, with the band that holds in all months together.
    """

    month: date
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class PilotLook:
    """A verdict with everything it rests on.

    Attributes:
        first, last: months, first days. months_before, months_after: how many are counted.
        counts: before and after of the area, its comparison, and their rings where it has them.
        dispersion: how many times more than chance alone such counts vary, of the months before.
        wdd, irr: difference and ratio, each with its interval of `confidence`; None = none.
        course: how the difference stood after each month, rings aside.
        harm: what the change weighs, or why that cannot be said.
    """

    verdict: str
    sentence: str
    first: date
    last: date
    months_before: int
    months_after: int
    counts: tuple[tuple[int, int], ...]
    dispersion: float
    confidence: float = 0.95
    wdd: float | None = None
    wdd_low: float | None = None
    wdd_high: float | None = None
    irr: float | None = None
    irr_low: float | None = None
    irr_high: float | None = None
    smallest_fall: float | None = None
    course: tuple[CoursePoint, ...] = ()
    harm: str = ""


def months_of(
    pilot: Pilot, *, first: date, last: date, missing: Collection[date] = ()
) -> PilotMonths:
    """The months before and after the start that the data hold whole.

    Args:
        first, last: months of the data. missing: months that a supplier did not deliver.

    Raises:
        UserError: none before, or none after yet.
    """
    start, opening, planned = pilot.start.replace(day=1), _opening(pilot), planned_months(pilot)
    before = [shift_month(start, -i) for i in range(pilot.months_before, 0, -1)]
    after = [shift_month(opening, i) for i in range(planned)]
    held = [
        tuple(month for month in months if first <= month <= last and month not in set(missing))
        for months in (before, after)
    ]
    if not held[0]:
        raise UserError(
            "The data hold no whole month before the pilot.", hint="Load earlier months."
        )
    if not held[1]:
        raise UserError(
            "The data hold no whole month of the pilot yet.",
            hint="Judge it when its first whole month is loaded.",
        )
    return PilotMonths(held[0], held[1], planned)


def planned_months(pilot: Pilot) -> int:
    """How many whole months a pilot is to run."""
    # The last whole month of the pilot: its end may be the last day of one.
    closing = shift_month(_month_after(pilot.end), -1)
    opening = _opening(pilot)
    return max(0, month_span(opening, closing)) if opening <= closing else 0


def _opening(pilot: Pilot) -> date:
    """The first whole month of a pilot."""
    start = pilot.start.replace(day=1)
    return start if pilot.start.day == 1 else shift_month(start, 1)


def _month_after(day: date) -> date:
    """The month of the day after."""
    return date.fromordinal(day.toordinal() + 1).replace(day=1)


def look_at(
    pilot: Pilot,
    table: PilotTable,
    *,
    earlier: Collection[int] = (),
    remarks: Sequence[str] = (),
    harm: str = "",
) -> PilotLook:
    """Judge a pilot from its monthly counts.

    Args:
        earlier: months after the start at each earlier look.
        remarks: sentences to say with the verdict. harm: what the change weighs.
    """
    months, variation = table.months, table.variation
    rows = np.asarray(table.counts, dtype=float)
    n_before, n_after = len(months.before), len(months.after)
    groups = pilot.places.groups[: len(rows)]
    sizes = [len(cells) / len(groups[i - i % 2]) for i, cells in enumerate(groups)]
    sums = [(row[:n_before].sum(), row[n_before:].sum()) for row in rows]
    places = [BeforeAfter(*pair, weight=size) for pair, size in zip(sums, sizes, strict=True)]
    looks = tuple(float(n) for n in sorted({*(n for n in earlier if n < n_after), n_after}))
    found = PilotCounts.of(
        places,
        time_weights=(n_before / n_after, 1.0),
        looks=LookHistory(n_before, max(months.planned, n_after), looks),
    )
    judged = _judged(variation.on(found))
    numbers = _numbers(judged) if judged else {}
    said = judged.sentence if judged else "Cannot be shown: there were no incidents at all."
    return PilotLook(
        verdict=str(judged.verdict if judged else Verdict.CANNOT_BE_SHOWN),
        sentence=" ".join([said, variation.sentence, _periods(months), *remarks]),
        first=months.before[0],
        last=months.after[-1],
        months_before=n_before,
        months_after=n_after,
        counts=tuple((int(a), int(b)) for a, b in sums),
        dispersion=variation.dispersion,
        course=_course(variation.on(found), table),
        harm=harm,
        **numbers,
    )


def _course(counts: PilotCounts, table: PilotTable) -> tuple[CoursePoint, ...]:
    """The difference of area and comparison so far, at the end of each month."""
    months, size = table.months, counts.comparison.weight / counts.treated.weight
    late = np.asarray(table.counts)[:2, len(months.before) :]
    found = running_difference(
        late[0],
        late[1],
        before=(counts.treated.before, counts.comparison.before),
        months_before=len(months.before),
        months_planned=max(months.planned, len(months.after)),
        comparison_weight=size,
        dispersion=counts.dispersion,
        freedom=counts.freedom,
    )
    return tuple(
        CoursePoint(month, *map(float, numbers))
        for month, *numbers in zip(
            months.after, found["difference"], found["low"], found["high"], strict=True
        )
    )


def _judged(counts: PilotCounts) -> Judgement | None:
    """The judgement; None where there is no incident."""
    if not any(place.before or place.after for place in counts.places):
        return None
    return judge(counts)


def _numbers(judged: Judgement) -> dict[str, float]:
    difference, ratio = judged.difference, judged.ratio
    numbers = {
        "confidence": judged.confidence,
        "wdd": difference.wdd,
        "wdd_low": difference.low,
        "wdd_high": difference.high,
        "irr": ratio.irr,
        "irr_low": ratio.low,
        "irr_high": ratio.high,
        "smallest_fall": judged.smallest_fall,
    }
    return {name: float(n) for name, n in numbers.items() if math.isfinite(n)}


def _periods(months: PilotMonths) -> str:
    def span(some: tuple[date, ...]) -> str:
        if len(some) == 1:
            return f"{some[0]:%B %Y}"
        return f"{some[0]:%B %Y} to {some[-1]:%B %Y}"

    return f"Whole months: {span(months.before)} before, {span(months.after)} after."


def verdict_alone(look: PilotLook) -> PilotLook:
    """The look without any number of incidents, because a count behind it is too small."""
    return PilotLook(
        verdict=look.verdict,
        sentence=f"{look.verdict.capitalize()}. A count behind it is too small to show.",
        first=look.first,
        last=look.last,
        months_before=look.months_before,
        months_after=look.months_after,
        counts=(),
        dispersion=look.dispersion,
        confidence=look.confidence,
    )


def judged_words(judged: Sequence[tuple[date, str]]) -> str:
    """How often a pilot was judged, and from which day each verdict held where it changed.

    Args:
        judged: day and verdict of each look, one at least, the first one first.
    """
    times = f"{len(judged):,} times" if len(judged) > 1 else "once"
    said = f"Judged {times}, last on {day_words(judged[-1][0])}."
    turns = [
        (day, verdict)
        for at, (day, verdict) in enumerate(judged)
        if not at or judged[at - 1][1] != verdict
    ]
    if len(turns) == 1:
        return said
    each = ", then ".join(f"{verdict} from {day_words(day)}" for day, verdict in turns)
    return f"{said} The verdict changed: {each}."
