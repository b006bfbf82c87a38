"""`vrp-map needs`: the needs assessment of a local authority, and the tables it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import (
    AreaOption,
    AudienceOption,
    CategoryOption,
    FromOption,
    JsonOption,
    StoreOption,
    ToOption,
)
from vrp_map.cli.planning.kept import kept_records, utc_now
from vrp_map.common.dataclass_json import plain_of
from vrp_map.config import Settings

if TYPE_CHECKING:
    from vrp_map.needs.files import EarlierFile
    from vrp_map.needs.sources import NeedsSources
    from vrp_map.selection import Selection
    from vrp_map.workspace import Workspace

FileOption = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="FILE", help="FILE.html to read, or FILE.docx to edit."),
]
ModuleOption = Annotated[
    list[int] | None,
    typer.Option("--module", metavar="N", help="Only this module, 1 to 13; may be repeated."),
]
RefreshOption = Annotated[
    Path | None,
    typer.Option(
        "--refresh",
        metavar="FILE",
        help="A file made before: its words stay, its numbers are made again.",
    ),
]
TablesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="Ages, deprivation, ethnic groups or admissions."),
]
CellOption = Annotated[
    list[str] | None,
    typer.Option("--cell", metavar="H3", help="A hexagon of the places; may be repeated."),
]
CheckArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A file that needs assess made.")
]


def needs_commands(settings_of: Callable[[Path | None], Settings]) -> typer.Typer:
    """The commands of needs assessments.

    Args:
        settings_of: gives the settings with a store's folder, or with their own.
    """
    app = typer.Typer(no_args_is_help=True, help="Needs assessments of the Serious Violence Duty.")

    @app.command()
    def assess(
        output: FileOption,
        area: AreaOption = None,
        module: ModuleOption = None,
        refresh: RefreshOption = None,
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        audience: AudienceOption = "partner",
        store: StoreOption = None,
    ) -> None:
        """Make the needs assessment of a local authority, or some of its modules.

        Without --from and --to, of the last 12 months of the data.
        """
        from vrp_map.needs.files import kind_of, read_earlier, written_file
        from vrp_map.needs.service import assessment, refreshed

        kind = kind_of(output)
        earlier = None if refresh is None else read_earlier(refresh)
        areas = area or ([] if earlier is None else [earlier.document.area])
        with _sources(settings_of(store), areas, category, first, last, audience) as sources:
            made = assessment(sources, module or _modules_of(earlier))
        numbers = [one.number for one in made.modules]
        whole = made if earlier is None else refreshed(earlier.document, made)
        data = written_file(whole, kind, earlier=earlier, numbers=numbers)
        console.write(output, data)

    @app.command()
    def check(file: CheckArgument, store: StoreOption = None) -> None:
        """Ask every number of a file again; say which are no longer those of the data."""
        from vrp_map.needs.files import read_earlier
        from vrp_map.needs.service import changed_traces

        document = read_earlier(file).document
        audience = document.audience
        with _sources(settings_of(store), [document.area], None, None, None, audience) as sources:
            changed = changed_traces(sources, document)
        for trace in changed:
            console.say(f"{trace.id} {trace.what}: the data now say something else.")
        console.say(f"{len(document.traces):,} sources asked again, {len(changed):,} changed.")
        raise typer.Exit(1 if changed else 0)

    @app.command()
    def equality(
        area: AreaOption = None,
        cell: CellOption = None,
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        audience: AudienceOption = "partner",
        store: StoreOption = None,
        json: JsonOption = False,
    ) -> None:
        """Say who lives in places against the area: a text for the equality file.

        Without --cell, the places are the hotspots of the last 12 months of the data.
        """
        from vrp_map.needs.service import equality_text

        ws, selection = _chosen(settings_of(store), area or [], category, first, last)
        note = equality_text(ws, selection, audience=audience, now=utc_now(), cells=cell or ())
        if json:
            console.plain(dumps(plain_of(note), ensure_ascii=False))
            return
        for line in note.lines:
            console.say(line)

    @app.command()
    def load(files: TablesArgument) -> None:
        """Load tables about residents or admissions, instead of earlier ones."""
        from vrp_map.needs.service import load_table
        from vrp_map.principal import of_this_computer

        settings = settings_of(None)
        who = of_this_computer(settings, name="command line")
        for file in files:
            table = load_table(who, settings, file, today=utc_now().date())
            console.say(f"{file.name}: {table.summary}.")

    return app


def _modules_of(earlier: EarlierFile | None) -> list[int]:
    """A refresh makes the modules that the file has; a new file has all."""
    return [] if earlier is None else [module.number for module in earlier.document.modules]


def _chosen(
    settings: Settings,
    areas: list[str],
    category: list[str] | None,
    first: str | None,
    last: str | None,
) -> tuple[Workspace, Selection]:
    """The store as this computer sees it, and what was chosen of it."""
    from vrp_map.cli.period import asked_selection
    from vrp_map.principal import of_this_computer
    from vrp_map.workspace import open_workspace

    who = of_this_computer(settings, name="command line")
    ws = open_workspace(settings=settings, principal=who)
    return ws, asked_selection(ws, category, first, last, areas=areas, is_usual=True)


@contextmanager
def _sources(
    settings: Settings,
    areas: list[str],
    category: list[str] | None,
    first: str | None,
    last: str | None,
    audience: str,
) -> Iterator[NeedsSources]:
    from vrp_map.needs.service import needs_sources

    ws, selection = _chosen(settings, areas, category, first, last)
    with kept_records(settings) as kept:
        yield needs_sources(ws, selection, audience=audience, now=utc_now(), records=kept)
