"""One grant by a form: the same line that a sheet would hold, read by the same rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.funding.export import TITLES, grant_row
from vrp_map.funding.grant import GrantRecord, GrantState
from vrp_map.funding.imports.plan import NEW_GRANT
from vrp_map.funding.report import pounds
from vrp_map.funding.service import Funding
from vrp_map.funding.sheet import read_grants
from vrp_map.principal import Principal
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import plain

_DONE, _TROUBLE, _OF = "grant_done", "grant_trouble", "grant_form_of"
# A grant is known by it: what is written in the other fields changes the grant.
_KNOWN_BY = "Reference"
_HINTS = {
    "Reference": "ours where empty",
    "Year": "as 2026-27",
    "Amount": "pounds",
    "Area": "several with ; between them",
    "Shares": "percent, as 60; 40",
    "Match": "percent",
    "Match needed": "percent",
    "Evaluation": "percent",
    "Tested": "percent, tested interventions",
    "Ends": "as 31/03/2027",
    "Return due": "as 30/04/2027",
    "Returned on": "as 28/04/2027",
}
_BY_QUARTER = tuple(title for title in TITLES if title[0] == "Q" and title[1].isdigit())


def show(funding: Funding, who: Principal) -> None:
    """The form, folded away; what was saved, or what is wrong, above it."""
    if done := st.session_state.pop(_DONE, None):
        st.success(plain(done))
    if trouble := st.session_state.pop(_TROUBLE, None):
        st.error(plain(trouble))
    known = {record.id: record for record in funding.all(who)}
    with st.expander("Record or change one grant"):
        id = st.selectbox(
            "Grant",
            [None, *known],
            format_func=lambda one: _name(known[one]) if one else "A new grant",
            key="grant_id",
        )
        _fill(known.get(id) if id else None)
        for title in _in_rows([one for one in TITLES if one not in _BY_QUARTER], 3):
            _field(title, is_fixed=bool(id) and title == _KNOWN_BY)
        st.markdown("Pounds by quarter of the fund year (Q1 is April to June):")
        for title in _in_rows(_BY_QUARTER, 4):
            _field(title, is_fixed=False)
        st.caption(
            "An empty field takes nothing away. A grant is known by its reference: a new grant"
            " without one is given one."
        )
        st.button("Save the grant", type="primary", on_click=_save)


def _in_rows(titles: Sequence[str], wide: int) -> Iterator[str]:
    """Each title, while its column is open: row by row, so that a phone has them in order."""
    for at in range(0, len(titles), wide):
        for column, title in zip(st.columns(wide), titles[at : at + wide], strict=False):
            with column:
                yield title


def _field(title: str, *, is_fixed: bool) -> None:
    if title == "State":
        st.selectbox(title, [*GrantState], format_func=str.capitalize, key=_key(title))
        return
    hint = _HINTS.get(title)
    label = f"{title} ({hint})" if hint else title
    st.text_input(label, key=_key(title), max_chars=500, disabled=is_fixed)


def _key(title: str) -> str:
    return f"grant_{title}"


def _name(record: GrantRecord) -> str:
    grant = record.grant
    words = f"{grant.stream} {grant.year}, {grant.purpose}: {pounds(float(grant.amount))}"
    return f"{record.reference}, {words}"


def _fill(record: GrantRecord | None) -> None:
    """Put a grant into the fields, once for each version of it."""
    wanted = f"{record.id}.{record.version}" if record else ""
    state = st.session_state
    if state.get(_OF) == wanted:
        return
    state[_OF] = wanted
    row = grant_row(record) if record else [""] * len(TITLES)
    for title, cell in zip(TITLES, row, strict=True):
        state[_key(title)] = str(cell)
    if record is None:
        state[_key("State")] = str(GrantState.CONFIRMED)


def _save() -> None:
    state: Any = st.session_state
    id: UUID | None = state["grant_id"]
    found = read_grants([[*TITLES], [str(state[_key(title)]) for title in TITLES]])
    try:
        if not found.grants:
            reasons = [line.reason for line in found.left_out]
            raise UserError(
                reasons[0] if reasons else "Nothing is filled in.", hint="Mend it, and save again."
            )
        # A form is filled in for one grant: nobody has to be asked which.
        line, reference = found.grants[0].line, str(state[_key(_KNOWN_BY)])
        kept = session.funding().keep(
            session.principal(),
            found,
            name="form",
            now=session.now(),
            answers={line: reference if id else NEW_GRANT},
        )
    except UserError as mistake:
        state[_TROUBLE] = str(mistake)
        return
    said = "Saved a new grant." if kept.added else "Saved the change."
    state[_DONE] = said if kept.added or kept.changed else "That is what stands there already."
    if id is None and kept.added:
        # The next one starts with empty fields.
        state.pop(_OF, None)
