"""`vrp-map funding save`, `scenarios` and `sign`: allocations kept, compared and signed off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from vrp_map.cli import console
from vrp_map.cli.options import CategoryOption, FromOption, JsonOption, StoreOption, ToOption
from vrp_map.cli.planning.kept import funding_records, utc_now
from vrp_map.config import Settings

if TYPE_CHECKING:
    from vrp_map.funding.scenarios.scenario import ScenarioComparison, ScenarioRecord

FormulaOption = Annotated[
    Path, typer.Option("--formula", metavar="FILE", help="The formula, a TOML file.")
]
TotalOption = Annotated[
    int, typer.Option("--total", metavar="POUNDS", min=1, help="The sum to share out.")
]
NameOption = Annotated[str, typer.Option("--name", help="What is special about it.")]
ReferencesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="SCENARIO…", help="Two to four to compare, as F2026-01."),
]
ReferenceArgument = Annotated[str, typer.Argument(metavar="SCENARIO", help="Such as F2026-01.")]


def scenario_commands(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the commands to those of money."""

    @app.command()
    def save(
        formula: FormulaOption,
        total: TotalOption,
        name: NameOption,
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        store: StoreOption = None,
    ) -> None:
        """Share a sum out and keep the answer as a scenario, in the partner view."""
        from vrp_map.cli.period import asked_selection
        from vrp_map.common.toml_table import read_toml_table
        from vrp_map.funding.scenarios.service import Scenarios
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        table = read_toml_table(formula, what="formula", setting="--formula")
        ws = open_workspace(settings=settings)
        with funding_records(settings) as (records, who):
            reference = Scenarios(records).save(
                who,
                ws,
                table,
                id=uuid4(),
                name=name,
                total=total,
                selection=asked_selection(ws, category, first, last),
                now=utc_now(),
            )
        console.say(f"Saved as {reference}.")

    @app.command()
    def scenarios(references: ReferencesArgument = None, json: JsonOption = False) -> None:
        """List the scenarios that are kept; or compare some of them side by side."""
        from vrp_map.funding.scenarios.service import Scenarios

        with funding_records(settings_of(None), to_read=True) as (records, who):
            service = Scenarios(records)
            if references:
                compared = service.compared(who, references)
                console.as_json(compared.as_plain()) if json else _draw_compared(compared)
                return
            held = service.all(who)
        if json:
            console.as_json([record.as_plain() for record in held])
        else:
            _draw(held)

    @app.command()
    def sign(reference: ReferenceArgument) -> None:
        """Sign a scenario off, for a lead: these amounts, on these data."""
        from vrp_map.funding.scenarios.service import Scenarios

        with funding_records(settings_of(None)) as (records, who):
            signed = Scenarios(records).sign_off(who, reference, now=utc_now())
        console.say(f"{signed} is signed off.")


def _draw(held: list[ScenarioRecord]) -> None:
    from vrp_map.cli.output import draw
    from vrp_map.funding.report import pounds

    rows = [
        (one.reference, one.scenario.name, pounds(one.scenario.total), one.state) for one in held
    ]
    draw("Scenarios", ["Scenario", "Name", "Sum", "State"], rows)


def _draw_compared(found: ScenarioComparison) -> None:
    from vrp_map.cli.output import draw
    from vrp_map.funding.report import pounds

    names = [record.reference for record in found.records]
    rows = [
        (area, *("not in it" if n is None else pounds(n) for n in amounts))
        for area, amounts in found.rows.items()
    ]
    draw("Scenarios side by side", ["Area", *names], rows)
    for record in found.records:
        console.say(f"{record.reference}, {record.scenario.name}: {record.state}.")
    for sentence in found.sentences:
        console.say(sentence)
