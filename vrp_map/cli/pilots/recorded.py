"""`vrp-map pilots list`, `import` and `export`: what is recorded of pilots."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption, StoreOption
from vrp_map.cli.pilots.desk import as_json, now_utc, opened_pilots
from vrp_map.config import Settings, nearest
from vrp_map.errors import UserError

if TYPE_CHECKING:
    from vrp_map.pilots.service import Pilots
    from vrp_map.pilots.store import PilotRecord
    from vrp_map.principal import Principal

_EXPORTS = ("json", "csv")
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="JSON as exported, or a CSV file or XLSX sheet.")
]
PreviewOption = Annotated[bool, typer.Option("--preview", help="Only say what would be saved.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")
]
FormatOption = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="json (everything) or csv.")
]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the commands to the group of pilots."""

    @app.command("list")
    def list_(json: JsonOption = False) -> None:
        """List the pilots with their stage, their dose and their last verdict."""
        with opened_pilots(settings_of(None)) as (pilots, who):
            rows = [_row(pilots, who, record) for record in pilots.all(who)]
        if json:
            as_json({"pilots": rows})
            return
        from vrp_map.cli.output import draw

        shown = ("reference", "name", "stage", "start", "end", "verdict", "decision")
        draw("Pilots", [n.capitalize() for n in shown], [[r[n] for n in shown] for r in rows])

    @app.command("import")
    def import_(
        file: FileArgument,
        preview: PreviewOption = False,
        store: StoreOption = None,
        json: JsonOption = False,
    ) -> None:
        """Save the pilots of a file as drafts; the same pilot twice adds nothing."""
        from vrp_map.pilots.sheets.read import read_pilots

        settings = settings_of(store)
        with opened_pilots(settings) as (pilots, who):
            found = read_pilots(file.name, _content(file), pilots, who)
            known = {record.id for record in pilots.all(who)}
            new = [(id, pilot) for id, pilot in found if id not in known]
            warnings = [f"{p.name}: {w}" for id, p in found for w in pilots.overlaps(who, p, id=id)]
            saved = [] if preview else pilots.add(who, new, now=now_utc())
        if json:
            as_json({"pilots": len(found), "new": len(new), "saved": saved, "warnings": warnings})
            return
        for warning in warnings:
            console.say(warning)
        console.say(
            f"{len(found):,} pilots in the file, {len(new):,} of them new;"
            f" saved as drafts: {', '.join(saved) or 'none'}."
        )

    @app.command()
    def export(format: FormatOption = "json", output: OutputOption = None) -> None:
        """Write every pilot that you may read."""
        from vrp_map.pilots.sheets.pilots import to_csv, to_json

        if format not in _EXPORTS:
            raise UserError(f"There is no format {format!r}.", hint=nearest(format, _EXPORTS))
        with opened_pilots(settings_of(None)) as (pilots, who):
            text = (to_csv if format == "csv" else to_json)(pilots.all(who))
        console.plain(text) if output is None else console.write(output, text.encode())


def _row(pilots: Pilots, who: Principal, record: PilotRecord) -> dict[str, Any]:
    pilot, look = record.pilot, pilots.latest_looks(who).get(record.id)
    return {
        "reference": record.reference,
        "name": pilot.name,
        "kind": pilot.kind,
        "purpose": pilot.purpose,
        "stage": pilot.stage(pilots.today(now_utc())),
        "start": pilot.start.isoformat(),
        "end": pilot.end.isoformat(),
        "verdict": look.verdict if look else "not judged",
        "sentence": look.sentence if look else "",
        "dose": pilots.dose(who, record, now=now_utc()).sentence,
        "decision": pilot.decision,
    }


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} cannot be read.", hint="Check the path.") from error
