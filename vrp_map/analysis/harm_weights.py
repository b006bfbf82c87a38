"""Incidents weighted by harm, by an official table that the operator supplies: method M13.

Counts of offences are protected first and weighted afterwards: a sum of exact counts times public
weights would give the counts back. What outsiders see is therefore at least so much harm, without
the offences that are too few to show.
"""

from __future__ import annotations

import pandas as pd

from vrp_map.analysis.options import options_of
from vrp_map.analysis.phrases import opening
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.timed import some_incidents
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.words import TOO_FEW
from vrp_map.errors import MethodRefused, UserError
from vrp_map.statistics import eligibility
from vrp_map.statistics.harm import HarmWeights, offence_code, weights_of
from vrp_map.vocabulary import ALL_CATEGORIES, WHY_NOT, Method
from vrp_map.warehouse.harm_weights import load_harm_weights


def run(question: Question) -> Analysis:
    """Harm by offence.

    Returns:
        table: offence (its code), name (of its category), n, weight, harm (n as shown x weight),
        share (of the harm shown); most harm first, offences that the table lacks last, without a
        weight. more["category"]: the same by
        category: name, n, harm.

    Raises:
        MethodRefused: the offences are not known: the data gives a category, or nothing, in their
            place.
        UserError: no table is set, or there are no incidents.
    """
    grade = question.facts.grade
    eligibility.require(Method.HARM_WEIGHTS, grade)
    options_of(question)
    frame = some_incidents(question)
    coded = frame[frame["offence_code"].fillna("").str.strip() != ""]
    if not question.shown_total(coded):
        few = "no" if question.is_exact else "hardly any"
        raise MethodRefused(
            f"We cannot weigh harm here: {few} incident has an offence code, and"
            f" {WHY_NOT[Method.HARM_WEIGHTS]}.",
            hint="Load an extract with Home Office offence codes, or use counts by area instead.",
        )
    weights = loaded_weights(question)
    coded = coded.assign(
        weight=weights_of(coded["offence_code"], weights, grade=grade),
        offence=[offence_code(code) for code in coded["offence_code"]],
    )
    total = len(frame)
    table = _table(question, coded, total=total)
    more = {"category": _by_category(question, coded, table)}
    card = question.card(
        f"Harm: incidents times the weight of their offence in the {weights.name}",
        table=table,
        incidents=table.total,
        weights=f"{weights.name}, {weights.version}",
        unit=weights.unit,
        incidents_without_a_code=_without_a_code(question, frame.drop(index=coded.index)),
        offences_without_a_weight=table.frame.loc[table.frame["weight"].isna(), "offence"].tolist(),
        weights_without_a_code=weights.left_out,
    )
    return Analysis(Method.HARM_WEIGHTS, _sentence(question, table, weights), table, card, more)


def loaded_weights(question: Question) -> HarmWeights:
    """The official table of weights that the operator supplied.

    Raises:
        UserError: none is set.
    """
    settings = question.settings
    if not settings.harm_weights:
        raise UserError(
            "There is no table of harm weights.",
            hint="Download the official one, and set harm_weights (docs/settings.md) to that file.",
        )
    return load_harm_weights(
        settings.harm_weights, settings.harm_index, edition=settings.harm_edition
    )


def _table(question: Question, coded: pd.DataFrame, *, total: int) -> Protected:
    rows = [
        {
            "offence": offence,
            "name": ALL_CATEGORIES[group["category"].mode().iloc[0]],
            "n": len(group),
            "weight": group["weight"].iloc[0],
        }
        for offence, group in coded.groupby("offence")
    ]
    table = protect(
        pd.DataFrame(rows),
        audience=question.audience,
        settings=question.settings,
        total=total,
        found_only=True,
    )
    harm = table.frame["n"].astype("Float64") * table.frame["weight"].astype("Float64")
    table = table.deriving(
        harm=harm, share=(harm / harm.sum()) if harm.sum() else harm * float("nan")
    )
    by = ["harm", "offence"]
    return table.ordered(
        table.frame.sort_values(by, ascending=[False, True], na_position="last").index
    )


def _by_category(question: Question, coded: pd.DataFrame, table: Protected) -> Protected:
    groups = coded.assign(name=coded["category"].map(ALL_CATEGORIES)).groupby("name")
    counts = pd.DataFrame({"n": groups.size()}).reset_index()
    by_name = protect(
        counts, audience=question.audience, settings=question.settings, found_only=True
    )
    harm = table.frame.groupby("name")["harm"].sum(min_count=1)
    return by_name.deriving(harm=by_name.frame["name"].map(harm).astype("Float64"))


def _without_a_code(question: Question, frame: pd.DataFrame) -> int | str:
    shown = question.shown_total(frame)
    return TOO_FEW if shown is None else shown


def _sentence(question: Question, table: Protected, weights: HarmWeights) -> str:
    begins = opening(question, table)
    shown = table.frame.dropna(subset="harm")
    if shown.empty:
        return f"{begins}. No offence has both a weight and a number that can be shown."
    total, top = float(shown["harm"].sum()), shown.iloc[0]
    # Outsiders are not told of offences too few to show.
    least = "At least " if not table.is_exact or len(shown) < len(table.frame) else ""
    said = f"{begins}. {least}{total:,.0f} {weights.unit} of harm by the {weights.name}"
    return f"{said}. Offence {top['offence']} makes up {float(top['share']):.0%} of it."
