"""Somebody with one laptop makes up people, and reads the wall to see whose pin completes
a number.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from uuid import UUID

import pytest

from tests.phones import WALL_CELLS, Clock, an_event, pin, summit_in
from vrp_map.config import load_settings
from vrp_map.summit.hall_limits import HallLimits
from vrp_map.summit.pins.pin import PinRefused
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.service import batch_minimum, current_release

K = 5
LAPTOP = "192.168.1.66"
TARGET = WALL_CELLS[0]
MADE_UP = 1000


def fewest_real(folder: Path, seed: int, *, allowed: int) -> tuple[int, int]:
    """An event with one who makes up people: how many real ones stand behind the first number of
    the hexagon that all the made-up ones name, and how many pinned at all until then.
    """
    rng, clock = random.Random(seed), Clock()
    summit = summit_in(folder, wall_k=K, wall_every_s=20, phones_an_address=allowed)
    try:
        event = an_event(summit)
        made_up = sum(
            is_taken(summit, pin(MADE_UP + n, wall_cell=TARGET), LAPTOP, clock) for n in range(40)
        )
        assert made_up == allowed
        here = real = 0
        for phone in range(120):
            cell = TARGET if rng.random() < 0.2 else rng.choice(WALL_CELLS[1:])
            clock.wait(rng.choice((1, 5, 20)))
            assert is_taken(summit, pin(phone, wall_cell=cell), f"192.168.2.{phone}", clock)
            real, here = real + 1, here + (cell == TARGET)
            assert summit.newcomers(event, clock=clock.clock()) >= 1
            release = current_release(summit, event, now=clock.now(), clock=clock.clock())
            if release.contributors and len(release.counts["unsafe"]):
                cells = release.counts["unsafe"]
                if TARGET in map(str, cells):
                    return here, real
        pytest.fail("the hexagon never showed")
    finally:
        summit.records.close()


def is_taken(summit: Summit, one: dict[str, object], address: str, clock: Clock) -> bool:
    try:
        body = json.dumps(one).encode()
        summit.take(body, address=address, now=clock.now(), clock=clock.clock()).result()
    except PinRefused as refused:
        assert refused.code == "too-many-phones"
        return False
    return True


@pytest.mark.parametrize("seed", range(4))
def test_who_makes_up_people_finds_no_one_alone_behind_a_number(tmp_path: Path, seed: int) -> None:
    allowed = load_settings().phones_an_address
    here, real = fewest_real(tmp_path, seed, allowed=allowed)
    assert here >= K - allowed >= 3 and real >= batch_minimum(K) - allowed >= 8


def test_a_network_of_the_new_kind_gives_one_device_one_place() -> None:
    """A device may take any address of its /64: they are one, and an IPv4 address written as IPv6
    is the IPv4 one.
    """
    limits = HallLimits(load_settings(phones_an_address=1))
    event = UUID(int=1)
    limits.a_person(event, "a", "2001:db8:0:1::1", clock=0.0)
    for one in ("2001:db8:0:1::2", "2001:db8:0:1:ffff::9%eth0"):
        with pytest.raises(PinRefused, match="Too many phones"):
            limits.a_person(event, "b", one, clock=0.0)
    limits.a_person(event, "b", "2001:db8:0:2::1", clock=0.0)
    limits.a_person(event, "c", "192.0.2.7", clock=0.0)
    with pytest.raises(PinRefused, match="Too many phones"):
        limits.a_person(event, "d", "::ffff:192.0.2.7", clock=0.0)
