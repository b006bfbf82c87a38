"""How the command line accounts for what it did: the ledger of a build, data quality, layers,
fetched months.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from vrp_map.cli.console import complain, plain, refuse, say
from vrp_map.cli.output import draw

if TYPE_CHECKING:
    from pipelines.fetch import FetchReport
    from vrp_map.analysis.results import Quality
    from vrp_map.warehouse.boundaries.layers import Layer
    from vrp_map.warehouse.ingest.ledger import Ledger

_MOST_NAMED = 5


def ledger(ledger: Ledger, *, as_json: bool) -> None:
    """What a build did with every row and file."""
    if as_json:
        plain(json.dumps(ledger.as_dict(), ensure_ascii=False, default=str))
        return
    if not ledger.published:
        say(
            "Nothing new: the published snapshot stays as it is."
            if ledger.snapshot
            else "Nothing was loaded, so nothing was published."
        )
    else:
        _ledger_tables(ledger)
    for item in ledger.replaced:
        say(
            f"Replaced {item['month']} of {item['publisher'] or item['source']}: "
            f"{item['before']:,} incidents before, {item['now']:,} now."
        )
    for item in ledger.skipped[:_MOST_NAMED]:
        say(f"Left out {item['file']}: {item['why']}.")
    if len(ledger.skipped) > _MOST_NAMED:
        say(
            f"… and {len(ledger.skipped) - _MOST_NAMED:,} more files left out; --json names them"
            " all."
        )
    for item in ledger.warnings[:_MOST_NAMED]:
        say(f"Warning: {item['file']}: {item['problem']} {item['remedy']}")
    if len(ledger.warnings) > _MOST_NAMED:
        say(f"… and {len(ledger.warnings) - _MOST_NAMED:,} more such files; --json names them all.")
    for item in ledger.refused:
        refuse("Refused", f"{item['file']}: {item['problem']} {item['remedy']}", "")


def _ledger_tables(ledger: Ledger) -> None:
    rows = [
        ("Files accepted", ledger.files),
        ("Rows read", ledger.rows_read),
        ("Rows accepted", ledger.rows_accepted),
        ("Rows refused (quarantine)", ledger.rows_quarantined),
        ("of the accepted: without a place", ledger.unlocated),
        ("of the accepted: outside every area", ledger.outside),
        ("Distinct locations", ledger.distinct_locations),
    ]
    draw(f"Snapshot {ledger.snapshot} ({ledger.seconds:.1f} s)", ["", "Number"], rows)
    if ledger.reasons:
        draw(
            "Refused, by reason (a row may have several)",
            ["Reason", "Rows"],
            list(ledger.reasons.items()),
        )
    if ledger.by_lad:
        draw(
            "Accepted, by local authority",
            ["Local authority", "Incidents"],
            list(ledger.by_lad.items()),
        )
    if ledger.by_month:
        draw("Accepted, by month", ["Month", "Incidents"], list(ledger.by_month.items()))


def quality(found: Quality, *, as_json: bool) -> None:
    """The account of everything that was ever loaded."""
    counts = {
        "rows_read": found.read,
        "rows_accepted": found.accepted,
        "rows_quarantined": found.quarantined,
        "rows_replaced": found.replaced,
        "unlocated": found.unlocated,
        "outside": found.outside,
        "supplier_lsoa_named": found.lsoa_named,
        "supplier_lsoa_differs": found.lsoa_differ,
    }
    if as_json:
        frames = {
            name: getattr(found, name)
            for name in (
                "loads",
                "reasons",
                "refused",
                "absent",
                "unlocated_by_category",
                "warnings",
            )
        }
        document = counts | {
            name: json.loads(frame.to_json(orient="records", date_format="iso"))
            for name, frame in frames.items()
        }
        plain(json.dumps(document, ensure_ascii=False))
        return
    words = (
        "Rows read",
        "Rows accepted",
        "Rows refused (quarantine)",
        "Rows replaced since",
        "of the accepted: without a place",
        "of the accepted: outside every area",
        "of the accepted: the supplier names an LSOA",
        "of those: the LSOA differs from ours",
    )
    draw("What was loaded", ["", "Rows"], list(zip(words, counts.values(), strict=True)))
    if len(found.reasons):
        draw(
            "Refused, by reason (a row may have several)",
            ["Reason", "Rows"],
            list(found.reasons.itertuples(index=False)),
        )
    draw(
        "Without a place, by category",
        ["Category", "Incidents", "Without a place"],
        list(found.unlocated_by_category.itertuples(index=False)),
    )
    for warning in found.warnings.itertuples():
        rows_said = "" if pd.isna(warning.n) else f" Rows: {warning.n:,}."
        say(f"Warning: {warning.file}: {warning.problem}{rows_said} {warning.remedy}")
    if len(found.absent):
        rows = [(f"{r.month:%Y-%m}", r.source, r.publisher) for r in found.absent.itertuples()]
        draw("Months missing between first and last", ["Month", "Source", "Publisher"], rows)
    for row in found.refused.itertuples():
        say(f"{row.file}, line {row.line}: {', '.join(row.reasons)}")
        say(f"    {_record(row.record)}")
    if len(found.refused):
        say("Use --rows to see more refused records, --reason to see those with one reason.")


def _record(text: str | None) -> str:
    return "; ".join(f"{k}={v}" for k, v in json.loads(text or "{}").items() if v not in (None, ""))


def layers(found: Sequence[Layer], *, as_json: bool) -> None:
    """The boundary layers in use."""
    rows = [
        {
            "layer": layer.id,
            "type": str(layer.type),
            "name": layer.name,
            "areas": len(layer.areas),
            "valid_from": str(layer.valid_from),
            "valid_to": str(layer.valid_to or ""),
            "basis": layer.basis,
            "licence": layer.licence,
        }
        for layer in found
    ]
    if as_json:
        plain(json.dumps(rows, ensure_ascii=False))
        return
    header = ["Layer", "Name", "Areas", "First day", "Last day", "Basis"]
    keys = ("layer", "name", "areas", "valid_from", "valid_to", "basis")
    draw("Boundary layers", header, [[row[key] for key in keys] for row in rows])
    for licence in dict.fromkeys(row["licence"] for row in rows):
        names = ", ".join(str(row["layer"]) for row in rows if row["licence"] == licence)
        say(f"{licence}: {names}.")


def fetched(report: FetchReport, *, inbox: Path) -> None:
    """Which months came, which are not there, and what to do next."""
    rows = [
        ("Fetched", report.fetched),
        ("Already here", report.skipped),
        ("Not published", report.not_published),
    ]
    for label, months in rows:
        if months:
            say(f"{label}: {', '.join(f'{m:%Y-%m}' for m in months)}.")
    for note in report.notes:
        say(f"Note: {note}")
    for day, why in report.failed:
        complain(
            f"{day:%Y-%m} could not be fetched: {why}", "Run the same command again to continue."
        )
    if report.fetched:
        say(f"Next: vrp-map build {inbox}")
