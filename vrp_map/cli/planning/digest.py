"""`vrp-map digest`: one page of what is new, late or missing in an area, for a timer to call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import AreaOption, StoreOption
from vrp_map.cli.planning.kept import kept_records, utc_now
from vrp_map.config import Settings

RoleOption = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="ROLE", help="For this role alone, may be repeated."),
]
SinceOption = Annotated[
    str, typer.Option("--since", metavar="YYYY-MM-DD", help="New is what came from this day on.")
]
TextOption = Annotated[bool, typer.Option("--text", help="Plain text instead of a page.")]
ToAddressOption = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="ADDRESS", help="Send it there by e-mail; may be repeated."),
]
AddressOption = Annotated[
    str,
    typer.Option(
        "--address", metavar="URL", help="Of the map, such as http://localhost:8501, for links."
    ),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to this file.")
]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to an application.

    Args:
        settings_of: gives the settings with a store's folder, or with their own.
    """

    @app.command()
    def digest(
        area: AreaOption = None,
        role: RoleOption = None,
        since: SinceOption = "",
        text: TextOption = False,
        to: ToAddressOption = None,
        address: AddressOption = "",
        store: StoreOption = None,
        output: OutputOption = None,
    ) -> None:
        """Make the weekly page of an area: new, changed, overdue, missed, missing.

        The same all day long, so that a timer may run it again.
        """
        from vrp_map.briefs.digest.digest import as_text
        from vrp_map.briefs.digest.page import as_html
        from vrp_map.briefs.digest.service import digest_of, reader_of, since_day
        from vrp_map.principal import of_this_computer
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        ws = open_workspace(
            settings=settings, principal=of_this_computer(settings, name="command line")
        )
        areas = ws.select(areas=area or ()).areas
        reader = reader_of(ws.principal, roles=role or (), areas=areas)
        now = utc_now()
        with kept_records(settings) as sources:
            made = digest_of(
                ws.for_principal(reader), since=since_day(since), now=now, sources=sources
            )
        words, page = as_text(made), as_html(made, address=address)
        if to:
            _send(settings, words, page, to, made=made.made)
        if output is not None:
            console.write(output, (words if text else page).encode())
        elif not to:
            console.plain(words if text else page)


def _send(settings: Settings, words: str, page: str, to: list[str], *, made: date) -> None:
    """Send a digest, unless the same one went to the same people."""
    from vrp_map.briefs.digest import mail

    server = mail.mail_server(settings)
    sent, mark = mail.SentDigests(settings.records), mail.fingerprint(words, to)
    if sent.holds(mark):
        console.say("This digest was sent to the same people before; it was not sent again.")
        return
    message = mail.digest_message(words, page, sender=server.sender, to=to, made=made)
    mail.send(message, server)
    sent.add(mark)
    people = "1 address" if len(to) == 1 else f"{len(to)} addresses"
    console.say(f"Sent to {people}.")
