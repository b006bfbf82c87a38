"""`vrp-map brief`: one A4 page about an area."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from vrp_map.config import Settings

if TYPE_CHECKING:
    from vrp_map.responses.service import Responses

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
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        audience: AudienceOption = "partner",
        store: StoreOption = None,
        output: OutputOption = None,
    ) -> None:
        """Make one A4 page about an area.

        What, where, when, is it real, and what to ask.
        """
        from vrp_map.briefs.service import brief_page
        from vrp_map.cli.period import refuse_outside, usual_first
        from vrp_map.principal import of_this_computer
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        who = of_this_computer(settings, name="command line")
        ws = open_workspace(settings=settings, principal=who)
        refuse_outside(ws, first, last)
        selection = ws.select(
            category or ["violence"],
            first=first or usual_first(ws, last),
            last=last,
            areas=area or (),
        )
        with _responses(settings) as responses:
            page = brief_page(
                ws, selection, audience=audience, now=datetime.now(UTC), responses=responses
            )
        console.plain(page) if output is None else console.write(output, page.encode())


@contextmanager
def _responses(settings: Settings) -> Iterator[Callable[[], Responses] | None]:
    """Gives the responses where there are records; else None."""
    from vrp_map.records.engine.database import Records
    from vrp_map.responses.desk import responses_of

    if not (settings.records / "records.duckdb").exists():
        yield None
        return
    records = Records(settings.records)
    try:
        yield lambda: responses_of(records, settings)
    finally:
        records.close()
