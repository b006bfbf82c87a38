"""Leave the demo's pilots in the records: nine whose effects are planted, a HEX, 19 school routes,
and logs of visits with gaps (`demo_pilots.toml`). Synthetic: nothing here happened.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import numpy as np

from pipelines.demo_effects import PlantedPilot, plan_of_pilots, planted_pilots
from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.pilots.dose import DoseVisit
from vrp_map.pilots.osara.plan import OsaraPlan
from vrp_map.pilots.osara.service import OsaraPlans
from vrp_map.pilots.pilot import (
    DosePlan,
    Pilot,
    PilotDecision,
    PilotKind,
    PilotPlaces,
    SchoolRoute,
    SessionWindow,
)
from vrp_map.pilots.places import cells_of_line
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord
from vrp_map.pilots.story.service import sign_story
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.vocabulary import Role
from vrp_map.workspace import Workspace, open_workspace

WHO = Principal("demo (synthetic)", frozenset({Role.LEAD, Role.ANALYST}))
_THEORY = "Made up for the demo: somebody is there when it is busy, and quarrels end early."
_WINDOWS = (SessionWindow(time(8), time(9)), SessionWindow(time(15), time(16, 15)))
_VISITS_A_WEEK, _WEEKS = 1, 52
# Of the planted pilots by number: the part of the plan that was done (else nearly all), the month
# that nobody logged, and the one without any log.
_DONE = {2: 0.6, 4: 0.8}
_GAPS = {1: 2, 3: 6}
_NO_LOG = 5
# Of those with a comparison, whose power was worked out before the start; of the others not.
_POWER = (0, 8)
# Those whose log counts the people met.
_COUNTED = (0, 1, 3)


def leave_pilots(settings: Settings) -> int:
    """Make sure that the made-up pilots are there, whole and once, and judged where they can be.

    Returns:
        How many were kept now.

    Raises:
        UserError: a server has the records.
    """
    records = Records(settings.records)
    try:
        pilots = Pilots(records, settings)
        if any("(made up)" in record.pilot.name for record in pilots.all(WHO)):
            return 0
        return _leave(pilots, settings)
    finally:
        records.close()


def _leave(pilots: Pilots, settings: Settings) -> int:
    plan = plan_of_pilots()
    rng = np.random.default_rng(plan["seed"])
    planted = planted_pilots()
    every = [*map(_place, planted), _hex(), *_routes(planted, rng)]
    before = datetime.combine(plan["start"], time()) - timedelta(days=30)
    after = datetime.combine(plan["end"], time(9)) + timedelta(days=2)
    workspace = open_workspace(settings=settings, principal=WHO)
    for number, pilot in enumerate(every):
        reference = pilots.add_one(WHO, pilot, now=before)
        if number in _POWER:
            _work_out(pilots, reference, workspace, now=before)
        if pilot.places.comparison:
            pilots.approve(WHO, pilots.record(WHO, reference), now=before)
    known = {record.pilot.name: record for record in pilots.all(WHO)}
    _plan(pilots, known[planted[0].name], before)
    for number, one in enumerate(planted):
        if number != _NO_LOG:
            visits = _visits(one, number, rng)
            pilots.log(WHO, known[one.name], visits, now=after)
    for one in planted:
        try:
            pilots.judge(WHO, known[one.name], workspace, now=after)
        except UserError:
            # A demo of a few months holds nothing before or after.
            continue
        if one.decision:
            _decide(pilots, known[one.name], one, after)
    return len(every)


def _work_out(pilots: Pilots, reference: str, workspace: Workspace, *, now: datetime) -> None:
    try:
        pilots.prospect(WHO, pilots.record(WHO, reference), workspace, now=now)
    except UserError:
        # A demo of a few months holds nothing before the start.
        return


def _plan(pilots: Pilots, record: PilotRecord, now: datetime) -> None:
    """A plan by OSARA that is half done, as most are."""
    made_up = "Made up for the demo."
    plan = OsaraPlan(
        "Evenings in the centre (made up)",
        pilot=record.reference,
        objective=f"{made_up} A third fewer incidents within a year.",
        community=made_up,
        harm=made_up,
        events=made_up,
        recurring=f"{made_up} Every Friday and Saturday after closing time.",
    )
    OsaraPlans(pilots.records).keep(WHO, uuid4(), plan, now=now)


def _decide(pilots: Pilots, record: PilotRecord, planted: PlantedPilot, now: datetime) -> None:
    decision = PilotDecision(planted.decision)
    because = "Made up for the demo, by the verdict, the dose and what young people said."
    pilots.decide(WHO, record, decision, because=because, now=now)
    if decision is PilotDecision.KEEP:
        pilots.publish(WHO, pilots.record(WHO, record.reference), is_public=True, now=now)
        sign_story(pilots, WHO, pilots.record(WHO, record.reference), now=now)


def _place(planted: PlantedPilot) -> Pilot:
    cells = tuple(grid.to_text(planted.area_cells))
    return Pilot(
        planted.name,
        PilotPlaces(cells, comparison=tuple(grid.to_text(planted.comparison_cells))),
        planted.start,
        planted.end,
        dose=DosePlan(len(cells) * _VISITS_A_WEEK * _WEEKS, minutes=15, headcount=2),
        lead="Community safety team",
        co_designers=("Youth panel",),
        theory_of_change=_THEORY,
        approach=planted.approach,
        budget=40_000.0,
        fund="Made-up fund",
        learning="Made up for the demo.",
    )


def _hex() -> Pilot:
    plan = plan_of_pilots()["hex"]
    return Pilot(
        plan["name"],
        PilotPlaces((plan["area"],), comparison=(plan["comparison"],), drawn_as="ho-hex"),
        plan["start"],
        plan["end"],
        kind=PilotKind.HEX,
        lead="Police",
        theory_of_change=_THEORY,
        approach="hot-spots-policing",
        budget=60_000.0,
    )


def _visits(planted: PlantedPilot, number: int, rng: np.random.Generator) -> list[DoseVisit]:
    """A visit a week to each hexagon, as far as it was done and logged."""
    first: date = planted.start
    visits = []
    for week in range(_WEEKS):
        for place in grid.to_text(planted.area_cells):
            day = first + timedelta(days=7 * week + int(rng.integers(0, 7)))
            is_done = rng.random() < _DONE.get(number, 0.97)
            minutes = float(rng.integers(10, 25)) if is_done else 0.0
            if day <= planted.end and day.month != _GAPS.get(number):
                met = (("contacts", week % 5 + 1),) if is_done and number in _COUNTED else ()
                visit = DoseVisit(place, day, minutes, 2, kind="warden", source="rota", done=met)
                visits.append(visit)
    return visits


def _routes(planted: tuple[PlantedPilot, ...], rng: np.random.Generator) -> list[Pilot]:
    """School routes away from every other pilot; the first of them are funded."""
    plan = plan_of_pilots()
    taken = np.unique(
        np.concatenate([c for one in planted for c in (one.area_cells, one.comparison_cells)])
    )
    near = grid.with_neighbours(grid.with_neighbours(taken))
    lon, lat = grid.centres(taken)
    routes: list[Pilot] = []
    while len(routes) < plan["routes"]:
        at, turn = int(rng.integers(len(taken))), rng.random() * 2 * np.pi
        start = lon[at] + 0.03 * np.cos(turn), lat[at] + 0.02 * np.sin(turn)
        end = start[0] + 0.008 * np.cos(turn), start[1] + 0.005 * np.sin(turn)
        line = tuple((round(float(x), 5), round(float(y), 5)) for x, y in (start, end))
        cells = cells_of_line(line, buffer_m=100, resolution=9)
        if np.isin(grid.from_text(cells), near).any():
            continue
        near = np.union1d(near, grid.with_neighbours(grid.from_text(cells)))
        is_funded = len(routes) < plan["routes_funded"]
        routes.append(_route(len(routes) + 1, line, cells, is_funded=is_funded, rng=rng))
    return routes


def _route(
    number: int,
    line: tuple[tuple[float, float], ...],
    cells: tuple[str, ...],
    *,
    is_funded: bool,
    rng: np.random.Generator,
) -> Pilot:
    plan = plan_of_pilots()
    held = int(rng.integers(250, 381)) if is_funded and number % 4 else None
    return Pilot(
        f"Step Together route {number} (made up)",
        PilotPlaces(cells, drawn_as="route"),
        plan["start"],
        plan["end"],
        kind=PilotKind.ROUTE,
        lead="Council",
        theory_of_change=_THEORY,
        budget=9_000.0 if is_funded else None,
        fund="Made-up fund" if is_funded else "",
        route=SchoolRoute(
            schools=(f"Made-up School {number}",),
            direction="both",
            standing_points=(cells[0], cells[-1]),
            windows=_WINDOWS,
            line=line,
            provider=f"Made-up provider {number % 3 + 1}",
            is_funded=is_funded,
            sessions_planned=380 if is_funded else None,
            sessions_held=held,
        ),
    )
