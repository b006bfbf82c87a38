"""A sum shared out by a formula that is made here: who gets what, who gains, how steady it is."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from vrp_map.common.toml_table import toml_table_of
from vrp_map.errors import UserError
from vrp_map.funding.draft import (
    EQUAL_SHARES,
    FormulaDraft,
    allocations_kept,
    equal_shares,
    formula_text,
)
from vrp_map.funding.formula import Family
from vrp_map.funding.from_store import SOURCES, StoreValues, store_values
from vrp_map.funding.report import AllocationReport, allocation_report, pounds
from vrp_map.funding.service import Funding
from vrp_map.principal import Principal
from vrp_map.selection import Selection
from vrp_map.server import this_server
from vrp_map.ui.money import scenarios
from vrp_map.ui.money.incidents import incidents_chosen
from vrp_map.ui.shared import session
from vrp_map.ui.shared.file_button import file_button
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.ui.shared.tables import stacked
from vrp_map.views import hotspots as views
from vrp_map.workspace import Workspace

_FAMILIES = {
    Family.WEIGHTED_SHARES: "Shares of factors, with weights",
    Family.EQUAL: "Equal parts",
    Family.POINTS: "Points for the highest areas",
    Family.HOLDERS: "The areas that together hold most",
}
_FILE = "From a file"
_IN_A_ROW = 4
_AT_FIRST = {"incidents": 50.0, "residents": 50.0}


def show(funding: Funding, who: Principal) -> None:
    """The headline, the choices, and what comes of them."""
    ws = session.workspace()
    headline = st.empty()
    total, selection = _sum_and_incidents(ws)
    counted = _counted(ws, selection)
    table = _formula(funding, who, counted.names, total=total)
    if table is None:
        headline.title("Share a sum out", anchor=False)
        return
    try:
        key = ("allocation", formula_text(table), total, selection)
        found = views.remember(ws, key, lambda: allocation_report(table, total, lambda: counted))
    except UserError as mistake:
        headline.title("This formula shares nothing out yet", anchor=False)
        st.error(of_mistake(mistake))
        return
    headline.title(_headline(found), anchor=False)
    _result(found)
    scenarios.save_button(ws, table, total=total, selection=selection)
    _take_away(table, total, selection)


def _sum_and_incidents(ws: Workspace) -> tuple[int, Selection]:
    left, middle, right = st.columns(3)
    total = left.number_input(
        "Sum to share out, in pounds", 1, 10**12, 1_500_000, step=10_000, key="money_total"
    )
    return int(total), incidents_chosen(ws, middle, right, key="money")


def _counted(ws: Workspace, selection: Selection) -> StoreValues:
    return views.remember(
        ws,
        ("money by area", selection),
        lambda: store_values(ws, selection, audience=views.AUDIENCE, summit=this_server().summit),
    )


def _formula(
    funding: Funding, who: Principal, names: Mapping[str, str], *, total: int
) -> Mapping[str, Any] | None:
    """The formula that is chosen, as its file has it; None while a file is waited for."""
    chosen = st.selectbox(
        "Formula",
        [*_FAMILIES, _FILE],
        format_func=lambda one: _FAMILIES.get(one, one),
        key="money_family",
    )
    if chosen == _FILE:
        file = st.file_uploader("A formula, as a TOML file", type=["toml"], key="money_formula")
        if file is None:
            st.caption("Such a file is made below, by any other formula, to be changed or kept.")
            return None
        try:
            return toml_table_of(file.getvalue(), what=f"formula in {file.name}")
        except UserError as mistake:
            st.error(of_mistake(mistake))
            return None
    return _draft(funding, who, names, family=Family(chosen), total=total).table


def _draft(
    funding: Funding, who: Principal, names: Mapping[str, str], *, family: Family, total: int
) -> FormulaDraft:
    draft = FormulaDraft(family, weights=_weights(family))
    if draft.mixes:
        mean_it = st.checkbox(
            "Add rates to counts. A rate gives a small area as much as a large one.",
            key="money_mixture",
        )
        draft = replace(draft, accepts_mixture=mean_it)
    return _limited(draft, funding, who, names, total=total)


def _weights(family: Family) -> dict[str, float]:
    """What money follows; for the areas that hold most it is one thing alone."""
    if family is Family.EQUAL:
        return {}
    if family is Family.HOLDERS:
        one = st.selectbox(
            "Factor", list(SOURCES), format_func=lambda s: SOURCES[s].name, key="money_factor"
        )
        return {one: 1.0}
    st.html("<h2>Weights of the factors</h2>")
    st.caption("Only their proportions matter. 0 leaves a factor out.")
    weights = {}
    sources = list(SOURCES.items())
    for at in range(0, len(sources), _IN_A_ROW):
        columns = st.columns(_IN_A_ROW, vertical_alignment="bottom")
        for column, (source, known) in zip(columns, sources[at : at + _IN_A_ROW], strict=False):
            weights[source] = column.number_input(
                known.name,
                min_value=0.0,
                max_value=1000.0,
                value=_AT_FIRST.get(source, 0.0),
                step=5.0,
                format="%g",
                key=f"money_weight_{source}",
            )
    return weights


def _limited(
    draft: FormulaDraft,
    funding: Funding,
    who: Principal,
    names: Mapping[str, str],
    *,
    total: int,
) -> FormulaDraft:
    """The draft with its limits, and with what it is compared with."""
    before = allocations_kept((record.grant for record in funding.all(who)), names)
    before |= session.scenarios().signed(who, list(names))
    with st.expander("Limits, and what it is compared with"):
        left, middle, right = st.columns(3)
        against = left.selectbox("Compared with", [*before, EQUAL_SHARES], key="money_against")
        floor = middle.number_input(
            "At least, in pounds", 0, None, 0, step=5_000, key="money_floor"
        )
        cap = right.number_input(
            "At most, in pounds (0 for no limit)", 0, None, 0, step=5_000, key="money_cap"
        )
        change = left.number_input(
            "Largest change, in percent (0 for no limit)", 0, 1000, 0, key="money_change"
        )
        dispersion = middle.number_input(
            "How many times more than chance counts vary",
            min_value=1.0,
            max_value=100.0,
            value=1.0,
            step=0.5,
            format="%g",
            key="money_dispersion",
        )
        part = _part_of_family(draft.family, right)
    last = before.get(against) or equal_shares(list(names), total)
    return replace(
        draft,
        floor=float(floor),
        cap=float(cap) or None,
        last=last,
        compared_with=against,
        most_change=change / 100 or None,
        dispersion=float(dispersion),
        top_share=part if draft.family is Family.POINTS else draft.top_share,
        held=part if draft.family is Family.HOLDERS else draft.held,
    )


def _part_of_family(family: Family, where: Any) -> float:
    """The part that makes points, or that the areas must hold together."""
    asked = {
        Family.POINTS: ("Highest areas that get points, in percent", 15),
        Family.HOLDERS: ("Part that the areas hold together, in percent", 80),
    }.get(family)
    if asked is None:
        return 1.0
    return float(where.number_input(asked[0], 1, 100, asked[1], key="money_part")) / 100


def _headline(found: AllocationReport) -> str:
    most = max(found.rows, key=lambda row: row["pounds"])
    whole = pounds(found.allocation.total)
    return plain(f"Of {whole}, {most['name']} gets the most: {pounds(most['pounds'])}")


def _result(found: AllocationReport) -> None:
    against = f"Against {found.compared_with}"
    titles = ["Area", "Share by the factors", "Gets", "In 95 of 100 redraws", against]
    rows = [
        [
            row["name"],
            f"{row['share']:.1%}",
            pounds(row["pounds"]),
            f"{pounds(row['low'])} to {pounds(row['high'])}" if found.is_redrawn else "not known",
            "not known" if row["change"] is None else _signed(row["change"]),
        ]
        for row in found.rows
    ]
    st.html(f"<h2>Who gets what</h2>{stacked(titles, rows, numbers=titles[1:])}")
    said = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in found.spoken)
    st.html(f"<h2>In words</h2><ul>{said}</ul>")
    for sentence in found.basis:
        st.caption(plain(sentence))


def _signed(change: int) -> str:
    return "no change" if not change else f"{'+' if change > 0 else ''}{pounds(change)}"


def _take_away(table: Mapping[str, Any], total: int, selection: Selection) -> None:
    text = formula_text(table)
    with st.expander("The formula, as its file has it"):
        st.code(text, language=None, wrap_lines=True)
    file_button(
        "Download this formula (TOML)",
        text,
        "formula.toml",
        help="Send it to anyone who asks why. It gives the same numbers on the command line.",
    )
    kinds = " ".join(f"--category {slug}" for slug in selection.categories)
    months = f"--from {selection.first:%Y-%m} --to {selection.last:%Y-%m}"
    st.caption("The same on the command line:")
    st.code(
        f"vrp-map funding allocate --formula formula.toml --total {total} {kinds} {months}",
        language=None,
        wrap_lines=True,
    )
