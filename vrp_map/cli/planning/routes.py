"""`vrp-map routes`: ways to school with adults on them, and what is recorded there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption, StoreOption
from vrp_map.cli.pilots.desk import now_utc, opened_pilots
from vrp_map.config import Settings
from vrp_map.errors import UserError

if TYPE_CHECKING:
    from vrp_map.pilots.store import PilotRecord
    from vrp_map.principal import Principal
    from vrp_map.schools.routes.service import Routes


def route_commands(settings_of: Callable[[Path | None], Settings]) -> typer.Typer:
    """The group of commands; `settings_of` gives the settings with a store's folder."""
    commands = typer.Typer(
        no_args_is_help=True, help="School routes: adults on the way, sessions and incidents."
    )

    @contextmanager
    def opened(settings: Settings) -> Iterator[tuple[Routes, Principal]]:
        from vrp_map.schools.routes.service import Routes

        with opened_pilots(settings) as (pilots, who):
            yield Routes(pilots), who

    @commands.command("list")
    def list_(json: JsonOption = False) -> None:
        """List the routes with their schools, sessions and funding."""
        with opened(settings_of(None)) as (routes, who):
            rows = [_row(record) for record in routes.all(who)]
        if json:
            console.as_json({"routes": rows})
            return
        from vrp_map.cli.output import draw

        shown = ("reference", "name", "provider", "sessions", "funded")
        funded = sum(row["funded"] for row in rows)
        console.say(f"{len(rows):,} routes, {funded:,} of them funded.")
        draw(
            "Routes", [n.capitalize() for n in shown], [[_word(r[n]) for n in shown] for r in rows]
        )

    @commands.command("counts")
    def counts(store: StoreOption = None, json: JsonOption = False) -> None:
        """Count the incidents along each route in its hours, and in the year before.

        For analysts alone. Without hours in the data, all hours are counted and it says why.
        """
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        with opened(settings) as (routes, who):
            ws = open_workspace(settings=settings, principal=who)
            found = [(record, *_counted(routes, who, record, ws)) for record in routes.all(who)]
        if json:
            console.as_json(
                {
                    "routes": [
                        _row(record) | (count or {}) | {"sentence": sentence}
                        for record, count, sentence in found
                    ]
                }
            )
            return
        for record, _, sentence in found:
            console.say(f"{record.reference} {record.pilot.name}: {sentence}")

    @commands.command("import")
    def import_(
        file: Annotated[
            Path, typer.Argument(metavar="FILE", help="A CSV file or XLSX sheet, one line a route.")
        ],
        json: JsonOption = False,
    ) -> None:
        """Save the routes of a sheet as drafts; the same route twice adds nothing."""
        from vrp_map.common.sheets import read_file
        from vrp_map.schools.routes.sheet import column_of, read_sheet_of_routes

        with opened(settings_of(None)) as (routes, who):
            found = read_sheet_of_routes(read_file(file, is_column=column_of))
            known = {record.id for record in routes.all(who)}
            new = [(id, route) for id, route in found if id not in known]
            saved = routes.add(who, new, now=now_utc())
        if json:
            console.as_json({"routes": len(found), "saved": saved})
            return
        console.say(f"{len(found):,} routes in the file; saved: {', '.join(saved) or 'none'}.")

    @commands.command("export")
    def export(
        output: Annotated[
            Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")
        ] = None,
    ) -> None:
        """Write every route as CSV, as import takes it; no incident is in it."""
        from vrp_map.schools.routes.sheet import to_csv

        with opened(settings_of(None)) as (routes, who):
            text = to_csv(routes.all(who))
        console.plain(text) if output is None else console.write(output, text.encode())

    return commands


def _counted(
    routes: Routes, who: Principal, record: PilotRecord, ws: Any
) -> tuple[dict[str, Any] | None, str]:
    """The count of a route and its sentence; one that cannot be counted says why."""
    from vrp_map.errors import NotAllowed

    try:
        count = routes.count(who, record, ws)
    except NotAllowed:
        raise
    except UserError as why:
        return None, str(why)
    refused = f" {count.refused}" if count.refused else ""
    return asdict(count), f"{count.sentence}{refused}"


def _row(record: PilotRecord) -> dict[str, Any]:
    from vrp_map.pilots.pilot import SchoolRoute

    route = record.pilot.route or SchoolRoute()
    held = "not recorded" if route.sessions_held is None else f"{route.sessions_held:,}"
    planned = (
        ", none planned"
        if route.sessions_planned is None
        else f" of {route.sessions_planned:,} planned"
    )
    return {
        "reference": record.reference,
        "name": record.pilot.name,
        "schools": list(route.schools),
        "direction": route.direction,
        "windows": [f"{w.first:%H:%M} to {w.last:%H:%M}" for w in route.windows],
        "provider": route.provider,
        "sessions": f"{held}{planned}",
        "sessions_planned": route.sessions_planned,
        "sessions_held": route.sessions_held,
        "funded": route.is_funded,
    }


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
