"""`vrp-map`: the command line. Each command is a few lines round a pipeline or the `Workspace`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from vrp_map.cli import analyse as cli_analyse
from vrp_map.cli import backtest as cli_backtest
from vrp_map.cli import console, planning, serving
from vrp_map.cli import pilots as cli_pilots
from vrp_map.cli import purge as cli_purge
from vrp_map.cli.boundaries import boundary_commands
from vrp_map.cli.options import (
    AreaOption,
    AudienceOption,
    ByOption,
    CategoryOption,
    ClustersOption,
    FewestOption,
    FormatOption,
    FromOption,
    JsonOption,
    OutputOption,
    PathsArgument,
    RadiusOption,
    ReasonOption,
    ResolutionOption,
    RowsOption,
    SettingsOption,
    ShapesOption,
    SourceOption,
    StoreOption,
    SupplierOption,
    ToOption,
)
from vrp_map.cli.places import basemap_commands, fetch_streets, place_commands
from vrp_map.cli.responses import response_commands
from vrp_map.common.private_files import keep_private
from vrp_map.config import Settings, load_settings, nearest
from vrp_map.errors import FileRefused, UserError, VrpError
from vrp_map.selection import month
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience

app = typer.Typer(
    name="vrp-map",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The shared map of a Violence Reduction Partnership.",
)
fetch_app = typer.Typer(no_args_is_help=True, help="Download public files into the inbox.")
app.add_typer(fetch_app, name="fetch")


@dataclass
class _Global:
    settings_file: Path | None = None


_given = _Global()


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        console.say(f"vrp-map {version('vrp-map')}")
        raise typer.Exit


@app.callback()
def _common(
    settings: SettingsOption = None,
    asked: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_say_version, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    _given.settings_file = settings


def _settings(store: Path | None = None, **more: Any) -> Settings:
    return load_settings(_given.settings_file, store=store, **more)


def _workspace(store: Path | None) -> Any:
    from vrp_map.workspace import open_workspace

    return open_workspace(settings=_settings(store))


@app.command()
def build(
    paths: PathsArgument = None,
    store: StoreOption = None,
    source: SupplierOption = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace months that are already loaded.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Load files into a new snapshot; say what was taken, what was refused and why."""
    from vrp_map.cli import accounts
    from vrp_map.warehouse.ingest.build import build as run_build

    with console.progress(quiet=json) as progress:
        ledger = run_build(
            paths or [],
            settings=_settings(store),
            source=source,
            replace=replace,
            progress=progress,
        )
    accounts.ledger(ledger, as_json=json)
    if ledger.refused:
        raise typer.Exit(FileRefused.exit_code)


