"""Somebody in the hall watches 160 phones and the wall, and can attribute no pin.

What the adversary knows: the rule, k, the interval; when each phone was told "kept", to the second,
and whose phone it is; every answer of `GET /api/wall`, asked for after every single pin. What they
do not know: what a phone sent.

What "attribute" means: to be sure of anything that one phone's pin says. The pin is not
attributable when there is another world, with the same phones at the same moments, in which this
phone said something else (another hexagon) and every number that the adversary read is the same;
and when no change of any number has fewer than 2 k phones that could be behind it. The exception is
in the docstring of `vrp_map.summit.wall.service`: a batch in which everybody says the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.phones import WALL_CELLS, Clock, an_event, any_pin, summit_in
from tests.property.summit.test_wall_properties import K, Reading, check, reading, reading_of
from vrp_map import grid
from vrp_map.disclosure.releases import Answer, Release, answers_of, batch, next_release
from vrp_map.disclosure.thresholds import batch_minimum
from vrp_map.summit.service import Summit
from vrp_map.web.summit.pins import pin_routes
from vrp_map.web.summit.wall import wall_routes

PHONES = 160


@dataclass(frozen=True)
class Seen:
    """What the adversary wrote down after one pin: whose phone was told "kept", and the answer of
    the wall.
    """

    phone: int
    release: int
    numbers: Reading


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def summit(tmp_path: Path) -> Iterator[Summit]:
    found = summit_in(tmp_path, wall_every_s=20, wall_k=K)
    yield found
    found.records.close()


@pytest.fixture
def hall(summit: Summit, clock: Clock) -> TestClient:
    an_event(summit)
    wall = wall_routes(lambda: summit, now=clock.now, clock=clock.clock)
    return TestClient(
        Starlette(routes=[*pin_routes(lambda: summit), *wall]), base_url="http://localhost"
    )


def watch(
    hall: TestClient, clock: Clock, pins: Sequence[tuple[int, dict[str, Any]]], rng: random.Random
) -> list[Seen]:
    """Send the pins one by one; sometimes a few within a second, sometimes nobody for minutes."""
    seen = []
    for phone, one in pins:
        clock.wait(rng.choice((0.2, 1.0, 3.0, 9.0, 45.0)))
        assert hall.post("/api/pins", json=one).status_code == 201
        answer = hall.get("/api/wall/DEMO").json()
        seen.append(Seen(phone, answer["release"], reading_of(answer)))
    return seen


def batches(seen: Sequence[Seen]) -> list[list[int]]:
    """The phones that were told "kept" between one release and the next, as positions; the last
    wait for theirs.
    """
    found: list[list[int]] = [[]]
    number = 0
    for position, one in enumerate(seen):
        found[-1].append(position)
        if one.release != number:
            number = one.release
            found.append([])
    return found


def said_by(phone: int, pin: dict[str, Any]) -> list[Answer]:
    """What a phone's pin says to the wall."""
    return [(phone, kind, what) for _, kind, what in _said(tuple(sorted(_plain(pin).items())))]


def _plain(pin: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in pin.items()}


@lru_cache(maxsize=1000)
def _said(pin: tuple[tuple[str, Any], ...]) -> list[Answer]:
    unsaid = {"helps": [], "hour_band": "any", "weekday": "any", "role": None, "age_band": None}
    given = dict(pin)
    row = given | unsaid | {"contributor": 0, "cells": grid.from_text(list(given["cells"]))}
    return answers_of([row], resolution=8)


def world(pins: Sequence[dict[str, Any]], cuts: Sequence[Sequence[int]]) -> list[Reading]:
    """The readings of the releases, had these pins come in this order and the wall looked at the
    same moments.
    """
    release, before, now = Release(), set[Answer](), set[Answer]()
    readings = []
    for positions in cuts[:-1]:
        for position in positions:
            now |= set(said_by(position, pins[position]))
        following = batch(release, before, now, k=K)
        assert following is not None
        release, before = following, set(now)
        readings.append(without_nothing(reading(release)))
    return readings


def without_nothing(numbers: Reading) -> Reading:
    return {what: n for what, n in numbers.items() if n}


