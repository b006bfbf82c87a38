"""The top of a page: what it says, as a heading that fits in the eye, and the rest as text."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vrp_map.ui.shared.markdown import plain
from vrp_map.wording import heading_and_rest

LONGEST = 160


def headline_place() -> DeltaGenerator:
    """Where the headline of a page will stand, above what it is worked out from.

    Streamlit draws no container that holds nothing: the words would push everything down.
    """
    place = st.container(key="headline")
    place.empty()
    return place


def headline(place: DeltaGenerator, text: str) -> None:
    """Draw the first sentences as the heading, in small type where one alone is long."""
    heading, rest = heading_and_rest(text, longest=LONGEST)
    size = "long-headline" if len(heading) > LONGEST else "short-headline"
    with place.container(key=size):
        st.title(plain(heading), anchor=False)
        if rest:
            st.markdown(plain(rest))
