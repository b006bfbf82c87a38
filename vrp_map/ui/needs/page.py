"""A needs assessment to take away: what its modules lack, its two files, and a file to refresh."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.needs.assessment import NeedsAssessment
from vrp_map.needs.files import MOST_BYTES, earlier_file, written_file
from vrp_map.needs.modules.catalogue import ModuleState, module_states
from vrp_map.needs.service import assessment, needs_sources, refreshed_file
from vrp_map.needs.sources import NeedsSources
from vrp_map.ui.shared import session, words
from vrp_map.ui.shared.file_button import file_button
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.ui.shared.tables import stacked
from vrp_map.views.area_names import area_names
from vrp_map.views.choice import default_choice
from vrp_map.vocabulary import AreaType, Audience
from vrp_map.workspace import Workspace

_FOR = {Audience.PARTNER: "Partners", Audience.PUBLIC: "The public"}
_KINDS = (".docx", ".html")


def show(ws: Workspace) -> None:
    """The page."""
    names = {
        key: name for key, name in area_names(ws).items() if key.startswith(f"{AreaType.LAD}:")
    }
    if not names:
        st.title("There is no needs assessment of your areas", anchor=False)
        st.markdown("It is of one local authority, and none of your areas is one.")
        return
    title = st.empty()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        area = st.selectbox(
            "Local authority", list(names), format_func=names.__getitem__, key="needs_area"
        )
        audience = st.selectbox("For", list(_FOR), format_func=_FOR.__getitem__, key="needs_for")
    sources = _sources(ws, area, audience)
    states = module_states(sources)
    title.title(_headline(names[area], states), anchor=False)
    period = words.period(sources.selection.first, sources.selection.last)
    st.caption(
        plain(
            f"The document of the Serious Violence Duty, in thirteen modules. Violence, {period}."
            " Each module ends with a place for your own words, and every number names its source."
            " A file takes some seconds to make."
        )
    )
    _downloads(sources)
    st.html(f"<h2>The modules</h2>{stacked(['Module', 'Made from', 'State'], _rows(states))}")
    _refresh(ws)


def _sources(ws: Workspace, area: str, audience: str) -> NeedsSources:
    """What the document is made from, of the months that the map shows first."""
    chosen = replace(default_choice(ws), where=area).selection(ws)
    return needs_sources(
        ws, chosen, audience=audience, now=session.now(), records=session.record_sources()
    )


def _headline(place: str, states: Sequence[ModuleState]) -> str:
    ready = sum(not one.lacks for one in states)
    return plain(f"{place}: {ready} of {len(states)} modules have all their data")


def _rows(states: Sequence[ModuleState]) -> list[list[str]]:
    return [
        [f"{one.number}. {one.title}", one.made_from, " ".join(one.lacks) or "Ready"]
        for one in states
    ]


def _downloads(sources: NeedsSources) -> None:
    """Each file is made when it is asked for."""
    with st.container(key="downloads", horizontal=True):
        for kind, use in ((".docx", "to go on writing"), (".html", "to read or publish")):
            file_button(
                f"Download {kind[1:].upper()}, {use}",
                partial(_made, sources, kind),
                _name(sources.place, kind),
                key=f"needs{kind}",
            )


def _made(sources: NeedsSources, kind: str) -> bytes:
    return written_file(assessment(sources), kind)


def _refresh(ws: Workspace) -> None:
    """An earlier file in, the same file with new numbers out."""
    st.html("<h2>Refresh a file that you wrote in</h2>")
    file = st.file_uploader(
        "A DOCX or HTML file that was made here",
        type=[kind[1:] for kind in _KINDS],
        key="needs_file",
        max_upload_size=MOST_BYTES // 1_000_000,
        help="Its numbers are made again. Your words, tables and pictures stay. Nothing is kept.",
    )
    if file is None:
        return
    try:
        earlier = earlier_file(file.name, file.getvalue())
        sources = _sources(ws, earlier.document.area, earlier.document.audience)
    except UserError as mistake:
        st.error(of_mistake(mistake))
        return
    st.html(f"<p>{html.escape(_found(earlier.document))}</p>")
    file_button(
        "Download it with new numbers",
        partial(refreshed_file, sources, earlier),
        _name(sources.place, earlier.kind),
        type="primary",
        key="needs_refreshed",
    )


def _found(document: NeedsAssessment) -> str:
    written = sum(bool(module.words) for module in document.modules)
    last = max((module.made for module in document.modules), default=None)
    day = f", made on {words.day(last)}" if last else ""
    own = f"{written} of them have your own words" if written else "none has your own words yet"
    return f"{document.title}. {len(document.modules)} modules{day}; {own}."


def _name(place: str, kind: str) -> str:
    return f"needs-{'-'.join(place.lower().split())}{kind}"
