"""Keep, change, stop or cannot know: each pilot with what its decision rests on."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from vrp_map.permissions import Action
from vrp_map.pilots.deciding import files
from vrp_map.pilots.deciding.case import DecisionCase
from vrp_map.pilots.deciding.gather import decision_cases
from vrp_map.pilots.pilot import PilotDecision
from vrp_map.pilots.service import Pilots
from vrp_map.principal import Principal
from vrp_map.ui.shared import session
from vrp_map.ui.shared.file_button import file_button
from vrp_map.wording import day_words

# The page of all decisions, in the address where a reference would stand.
ALL = "decisions"
_ALL, _OPEN = "All", "Not decided"


def show(pilots: Pilots, who: Principal) -> None:
    """The headline, the filter, a section a pilot, and the files."""
    now = session.now()
    cases = decision_cases(pilots, session.summit(), who, now=now)
    st.title(_headline(cases), anchor=False)
    st.html("<p class='event-links'><a href='/pilots'>All pilots</a></p>")
    if not cases:
        st.markdown("No pilot is approved yet, so there is nothing to decide.")
        return
    st.markdown(
        "One sentence each for what a decision rests on. They are not added up: not shown does not"
        " mean that it failed, and what nobody recorded is said to be so."
    )
    choices = [_ALL, _OPEN, *PilotDecision]
    chosen = st.selectbox("Decision", choices, format_func=str.capitalize, key="decisions_shown")
    for one in cases:
        if chosen in (_ALL, one.decision or _OPEN):
            _case(one, may_decide=who.may(Action.APPROVE_PILOTS))
    with st.container(horizontal=True):
        file_button("All of them (XLSX)", files.to_xlsx(cases, now=now), "pilot-decisions.xlsx")
        file_button("All of them (CSV)", files.to_csv(cases), "pilot-decisions.csv")


def _headline(cases: Sequence[DecisionCase]) -> str:
    found = Counter(one.decision or _OPEN.casefold() for one in cases)
    order = [*PilotDecision, _OPEN.casefold()]
    said = ", ".join(f"{found[one]:,} {one}" for one in order if found[one])
    return f"Keep, change or stop: {said or 'no pilot yet'}"


def _case(one: DecisionCase, *, may_decide: bool) -> None:
    rows = "".join(
        f"<tr><th scope='row'>{part.about}</th><td>{html.escape(part.sentence)}"
        f"{_trace(part.rests_on)}</td></tr>"
        for part in one.parts
    )
    link = f"/pilots?pilot={one.reference}"
    act = f" <a href='{link}'>Decide on its page</a>" if may_decide and not one.decision else ""
    st.html(
        f"<h2>{html.escape(one.name)}</h2>"
        f"<p class='verdict'><a href='{link}'>{one.reference}</a>"
        f" {html.escape(_decided(one))}{act}</p>"
        f"<table class='plain'><tbody>{rows}</tbody></table>"
    )


def _trace(rests_on: Sequence[str]) -> str:
    if not rests_on:
        return ""
    return f"<br><span class='under'>From: {html.escape('; '.join(rests_on))}</span>"


def _decided(one: DecisionCase) -> str:
    if not one.decision:
        return "Not decided yet."
    when = f" on {day_words(one.decided_on)}" if one.decided_on else ""
    return f"{one.decision.capitalize()}, decided{when} by {one.decided_by}. {one.because}"
