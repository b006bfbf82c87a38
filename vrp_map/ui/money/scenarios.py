"""Allocations that were saved: the list, some of them side by side, and the sign-off."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.funding.report import pounds
from vrp_map.funding.scenarios.scenario import LONGEST_NAME, ScenarioRecord
from vrp_map.funding.scenarios.service import Scenarios
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.selection import Selection
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.ui.shared.tables import stacked
from vrp_map.workspace import Workspace

_DONE, _TROUBLE = "scenario_done", "scenario_trouble"


def save_button(
    ws: Workspace, table: Mapping[str, Any], *, total: int, selection: Selection
) -> None:
    """A name, and the button that keeps what is on the page."""
    _say_what_happened()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.text_input(
        "Name of this scenario", max_chars=LONGEST_NAME, key="scenario_name", placeholder="Optional"
    )
    right.button(
        "Save as a scenario",
        on_click=_save,
        args=(ws, table, total, selection),
        key="scenario_save",
    )


def _save(ws: Workspace, table: Mapping[str, Any], total: int, selection: Selection) -> None:
    state: Any = st.session_state
    name = state["scenario_name"].strip() or f"{pounds(total)} by a formula"
    try:
        reference = session.scenarios().save(
            session.principal(),
            ws,
            table,
            id=uuid4(),
            name=name,
            total=total,
            selection=selection,
            now=session.now(),
        )
        state[_DONE] = f"Saved as {reference}. It is under Scenarios."
    except UserError as trouble:
        state[_TROUBLE] = trouble


def _say_what_happened() -> None:
    if done := st.session_state.pop(_DONE, None):
        st.success(plain(done))
    if trouble := st.session_state.pop(_TROUBLE, None):
        st.error(of_mistake(trouble))


def show(scenarios: Scenarios, who: Principal) -> None:
    """The headline, the list, the comparison, and one of them with its sign-off."""
    held = scenarios.all(who)
    st.title(_headline(held), anchor=False)
    _say_what_happened()
    if not held:
        st.markdown(
            "Here you would compare ways to share a sum out, and sign one off. **First step:**"
            " choose **Share a sum out** above, make a formula and save it."
        )
        return
    rows = [[r.reference, r.scenario.name, pounds(r.scenario.total), r.state] for r in held[::-1]]
    st.html(stacked(["Scenario", "Name", "Sum", "State"], rows, numbers=["Sum"]))
    if len(held) > 1:
        _compare(scenarios, who, held)
    _one(held, who)


def _headline(held: Sequence[ScenarioRecord]) -> str:
    if not held:
        return "No scenario is saved yet"
    many = "1 scenario" if len(held) == 1 else f"{len(held):,} scenarios"
    signed = [one for one in held if one.signed_at]
    if not signed:
        return plain(f"{many}, none signed off")
    latest = max(signed, key=lambda one: (str(one.signed_at), one.reference))
    return plain(f"{many}; {latest.reference} was signed off last")


def _compare(scenarios: Scenarios, who: Principal, held: Sequence[ScenarioRecord]) -> None:
    st.html("<h2>Side by side</h2>")
    names = {one.reference: f"{one.reference}: {one.scenario.name}" for one in held}
    left, right = st.columns(2)
    latest = list(names)[::-1]
    chosen = [
        left.selectbox("Compare", latest, 1, names.__getitem__, key="scenario_first"),
        right.selectbox("with", latest, 0, names.__getitem__, key="scenario_other"),
    ]
    if chosen[0] == chosen[1]:
        st.caption("Choose two different ones.")
        return
    found = scenarios.compared(who, chosen)
    rows = [
        [area, *("not in it" if n is None else pounds(n) for n in amounts)]
        for area, amounts in found.rows.items()
    ]
    titles = [record.reference for record in found.records]
    st.html(stacked(["Area", *titles], rows, numbers=titles))
    _list(found.sentences)


def _one(held: Sequence[ScenarioRecord], who: Principal) -> None:
    st.html("<h2>One of them</h2>")
    names = [one.reference for one in held[::-1]]
    reference = st.selectbox("Scenario", names, key="scenario_one")
    record = next(one for one in held if one.reference == reference)
    one = record.scenario
    rows = [
        [
            area.name,
            pounds(area.pounds),
            "not known" if area.low is None else f"{pounds(area.low)} to {pounds(area.high or 0)}",
        ]
        for area in one.areas
    ]
    titles = ["Area", "Gets", "In 95 of 100 redraws"]
    st.html(
        f"<h3>{html.escape(one.name)}</h3><p>Saved by {html.escape(record.saved_by)} on"
        f" {record.saved_at:%-d %B %Y}. It is {html.escape(record.state)}.</p>"
        f"<p>{html.escape(_basis(record))}</p>" + stacked(titles, rows, numbers=titles[1:])
    )
    _list(one.sentences)
    with st.expander("Its formula"):
        st.code(one.formula, language=None, wrap_lines=True)
    if record.signed_at is None and who.may(Action.SIGN_SCENARIOS):
        st.button(
            f"Sign off {reference}",
            type="primary",
            on_click=_sign,
            args=(reference,),
            key="scenario_sign",
        )
        st.caption("Nobody can take a sign-off back. Its amounts stay, also when the data change.")


def _basis(record: ScenarioRecord) -> str:
    one = record.scenario
    if not one.snapshot:
        return "No number of the map is in it."
    return f"Incidents: {one.incidents}. Data: snapshot {one.snapshot}."


def _list(sentences: Sequence[str]) -> None:
    said = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
    st.html(f"<ul>{said}</ul>")


def _sign(reference: str) -> None:
    state: Any = st.session_state
    try:
        service = session.scenarios()
        signed = service.sign_off(session.principal(), reference, now=session.now())
        state[_DONE] = f"{signed} is signed off."
    except UserError as trouble:
        state[_TROUBLE] = trouble
