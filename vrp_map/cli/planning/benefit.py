"""`vrp-map funding benefit`: what a judged pilot was worth against its cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption
from vrp_map.config import Settings
from vrp_map.errors import UserError

PilotOption = Annotated[
    str, typer.Option("--pilot", metavar="PILOT", help="The pilot, as P2026-01.")
]
CostsOption = Annotated[
    Path,
    typer.Option("--costs", metavar="FILE", help="Unit costs of crime, a CSV file or XLSX sheet."),
]
CrimeOption = Annotated[
    str, typer.Option("--crime", metavar="NAME", help="The line of the table that incidents are.")
]
CostOption = Annotated[
    float | None,
    typer.Option("--cost", metavar="POUNDS", help="What the pilot cost; else its budget."),
]


def benefit_command(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to those of money."""

    @app.command()
    def benefit(
        pilot: PilotOption,
        costs: CostsOption,
        crime: CrimeOption,
        cost: CostOption = None,
        json: JsonOption = False,
    ) -> None:
        """Say what a judged pilot was worth against its cost, with the interval."""
        from vrp_map.cli.pilots.desk import as_json, opened_pilots
        from vrp_map.common.sheets import read_file
        from vrp_map.funding.benefit import benefit_of, column_of, read_unit_costs, unit_cost_of

        units = read_unit_costs(read_file(costs, is_column=column_of))
        with opened_pilots(settings_of(None)) as (pilots, who):
            record = pilots.record(who, pilot)
            look = pilots.latest_looks(who).get(record.id)
        spent = record.pilot.budget if cost is None else cost
        if look is None:
            raise UserError(
                f"{pilot} has not been judged.", hint="Run vrp-map pilots verdict first."
            )
        if spent is None:
            raise UserError(f"{pilot} has no budget.", hint="Give --cost in pounds.")
        found = benefit_of(look, unit_cost_of(units, crime), cost=spent)
        if json:
            as_json(found.as_plain())
            return
        for sentence in found.sentences:
            console.say(sentence)
