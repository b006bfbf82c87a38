"""The parts of the Data quality page: each draws one thing."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from vrp_map.analysis.results import Quality
from vrp_map.common.plain_text import visible
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import TOO_FEW
from vrp_map.ui.shared import session, words
from vrp_map.ui.shared.figures import figures
from vrp_map.workspace import Workspace

# Keys are a reason's code, or the part before its colon for every code of that field.
_REASONS = {
    "crime_id:repeated": (
        "We already read this incident number for this source and month. We count it once."
    ),
    "coordinate:swapped": "Longitude and latitude are swapped.",
    "coordinate:null_island": "Both numbers of the place are zero, which is in the sea off Africa.",
    "coordinate:out_of_range": "The place lies outside the country that the supplier covers.",
    "coordinate:not_a_number": "The place is not written as numbers.",
    "coordinate:two_places": ("The row gives two places that are too far apart to be the same."),
    "coordinate:incomplete": "Only one of the two numbers of the place is given.",
    "coordinate": "The place cannot be right.",
    "category:missing": "The kind of incident is not given.",
    "category:unknown": "The kind of incident is not one of those this supplier uses.",
    "month:missing": "The month is not given.",
    "month:invalid": "The month is not written as a month.",
    "month:future": "The month has not happened yet.",
    "date": "The date is missing, or is not a date.",
    "period": "The time is missing, or it ends before it begins.",
    "row:header": "The row repeats the column names, so files were joined.",
    "row:total": "The row is a total or a note, not an incident.",
    "row:columns": "The row has too many or too few columns.",
}


_AT_ONCE = 10
_MOST_DEFAULTS = 20
_ANALYSTS_ONLY = "We show refused rows as the supplier sent them, so only analysts see them."


def sentence(found: Quality) -> str:
    """The page's headline."""
    if not found.read:
        return "We have not read any rows yet." if found.loads.empty else "We have read few rows."
    share = words.share(found.quarantined / found.read)
    return (
        f"We accepted {found.accepted:,} of {found.read:,} rows and refused"
        f" {found.quarantined:,} ({share})."
    )


def instead_of_a_map(ws: Workspace) -> None:
    """Where no row of any file was accepted: say why, and end the page."""
    if ws.holds_incidents:
        return
    found = ws.quality()
    st.title("There is no map yet: no row could be accepted", anchor=False)
    st.markdown(sentence(found))
    odd(found)
    reasons(found)
    refused_rows(found)
    st.stop()


def odd(found: Quality) -> None:
    """Draw what is odd about files that were accepted."""
    if found.warnings.empty:
        return
    st.html("<h2>Files to check</h2>")
    shown = found.warnings.assign(file=found.warnings["file"].map(_short))
    columns = {"file": "File", "problem": "What we found", "remedy": "What to do", "n": "Rows"}
    table(shown.rename(columns=columns)[list(columns.values())], nothing="", stack=True)


