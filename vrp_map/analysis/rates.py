"""Incidents per 1,000 residents of an area, with the likely range of each rate."""

from __future__ import annotations

from vrp_map.analysis.option_values import typed_options
from vrp_map.analysis.phrases import opening
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.shaping import with_rates
from vrp_map.analysis.study import counting
from vrp_map.errors import UserError
from vrp_map.vocabulary import AREA_WORDS, AreaType, Method


def run(question: Question) -> Analysis:
    """Rates by area. Options: by (an area type).

    Returns:
        table: code, name, population, n, rate, rate_low, rate_high (from n as shown).

    Raises:
        UserError: no such area type.
    """
    by = typed_options(question, by=str(AreaType.LAD))["by"]
    if by not in list(AreaType):
        raise UserError(
            f"There are no rates by {by}.", hint=f"Choose one of {', '.join(AreaType)}."
        )
    safe = counting.shown(question, by=by)
    table = with_rates(safe)
    card = question.card(
        f"Incidents per 1,000 residents by {AREA_WORDS[AreaType(by)]}",
        table=table,
        incidents=table.total,
        interval="exact Poisson, 95%",
        denominator="residents of the boundary file",
    )
    return Analysis(
        Method.RATES, f"{opening(question, table)}.{_highest(table.frame, by)}", table, card
    )


def _highest(frame: object, by: str) -> str:
    rated = frame.dropna(subset="rate")  # type: ignore[attr-defined]
    if len(rated) < 2:
        return ""
    top = rated.loc[rated["rate"].astype(float).idxmax()]
    low, high = float(top["rate_low"]), float(top["rate_high"])
    # Low rates need a second digit: a range from 0.3 to 0.3 is none.
    digits = 1 if f"{low:.1f}" != f"{high:.1f}" else 2
    said, least, most = (f"{value:,.{digits}f}" for value in (float(top["rate"]), low, high))
    rate = f"{said} per 1,000 residents (likely range {least} to {most})"
    return f" The {AREA_WORDS[AreaType(by)]} with the highest rate is {top['name']}: {rate}."
