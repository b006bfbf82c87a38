"""The shortlist of schools, with the reasons that a head could challenge."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from vrp_map.principal import Principal
from vrp_map.schools.risk import FOR, SchoolRisk, SchoolShortlist
from vrp_map.schools.service import Schools
from vrp_map.ui.shared import session
from vrp_map.ui.shared.lists import fingerprint
from vrp_map.ui.shared.markdown import plain
from vrp_map.views import hotspots as views
from vrp_map.workspace import Workspace

_MONTHS = 12
_KINDS = {
    "violence": "Violence",
    "robbery": "Robbery",
    "possession-of-weapons": "Possession of weapons",
    "all": "All kinds",
}
_REACHES = {400.0: "400 m (5 minutes on foot)", 800.0: "800 m (10 minutes on foot)"}
_ALL_FILES = "All suppliers"
_LISTED, _EVERY = "Shortlist", "All schools"
_MOST = 100


def show(schools: Schools, who: Principal) -> None:
    """The headline, the choices, the list and how it was counted."""
    ws = session.exact_workspace()
    headline = st.empty()
    kind, reach, source = _choices(ws)
    known = schools.listed(who, ws)
    if len(known) < 2:
        headline.title("There is no list of schools yet", anchor=False)
        st.markdown(
            "Here you would see which schools have more incidents around them on the way to school"
            " than chance would make. **First step:** download the register of schools (GIAS) and"
            " run `vrp-map places add FILE`."
        )
        return
    first, last = ws.period(_MONTHS)
    sources = () if source == _ALL_FILES else (source,)
    chosen = ws.select(kind, first=first, last=last, sources=sources)
    key = ("schools", kind, reach, source, fingerprint(known.to_numpy().ravel().tolist()))
    with session.no_map(headline):
        found = views.remember(ws, key, lambda: schools.shortlist(who, ws, chosen, reach_m=reach))
    headline.title(plain(found.sentence.removesuffix(".")), anchor=False)
    st.markdown(f"**Exact numbers.** {FOR}")
    _list(found)
    st.caption(" ".join(html.escape(sentence) for sentence in found.how))


def _choices(ws: Workspace) -> tuple[str, float, str]:
    left, middle, right = st.columns(3)
    kind = left.selectbox(
        "Kind", list(_KINDS), format_func=lambda one: _KINDS[one], key="schools_kind"
    )
    reach = middle.selectbox(
        "Around each school",
        list(_REACHES),
        index=1,
        format_func=lambda one: _REACHES[one],
        key="schools_reach",
    )
    source = right.selectbox("Supplier", [_ALL_FILES, *ws.snapshot.sources], key="schools_source")
    return kind, reach, source


def _list(found: SchoolShortlist) -> None:
    which = st.radio("Schools shown", [_LISTED, _EVERY], key="schools_shown", horizontal=True)
    shown = found.listed if which == _LISTED else found.schools[:_MOST]
    if not shown:
        st.markdown("No school is on the shortlist. Choose **All schools** to see their numbers.")
        return
    st.html("<ol class='schools'>" + "".join(_school(one) for one in shown) + "</ol>")
    if which == _EVERY and len(found.schools) > _MOST:
        st.caption(
            f"The first {_MOST} of {len(found.schools):,}. `vrp-map schools lens --json` has all."
        )


def _school(one: SchoolRisk) -> str:
    where = ", ".join(dict.fromkeys(part for part in (one.town, one.lad) if part))
    return (
        f"<li><strong>{html.escape(one.name)}</strong> ({html.escape(where)})"
        f"<ul>{_sentences(one.reasons)}</ul></li>"
    )


def _sentences(reasons: Sequence[str]) -> str:
    return "".join(f"<li>{html.escape(reason)}</li>" for reason in reasons)
