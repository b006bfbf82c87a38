"""The blocks of the page Youth voice: choices, sentence, panel, answers, caveats."""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vrp_map import maps
from vrp_map.disclosure.thresholds import batch_minimum, hall_threshold, staff_threshold
from vrp_map.statistics.voice_gap import Gap
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap import beside as voice_beside
from vrp_map.summit.voice_gap import released as voice
from vrp_map.summit.voice_gap.gaps import YouthVoice, youth_voice
from vrp_map.summit.voice_gap.released import EventVoices
from vrp_map.summit.voice_gap.wording import gap_words
from vrp_map.summit.wall.service import release_what_is_due
from vrp_map.ui.changes import parts
from vrp_map.ui.hotspots import picture
from vrp_map.ui.shared import address, filters, session, words
from vrp_map.ui.shared.figures import figures, heading
from vrp_map.ui.shared.markdown import plain
from vrp_map.views.choice import Choice
from vrp_map.vocabulary.pins import REASONS
from vrp_map.workspace import Workspace

ALL = "all"
_LOOKS_AT = "voice_looks_at"
_WORTH_A_LOOK = 3
_STREETSAFE = "The matching national StreetSafe reason stands beside each answer."
_ANY_TIME = "People who answered “any time” are not counted here."
# Column by column: kind, title, what to know, and for reasons those of which feeling.
_BLOCKS = (
    (
        ("reason", "Why it feels unsafe", _STREETSAFE, "unsafe"),
        ("reason", "Why it feels safe", "", "safe"),
    ),
    (
        ("help", "What would help", "", ""),
        ("setting", "What kind of place", "", ""),
        ("hour_band", "What time", _ANY_TIME, ""),
        ("weekday", "Which days", "", ""),
    ),
)
_WHO = ((("role", "I am", "", ""),), (("age_band", "Age", "", ""),))


@dataclass(frozen=True)
class VoiceRequest:
    """What the page is asked.

    Attributes:
        voices: of the chosen event, or of all that have a release.
        at: the hexagon that is picked; empty = none.
    """

    voices: tuple[EventVoices, ...]
    choice: Choice
    at: str
    with_ways: bool


def events_or_say_why(summit: Summit, headline: DeltaGenerator) -> tuple[EventVoices, ...]:
    """The events with something to show; where there are none, the first step."""
    now = datetime.now(UTC).replace(tzinfo=None)
    release_what_is_due(summit, now=now, clock=time.monotonic())
    known = voice.heard(summit)
    out = tuple(one for one in known if one.is_out)
    if out:
        return out
    if not known:
        headline.title("No event yet", anchor=False)
        first = (
            "**First step:** make and open an event (**Work**, **Events**) so that young people"
            " can pin."
        )
    else:
        headline.title("Nothing has been released yet", anchor=False)
        first = (
            "**What to do:** wait. Numbers come in batches, the first when at least"
            f" {batch_minimum(hall_threshold(summit.settings))} people have pinned: of each answer"
            f" that at least {staff_threshold(summit.settings)} people gave."
        )
        st.html(
            "<p class='under'>Events so far:"
            f" {', '.join(html.escape(one.event.name) for one in known)}.</p>"
        )
    st.markdown(
        "This page will show where young people feel unsafe and safe, why, and where their voices"
        f" and recorded violence agree.\n\n{first}\n\nTo try it with a made-up event: `vrp-map"
        " demo`."
    )
    st.stop()


