"""What happened after a response in the hexagons around it, and which incidents have none. Pure.

Counts of violence come in runs, so a count is divided by its dispersion before it is compared (a
quasi-Poisson count; R. W. M. Wedderburn, Biometrika 61, 1974). Two such counts are compared by the
exact interval of a share (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934).

Days are compared with what happened elsewhere in the same days, so that season and trend, which
both share, take no part. Months are compared with every month before, up to three years: season is
left in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from vrp_map.statistics.dispersion import USUAL, neighbouring_dispersion

MONTHS_AFTER, MOST_HISTORY, FEWEST_HISTORY = 2, 36, 12
# Fewer expected in the time after, once divided by the dispersion, and any answer is "we cannot
# tell".
_FEWEST_EXPECTED = 5.0
# The days after a response, and in periods of how many days its history is counted.
DAYS_AFTER, _PERIODS_A_YEAR = 28, 13
# Fewer elsewhere, and the season cannot be told from them.
_FEWEST_ELSEWHERE = 100
_TAIL, _TWO_SIDED = 0.025, 1.959964
NOT_DELIVERED = "We cannot tell: a supplier has not delivered a part of the time after."


@dataclass(frozen=True)
class AfterFigure:
    """The time after a response against the time before, of the same hexagons.

    Attributes:
        incidents, expected: in the time after; None where it cannot be told or is not in the data.
        ratio: of the two, with its 95% interval.
    """

    sentence: str
    incidents: float | None = None
    expected: float | None = None
    ratio: tuple[float, float, float] | None = None

    @property
    def figure(self) -> str:
        """Both numbers in words; "" where it cannot be told."""
        if self.incidents is None or self.expected is None:
            return ""
        return f"Incidents: {self.incidents:,.0f}. To be expected: {self.expected:,.1f}."


def after_days(
    here: ArrayLike, elsewhere: ArrayLike, *, first: date, happened: tuple[date, date]
) -> AfterFigure:
    """Compare the 28 days after a response with the same hexagons' past and with elsewhere.

    What was to be expected is the past of these hexagons times the change elsewhere between the
    same days. The ends of the interval are moved apart by what chance does to the counts elsewhere.

    Args:
        here, elsewhere: (days,) incidents of every day, from `first` to the last day of the data.
        happened: first and last day of the incident; neither before nor after.
    """
    own, others = (np.asarray(days, dtype=float) for days in (here, elsewhere))
    begun, ended = ((day - first).days for day in happened)
    after = slice(ended + 1, ended + 1 + DAYS_AFTER)
    if after.stop > len(own):
        return AfterFigure("We cannot tell yet: the 28 days after are not in the data.")
    periods = min(max(0, begun) // DAYS_AFTER, 3 * _PERIODS_A_YEAR)
    if periods < _PERIODS_A_YEAR:
        return AfterFigure("We cannot tell: there is less than a year of data before it.")
    past = slice(begun - periods * DAYS_AFTER, begun)
    now, before = float(others[after].sum()), float(others[past].sum())
    if min(now, before) < _FEWEST_ELSEWHERE:
        return AfterFigure("We cannot tell: there are too few incidents elsewhere to compare with.")
    history, change = float(own[past].sum()), now / before
    expected = history * change
    spread = max(
        USUAL, float(neighbouring_dispersion([own[past].reshape(periods, DAYS_AFTER).sum(1)])[0])
    )
    if expected / spread < _FEWEST_EXPECTED:
        return AfterFigure("We cannot tell: there are too few incidents around it.")
    seen = float(own[after].sum())
    low, high = _ratio_interval(seen / spread, history / spread, change)
    apart = float(np.exp(_TWO_SIDED * np.sqrt(spread * (1 / now + 1 / before))))
    ratio = (seen / expected, low / apart, high * apart)
    said = _said(*ratio, time="28 days", against="the past of this place and the season give")
    return AfterFigure(said, seen, expected, ratio)


def after_months(
    months: Sequence[date],
    counts: ArrayLike,
    *,
    happened: date,
    stands_for: int = 1,
    missing: Collection[date] = (),
) -> AfterFigure:
    """Compare the two whole months after the month of a response with the months before it.

    Args:
        months: of the data, first days, in order and without gaps. counts: (m,) incidents of each.
        stands_for: how many incidents one counted stands for (the audience's k). missing: months
            that a supplier has not delivered: no part of the past, and nothing after is told of.
    """
    values = np.asarray(counts, dtype=float)
    is_there = np.array([month not in missing for month in months])
    at = (happened.year - months[0].year) * 12 + happened.month - months[0].month
    if at + MONTHS_AFTER >= len(months):
        return AfterFigure("We cannot tell yet: the two months after are not in the data.")
    if not is_there[at + 1 : at + 1 + MONTHS_AFTER].all():
        return AfterFigure(NOT_DELIVERED)
    past = slice(max(0, at - MOST_HISTORY), max(0, at))
    history = values[past][is_there[past]]
    if len(history) < FEWEST_HISTORY:
        return AfterFigure("We cannot tell: there is less than a year of data before it.")
    after = float(values[at + 1 : at + 1 + MONTHS_AFTER].sum())
    expected = float(history.mean() * MONTHS_AFTER)
    drawn = history / stands_for
    spread = max(USUAL, float(neighbouring_dispersion([drawn])[0])) * stands_for
    if expected / spread < _FEWEST_EXPECTED:
        return AfterFigure("We cannot tell: there are too few incidents around it.")
    low, high = _ratio_interval(
        after / spread, float(history.sum()) / spread, MONTHS_AFTER / len(history)
    )
    ratio = after / expected
    said = _said(ratio, low, high, time="two months", against="in the months before")
    return AfterFigure(said, after, expected, (ratio, low, high))


def _ratio_interval(now: float, before: float, time: float) -> tuple[float, float]:
    """The 95% interval of the ratio of two rates.

    Args:
        time: over which `now` was counted, for one of `before`.
    """
    low = 0.0 if now == 0 else float(scipy.stats.beta.ppf(_TAIL, now, before + 1))
    high = float(scipy.stats.beta.ppf(1 - _TAIL, now + 1, before))
    return low / (1 - low) / time, high / (1 - high) / time


def _said(ratio: float, low: float, high: float, *, time: str, against: str) -> str:
    share = f"{abs(ratio - 1):.0%}"
    between = f"(95% interval: {low - 1:+.0%} to {high - 1:+.0%})"
    if low <= 1 <= high:
        # An interval that holds no change mostly holds large changes too: it is no sign of none.
        return (
            f"In the {time} after, a change around it cannot be told from chance. A change of"
            f" {low - 1:+.0%} to {high - 1:+.0%} would fit the numbers (95% interval)."
        )
    way = "more" if ratio > 1 else "fewer"
    return (
        f"In the {time} after, there were {share} {way} incidents around it than {against}"
        f" {between}. That does not say why."
    )


def has_near(  # noqa: PLR0913 - two lists of days and places, and how near
    days: ArrayLike,
    places: ArrayLike,
    other_days: ArrayLike,
    other_places: ArrayLike,
    *,
    within_m: float,
    within_days: int,
) -> NDArray[np.bool_]:
    """Which of some things have one of the others near them in place and time.

    The incidents without a response are *unanswered so far*; the responses without an incident are
    *not on the file*.

    Args:
        days, other_days: (m,), (n,) dates as numpy datetime64[D].
        places, other_places: (m, 2), (n, 2) eastings and northings in metres.
    """
    own = np.asarray(places, dtype=float).reshape(-1, 2)
    others = np.asarray(other_places, dtype=float).reshape(-1, 2)
    when, theirs = (np.asarray(d, dtype="datetime64[D]").astype(int) for d in (days, other_days))
    if not len(own) or not len(others):
        return np.zeros(len(own), dtype=bool)
    near = scipy.spatial.cKDTree(others).query_ball_point(own, within_m)
    return np.array(
        [
            bool(len(found)) and bool((np.abs(theirs[found] - day) <= within_days).any())
            for found, day in zip(near, when, strict=True)
        ],
        dtype=bool,
    )
