"""`vrp-map pilots plans` and `plan`: the plans by OSARA, of pilots and hotspots."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption
from vrp_map.cli.pilots.desk import as_json, now_utc, opened_pilots
from vrp_map.config import Settings
from vrp_map.errors import UserError


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to the group of pilots."""

    @app.command()
    def plans(json: JsonOption = False) -> None:
        """List the plans of pilots and hotspots; with --json every word of them."""
        from vrp_map.common.dataclass_json import plain_of
        from vrp_map.pilots.osara.service import OsaraPlans

        with opened_pilots(settings_of(None)) as (pilots, who):
            found = OsaraPlans(pilots.records).all(who)
        if json:
            rows = [
                {"reference": one.reference, "version": one.version, **plain_of(one.plan)}
                for one in found
            ]
            as_json({"plans": rows})
            return
        from vrp_map.cli.output import draw

        shown = [
            [
                one.reference,
                one.plan.title,
                one.plan.pilot or f"{len(one.plan.cells):,} hexagons",
                "closed" if one.plan.is_closed else "open",
                ", ".join(one.plan.unanswered) or "all answered",
            ]
            for one in found
        ]
        draw("Plans", ["Reference", "Title", "Of", "State", "Not answered (CHEERS)"], shown)

    @app.command()
    def plan(
        file: Annotated[
            Path, typer.Argument(metavar="FILE", help="JSON of one plan, as plans --json gives it.")
        ],
        names_nobody: Annotated[
            bool,
            typer.Option("--names-nobody", help="The words look like a name and are none."),
        ] = False,
    ) -> None:
        """Save a plan by OSARA: a new one, or with its reference the next version."""
        import json as json_text
        from uuid import uuid4

        from vrp_map.pilots.osara.files import plan_of
        from vrp_map.pilots.osara.service import OsaraPlans

        try:
            plain = json_text.loads(file.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RecursionError) as error:
            raise UserError(
                f"{file} is no JSON of a plan.", hint="Copy one from vrp-map pilots plans --json."
            ) from error
        reference, version, kept = plan_of(plain)
        with opened_pilots(settings_of(None)) as (pilots, who):
            plans = OsaraPlans(pilots.records)
            id = plans.record(who, reference).id if reference else uuid4()
            saved = plans.keep(who, id, kept, after=version, now=now_utc(), past_flags=names_nobody)
        console.say(f"Saved {saved}{' (closed)' if kept.is_closed else ''}.")
