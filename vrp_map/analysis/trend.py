"""Incidents by month, and this period against the equal one before it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from vrp_map import counting, wording
from vrp_map.analysis.month_series import area_dispersion
from vrp_map.analysis.options import options_of
from vrp_map.analysis.phrases import opening
from vrp_map.analysis.question import Analysis, Question
from vrp_map.disclosure import protect
from vrp_map.results import Trend
from vrp_map.statistics.trend import compare, sentence
from vrp_map.study import has_previous
from vrp_map.vocabulary import Method


def run(question: Question) -> Analysis:
    """`trend_of` by name.

    Returns:
        table: month, n.
    """
    options_of(question)
    found = trend_of(question)
    card = question.card("Incidents by month", table=found.months, incidents=found.months.total, test=found.method)
    return Analysis(Method.TREND, found.sentence, found.months, card)


def trend_of(question: Question) -> Trend:
    """The months of the study area; the comparison is made of the numbers this audience may see.

    Without a choice of areas the study area is the whole of the boundaries: incidents outside it, or without a place,
    say nothing about it.
    """
    counted = counting.count(question.reader, question.study, by="month", resolution=question.resolution)
    months = protect(counted, audience=question.audience, settings=question.settings)
    if not has_previous(question.reader, question.selection):
        return Trend(months, None, f"{opening(question, months)}. There is no whole earlier period to compare with.")
    now, before = _two_periods(question)
    if now is None or before is None:
        few = f"{question.subject}: the numbers are too small to show, so they are not compared."
        return Trend(months, None, few, reaches_back=True)
    compared = compare(now, before, area_dispersion(question.reader, question.study))
    period = wording.before_words(question.selection.months or 1)
    return Trend(months, compared, sentence(question.subject, compared, period_words=period), reaches_back=True)


def _two_periods(question: Question) -> tuple[int | None, int | None]:
    both = replace(question.study, first=question.study.previous().first)
    counted = question.reader.counts.by_month(both)
    is_now = counted["month"] >= pd.Timestamp(question.period[0])
    now, before = (
        protect(counted.loc[part, ["n", "key"]], audience=question.audience, settings=question.settings).total
        for part in (is_now, ~is_now)
    )
    return now, before
