"""`vrp-map pilots plans`: the plans by OSARA, of pilots and hotspots."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from vrp_map.cli.options import JsonOption
from vrp_map.cli.pilots.desk import as_json, opened_pilots
from vrp_map.config import Settings


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
