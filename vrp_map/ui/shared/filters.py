"""What is chosen on the Hotspots page: one row of filters that is always the same as the page's
address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.selection import Selection, month
from vrp_map.ui.shared import words
from vrp_map.ui.shared.markdown import plain
from vrp_map.vocabulary import (
    ALL_CATEGORIES,
    AREA_WORDS,
    DEFAULT_RESOLUTION,
    RESOLUTION_WORDS,
    AreaType,
)
from vrp_map.workspace import Workspace

T = TypeVar("T")

LAYERS = {
    "npu": "Policing units (NPU)",
    "lpa": "Policing areas (LPA)",
    "ward": "Wards",
    "none": "Council areas only",
}
PERIODS = {
    "1": "Last month",
    "3": "Last 3 months",
    "12": "Last 12 months",
    "36": "Last 36 months",
    "custom": "Choose months",
}
COLOURS = {"count": "how many", "new": "what is new"}
DEFAULT_PERIOD, DEFAULT_LAYER, DEFAULT_WHAT = "12", "npu", "violence"
_AT = re.compile(r"(cell|hotspot):[0-9a-f]{15}")
_WIDGETS = ("what", "period", "first", "last", "where", "size", "layer", "colour", "snap")


@dataclass(frozen=True)
class Choice:
    """Everything the page's address says.

    Args:
        what: a preset, a category slug, or several slugs with commas.
        where: area keys "type:code" with commas; empty = everywhere.
        at: what is picked: "cell:<id>", or "hotspot:<id of a cell in it>"; empty = nothing.
        colour: what the hexagons are coloured by, one of `COLOURS`.
        snap: whether snap points are drawn.
    """

    what: str
    first: date
    last: date
    where: str = ""
    resolution: int = DEFAULT_RESOLUTION
    layer: str = DEFAULT_LAYER
    at: str = ""
    colour: str = "count"
    snap: bool = False

    def selection(self, ws: Workspace) -> Selection:
        return ws.select(
            self.what.split(","), first=self.first, last=self.last, areas=_parts(self.where)
        )

    def to_query(self) -> dict[str, str]:
        """The page's address; `choice_from_query` reads it back to an equal choice."""
        query = {
            "category": self.what,
            "from": f"{self.first:%Y-%m}",
            "to": f"{self.last:%Y-%m}",
            "area": self.where,
            "resolution": str(self.resolution),
            "layer": self.layer,
            "at": self.at,
            # The usual picture goes without saying: links stay short.
            "colour": "" if self.colour == "count" else self.colour,
            "snap": "1" if self.snap else "",
        }
        return {name: value for name, value in query.items() if value}


def default_choice(ws: Workspace) -> Choice:
    first, last = ws.period(int(DEFAULT_PERIOD))
    return Choice(DEFAULT_WHAT, first, last)


def choice_from_query(query: Mapping[str, str], ws: Workspace) -> tuple[Choice, list[str]]:
    """The choice an address asks for, and a plain message for each part that cannot be had.

    A part that cannot be had is shown as its default, so a bad link still opens a page.
    """
    default = default_choice(ws)
    problems: list[str] = []

    def read(name: str, how: Callable[[str], T], otherwise: T) -> T:
        text = query.get(name, "")
        try:
            return how(text) if text else otherwise
        except UserError as mistake:
            problems.append(f"{mistake} The usual choice is shown instead.")
            return otherwise

    def period(_: str) -> tuple[date, date]:
        first = month(query["from"]) if query.get("from") else default.first
        last = month(query["to"]) if query.get("to") else default.last
        chosen = ws.select([DEFAULT_WHAT], first=first, last=last)
        _known(f"{first:%Y-%m}", [f"{m:%Y-%m}" for m in ws.months()], "month with data")
        _known(f"{last:%Y-%m}", [f"{m:%Y-%m}" for m in ws.months()], "month with data")
        return chosen.first, chosen.last

    first, last = read("from" if query.get("from") else "to", period, (default.first, default.last))
    choice = Choice(
        what=read("category", lambda text: _what(text, ws), default.what),
        first=first,
        last=last,
        where=read(
            "area",
            lambda text: ",".join(ws.select([DEFAULT_WHAT], areas=_parts(text)).areas),
            default.where,
        ),
        resolution=read("resolution", _size, default.resolution),
        layer=read(
            "layer", lambda text: _known(text, list(LAYERS), "boundary layer"), default.layer
        ),
        at=read("at", _at, ""),
        colour=read(
            "colour",
            lambda text: _known(text, list(COLOURS), "way to colour the map by"),
            default.colour,
        ),
        snap=read("snap", lambda text: _known(text, ["1"], "way to draw snap points"), "") == "1",
    )
    return choice, problems


