"""What else waits today beside the responses: events that come, replies owed, hours of pilots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vrp_map.permissions import Action
from vrp_map.pilots.service import Pilots
from vrp_map.principal import Principal
from vrp_map.summit.event_store import Event, all_events
from vrp_map.summit.follow_up.replies import to_answer
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.service import current_release

DAYS_AHEAD = 14


@dataclass(frozen=True)
class OwedReplies:
    """How many public places of an event nobody has answered yet."""

    event: str
    places: int


@dataclass(frozen=True)
class PilotHours:
    """Person-hours of a pilot that runs today; None where no visit says how long it was.

    Attributes:
        planned: up to today; None = there is no plan of hours.
    """

    reference: str
    name: str
    hours: float | None
    planned: float | None


def coming_events(summit: Summit, *, today: date) -> list[Event]:
    """Events that run today or begin within two weeks, the soonest first."""
    until = today + timedelta(days=DAYS_AHEAD)
    found = [
        event
        for event in all_events(summit.records)
        if not event.is_over and event.starts_on <= until and event.ends_on >= today
    ]
    return sorted(found, key=lambda event: (event.starts_on, event.name))


def replies_owed(
    summit: Summit, principal: Principal, *, now: datetime, clock: float
) -> list[OwedReplies]:
    """Events with places that wait for an answer, most places first.

    Those who answer are told of every place on the wall, the others of those that everybody sees.
    """
    answers = principal.may(Action.ANSWER_PEOPLE)
    found = []
    for event in all_events(summit.records):
        release = current_release(summit, event, now=now, clock=clock)
        rows = to_answer(summit, event, release)
        owed = sum(row.reply is None and (answers or row.is_public) for row in rows)
        if owed:
            found.append(OwedReplies(event.name, owed))
    return sorted(found, key=lambda one: (-one.places, one.event))


def pilot_hours(pilots: Pilots, principal: Principal, *, now: datetime) -> list[PilotHours]:
    """Pilots that run today with their hours so far; none for who may not read pilots."""
    if not principal.may(Action.READ_PILOTS):
        return []
    today, found = pilots.today(now), []
    for record in pilots.all(principal):
        if record.pilot.stage(today) == "running":
            given = pilots.dose(principal, record, now=now)
            name = record.pilot.name
            found.append(PilotHours(record.reference, name, given.hours, given.planned_hours))
    return sorted(found, key=lambda one: one.reference)
