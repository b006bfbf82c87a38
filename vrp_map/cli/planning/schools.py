"""`vrp-map schools`: the schools there are, and the risk around them on the way to school."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vrp_map.cli import console
from vrp_map.cli.options import (
    AreaOption,
    CategoryOption,
    FromOption,
    JsonOption,
    SourceOption,
    StoreOption,
    ToOption,
)
from vrp_map.config import Settings

if TYPE_CHECKING:
    from vrp_map.schools.risk import SchoolRisk, SchoolShortlist
    from vrp_map.schools.service import Schools
    from vrp_map.workspace import Workspace

_MOST = 20


def school_commands(settings_of: Callable[[Path | None], Settings]) -> typer.Typer:
    """The group of commands; `settings_of` gives the settings with a store's folder."""
    commands = typer.Typer(
        no_args_is_help=True, help="Schools: the risk around them, for analysts alone."
    )

    def opened(store: Path | None) -> tuple[Schools, Workspace]:
        from vrp_map.schools.service import Schools
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        return Schools(settings), open_workspace(settings=settings)

    @commands.command("list")
    def list_(store: StoreOption = None, json: JsonOption = False) -> None:
        """List the schools that were added and lie inside the local authorities."""
        schools, ws = opened(store)
        found = schools.listed(ws.principal, ws)
        if json:
            console.as_json({"schools": found.to_dict("records")})
            return
        from vrp_map.cli.output import draw

        rows = found[["name", "town", "lad"]].to_numpy().tolist()
        draw("Schools", ["School", "Town", "Local authority"], rows)

    @commands.command("lens")
    def lens(
        store: StoreOption = None,
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        area: AreaOption = None,
        source: SourceOption = None,
        metres: Annotated[
            float,
            typer.Option(
                "--metres", metavar="NUMBER", help="Straight from the school; 800 is ten minutes."
            ),
        ] = 800.0,
        json: JsonOption = False,
    ) -> None:
        """List the schools with more incidents around them than chance would make.

        On school days, in the hours of the way to school. Without --from and --to, in the last 12
        months of the data. Never publish the answer.
        """
        from vrp_map.cli.period import asked_selection

        schools, ws = opened(store)
        chosen = asked_selection(
            ws, category, first, last, areas=area, sources=source, is_usual=True
        )
        found = schools.shortlist(ws.principal, ws, chosen, reach_m=metres)
        if json:
            console.as_json(document(found) | {"synthetic": ws.snapshot.synthetic})
        else:
            _show(found)

    return commands


def document(found: SchoolShortlist) -> dict[str, Any]:
    """The answer for programs."""
    from vrp_map.schools.risk import FOR

    return {
        "sentence": found.sentence,
        "for": FOR,
        "how": found.how,
        "refused": found.refused,
        "reach_m": found.reach_m,
        "hours": found.hours,
        "calendar": found.calendar,
        "months": [f"{month:%Y-%m}" for month in found.period],
        "dispersion": round(found.dispersion, 3),
        "schools": [asdict(one) for one in found.schools],
    }


def _show(found: SchoolShortlist) -> None:
    from vrp_map.cli.output import draw
    from vrp_map.schools.risk import FOR

    console.say(found.sentence)
    shown = found.listed or found.schools[:_MOST]
    titles = ["School", "Incidents", "In 100 days", "q", "Rank", "Times other days"]
    draw("Shortlist" if found.listed else "Highest first", titles, [_row(one) for one in shown])
    for sentence in (*found.how, FOR):
        console.say(sentence)


def _row(one: SchoolRisk) -> list[str]:
    times = "" if one.ratio is None else f"{one.ratio:.1f}"
    return [
        f"{one.name}, {one.lad}",
        f"{one.n:,}",
        f"{one.per_100_days:.1f} ({one.low:.1f} to {one.high:.1f})",
        "<0.001" if one.q < 0.001 else f"{one.q:.3f}",
        f"{one.rank} ({one.rank_low} to {one.rank_high})",
        times,
    ]