def _what(text: str, ws: Workspace) -> str:
    slugs = ws.select(_parts(text)).categories
    if text in ws.settings.presets:
        return text
    return next(
        (name for name, held in ws.settings.presets.items() if set(held) == set(slugs)),
        ",".join(slugs),
    )


def _known(text: str, known: Sequence[str], thing: str) -> str:
    if text not in known:
        raise UserError(f"There is no {thing} {text[:40]!r}.")
    return text


def _size(text: str) -> int:
    return int(_known(text, [str(resolution) for resolution in RESOLUTION_WORDS], "hexagon size"))


def _at(text: str) -> str:
    if not _AT.fullmatch(text):
        raise UserError("The link names a place that is not on the map.")
    return text


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def row(ws: Workspace, *, sizes: bool = True) -> Choice:
    """Draw the filters in one row and give what is chosen; address and filters are made equal, both
    ways.

    Args:
        sizes: whether hexagons may be chosen; the size that another page chose is kept all the
            same.
    """
    _take_from_address(ws)
    choice: Choice = st.session_state["choice"]
    for problem in st.session_state.get("problems", []):
        st.warning(plain(problem))
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        what = _select("what", "What", _whats(ws, choice), words.category)
        preset = _select("period", "When", list(PERIODS), PERIODS.__getitem__)
        first, last = _months(ws) if preset == "custom" else ws.period(int(preset))
        names = _areas(ws)
        where = _select(
            "where",
            "Where",
            [*names, *([choice.where] if choice.where not in names else [])],
            lambda k: _where(k, names),
        )
        known = sorted(RESOLUTION_WORDS, reverse=True)
        size = (
            _select("size", "Hexagon size", known, words.hexagon)
            if sizes
            else st.session_state["f_size"]
        )
        layer = _select("layer", "Boundaries", list(LAYERS), LAYERS.__getitem__)
        state = st.session_state
        choice = Choice(
            what,
            first,
            last,
            where,
            size,
            layer,
            state.get("at", ""),
            state["f_colour"] or "count",
            state["f_snap"],
        )
        st.button(
            "Reset", key="reset", on_click=_reset, args=(ws,), disabled=choice == default_choice(ws)
        )
    _write_address(choice)
    return choice


def _select(name: str, label: str, options: Sequence[T], words_of: Callable[[T], str]) -> Any:
    return st.selectbox(label, options, key=f"f_{name}", format_func=words_of)


def map_controls(*, new: bool, snap: bool) -> None:
    """The two switches above the map, where each says something: what it is coloured by, and snap
    points.
    """
    if not (new or snap):
        return
    with st.container(key="switches", horizontal=True, vertical_alignment="bottom"):
        if new:
            st.segmented_control(
                "Colour by",
                list(COLOURS),
                key="f_colour",
                format_func=COLOURS.__getitem__,
                required=True,
            )
        if snap:
            st.toggle("Show snap points", key="f_snap")


def _months(ws: Workspace) -> tuple[date, date]:
    months = ws.months()
    first = _select("first", "From", months[::-1], words.month)
    last = _select("last", "To", months[::-1], words.month)
    if first > last:
        st.caption("We swapped the two months: the first was after the last.")
    return min(first, last), max(first, last)


