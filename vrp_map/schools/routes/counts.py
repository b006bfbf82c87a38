"""Incidents along a route in its hours: while adults stand there, and the year before.

For analysts only. Pure but for the question, which reads the incidents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from vrp_map.analysis.question import Question
from vrp_map.analysis.timed import metres
from vrp_map.errors import MethodRefused, UserError
from vrp_map.pilots.pilot import Pilot, SchoolRoute, SessionWindow
from vrp_map.schools.calendar import Days, SchoolTerms
from vrp_map.schools.days import day_positions, delivered_days, moments_of, seconds_of_day
from vrp_map.schools.risk import incidents
from vrp_map.statistics.many_places import rate_interval, ratio_interval
from vrp_map.vocabulary import Method

_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class RouteCount:
    """What was recorded along one route.

    Attributes:
        n, days: since it began. n_before, days_before: in the year before.
        per_100_days, low, high: since it began, with the 95% interval.
        ratio, ratio_low, ratio_high: times the year before; None where it cannot be told.
        hours: the windows in words; "all hours" where they are not known.
        refused: why, then.
    """

    n: int
    days: int
    n_before: int
    days_before: int
    per_100_days: float
    low: float
    high: float
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    hours: str
    refused: str = ""

    @property
    def sentence(self) -> str:
        """The counts, and what can be said of a change."""
        said = f"{incidents(self.n)} on {self.days:,} days ({self.hours})"
        if not self.days_before:
            return f"{said}. The data hold no day of the year before."
        said += f"; {self.n_before:,} on {self.days_before:,} days of the year before."
        if self.ratio_low is None or (self.ratio_low <= 1 and (self.ratio_high or np.inf) >= 1):
            return f"{said} Chance alone could make the difference."
        which = "more" if self.ratio_low > 1 else "fewer"
        return f"{said} These are {which} than chance alone would make. It need not be the route."


def route_count(question: Question, pilot: Pilot, terms: SchoolTerms) -> RouteCount:
    """Incidents within the route's buffer, in its windows, on school days.

    Where the hour is not known, all hours of all days are counted, and the answer says so.

    Args:
        question: for analysts, of any area and of all months. terms: of the route's authority.

    Raises:
        UserError: the pilot is no route, it has no line, or the data hold none of its days.
    """
    question.refuse_all_but_analysts("routes", "the numbers of single schools are not published")
    route = _whole(pilot)
    try:
        question.carrying(Method.HOUR_OF_WEEK)
        refused = ""
    except MethodRefused as refusal:
        refused = refusal.message
    days = delivered_days(question)
    counts = days if refused else days[terms.hold(days)]
    # A month alone is in a span with all its days when its first day is.
    placed = counts.astype("datetime64[M]").astype("datetime64[D]") if refused else counts
    now, before = (_within(placed, *span) for span in _spans(pilot))
    if not now.any():
        raise UserError(
            "The data hold no day on which the route ran.", hint="Load the months since it began."
        )
    frame = question.reader.incidents(question.selection).dropna(subset=["lon", "lat"])
    on = _days_of(frame[_along(frame, route)], counts, route, is_timed=not refused)
    n = np.array([int(part[on].sum()) for part in (now, before)])
    over = np.array([int(part.sum()) for part in (now, before)])
    return _count(n, over, hours=_hours(route.windows) if not refused else "all hours", why=refused)


def _whole(pilot: Pilot) -> SchoolRoute:
    if pilot.route is None or len(pilot.route.line) < 2:
        raise UserError(
            "This is no route, or it has no line.", hint="Give its line: two corners or more."
        )
    return pilot.route


def _spans(pilot: Pilot) -> tuple[tuple[date, date], tuple[date, date]]:
    """First and last day of the route, and of the year before it."""
    last_before = pilot.start - timedelta(days=1)
    return (pilot.start, pilot.end), (pilot.start - _YEAR, last_before)


def _within(days: Days, first: date, last: date) -> NDArray[np.bool_]:
    return np.asarray((days >= np.datetime64(first)) & (days <= np.datetime64(last)))


def _along(frame: pd.DataFrame, route: SchoolRoute) -> NDArray[np.bool_]:
    """Whether each incident lies within the buffer on either side of the line."""
    corners = pd.DataFrame(list(route.line), columns=["lon", "lat"])
    line = shapely.LineString(np.column_stack(metres(corners)))
    away = shapely.distance(line, shapely.points(*metres(frame)))
    return np.asarray(away <= route.buffer_m)


def _days_of(
    frame: pd.DataFrame, days: Days, route: SchoolRoute, *, is_timed: bool
) -> NDArray[np.intp]:
    """Which of the days each incident that counts was on; of a month alone, its first day."""
    moments = frame["month"].to_numpy().astype("datetime64[s]")
    if is_timed:
        moments = moments_of(frame)
        moments = moments[_in_windows(seconds_of_day(moments), route.windows)]
    at = day_positions(moments, days)
    return at[at >= 0]


def _in_windows(seconds: NDArray[np.int64], windows: Sequence[SessionWindow]) -> NDArray[np.bool_]:
    inside = np.zeros(len(seconds), dtype=bool)
    for window in windows:
        first, last = (t.hour * 3600 + t.minute * 60 for t in (window.first, window.last))
        inside |= (seconds >= first) & (seconds < last)
    return inside


def _hours(windows: Sequence[SessionWindow]) -> str:
    return " and ".join(f"{w.first:%H:%M} to {w.last:%H:%M}" for w in windows)


def _count(n: NDArray[np.int64], over: NDArray[np.int64], *, hours: str, why: str) -> RouteCount:
    low, high = rate_interval(n[:1], over[:1].astype(float))
    ratios: list[float | None] = [None, None, None]
    if over[1]:
        found = ratio_interval(n[:1], over[:1], n[1:], over[1:])
        ratios = [float(v[0]) if np.isfinite(v[0]) else None for v in found]
    return RouteCount(
        int(n[0]),
        int(over[0]),
        int(n[1]),
        int(over[1]),
        100 * float(n[0] / over[0]),
        low=100 * float(low[0]),
        high=100 * float(high[0]),
        ratio=ratios[0],
        ratio_low=ratios[1],
        ratio_high=ratios[2],
        hours=hours,
        refused=why,
    )
