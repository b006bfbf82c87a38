"""A plan by OSARA: its questions as a form, what is still open, how it ends, and its history."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.osara.plan import (
    CHEERS,
    MOST_TITLE,
    MOST_WORDS,
    PURPOSES,
    STEPS,
    OsaraPlan,
    suggestion_of,
)
from vrp_map.pilots.osara.service import OsaraPlans
from vrp_map.pilots.osara.store import OsaraRecord
from vrp_map.principal import Principal
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.views.cell_links import MOST_LINKED, cells_of_link, short_text
from vrp_map.wording import day_words

NEW = "new"
_HEIGHT = 110


def show(who: Principal, reference: str) -> None:
    """The page of a plan, or the form of a new one."""
    plans = session.osara_plans()
    if reference == NEW:
        _new(who)
        return
    try:
        record = plans.record(who, reference)
    except UserError as mistake:
        st.title("There is no such plan", anchor=False)
        st.warning(of_mistake(mistake))
        return
    plan = record.plan
    state = ", closed" if plan.is_closed else ""
    st.title(plain(f"{record.reference}: {plan.title}{state}"), anchor=False)
    st.html(f"<p class='event-links'>{_links(plan)}</p><p>{plan.scanning_sentence}</p>")
    _said()
    if who.may(Action.WRITE_PILOTS) and not plan.is_closed:
        _form(plan, record.id, record.version)
    else:
        _read(plan)
    if who.may(Action.WRITE_PILOTS) and plan.is_closed:
        st.button("Reopen the plan", on_click=_reopen, args=(record,))
    _history(plans, who, record)


def links_of(who: Principal, found: Sequence[OsaraRecord], new: str) -> str:
    """A paragraph of HTML that names plans, and the way to make one; "" for others.

    Args:
        new: the address of the form, after `/pilots?plan=new`.
    """
    named = ", ".join(
        f"<a href='/pilots?plan={one.reference}'>{one.reference}</a>"
        f" {html.escape(one.plan.title)}{' (closed)' if one.plan.is_closed else ''}"
        for one in found
    )
    make = (
        f" <a href='/pilots?plan=new{new}'>Make a plan</a>" if who.may(Action.WRITE_PILOTS) else ""
    )
    if not named and not make:
        return ""
    return f"<p>Plans: {named or 'none yet'}.{make}</p>"


def beside(cells: Sequence[str], emerging: str) -> None:
    """What a hotspot says of plans, for those who read pilots: which there are, and a suggestion.

    Args:
        emerging: its months in words, or "".
    """
    who = session.principal()
    if not who.may(Action.READ_PILOTS) or session.responses_if_open() is None:
        return
    found = session.osara_plans().at(who, cells)
    new = f"&cells={short_text(cells)}" if len(cells) <= MOST_LINKED else ""
    links = links_of(who, found, new)
    said = suggestion_of(emerging)
    st.html(f"<h3>Plan of the problem (OSARA)</h3>{links}<p>{html.escape(said)}</p>")


def _new(who: Principal) -> None:
    st.title("Make a plan", anchor=False)
    st.html("<p class='event-links'><a href='/pilots'>All pilots</a></p>")
    if not who.may(Action.WRITE_PILOTS):
        st.warning("Only an analyst or a lead may make a plan.")
        return
    pilot = st.query_params.get("pilot", "")
    cells = cells_of_link(st.query_params.get("cells", "")) if not pilot else ()
    if "osara_new" not in st.session_state:
        st.session_state["osara_new"] = uuid4()
    _said()
    _form(OsaraPlan("", pilot=pilot, cells=cells), st.session_state["osara_new"], 0)


def _links(plan: OsaraPlan) -> str:
    links = ["<a href='/pilots'>All pilots</a>"]
    if plan.pilot:
        links.append(
            f"<a href='/pilots?pilot={html.escape(plan.pilot)}'>{html.escape(plan.pilot)}</a>"
        )
    elif plan.cells:
        links.append(f"<a href='/?at=cell:{html.escape(plan.cells[0])}'>Its place on the map</a>")
    return " ".join(links)


def _form(plan: OsaraPlan, id: UUID, version: int) -> None:
    with st.form(f"osara_{version}"):
        st.markdown("No names of people. Name agencies and roles.")
        st.text_input("Title", plan.title, key=_key("title"), max_chars=MOST_TITLE)
        if not plan.pilot:
            st.text_input(
                "Hexagons of the place", " ".join(plan.cells), key=_key("cells"), max_chars=40_000
            )
        _area("objective", STEPS["objective"], plan)
        st.html("<h2>Scanning: is it a problem?</h2>")
        for field, words in CHEERS.items():
            _area(field, words, plan)
        for field in ("analysis", "response"):
            _area(field, STEPS[field], plan)
        st.html("<h2>Assessment</h2>")
        st.selectbox(
            "What must the assessment answer?",
            list(PURPOSES),
            index=list(PURPOSES).index(plan.purpose),
            format_func=PURPOSES.__getitem__,
            key=_key("purpose"),
        )
        _area("assessment", STEPS["assessment"], plan)
        st.date_input("Assessed on", plan.assessed_on, key=_key("assessed_on"), format="DD/MM/YYYY")
        st.checkbox("Close the plan", key=_key("is_closed"))
        st.checkbox(
            "If the words look like a name: they name nobody (this is in the audit)",
            key=_key("past"),
        )
        st.form_submit_button("Save the plan", on_click=_save, args=(plan, id, version))


def _area(field: str, words: str, plan: OsaraPlan) -> None:
    st.text_area(words, getattr(plan, field), key=_key(field), max_chars=MOST_WORDS, height=_HEIGHT)


def _key(field: str) -> str:
    return f"osara_{field}"


def _save(plan: OsaraPlan, id: UUID, version: int) -> None:
    state = st.session_state
    texts = {name: state[_key(name)] for name in ("title", "purpose", *CHEERS, *STEPS)}
    day = state[_key("assessed_on")]
    cells = tuple(dict.fromkeys(state[_key("cells")].split())) if not plan.pilot else plan.cells
    changed = replace(
        plan,
        **texts,
        cells=cells,
        assessed_on=day if isinstance(day, date) else None,
        is_closed=bool(state[_key("is_closed")]),
    )
    try:
        reference = session.osara_plans().keep(
            session.principal(),
            id,
            changed,
            after=version,
            now=session.now(),
            past_flags=bool(state[_key("past")]),
        )
    except UserError as mistake:
        state["osara_trouble"] = str(mistake)
        return
    state.pop("osara_new", None)
    state["osara_said"] = f"Saved as {reference}."
    st.query_params.from_dict({"plan": reference})


def _reopen(record: OsaraRecord) -> None:
    try:
        session.osara_plans().reopen(session.principal(), record, now=session.now())
    except UserError as mistake:
        st.session_state["osara_trouble"] = str(mistake)


def _said() -> None:
    if trouble := st.session_state.pop("osara_trouble", None):
        st.error(plain(trouble))
    if said := st.session_state.pop("osara_said", None):
        st.success(plain(said))


def _read(plan: OsaraPlan) -> None:
    facts = {
        words: getattr(plan, field)
        for field, words in (
            ("objective", STEPS["objective"]),
            *CHEERS.items(),
            *((name, STEPS[name]) for name in ("analysis", "response", "assessment")),
        )
    }
    facts["Assessed on"] = day_words(plan.assessed_on) if plan.assessed_on else ""
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(words)}</th>"
        f"<td>{html.escape(said) or 'not said'}</td></tr>"
        for words, said in facts.items()
    )
    st.html(f"<table class='plain'><tbody>{rows}</tbody></table>")


def _history(plans: OsaraPlans, who: Principal, record: OsaraRecord) -> None:
    rows = "".join(
        f"<tr><td>{one.version}</td><td>{day_words(one.written_at.date())}</td>"
        f"<td>{html.escape(one.written_by)}</td><td>{html.escape(one.act)}</td></tr>"
        for one in plans.history(who, record)
    )
    head = "".join(f"<th scope='col'>{t}</th>" for t in ("Version", "Day", "Who", "Did"))
    st.html(
        "<h2>Who changed what</h2><div class='scroll' tabindex='0'><table class='plain'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
