"""`vrp-map pilots decisions`: what the decision about each pilot rests on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.pilots.desk import now_utc, opened_pilots
from vrp_map.config import Settings, nearest
from vrp_map.errors import UserError

FormatOption = Annotated[str, typer.Option("--format", help="table, json, csv or xlsx.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")
]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to the group of pilots."""

    @app.command()
    def decisions(format: FormatOption = "table", output: OutputOption = None) -> None:
        """Say of each pilot what its decision rests on, and what was decided."""
        from vrp_map.pilots.deciding import files
        from vrp_map.pilots.deciding.gather import decision_cases
        from vrp_map.summit.service import Summit

        if format not in files.FORMATS:
            raise UserError(
                f"There is no format {format!r}.", hint=nearest(format, list(files.FORMATS))
            )
        if format == "xlsx" and output is None:
            raise UserError("A workbook needs a file.", hint="Give --output FILE.")
        now = now_utc()
        with opened_pilots(settings_of(None)) as (pilots, who):
            summit = Summit(pilots.records, pilots.settings)
            cases = decision_cases(pilots, summit, who, now=now)
        if format == "table":
            for one in cases:
                console.say(f"{one.reference} {one.name}: {one.decision or 'not decided'}")
                for part in one.parts:
                    console.say(f"  {part.about}: {part.sentence}")
            return
        made = {
            "json": lambda: files.to_json(cases, now=now).encode(),
            "csv": lambda: files.to_csv(cases).encode(),
            "xlsx": lambda: files.to_xlsx(cases, now=now),
        }[format]()
        if output is None:
            console.plain(made.decode())
        else:
            console.write(output, made)
