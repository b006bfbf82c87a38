"""Hotspots: Gi* on every hexagon, and the places that the surest of them form."""

from __future__ import annotations

from vrp_map import wording
from vrp_map.analysis.hotspots.checked import hotspot_tests
from vrp_map.analysis.method_card import method_card, summary
from vrp_map.analysis.options import options_of
from vrp_map.analysis.phrases import opening
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.results import Hotspots
from vrp_map.analysis.shaping import hotspot_tables
from vrp_map.analysis.study.areas import area_names
from vrp_map.analysis.study.deliveries import EarlierPeriod
from vrp_map.analysis.trend import trend_of
from vrp_map.vocabulary import Method


def run(question: Question) -> Analysis:
    """Every hexagon with its class; more["clusters"]: the named areas.

    Returns:
        table: the cells of `results.Hotspots`.
    """
    options_of(question)
    found = hotspots_of(question)
    return Analysis(
        Method.GI_STAR,
        _sentence(question, found),
        found.cells,
        found.method,
        {"clusters": found.clusters},
    )


def run_clusters(question: Question) -> Analysis:
    """Hot hexagons that touch, joined into named areas.

    Returns:
        table: the clusters of `results.Hotspots`.
    """
    options_of(question)
    found = hotspots_of(question)
    card = found.method | {
        "method": (
            "Neighbouring hexagons that are hot (95% or more certain), joined."
            f" {found.method['method']}"
        )
    }
    return Analysis(Method.CELL_CLUSTERS, _sentence(question, found), found.clusters, card)


def hotspots_of(question: Question) -> Hotspots:
    """Gi* with Benjamini-Hochberg q-values on every cell of the study area; hot cells joined into
    named areas.
    """
    reader, study = question.reader, question.study
    tests = hotspot_tests(question)
    trend = trend_of(question)
    cells, clusters = hotspot_tables(
        tests.cells,
        audience=question.audience,
        settings=question.settings,
        spread=tests.spread,
        earlier_words=_earlier_words(question, tests.then),
        checked_with=tests.checked_with,
    )
    card = method_card(
        categories=question.selection.categories,
        period=question.period,
        resolution=question.resolution,
        hexagons=len(tests.cells),
        compared_with=wording.listed(area_names(study.areas, reader.area_names) or ["all places"]),
        incidents=trend.months.total,
        facts=question.facts,
        snapshot=reader.snapshot,
        cells=cells,
        layers=reader.layers[reader.layers["is_current"]],
        gaps=question.gaps,
        ran=tests.card | {"trend of the area": trend.method},
    )
    return Hotspots(
        cells,
        clusters,
        trend,
        trend.sentence,
        summary(cells, clusters, least=tests.least),
        card,
        tests.checked_with,
    )


def _earlier_words(question: Question, then: EarlierPeriod | None) -> str:
    months = question.selection.months
    return (
        wording.earlier_words(question.period[0], then.first, months)
        if then
        else wording.before_words(months)
    )


def _sentence(question: Question, found: Hotspots) -> str:
    said = f"{opening(question, found.cells)}. {found.summary}"
    level = (
        " If incidents fell evenly at random, at most 5 maps in 100 would mark any hexagon this"
        " strongly."
    )
    return said + level if len(found.clusters.frame) else said
