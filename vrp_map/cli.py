"""`vrp-map`: the command line. Each command is a few lines round a pipeline or the `Workspace`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from vrp_map import cli_output as out
from vrp_map.config import Settings, load_settings, nearest
from vrp_map.errors import FileRefused, UserError, VrpError
from vrp_map.selection import Selection, month
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience

app = typer.Typer(
    name="vrp-map", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="The shared map of a Violence Reduction Partnership.",
)  # fmt: skip
boundaries_app = typer.Typer(no_args_is_help=True, help="Boundary layers: what there is, and adding your own.")
fetch_app = typer.Typer(no_args_is_help=True, help="Get public files into the inbox.")
app.add_typer(boundaries_app, name="boundaries")
app.add_typer(fetch_app, name="fetch")

StoreOption = Annotated[Path | None, typer.Option("--store", help="Folder of the warehouse snapshots.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")]
CategoryOption = Annotated[list[str] | None, typer.Option("--category", help="Category or preset; may be repeated.")]
FromOption = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM", help="First month.")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month.")]
AreaOption = Annotated[list[str] | None, typer.Option("--area", help="Area by name or code; may be repeated.")]
SourceOption = Annotated[list[str] | None, typer.Option("--source", help="Only this source; may be repeated.")]
ResolutionOption = Annotated[int, typer.Option("--resolution", help="H3 resolution, 7 (town) to 10 (streets).")]
AudienceOption = Annotated[str, typer.Option("--audience", help="Who will see it: analyst, partner or public.")]
FormatOption = Annotated[str, typer.Option("--format", help="table, csv, json, geojson or geoparquet.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead of the screen.")]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="A settings file instead of vrp.toml.")]


@dataclass
class _Global:
    settings_file: Path | None = None


_given = _Global()


@app.callback()
def _common(settings: SettingsOption = None) -> None:
    _given.settings_file = settings


def _settings(store: Path | None = None, **more: Any) -> Settings:
    return load_settings(_given.settings_file, store=store, **more)


def _workspace(store: Path | None) -> Any:
    from vrp_map.workspace import open_workspace

    return open_workspace(settings=_settings(store))


def _selection(
    ws: Any,
    category: list[str] | None,
    first: str | None,
    last: str | None,
    area: list[str] | None,
    source: list[str] | None,
) -> Selection:
    selected: Selection = ws.select(
        category or ["violence"], first=first, last=last, areas=area or (), sources=source or ()
    )
    return selected


@app.command()
def build(
    paths: Annotated[list[Path] | None, typer.Argument(help="CSV, CSV.GZ or zip files, or folders of them.")] = None,
    store: StoreOption = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Supplier, when the columns should not decide.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Let months that are there be replaced.")] = False,
    json: JsonOption = False,
) -> None:
    """Load files into a new snapshot; say what was taken, what was refused and why."""
    from vrp_map.warehouse.build import build as run_build

    with out.progress(quiet=json) as progress:
        ledger = run_build(paths or [], settings=_settings(store), source=source, replace=replace, progress=progress)
    out.ledger(ledger, as_json=json)
    if ledger.refused:
        raise typer.Exit(FileRefused.exit_code)


@app.command()
def count(
    store: StoreOption = None,
    by: Annotated[str, typer.Option("--by", help="cell, lad, npu, lpa, ward, lsoa, month or category.")] = "lad",
    resolution: ResolutionOption = DEFAULT_RESOLUTION,
    category: CategoryOption = None,
    first: FromOption = None,
    last: ToOption = None,
    area: AreaOption = None,
    source: SourceOption = None,
    audience: AudienceOption = Audience.PARTNER,
    format: FormatOption = "table",
    output: OutputOption = None,
) -> None:
    """Count incidents by hexagon, area, month or category."""
    from vrp_map.method_card import gap_caveats

    ws = _workspace(store)
    selection = _selection(ws, category, first, last, area, source)
    counted = ws.counts(selection, by=by, resolution=resolution, audience=audience)
    about = {"by": by, "selection": selection.to_query(), **out.about(ws)}
    off_map = ws.facts(selection, audience=audience)
    out.table(
        counted,
        format=format,
        output=output,
        areas=ws.areas(),
        about=about,
        footer=[*gap_caveats(ws.gaps(selection)), *out.off_the_map(off_map, in_areas=bool(selection.areas))],
    )


@app.command()
def hotspots(
    store: StoreOption = None,
    resolution: ResolutionOption = DEFAULT_RESOLUTION,
    category: CategoryOption = None,
    first: FromOption = None,
    last: ToOption = None,
    area: AreaOption = None,
    source: SourceOption = None,
    audience: AudienceOption = Audience.PARTNER,
    format: FormatOption = "table",
    output: OutputOption = None,
    cells: Annotated[bool, typer.Option("--cells", help="In the table, hexagons instead of named areas.")] = False,
    method: Annotated[
        str, typer.Option("--clusters", help="cells, or dbscan or hdbscan where points are exact.")
    ] = "cells",
    radius: Annotated[float, typer.Option("--radius", help="For dbscan: metres.")] = 150.0,
    fewest: Annotated[int, typer.Option("--min-incidents", help="For dbscan and hdbscan.")] = 10,
) -> None:
    """Find hotspots (Gi*, false discovery rate) and the named areas they form."""
    ws = _workspace(store)
    selection = _selection(ws, category, first, last, area, source)
    if method != "cells":
        found = ws.clusters(selection, method=method, radius_m=radius, min_incidents=fewest, audience=audience)
        out.table(found, format=format, output=output, areas=None, about=out.about(ws), footer=[])
        return
    result = ws.hotspots(selection, resolution=resolution, audience=audience)
    out.hotspots(result, selection, ws, format=format, output=output, cells=cells)


@app.command()
def quality(
    store: StoreOption = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Only records refused for this reason.")] = None,
    rows: Annotated[int, typer.Option("--rows", min=0, help="How many refused records to show.")] = 20,
    json: JsonOption = False,
) -> None:
    """Show what was loaded, what was refused and why, and what is missing."""
    ws = _workspace(store)
    found = ws.quality(reason=reason, rows=rows)
    if reason and reason not in set(found.reasons["reason"]):
        raise UserError(
            f"No record was refused for {reason!r}.", hint=nearest(reason, set(found.reasons["reason"]) or {"none"})
        )
    out.quality(found, as_json=json)


@app.command()
def demo(
    store: StoreOption = None,
    serve_it: Annotated[bool, typer.Option("--serve/--no-serve", help="Open the application when it is built.")] = True,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8501,
    folder: Annotated[Path, typer.Option("--folder", help="Where the synthetic files go.")] = Path("data/demo"),
    months: Annotated[int, typer.Option("--months", min=2, max=60)] = 36,
    json: JsonOption = False,
) -> None:
    """Build a synthetic West Midlands and open it. Nothing in it happened."""
    from pipelines.demo import generate
    from vrp_map.warehouse.build import build as run_build

    settings = _settings(store)
    with out.progress(quiet=json) as progress:
        generate(
            folder,
            settings=settings,
            months=months,
            progress=lambda done, total: progress(done, total, "making synthetic files"),
        )
        ledger = run_build([folder], settings=settings, source="synthetic", progress=progress)
    out.ledger(ledger, as_json=json)
    if serve_it:
        _serve(settings, port)


@app.command()
def serve(store: StoreOption = None, port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8501) -> None:
    """Open the application on this computer."""
    _serve(_settings(store), port)


def _serve(settings: Settings, port: int) -> None:
    from vrp_map.ui.serve import serve as run_server

    out.say(f"The map is at http://localhost:{port} — press Ctrl+C to stop it.")
    run_server(port=port, settings=settings)


@boundaries_app.command("list")
def boundaries_list(json: JsonOption = False) -> None:
    """The layers in use, with dates, source and licence."""
    from vrp_map.warehouse.boundaries import load_layers

    out.layers(load_layers(_settings()), as_json=json)


@boundaries_app.command("add")
def boundaries_add(
    file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage or Shapefile, in EPSG:4326 or 27700.")],
    type: Annotated[str, typer.Option("--type", help="force, lad, npu, lpa, ward or lsoa.")],
    name_field: Annotated[str, typer.Option("--name-field", help="The column with the areas' names.")],
    code_field: Annotated[str, typer.Option("--code-field", help="The column with the areas' codes.")],
    valid_from: Annotated[str, typer.Option("--valid-from", metavar="YYYY-MM-DD", help="First day in force.")],
    valid_to: Annotated[str | None, typer.Option("--valid-to", metavar="YYYY-MM-DD", help="Last day in force.")] = None,
    name: Annotated[str, typer.Option("--name", help="What to call the layer.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace a layer added before.")] = False,
) -> None:
    """Add a boundary layer of your own; the next build uses it."""
    from vrp_map.warehouse.boundaries import add_layer

    layer, notes = add_layer(
        file, type=type, name_field=name_field, code_field=code_field, valid_from=_day(valid_from),
        valid_to=_day(valid_to) if valid_to else None, name=name, settings=_settings(), replace=replace,
    )  # fmt: skip
    out.say(f"Added {layer.id}: {len(layer.areas):,} areas. Run `vrp-map build` to use it.")
    for note in notes:
        out.say(f"Note: {note}")


@fetch_app.command("police-uk")
def fetch_police_uk(
    force: Annotated[str, typer.Option("--force", help="As police.uk writes it, for example west-midlands.")],
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM")],
    inbox: Annotated[Path | None, typer.Option("--inbox", help="Folder for the files.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also look for revisions of months already here.")] = False,
    base_url: Annotated[str, typer.Option("--base-url", hidden=True)] = "https://data.police.uk",
) -> None:
    """Get a force's street-level months from data.police.uk's archive."""
    from pipelines.fetch import fetch_police_uk as run_fetch

    settings = _settings(inbox=inbox)
    with out.progress(quiet=False) as progress:
        report = run_fetch(
            force=force, first=month(first), last=month(last), inbox=settings.inbox, base_url=base_url, replace=replace,
            progress=lambda done, total, label: progress(done, total or 0, label),
        )  # fmt: skip
    out.fetched(report, inbox=settings.inbox)
    if report.failed:
        raise typer.Exit(FileRefused.exit_code)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"{text!r} is not a date.", hint="Write it as YYYY-MM-DD, for example 2023-04-03.") from None


def main(arguments: list[str] | None = None) -> None:
    """Run a command; a person's mistake is one sentence and an exit code, never a traceback."""
    sys.exit(_run(lambda: app(args=arguments, standalone_mode=False)))


# Typer carries a click of its own in some versions, so the class is taken from Typer itself.
_UsageError: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")


def _run(command: Callable[[], Any]) -> int:
    try:
        answer = command()
        return answer if isinstance(answer, int) else 0
    except UserError as error:
        out.complain(error.message, error.hint)
        return error.exit_code
    except VrpError as error:
        out.complain(str(error), "Nothing was changed. Please report this with the version of vrp-map.")
        return error.exit_code
    except typer.Exit as error:
        return error.exit_code
    except _UsageError as error:
        error.show()
        return int(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        out.complain("Stopped.", "Nothing half-done was kept.")
        return 130
