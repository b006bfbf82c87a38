"""When in the week, if all that is known is "some time between": each incident spread evenly over
its span.

Source: J. H. Ratcliffe, "Aoristic signatures and the spatio-temporal analysis of high volume crime
patterns", Journal of Quantitative Criminology 18 (2002).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map.errors import UserError
from vrp_map.statistics import eligibility
from vrp_map.vocabulary import Grade, Method

HOURS_OF_WEEK = 168
# Monday 5 January 1970, the first Monday that a datetime64 can count from; hour 0 is Monday 00:00
# to 01:00.
_MONDAY = np.datetime64("1970-01-05T00:00:00", "us")
_HOUR = 3_600_000_000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def hour_of_week(start: Any, end: Any, *, grade: Grade) -> Floats:
    """How many incidents fall into each hour of the week, in parts.

    Every incident weighs 1, spread over [start, end) in proportion to time; one with start = end
    lies in that hour. One of more than a week goes round and still weighs 1.

    Args:
        start, end: (n,) datetimes (a column, an array or a list) without a time zone, the local
            clock's. A span over the hour that the clock is put forward or back is an hour off;
            nothing else is.
        grade: of the data; the hour must be known.

    Returns:
        (168,) weights that add up to n; `reshape(7, 24)` gives Monday to Sunday by hour.

    Raises:
        MethodRefused: the data of this grade do not know the hour.
        UserError: a time is missing or has a time zone, an end lies before its start, or the two
            differ in number.
    """
    eligibility.require(Method.HOUR_OF_WEEK, grade)
    begin, finish = _checked(start, end)
    # An end on the hour gives nothing to the hour that begins there: its closing part is 0.
    first, last = begin // _HOUR, finish // _HOUR
    within = first == last
    length = np.maximum(finish - begin, 1)
    opening = np.where(within, 1.0, ((first + 1) * _HOUR - begin) / length)
    closing = np.where(within, 0.0, (finish - last * _HOUR) / length)
    weights = _sum_by_hour(first, opening) + _sum_by_hour(last, closing)
    whole = np.where(within, 0, last - first - 1)
    # A moment has no whole hours, and its rate would drown those of all others.
    rate = np.where(whole > 0, _HOUR / length, 0.0)
    return weights + _whole_hours(first + 1, whole, rate)


def _whole_hours(first: Ints, count: Ints, rate: Floats) -> Floats:
    """The sum over incidents of `rate` in each of `count` hours from `first` on, round the week."""
    laps, rest = np.divmod(count, HOURS_OF_WEEK)
    begin = first % HOURS_OF_WEEK
    # Where runs begin and end, over two weeks so that none wraps; adding up gives the height at
    # every hour.
    steps = np.bincount(begin, weights=rate, minlength=2 * HOURS_OF_WEEK)
    steps -= np.bincount(begin + rest, weights=rate, minlength=2 * HOURS_OF_WEEK)
    # Ups and downs of unlike size do not cancel to the last digit.
    height = np.maximum(np.cumsum(steps), 0.0)
    return height[:HOURS_OF_WEEK] + height[HOURS_OF_WEEK:] + float((laps * rate).sum())


def _sum_by_hour(hour: Ints, weight: Floats) -> Floats:
    return np.asarray(
        np.bincount(hour % HOURS_OF_WEEK, weights=weight, minlength=HOURS_OF_WEEK), dtype=float
    )


def _checked(start: Any, end: Any) -> tuple[Ints, Ints]:
    begin, finish = _microseconds(start), _microseconds(end)
    if begin.shape != finish.shape:
        raise UserError(
            "Starts and ends differ in number.", hint="Give one of each for every incident."
        )
    backwards = finish < begin
    if backwards.any():
        raise UserError(
            f"Incident {int(backwards.argmax()) + 1} ends before it starts.",
            hint="Check that the columns are not swapped.",
        )
    return begin, finish


def _microseconds(times: Any) -> Ints:
    """(n,) microseconds since that Monday."""
    series = (
        pd.Series(times).infer_objects() if len(times) else pd.Series([], dtype="datetime64[us]")
    )
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        raise UserError(
            "The times have a time zone.", hint="Give local times: column.dt.tz_localize(None)."
        )
    if series.dtype.kind != "M":
        # Texts too: 03/04 is two different days, and whoever read them knows which.
        raise UserError("These are not dates and times.", hint="Give datetimes.")
    values = series.to_numpy(dtype="datetime64[us]")
    if np.isnat(values).any():
        raise UserError(
            "A time is missing.", hint="Leave the incident out, or put its end where its start is."
        )
    return np.asarray((values - _MONDAY).astype(np.int64))
