"""Leave the demo's events in the records: a finished one, let out in batches like a real one, and
an open one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import numpy as np

from pipelines.demo_pins import DrawnSummit, draw_summit, plan_of_summit
from pipelines.demo_repairs import with_things
from vrp_map.config import Settings
from vrp_map.disclosure.releases import answers_of, clump_of, next_release
from vrp_map.disclosure.thresholds import hall_threshold, public_threshold
from vrp_map.errors import UserError
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event, State, change_state, create_event, event_by_code
from vrp_map.summit.pins.event_areas import EventAreaCache
from vrp_map.summit.pins.pin import Pin
from vrp_map.summit.pins.store import keep_pin, pins_of
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.store import keep_release, latest_release

DEMO_CODE = "DEMO"
_BEGINS, _BATCH_LASTS = time(10, 0), timedelta(minutes=75)


def leave_finished_event(settings: Settings) -> bool:
    """Make sure that the finished event is there, whole and once: its pins have the same keys every
    time.

    Returns:
        Whether anything was done now.

    Raises:
        UserError: a server has the records, or another event has its code.
    """
    records = Records(settings.records)
    try:
        return _leave(records, settings)
    finally:
        records.close()


def _leave(records: Records, settings: Settings) -> bool:
    drawn: DrawnSummit | None = None
    event = event_by_code(records, plan_of_summit()["event"]["code"])
    if event is None:
        drawn = draw_summit(settings)
        event = _created(records, drawn)
    elif "synthetic" not in event.name.lower():
        raise UserError(
            f"Another event has the code {event.code}.", hint="Give the demo records of their own."
        )
    # An earlier run that was stopped half-way left it open: what is there already is not kept
    # twice.
    if event.state is not State.OPEN:
        return False
    _fill(records, event, drawn or draw_summit(settings), settings)
    return True


def _created(records: Records, drawn: DrawnSummit) -> Event:
    said, day = drawn.event, drawn.event["day"]
    return create_event(
        records,
        name=said["name"],
        place=said["place"],
        starts_on=day,
        ends_on=day,
        now=datetime.combine(day, _BEGINS),
        free_text=True,
        keep_days=said["keep_days"],
        code=said["code"],
    )


def _pins(
    records: Records, event: Event, drawn: DrawnSummit, settings: Settings
) -> tuple[Pin, ...]:
    """The pins drawn, some with a broken thing whose place is a name of the store, as a phone would
    offer it.
    """
    names = EventAreaCache(lambda: Summit(records, settings)).of(event).names
    return with_things(drawn.pins, plan_of_summit(), names, resolution=settings.wall_resolution)


def _fill(records: Records, event: Event, drawn: DrawnSummit, settings: Settings) -> None:
    """Keep the pins batch by batch, with a release after each, and close the event."""
    now = datetime.combine(event.starts_on, _BEGINS)
    pins = _pins(records, event, drawn, settings)
    batches = np.array_split(np.arange(len(pins)), drawn.event["batches"])
    for batch in batches:
        now += _BATCH_LASTS
        kept = [
            keep_pin(records, event, pins[i], now=now, most_each=max(settings.most_pins_each, 12))
            for i in batch
        ]
        for answer in kept:
            answer.result()
        kept_so_far = pins_of(records, event).to_dict("records")
        said = answers_of(kept_so_far, resolution=settings.wall_resolution)
        before = latest_release(records, event)
        release = next_release(
            before,
            said,
            k=hall_threshold(settings),
            alike=public_threshold(settings),
            is_last=batch is batches[-1],
        )
        if release.number != before.number:
            release = replace(
                release,
                clump=clump_of(
                    kept_so_far, resolution=settings.wall_resolution, k=hall_threshold(settings)
                ),
            )
            keep_release(records, event, release, now=now).result()
    change_state(records, event, State.CLOSED, now=now + _BATCH_LASTS).result()


def leave_demo_event(settings: Settings, *, now: datetime) -> bool:
    """Make sure that there is an open event with the code DEMO, to try pins with.

    Returns:
        Whether it was made now.

    Raises:
        UserError: a server has the records.
    """
    records = Records(settings.records)
    try:
        if event_by_code(records, DEMO_CODE):
            return False
        create_event(
            records,
            name="Demo summit (synthetic)",
            place=settings.place,
            starts_on=now.date(),
            ends_on=now.date() + timedelta(days=365),
            now=now,
            code=DEMO_CODE,
        )
        return True
    finally:
        records.close()
