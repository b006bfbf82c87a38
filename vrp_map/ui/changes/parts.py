"""What every block of the page "What changed" is made of: a heading, a plain refusal, a table, a
file, a card.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import streamlit as st

from vrp_map.analysis import Analysis
from vrp_map.disclosure.protect import Protected
from vrp_map.errors import UserError
from vrp_map.export import tables as report
from vrp_map.ui.shared import method, words
from vrp_map.ui.shared.file_button import file_button
from vrp_map.ui.shared.markdown import of_mistake
from vrp_map.views.choice import Choice
from vrp_map.workspace import Workspace

_MOST_ROWS = 200


def heading(title: str, sentence: str = "") -> None:
    """A block's heading, and its one plain sentence where it is known already."""
    st.html(f"<h2>{html.escape(title)}</h2>")
    if sentence:
        say(sentence)


def say(sentence: str) -> None:
    """The one plain sentence of a block."""
    st.html(f"<p class='verdict'>{html.escape(sentence)}</p>")


@contextmanager
def or_the_reason() -> Iterator[None]:
    """A block that this choice cannot have says why, and the others stay."""
    try:
        yield
    except UserError as refusal:
        reason(refusal)


def reason(refusal: UserError) -> None:
    """Why there is nothing here, and what to do."""
    st.info(of_mistake(refusal))


def listing(frame: pd.DataFrame, *, key: str, columns: dict[str, Any] | None = None) -> None:
    """A long table, sent in parts."""
    starts = list(range(0, len(frame), _MOST_ROWS))
    start = 0
    if len(starts) > 1:
        start = st.selectbox(
            "Rows",
            starts,
            format_func=lambda start: (
                f"{start + 1:,} to {min(start + _MOST_ROWS, len(frame)):,} of {len(frame):,}"
            ),
            key=f"part-{key}-{len(frame)}",
        )
    part = frame.iloc[start : start + _MOST_ROWS]
    st.dataframe(
        part,
        key=f"list-{key}",
        hide_index=True,
        width="stretch",
        height=min(420, 38 * (len(part) + 1) + 2),
        row_height=38,
        column_config=columns,
        placeholder="hidden",
    )


def table(frame: pd.DataFrame, *, numbers: Collection[str] = (), stack: bool = False) -> None:
    """A short table of ready words.

    Args:
        numbers: columns that stand to the right. stack: on a phone, each row becomes a block of its
            own.
    """
    head = "".join(
        f"<th scope='col'{_right(right=str(c) in numbers)}>{html.escape(str(c))}</th>"
        for c in frame
    )
    body = "".join(
        "<tr>"
        + "".join(_cell(str(c), value, right=str(c) in numbers) for c, value in row.items())
        + "</tr>"
        for row in frame.to_dict("records")
    )
    style = "plain stack" if stack else "plain"
    made = f"<table class='{style}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    st.html(f"<div class='scroll' tabindex='0'>{made}</div>")


def _cell(column: str, value: Any, *, right: bool) -> str:
    return (
        f"<td{_right(right=right)}"
        f' data-label="{html.escape(column, quote=True)}">{html.escape(str(value))}</td>'
    )


def _right(*, right: bool) -> str:
    return " class='n'" if right else ""


def foot(
    ws: Workspace, choice: Choice, found: Analysis, *, name: str, table: Protected | None = None
) -> None:
    """The file of a block's table (or of another), and its method card."""
    rows = table or found.table
    about = {
        "sentence": found.sentence,
        "synthetic": ws.snapshot.synthetic,
        "selection": choice.selection(ws).to_query(),
        "method": found.card,
        "attribution": ws.attributions(),
    }
    stem = f"{name}-{choice.what.split(',')[0]}-{choice.first:%Y-%m}-{choice.last:%Y-%m}"
    file_button(
        "Download CSV",
        lambda: report.to_csv(rows, about=about),
        f"{stem}.csv",
        key=f"csv-{name.partition('-')[0]}",
    )
    method.of(found.card, note=found.table.note)


def place(name: Any) -> str:
    """A place's name with a capital."""
    text = "a place without a name" if pd.isna(name) else str(name)
    return text[:1].upper() + text[1:]


def percent(value: Any) -> str:
    """A share to a tenth of a per cent, or the words for one that is hidden."""
    return words.number(value) if pd.isna(value) else f"{float(value):.1%}"
