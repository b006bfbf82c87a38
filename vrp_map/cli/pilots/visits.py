"""`vrp-map pilots log` and `dose`: the visits of a pilot, against its plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption
from vrp_map.cli.pilots.desk import ReferenceArgument, as_json, now_utc, opened_pilots
from vrp_map.config import Settings
from vrp_map.errors import UserError

if TYPE_CHECKING:
    from vrp_map.pilots.dose import DoseVisit
    from vrp_map.pilots.service import Pilots
    from vrp_map.pilots.store import PilotRecord

VisitsArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A CSV file, an XLSX sheet or a GPX track.")
]
PreviewOption = Annotated[bool, typer.Option("--preview", help="Only say what would be saved.")]
PeopleOption = Annotated[
    int, typer.Option("--people", metavar="NUMBER", min=1, help="People who carried the device.")
]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the commands to the group of pilots."""

    @app.command()
    def log(
        pilot: ReferenceArgument,
        file: VisitsArgument,
        people: PeopleOption = 1,
        preview: PreviewOption = False,
        json: JsonOption = False,
    ) -> None:
        """Save the visits of a sheet or a GPS track; the same visit twice adds nothing."""
        settings = settings_of(None)
        with opened_pilots(settings) as (pilots, who):
            record = pilots.record(who, pilot)
            visits, remarks = _visits(file, record, pilots, people)
            added = 0 if preview else pilots.log(who, record, visits, now=now_utc())
        if json:
            as_json({"visits": len(visits), "added": added, "remarks": remarks})
            return
        for remark in remarks:
            console.say(remark)
        console.say(
            f"{len(visits):,} visits in the file; added {added:,}. The others were there already"
            " or only previewed."
        )

    @app.command()
    def dose(pilot: ReferenceArgument, json: JsonOption = False) -> None:
        """How much of a pilot there was, where, against its plan."""
        from vrp_map.cli.output import draw
        from vrp_map.common.dataclass_json import plain_of
        from vrp_map.pilots.dose import hours_words

        with opened_pilots(settings_of(None)) as (pilots, who):
            account = pilots.dose(who, pilots.record(who, pilot), now=now_utc())
        if json:
            more = {"place_days_untreated": account.place_days_untreated}
            # What is not recorded is null, never left out and never 0.
            known = {
                field.name: plain_of(getattr(account, field.name)) for field in fields(account)
            }
            as_json(known | more | {"sentence": account.sentence})
            return
        console.say(account.sentence)
        draw(
            "Visits by place",
            ["Place", "Days with a visit", "Person-hours", "Against the plan"],
            [
                (p.place, f"{p.place_days:,}", hours_words(p.hours), p.served)
                for p in account.by_place
            ],
        )


def _visits(
    file: Path, record: PilotRecord, pilots: Pilots, people: int
) -> tuple[list[DoseVisit], list[str]]:
    """The visits of a file, and what is to be said of it."""
    from vrp_map.pilots.sheets.visits import read_log

    try:
        data = file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} cannot be read.", hint="Check the path.") from error
    return read_log(file.name, data, pilots, record.pilot.places.area, people=people)
