"""`vrp-map pilots forest`: the judged pilots side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption
from vrp_map.cli.pilots.desk import as_json, opened_pilots
from vrp_map.config import Settings
from vrp_map.errors import UserError


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to the group of pilots."""

    @app.command()
    def forest(json: JsonOption = False) -> None:
        """Compare the judged pilots: each alone, and drawn to the others."""
        with opened_pilots(settings_of(None)) as (pilots, who):
            found = pilots.forest(who)
        if found is None:
            raise UserError(
                "Fewer than two pilots were judged on numbers that you may see.",
                hint="Judge them with vrp-map pilots verdict.",
            )
        if json:
            whole = {"mean": found.mean, "ci95": [found.low, found.high]}
            as_json(whole | {"sentence": found.sentence, "pilots": found.rows})
            return
        from vrp_map.cli.output import draw

        shown = ("name", "verdict", "ratio", "low", "high", "drawn_ratio")
        rows = [[_number_words(row[name]) for name in shown] for row in found.rows]
        draw("Pilots", [name.replace("_", " ").capitalize() for name in shown], rows)
        console.say(found.sentence)


def _number_words(value: object) -> str:
    return (
        f"{value:.2f}" if isinstance(value, float) else "not known" if value is None else str(value)
    )