def test_no_pin_of_160_phones_can_be_attributed(hall: TestClient, clock: Clock) -> None:
    rng = random.Random(160)
    pins = [any_pin(phone, 0, rng) for phone in range(PHONES)]
    seen = watch(hall, clock, list(enumerate(pins)), rng)
    cuts = batches(seen)
    true = [without_nothing(seen[positions[-1]].numbers) for positions in cuts[:-1]]
    assert world(pins, cuts) == true, (
        "the adversary can work out every answer from the pins and the moments"
    )
    assert len(true) > 8 and min(len(positions) for positions in cuts[:-1]) >= batch_minimum(K)
    safe: set[int] = set(cuts[-1])  # of these no answer says anything yet
    for positions in cuts[:-1]:
        for shift in range(1, len(positions)):
            if set(positions) <= safe:
                break
            other = list(pins)
            for i, position in enumerate(positions):
                other[position] = pins[positions[(i + shift) % len(positions)]]
            assert world(other, cuts) == true
            safe |= {p for p in positions if other[p]["cells"] != pins[p]["cells"]}
    assert not set(range(PHONES)) - safe, (
        "each phone could have been at another place, and nobody would see it"
    )


def test_no_change_has_few_phones_that_could_be_behind_it(hall: TestClient, clock: Clock) -> None:
    """Two pins a phone, in any order; the adversary looks at the last moments before each change of
    each number.
    """
    rng = random.Random(320)
    pins = [(phone, any_pin(phone, n, rng)) for phone in range(PHONES) for n in range(2)]
    rng.shuffle(pins)
    seen = watch(hall, clock, pins, rng)
    few, last = suspects(seen)
    assert few >= batch_minimum(K)
    assert (
        last["all", "contributors"] > PHONES - batch_minimum(K) - K
        and sum(n for (_, kind), n in last.items() if kind == "unsafe") > PHONES
    )


def suspects(seen: Sequence[Seen]) -> tuple[int, Reading]:
    """The fewest phones that were told "kept" since the release before a change, and the last
    reading.
    """
    before: Reading = {}
    since: set[int] = set()
    fewest = PHONES
    for one in seen:
        since.add(one.phone)
        numbers = without_nothing(one.numbers)
        check(before, numbers)
        if numbers != before:
            fewest = min(fewest, len(since))
            before, since = numbers, set()
    return fewest, before


def test_the_adversary_can_win_where_the_wall_does_not_wait_for_people() -> None:
    """The counts' own rule alone, asked after every pin: the fifth of a hexagon stands there by
    name.
    """
    rng = random.Random(160)
    release, now, seen = Release(), set[Answer](), []
    for phone in range(PHONES):
        now |= set(said_by(phone, any_pin(phone, 0, rng)))
        release = next_release(release, now, k=K)
        seen.append(Seen(phone, release.number, without_nothing(reading(release))))
    assert suspects(seen)[0] == 1


def test_an_answer_between_two_releases_does_not_depend_on_what_waits(
    hall: TestClient, clock: Clock
) -> None:
    """Bytes, headers and all: what is held back shows nowhere."""
    rng = random.Random(1)
    ask: Callable[[], tuple[int, bytes, list[tuple[str, str]]]] = lambda: (  # noqa: E731
        (a := hall.get("/api/wall/DEMO")).status_code,
        a.content,
        sorted(a.headers.items()),
    )
    for phone in range(12):
        hall.post("/api/pins", json=any_pin(phone, 0, rng))
    first = ask()
    for phone in range(12, 12 + batch_minimum(K) - 1):
        hall.post("/api/pins", json=any_pin(phone, 0, rng, WALL_CELLS[:1]))
        clock.wait(60)
        assert ask() == first
    hall.post("/api/pins", json=any_pin(99, 0, rng, WALL_CELLS[:1]))
    assert ask() == first, "not before it is time"
    clock.wait(60)
    assert ask() != first
    assert np.diff([int(json_number(one)) for one in (first[1], ask()[1])]) == 1


def json_number(body: bytes) -> str:
    return body.decode().partition('"release":')[2].partition(",")[0]
