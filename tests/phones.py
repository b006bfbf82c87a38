"""Synthetic phones at a synthetic event: a summit in a folder, a clock that only a test moves, pins
to send.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import h3

from vrp_map.config import load_settings
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event, create_event, event_by_code
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import pins as pin_words

START = datetime(2026, 11, 3, 9, 0, 7)
CENTRE = (52.4797, -1.9027)
# Six hexagons of the wall that touch no other of them, in and round the city.
WALL_CELLS = [
    h3.latlng_to_cell(CENTRE[0] + dy, CENTRE[1] + dx, 8)
    for dy in (0, 0.03)
    for dx in (0, 0.05, 0.1)
]


class Clock:
    """The time of day, and seconds that do not go back."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def wait(self, seconds: float) -> None:
        self.seconds += seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds - 1000)

    def clock(self) -> float:
        return self.seconds


def summit_in(folder: Path, **settings: Any) -> Summit:
    """A summit whose phones are not slowed down, without a snapshot unless the settings
    name one.
    """
    plenty = {
        "pins_a_minute_each": 10_000,
        "pins_a_minute_address": 100_000,
        "store": folder / "no-store",
        "phones_an_address": 0,
    }
    return Summit(Records(folder / "records"), load_settings(**(plenty | settings)))


def an_event(summit: Summit, code: str = "DEMO") -> Event:
    day = date(2026, 11, 3)
    return create_event(
        summit.records,
        name="Summit (synthetic)",
        place="Hall",
        starts_on=day,
        ends_on=day,
        code=code,
        now=START,
    )


def again(summit: Summit, event: Event) -> Event:
    """The event as it stands now."""
    found = event_by_code(summit.records, event.code)
    assert found is not None
    return found


def pin(
    phone: int, number: int = 0, *, event: str = "DEMO", wall_cell: str = WALL_CELLS[0], **more: Any
) -> dict[str, Any]:
    """A pin of a phone in the middle of a hexagon of the wall."""
    return {
        "event": event,
        "key": str(UUID(int=phone * 1000 + number)),
        "contributor": f"phone-{phone:014d}",
        "cells": [h3.cell_to_center_child(wall_cell, 10)],
        "setting": "public-realm",
        "feeling": "unsafe",
        "reasons": ["lighting"],
    } | more


def any_pin(
    phone: int, number: int, rng: random.Random, cells: Sequence[str] = WALL_CELLS
) -> dict[str, Any]:
    """A pin that says anything, some things more often than others."""
    feeling = rng.choices(("unsafe", "safe"), (2, 1))[0]
    return pin(
        phone,
        number,
        wall_cell=rng.choices(cells, range(len(cells), 0, -1))[0],
        feeling=feeling,
        setting=rng.choice(list(pin_words.SETTINGS)),
        reasons=rng.sample(list(pin_words.REASONS[feeling]), rng.randrange(3)),
    )


def send(summit: Summit, clock: Clock, *pins: dict[str, Any]) -> list[str]:
    """Keep pins; gives the codes that delete them."""
    waiting = [
        summit.take(
            json.dumps(one).encode(), address="127.0.0.1", now=clock.now(), clock=clock.clock()
        )
        for one in pins
    ]
    return [answer.result().delete_code for answer in waiting]
