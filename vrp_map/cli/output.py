"""Protected tables on the screen or in files, with what they are about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Console
from rich.markup import escape

from vrp_map.analysis import method_card
from vrp_map.cli import tables as cli_tables
from vrp_map.cli.console import plain, say, screen, write
from vrp_map.cli.period import comparable, period_line
from vrp_map.config import nearest
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.errors import UserError
from vrp_map.export import tables as report
from vrp_map.vocabulary import AREA_WORDS, AreaType

if TYPE_CHECKING:
    from vrp_map.analysis.results import Hotspots
    from vrp_map.selection import Selection
    from vrp_map.workspace import Workspace

SHAPES = ("clusters", "cells")
_MOST_ROWS = 60
# No outline is read for these.
_UNDRAWN = ("table", "csv", "json")
# A table in a file may be as wide as it likes.
_WIDE = 500


def draw(title: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A small table on the screen, with its title above it."""
    screen.print(f"\n[bold]{escape(title)}[/bold]")
    screen.print(cli_tables.grid(header, rows), soft_wrap=False)


def check(format: str, output: Path | None) -> None:
    """Refuse a format or a file that cannot be had, before anything is computed for it."""
    if format not in report.FORMATS:
        raise UserError(f"There is no format {format!r}.", hint=nearest(format, report.FORMATS))
    if format == "geoparquet" and output is None:
        raise UserError("GeoParquet is not text.", hint="Give a file with -o.")
    if output is not None and not output.parent.is_dir():
        raise UserError(
            f"{output} cannot be written: there is no folder {output.parent}.",
            hint="Make it first.",
        )


def about(ws: Workspace, audience: str) -> dict[str, Any]:
    """What every exported table says of its origin, to those whom it is for."""
    snapshot = ws.snapshot_for(audience)
    return {
        "snapshot": snapshot.id,
        "synthetic": snapshot.synthetic,
        "grade": str(snapshot.grade),
        "sources": list(snapshot.sources),
        "attribution": ws.attributions(),
    }


def table(
    protected: Protected,
    *,
    format: str,
    output: Path | None,
    areas: Any,
    about: Mapping[str, Any],
    header: Sequence[str] = (),
    footer: Sequence[str] = (),
) -> None:
    """Write a protected table in a format, to the screen or a file.

    Args:
        areas: outlines for the formats that draw: areas by code, or clusters by number.
        header, footer: lines above and below the table on a screen.
    """
    by = str(about.get("by", ""))
    lines = [
        *(["SYNTHETIC DATA: nothing here happened."] if about.get("synthetic") else []),
        *header,
    ]
    if format == "table" and output is None:
        for line in lines:
            say(line)
        _screen(protected, footer, by=by)
        return
    if format == "geoparquet":
        data = report.to_geoparquet(protected, areas=areas, about=about)
    else:
        end = [f"{_total(protected)} {protected.note}", *footer]
        data = {
            "table": lambda: "\n".join([*lines, _text(protected, by), *end, ""]),
            "csv": lambda: report.to_csv(protected, about=about),
            "json": lambda: report.to_json(protected, about=about),
            "geojson": lambda: report.to_geojson(protected, areas=areas, about=about),
        }[format]().encode()
    if output is None:
        plain(data.decode())
        return
    write(output, data)
    if format in report.WITHOUT_METHOD:
        write(
            output.with_name(f"{output.name}.method.json"),
            report.to_method(protected, about=about).encode(),
        )


def _screen(protected: Protected, footer: Sequence[str], *, by: str) -> None:
    if len(protected.frame):
        drawn, left_out = cli_tables.protected_table(
            protected, width=screen.width, by=by, most=_MOST_ROWS
        )
        screen.print(drawn, soft_wrap=False)
        if len(protected.frame) > _MOST_ROWS:
            say(
                f"… and {len(protected.frame) - _MOST_ROWS:,} more rows; --format csv has all of"
                " them."
            )
        if left_out:
            say(f"No room for: {', '.join(left_out)}; --format csv has every column.")
    say(f"{_total(protected)} {protected.note}")
    for line in footer:
        say(line)


