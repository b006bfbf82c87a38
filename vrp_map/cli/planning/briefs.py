"""`vrp-map brief`: one A4 page about a place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import (
    AreaOption,
    AudienceOption,
    CategoryOption,
    FromOption,
    StoreOption,
    ToOption,
)
from vrp_map.cli.planning.kept import kept_records
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.vocabulary import DEFAULT_RESOLUTION

CellOption = Annotated[
    str, typer.Option("--cell", metavar="CELL", help="A hexagon, such as 89195cac6a7ffff.")
]
HotspotOption = Annotated[
    str, typer.Option("--hotspot", metavar="CELL", help="The hotspot that this hexagon is in.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the page to this file."),
]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to an application.

    Args:
        settings_of: gives the settings with a store's folder, or with their own.
    """

    @app.command()
    def brief(
        area: AreaOption = None,
        cell: CellOption = "",
        hotspot: HotspotOption = "",
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        audience: AudienceOption = "partner",
        store: StoreOption = None,
        output: OutputOption = None,
    ) -> None:
        """Make one A4 page about an area, a hexagon or a hotspot.

        What, where, when, is it real, and what to ask.
        """
        from vrp_map.briefs.service import brief_page
        from vrp_map.cli.period import asked_selection
        from vrp_map.principal import of_this_computer
        from vrp_map.workspace import open_workspace

        at = _place(cell, hotspot)
        settings = settings_of(store)
        who = of_this_computer(settings, name="command line")
        ws = open_workspace(settings=settings, principal=who)
        selection = asked_selection(ws, category, first, last, areas=area, is_usual=True)
        with kept_records(settings) as sources:
            page = brief_page(
                ws,
                selection,
                at=at,
                resolution=_size(at),
                audience=audience,
                now=datetime.now(UTC),
                sources=sources,
            )
        console.plain(page) if output is None else console.write(output, page.encode())


def _place(cell: str, hotspot: str) -> str:
    """The one place that was named, as `brief_page` takes it; "" = none."""
    if cell and hotspot:
        raise UserError(
            "A brief is of one place, and both --cell and --hotspot are given.",
            hint="Give one of them.",
        )
    if not cell and not hotspot:
        return ""
    return f"cell:{cell.strip().lower()}" if cell else f"hotspot:{hotspot.strip().lower()}"


def _size(at: str) -> int:
    """The size of the hexagon that was named; the usual one without any.

    Raises:
        UserError: it is none.
    """
    from vrp_map import grid

    cell = at.partition(":")[2]
    return int(grid.resolutions(grid.from_text([cell]))[0]) if cell else DEFAULT_RESOLUTION
