"""`vrp-map funding export`: the grants as a sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.planning.kept import funding_records
from vrp_map.cli.planning.need import YearOption
from vrp_map.config import Settings
from vrp_map.errors import UserError

GrantsFileOption = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="A file that ends in .csv or .xlsx.")
]


def export_command(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to those of money."""

    @app.command()
    def export(file: GrantsFileOption, year: YearOption = None) -> None:
        """Write the grants to a CSV file or an XLSX sheet that the import reads back."""
        from vrp_map.funding.export import to_csv, to_xlsx
        from vrp_map.funding.service import Funding

        writers = {".csv": to_csv, ".xlsx": to_xlsx}
        if (write := writers.get(file.suffix.lower())) is None:
            raise UserError(f"{file.name} is no CSV file or XLSX sheet.", hint="End it in .csv.")
        with funding_records(settings_of(None), to_read=True) as (records, who):
            held = Funding(records).all(who)
        grants = [record for record in held if year in (None, record.grant.year)]
        if not grants:
            raise UserError("There is no grant to write.", hint="Import one, or leave --year out.")
        console.write(file, write(grants))
        console.say(f"It holds {len(grants):,} grants.")
