"""`vrp-map demo` and `vrp-map serve`: open the application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import accounts
from vrp_map.cli import output as out
from vrp_map.cli.options import PORT, DemoFolderOption, DemoMonthsOption, JsonOption, PortOption, StoreOption
from vrp_map.config import Settings
from vrp_map.errors import UserError

ServeOption = Annotated[bool, typer.Option("--serve/--no-serve", help="Open the application when it is built.")]


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
        from vrp_map.warehouse.build import build as run_build

        settings = settings_of(store)
        with out.progress(quiet=json) as progress:
            generate(
                folder,
                settings=settings,
                months=months,
                progress=lambda done, total: progress(done, total, "making synthetic files"),
            )
            ledger = run_build([folder], settings=settings, source="synthetic", progress=progress)
        accounts.ledger(ledger, as_json=json)
        if not json:
            out.say(_demo_event(settings))
        if serve_it:
            _serve(settings, port)

    @app.command()
    def serve(store: StoreOption = None, port: PortOption = PORT) -> None:
        """Open the application on this computer."""
        _serve(settings_of(store), port)


def _demo_event(settings: Settings) -> str:
    """Leave an open event to try pins with and a finished one to read, and say so.

    A server that has the records is no mistake.
    """
    from pipelines.demo_summit import leave_finished_event
    from vrp_map.summit import DEMO_CODE, leave_demo_event

    try:
        leave_demo_event(settings, now=datetime.now(UTC).replace(tzinfo=None))
        leave_finished_event(settings)
    except UserError as reason:
        return f"No demo event: {reason}"
    return (
        f"An event with the code {DEMO_CODE} takes pins: open /pin/{DEMO_CODE} on the map's address. "
        "A finished one, as synthetic as the incidents, is on the page Youth voice."
    )


def _serve(settings: Settings, port: int) -> None:
    from vrp_map.ui.serve import serve as run_server
    from vrp_map.warehouse.snapshots import current

    if current(settings.store) is None:
        out.say(f"There is no snapshot in {settings.store} yet: run `vrp-map demo`, or `vrp-map build FILES`.")
    out.say(f"The map is at http://localhost:{port} — press Ctrl+C to stop it.")
    run_server(port=port, settings=settings)