def ledger(found: Quality) -> None:
    """Draw read = accepted + refused, and where the accepted rows are."""
    counted = (
        ("Rows read", found.read),
        ("Rows accepted", found.accepted),
        ("Rows refused", found.quarantined),
        ("Accepted, with a place", found.located),
        ("Accepted, without a place", found.unlocated),
        ("Accepted, outside the area", found.outside),
    )
    figures([(label, words.number(n)) for label, n in counted], is_wide=True)
    if found.read == found.accepted + found.quarantined:
        st.markdown(f"{found.read:,} = {found.accepted:,} + {found.quarantined:,}. No row is lost.")
    else:
        st.error(
            "The rows accepted and refused do not add up to the rows read. Build the snapshot again"
            " before you use these numbers."
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
    table(pd.DataFrame(rows), nothing="No months yet.", stack=True)


def _missing_months(absent: pd.DataFrame, source: Any, publisher: Any) -> str:
    gone = absent[(absent["source"] == source) & (absent["publisher"] == publisher)]
    return words.months(list(gone["month"])) or "none"


def small_areas(found: Quality) -> None:
    """Where the supplier's small area and the point disagree."""
    if found.lsoa_named:
        differ = f"{TOO_FEW}, or none," if found.lsoa_differ is None else f"{found.lsoa_differ:,}"
        st.markdown(
            f"The supplier names a small area (LSOA) for {words.number(found.lsoa_named)}"
            f" incidents. {differ} of them have a point in another small area. We count each"
            " incident where its point lies."
        )


def default_locations(found: Protected) -> None:
    """Draw the points that may be a supplier's default location."""
    st.html("<h2>Places that may be default locations</h2>")
    st.markdown(
        "When the true place of an incident is not recorded, some suppliers give a default"
        " location, such as a police station. A hotspot at such a point may not be real."
    )
    frame = found.frame.head(_MOST_DEFAULTS)
    shown = pd.DataFrame(
        {
            "Place": (
                frame["name"].astype(str)
                + ", "
                + frame["lad"].fillna("outside the area").astype(str)
            ),
            "Incidents": frame["n"],
            "Why": frame["why"],
        }
    )
    table(shown, nothing="No point looks like a default location.", stack=True)
    if len(found.frame) > len(shown):
        st.caption(f"These {len(shown):,} of {len(found.frame):,} points have the most incidents.")


def reasons(found: Quality) -> None:
    """Why rows were refused, in plain words."""
    st.html("<h2>Why rows were refused</h2>")
    shown = found.reasons.rename(columns={"reason": "Reason", "n": "Rows"})
    shown.insert(0, "What it means", shown["Reason"].map(explain))
    table(shown, nothing="No row was refused.", under={"What it means": "Reason"})
    if len(shown):
        st.caption(
            "A row may have several reasons, so the sum may exceed the number of rows refused."
        )


def explain(code: str) -> str:
    """What a reason's code means in plain words."""
    field = code.partition(":")[0]
    otherwise = f"The field {field.replace('_', ' ')} does not fit the supplier's description."
    return _REASONS.get(code) or _REASONS.get(field) or otherwise


def refused_rows(found: Quality) -> None:
    """Refused rows, some at a time: where each stands, why, and the columns that the supplier's
    description lists.
    """
    st.html("<h2>Refused rows</h2>")
    if not found.quarantined and found.reasons.empty:
        st.markdown("No row was refused.")
        return
    counts = dict(zip(found.reasons["reason"], found.reasons["n"], strict=True))
    with st.container(key="refused-controls", horizontal=True, vertical_alignment="bottom"):
        reason = _reason(counts)
        rows = session.refused(reason=reason)
        start = (
            0
            if rows is None
            else _start(len(rows), counts[reason] if reason else found.quarantined)
        )
    st.html(f"<p class='under'>{_ANALYSTS_ONLY}</p>")
    if rows is not None:
        st.html(
            "".join(
                refused_row(row) for row in rows.iloc[start : start + _AT_ONCE].to_dict("records")
            )
        )


def _reason(counts: dict[str, int]) -> str | None:
    names = {"": "Every reason"} | {
        code: f"{explain(code)} ({words.number(n)})" for code, n in counts.items()
    }
    return (
        st.selectbox(
            "Refused because", list(names), format_func=names.__getitem__, key="refused_reason"
        )
        or None
    )


def _start(rows: int, everything: int) -> int:
    """First row of the part shown."""
    if rows <= _AT_ONCE:
        return 0
    more = (
        f" of {everything:,} (only the first {rows:,} are listed)"
        if everything > rows
        else f" of {rows:,}"
    )
    return int(
        st.selectbox(
            "Rows",
            range(0, rows, _AT_ONCE),
            format_func=lambda start: f"{start + 1:,} to {min(start + _AT_ONCE, rows):,}{more}",
            key=f"refused_part_{rows}",
        )
    )


def refused_row(row: Mapping[str, Any]) -> str:
    """One refused row as HTML that opens: place in the file and reasons first, then the columns we
    read.
    """
    said = "".join(
        f"<li>{html.escape(explain(code))} <code>{html.escape(code)}</code></li>"
        for code in row["reasons"]
    )
    record = "".join(
        f"<div><dt>{html.escape(name.replace('_', ' ').capitalize())}</dt>"
        f"<dd>{html.escape(_shown(value))}</dd></div>"
        for name, value in json.loads(row["record"]).items()
    )
    where = f"Line {row['line']:,} of {html.escape(_short(row['file']))}"
    return (
        f"<details class='refused'><summary><b>{where}</b><ul>{said}</ul></summary>"
        f"<dl class='figures'>{record}</dl></details>"
    )


def _short(file: str) -> str:
    """The end of a path, which tells nothing of the server's folders."""
    return visible("/".join(Path(file).parts[-2:]))


def _shown(value: Any) -> str:
    return "(empty)" if value is None or value == "" else visible(str(value))


def files(found: Quality) -> None:
    """Every file that was read."""
    with st.expander(f"Files read ({len(found.loads):,})"):
        columns = {
            "file": "File",
            "source": "Source",
            "rows_read": "Read",
            "rows_accepted": "Taken",
            "rows_quarantined": "Refused",
            "rows_replaced": "Replaced later",
        }
        shown = found.loads.assign(file=found.loads["file"].map(_short))[list(columns)].rename(
            columns=columns
        )
        numbers = {
            name: st.column_config.NumberColumn(format="localized")
            for name in list(columns.values())[2:]
        }
        st.dataframe(
            shown, hide_index=True, width="stretch", column_config=numbers, placeholder="hidden"
        )


def table(
    frame: pd.DataFrame,
    *,
    nothing: str,
    under: Mapping[str, str] | None = None,
    stack: bool = False,
) -> None:
    """A table; `under` names columns whose words stand in small type under another column's, as
    codes do.

    `stack`: on a phone each row becomes a block of its own, for tables of many words.
    """
    if frame.empty:
        st.markdown(nothing)
        return
    small = {name: frame[code].tolist() for name, code in (under or {}).items()}
    frame = frame.drop(columns=list((under or {}).values()))
    numeric = {str(name): _is_number(frame[name]) for name in frame}
    head = "".join(
        f"<th scope='col'{_align(right=right)}>{html.escape(name)}</th>"
        for name, right in numeric.items()
    )
    columns = [
        [
            _cell(value, name, code, right=right)
            for value, code in zip(frame[name], small.get(name, [""] * len(frame)), strict=True)
        ]
        for name, right in numeric.items()
    ]
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in zip(*columns, strict=True))
    table = (
        f"<table class='plain{' stack' if stack else ''}'>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    st.html(f"<div class='scroll' tabindex='0'>{table}</div>")


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) or bool(column.astype(str).str.endswith("%").all())


def _align(*, right: bool) -> str:
    return " class='n'" if right else ""


def _cell(value: Any, column: str, under: str = "", *, right: bool) -> str:
    code = f"<code>{html.escape(under)}</code>" if under else ""
    label = html.escape(column, quote=True)
    words_of = html.escape(_shown(value)) if isinstance(value, str) else words.number(value)
    return f'<td{_align(right=right)} data-label="{label}">{words_of}{code}</td>'
