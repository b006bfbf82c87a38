"""How the command line looks: tables for people, one JSON object for programs, errors in one sentence."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from vrp_map import report
from vrp_map.config import nearest
from vrp_map.disclosure import Protected
from vrp_map.errors import UserError

if TYPE_CHECKING:
    from pipelines.fetch import FetchReport
    from vrp_map.results import Hotspots, Quality
    from vrp_map.selection import Selection
    from vrp_map.warehouse.boundaries import Layer
    from vrp_map.warehouse.ledger import Ledger
    from vrp_map.workspace import Workspace

_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)
_MOST_ROWS = 60
_MOST_NAMED = 5


def say(text: str) -> None:
    _out.print(escape(text))


def complain(message: str, hint: str) -> None:
    _err.print(f"[bold]Error:[/bold] {escape(message)}")
    if hint:
        _err.print(escape(hint))


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on the error stream; nothing when a program reads the answer or nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_err, disable=quiet or not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda done, total, label: bar.update(
            task, completed=done, total=total or None, description=escape(label)
        )


def about(ws: Workspace) -> dict[str, Any]:
    """What every exported table says of its origin."""
    snapshot = ws.snapshot
    return {
        "snapshot": snapshot.id,
        "synthetic": snapshot.synthetic,
        "grade": str(snapshot.grade),
        "sources": list(snapshot.sources),
    }


def ledger(ledger: Ledger, *, as_json: bool) -> None:
    if as_json:
        _plain(json.dumps(ledger.as_dict(), ensure_ascii=False, default=str))
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
        say(f"… and {len(ledger.skipped) - _MOST_NAMED:,} more files left out; --json names them all.")
    for item in ledger.refused:
        _err.print(f"[bold]Refused[/bold] {escape(item['file'])}: {escape(item['problem'])} {escape(item['remedy'])}")


def _ledger_tables(ledger: Ledger) -> None:
    rows = [
        ("Files taken", ledger.files), ("Rows read", ledger.rows_read), ("Rows accepted", ledger.rows_accepted),
        ("Rows refused (quarantine)", ledger.rows_quarantined), ("of the accepted: without a place", ledger.unlocated),
        ("of the accepted: outside every area", ledger.outside), ("Distinct locations", ledger.distinct_locations),
    ]  # fmt: skip
    _grid(f"Snapshot {ledger.snapshot} ({ledger.seconds:.1f} s)", ["", "Number"], rows)
    if ledger.reasons:
        _grid("Refused, by reason (a row may have several)", ["Reason", "Rows"], list(ledger.reasons.items()))
    if ledger.by_lad:
        _grid("Accepted, by local authority", ["Local authority", "Incidents"], list(ledger.by_lad.items()))
    if ledger.by_month:
        _grid("Accepted, by month", ["Month", "Incidents"], list(ledger.by_month.items()))


def table(
    protected: Protected,
    *,
    format: str,
    output: Path | None,
    areas: Any,
    about: Mapping[str, Any],
    footer: Sequence[str],
) -> None:
    """Write a protected table in a format, to the screen or a file."""
    if format not in report.FORMATS:
        raise UserError(f"There is no format {format!r}.", hint=nearest(format, report.FORMATS))
    if format == "geoparquet":
        if output is None:
            raise UserError("GeoParquet is not text.", hint="Give a file with -o.")
        _write(output, report.to_geoparquet(protected, areas=areas, about=about))
    elif format == "table" and output is None:
        _screen(protected, footer, synthetic=bool(about.get("synthetic")))
    else:
        text = {
            "table": lambda: protected.frame.to_string(index=False),
            "csv": lambda: report.to_csv(protected, about=about),
            "json": lambda: report.to_json(protected, about=about),
            "geojson": lambda: report.to_geojson(protected, areas=areas, about=about),
        }[format]()  # fmt: skip
        _plain(text) if output is None else _write(output, text.encode())


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}).", hint="Choose another file with -o.") from error
    say(f"Wrote {path}.")


def _say_synthetic(synthetic: bool) -> None:
    if synthetic:
        say("SYNTHETIC DATA: nothing here happened.")


def _screen(protected: Protected, footer: Sequence[str], *, synthetic: bool) -> None:
    _say_synthetic(synthetic)
    frame = protected.frame.drop(columns="hidden")
    rows = report.records(protected)[:_MOST_ROWS]
    _grid(
        None, list(frame.columns), [[_cell(name, row[name], row["hidden"]) for name in frame.columns] for row in rows]
    )
    if len(frame) > _MOST_ROWS:
        say(f"… and {len(frame) - _MOST_ROWS:,} more rows; use --format csv for all of them.")
    total = "hidden (small number)" if protected.total is None else f"{protected.total:,}"
    say(f"Total: {total}. {protected.note}")
    for line in footer:
        say(line)


def _cell(name: str, value: Any, hidden: bool) -> str:
    if value is None:
        return "hidden" if hidden and name == "n" else "–"
    if isinstance(value, float):
        return f"{value:+.0%}" if name == "change" else f"{value:.1%}" if name == "share" else f"{value:,.3g}"
    return f"{value:,}" if isinstance(value, int) and name not in ("rank", "cluster") else str(value)


def off_the_map(facts: Protected, *, in_areas: bool) -> list[str]:
    """What the totals hold and the places do not."""
    row = facts.frame.iloc[0]
    words = {"unlocated": "without a place", "outside": "outside every area"}
    told = {name: f"under {facts.k}" if pd.isna(row[name]) else f"{row[name]:,}" for name in words}
    if pd.isna(row["unlocated"]) and in_areas:
        return ["Incidents without a place are in no area's count."]
    return [f"Also selected: {', '.join(f'{told[n]} {w}' for n, w in words.items())}."]


def hotspots(
    result: Hotspots, selection: Selection, ws: Workspace, *, format: str, output: Path | None, cells: bool
) -> None:
    shown = result.cells if cells or format in ("geojson", "geoparquet") else result.clusters
    if format == "json":
        document = {
            **about(ws), "selection": selection.to_query(), "sentence": result.sentence, "summary": result.summary,
            "method": result.method, "note": result.cells.note, "clusters": report.records(result.clusters),
            "cells": report.records(result.cells),
        }  # fmt: skip
        text = json.dumps(document, ensure_ascii=False, default=str)
        _plain(text) if output is None else _write(output, text.encode())
        return
    if format == "table" and output is None:
        _say_synthetic(ws.snapshot.synthetic)
        say(f"{result.sentence} {result.summary}")
        columns = ["cluster", "name", "cells", "n", "change", "rate", "share", "hotspot_class"]
        if not cells:
            shown = shown.only(columns)
    table(
        shown,
        format=format,
        output=output,
        areas=None,
        about=about(ws)
        | {"selection": selection.to_query(), "method": result.method}
        | ({"synthetic": False} if format == "table" and output is None else {}),
        footer=[f"Caveat: {c}" for c in result.method["caveats"]],
    )


def quality(found: Quality, *, as_json: bool) -> None:
    counts = {
        "rows_read": found.read, "rows_accepted": found.accepted, "rows_quarantined": found.quarantined,
        "rows_replaced": found.replaced, "unlocated": found.unlocated, "outside": found.outside,
        "supplier_lsoa_named": found.lsoa_named, "supplier_lsoa_differs": found.lsoa_differ,
    }  # fmt: skip
    if as_json:
        frames = {
            name: getattr(found, name) for name in ("loads", "reasons", "refused", "absent", "unlocated_by_category")
        }
        document = counts | {
            name: json.loads(frame.to_json(orient="records", date_format="iso")) for name, frame in frames.items()
        }
        _plain(json.dumps(document, ensure_ascii=False))
        return
    _grid("What was loaded", ["", "Rows"], list(counts.items()))
    _grid("Refused, by reason", ["Reason", "Rows"], list(found.reasons.itertuples(index=False)))
    _grid(
        "Without a place, by category",
        ["Category", "Incidents", "Without a place"],
        list(found.unlocated_by_category.itertuples(index=False)),
    )
    if len(found.absent):
        _grid(
            "Months missing in between",
            list(found.absent.columns),
            [tuple(map(str, r)) for r in found.absent.itertuples(index=False)],
        )
    if len(found.refused):
        rows = [(r.file, r.line, ", ".join(r.reasons), _record(r.record)) for r in found.refused.itertuples()]
        _grid("Refused records", ["File", "Line", "Reasons", "Record"], rows)


def _record(text: str | None) -> str:
    return "; ".join(f"{k}={v}" for k, v in json.loads(text or "{}").items() if v not in (None, ""))


def layers(found: Sequence[Layer], *, as_json: bool) -> None:
    rows = [
        {
            "layer": layer.id, "type": str(layer.type), "name": layer.name, "areas": len(layer.areas),
            "valid_from": str(layer.valid_from),
            "valid_to": str(layer.valid_to or ""), "basis": layer.basis, "licence": layer.licence,
        }
        for layer in found
    ]  # fmt: skip
    if as_json:
        _plain(json.dumps(rows, ensure_ascii=False))
    else:
        _grid("Boundary layers", list(rows[0]), [list(row.values()) for row in rows])


def fetched(report: FetchReport, *, inbox: Path) -> None:
    rows = [("Fetched", report.fetched), ("Already here", report.skipped), ("Not published", report.not_published)]
    for label, months in rows:
        if months:
            say(f"{label}: {', '.join(f'{m:%Y-%m}' for m in months)}.")
    for note in report.notes:
        say(f"Note: {note}")
    for day, why in report.failed:
        complain(f"{day:%Y-%m} could not be fetched: {why}", "Run the same command again to go on.")
    if report.fetched:
        say(f"Next: vrp-map build {inbox}")


def _grid(title: str | None, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    drawn = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for i, name in enumerate(header):
        numeric = bool(rows) and isinstance(rows[0][i], int)
        drawn.add_column(escape(str(name)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(f"{v:,}" if isinstance(v, int) and not isinstance(v, bool) else escape(str(v)) for v in row))
    _out.print(drawn)


def _plain(text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
