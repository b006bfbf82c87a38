"""The quarterly return as files: CSV, XLSX and an HTML page that prints on A4."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from vrp_map.export.tables import defused
from vrp_map.responses.quarter.figures import QuarterReturn, ordinary_range
from vrp_map.wording import day_words

FORMATS = ("table", "json", "csv", "xlsx", "html")
HIDDEN = "hidden (small number)"
_BREAKDOWNS = {
    "lad": "Local authority",
    "npu": "Neighbourhood Policing Unit",
    "lpa": "Local Policing Area",
    "kind": "Kind",
    "tier": "Tier",
    "agency": "Lead agency",
    "strand": "Strand",
    "intervention": "Intervention",
}
_FINDINGS = (
    " A local authority is called slow, or a strand late, only where chance alone names any of them"
    " in at most 1 quarter in 20; each needs three responses or more."
)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;color:#0b0c0c;background:#fff;max-width:46rem;"
    "margin:1rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}"
    "caption{font-weight:700;text-align:left;padding:.4rem 0}th,td{text-align:left;padding:.3rem"
    " .6rem .3rem 0;border-bottom:1px solid #b1b4b6}td.n{text-align:right;"
    "font-variant-numeric:tabular-nums}.banner{border:2px solid #0b0c0c;padding:.5rem}"
    "@page{size:A4;margin:18mm}@media print{body{font-size:10.5pt;max-width:none;margin:0}"
    "table{break-inside:avoid}}"
)


def rows_of(found: QuarterReturn) -> Iterator[tuple[str, str, Any]]:
    """Every number of a return: part, unit, number or words."""
    yield "Responses", "All", _or_hidden(found.responses)
    if found.interval:
        yield "Responses", "Interval, low (95%)", round(found.interval[0], 1)
        yield "Responses", "Interval, high (95%)", round(found.interval[1], 1)
    yield "Responses", "Usual in a quarter", found.usual
    for name, counts in found.breakdowns.items():
        frame = counts.frame
        for what, n, is_hidden in zip(frame["what"], frame["n"], frame["hidden"], strict=True):
            yield _BREAKDOWNS.get(name, name), str(what), HIDDEN if is_hidden else int(n)
    if str(found.audience) != "public":
        yield from _work(found)


def _work(found: QuarterReturn) -> Iterator[tuple[str, str, Any]]:
    first = "Hours to first action"
    yield first, "Median", _or_hidden(found.median_hours_to_first_action)
    yield first, "90th percentile", _or_hidden(found.p90_hours_to_first_action)
    yield first, "Share within 24 hours", _or_hidden(found.share_within_24h)
    yield "Strands", "Due", _or_hidden(found.strands_due)
    yield "Strands", "Done on time", _or_hidden(found.strands_on_time)
    yield "Meetings", "Asked for by the tier", _or_hidden(found.meetings_asked)
    yield "Meetings", "Held", _or_hidden(found.meetings_held)
    yield "Contacts", "24 and under", _or_hidden(found.reach["24_and_under"])
    yield "Contacts", "25 and over", _or_hidden(found.reach["25_and_over"])
    for lad, (n, median) in (found.hours_by_lad or {}).items():
        yield "Hours to first action by local authority", f"{lad}, median of {n:,}", median
    for strand, (due, late) in (found.strands_by_kind or {}).items():
        yield "Late by strand", f"{strand}, of {due:,} due", late


def findings_of(found: QuarterReturn) -> tuple[str, ...]:
    """Who was slow or late, or that nobody clearly was; nothing for who may not be told."""
    if found.findings is None or not found.responses:
        return ()
    return found.findings or (
        "No local authority was clearly slower than the others, and no strand clearly later: what"
        " differs could be chance.",
    )


def method_of(found: QuarterReturn) -> str:
    """How the numbers were made, in sentences."""
    low, high = ordinary_range(found.usual)
    note = next(iter(found.breakdowns.values())).note
    return (
        "A response counts in the quarter in which the partnership was told of the incident; where"
        " that is not known, in which it happened. The interval is the exact 95% interval of a"
        f" Poisson count. Of quarters like the usual {found.usual:,}, 19 in 20 have {low:,} to"
        f" {high:,}. Contacts are contacts: one person may be counted more than once."
        f"{_FINDINGS if found.findings is not None else ''} {note}"
    )


def to_csv(found: QuarterReturn, *, now: datetime, is_synthetic: bool) -> str:
    """One line a number; no word is taken for a formula."""
    made = io.StringIO()
    lines = csv.writer(made, lineterminator="\r\n")
    lines.writerow(["quarter", "part", "what", "number"])
    lines.writerows([found.quarter.name, *map(defused, row)] for row in rows_of(found))
    for name, said in _about(found, now, is_synthetic=is_synthetic):
        lines.writerow([found.quarter.name, name, defused(said), ""])
    return made.getvalue()


def to_xlsx(found: QuarterReturn, *, now: datetime, is_synthetic: bool) -> bytes:
    """A workbook of two sheets: the numbers, and how they were made. Words are never formulas."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = found.quarter.name
    sheet.append(["Part", "What", "Number"])
    for row in rows_of(found):
        sheet.append([*map(defused, row)])
    about = book.create_sheet("Method")
    for line in _about(found, now, is_synthetic=is_synthetic):
        about.append([*map(defused, line)])
    for page in book:
        for column, width in zip("ABC", (34, 44, 24), strict=True):
            page.column_dimensions[column].width = width
        for cell in (one for row in page.iter_rows() for one in row):
            if cell.data_type == "f":
                cell.data_type = "s"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def to_html(found: QuarterReturn, *, partnership: str, now: datetime, is_synthetic: bool) -> str:
    """A page of its own that prints on A4: no script, no picture, nothing from elsewhere."""
    parts: dict[str, list[tuple[str, Any]]] = {}
    for part, what, number in rows_of(found):
        parts.setdefault(part, []).append((what, number))
    tables = "".join(_table(part, lines) for part, lines in parts.items())
    said = "".join(f"<p>{html.escape(one)}</p>" for one in findings_of(found))
    title = html.escape(f"Responses, {found.quarter.name}: quarterly return")
    banner = (
        "<p class='banner'><strong>Made-up data.</strong> Nothing here happened.</p>"
        if is_synthetic
        else ""
    )
    return (
        "<!doctype html><html lang='en-GB'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>"
        f"<p>{html.escape(partnership)}</p><h1>{title}</h1>{banner}"
        f"<p><strong>{html.escape(found.sentence)}</strong></p>{said}{tables}"
        f"<h2>How these numbers were made</h2><p>{html.escape(method_of(found))}</p>"
        f"<p>Made on {day_words(now.date())}, {html.escape(str(found.audience))} view.</p>"
        "</main></body></html>"
    )


def _table(part: str, lines: list[tuple[str, Any]]) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(what)}</th><td class='n'>{_shown(number)}</td></tr>"
        for what, number in lines
    )
    head = "<thead><tr><th scope='col'>What</th><th scope='col'>Number</th></tr></thead>"
    return f"<table><caption>{html.escape(part)}</caption>{head}<tbody>{rows}</tbody></table>"


def _about(found: QuarterReturn, now: datetime, *, is_synthetic: bool) -> list[tuple[str, str]]:
    said = [
        ("Sentence", " ".join([found.sentence, *findings_of(found)])),
        ("Method", method_of(found)),
        ("Audience", str(found.audience)),
        ("Made on", day_words(now.date())),
    ]
    return [("SYNTHETIC", "Made-up data: nothing here happened."), *said] if is_synthetic else said


def _or_hidden(number: Any) -> Any:
    return HIDDEN if number is None else number


def _shown(number: Any) -> str:
    return html.escape(f"{number:,}" if isinstance(number, (int, float)) else str(number))
