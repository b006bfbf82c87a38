"""The methods that go beyond counting, each in a file of its own; the firewall stands before all of
them.
"""

from __future__ import annotations

from collections.abc import Callable

from vrp_map.analysis import (
    concentration,
    day_of_week,
    emerging,
    harm_weights,
    hour_of_week,
    near_repeat,
    periods,
    point_clusters,
    ranks,
    rates,
    trend,
)
from vrp_map.analysis import time_steps as slider
from vrp_map.analysis.backtest import method as backtest
from vrp_map.analysis.hotspots import cell_clusters, gi_star
from vrp_map.analysis.question import Analysis, Question
from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.statistics.eligibility import require
from vrp_map.vocabulary import Method

ANALYSES: dict[Method, Callable[[Question], Analysis]] = {
    Method.COUNTS: slider.run,
    Method.PERIODS: periods.run,
    Method.CONCENTRATION: concentration.run,
    Method.RANKS: ranks.run,
    Method.EMERGING: emerging.run,
    Method.RATES: rates.run,
    Method.TREND: trend.run,
    Method.GI_STAR: gi_star.run,
    Method.CELL_CLUSTERS: cell_clusters.run,
    Method.POINT_CLUSTERS: point_clusters.run,
    Method.NEAR_REPEAT: near_repeat.run,
    Method.HOUR_OF_WEEK: hour_of_week.run,
    Method.DAY_OF_WEEK: day_of_week.run,
    Method.HARM_WEIGHTS: harm_weights.run,
    Method.BACKTEST: backtest.run,
}


def analyse(question: Question, method: Method | str) -> Analysis:
    """Run one method.

    Raises:
        MethodRefused: the data cannot carry it; the message gives the reason.
        UserError: no such method, or nothing to run it on.
    """
    known = [str(m) for m in ANALYSES]
    if str(method) not in known:
        raise UserError(f"There is no method {str(method)!r}.", hint=nearest(str(method), known))
    require(Method(method), question.facts.grade)
    return ANALYSES[Method(method)](question)


__all__ = ["ANALYSES", "Analysis", "Question", "analyse"]