def chosen(ws: Workspace, voices: Sequence[EventVoices]) -> VoiceRequest:
    """Draw the choices that the address says (`?event=`, `?place=`, `?ways=`, filters)."""
    codes = [one.event.code for one in voices]
    known = [*codes, *([ALL] if len(codes) > 1 else [])]
    address.take("event", codes[0], known)
    if st.session_state["m_event"] not in known:
        st.session_state["m_event"] = codes[0]
    cells = {
        f"{cell:x}"
        for one in voices
        for cell in one.cells("unsafe", resolution=ws.settings.wall_resolution)
    }
    _take_place(cells)
    address.take("ways", "no", ["no", "yes"])
    address.keep_filters()
    names = {
        one.event.code: f"{one.event.name}, {words.day(one.event.starts_on)}" for one in voices
    }
    with st.container(key="event-row", horizontal=True, vertical_alignment="bottom"):
        code = st.selectbox(
            "Event", known, key="m_event", format_func=lambda code: names.get(code, "All events")
        )
    choice = filters.row(ws, sizes=False)
    ways, at = st.session_state["m_ways"], st.session_state["m_place"]
    for name, value in (("event", code), ("place", at), ("ways", "" if ways == "no" else ways)):
        address.say(name, value)
    address.settle()
    return VoiceRequest(
        tuple(v for v in voices if code in (ALL, v.event.code)), choice, at, ways == "yes"
    )


def _take_place(cells: set[str]) -> None:
    """Any hexagon may be picked; one that does not exist is simply not found later."""
    text = st.query_params.get("place", "")
    address.take("place", "", ["", *cells, *([text] if _is_cell(text) else [])])


def _is_cell(text: str) -> bool:
    return len(text) == 15 and all(c in "0123456789abcdef" for c in text)


def pick(cell: str) -> None:
    """Pick a hexagon of the map, which stays where it looks; empty = none, and it looks at all."""
    address.change("place", cell)


def look_at(cell: str) -> None:
    """Pick a hexagon of the list or the panel, and let the map look at it; empty = at all."""
    st.session_state[_LOOKS_AT] = cell, st.session_state["f_where"]
    pick(cell)


def view(ws: Workspace, asked: VoiceRequest) -> maps.View:
    """Where the map looks: at what was picked beside it, till nothing is picked or the area is
    another; else at the chosen area.
    """
    size = session.map_size()
    cell, where = st.session_state.get(_LOOKS_AT, ("", ""))
    if cell and asked.at and where == st.session_state["f_where"]:
        return maps.around(cell, width=size.width, height=size.height)
    return picture.first_view(ws, asked.choice)


def found(ws: Workspace, asked: VoiceRequest) -> YouthVoice:
    """The voices of what is chosen, beside the record."""
    with st.spinner("Comparing voices and record…", show_time=False):
        return youth_voice(ws, asked.voices, asked.choice.selection(ws))


def summary(
    ws: Workspace, asked: VoiceRequest, found: YouthVoice, headline: DeltaGenerator
) -> None:
    """The sentence, and under it who spoke and what it is compared with."""
    headline.title(plain(found.sentence), anchor=False)
    choice = asked.choice
    names = [f"{one.event.name}, {words.day(one.event.starts_on)}" for one in found.events]
    many = (
        f" These are {len(names)} events: anyone at two of them counts twice."
        if len(names) > 1
        else ""
    )
    st.html(
        f"<p class='under'>{found.contributors:,} people spoke: {html.escape('; '.join(names))}."
        f" Beside them: {html.escape(words.category(choice.what).lower())} on record,"
        f" {words.period(choice.first, choice.last)}.{many}</p>"
    )


def panel(found: YouthVoice, asked: VoiceRequest) -> None:
    """What is picked; or the figures of all, and three places to look at."""
    with st.container(key="panel"):
        frame = found.cells.frame
        row = frame[frame["cell"] == asked.at]
        if asked.at and row.empty:
            heading(
                "Nothing to show here",
                "This hexagon has too few voices and incidents to show, or none.",
            )
            _back()
        elif asked.at:
            _hexagon(row.iloc[0])
        else:
            _everywhere(found)


def _hexagon(row: pd.Series) -> None:
    heading(parts.place(row["name"]), "" if pd.isna(row["lad"]) else str(row["lad"]))
    figures(
        [
            ("Voices and record", gap_words(row["gap"])),
            ("People who feel unsafe", _people(row["unsafe"])),
            ("People who feel safe", _people(row["safe"])),
            ("Recorded incidents", words.number(row["n"])),
        ]
    )
    st.html(
        f"<h3>What does that mean?</h3><p class='verdict'>{html.escape(str(row['sentence']))}</p>"
    )
    _back()


