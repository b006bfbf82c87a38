"""Dose: how much of a pilot there was, where, against its plan. Pure.

A visit that nobody logged is not recorded: it is never counted as none. A visit that was planned
and did not happen is a line of 0 minutes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from statistics import median

from vrp_map.errors import UserError
from vrp_map.pilots.pilot import DosePlan
from vrp_map.selection import month_span, shift_month

MOST_MINUTES, MOST_HEADCOUNT = 24 * 60, 500
# A place is called over- or under-served from this many times its share of the plan.
_OVER, _UNDER = 1.25, 0.75


@dataclass(frozen=True)
class DoseVisit:
    """One visit, or one that was planned and did not happen (0 minutes).

    Attributes:
        place: a hexagon as text, or the name of a place of the plan.
        minutes: None = not recorded. headcount: people. cost: pounds.
        kind, source: codes of the `PilotCatalogue`. agency: never a person.
        done: counts of what was done, such as ("stop and talk", 4).
    """

    place: str
    day: date
    minutes: float | None = None
    headcount: int = 1
    start: time | None = None
    kind: str = ""
    agency: str = ""
    fund: str = ""
    source: str = ""
    cost: float | None = None
    done: tuple[tuple[str, int], ...] = ()

    @property
    def is_delivered(self) -> bool:
        """Whether anybody was there."""
        return self.minutes is None or self.minutes > 0

    @property
    def hours(self) -> float | None:
        """Person-hours; None where the minutes are not recorded."""
        return None if self.minutes is None else self.minutes * self.headcount / 60


@dataclass(frozen=True)
class PlaceDose:
    """The visits of one place.

    Attributes:
        hours: person-hours; None where the minutes of its visits are not recorded.
        served: over, under, or as planned ("" without a plan); under says so where months are
            missing.
    """

    place: str
    place_days: int
    hours: float | None
    served: str = ""


@dataclass(frozen=True)
class DoseAccount:
    """What was given of a pilot so far.

    Attributes:
        place_days_possible: places × days so far. place_days: with a visit; None = nothing is
            logged.
        planned_so_far: place-days of the plan, as far as the days have passed; None = no plan.
        delivered_share: place_days / planned_so_far.
        hours: person-hours of the visits whose minutes are recorded; None = none is.
        visits_without_minutes: left out of the hours.
        planned_hours: so far. cost_per_hour: pounds, by `cost_basis`.
        months_not_recorded: first days of months of the pilot without a line.
        by_place: each place of the plan, the most served first.
    """

    place_days_possible: int
    place_days: int | None
    visits: int
    planned_so_far: float | None
    delivered_share: float | None
    hours: float | None
    planned_hours: float | None
    visits_without_minutes: int
    median_minutes: float | None
    cost_per_hour: float | None
    cost_basis: str
    months_not_recorded: tuple[date, ...]
    by_place: tuple[PlaceDose, ...]

    @property
    def place_days_untreated(self) -> int | None:
        """Place-days without a visit; None where any month is not recorded."""
        if self.months_not_recorded or self.place_days is None:
            return None
        return self.place_days_possible - self.place_days

    @property
    def sentence(self) -> str:
        """The account in plain words."""
        if not self.visits:
            return (
                "Dose: not recorded. No visit is logged, which does not mean that there was none."
            )
        said = [
            f"Visits on {self.place_days:,} place-days of {self.place_days_possible:,} possible"
        ]
        if self.planned_so_far and self.delivered_share is not None:
            said.append(
                f"{self.delivered_share:.0%} of the {self.planned_so_far:,.0f} planned so far"
            )
        said.append(
            f"{self.hours:,.0f} person-hours" if self.hours is not None else "hours not recorded"
        )
        text = ", ".join(said) + "."
        if self.visits_without_minutes:
            text += f" The minutes of {self.visits_without_minutes:,} visits are not recorded."
        if self.months_not_recorded:
            months = ", ".join(f"{month:%B %Y}" for month in self.months_not_recorded)
            text += f" Not recorded: {months}. The numbers are therefore the least there was."
        return text


def hours_words(hours: float | None) -> str:
    """Person-hours, or that they are not recorded."""
    return "not recorded" if hours is None else f"{hours:,.1f}"


def check_visit(visit: DoseVisit, *, first: date, last: date) -> None:
    """Raises:
    UserError: what cannot be; the first thing found.
    """
    if not visit.place:
        raise UserError("A visit has no place.", hint="Give its hexagon or its name.")
    if not first <= visit.day <= last:
        raise UserError(
            f"A visit on {visit.day:%d %B %Y} lies outside the days of the pilot.",
            hint=f"Give a day from {first:%d %B %Y} to {last:%d %B %Y}.",
        )
    if visit.minutes is not None and not 0 <= visit.minutes <= MOST_MINUTES:
        raise UserError("The minutes of a visit cannot be.", hint="Give 0 to 1,440.")
    if not 0 < visit.headcount <= MOST_HEADCOUNT:
        raise UserError(
            "A visit has no people, or more than 500.", hint="Give a number from 1 to 500."
        )
    if visit.cost is not None and not visit.cost >= 0:
        raise UserError("The cost of a visit is below 0.", hint="Give 0 or more.")


def dose_account(  # noqa: PLR0913 - the log, and everything that it is held against
    visits: Sequence[DoseVisit],
    places: Sequence[str],
    *,
    first: date,
    last: date,
    today: date,
    plan: DosePlan,
    budget: float | None = None,
) -> DoseAccount:
    """What was given of a pilot up to today.

    Args:
        places: of the pilot; visits elsewhere count in the hours and get their own line.
        first, last: days of the pilot. budget: pounds, for all of its days.
    """
    until = min(last, today)
    days, all_days = max(0, (until - first).days + 1), (last - first).days + 1
    past = [visit for visit in visits if visit.day <= until]
    delivered = [visit for visit in past if visit.is_delivered]
    here = {(v.place, v.day) for v in delivered if v.place in set(places)}
    part = days / all_days
    planned = None if plan.place_days is None else plan.place_days * part
    hours = [visit.hours for visit in delivered if visit.hours is not None]
    minutes = [visit.minutes for visit in delivered if visit.minutes is not None]
    total = sum(hours) if hours else None
    missing = _months_not_recorded(past, first, until) if days else ()
    per_hour, basis = _cost_per_hour(delivered, total, budget, part)
    return DoseAccount(
        place_days_possible=days * len(places),
        place_days=len(here) if past else None,
        visits=len(past),
        planned_so_far=planned,
        delivered_share=len(here) / planned if planned and past else None,
        hours=total,
        planned_hours=None if plan.hours is None else plan.hours * part,
        visits_without_minutes=len(delivered) - len(hours),
        median_minutes=median(minutes) if minutes else None,
        cost_per_hour=per_hour,
        cost_basis=basis,
        months_not_recorded=missing,
        by_place=_by_place(delivered, places, planned, has_gaps=bool(missing)) if past else (),
    )


def _cost_per_hour(
    visits: Sequence[DoseVisit], hours: float | None, budget: float | None, part: float
) -> tuple[float | None, str]:
    costs = [v for v in visits if v.cost is not None and v.hours]
    if costs:
        return (
            sum(v.cost or 0 for v in costs) / sum(v.hours or 0 for v in costs),
            f"the cost of {len(costs):,} visits",
        )
    if budget is None or not hours:
        return None, "not recorded"
    return budget * part / hours, "the budget for the days so far"


def _months_not_recorded(visits: Sequence[DoseVisit], first: date, until: date) -> tuple[date, ...]:
    held = {visit.day.replace(day=1) for visit in visits}
    month = first.replace(day=1)
    months = [shift_month(month, i) for i in range(month_span(month, until.replace(day=1)))]
    return tuple(month for month in months if month not in held)


def _by_place(
    visits: Sequence[DoseVisit], places: Sequence[str], planned: float | None, *, has_gaps: bool
) -> tuple[PlaceDose, ...]:
    days = Counter(place for place, _ in {(v.place, v.day) for v in visits})
    each = planned / len(places) if planned and places else None
    known = set(places)
    found = []
    for place in dict.fromkeys([*places, *sorted(days)]):
        hours = [v.hours for v in visits if v.place == place]
        recorded = [n for n in hours if n is not None]
        served = _served(days[place], each) if place in known else "not in the plan"
        if served == "under" and has_gaps:
            served = "under, as far as it is recorded"
        total = None if hours and not recorded else sum(recorded)
        found.append(PlaceDose(place, days[place], total, served))
    return tuple(sorted(found, key=lambda one: -one.place_days))


def _served(days: int, planned: float | None) -> str:
    if planned is None:
        return ""
    if days > _OVER * planned:
        return "over"
    return "under" if days < _UNDER * planned else "as planned"
