"""Commands for who plans: money, schools, pages to take into the room, and layers to hand on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from vrp_map.cli.planning import briefs, digest, handover
from vrp_map.cli.planning.funding import funding_commands
from vrp_map.cli.planning.needs import needs_commands
from vrp_map.cli.planning.routes import route_commands
from vrp_map.cli.planning.schools import school_commands
from vrp_map.config import Settings


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the commands to an application.

    Args:
        settings_of: gives the settings with a store's folder, or with their own.
    """
    briefs.register(app, settings_of)
    digest.register(app, settings_of)
    handover.register(app, settings_of)
    app.add_typer(funding_commands(settings_of), name="funding")
    app.add_typer(needs_commands(settings_of), name="needs")
    app.add_typer(school_commands(settings_of), name="schools")
    app.add_typer(route_commands(settings_of), name="routes")
