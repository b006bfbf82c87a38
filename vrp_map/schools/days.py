"""Which days the data hold, and when on them each incident was."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map.analysis.question import Question
from vrp_map.errors import UserError
from vrp_map.schools.calendar import Days, days_between
from vrp_map.selection import shift_month


def delivered_days(question: Question) -> Days:
    """Every day of the months asked for that no supplier which matters left out."""
    first, last = question.period
    days = days_between(first, shift_month(last, 1) - timedelta(days=1))
    missing = [month for months in question.gaps.values() for month in months]
    held = ~np.isin(days.astype("datetime64[M]"), np.array(missing, dtype="datetime64[M]"))
    if not held.any():
        raise UserError("No month of the period was delivered.", hint="Choose other months.")
    return days[held]


def seconds_of_day(moments: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """How far into its day each moment is."""
    since = moments - moments.astype("datetime64[D]")
    return np.asarray(since.astype("timedelta64[s]").astype(np.int64))


def day_positions(moments: NDArray[np.datetime64], days: Days) -> NDArray[np.intp]:
    """Which of the days each moment is on; -1 = none of them."""
    wanted = moments.astype("datetime64[D]")
    at = np.minimum(np.searchsorted(days, wanted), len(days) - 1)
    return np.where(days[at] == wanted, at, -1)


def moments_of(frame: pd.DataFrame) -> NDArray[np.datetime64]:
    """The middle of the time in which each incident may have happened, on the local clock."""
    start = frame["occurred_from"]
    end = frame["occurred_to"].fillna(start)
    return np.asarray((start + (end - start) / 2).to_numpy().astype("datetime64[s]"))
