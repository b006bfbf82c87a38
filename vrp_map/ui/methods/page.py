"""The Methods page: which method and which source, the answer with its chart and table, or the
plain refusal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vrp_map.errors import MethodRefused, UserError
from vrp_map.selection import Selection
from vrp_map.statistics.eligibility import carries, instead_of
from vrp_map.ui.changes import parts
from vrp_map.ui.methods import parts as methods_parts
from vrp_map.ui.shared import address, filters
from vrp_map.ui.shared.headline import headline as draw_headline
from vrp_map.ui.shared.markdown import of_mistake
from vrp_map.views import answers
from vrp_map.views import hotspots as views
from vrp_map.views.choice import Choice
from vrp_map.vocabulary import GRADE_WORDS, METHOD_WORDS, Grade, Method
from vrp_map.workspace import Workspace

DEFAULT = Method.GI_STAR
_EVERY_SOURCE = "every source"
_SHUFFLING = "Shuffling the times to see what chance would give…"


@dataclass(frozen=True)
class MethodRequest:
    """What the page is asked: one method, of the incidents that the filters choose, of one source
    or of all.
    """

    method: Method
    choice: Choice
    source: str

    def selection(self, ws: Workspace) -> Selection:
        chosen = self.choice.selection(ws)
        return replace(chosen, sources=(self.source,)) if self.source else chosen


def chosen(ws: Workspace) -> MethodRequest:
    """Draw the choices; the page's address says all of them (`?method=`, `?source=` and the
    filters).
    """
    address.take("method", DEFAULT.value, [m.value for m in answers.methods()], named=True)
    address.take("source", "", ["", *ws.snapshot.sources])
    address.keep_filters()
    choice = filters.row(ws)
    with st.container(key="method-row", horizontal=True, vertical_alignment="bottom"):
        names = answers.methods()
        name = st.selectbox(
            "Method",
            [m.value for m in names],
            key="m_method",
            format_func=lambda m: names[Method(m)],
        )
        source = ""
        if len(ws.snapshot.sources) > 1:
            source = st.selectbox(
                "Source",
                ["", *ws.snapshot.sources],
                key="m_source",
                format_func=lambda s: s or _EVERY_SOURCE,
            )
    address.say("method", name)
    address.say("source", source)
    address.settle()
    return MethodRequest(Method(name), choice, source)


def show(ws: Workspace, asked: MethodRequest, headline: DeltaGenerator) -> None:
    """The answer; or why there is none, and what to use instead."""
    try:
        with _waiting(asked.method) as progress:
            found = answers.answer(
                ws,
                asked.method,
                asked.selection(ws),
                resolution=asked.choice.resolution,
                progress=progress,
            )
    except MethodRefused as refusal:
        _refused(ws, asked, refusal, headline)
        return
    except UserError as mistake:
        headline.title(
            f"{METHOD_WORDS[asked.method]}: there is nothing to show for this choice",
            anchor=False,
        )
        parts.reason(mistake)
        return
    draw_headline(headline, found.sentence)
    methods_parts.picture(found)
    methods_parts.tables(found)
    if asked.method in (Method.GI_STAR, Method.CELL_CLUSTERS):
        st.page_link("screens/hotspots.py", label="See these on the map")
    parts.foot(ws, asked.choice, found, name=asked.method.value)


@contextmanager
def _waiting(asked: Method) -> Iterator[answers.Progress | None]:
    """A bar for the slow methods, a spinner for the others."""
    if asked not in answers.SLOW:
        with st.spinner("Working it out…", show_time=False):
            yield None
        return
    bar = st.progress(0.0, text=_SHUFFLING)

    def progress(done: int, total: int) -> None:
        # Every step would be a message to the browser.
        if done % 10 == 0 or done == total:
            bar.progress(done / total, text=_SHUFFLING)

    try:
        yield progress
    finally:
        bar.empty()


def _refused(
    ws: Workspace, asked: MethodRequest, refusal: MethodRefused, headline: DeltaGenerator
) -> None:
    headline.title(f"{METHOD_WORDS[asked.method]}: this data cannot say", anchor=False)
    st.warning(of_mistake(refusal))
    other = instead_of(
        asked.method, ws.carried_by(asked.selection(ws), audience=views.AUDIENCE).grade
    )
    if other in answers.methods():
        st.button(
            f"Show {METHOD_WORDS[other].lower()}", key="instead", on_click=_choose, args=(other,)
        )
    if not asked.source and len(ws.snapshot.sources) > 1:
        st.markdown(
            "Together, sources allow only the methods that the least exact of them allows. Choose"
            " one **source** to use all its detail."
        )


def _choose(other: Method) -> None:
    st.session_state["m_method"] = other.value


def grades(ws: Workspace) -> None:
    """Draw which methods each grade of data allows."""
    with st.expander("Which methods each grade of data allows"):
        st.markdown("\n".join(f"- **{grade}**: {words}" for grade, words in GRADE_WORDS.items()))
        rows = [
            {"Method": words, **{f"Grade {g}": "yes" if carries(g, m) else "no" for g in Grade}}
            for m, words in answers.methods().items()
        ]
        parts.table(pd.DataFrame(rows))
        st.caption("Grades say how exact the data is. Among several, the lowest decides.")
