"""The story of a pilot on its page: what it would say, signing it, and taking it back."""

from __future__ import annotations

import html

import streamlit as st

from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord
from vrp_map.pilots.story.service import (
    draft_story,
    no_longer_as_signed,
    sign_story,
    withdraw_story,
)
from vrp_map.principal import Principal
from vrp_map.ui.pilots.steps import act
from vrp_map.ui.shared import session


def steps(record: PilotRecord) -> None:
    """What a lead does with the story of a decided pilot."""
    st.html("<h2>Its story, for everyone</h2>")
    if record.pilot.story:
        address = f"/pilot/{record.reference}/story"
        st.html(
            f"<p>Anyone can read it at <a href='{address}'>{address}</a>, as it was signed. What"
            " young people said there follows the page of the voices. It prints on A4.</p>"
        )
        stale = no_longer_as_signed(session.pilots(), session.principal(), record, session.now())
        if stale:
            parts = ", ".join(f"“{heading}”" for heading in stale)
            st.warning(
                f"Signed today, it would read otherwise: {parts}. To bring it up to date, take it"
                " back, read it and sign it again."
            )
        st.button("Take the story back", on_click=act, args=(_withdraw, record))
        return
    said = draft_story(session.pilots(), session.principal(), record, session.now())
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(heading)}</th><td>{html.escape(text)}</td></tr>"
        for heading, text in said
    )
    st.html(
        "<p>This is what everyone would read, with what young people said there. It has no count"
        f" of incidents.</p><table class='plain'><tbody>{rows}</tbody></table>"
    )
    st.checkbox(
        "If the words look like a name or a count: they are none (this is in the audit)",
        key="pilot_story_past",
    )
    st.button("Sign the story for everyone", on_click=act, args=(_sign, record))


def _sign(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    past = bool(st.session_state.get("pilot_story_past"))
    sign_story(pilots, who, record, now=session.now(), past_flags=past)


def _withdraw(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    withdraw_story(pilots, who, record, now=session.now())
