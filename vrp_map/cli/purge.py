"""`vrp-map purge`: delete what young people sent, once it is kept no longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption
from vrp_map.config import Settings
from vrp_map.errors import UserError

ExpiredOption = Annotated[
    bool, typer.Option("--expired", help="Every event that is due to be deleted.")
]
EventOption = Annotated[
    list[str] | None,
    typer.Option("--event", metavar="CODE", help="This event, due or not; may be repeated."),
]
ClockOption = Annotated[
    bool,
    typer.Option(
        "--clock-is-right",
        help="The computer's date is right, though days have passed since it ran.",
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask first.")]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to an application."""

    @app.command()
    def purge(
        expired: ExpiredOption = False,
        event: EventOption = None,
        yes: YesOption = False,
        clock_is_right: ClockOption = False,
        json: JsonOption = False,
    ) -> None:
        """Delete pins, texts and keys for good.

        The server must be stopped: it does the expired ones by itself.
        """
        from vrp_map.records.engine.database import Records

        if expired == bool(event):
            raise UserError(
                "You did not say what to purge.", hint="Give --expired, or --event CODE."
            )
        records = Records(settings_of(None).records)
        try:
            _purge(records, event, is_sure=yes, as_json=json, knows_clock=clock_is_right)
        finally:
            records.close()


def _purge(
    records: Any, codes: list[str] | None, *, is_sure: bool, as_json: bool, knows_clock: bool
) -> None:
    from vrp_map.records import clock
    from vrp_map.summit import purge
    from vrp_map.summit.event_store import event_by_code

    now = datetime.now(UTC).replace(tzinfo=None)
    events = purge.expired(records, today=now.date()) if codes is None else []
    for code in codes or []:
        found = event_by_code(records, code)
        if found is None:
            raise UserError(f"There is no event with the code {code}.", hint="Check the code.")
        events.append(found)
    if not events and not as_json:
        console.say("No event is due. Pins that people took back go now, too.")
    names = ", ".join(f"{event.name} ({event.code})" for event in events)
    clock.begin(records, now=now)
    known = None if codes else clock.jumped_from(records, now=now)
    if known and not knows_clock:
        _ask_for_the_clock(names, known=known, now=now, is_sure=is_sure)
    if events and not is_sure:
        typer.confirm(f"Delete every pin, text and key of {names} for good?", abort=True, err=True)
    if codes is None and not (known and is_sure and not knows_clock):
        clock.believe(records, now=now)
    done = purge.purge(records, events, now=now, who="command line")
    if as_json:
        import json

        console.plain(json.dumps({"events": done.events, "rows": done.rows}))
        return
    rows = ", ".join(f"{n:,} of {name}" for name, n in done.rows.items()) or "none"
    console.say(
        f"Rows deleted: {rows}. Backups and snapshots of the disk may still hold them: see"
        " docs/what-we-keep.md."
    )


def _ask_for_the_clock(names: str, *, known: datetime, now: datetime, is_sure: bool) -> None:
    """What is due is told from the date: ask whether it is right; who only says "yes" to all is
    asked for the word.

    Raises:
        UserError: something would be deleted, and nobody said that the date is right.
    """
    said = (
        f"The clock says {now.day} {now:%B %Y}; the records were last sure of {known.day}"
        f" {known:%B %Y}."
    )
    if is_sure and names:
        raise UserError(
            f"{said} By this clock {names} would be deleted for good.",
            hint="If the date is right, give --clock-is-right too.",
        )
    if not is_sure:
        typer.confirm(f"{said} Is the date right?", abort=True, err=True)
