"""Pilots that never were, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from vrp_map import grid
from vrp_map.pilots.pilot import DosePlan, Pilot, PilotPlaces

NOW = datetime(2026, 11, 2, 9)
MIDDLE, FAR = "89195c3a46bffff", "89195c05b87ffff"


def around(cell: str) -> tuple[str, ...]:
    """A hexagon of size 9 and those that touch it."""
    return tuple(grid.to_text(grid.with_neighbours(grid.from_text([cell]))))


def a_pilot(**more: Any) -> Pilot:
    """A pilot that could be approved, but for what is given."""
    pilot = Pilot(
        name="Made-up patrols",
        places=PilotPlaces(around(MIDDLE), comparison=around(FAR)),
        start=date(2026, 1, 1),
        end=date(2026, 6, 30),
        dose=DosePlan(place_days=120, minutes=15, headcount=2),
        lead="Community safety team",
        theory_of_change="People in uniform are seen, and quarrels end early.",
    )
    return replace(pilot, **more)
