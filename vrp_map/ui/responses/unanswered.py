"""Incidents without a response, and responses without an incident: for those who may see exact
numbers.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.responses.service import Responses
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.vocabulary import CATEGORIES
from vrp_map.wording import day_words

_MOST = 50


def show(responses: Responses, who: Principal) -> None:
    """Both lists, folded away; nothing for anybody who may not see exact numbers."""
    if not who.may(Action.SEE_EXACT_NUMBERS):
        return
    try:
        found = responses.unanswered(who, session.exact_workspace())
    except UserError as mistake:
        st.warning(of_mistake(mistake))
        return
    st.html("<h2>Unanswered so far</h2>")
    st.markdown(f"**{plain(found.sentence)}**")
    if found.since is None or found.until is None:
        return
    near = (
        f"{responses.settings.response_near_m:,} metres and {responses.settings.response_near_days}"
    )
    st.caption(
        f"Incidents from {day_words(found.since)} to {day_words(found.until)} whose day and place"
        f" are known. Near means within {near} days. This is a list to look into and blames"
        " nobody: a response may be on its way, or not be needed. These are exact numbers: only"
        " analysts see them."
    )
    incidents = [
        (
            day_words(one.day),
            f"<a href='/respond?cell={one.cell}'>{html.escape(responses.places.name_of(one.cell))}"
            "</a>",
            html.escape(CATEGORIES.get(one.category, one.category)),
        )
        for one in found.incidents[:_MOST]
    ]
    _table("Incidents without a response", ("Day", "Where", "Kind"), incidents)
    of_no_file = [
        (
            f"<a href='/responses?response={r.reference}'>{r.reference}</a>",
            day_words(r.response.when.first),
            html.escape(r.response.where.words),
        )
        for r in found.responses[:_MOST]
    ]
    _table("Responses without an incident near on file", ("Response", "Day", "Where"), of_no_file)


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    head = "".join(f"<th scope='col'>{name}</th>" for name in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{name}"><span>{cell}</span></td>'
            for name, cell in zip(heads, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    st.html(
        f"<h3>{title}</h3><div class='scroll' tabindex='0'><table class='plain stack'>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
