"""`vrp-map purge`: delete what young people sent, once it is kept no longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from vrp_map.cli import output as out
from vrp_map.cli.options import JsonOption
from vrp_map.config import Settings
from vrp_map.errors import UserError

ExpiredOption = Annotated[bool, typer.Option("--expired", help="Every event that is kept no longer.")]
EventOption = Annotated[
    list[str] | None, typer.Option("--event", metavar="CODE", help="This event, kept or not; may be repeated.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask first.")]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to an application."""

    @app.command()
    def purge(
        expired: ExpiredOption = False, event: EventOption = None, yes: YesOption = False, json: JsonOption = False
    ) -> None:
        """Delete pins, texts and keys for good. The server must be stopped: it does the expired ones by itself."""
        from vrp_map.records.database import Records

        if expired == bool(event):
            raise UserError("It is not said what to purge.", hint="Give --expired, or --event CODE.")
        records = Records(settings_of(None).records)
        try:
            _purge(records, event, is_sure=yes, as_json=json)
        finally:
            records.close()


def _purge(records: Any, codes: list[str] | None, *, is_sure: bool, as_json: bool) -> None:
    from vrp_map.records import purge
    from vrp_map.records.events import event_by_code

    now = datetime.now(UTC).replace(tzinfo=None)
    events = purge.expired(records, today=now.date()) if codes is None else []
    for code in codes or []:
        found = event_by_code(records, code)
        if found is None:
            raise UserError(f"There is no event with the code {code}.", hint="Check the code.")
        events.append(found)
    if not events and not as_json:
        out.say("No event is due. Pins that people took back go now, too.")
    if events and not is_sure:
        names = ", ".join(f"{event.name} ({event.code})" for event in events)
        typer.confirm(f"Delete every pin, text and key of {names} for good?", abort=True, err=True)
    done = purge.purge(records, events, now=now, who="command line")
    if as_json:
        import json

        out.plain(json.dumps({"events": done.events, "rows": done.rows}))
        return
    rows = ", ".join(f"{n:,} of {name}" for name, n in done.rows.items()) or "none"
    out.say(f"Rows deleted: {rows}. Backups and snapshots of the disk may still hold them: see docs/what-we-keep.md.")
