"""When in the week incidents happen, hour by hour: method M19 on data whose hour is known.

Hours are parts of incidents (an incident from 22:50 to 23:20 is a third in one hour, two thirds in
the next), and the small-number rule is about whole ones: each part of the week has the number
nearest to its sum, at least 1 where the sum is not 0. Analysts see 168 hours. Others see blocks of
three hours: single hours of a small place would nearly all be hidden, and the few shown would say
little.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from scipy.stats import chisquare

from vrp_map.analysis.options import options_of
from vrp_map.analysis.phrases import by_chance, opening
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.timed import some_incidents
from vrp_map.disclosure.bands import p_band
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.sampling import drawn
from vrp_map.statistics.aoristic import HOURS_OF_WEEK, hour_of_week
from vrp_map.vocabulary import Audience, Method

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Of the blocks that the sentence and the test are about, and that everybody but analysts sees.
BLOCK_HOURS = 3
_BLOCKS = HOURS_OF_WEEK // BLOCK_HOURS
# The usual rule for the chi-square test: at least 5 expected in each class.
_FEWEST = 5 * _BLOCKS


def run(question: Question) -> Analysis:
    """Incidents by hour of the week.

    Returns:
        table: day, from_hour, to_hour (0 to 24, the local clock), n; analysts also weight (the
            exact sum of parts).

    Raises:
        UserError: no incident, or an option.
    """
    options_of(question)
    frame = some_incidents(question)
    start = frame["occurred_from"]
    end = frame["occurred_to"].fillna(start)
    weights = hour_of_week(start, end, grade=question.facts.grade)
    hours = 1 if question.audience == Audience.ANALYST else BLOCK_HOURS
    table = _table(question, weights, len(frame), hours=hours)
    blocks = _table(question, weights, len(frame), hours=BLOCK_HOURS)
    p = _p_of(drawn(weights, k=question.k))
    card = question.card(
        "Hours of the week: each incident is spread evenly over the time in which it may have"
        " happened (aoristic; Ratcliffe 2002)",
        table=table,
        incidents=table.total,
        hours_a_row=hours,
        time="local time, as the supplier wrote it",
        test=f"chi-square on {_BLOCKS} blocks of three hours against an even week"
        + (" (too few incidents: not run)" if p is None else ""),
        p_at_most=None if p is None else p_band(p),
    )
    return Analysis(Method.HOUR_OF_WEEK, _sentence(question, blocks, p), table, card)


def _table(
    question: Question, weights: np.ndarray, incidents_in_all: int, *, hours: int
) -> Protected:
    blocks = HOURS_OF_WEEK // hours
    weight = weights.reshape(blocks, hours).sum(axis=1)
    day, first = np.array(list(product(range(7), range(0, 24, hours)))).T
    n = np.maximum(np.rint(weight).astype(np.int64), weight > 0)
    frame = pd.DataFrame(
        {
            "day": np.array(DAYS, dtype=object)[day],
            "from_hour": first,
            "to_hour": first + hours,
            "n": n,
            "weight": weight.round(4),
        }
    )
    return protect(
        frame,
        audience=question.audience,
        settings=question.settings,
        exact=("weight",),
        total=incidents_in_all,
    )


def _p_of(weights: np.ndarray) -> float | None:
    """The chi-square p of an even week; None where there are too few incidents for it."""
    if weights.sum() < _FEWEST:
        return None
    return float(chisquare(weights.reshape(_BLOCKS, BLOCK_HOURS).sum(axis=1)).pvalue)


def _sentence(question: Question, blocks: Protected, p: float | None) -> str:
    begins = opening(question, blocks)
    shown = blocks.frame.dropna(subset="n")
    if shown.empty or not shown["n"].max():
        return f"{begins}. The numbers by hour are too small to show."
    top = shown.loc[shown["n"].astype(int).idxmax()]
    most = f"{top['day']} {clock(top['from_hour'])} to {clock(top['to_hour'])}"
    said = f"{begins}. The busiest three hours are {most}: {int(top['n']):,}."
    if p is None:
        return f"{said} There are too few incidents to tell busy hours from chance."
    if p_band(p) == 1.0:
        return f"{said} The hours differ no more than chance would explain."
    return f"{said} The hours differ. {by_chance(p_band(p))}"


def clock(hour: int) -> str:
    """09:00; midnight for 0 and 24."""
    return "midnight" if hour % 24 == 0 else f"{hour:02d}:00"