def _everywhere(found: YouthVoice) -> None:
    heading("All places", "Where voices and records agree, and where they do not")
    figures([(gap_words(gap.value), f"{found.count(gap):,}") for gap in Gap])
    worth = found.cells.frame[found.cells.frame["gap"] != Gap.FEW.value].head(_WORTH_A_LOOK)
    if len(worth):
        st.html("<h3>Look here first</h3>")
    for row in worth.to_dict("records"):
        label = f"{plain(parts.place(row['name']))}: {gap_words(row['gap'])}"
        st.button(
            label,
            key=f"look-{row['cell']}",
            on_click=look_at,
            args=(str(row["cell"]),),
            width="stretch",
        )


def _back() -> None:
    st.button("Back to all places", key="close", on_click=look_at, args=("",))


def _people(n: object) -> str:
    return voice_beside.NOT_ENOUGH if pd.isna(n) else f"{int(str(n)):,}"


def answers(found: YouthVoice) -> None:
    """What people said, as bars that are tables: of the whole event, never of one place."""
    parts.heading("What people said", "")
    st.html(
        "<p class='under'>Everyone at the event, wherever they pinned. One person can give several"
        f" answers. Answers given by fewer than {found.k} people, or by nearly everyone, are not"
        " shown.</p>"
    )
    _columns(found, _BLOCKS)


def who_spoke(found: YouthVoice) -> None:
    """What people said of themselves, beside nothing else that they said."""
    parts.heading("Who spoke", "")
    st.html(
        "<p class='under'>People described themselves if they wanted to. Answers given by fewer"
        f" than {found.k_alike} people are not shown. Where needed, one more answer is left out so"
        " that nobody can work them out.</p>"
    )
    _columns(found, _WHO)


def _columns(found: YouthVoice, columns: Sequence[Sequence[tuple[str, str, str, str]]]) -> None:
    frame = found.answers.frame
    for column, blocks in zip(st.columns(len(columns), gap="medium"), columns, strict=True):
        with column:
            for kind, title, more, feeling in blocks:
                rows = frame[
                    (frame["kind"] == kind)
                    & (frame["what"].isin(REASONS[feeling]) if feeling else True)
                ]
                st.html(f"<h3>{title}</h3>" + (f"<p class='under'>{more}</p>" if more else ""))
                st.html(
                    bars(rows) if len(rows) else "<p class='under'>Not enough voices to show.</p>"
                )


def bars(rows: pd.DataFrame) -> str:
    """A table whose rows have a bar each: words, and their StreetSafe reason, people.

    Args:
        rows: words, streetsafe, people; most first.
    """
    most = int(rows["people"].max())
    body = "".join(
        f"<tr><th scope='row'>{html.escape(str(row['words']))}{_streetsafe(row)}"
        f"<span class='bar' style='width:{100 * int(row['people']) / most:.0f}%'></span></th>"
        f"<td class='n'>{int(row['people']):,}</td></tr>"
        for row in rows.to_dict("records")
    )
    head = (
        "<thead><tr><th scope='col'>Answer</th><th scope='col' class='n'>People</th></tr></thead>"
    )
    return f"<table class='plain bars'>{head}<tbody>{body}</tbody></table>"


def _streetsafe(row: dict[str, object]) -> str:
    same = row["streetsafe"]
    return f" <small>{html.escape(str(same))}</small>" if isinstance(same, str) else ""


def withheld(found: YouthVoice) -> None:
    """Who is missing, and what the numbers cannot tell."""
    parts.heading("Who is missing, and what to keep in mind", "")
    few = found.count(Gap.FEW)
    lines = [
        (
            f"{few:,} hexagons in the list have too few voices to say anything. They may still be"
            " unsafe."
        ),
        *found.card["caveats"],
    ]
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))
