"""The commands of pilots: `vrp-map verdict` and the group `vrp-map pilots`."""

from __future__ import annotations

import typer

from vrp_map.cli.pilots import power, verdict


def register(app: typer.Typer) -> None:
    """Add the command and the group to an application."""
    verdict.register(app)
    group = typer.Typer(no_args_is_help=True, help="Pilots: what they could show.")
    power.register(group)
    app.add_typer(group, name="pilots")
