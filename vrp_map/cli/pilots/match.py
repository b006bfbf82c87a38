"""`vrp-map pilots match`: how alike a pilot and its comparison were before the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption, StoreOption
from vrp_map.cli.pilots.desk import ReferenceArgument, as_json, opened_pilots
from vrp_map.config import Settings

if TYPE_CHECKING:
    from vrp_map.pilots.alike import PilotMatch


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to the group of pilots."""

    @app.command()
    def match(
        pilot: ReferenceArgument, store: StoreOption = None, json: JsonOption = False
    ) -> None:
        """Say how alike a pilot and its comparison were before the start."""
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        with opened_pilots(settings) as (pilots, who):
            ws = open_workspace(settings=settings, principal=who)
            found = pilots.match(who, pilots.record(who, pilot), ws)
        if json:
            as_json(_match_json(found))
            return
        from vrp_map.cli.output import draw

        shown = ("feature", "apart", "apart_elsewhere")
        rows = [
            [f"{one[c]:+.1f}" if c != "feature" else one[c] for c in shown]
            for one in found.comparison.balance.to_dict("records")
        ]
        draw("In standard deviations", ["Matched on", "From its comparison", "From others"], rows)
        console.say(found.comparison.sentence)
        console.say(found.sentence)


def _match_json(found: PilotMatch) -> dict[str, Any]:
    from vrp_map.common.dataclass_json import plain_of

    match = found.comparison
    ratio = {"ratio": match.check.irr, "ci95": [match.check.low, match.check.high]}
    return {
        "sentence": f"{match.sentence} {found.sentence}",
        "missing": [*match.missing],
        "check": {name: plain_of(value) for name, value in ratio.items()},
        "balance": match.balance.to_dict("records"),
        "months": [
            one | {"month": f"{one['month']:%Y-%m}"} for one in match.months.to_dict("records")
        ],
        "placebos": found.placebos.tolist(),
        "difference": found.difference,
    }
