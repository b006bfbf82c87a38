"""Responses from a pasted line or a sheet: what was understood is shown before it is saved."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.principal import Principal
from vrp_map.responses.service import Responses
from vrp_map.responses.sheets import cells, importing
from vrp_map.responses.sheets.importing import ImportPreview
from vrp_map.ui.shared import session
from vrp_map.ui.shared.file_button import file_button
from vrp_map.ui.shared.markdown import of_mistake, plain

_MOST = 100


def show(responses: Responses, who: Principal) -> None:
    """The form, the preview line by line, and the button that says what it saves."""
    done = st.session_state.pop("resp_imported", None)
    if done:
        st.success(plain(done))
    trouble = st.session_state.pop("resp_import_trouble", None)
    if trouble:
        st.error(plain(trouble))
    with st.expander("Add responses from a pasted line or a sheet"):
        st.text_area(
            "Paste lines: what, date, where, who told us (and tier, lead agency, notes)",
            key="resp_pasted",
            max_chars=20_000,
        )
        file = st.file_uploader("Or a CSV file or XLSX sheet", type=["csv", "xlsx"])
        past = st.checkbox(
            "Lines that look like they name a person name nobody: keep them (this is in the audit)",
            key="resp_import_past",
        )
        try:
            rows = _rows(file)
            if rows:
                _preview(responses, who, rows, past_flags=past)
        except UserError as mistake:
            st.error(of_mistake(mistake))


def _rows(file: Any) -> list[list[Any]]:
    if file is not None:
        return cells.read_sheet(file.name, file.getvalue())
    text = st.session_state.get("resp_pasted", "")
    return cells.pasted(text) if text.strip() else []


def _preview(
    responses: Responses, who: Principal, rows: list[list[Any]], *, past_flags: bool
) -> None:
    found = importing.preview(responses, who, rows, now=session.now(), past_flags=past_flags)
    lines = "".join(
        f"<tr><td>{line.number:,}</td><td>{'left out' if line.reasons else 'ready'}</td>"
        f"<td>{html.escape(' '.join((*line.reasons, *line.remarks)))}</td></tr>"
        for line in sorted(found.lines, key=lambda line: not line.reasons)[:_MOST]
    )
    head = "".join(f"<th scope='col'>{title}</th>" for title in ("Line", "Will be", "Why"))
    st.html(
        "<div class='scroll' tabindex='0'><table class='plain'>"
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )
    if found.left_out:
        text = importing.left_out_csv(found)
        file_button("Lines left out, with reasons", text, "left-out.csv")
    if found.ready:
        st.button(plain(found.sentence), type="primary", on_click=_save, args=(found, past_flags))


def _save(found: ImportPreview, past_flags: bool) -> None:  # noqa: FBT001
    try:
        responses, who = session.responses(), session.principal()
        saved = importing.save(responses, who, found, now=session.now(), past_flags=past_flags)
        st.session_state["resp_imported"] = f"Saved {len(saved):,}: {saved[0]} to {saved[-1]}."
        st.session_state["resp_pasted"] = ""
    except UserError as trouble:
        st.session_state["resp_import_trouble"] = str(trouble)
