"""`vrp-map analyse METHOD`: one method by name, or the reason why the data cannot carry it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from vrp_map.cli import console
from vrp_map.cli.options import (
    AreaOption,
    AudienceOption,
    CategoryOption,
    FromOption,
    OutputOption,
    ResolutionOption,
    SourceOption,
    StoreOption,
    ToOption,
)
from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience, Method

FORMATS = ("table", "json", "csv")


def register(app: typer.Typer, open_store: Callable[[Path | None], Any]) -> None:
    """Add the command to an application.

    Args:
        open_store: gives the `Workspace` of a store's folder, or of the settings' one.
    """

    @app.command()
    def analyse(
        method: Annotated[
            str, typer.Argument(metavar="METHOD", help=f"One of {', '.join(Method)}.")
        ],
        store: StoreOption = None,
        resolution: ResolutionOption = DEFAULT_RESOLUTION,
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        area: AreaOption = None,
        source: SourceOption = None,
        audience: AudienceOption = Audience.PARTNER,
        option: Annotated[
            list[str] | None,
            typer.Option(
                "--option",
                metavar="NAME=VALUE",
                help="Option of the method, for example permutations=199; may be repeated.",
            ),
        ] = None,
        format: Annotated[
            str, typer.Option("--format", metavar="FORMAT", help="table, json or csv.")
        ] = "table",
        output: OutputOption = None,
    ) -> None:
        """Ask one method by name. Where the data cannot carry it, hear why.

        Without --from and --to, in the last 12 months of the data.
        """
        if format not in FORMATS:
            raise UserError(f"There is no format {format!r}.", hint=nearest(format, FORMATS))
        from vrp_map.cli import output as out
        from vrp_map.cli.period import asked_selection
        from vrp_map.views import answers

        out.check(format, output)

        wanted, options = answers.method_named(method), _options(option or [])
        ws = open_store(store)
        selection = asked_selection(
            ws, category, first, last, areas=area, sources=source, is_usual=True
        )
        with console.progress(quiet=wanted not in answers.SLOW or format == "json") as progress:
            if wanted in answers.SLOW:
                options["progress"] = lambda done, total: progress(
                    done, total, "shuffling the times"
                )
            found = ws.analyse(
                wanted, selection, resolution=resolution, audience=audience, **options
            )
        _write(found, ws, selection, format=format, output=output, chosen=bool(first or last))


def _options(given: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (equals and name.strip()):
            raise UserError(
                f"{text!r} is not an option.",
                hint="Write NAME=VALUE, for example permutations=199.",
            )
        if name.strip() == "progress":
            raise UserError(
                "The option progress is not for the command line.", hint="Leave it out."
            )
        found[name.strip()] = value.strip()
    return found


def _write(
    found: Any, ws: Any, selection: Any, *, format: str, output: Path | None, chosen: bool
) -> None:
    from vrp_map.cli import output as out
    from vrp_map.cli.period import period_line
    from vrp_map.views import answers

    about = {
        **out.about(ws, found.table.audience),
        "selection": selection.to_query(),
        "method": found.card,
        "sentence": found.sentence,
    }
    if format == "json":
        document = {
            **out.about(ws, found.table.audience),
            "selection": selection.to_query(),
            **answers.document(found),
        }
        text = json.dumps(document, ensure_ascii=False, default=str)
        console.plain(text) if output is None else console.write(output, text.encode())
        return
    out.table(
        found.table,
        format=format,
        output=output,
        areas=None,
        about=about,
        header=[period_line(selection, chosen=chosen), found.sentence],
        footer=[str(caveat) for caveat in found.card.get("caveats", [])],
    )
