"""The block of Youth voice with the texts that moderators let through.

For staff: on no public page, in no file.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.principal import Principal
from vrp_map.summit.moderation import service as moderation
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap.released import EventVoices
from vrp_map.ui.changes import parts

_AT_FIRST = 12
_UNDER = (
    "Texts that moderators approved, for staff only. They are never public and in no file. They are"
    " in alphabetical order and without places, so that nothing links a text to a pin. If one tells"
    " of harm, tell the safeguarding lead at once."
)


def show(summit: Summit, principal: Principal, voices: Sequence[EventVoices]) -> None:
    """Draw the texts of the events that take any; nothing at all where none does."""
    events = [one.event for one in voices if one.event.free_text]
    if not events:
        return
    parts.heading("In their own words", "")
    try:
        found = [
            text.words
            for event in events
            for text in moderation.approved_texts(principal, summit.records, event)
        ]
    except UserError as refusal:
        parts.reason(refusal)
        return
    if not found:
        st.html(
            "<p class='under'>No comments approved yet. New ones wait on the page Moderation.</p>"
        )
        return
    st.html(f"<p class='under'>{_UNDER}</p>")
    ordered = sorted(found, key=lambda words: (words.casefold(), words))
    st.html(_listed(ordered[:_AT_FIRST]))
    if rest := ordered[_AT_FIRST:]:
        with st.expander(f"{len(rest):,} more"):
            st.html(_listed(rest))


def _listed(texts: Sequence[str]) -> str:
    return (
        "<ul class='texts'>" + "".join(f"<li>{html.escape(text)}</li>" for text in texts) + "</ul>"
    )
