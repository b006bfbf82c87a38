"""One response: what is known, what is due, who changed what, and how it is closed."""

from __future__ import annotations

import html
from uuid import UUID

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.responses import ring
from vrp_map.responses.clocks import due_items, moment_words
from vrp_map.responses.form.changes import changes_of
from vrp_map.responses.form.facts import facts_of
from vrp_map.responses.service import Responses
from vrp_map.responses.store import ResponseRecord
from vrp_map.ui.responses.here import hotspots_here, pilots_here
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.vocabulary import Audience
from vrp_map.wording import day_words

_MOST_NEAR = 10
_BACK = "<p class='event-links'><a href='/responses'>All responses</a></p>"


def show(responses: Responses, who: Principal, reference: str) -> None:
    """The page of a response; says so where there is none of that reference."""
    try:
        record = responses.record(who, reference)
    except UserError as mistake:
        st.title("There is no such response", anchor=False)
        st.html(_BACK)
        st.warning(of_mistake(mistake))
        return
    said = record.response
    what = responses.catalogue.words("categories", said.what)
    state = "" if said.is_open else ", closed"
    st.title(plain(f"{record.reference}: {what}{state}"), anchor=False)
    change = f" <a href='/respond?response={record.reference}'>Change it</a>"
    st.html(_BACK.replace("</p>", f"{change if who.may(Action.WRITE_RESPONSES) else ''}</p>"))
    trouble = st.session_state.pop("resp_trouble", None)
    if trouble:
        st.error(plain(trouble))
    _due(responses, record)
    _facts(responses, record)
    if who.may(Action.WRITE_RESPONSES):
        _close_or_reopen(responses, record)
    _around(responses, who, record)
    _history(responses, who, record)


def _facts(responses: Responses, record: ResponseRecord) -> None:
    st.html("<h2>What is known</h2>")
    facts = facts_of(record.response, responses.catalogue, responses.places.lad_names)
    rows = "".join(
        f"<tr><th scope='row'>{name}</th><td>{'<br>'.join(map(html.escape, lines))}</td></tr>"
        for name, lines in facts.items()
    )
    st.html(f"<table class='plain'><tbody>{rows}</tbody></table>")


def _due(responses: Responses, record: ResponseRecord) -> None:
    now = responses.local(session.now())
    if record.response.is_open:
        st.html("<h2>What is due</h2>")
    for item in due_items(record.response, responses.catalogue):
        when = moment_words(item)
        late = "**Overdue.** " if item.is_overdue(now) else ""
        st.markdown(f"- {late}{plain(item.words)}: {when} ({plain(item.owner)})")


def _around(responses: Responses, who: Principal, record: ResponseRecord) -> None:
    """What happened after, and the other responses near it."""
    after = ring.after_of(session.exact_workspace(), record.response)
    st.html(
        f"<h2>What happened after</h2><p class='verdict'>{html.escape(after.sentence)}</p>"
        f"<p>{after.figure}</p>"
    )
    if after.figure and who.may_see(Audience.ANALYST):
        st.caption("These are exact numbers: only analysts see them.")
    within = responses.settings.response_near_m
    others = [
        other
        for other in ring.near(responses.all(who), record.response.where.cell, within_m=within)
        if other.id != record.id
    ]
    links = ", ".join(
        f"<a href='/responses?response={other.reference}'>{other.reference}</a>"
        f" ({day_words(other.response.when.first)})"
        for other in others[:_MOST_NEAR]
    )
    if links:
        st.html(f"<h2>Responses within {within:,} metres: {len(others):,}</h2><p>{links}</p>")
    if cells := ring.ring_of(record.response.where.cell):
        middle = ring.hexagon_of(record.response.where.cell)
        st.html(
            f"<p><a href='/?at=cell:{middle}'>This place on the map</a></p>"
            f"{hotspots_here([middle])}{pilots_here(cells)}"
        )


def _close_or_reopen(responses: Responses, record: ResponseRecord) -> None:
    if not record.response.is_open:
        st.button(
            "Reopen", key=f"resp_reopen_{record.version}", on_click=_reopen, args=(record.id,)
        )
        return
    with st.expander("Close this response"), st.form("resp_close"):
        st.text_input("Why is it closed? No names of people.", key="resp_because", max_chars=120)
        st.text_area("What did we learn? No names of people.", key="resp_learning", max_chars=2000)
        st.checkbox(
            "If the words look like a name: they name nobody (this is in the audit)",
            key="resp_past",
        )
        st.form_submit_button("Close it", on_click=_close, args=(record.id,))


def _close(id: UUID) -> None:
    state = st.session_state
    try:
        responses, who = session.responses(), session.principal()
        responses.close(
            who,
            responses.record(who, id),
            because=state["resp_because"],
            learning=state["resp_learning"],
            now=session.now(),
            past_flags=state["resp_past"],
        ).result()
    except UserError as trouble:
        state["resp_trouble"] = str(trouble)


def _reopen(id: UUID) -> None:
    try:
        responses, who = session.responses(), session.principal()
        responses.reopen(who, responses.record(who, id), now=session.now()).result()
    except UserError as trouble:
        st.session_state["resp_trouble"] = str(trouble)


def _history(responses: Responses, who: Principal, record: ResponseRecord) -> None:
    versions = responses.history(who, record)
    changes = changes_of([v.response for v in versions])
    rows = "".join(
        f"<tr><td>{v.version}</td><td>{day_words(v.written_at.date())}</td>"
        f"<td>{html.escape(v.written_by)}</td><td>{html.escape(v.act)}</td>"
        f"<td>{html.escape(', '.join(fields))}</td>"
        f"<td>{html.escape(', '.join(v.past_flags))}</td></tr>"
        for v, fields in zip(versions, changes, strict=True)
    )
    titles = ("Version", "Day", "Who", "Did", "Changed", "Kept past a flag of")
    head = "".join(f"<th scope='col'>{title}</th>" for title in titles)
    st.html(
        "<h2>Who changed what</h2><div class='scroll' tabindex='0'><table class='plain'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
