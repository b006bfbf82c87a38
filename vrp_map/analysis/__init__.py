"""The methods beyond counting, each in a file of its own, behind `statistics.eligibility`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from vrp_map.analysis.question import Analysis, Question
from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.vocabulary import Method


def _of(module: str) -> Callable[[Question], Analysis]:
    """The method of a module, which is loaded when the method is first run."""

    def run(question: Question) -> Analysis:
        answer: Analysis = import_module(f"{__name__}.{module}").run(question)
        return answer

    return run


ANALYSES: dict[Method, Callable[[Question], Analysis]] = {
    Method.COUNTS: _of("time_steps"),
    Method.PERIODS: _of("periods"),
    Method.CONCENTRATION: _of("concentration"),
    Method.RANKS: _of("ranks"),
    Method.EMERGING: _of("emerging"),
    Method.RATES: _of("rates"),
    Method.TREND: _of("trend"),
    Method.GI_STAR: _of("hotspots.gi_star"),
    Method.CELL_CLUSTERS: _of("hotspots.cell_clusters"),
    Method.POINT_CLUSTERS: _of("point_clusters"),
    Method.NEAR_REPEAT: _of("near_repeat"),
    Method.HOUR_OF_WEEK: _of("hour_of_week"),
    Method.DAY_OF_WEEK: _of("day_of_week"),
    Method.HARM_WEIGHTS: _of("harm_weights"),
    Method.BACKTEST: _of("backtest.method"),
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
    return ANALYSES[Method(method)](question.carrying(Method(method)))


__all__ = ["ANALYSES", "Analysis", "Question", "analyse"]
