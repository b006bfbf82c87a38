"""Blocks of the page "What changed", from the top: the comparison, the steps through time."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vrp_map.analysis.periods import AGAINST, BEFORE, against_words, chance_words
from vrp_map.disclosure.protect import Protected
from vrp_map.errors import UserError
from vrp_map.maps import changes as classes
from vrp_map.selection import month_span
from vrp_map.ui.changes import map as changes_map
from vrp_map.ui.changes import parts
from vrp_map.ui.shared import session, words
from vrp_map.ui.shared.headline import headline as draw_headline
from vrp_map.views import changes as views_changes
from vrp_map.views.changes import StepsView
from vrp_map.views.choice import Choice
from vrp_map.workspace import Workspace

_CLEAR = {0.01: "very clear", 0.05: "clear", 0.10: "not quite clear"}
_NOT_CLEAR = "could be chance"


def compared(ws: Workspace, choice: Choice, headline: DeltaGenerator) -> None:
    """Draw the sentence, the map of changes, the same hexagons as a list, and the method."""
    against, beyond = _how(choice)
    try:
        with st.spinner("Comparing the two periods…", show_time=False):
            found = views_changes.changes(
                ws,
                choice.selection(ws),
                resolution=choice.resolution,
                against=against,
                beyond=beyond,
            )
    except UserError as refusal:
        headline.title("We cannot compare these months", anchor=False)
        parts.reason(refusal)
        return
    draw_headline(headline, found.sentence)
    if found.table.frame.empty:
        st.markdown("**What to do:** choose a longer period, another kind, or a wider area.")
        return
    with headline:
        parts.say(f"{chance_words(found.table)} {found.card['could have been seen']}")
    asked = {"against": against, "beyond": "yes" if beyond else "no"}
    changes_map.compared(ws, choice, found.table, asked=asked)
    parts.heading(
        "The same hexagons as a list",
        "The clearest changes come first. Numbers too small to show are hidden.",
    )
    parts.listing(_readable(found.table), key="changes", columns=_columns())
    parts.foot(ws, choice, found, name="changes")


def _how(choice: Choice) -> tuple[str, bool]:
    """Ask what to compare the period with, and whether with the trend of the whole area."""
    months = month_span(choice.first, choice.last)
    with st.container(key="compare", horizontal=True, vertical_alignment="bottom"):
        against = BEFORE
        # A year ago and the 12 months before are the same; a longer period overlaps itself a year
        # ago.
        if months < 12:
            against = st.selectbox(
                "Compared with",
                AGAINST,
                key="compare_against",
                format_func=lambda against: _capital(against_words(months, against)),
            )
        beyond = st.checkbox(
            "Compare with the trend of the whole area",
            key="compare_beyond",
            help="Shows only hexagons that changed more, or less, than the whole area did.",
        )
    return str(against), bool(beyond)


def _readable(table: Protected) -> pd.DataFrame:
    frame = table.frame
    return pd.DataFrame(
        {
            "Rank": frame["rank"],
            "Place": frame["name"].map(parts.place),
            "Council area": frame["lad"],
            "The test says": frame["verdict"].map(classes.change_words),
            "This period": frame["n"],
            "Earlier": frame["n_previous"],
            "How clear": frame["q"].map(_clear),
        }
    )


def _clear(q: float) -> str:
    return _CLEAR.get(q, _NOT_CLEAR)


def _columns() -> dict[str, object]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return {
        "Rank": number(width="small", format="localized"),
        "Place": text(width="medium"),
        "This period": number(format="localized"),
        "Earlier": number(format="localized"),
        "How clear": text(
            help=(
                "Very clear, clear, not quite clear: a q-value of at most 0.01, 0.05 or 0.10. If"
                " nothing had changed, at most 1, 5 or 10 in 100 maps would call any hexagon so."
            )
        ),
    }


@st.fragment
def through_time(ws: Workspace, choice: Choice) -> None:
    """Draw the steps through time: a slider, a map of counts, the same hexagons as a list.

    Moving the slider draws only this block again.
    """
    with session.plain_errors():
        with st.spinner("Counting incidents step by step…", show_time=False):
            view = views_changes.steps(ws, choice.selection(ws), resolution=choice.resolution)
        parts.heading("Step by step through time", view.steps.sentence)
        if view.steps.table.frame.empty:
            return
        step = _step(view)
        changes_map.stepped(ws, choice, view, step)
        cells = view.named_cells(step)
        frame = cells.frame
        shown = {
            "Rank": frame["rank"],
            "Place": frame["name"].map(parts.place),
            "Council area": frame["lad"],
            "Incidents": frame["n"],
        }
        parts.listing(pd.DataFrame(shown), key="steps")
        parts.foot(ws, choice, view.steps, name=f"steps-{step}", table=cells)


def _step(view: StepsView) -> str:
    frame = view.steps.table.frame
    names = [f"{last:%Y-%m}" for last in frame["last"]]
    words_of = dict(zip(names, map(words.period, frame["first"], frame["last"]), strict=True))
    step = st.select_slider(
        "Step (use the arrow keys)",
        names,
        value=names[-1],
        format_func=words_of.__getitem__,
        key=f"step-{len(names)}-{names[-1]}",
    )
    row = frame.iloc[names.index(step)]
    st.html(
        f"<p class='under'>{words_of[step]}: {words.number(row['n'])} incidents on the map.</p>"
    )
    return str(step)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
