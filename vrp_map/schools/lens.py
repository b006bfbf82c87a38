"""The risk around each school while pupils are on their way, and a shortlist to be challenged.

For analysts only: exact numbers of single schools, which are never published. Pure but for the
question, which reads the incidents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from vrp_map.analysis.question import Question
from vrp_map.analysis.timed import metres
from vrp_map.errors import MethodRefused, UserError
from vrp_map.schools.calendar import Days, SchoolCalendar
from vrp_map.schools.days import day_positions, delivered_days, moments_of, seconds_of_day
from vrp_map.schools.risk import SchoolShortlist, Surroundings, school_risks
from vrp_map.vocabulary import Method

WALK_M = 800.0
_LEAST_M, _MOST_M = 100.0, 2000.0


def school_shortlist(
    question: Question,
    schools: pd.DataFrame,
    calendar: SchoolCalendar,
    *,
    reach_m: float = WALK_M,
) -> SchoolShortlist:
    """Every school with its risk, the highest first; and which of them chance hardly explains.

    Where the hour is not known, all hours of all days are counted, and the answer says so.

    Args:
        question: for analysts.
        schools: name, town, lad (name; "" where not known), lon, lat.
        reach_m: straight from the school; 800 m are about ten minutes on foot.

    Raises:
        UserError: fewer than two schools, no incident, or a reach that cannot be.
    """
    question.refuse_all_but_analysts("schools", "the numbers of single schools are not published")
    _check(schools, reach_m)
    try:
        question.carrying(Method.HOUR_OF_WEEK)
        refused = ""
    except MethodRefused as refusal:
        refused = refusal.message
    # Incidents beyond the chosen areas lie around schools of theirs too.
    everywhere = replace(question.selection, areas=())
    frame = question.reader.incidents(everywhere).dropna(subset=["lon", "lat"])
    if frame.empty:
        raise UserError(
            "There are no incidents with a place for this choice.",
            hint="Choose a longer period or another area.",
        )
    days = delivered_days(question)
    if refused:
        counted = _all_hours(frame, days, schools, reach_m=reach_m)
    else:
        counted = _on_the_way(frame, days, schools, calendar=calendar, reach_m=reach_m)
    risks, dispersion = school_risks(schools, counted)
    return SchoolShortlist(
        tuple(risks),
        reach_m,
        calendar.hours,
        calendar.title,
        question.period,
        dispersion=dispersion,
        refused=refused,
    )


def _check(schools: pd.DataFrame, reach_m: float) -> None:
    if len(schools) < 2:
        raise UserError(
            "Fewer than two schools are known here, so none can be compared.",
            hint="Add a list of them: `vrp-map places add FILE` takes the register of schools.",
        )
    if not _LEAST_M <= reach_m <= _MOST_M:
        raise UserError(
            f"The distance is {reach_m:,.0f} m.",
            hint=f"Give {_LEAST_M:.0f} to {_MOST_M:,.0f} m; 800 m are about ten minutes on foot.",
        )


def _all_hours(
    frame: pd.DataFrame, days: Days, schools: pd.DataFrame, *, reach_m: float
) -> Surroundings:
    """All incidents by month, over the days of the months."""
    at = day_positions(frame["month"].to_numpy(), days)
    every = np.ones(len(days), dtype=bool)
    table, over = _by_month(frame, at, days, schools, held=[every] * len(schools), reach_m=reach_m)
    return Surroundings(table, over)


def _on_the_way(
    frame: pd.DataFrame,
    days: Days,
    schools: pd.DataFrame,
    *,
    calendar: SchoolCalendar,
    reach_m: float,
) -> Surroundings:
    """Incidents in the hours of the way to school: on school days, and on all other days."""
    middle = moments_of(frame)
    inside = calendar.in_windows(seconds_of_day(middle))
    frame = frame[inside]
    at = day_positions(middle[inside], days)
    of_lad = {lad: calendar.terms_of(lad).hold(days) for lad in set(schools["lad"])}
    held = [of_lad[lad] for lad in schools["lad"]]
    others = [~one for one in held]
    table, over = _by_month(frame, at, days, schools, held=held, reach_m=reach_m)
    return Surroundings(
        table, over, *_by_month(frame, at, days, schools, held=others, reach_m=reach_m)
    )


def _by_month(  # noqa: PLR0913 - incidents, days and schools, by keyword where they are alike
    frame: pd.DataFrame,
    at: NDArray[np.intp],
    days: Days,
    schools: pd.DataFrame,
    *,
    held: Sequence[NDArray[np.bool_]],
    reach_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Incidents within reach of each school, and days, by month: (schools, months) each.

    Args:
        at: of each incident, which of the days it was on; -1 = none. held: of each school, which
            of the days count.
    """
    months = np.unique(days.astype("datetime64[M]"), return_inverse=True)[1]
    size = int(months.max()) + 1
    known = at >= 0
    tree = scipy.spatial.cKDTree(np.column_stack(metres(frame[known])))
    near = tree.query_ball_point(np.column_stack(metres(schools)), reach_m)
    on = at[known]
    table, over = [], []
    for found, counts in zip(near, held, strict=True):
        day = on[np.asarray(found, dtype=np.intp)]
        table.append(np.bincount(months[day[counts[day]]], minlength=size))
        over.append(np.bincount(months[counts], minlength=size))
    return np.array(table), np.array(over)