def _total(protected: Protected) -> str:
    return f"Total: {FEW_OR_NONE if protected.total is None else f'{protected.total:,}'}."


def _text(protected: Protected, by: str) -> str:
    """The whole table as lines of text."""
    console = Console(file=StringIO(), width=_WIDE, highlight=False, force_terminal=False)
    console.print(cli_tables.protected_table(protected, width=_WIDE, by=by)[0])
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines())


def count(
    counted: Protected,
    selection: Selection,
    ws: Workspace,
    *,
    by: str,
    resolution: int,
    format: str,
    output: Path | None,
    audience: str,
) -> None:
    """A table of counts with what it is about."""
    layers, period = _layers(ws), _period(ws, selection)
    gaps = ws.gaps(selection, audience=audience)
    card = method_card.count_card(
        by=by,
        resolution=resolution,
        categories=selection.categories,
        facts=ws.carried_by(selection, audience=audience),
        period=period,
        snapshot=ws.snapshot,
        layers=layers,
        counted=counted,
        gaps=gaps,
    )
    elsewhere = ws.facts(selection, by=by, audience=audience)
    table(
        counted,
        format=format,
        output=output,
        areas=None if format in _UNDRAWN else ws.areas(),
        about={
            "by": by,
            "selection": selection.to_query(),
            **about(ws, audience),
            "method": card,
            "not_in_the_table": report.records(elsewhere)[0],
        },
        footer=[
            *method_card.gap_caveats(gaps),
            *off_the_map(elsewhere, in_areas=bool(selection.areas), by=by),
            *method_card.brief_layer_caveats(layers[layers["type"] == by], period=period),
        ],
    )


def off_the_map(facts: Protected, *, in_areas: bool, by: str = "") -> list[str]:
    """What the totals hold and the places do not."""
    row = facts.frame.iloc[0]
    words = {"unlocated": "without a place", "outside": "outside every area"}
    if "in_none" in row:
        words["in_none"] = f"in no {AREA_WORDS[AreaType(by)]} of the layer"
    told = {name: "few (or none)" if pd.isna(row[name]) else f"{row[name]:,}" for name in words}
    if pd.isna(row["unlocated"]) and in_areas:
        none = (
            [f"Also selected: {told['in_none']} {words['in_none']}."] if "in_none" in words else []
        )
        return [*none, "Incidents without a place are in no area's count."]
    return [f"Also selected: {', '.join(f'{told[n]} {w}' for n, w in words.items())}."]


def hotspots(
    result: Hotspots,
    selection: Selection,
    ws: Workspace,
    *,
    format: str,
    output: Path | None,
    shapes: str,
    chosen: bool,
) -> None:
    """Hotspots as named areas or as hexagons; JSON has both."""
    whole = about(ws, result.cells.audience) | {
        "selection": selection.to_query(),
        "method": result.method,
    }
    if format == "json":
        document = {
            **whole,
            "sentence": result.sentence,
            "summary": result.summary,
            "note": result.cells.note,
            "clusters": report.records(result.clusters),
            "cells": report.records(result.cells),
        }
        text = json.dumps(document, ensure_ascii=False, default=str)
        plain(text) if output is None else write(output, text.encode())
        return
    layers, period = _layers(ws), _period(ws, selection)
    table(
        result.cells if shapes == "cells" else result.clusters,
        format=format,
        output=output,
        about=whole,
        areas=report.cluster_outlines(result.cells),
        header=[
            period_line(selection, chosen=chosen),
            f"{result.sentence} {result.summary}",
            *comparable(selection, ws.snapshot.first_month),
        ],
        footer=[
            *method_card.gap_caveats(ws.gaps(selection, audience=result.cells.audience)),
            *method_card.data_caveats(ws.carried_by(selection, audience=result.cells.audience)),
            *method_card.brief_layer_caveats(layers[layers["type"] == "npu"], period=period),
        ],
    )


def _layers(ws: Workspace) -> pd.DataFrame:
    layers: pd.DataFrame = ws.reader.layers
    return layers[layers["is_current"]]


def _period(ws: Workspace, selection: Selection) -> tuple[date, date]:
    return selection.first, selection.last
