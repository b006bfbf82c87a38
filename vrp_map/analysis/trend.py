"""Incidents by month, and this period against the same months a year before."""

from __future__ import annotations

from vrp_map import wording
from vrp_map.analysis.month_series import area_dispersion
from vrp_map.analysis.options import options_of
from vrp_map.analysis.phrases import opening
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.results import AreaTrend
from vrp_map.analysis.study import counting
from vrp_map.analysis.study.lattice import earlier
from vrp_map.disclosure.protect import protect
from vrp_map.selection import Selection
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
    counted = counting.count(
        question.reader, question.study, by="month", resolution=question.resolution
    )
    months = protect(counted, audience=question.audience, settings=question.settings)
    then = earlier(question.reader, question.selection)
    if then is None:
        return AreaTrend(
            months,
            None,
            f"{opening(question, months)}. There is no whole earlier period to compare with.",
        )
    now, before = (
        _shown(question, selection) for selection in (question.study, then.of(question.study))
    )
    if now is None or before is None:
        few = f"{question.subject}: the numbers are too small to show, so they are not compared."
        return AreaTrend(months, None, few, reaches_back=True)
    period = wording.earlier_words(question.period[0], then.first, question.selection.months or 1)
    if not then.same_season:
        said = (
            f"{question.subject}: {now:,} incidents, and {before:,} in {period}. {NOT_SAME_SEASON}"
        )
        return AreaTrend(months, None, said, reaches_back=True)
    dispersion, freedom = area_dispersion(question.reader, question.study, then)
    compared = compare(now, before, dispersion, freedom=freedom)
    return AreaTrend(
        months,
        compared,
        sentence(question.subject, compared, period_words=period),
        reaches_back=True,
    )


def _shown(question: Question, selection: Selection) -> int | None:
    counted = question.reader.counts.by_month(selection)
    return protect(counted[["n"]], audience=question.audience, settings=question.settings).total
