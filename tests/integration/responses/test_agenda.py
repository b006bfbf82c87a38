"""What else waits today: which events, which replies, which hours, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.made_up_pilots import NOW, a_pilot
from tests.phones import WALL_CELLS, Clock, an_event, pin, send, summit_in
from vrp_map.config import Settings
from vrp_map.pilots.dose import DoseVisit
from vrp_map.pilots.pilot import DosePlan
from vrp_map.pilots.service import Pilots
from vrp_map.principal import DEMO, Principal
from vrp_map.records.engine.database import Records
from vrp_map.responses.agenda import coming_events, pilot_hours, replies_owed
from vrp_map.summit.event_store import State, change_state, create_event
from vrp_map.summit.follow_up.replies import answer
from vrp_map.summit.follow_up.store import Reply
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.service import current_release
from vrp_map.vocabulary import Role

NAVIGATOR = Principal("navigator", frozenset({Role.NAVIGATOR}))
LEAD = Principal("lead", frozenset({Role.LEAD}))
TODAY = date(2026, 11, 3)


@pytest.fixture
def summit(tmp_path: Path) -> Iterator[Summit]:
    found = summit_in(tmp_path)
    yield found
    found.records.close()


@pytest.mark.parametrize(
    ("starts", "ends", "is_listed"),
    [(-3, -1, False), (-3, 0, True), (0, 0, True), (14, 20, True), (15, 20, False)],
)
def test_events_of_today_and_the_next_two_weeks(
    summit: Summit, starts: int, ends: int, is_listed: bool
) -> None:
    days = {"starts_on": TODAY + timedelta(starts), "ends_on": TODAY + timedelta(ends)}
    create_event(summit.records, name="A", place="B", now=Clock().now(), code="SOON", **days)
    assert bool(coming_events(summit, today=TODAY)) is is_listed


def test_a_closed_event_does_not_come(summit: Summit) -> None:
    days = {"starts_on": TODAY, "ends_on": TODAY}
    now = Clock().now()
    event = create_event(summit.records, name="A", place="B", now=now, code="SOON", **days)
    change_state(summit.records, event, State.CLOSED, who="x", now=now).result()
    assert coming_events(summit, today=TODAY) == []


@pytest.mark.parametrize(("people", "navigator_sees"), [(24, 1), (12, 0)])
def test_a_place_that_few_spoke_of_is_owed_to_those_who_answer_alone(
    summit: Summit, people: int, navigator_sees: int
) -> None:
    event, clock = an_event(summit), Clock()
    send(summit, clock, *(pin(phone) for phone in range(people)))
    now, seconds = clock.now(), clock.clock()

    def owed(who: Principal) -> int:
        found = replies_owed(summit, who, now=now, clock=seconds)
        return sum(one.places for one in found)

    assert (owed(DEMO), owed(NAVIGATOR)) == (1, navigator_sees)
    release = current_release(summit, event, now=now, clock=seconds)
    reply = Reply(WALL_CELLS[0], "planned", "Four new lights are ordered.", "City Council", TODAY)
    answer(summit, DEMO, event, release, reply, now=now).result()
    assert (owed(DEMO), owed(NAVIGATOR)) == (0, 0)


def test_the_hours_of_pilots_that_run_are_for_who_reads_pilots(tmp_path: Path) -> None:
    records = Records(tmp_path / "records")
    try:
        pilots = Pilots(records, Settings(records=tmp_path / "records"))
        pilot = replace(a_pilot(), dose=DosePlan())
        reference = pilots.add_one(LEAD, pilot, now=NOW)
        assert pilot_hours(pilots, LEAD, now=NOW) == []
        pilots.approve(LEAD, pilots.record(LEAD, reference), now=NOW)
        running = NOW.replace(year=pilot.start.year, month=pilot.start.month, day=pilot.start.day)
        record = pilots.record(LEAD, reference)
        visit = DoseVisit(pilot.places.area[0], pilot.start, minutes=90, headcount=2)
        pilots.log(LEAD, record, [visit], now=running)
        found = pilot_hours(pilots, LEAD, now=running)
        assert [(one.reference, one.hours) for one in found] == [(reference, 3.0)]
        assert pilot_hours(pilots, NAVIGATOR, now=running) == []
        assert pilot_hours(pilots, LEAD, now=running + timedelta(days=4000)) == []
    finally:
        records.close()
