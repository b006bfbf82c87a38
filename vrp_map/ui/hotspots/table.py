"""The ranked list under the map: it holds every place of the map, and a row picked is a place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from vrp_map.statistics.trend import COULD_BE_CHANCE
from vrp_map.ui.hotspots import several
from vrp_map.ui.shared import filters, lists, words
from vrp_map.views.choice import Choice
from vrp_map.views.hotspots import HotspotView
from vrp_map.views.several import cells_of, chosen_rows, with_rows
from vrp_map.wording import class_in_words
from vrp_map.workspace import Workspace

_KINDS = {"hotspot": "Hotspots", "cell": "Every hexagon"}
_ORDERS = {"Rank": "rank", "Incidents": "n", "Change": "change", "Per 1,000 residents": "rate"}
_MOST_IN_PICKER = _MOST_ROWS = 200
VOICES = "Voices: unsafe"
# Said of the column: an event's hexagons are larger than most of the list's places.
_VOICES_HELP = (
    "How many people at events feel unsafe here, each counted once. Events use larger hexagons"
    " than this map. “At least”: the place lies in several of them, and we show the largest"
    " number, because one person may be in several. “Not enough voices” does not mean safe."
)


def show(ws: Workspace, view: HotspotView, choice: Choice) -> None:
    """Draw the list, with a picker above it that works from the keyboard alone."""
    st.html("<h2>The same places as a list</h2>")
    counts = {"hotspot": len(view.hotspots.clusters.frame), "cell": len(view.hotspots.cells.frame)}
    with st.container(key="list-controls", horizontal=True, vertical_alignment="bottom"):
        kind = str(_kind(counts, choice))
        places = _sorted(_places(view, kind), kind)
        if several.is_on():
            _several_picker(view, places, choice)
        else:
            _picker(places, choice)
        part = lists.part(places, places["at"].tolist(), picked=choice.at, most=_MOST_ROWS)
    if part.empty:
        st.markdown("No hotspot stands out clearly. Choose **Every hexagon** to see them all.")
        return
    if several.is_on():
        _several_grid(view, part, choice, kind)
    else:
        _grid(part, choice, kind)
    st.caption(view.hotspots.cells.note)


def _kind(counts: dict[str, int], choice: Choice) -> Any:
    """Choose the list that holds what is picked, or the one the person asks for."""
    picked = choice.at.partition(":")[0]
    if picked and st.session_state.get("list_followed") != choice.at:
        st.session_state["list_kind"] = picked
    st.session_state["list_followed"] = choice.at
    st.session_state.setdefault("list_kind", "hotspot" if counts["hotspot"] else "cell")
    return st.segmented_control(
        "Show",
        list(_KINDS),
        key="list_kind",
        required=True,
        format_func=lambda kind: f"{_KINDS[kind]} ({counts[kind]:,})",
    )


def _sorted(places: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Sort on the server: a long list is sent in parts, so the browser cannot sort it."""
    if len(places) <= _MOST_ROWS:
        return places
    by = st.selectbox("Sorted by", list(_ORDERS), key=f"list_order_{kind}")
    column = _ORDERS[by]
    return (
        places
        if column == "rank"
        else places.sort_values(column, ascending=False, kind="stable", na_position="last")
    )


def _places(view: HotspotView, kind: str) -> pd.DataFrame:
    """The list's rows with an `at` each: hexagons surest first, hotspots by their incidents."""
    if kind == "cell":
        frame = view.hotspots.cells.frame
        return frame.assign(at="cell:" + frame["cell"].astype(str), what=frame["sentence"])
    frame = view.places
    return frame.assign(
        at="hotspot:" + frame["at_cell"], what=frame["sentence"] + " " + frame["changed"]
    )


def _picker(places: pd.DataFrame, choice: Choice) -> None:
    top = places.head(_MOST_IN_PICKER)
    names = dict(zip(top["at"], _names(top), strict=True))
    current = choice.at if choice.at in names else None
    # A widget keeps its own value: its key changes with what is picked elsewhere, so that it
    # follows.
    key = f"picker-{lists.fingerprint([choice.at, *names])}"
    st.selectbox(
        "Pick a place",
        list(names),
        index=list(names).index(current) if current else None,
        format_func=names.__getitem__,
        placeholder="Type a name or choose",
        key=key,
        on_change=lambda: filters.pick(st.session_state[key] or ""),
    )


def _names(places: pd.DataFrame) -> list[str]:
    return [f"{rank}. {name}" for rank, name in zip(places["rank"], places["name"], strict=True)]


