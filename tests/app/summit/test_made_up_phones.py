"""Somebody with one laptop makes up people, and reads the wall to see whose pin completes
a number; and a hall whose phones share one address, which looks the same.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from tests.phones import WALL_CELLS, Clock, again, an_event, any_pin, pin, send, summit_in
from vrp_map.config import load_settings
from vrp_map.disclosure.releases import Release
from vrp_map.disclosure.thresholds import batch_minimum
from vrp_map.summit.event_store import Event, set_one_address
from vrp_map.summit.hall_limits import HallLimits
from vrp_map.summit.pins.pin import PinRefused
from vrp_map.summit.pins.store import extra_people, pins_of
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.service import current_release

K, EVERY = 5, 20
ALLOWED = load_settings().phones_an_address
LAPTOP = "192.168.1.{}"
TARGET = WALL_CELLS[0]
MADE_UP = 400


@pytest.fixture
def summit(tmp_path: Path) -> Iterator[Summit]:
    found = summit_in(tmp_path, wall_k=K, wall_every_s=EVERY, phones_an_address=ALLOWED)
    yield found
    found.records.close()


@pytest.fixture
def event(summit: Summit) -> Event:
    return an_event(summit)


def sent(summit: Summit, clock: Clock, pins: list[dict[str, object]], *addresses: str) -> None:
    """Keep pins that come from these addresses in turn."""
    for answer in [
        summit.take(
            json.dumps(one).encode(),
            address=addresses[n % len(addresses)],
            now=clock.now(),
            clock=clock.clock(),
        )
        for n, one in enumerate(pins)
    ]:
        assert answer.result().is_new


def counted(summit: Summit, event: Event) -> int:
    return int(pins_of(summit.records, event)["contributor"].nunique())


def look(summit: Summit, event: Event, clock: Clock) -> Release:
    clock.wait(EVERY)
    return current_release(summit, again(summit, event), now=clock.now(), clock=clock.clock())


def fewest_real(summit: Summit, event: Event, seed: int) -> tuple[int, int]:
    """How many real people stand behind the first number of the hexagon that all the made-up ones
    name, and how many pinned at all until then.
    """
    rng, clock, here = random.Random(seed), Clock(), 0
    for phone in range(120):
        cell = TARGET if rng.random() < 0.2 else rng.choice(WALL_CELLS[1:])
        here += cell == TARGET
        sent(summit, clock, [pin(phone, wall_cell=cell)], f"192.168.2.{phone}")
        if TARGET in map(str, look(summit, event, clock).counts["unsafe"]):
            return here, phone + 1
    pytest.fail("the hexagon never showed")


@pytest.mark.parametrize(("addresses", "seed"), [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1)])
def test_who_makes_up_people_thins_the_crowd_by_so_many_an_address(
    summit: Summit, event: Event, addresses: int, seed: int
) -> None:
    made_up = [pin(10_000 + n, wall_cell=TARGET) for n in range(60)]
    sent(summit, Clock(), made_up, *(LAPTOP.format(n) for n in range(addresses)))
    here, real = fewest_real(summit, event, seed)
    assert here >= K - ALLOWED * addresses >= 1
    assert real >= batch_minimum(K) - ALLOWED * addresses


@pytest.mark.parametrize("addresses", [1, 20])
def test_hundreds_of_made_up_phones_are_kept_and_count_as_few(
    summit: Summit, event: Event, addresses: int
) -> None:
    """Twenty addresses are forty people: nothing on the server can tell. Staff see how many came,
    and how many do not count.
    """
    clock = Clock()
    made_up = [pin(n, wall_cell=TARGET) for n in range(MADE_UP)]
    sent(summit, clock, made_up, *(LAPTOP.format(n) for n in range(addresses)))
    assert counted(summit, event) == ALLOWED * addresses
    assert extra_people(summit.records, event) == MADE_UP - ALLOWED * addresses
    assert summit.newcomers(event, clock=clock.clock()) == MADE_UP
    shows = look(summit, event, clock).contributors > 0
    assert shows is (ALLOWED * addresses >= batch_minimum(K))


def test_a_hall_behind_one_address_counts_whole_once_staff_say_so(
    summit: Summit, event: Event
) -> None:
    rng, clock = random.Random(1), Clock()
    hall = [any_pin(phone, number, rng) for phone in range(160) for number in range(2)]
    sent(summit, clock, hall, "203.0.113.9")
    assert look(summit, event, clock).contributors == 0
    assert extra_people(summit.records, event) == 160 - ALLOWED
    set_one_address(summit.records, event, is_on=True, who="anna", now=clock.now()).result()
    assert counted(summit, event) == 160 and len(pins_of(summit.records, event)) == 320
    shown = look(summit, event, clock)
    assert shown.contributors == 160 and shown.counts["unsafe"]
    sent(summit, clock, [any_pin(phone, 0, rng) for phone in range(160, 175)], "203.0.113.9")
    assert look(summit, event, clock).contributors == 175
    set_one_address(summit.records, event, is_on=False, who="anna", now=clock.now()).result()
    assert counted(summit, event) == ALLOWED


def test_somebody_who_is_extra_in_one_network_counts_from_another(
    summit: Summit, event: Event
) -> None:
    """All that they sent counts then: people are counted, not pins."""
    clock = Clock()
    sent(summit, clock, [pin(phone) for phone in range(ALLOWED + 1)], LAPTOP.format(1))
    assert (counted(summit, event), extra_people(summit.records, event)) == (ALLOWED, 1)
    sent(summit, clock, [pin(ALLOWED, 1)], LAPTOP.format(2))
    assert len(pins_of(summit.records, event)) == ALLOWED + 2
    assert extra_people(summit.records, event) == 0


def test_paper_and_this_computer_are_nobodys_address(summit: Summit, event: Event) -> None:
    send(summit, Clock(), *(pin(phone) for phone in range(12)))
    assert (counted(summit, event), extra_people(summit.records, event)) == (12, 0)


def test_a_network_of_the_new_kind_gives_one_device_one_place() -> None:
    """A device may take any address of its /64: they are one, and an IPv4 address written as IPv6
    is the IPv4 one.
    """
    limits = HallLimits(load_settings(phones_an_address=1))

    def is_extra(who: str, address: str) -> bool:
        return limits.is_extra(UUID(int=1), who, address, clock=0.0)

    assert not is_extra("a", "2001:db8:0:1::1")
    assert is_extra("b", "2001:db8:0:1::2") and is_extra("b", "2001:db8:0:1:ffff::9%eth0")
    assert not is_extra("b", "2001:db8:0:2::1") and not is_extra("c", "192.0.2.7")
    assert is_extra("d", "::ffff:192.0.2.7")


def test_one_laptop_does_not_fill_the_disk() -> None:
    limits = HallLimits(load_settings())
    for n in range(2000):
        limits.is_extra(UUID(int=1), f"{n}", "10.0.0.1", clock=0.0)
    for who, address in (("0", "10.0.0.1"), ("new", "10.0.0.2")):
        limits.is_extra(UUID(int=1), who, address, clock=0.0)
    with pytest.raises(PinRefused, match="Too many phones"):
        limits.is_extra(UUID(int=1), "new", "10.0.0.1", clock=0.0)


def test_the_log_says_it_once_an_hour_for_each_event(caplog: pytest.LogCaptureFixture) -> None:
    limits = HallLimits(load_settings(phones_an_address=1))
    with caplog.at_level(logging.WARNING):
        for minute in range(121):
            for event in (1, 2):
                limits.a_request("10.0.0.1", clock=60.0 * minute)
                limits.is_extra(UUID(int=event), f"{minute}", "10.0.0.1", clock=60.0 * minute)
    assert len(caplog.records) == 4, "for two events: at minute 1 and minute 61"
    assert "10.0.0.1" not in caplog.text
