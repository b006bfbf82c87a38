"""`vrp-map responses`: import a sheet, export what is kept, and the account of a quarter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vrp_map.cli import console
from vrp_map.cli.options import AudienceOption, JsonOption, StoreOption
from vrp_map.config import Settings, nearest
from vrp_map.errors import UserError

if TYPE_CHECKING:
    from vrp_map.responses.quarter.figures import QuarterReturn
    from vrp_map.responses.service import Responses
    from vrp_map.responses.sheets.importing import ImportPreview
    from vrp_map.responses.unanswered import UnansweredLists

_EXPORTS = ("json", "csv")
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file or XLSX sheet.")]
QuarterArgument = Annotated[str, typer.Argument(metavar="QUARTER", help="As 2026-Q3.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask before saving.")]
PreviewOption = Annotated[bool, typer.Option("--preview", help="Only say what would be saved.")]
PastFlagsOption = Annotated[
    bool,
    typer.Option(
        "--names-nobody",
        help="Lines that look like they name a person name nobody: keep them. The audit says so.",
    ),
]
LeftOutOption = Annotated[
    Path | None,
    typer.Option("--left-out", metavar="FILE", help="Write the lines left out, with reasons."),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")
]
ReturnFormatOption = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="table, json, csv, xlsx or html.")
]
ExportFormatOption = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="json (everything) or csv.")
]


def response_commands(settings_of: Callable[[Path | None], Settings]) -> typer.Typer:
    """The commands of responses.

    Args:
        settings_of: gives the settings with a store's folder, or with their own.
    """
    app = typer.Typer(no_args_is_help=True, help="What the partnership did after incidents.")

    @app.command("import")
    def import_(
        file: FileArgument,
        yes: YesOption = False,
        preview: PreviewOption = False,
        names_nobody: PastFlagsOption = False,
        left_out: LeftOutOption = None,
        json: JsonOption = False,
    ) -> None:
        """Save the responses of a sheet; the same line twice adds nothing."""
        from vrp_map.principal import of_this_computer
        from vrp_map.responses.sheets import cells, importing

        settings, now = settings_of(None), _now()
        with _responses(settings) as responses:
            who = of_this_computer(settings, name="command line")
            rows = cells.read_file(file)
            found = importing.preview(responses, who, rows, now=now, past_flags=names_nobody)
            if not json:
                _say_preview(found)
            if left_out:
                console.write(left_out, importing.left_out_csv(found).encode("utf-8-sig"))
            saved: list[str] = []
            if not preview and found.ready and (yes or json or _agreed(found)):
                saved = importing.save(responses, who, found, now=now, past_flags=names_nobody)
            _say_saved(found, saved, as_json=json)

    @app.command()
    def export(format: ExportFormatOption = "json", output: OutputOption = None) -> None:
        """Write every response that you may read."""
        from vrp_map.principal import of_this_computer
        from vrp_map.responses.sheets import exporting

        if format not in _EXPORTS:
            raise UserError(f"There is no format {format!r}.", hint=nearest(format, _EXPORTS))
        settings = settings_of(None)
        with _responses(settings) as responses:
            found = responses.all(of_this_computer(settings, name="command line"))
            made = exporting.to_csv if format == "csv" else exporting.to_json
            text = made(found, responses)
        console.plain(text) if output is None else console.write(output, text.encode())

    @app.command()
    def quarter(
        quarter: QuarterArgument,
        format: ReturnFormatOption = "table",
        audience: AudienceOption = "analyst",
        output: OutputOption = None,
    ) -> None:
        """How many responses a quarter had, how fast, and whether the number is news."""
        from vrp_map.principal import of_this_computer
        from vrp_map.responses.quarter.figures import read_quarter
        from vrp_map.vocabulary import Audience

        _check(format, output, audience)
        settings, now = settings_of(None), _now()
        with _responses(settings) as responses:
            who = of_this_computer(settings, name="command line")
            found = responses.quarter(
                who, read_quarter(quarter), audience=Audience(audience), now=now
            )
            made = _return_file(found, format, settings, now, responses.is_synthetic(found.quarter))
        if output is not None:
            console.write(output, made)
        elif format == "table":
            _draw(found)
        else:
            console.plain(made.decode())

    _add_unanswered(app, settings_of)
    return app


def _add_unanswered(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    @app.command()
    def unanswered(store: StoreOption = None, json: JsonOption = False) -> None:
        """List incidents without a response so far, and the reverse.

        An incident is answered by a response near it in place and time.
        """
        from vrp_map.principal import of_this_computer
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        with _responses(settings) as responses:
            who = of_this_computer(settings, name="command line")
            ws = open_workspace(settings=settings, principal=who)
            found = responses.unanswered(who, ws)
        _say_unanswered(found, as_json=json)


def _say_unanswered(found: UnansweredLists, *, as_json: bool) -> None:
    from vrp_map.cli.output import draw
    from vrp_map.responses.unanswered import as_plain

    if as_json:
        import json

        console.plain(json.dumps(as_plain(found), ensure_ascii=False))
        return
    console.say(found.sentence)
    if found.incidents:
        rows = [(f"{i.day:%Y-%m-%d}", i.cell, i.category, i.source) for i in found.incidents]
        draw("Unanswered so far", ["Day", "Hexagon", "Kind", "Source"], rows)
    if found.responses:
        of_file = [
            (r.reference, f"{r.response.when.first:%Y-%m-%d}", r.response.where.words)
            for r in found.responses
        ]
        draw("Responses without an incident near on file", ["Response", "Day", "Where"], of_file)


def _return_file(
    found: QuarterReturn, format: str, settings: Settings, now: datetime, is_synthetic: bool
) -> bytes:
    import json

    from vrp_map.responses.quarter import files

    if format == "xlsx":
        return files.to_xlsx(found, now=now, is_synthetic=is_synthetic)
    if format == "html":
        named = settings.partnership
        return files.to_html(found, partnership=named, now=now, is_synthetic=is_synthetic).encode()
    if format == "json":
        about = {"synthetic": is_synthetic, "method": files.method_of(found)}
        return json.dumps(found.as_plain() | about, ensure_ascii=False).encode()
    if format == "csv":
        return files.to_csv(found, now=now, is_synthetic=is_synthetic).encode()
    rows = "\n".join(f"{part}\t{what}\t{n}" for part, what, n in files.rows_of(found))
    return f"{found.sentence}\n{rows}\n{files.method_of(found)}\n".encode()


def _check(format: str, output: Path | None, audience: str) -> None:
    from vrp_map.responses.quarter.files import FORMATS
    from vrp_map.vocabulary import Audience

    if format not in FORMATS:
        raise UserError(f"There is no format {format!r}.", hint=nearest(format, FORMATS))
    if audience not in list(Audience):
        raise UserError(
            f"There is no audience {audience!r}.", hint=nearest(audience, list(Audience))
        )
    if format == "xlsx" and output is None:
        raise UserError("XLSX is not text.", hint="Give a file with -o.")


@contextmanager
def _responses(settings: Settings) -> Iterator[Responses]:
    from vrp_map.records.engine.database import Records
    from vrp_map.responses.desk import responses_of

    records = Records(settings.records)
    try:
        yield responses_of(records, settings)
    finally:
        records.close()


def _say_preview(found: ImportPreview) -> None:
    used = [f"{name} ({field})" for name, field in found.columns.items() if field]
    console.say(f"Columns understood: {', '.join(used)}.")
    unused = [name for name, field in found.columns.items() if not field]
    if unused:
        console.say(f"Columns not used: {', '.join(unused)}.")
    for line in found.lines:
        for remark in line.remarks if line.response else ():
            console.say(f"Line {line.number:,}: {remark}")
        for reason in line.reasons:
            console.say(f"Line {line.number:,} is left out: {reason}")


def _agreed(found: ImportPreview) -> bool:
    if not sys.stdin.isatty():
        return True
    return typer.confirm(f"{found.sentence}?", err=True)


def _say_saved(found: ImportPreview, saved: list[str], *, as_json: bool) -> None:
    if as_json:
        import json

        said = {"saved": len(saved), "references": saved, **found.as_plain()}
        console.plain(json.dumps(said, ensure_ascii=False))
        return
    if saved:
        console.say(f"Saved {len(saved):,} responses, {saved[0]} to {saved[-1]}.")
    else:
        console.say(f"Nothing was saved. {found.sentence} is what saving would do.")
    if found.left_out:
        console.say(f"Left out: {len(found.left_out):,}. --left-out FILE writes them with reasons.")


def _draw(found: QuarterReturn) -> None:
    from vrp_map.cli.output import draw
    from vrp_map.responses.quarter.files import findings_of, method_of, rows_of

    for said in (found.sentence, *findings_of(found)):
        console.say(said)
    draw(
        f"Responses, {found.quarter.name}",
        ["Part", "What", "Number"],
        [(part, what, _shown(number)) for part, what, number in rows_of(found)],
    )
    console.say(method_of(found))


def _shown(number: Any) -> str:
    return f"{number:,}" if isinstance(number, (int, float)) else str(number)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
