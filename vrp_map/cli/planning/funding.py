"""`vrp-map funding`: a sum shared out, the sums of grants checked, what a pilot was worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vrp_map.cli import console
from vrp_map.cli.options import (
    AudienceOption,
    CategoryOption,
    FromOption,
    JsonOption,
    StoreOption,
    ToOption,
)
from vrp_map.cli.planning.benefit import benefit_command
from vrp_map.cli.planning.grants import export_command
from vrp_map.cli.planning.kept import funding_records, utc_now
from vrp_map.cli.planning.need import need_command
from vrp_map.cli.planning.scenarios import FormulaOption, TotalOption, scenario_commands
from vrp_map.config import Settings, nearest
from vrp_map.errors import UserError

if TYPE_CHECKING:
    from decimal import Decimal

    from vrp_map.funding.report import AllocationReport
    from vrp_map.funding.sheet import GrantSheet
    from vrp_map.funding.spend import QuarterSpend
    from vrp_map.funding.store import ImportCounts

_SUMMED_BY = ("stream", "year", "body", "state", "area")
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file or XLSX sheet.")]
LineOption = Annotated[
    list[str] | None,
    typer.Option(
        "--line", metavar="N=GRANT", help="Line N is this grant, as 7=G0003, or 7=new; repeatable."
    ),
]
PreviewOption = Annotated[bool, typer.Option("--preview", help="Only say what would be saved.")]
ByOption = Annotated[
    str, typer.Option("--by", metavar="WHAT", help="stream, year, body, state or area.")
]


def funding_commands(settings_of: Callable[[Path | None], Settings]) -> typer.Typer:
    """The commands of money.

    Args:
        settings_of: gives the settings with a store's folder, or with their own.
    """
    app = typer.Typer(no_args_is_help=True, help="Money: formulas, grants, benefit.")

    @app.command()
    def allocate(
        formula: FormulaOption,
        total: TotalOption,
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        audience: AudienceOption = "partner",
        store: StoreOption = None,
        json: JsonOption = False,
    ) -> None:
        """Share a sum out by a formula; say who gains, and how steady the amounts are."""
        from vrp_map.cli.period import asked_selection
        from vrp_map.cli.planning.kept import kept_records
        from vrp_map.funding.from_store import StoreValues, store_values
        from vrp_map.funding.report import report_of
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        with kept_records(settings) as kept:

            @cache
            def counted() -> StoreValues:
                ws = open_workspace(settings=settings)
                selected = asked_selection(ws, category, first, last)
                return store_values(ws, selected, audience=audience, summit=kept.summit)

            found = report_of(formula, total, counted)
        if json:
            console.as_json(found.as_plain())
            return
        _draw(found)

    @app.command("import")
    def import_(
        file: FileArgument,
        preview: PreviewOption = False,
        line: LineOption = None,
        json: JsonOption = False,
    ) -> None:
        """Save the grants of a sheet; say where its lines do not add up to its totals."""
        from vrp_map.common.sheets import read_file
        from vrp_map.funding.service import Funding
        from vrp_map.funding.sheet import column_of, read_grants
        from vrp_map.funding.store import ImportCounts

        sheet = read_grants(read_file(file, is_column=column_of))
        counts = ImportCounts(added=0, changed=0)
        if not preview:
            with funding_records(settings_of(None)) as (records, who):
                counts = Funding(records).keep(
                    who, sheet, name=file.name, now=utc_now(), answers=_answers(line or [])
                )
        _say_imported(sheet, counts, as_json=json)

    @app.command("list")
    def list_(by: ByOption = "stream", json: JsonOption = False) -> None:
        """The grants that are kept, summed, and what to watch in them."""
        from vrp_map.funding.service import Funding, as_plain, summed
        from vrp_map.funding.spend import by_quarter

        if by not in _SUMMED_BY:
            raise UserError(f"Grants have no {by!r}.", hint=nearest(by, _SUMMED_BY))
        with funding_records(settings_of(None), to_read=True) as (records, who):
            funding = Funding(records)
            grants, differing = funding.all(who), funding.differing(who)
        if json:
            today = utc_now().date()
            plain = [as_plain(record, today=today) for record in grants]
            console.as_json({"grants": plain, "totals_that_differ": differing})
            return
        _draw_grants(summed(grants, by), by, differing)
        _draw_quarters(by_quarter([one.grant for one in grants], today=utc_now().date()))

    export_command(app, settings_of)
    benefit_command(app, settings_of)
    scenario_commands(app, settings_of)
    need_command(app, settings_of)
    return app


def _answers(given: Sequence[str]) -> dict[int, str]:
    """Number of a line -> the reference of the grant that it is, or "new"."""
    found = {}
    for text in given:
        line, equals, reference = text.partition("=")
        if not (line.isdigit() and equals and reference):
            raise UserError(f"--line {text!r} names no line.", hint="Write it as 7=G0003 or 7=new.")
        found[int(line)] = reference
    return found


def _say_imported(sheet: GrantSheet, counts: ImportCounts, *, as_json: bool) -> None:
    if as_json:
        console.as_json(
            {
                "grants": len(sheet.grants),
                "added": counts.added,
                "changed": counts.changed,
                "questions": [
                    {
                        "line": one.line.line,
                        "question": one.sentence,
                        "grants": [record.reference for record in one.candidates],
                    }
                    for one in counts.questions
                ],
                "columns": dict(sheet.columns),
                "unused_columns": list(sheet.unused),
                "left_out": [{"line": n.line, "reason": n.reason} for n in sheet.left_out],
                "totals": [
                    {
                        "line": total.line,
                        "of": total.of,
                        "stated": float(total.stated),
                        "sum": float(total.found),
                        "difference": float(total.difference),
                    }
                    for total in sheet.totals
                ],
            }
        )
        return
    used = ", ".join(f"{name} ({field.replace('_', ' ')})" for field, name in sheet.columns.items())
    console.say(f"Columns understood: {used}.")
    if sheet.unused:
        console.say(f"Columns not used: {', '.join(sheet.unused)}.")
    for total in sheet.totals:
        console.say(total.sentence)
    for line in sheet.left_out:
        console.say(f"Line {line.line:,} is left out: {line.reason}")
    for question in counts.questions:
        console.say(f"{question.sentence} It is not saved.")
    if counts.questions:
        console.say("Import again with --line, as --line 7=G0003 or --line 7=new.")
    known = len(sheet.grants) - counts.added - counts.changed - len(counts.questions)
    console.say(
        f"Added {counts.added:,} grants and changed {counts.changed:,}; {known:,} were there"
        " already or only previewed."
    )


def _draw_grants(sums: Mapping[str, Decimal], by: str, differing: Sequence[str]) -> None:
    from vrp_map.cli.output import draw
    from vrp_map.funding.report import pounds

    rows = [(name, pounds(float(amount))) for name, amount in sums.items()]
    draw(f"Grants by {by}", [by.capitalize(), "Pounds"], rows)
    for sentence in differing:
        console.say(sentence)


def _draw_quarters(years: Mapping[str, Sequence[QuarterSpend]]) -> None:
    from vrp_map.cli.output import draw
    from vrp_map.funding.spend import TITLES, cells

    for year, quarters in years.items():
        draw(f"Spend of {year} by quarter", list(TITLES), [cells(one) for one in quarters])


def _draw(found: AllocationReport) -> None:
    from vrp_map.cli.output import draw
    from vrp_map.funding.report import pounds

    def cells(row: dict[str, Any]) -> tuple[str, ...]:
        change = "" if row["change"] is None else pounds(row["change"])
        return (row["name"], f"{row['share']:.1%}", pounds(row["pounds"]), change)

    draw(
        f"{pounds(found.allocation.total)} by the formula",
        ["Area", "Share by factors", "Gets", "Change"],
        [cells(row) for row in found.rows],
    )
    for sentence in found.sentences:
        console.say(sentence)
