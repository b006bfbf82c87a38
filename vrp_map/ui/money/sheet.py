"""Grants from a sheet: what was understood is shown before it is saved."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from vrp_map.common import sheets
from vrp_map.errors import UserError
from vrp_map.funding.imports.plan import NEW_GRANT, GrantQuestion
from vrp_map.funding.service import Funding
from vrp_map.funding.sheet import GrantSheet, column_of, read_grants
from vrp_map.principal import Principal
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import of_mistake, plain

_MOST = 100


def show(funding: Funding, who: Principal) -> None:
    """The file, the preview, and the button that says what it saves."""
    if done := st.session_state.pop("money_imported", None):
        st.success(plain(done))
    if trouble := st.session_state.pop("money_trouble", None):
        st.error(plain(trouble))
    with st.expander("Add grants from a sheet"):
        file = st.file_uploader("A CSV file or XLSX sheet", type=["csv", "xlsx"], key="money_file")
        if file is None:
            return
        try:
            found = read_grants(sheets.read_sheet(file.name, file.getvalue(), is_column=column_of))
        except UserError as mistake:
            st.error(of_mistake(mistake))
            return
        _preview(found, file.name, funding.planned(who, found).questions)


def _preview(found: GrantSheet, name: str, questions: Sequence[GrantQuestion]) -> None:
    for total in found.totals:
        st.markdown(plain(total.sentence))
    rows = "".join(
        f"<tr><td>{line.line:,}</td><td>{html.escape(line.reason)}</td></tr>"
        for line in found.left_out[:_MOST]
    )
    if rows:
        st.html(
            "<div class='scroll' tabindex='0'><table class='plain'><thead><tr>"
            "<th scope='col'>Line</th><th scope='col'>Why it is left out</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></div>"
        )
    answers = {one.line.line: _answer(one) for one in questions}
    if found.grants:
        waiting = sum(not answer for answer in answers.values())
        left_out = len(found.left_out) + waiting
        words = f"Save {len(found.grants) - waiting:,}, leave out {left_out:,}"
        st.button(words, type="primary", on_click=_save, args=(found, name, answers))


def _answer(question: GrantQuestion) -> str:
    """What somebody says that a line is; "" until then, and the line waits."""
    words: dict[str, str] = {"": "Leave it out", NEW_GRANT: "Another grant"}
    words |= {one.reference: f"It is {one.reference}" for one in question.candidates}
    label, key = plain(question.sentence), f"money_line_{question.line.digest}"
    return str(st.selectbox(label, [*words], format_func=words.__getitem__, key=key))


def _save(found: GrantSheet, name: str, answers: Mapping[int, str]) -> None:
    state: Any = st.session_state
    said_of = {line: answer for line, answer in answers.items() if answer}
    try:
        kept = session.funding().keep(
            session.principal(), found, name=name, now=session.now(), answers=said_of
        )
        known = len(found.grants) - kept.added - kept.changed - len(kept.questions)
        said = f"Added {kept.added:,} and changed {kept.changed:,}; {known:,} were there."
        if kept.questions:
            said += f" {len(kept.questions):,} wait for an answer, and are not saved."
        state["money_imported"] = said
    except UserError as trouble:
        state["money_trouble"] = str(trouble)
