"""The commands of pilots: `vrp-map verdict` and the group `vrp-map pilots`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vrp_map.cli.pilots import (
    decisions,
    forest,
    match,
    plans,
    power,
    recorded,
    signing,
    steps,
    verdict,
    visits,
)
from vrp_map.config import Settings

if TYPE_CHECKING:
    from vrp_map.workspace import Workspace


def register(
    app: typer.Typer,
    settings_of: Callable[[Path | None], Settings],
    open_store: Callable[[Path | None], Workspace],
) -> None:
    """Add the command and the group to an application.

    Args:
        settings_of: gives the settings with a store's folder, or with their own.
        open_store: gives the `Workspace` of a store's folder, or of the settings' one.
    """
    verdict.register(app)
    group = typer.Typer(
        no_args_is_help=True, help="Pilots: what was tried, in what dose, and whether it worked."
    )
    recorded.register(group, settings_of)
    steps.register(group, settings_of)
    forest.register(group, settings_of)
    match.register(group, settings_of)
    signing.register(group, settings_of)
    plans.register(group, settings_of)
    decisions.register(group, settings_of)
    visits.register(group, settings_of)
    power.register(group, settings_of, open_store)
    app.add_typer(group, name="pilots")