@app.command()
def count(
    store: StoreOption = None,
    by: ByOption = "lad",
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
    """Count incidents by hexagon, area, month or category.

    Without --from and --to, over all the data.
    """
    from vrp_map.cli import output as out
    from vrp_map.cli.period import asked_selection
    from vrp_map.export.tables import most_first

    out.check(format, output)
    ws = _workspace(store)
    selection = asked_selection(ws, category, first, last, areas=area, sources=source)
    counted = ws.counts(selection, by=by, resolution=resolution, audience=audience)
    out.count(
        most_first(counted) if by == "cell" else counted,
        selection,
        ws,
        by=by,
        resolution=resolution,
        format=format,
        output=output,
        audience=audience,
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
    shapes: ShapesOption = "clusters",
    method: ClustersOption = "cells",
    radius: RadiusOption = 150.0,
    fewest: FewestOption = 10,
) -> None:
    """Find hotspots (Gi*, false discovery rate) and the named areas they form.

    Without --from and --to, in the last 12 months of the data, compared with the 12 months before.
    """
    from vrp_map.cli import output as out
    from vrp_map.cli.period import asked_selection, period_line

    out.check(format, output)
    if shapes not in out.SHAPES:
        raise UserError(f"There are no shapes {shapes!r}.", hint="Choose clusters or cells.")
    ws = _workspace(store)
    selection = asked_selection(
        ws, category, first, last, areas=area, sources=source, is_usual=True
    )
    if method != "cells":
        found = ws.clusters(
            selection, method=method, radius_m=radius, min_incidents=fewest, audience=audience
        )
        ran = {"method": method, "radius_m": radius}
        about = out.about(ws, audience) | {"selection": selection.to_query(), "method": ran}
        period = period_line(selection, chosen=bool(first or last))
        out.table(found, format=format, output=output, areas=None, about=about, header=[period])
        return
    result = ws.hotspots(selection, resolution=resolution, audience=audience)
    out.hotspots(
        result,
        selection,
        ws,
        format=format,
        output=output,
        shapes=shapes,
        chosen=bool(first or last),
    )


@app.command()
def quality(
    store: StoreOption = None,
    reason: ReasonOption = None,
    rows: RowsOption = 20,
    json: JsonOption = False,
) -> None:
    """Show what was loaded, what was refused and why, and what is missing."""
    from vrp_map.cli import accounts

    ws = _workspace(store)
    found = ws.quality(reason=reason, rows=rows)
    if reason and reason not in set(found.reasons["reason"]):
        raise UserError(
            f"No record was refused for {reason!r}.",
            hint=nearest(reason, set(found.reasons["reason"]) or {"none"}),
        )
    accounts.quality(found, as_json=json)


serving.register(app, _settings)
app.add_typer(boundary_commands(_settings), name="boundaries")
app.add_typer(basemap_commands(_settings), name="basemap")
app.add_typer(place_commands(_settings), name="places")
fetch_streets(fetch_app)
cli_analyse.register(app, _workspace)
cli_backtest.register(app, _workspace)
cli_purge.register(app, _settings)
planning.register(app, _settings)
cli_pilots.register(app, _settings, _workspace)
app.add_typer(response_commands(_settings), name="responses")


@fetch_app.command("police-uk")
def fetch_police_uk(
    force: Annotated[
        str,
        typer.Option(
            "--force", metavar="FORCE", help="As police.uk writes it, for example west-midlands."
        ),
    ],
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="First month.")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="Last month.")],
    inbox: Annotated[
        Path | None, typer.Option("--inbox", metavar="FOLDER", help="Folder for the files.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also look for revisions of months already here.")
    ] = False,
    base_url: Annotated[str, typer.Option("--base-url", hidden=True)] = "https://data.police.uk",
) -> None:
    """Get a force's street-level months from data.police.uk's archive."""
    from pipelines.fetch import fetch_police_uk as run_fetch
    from vrp_map.cli import accounts

    settings = _settings(inbox=inbox)
    with console.progress(quiet=False) as progress:
        report = run_fetch(
            force=force,
            first=month(first),
            last=month(last),
            inbox=settings.inbox,
            base_url=base_url,
            replace=replace,
            progress=lambda done, total, label: progress(done, total or 0, label),
        )
    accounts.fetched(report, inbox=settings.inbox)
    if report.failed:
        raise typer.Exit(FileRefused.exit_code)


# As `sysexits.h` has it: an error of the program.
OUR_FAULT = 70


def main(arguments: list[str] | None = None) -> None:
    """Run a command; a person's mistake is one sentence and an exit code, never a traceback."""
    keep_private()
    sys.exit(_run(lambda: app(args=arguments, standalone_mode=False)))


# Typer carries a click of its own in some versions, so the class is taken from Typer itself.
_UsageError: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")


def _run(command: Callable[[], Any]) -> int:
    try:
        answer = command()
        return answer if isinstance(answer, int) else 0
    except UserError as error:
        console.complain(error.message, error.hint)
        return error.exit_code
    except VrpError as error:
        console.complain(
            str(error), "Nothing was changed. Please report this with the version of vrp-map."
        )
        return error.exit_code
    except typer.Exit as error:
        return error.exit_code
    except _UsageError as error:
        error.show()
        return int(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        console.complain("Stopped.", "Nothing unfinished was kept.")
        return 130
    except Exception as fault:
        from vrp_map.common.fault_place import fault_place

        console.complain(
            f"The fault is ours: {fault_place(fault)}.",
            "What was there before is unchanged. Please report this line with the version of"
            " vrp-map. It holds nothing of your data.",
        )
        return OUR_FAULT
