"""On which day of the week incidents happen, for data whose day is known.

An incident counts on the day it began. The test is Pearson's chi-square (Philosophical Magazine 50,
1900) against days alike, each expected in proportion to how many of them the months of the data
hold.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import chisquare

from vrp_map.analysis.hour_of_week import DAYS
from vrp_map.analysis.options import options_of
from vrp_map.analysis.phrases import by_chance, opening
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.timed import some_incidents
from vrp_map.disclosure.bands import p_band
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.sampling import drawn
from vrp_map.statistics import eligibility
from vrp_map.vocabulary import Method

# The usual rule for the chi-square test: at least 5 expected in each class.
_FEWEST = 5 * len(DAYS)


def run(question: Question) -> Analysis:
    """Incidents by day of the week.

    Returns:
        table: day, n, days (how many such days the months hold), a_day (incidents on such a day,
            from n as shown).

    Raises:
        UserError: no incident, or an option.
    """
    eligibility.require(Method.DAY_OF_WEEK, question.facts.grade)
    options_of(question)
    frame = some_incidents(question)
    day = frame["occurred_from"].dt.day_of_week.to_numpy(dtype=np.intp)
    n = np.bincount(day, minlength=len(DAYS))
    days = days_in(_months(question))
    counts = pd.DataFrame({"day": DAYS, "n": n, "days": days})
    table = protect(
        counts, audience=question.audience, settings=question.settings, total=len(frame)
    )
    table = table.deriving(
        a_day=(table.frame["n"].astype("Float64") / table.frame["days"]).round(2)
    )
    counted = drawn(n, k=question.k)
    p = (
        float(chisquare(counted, counted.sum() * days / days.sum()).pvalue)
        if counted.sum() >= _FEWEST
        else None
    )
    card = question.card(
        "Days of the week: every incident on the day it began",
        table=table,
        incidents=table.total,
        test="chi-square against equal days, allowing for how many of each the months hold"
        + (" (too few incidents: not run)" if p is None else ""),
        p_at_most=None if p is None else p_band(p),
    )
    return Analysis(Method.DAY_OF_WEEK, _sentence(question, table, p), table, card)


def _months(question: Question) -> list[pd.Timestamp]:
    """The months of the period that are in the data, whether this choice has an incident in them or
    not.
    """
    first, last = question.period
    return [
        pd.Timestamp(month)
        for month in sorted(set(question.reader.months["month"]))
        if first <= month <= last
    ]


def days_in(months: list[pd.Timestamp]) -> np.ndarray:
    """(7,) how many Mondays to Sundays lie in some months."""
    counts = np.zeros(7, dtype=np.int64)
    for month in months:
        first = np.datetime64(month, "M")
        every = np.arange(first.astype("datetime64[D]"), (first + 1).astype("datetime64[D]"))
        # 1 January 1970 was a Thursday.
        counts += np.bincount((every.astype(np.int64) + 3) % 7, minlength=7)
    return counts


def _sentence(question: Question, table: Protected, p: float | None) -> str:
    begins = opening(question, table)
    shown = table.frame.dropna(subset="n")
    if shown.empty or not shown["n"].max():
        return f"{begins}. The numbers by day are too small to show."
    top = shown.loc[shown["n"].astype(int).idxmax()]
    said = f"{begins}. Most are on {top['day']}s: {int(top['n']):,}."
    if p is None:
        return f"{said} There are too few incidents to tell the days apart."
    if p_band(p) == 1.0:
        return f"{said} The days differ no more than chance would explain."
    return f"{said} The days differ. {by_chance(p_band(p))}"