def _whats(ws: Workspace, choice: Choice) -> list[str]:
    known = [*ws.settings.presets, *ALL_CATEGORIES]
    return [*known, *([choice.what] if choice.what not in known else [])]


def _areas(ws: Workspace) -> dict[str, str]:
    """Key -> name of every area that may be chosen: council areas, then the others; for some people
    only their own.
    """
    mine = set(ws.principal.areas)
    names = {"": "All of my areas" if mine else f"All of {ws.settings.place}"}
    frame = ws.areas().drop(columns="geometry")
    order = [AreaType.LAD, AreaType.NPU, AreaType.LPA, AreaType.WARD]
    frame = frame[frame["type"].isin([kind.value for kind in order])]
    columns = (frame[name].astype(str) for name in ("type", "code", "name"))
    keyed = [
        (f"{kind}:{code}", AreaType(kind), name) for kind, code, name in zip(*columns, strict=True)
    ]
    keyed = [area for area in keyed if not mine or area[0] in mine]
    keyed.sort(key=lambda area: (order.index(area[1]), area[2]))
    return names | {
        key: name if kind is AreaType.LAD else f"{name} ({AREA_WORDS[kind]})"
        for key, kind, name in keyed
    }


def _where(key: str, names: Mapping[str, str]) -> str:
    return names.get(key) or " + ".join(names.get(part, part) for part in key.split(","))


def _take_from_address(ws: Workspace) -> None:
    """On the first run, and when the person went back or changed the address: the address wins."""
    state = st.session_state
    query = st.query_params.to_dict()
    if "choice" in state and (query == state.get("address") or not query):
        _keep_widgets(state["choice"], ws)
        return
    choice, state["problems"] = choice_from_query(query, ws)
    _set(choice, ws)


def _keep_widgets(choice: Choice, ws: Workspace) -> None:
    """Streamlit forgets a widget that was not drawn (another page was open): put it back as
    it was.
    """
    for name, value in _values(choice, ws).items():
        key = f"f_{name}"
        # Written even when it is there: otherwise it is dropped at the end of the first run on
        # another page.
        st.session_state[key] = st.session_state.get(key, value)


def _set(choice: Choice, ws: Workspace) -> None:
    st.session_state["choice"] = choice
    st.session_state["at"] = choice.at
    for name, value in _values(choice, ws).items():
        st.session_state[f"f_{name}"] = value


def _values(choice: Choice, ws: Workspace) -> dict[str, Any]:
    preset = next(
        (p for p in ("12", "3", "1", "36") if ws.period(int(p)) == (choice.first, choice.last)),
        "custom",
    )
    held = (
        choice.what,
        preset,
        choice.first,
        choice.last,
        choice.where,
        choice.resolution,
        choice.layer,
        choice.colour,
        choice.snap,
    )
    return dict(zip(_WIDGETS, held, strict=True))


def _reset(ws: Workspace) -> None:
    st.session_state["problems"] = []
    _set(default_choice(ws), ws)
    _write_address(default_choice(ws))


def _write_address(choice: Choice) -> None:
    st.session_state["choice"] = choice
    query = choice.to_query()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    if st.session_state.get("address") not in (None, query):
        st.session_state["problems"] = []
    st.session_state["address"] = query


def pick(at: str) -> None:
    """Pick a place, from the map, the list or the panel; empty = nothing."""
    st.session_state["at"] = at
    st.session_state["choice"] = replace(st.session_state["choice"], at=at)


def choose_size(resolution: int) -> None:
    """Choose a size of hexagon, as the person would."""
    st.session_state["f_size"] = resolution


def where_words(ws: Workspace, choice: Choice) -> str:
    """The name of the area chosen, or of those that somebody is held to."""
    where = choice.where or ",".join(ws.principal.areas)
    return _where(where, _areas(ws)) if where else ws.settings.place
