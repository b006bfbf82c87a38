"""`vrp-map pilots power`: what a planned pilot could show, from counts."""

from __future__ import annotations

import json as json_text
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import (
    AreaOption,
    CategoryOption,
    JsonOption,
    ResolutionOption,
    StoreOption,
)
from vrp_map.cli.pilots.desk import now_utc, opened_pilots
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience

if TYPE_CHECKING:
    from vrp_map.pilots.before_start import Prospect
    from vrp_map.workspace import Workspace


def register(
    app: typer.Typer,
    settings_of: Callable[[Path | None], Settings],
    open_store: Callable[[Path | None], Workspace],
) -> None:
    """Add the command to the group of pilots.

    Args:
        settings_of: gives the settings with a store's folder, or with their own.
        open_store: gives the `Workspace` of a store's folder, or of the settings' one.
    """

    @app.command()
    def power(
        pilot: Annotated[
            str, typer.Argument(metavar="PILOT", help="A recorded one, as P2026-01.")
        ] = "",
        expected: Annotated[
            float | None,
            typer.Option(
                "--expected",
                metavar="NUMBER",
                help="Incidents in the pilot's place in the months after, if nothing changes.",
            ),
        ] = None,
        months_before: Annotated[
            float,
            typer.Option("--months-before", metavar="MONTHS", help="Months counted before."),
        ] = 12.0,
        months_after: Annotated[
            float,
            typer.Option("--months-after", metavar="MONTHS", help="Months the pilot will run."),
        ] = 12.0,
        comparison: Annotated[
            float | None,
            typer.Option(
                "--comparison",
                metavar="NUMBER",
                help="Incidents expected in its comparison; else as many as in the pilot's place.",
            ),
        ] = None,
        ring: Annotated[
            float | None,
            typer.Option("--ring", metavar="NUMBER", help="Incidents expected around the pilot."),
        ] = None,
        comparison_ring: Annotated[
            float | None,
            typer.Option(
                "--comparison-ring",
                metavar="NUMBER",
                help="Incidents expected around the comparison; else as many as around the pilot.",
            ),
        ] = None,
        dispersion: Annotated[
            float,
            typer.Option(
                "--dispersion",
                metavar="NUMBER",
                help="How many times more than chance alone such counts vary; at least 1.",
            ),
        ] = 1.0,
        placebos: Annotated[
            int,
            typer.Option(
                "--placebos",
                min=0,
                metavar="NUMBER",
                help="Try the verdict on this many made-up pilots in the data; 0 = on none.",
            ),
        ] = 0,
        store: StoreOption = None,
        category: CategoryOption = None,
        area: AreaOption = None,
        resolution: ResolutionOption = DEFAULT_RESOLUTION,
        json: JsonOption = False,
    ) -> None:
        """Say whether a pilot of this size could be shown to work, before it starts.

        Green, amber or red: with the smallest fall that would show and what would help. With
        --placebos, also how often the verdict is wrong in the data of the store. For a recorded
        PILOT, by its own places and their months before the start.
        """
        from vrp_map.pilots.before_start import prospect_of
        from vrp_map.statistics.power import ExpectedCounts

        if bool(pilot) == (expected is not None):
            raise UserError(
                "This is about a recorded pilot or about counts.",
                hint="Give the reference of a pilot, or --expected.",
            )
        if expected is None:
            recorded = _recorded(settings_of(store), pilot)
            console.plain(json_text.dumps(document(recorded)) if json else recorded.sentence)
            return
        if ring is None and comparison_ring is not None:
            raise UserError("A comparison ring needs a ring.", hint="Give --ring too.")
        places = [expected, expected if comparison is None else comparison]
        if ring is not None:
            places += [ring, ring if comparison_ring is None else comparison_ring]
        plan = ExpectedCounts(
            tuple(places),
            months_before=months_before,
            months_after=months_after,
            dispersion=dispersion,
        )
        alarms = None
        if placebos:
            from vrp_map.pilots.past import tried_on_the_past

            ws = open_store(store)
            selection = ws.select(category or ("violence",), areas=area or ())
            asked = ws.question(selection, resolution=resolution, audience=Audience.ANALYST)
            plan, alarms = tried_on_the_past(asked, plan, draws=placebos)
        found = prospect_of(plan, false_alarms=alarms)
        console.plain(json_text.dumps(document(found)) if json else found.sentence)


def _recorded(settings: Settings, reference: str) -> Prospect:
    from vrp_map.workspace import open_workspace

    with opened_pilots(settings) as (pilots, who):
        ws = open_workspace(settings=settings, principal=who)
        return pilots.prospect(who, pilots.record(who, reference), ws, now=now_utc())


def document(found: Prospect) -> dict[str, object]:
    """What a planned pilot could show, for programs; falls in incidents and as parts of them."""
    remedies = found.remedies
    return {
        "light": str(found.light),
        "expected": found.expected,
        "smallest_fall": found.smallest_fall,
        "smallest_fall_share": found.smallest_fall / found.expected,
        "fall_seen_8_in_10": found.likely_fall,
        "high_impact_seen": found.high_impact_seen,
        "would_help": {
            "incidents": remedies.incidents,
            "months_after": remedies.months_after,
            "comparison": remedies.comparison,
        },
        "placebos": asdict(found.false_alarms) if found.false_alarms else None,
        "sentence": found.sentence,
    }
