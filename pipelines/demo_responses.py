"""Leave twelve quarters of made-up responses in the records (`demo_responses.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.records.engine.database import Records
from vrp_map.responses.catalogue import Catalogue, load_catalogue
from vrp_map.responses.desk import responses_of
from vrp_map.responses.places import ResponsePlaces
from vrp_map.responses.quarter.figures import CalendarQuarter, read_quarter
from vrp_map.responses.response import CLOSED, IncidentTime, Response, ResponsePlace, Strand, check
from vrp_map.responses.service import SYNTHETIC
from vrp_map.responses.store import ResponseChange, all_responses, keep_all
from vrp_map.vocabulary import AreaType
from vrp_map.warehouse.boundaries.layers import current_areas

WHO = f"demo ({SYNTHETIC})"
_RESOLUTION = 9
_KINDS = {"knife": 0.34, "assault": 0.2, "weapon": 0.14, "school": 0.12, "robbery": 0.1}
_TIERS = {"monitor": 0.6, "meeting": 0.33, "gold": 0.07}
_STRAND_DAYS = 14


def plan_of_responses() -> dict[str, Any]:
    """The table of what is planted."""
    text = Path(__file__).with_name("demo_responses.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def leave_responses(settings: Settings) -> int:
    """Make sure that the made-up responses are there, whole and once.

    Returns:
        How many were kept now.

    Raises:
        UserError: a server has the records.
    """
    records = Records(settings.records)
    try:
        if any(SYNTHETIC in record.written_by for record in all_responses(records)):
            return 0
        return _leave(records, settings)
    finally:
        records.close()


def _leave(records: Records, settings: Settings) -> int:
    kept = 0
    rng = np.random.default_rng(plan_of_responses()["seed"] + 2)
    for quarter, drawn in _quarters(settings, responses_of(records, settings).places):
        now = datetime.combine(quarter.after, datetime.min.time())
        changes = [
            ResponseChange(UUID(bytes=rng.bytes(16), version=4), one, "logged") for one in drawn
        ]
        kept += len(keep_all(records, changes, who=WHO, now=now).result())
    return kept


def drawn_responses(settings: Settings) -> list[Response]:
    """The same responses without the names of the snapshot's places, in their order."""
    places = ResponsePlaces(partial(current_areas, settings))
    return [response for _, drawn in _quarters(settings, places) for response in drawn]


def _quarters(
    settings: Settings, places: ResponsePlaces
) -> Iterator[tuple[CalendarQuarter, list[Response]]]:
    plan, catalogue = plan_of_responses(), load_catalogue(settings.response_catalogue)
    draw = _Draw(plan, catalogue, places, np.random.default_rng(plan["seed"]))
    last = list(plan["quarters"])[-1]
    for name, n in plan["quarters"].items():
        quarter = read_quarter(name)
        drawn = [draw.response(quarter, is_last=name == last) for _ in range(n)]
        for response in drawn:
            check(response, catalogue, today=quarter.after)
        yield quarter, drawn


class _Draw:
    """Draws responses from a seed."""

    def __init__(
        self,
        plan: dict[str, Any],
        catalogue: Catalogue,
        places: ResponsePlaces,
        rng: np.random.Generator,
    ) -> None:
        self.plan, self.catalogue, self.places, self.rng = plan, catalogue, places, rng
        lads = places.areas[places.areas["type"] == AreaType.LAD].set_index("code")
        self.cells = {
            code: grid.to_text(grid.lattice([lads.geometry[code]], resolution=_RESOLUTION))
            for code in plan["lads"]
            if code in lads.index
        }

    def response(self, quarter: CalendarQuarter, *, is_last: bool) -> Response:
        """One response of a quarter; of the last one, the latest month is still open."""
        day = quarter.first + timedelta(days=int(self.rng.integers(0, 90)))
        happened = datetime(day.year, day.month, day.day, int(self.rng.integers(0, 24)))
        told = happened + timedelta(minutes=int(self.rng.integers(0, 50)))
        lad = self._of({code: self.plan["lads"][code] for code in self.cells})
        hours = self.plan["hours_to_first_action"]
        mean = hours["slow" if lad == self.plan["planted"]["slow_lad"] else "usual"]
        action = told + timedelta(hours=float(np.exp(self.rng.normal(np.log(mean), 0.6))))
        cell = str(self.rng.choice(self.cells[lad]))
        tier = self._of(_TIERS)
        is_open = is_last and day >= date(day.year, quarter.first.month + 2, 1)
        return Response(
            what=self._of(_KINDS),
            when=IncidentTime(day, day, happened.time()),
            where=ResponsePlace(self.places.name_of(cell), cell, lad),
            told_by=self._of({"police": 0.7, "hospital": 0.15, "school": 0.15}),
            told_at=told,
            summary="Made up for the demo. Nothing here happened.",
            tier=tier,
            lead_agency=self._of({"vrp": 0.5, "community-safety": 0.3, "youth-offending": 0.2}),
            first_action_at=action.replace(second=0, microsecond=0),
            meeting_held=day + timedelta(days=1) if tier != "monitor" else None,
            strands=self._strands(day, is_open=is_open),
            interventions=(str(self.rng.choice(list(self.catalogue.interventions))),),
            reached_24_and_under=int(self.rng.poisson(25)),
            reached_25_and_over=int(self.rng.poisson(3)),
            clocks_done=(("day", action.date()),),
            state="open" if is_open else CLOSED,
            closed_because="" if is_open else "The work is done",
        )

    def _strands(self, day: date, *, is_open: bool) -> tuple[Strand, ...]:
        codes = self.rng.choice(list(self.catalogue.strands), size=2, replace=False)
        due = day + timedelta(days=_STRAND_DAYS)
        return tuple(self._strand(str(code), due, is_open=is_open) for code in sorted(codes))

    def _strand(self, code: str, due: date, *, is_open: bool) -> Strand:
        is_late = code == self.plan["planted"]["late_strand"] or self.rng.random() < 0.12
        days = int(self.rng.integers(3, 20)) if is_late else -int(self.rng.integers(0, 7))
        done = None if is_open else due + timedelta(days=days)
        return Strand(code, owner="council", due=due, done=done)

    def _of(self, shares: dict[str, float]) -> str:
        weights = np.array(list(shares.values()))
        return str(self.rng.choice(list(shares), p=weights / weights.sum()))
