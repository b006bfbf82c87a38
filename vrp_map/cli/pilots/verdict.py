"""`vrp-map verdict`: what may be said of a pilot from its counts."""

from __future__ import annotations

import json as json_text
import math
from typing import TYPE_CHECKING, Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption
from vrp_map.errors import UserError

if TYPE_CHECKING:
    from vrp_map.pilots.verdict import Judgement
    from vrp_map.statistics.early_looks import LookHistory

Pair = tuple[float, float]
_PAIR = "BEFORE AFTER"


def register(app: typer.Typer) -> None:
    """Add the command to an application."""

    @app.command()
    def verdict(
        treated: Annotated[
            Pair, typer.Option("--treated", metavar=_PAIR, help="Incidents where the pilot ran.")
        ],
        comparison: Annotated[
            Pair, typer.Option("--comparison", metavar=_PAIR, help="Incidents in a place like it.")
        ],
        ring: Annotated[
            Pair | None,
            typer.Option("--ring", metavar=_PAIR, help="Incidents around the pilot."),
        ] = None,
        comparison_ring: Annotated[
            Pair | None,
            typer.Option("--comparison-ring", metavar=_PAIR, help="Around the place like it."),
        ] = None,
        time_weights: Annotated[
            Pair,
            typer.Option(
                "--time-weights", metavar=_PAIR, help="Lengths of the two periods, such as 2 1."
            ),
        ] = (1.0, 1.0),
        area_weights: Annotated[
            tuple[float, float, float, float],
            typer.Option(
                "--area-weights",
                metavar="T C R CR",
                help="Sizes of the treated place, comparison, ring and comparison ring.",
            ),
        ] = (1.0, 1.0, 1.0, 1.0),
        dispersion: Annotated[
            float,
            typer.Option(
                "--dispersion",
                metavar="NUMBER",
                help="How many times more than chance alone such counts vary; at least 1.",
            ),
        ] = 1.0,
        planned_months: Annotated[
            float | None,
            typer.Option(
                "--planned-months",
                metavar="MONTHS",
                help="How long it was to run, where you look before its end.",
            ),
        ] = None,
        looked_at: Annotated[
            list[float] | None,
            typer.Option(
                "--looked-at",
                metavar="MONTHS",
                help="Months after the start at each look, this one last; may be repeated.",
            ),
        ] = None,
        json: JsonOption = False,
    ) -> None:
        """Say whether a pilot is working, from counts before and after.

        Working, not shown, cannot be shown, or worse: with the interval behind it.
        """
        from vrp_map.pilots.verdict import PilotCounts, judge
        from vrp_map.statistics.wdd import BeforeAfter

        def around(pair: Pair | None, weight: float) -> BeforeAfter | None:
            return BeforeAfter(*pair, weight=weight) if pair else None

        found = judge(
            PilotCounts(
                BeforeAfter(*treated, weight=area_weights[0]),
                BeforeAfter(*comparison, weight=area_weights[1]),
                ring=around(ring, area_weights[2]),
                comparison_ring=around(comparison_ring, area_weights[3]),
                time_weights=time_weights,
                dispersion=dispersion,
                looks=_looks(time_weights, planned_months, looked_at or []),
            )
        )
        console.plain(json_text.dumps(document(found)) if json else found.sentence)


def _looks(
    time_weights: Pair, planned_months: float | None, looked_at: list[float]
) -> LookHistory | None:
    from vrp_map.statistics.early_looks import LookHistory

    if planned_months is None and not looked_at:
        return None
    if planned_months is None or not looked_at:
        raise UserError(
            "A look before the end needs the planned months and the months at each look.",
            hint="Give --planned-months, and --looked-at for each look so far.",
        )
    # The lengths of the periods are in any unit; the period after ends with the present look.
    months_before = looked_at[-1] * time_weights[0] / time_weights[1]
    return LookHistory(months_before, planned_months, tuple(looked_at))


def document(found: Judgement) -> dict[str, object]:
    """A verdict for programs; a ratio that cannot be had is null, and of an early look both
    intervals hold `confidence` instead of 95%.
    """
    difference, ratio = found.difference, found.ratio
    has_ratio = math.isfinite(ratio.irr)
    widened = {"confidence": found.confidence} if found.is_early else {}
    return {
        "wdd": difference.wdd,
        "se": difference.se,
        "z": difference.z,
        "ci95": [difference.low, difference.high],
        "irr": ratio.irr if has_ratio else None,
        "irr_ci95": [ratio.low, ratio.high] if has_ratio else None,
        "smallest_fall": found.smallest_fall,
        "verdict": str(found.verdict),
        "sentence": found.sentence,
        **widened,
    }
