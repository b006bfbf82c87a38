"""The parts of the Data quality page: each draws one thing."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from vrp_map.results import Quality
from vrp_map.ui import words

# Keys are a reason's code, or the part before its colon for every code of that field.
_REASONS = {
    "crime_id:repeated": "The same incident number was already read for this source and month: it is counted once.",
    "coordinate:swapped": "Longitude and latitude have changed places.",
    "coordinate:null_island": "Both numbers of the place are zero, which is in the sea off Africa.",
    "coordinate:out_of_range": "The place is nowhere on earth.",
    "coordinate:not_a_number": "The place is not written as numbers.",
    "coordinate:incomplete": "Only one of the two numbers of the place is given.",
    "coordinate": "The place cannot be right.",
    "category:missing": "The kind of incident is not given.",
    "category:unknown": "The kind of incident is not one of those this supplier uses.",
    "month:missing": "The month is not given.",
    "month:invalid": "The month is not a month.",
    "month:future": "The month has not happened yet.",
    "date": "The date is missing, or is not a date.",
    "period": "The time is missing, or it ends before it begins.",
    "row:columns": "The row has too many or too few columns.",
}


_NO_ROW = (
    "Refused rows are as the supplier sent them, so only analysts may read them. "
    "On this computer an analyst sees them with the command `vrp-map quality`."
)


def sentence(found: Quality) -> str:
    """The page's headline."""
    if not found.read:
        return "No rows have been read yet."
    share = words.share(found.quarantined / found.read)
    return f"{found.accepted:,} of {found.read:,} rows were taken; {found.quarantined:,} ({share}) were refused."


def ledger(found: Quality) -> None:
    """Read = taken + refused, and where the taken rows are."""
    located = found.accepted - found.unlocated
    _figures(
        [
            ("Rows read", found.read),
            ("Rows taken", found.accepted),
            ("Rows refused", found.quarantined),
            ("Taken, with a place", located),
            ("Taken, without a place", found.unlocated),
            ("Taken, outside the area", found.outside),
        ]
    )
    if found.read == found.accepted + found.quarantined:
        st.markdown(f"{found.read:,} = {found.accepted:,} + {found.quarantined:,}: no row is lost.")
    else:
        st.error(
            "Rows read are not rows taken plus rows refused. Build the snapshot again before you use these numbers."
        )


def months(found: Quality) -> None:
    """Which months each source has, and which are missing between its first and its last."""
    st.html("<h2>Months</h2>")
    rows = [
        {
            "Source": source,
            "From": publisher,
            "Months": words.period(min(group["month"]), max(group["month"])),
            "How many": len(group),
            "Missing between": _missing_months(found.absent, source, publisher),
        }
        for (source, publisher), group in found.months.groupby(["source", "publisher"])
    ]
    _table(pd.DataFrame(rows), nothing="No months yet.")


def _missing_months(absent: pd.DataFrame, source: Any, publisher: Any) -> str:
    gone = absent[(absent["source"] == source) & (absent["publisher"] == publisher)]
    return ", ".join(words.month(month) for month in gone["month"]) or "none"


def unlocated(found: Quality) -> None:
    """The share without a place, by kind."""
    st.html("<h2>Incidents without a place</h2>")
    st.markdown("They are in every total and on no map. If one kind has many, its map shows only part of it.")
    frame = found.unlocated_by_category
    shown = pd.DataFrame(
        {
            "Kind": frame["category"].map(words.category),
            "Incidents": frame["n"],
            "Without a place": frame["unlocated"],
            "Share": (frame["unlocated"] / frame["n"]).map(words.share),
        }
    )
    _table(shown, nothing="No incidents yet.")
    if found.lsoa_named:
        st.markdown(
            f"Of {found.lsoa_named:,} incidents whose supplier names a small area (LSOA), {found.lsoa_differ:,} lie in "
            "another one by their point. They are counted where the point lies."
        )


def reasons(found: Quality) -> None:
    """Why rows were refused, in plain words."""
    st.html("<h2>Why rows were refused</h2>")
    shown = found.reasons.rename(columns={"reason": "Reason", "n": "Rows"})
    shown["What it means"] = shown["Reason"].map(explain)
    _table(shown[["What it means", "Rows", "Reason"]], nothing="No row was refused.")
    if len(shown):
        st.caption("A row may have several reasons, so these can add up to more than the rows refused.")


def explain(code: str) -> str:
    """What a reason's code means in plain words."""
    field = code.partition(":")[0]
    otherwise = f"The field {field.replace('_', ' ')} does not fit the supplier's description."
    return _REASONS.get(code) or _REASONS.get(field) or otherwise


def refused_row(found: Quality) -> None:
    """One refused row with all its reasons: only the columns that the supplier's description lists."""
    st.html("<h2>A refused row</h2>")
    frame = found.refused
    if frame.empty:
        st.markdown(_NO_ROW if found.quarantined else "No row was refused.")
        return
    number = int(st.number_input(f"Row (1 to {len(frame):,})", 1, len(frame), 1, key="refused_row"))
    row = frame.iloc[number - 1]
    said = "".join(f"<li>{html.escape(explain(code))} <code>{html.escape(code)}</code></li>" for code in row["reasons"])
    st.html(f"<p>Line {row['line']:,} of {html.escape(_short(row['file']))} was refused because:</p><ul>{said}</ul>")
    record = json.loads(row["record"])
    _figures([(name.replace("_", " ").capitalize(), _shown(value)) for name, value in record.items()], wide=False)


def _short(file: str) -> str:
    """The end of a path: where the server keeps its files is nobody's business."""
    return "/".join(Path(file).parts[-2:])


def _shown(value: Any) -> str:
    return "(empty)" if value is None or value == "" else str(value)


def files(found: Quality) -> None:
    """Every file that was read."""
    with st.expander(f"Files read ({len(found.loads):,})"):
        columns = {
            "file": "File", "source": "Source", "rows_read": "Read", "rows_accepted": "Taken",
            "rows_quarantined": "Refused",
            "rows_replaced": "Replaced later",
        }  # fmt: skip
        shown = found.loads.assign(file=found.loads["file"].map(_short))[list(columns)].rename(columns=columns)
        st.dataframe(shown, hide_index=True, width="stretch")


def _table(frame: pd.DataFrame, *, nothing: str) -> None:
    if frame.empty:
        st.markdown(nothing)
        return
    numeric = {str(name): pd.api.types.is_numeric_dtype(frame[name]) for name in frame}
    head = "".join(f"<th scope='col'{_align(right)}>{html.escape(name)}</th>" for name, right in numeric.items())
    body = "".join(
        "<tr>" + "".join(_cell(value, right) for value, right in zip(row, numeric.values(), strict=True)) + "</tr>"
        for row in frame.itertuples(index=False)
    )
    table = f"<table class='plain'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    st.html(f"<div class='scroll' tabindex='0'>{table}</div>")


def _align(right: bool) -> str:
    return " class='n'" if right else ""


def _cell(value: Any, right: bool) -> str:
    return f"<td{_align(right)}>{words.number(value) if right else html.escape(_shown(value))}</td>"


def _text(value: int | str) -> str:
    return html.escape(value if isinstance(value, str) else words.number(value))


def _figures(pairs: Sequence[tuple[str, int | str]], *, wide: bool = True) -> None:
    items = "".join(f"<div><dt>{html.escape(label)}</dt><dd>{_text(value)}</dd></div>" for label, value in pairs)
    st.html(f"<dl class='figures{' wide' if wide else ''}'>{items}</dl>")