def _grid(places: pd.DataFrame, choice: Choice, kind: str) -> None:
    ats = places["at"].tolist()
    chosen = [ats.index(choice.at)] if choice.at in ats else []
    key = f"grid-{lists.fingerprint([kind, choice.at, *ats[:50], len(ats)])}"
    _table(places, key, chosen, "single-row", lambda: _picked(key, ats))


def _table(
    places: pd.DataFrame,
    key: str,
    chosen: list[int],
    mode: Literal["single-row", "multi-row"],
    on_select: Callable[[], None],
) -> None:
    st.dataframe(
        _readable(places),
        key=key,
        hide_index=True,
        width="stretch",
        height=min(420, 38 * (len(places) + 1) + 2),
        row_height=38,
        on_select=on_select,
        selection_mode=mode,
        selection_default={"selection": {"rows": chosen}},
        column_config=_columns(),
        placeholder="hidden",
    )


def _several_picker(view: HotspotView, places: pd.DataFrame, choice: Choice) -> None:
    """The same by keyboard: each place of the list may be chosen beside others."""
    held, top = several.cells(choice), places.head(_MOST_IN_PICKER)
    rows = {at: cells_of(view, at) for at in top["at"]}
    names = dict(zip(top["at"], _names(top), strict=True))
    chosen = chosen_rows(rows, held)
    key = f"several-{lists.fingerprint([*held, *names])}"
    st.multiselect(
        "Choose places",
        list(names),
        default=chosen,
        format_func=names.__getitem__,
        placeholder="Type a name or choose",
        key=key,
        on_change=lambda: _want(rows, held, st.session_state[key]),
    )


def _several_grid(view: HotspotView, places: pd.DataFrame, choice: Choice, kind: str) -> None:
    held, ats = several.cells(choice), places["at"].tolist()
    rows = {at: cells_of(view, at) for at in ats}
    chosen = [ats.index(at) for at in chosen_rows(rows, held)]
    key = f"several-grid-{lists.fingerprint([kind, *held, *ats[:50], len(ats)])}"

    def take() -> None:
        wanted = [ats[row] for row in st.session_state[key]["selection"]["rows"]]
        _want(rows, held, wanted)

    _table(places, key, chosen, "multi-row", take)


def _want(rows: Mapping[str, Sequence[str]], held: Sequence[str], wanted: Collection[str]) -> None:
    """Choose exactly these rows, beside what is chosen of none.

    Args:
        held: what was chosen when the list was made. Once a press on the map has changed that, the
            list is about to be made anew, and a browser that still says what it shows, marks
            nothing.
    """
    if several.cells(filters.now()) == tuple(held):
        several.choose(with_rows(held, rows, wanted))


def _picked(key: str, ats: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    filters.pick(ats[rows[0]] if rows else "")


def _readable(places: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "Rank": places["rank"],
        "Place": places["name"].map(_capital),
        "Incidents": places["n"],
        "Before": places["n_previous"],
        "Change": _changes(places),
        VOICES: places["voices"],
        "The test says": places["hotspot_class"].map(class_in_words),
        "Firm?": places["stability"],
        "High for residents?": places["for_residents"],
        "Month by month": places["emerging"].map(_capital),
        "Per 1,000 residents": places["rate"].astype("Float64").round(1),
        "Share": places["share"].astype("Float64"),
        "Council area": places["lad"],
        "What we know": places["what"],
    }
    return pd.DataFrame(columns)


def _changes(places: pd.DataFrame) -> list[str]:
    """Changes in words; a tested change that could be chance says so."""
    trends = places["trend"] if "trend" in places else [""] * len(places)
    pairs = zip(places["change"].map(words.change), trends, strict=True)
    return [
        (
            f"{change}, could be chance"
            if trend == COULD_BE_CHANCE and change != words.NO_CHANGE
            else change
        )
        for change, trend in pairs
    ]


def _capital(text: Any) -> str:
    return str(text)[:1].upper() + str(text)[1:]


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "Rank": number(width="small", format="localized"),
        "Place": st.column_config.TextColumn(width="large"),
        "Incidents": number(format="localized"),
        "Before": number(format="localized", help="The earlier period of the same length"),
        "Per 1,000 residents": number(format="%.1f"),
        "Share": number(format="percent"),
        "Firm?": st.column_config.TextColumn(
            width="small",
            help=(
                "Firm: still a hotspot with larger or smaller hexagons, or a month earlier or"
                " later. Fragile: fails at least one of these checks."
            ),
        ),
        "Month by month": st.column_config.TextColumn(width="medium"),
        VOICES: st.column_config.TextColumn(help=_VOICES_HELP),
        "What we know": st.column_config.TextColumn(width="large"),
    }
