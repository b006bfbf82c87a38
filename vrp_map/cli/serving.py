"""`vrp-map demo` and `vrp-map serve`: open the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from vrp_map.cli import console
from vrp_map.cli.options import (
    PORT,
    DemoFolderOption,
    DemoMonthsOption,
    HostOption,
    JsonOption,
    PortOption,
    PublicUrlOption,
    StoreOption,
    TlsCertOption,
    TlsKeyOption,
)
from vrp_map.common.private_files import warning
from vrp_map.common.tls import Certificate, certificate
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.principal import is_loopback
from vrp_map.summit.event_address import checked_url
from vrp_map.web.start_key import OFF, address_with, key_of

ServeOption = Annotated[
    bool, typer.Option("--serve/--no-serve", help="Open the application when it is built.")
]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the commands to an application.

    Args:
        settings_of: gives the settings with a store's folder, or with their own.
    """

    @app.command()
    def demo(
        store: StoreOption = None,
        serve_it: ServeOption = True,
        port: PortOption = PORT,
        folder: DemoFolderOption = Path("data/demo"),
        months: DemoMonthsOption = 36,
        json: JsonOption = False,
    ) -> None:
        """Build a synthetic West Midlands and open it. Nothing in it happened."""
        from pipelines.demo import generate
        from pipelines.demo_hexes import CITY_CENTRE, write_hexagons
        from pipelines.demo_serious import write_serious
        from pipelines.demo_streets import add_demo_streets
        from vrp_map.cli import accounts
        from vrp_map.warehouse.ingest.build import build as run_build

        settings = settings_of(store)
        with console.progress(quiet=json) as progress:
            planted = generate(
                folder,
                settings=settings,
                months=months,
                progress=lambda done, total: progress(done, total, "making synthetic files"),
            )
            write_hexagons(folder.with_name(f"{folder.name}-hexagons.geojson"), CITY_CENTRE)
            ledger = run_build([folder], settings=settings, source="synthetic", progress=progress)
            serious = folder.with_name(f"{folder.name}-serious")
            if write_serious(serious, settings, first=planted.first, last=planted.last).rows:
                name = "synthetic-serious"
                run_build([serious], settings=settings, source=name, progress=progress)
            add_demo_streets(
                settings, folder.with_name(f"{folder.name}-streets"), progress=progress
            )
        accounts.ledger(ledger, as_json=json)
        left = _demo_event(settings, folder.with_name(f"{folder.name}-schools"))
        if not json:
            console.say(left)
        if serve_it:
            _serve(settings, port)

    @app.command()
    def serve(
        store: StoreOption = None,
        port: PortOption = PORT,
        host: HostOption = "127.0.0.1",
        public_url: PublicUrlOption = None,
        tls_cert: TlsCertOption = None,
        tls_key: TlsKeyOption = None,
    ) -> None:
        """Open the application on this computer; with --host 0.0.0.0 phones can pin."""
        settings = settings_of(store)
        if public_url or settings.public_url:
            settings = replace(settings, public_url=checked_url(public_url or settings.public_url))
        _serve(settings, port, host, certificate(tls_cert, tls_key))


def _demo_event(settings: Settings, schools: Path) -> str:
    """Leave an open event to try pins with and a finished one to read, and say so.

    Args:
        schools: the folder for the made-up schools.

    A server that has the records is no mistake.
    """
    from pipelines.demo_grants import leave_grants
    from pipelines.demo_pilots import leave_pilots
    from pipelines.demo_responses import leave_responses
    from pipelines.demo_schools import leave_schools
    from pipelines.demo_summit import DEMO_CODE, leave_demo_event, leave_finished_event

    try:
        leave_responses(settings)
        leave_pilots(settings)
        now = datetime.now(UTC).replace(tzinfo=None)
        leave_grants(settings, now=now)
        leave_schools(settings, schools)
        leave_demo_event(settings, now=now)
        leave_finished_event(settings)
    except UserError as reason:
        return f"No demo event: {reason}"
    return (
        f"An event with the code {DEMO_CODE} is open. Pin at /pin/{DEMO_CODE} on the map's"
        " address. A finished event, also synthetic, is on the page Youth voice."
        " Twelve quarters of made-up responses are on the page Responses, and made-up pilots on the"
        " page Pilots. Made-up schools are on the page Schools. The page Money has published grants"
        " of 2021-22, which are real."
    )


def _serve(
    settings: Settings, port: int, host: str = "127.0.0.1", tls: Certificate | None = None
) -> None:
    from vrp_map.summit.moderation.flag_words import load_flag_words
    from vrp_map.summit.wall.themes import load_themes
    from vrp_map.ui.serve import check_host
    from vrp_map.ui.serve import serve as run_server
    from vrp_map.warehouse.snapshots import current

    check_host(host, settings)
    load_flag_words(settings.flag_words)
    load_themes(settings.themes)
    if current(settings.store) is None:
        console.say(
            f"There is no snapshot in {settings.store} yet: run `vrp-map demo`, or `vrp-map build"
            " FILES`."
        )
    if open_folders := warning(settings):
        console.say(open_folders)
    key = key_of(settings.start_key)
    settings = replace(settings, start_key=key or OFF)
    address = address_with(f"{'https' if tls else 'http'}://localhost:{port}", key)
    console.say(f"The map is at {address} — press Ctrl+C to stop it.")
    if not is_loopback(host):
        console.say(_phones(settings.public_url, port))
        if tls is None:
            console.say(
                "Pins cross this network unencrypted: use a router of your own, or --tls-cert"
                " and --tls-key."
            )
    run_server(port=port, host=host, settings=settings, tls=tls)


def _phones(public_url: str, port: int) -> str:
    """What phones open, what they do not reach, and whether the two ports differ."""
    parts = urlsplit(public_url)
    theirs = parts.port or (443 if parts.scheme == "https" else 80)
    said = (
        f"Phones in this network open {public_url}/pin/CODE, with your event's code for CODE."
        " They reach only what is public. The staff pages open only at http://localhost on"
        " this computer."
    )
    differs = (
        f" Note: that address means port {theirs}, and the map is on port {port}."
        if theirs != port
        else ""
    )
    return said + differs
