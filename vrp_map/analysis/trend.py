"""Incidents by month, and this period against the same months a year before."""

from __future__ import annotations

from vrp_map import wording
from vrp_map.analysis.month_series import area_dispersion
from vrp_map.analysis.options import options_of
from vrp_map.analysis.phrases import opening
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.results import AreaTrend
from vrp_map.analysis.study import counting
from vrp_map.statistics.trend import compare, sentence
from vrp_map.vocabulary import Method

NOT_SAME_SEASON = (
    "We did not test this difference: part of it may be the season, and the same months a year"
    " before are not in the data."
)


def run(question: Question) -> Analysis:
    """`trend_of` by name.

    Returns:
        table: month, n.
    """
    options_of(question)
    found = trend_of(question)
    card = question.card(
        "Incidents by month", table=found.months, incidents=found.months.total, test=found.method
    )
    return Analysis(Method.TREND, found.sentence, found.months, card)


def trend_of(question: Question) -> AreaTrend:
    """The months of the study area; the comparison is made of the numbers this audience may see.

    Without a choice of areas the study area is the whole of the boundaries: incidents outside it,
    or without a place, say nothing about it.
    """
    counted = counting.by_month(question.reader, question.counts_by_month, question.study)
    months = question.protect(counted)
    then = question.earlier
    if then is None:
        return AreaTrend(
            months,
            None,
            f"{opening(question, months)}. There is no whole earlier period to compare with.",
        )
    earlier = question.reader.counts.by_month(then.of(question.study))
    now, before = (question.shown_total(n) for n in (question.counts_by_month, earlier))
    if now is None or before is None:
        few = f"{question.subject}: the numbers are too small to show, so they are not compared."
        return AreaTrend(months, None, few, reaches_back=True)
    period = wording.earlier_words(question.period[0], then.first, question.selection.months)
    if not then.same_season:
        said = (
            f"{question.subject}: {now:,} incidents, and {before:,} in {period}. {NOT_SAME_SEASON}"
        )
        return AreaTrend(months, None, said, reaches_back=True)
    dispersion, freedom = area_dispersion(question, then)
    compared = compare(now, before, dispersion, freedom=freedom)
    return AreaTrend(
        months,
        compared,
        sentence(question.subject, compared, period_words=period),
        reaches_back=True,
    )
