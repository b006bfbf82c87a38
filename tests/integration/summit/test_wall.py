"""The wall's release: when it changes, what it survives, and that it is kept before anybody sees
it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.phones import WALL_CELLS, Clock, again, an_event, pin, send, summit_in
from vrp_map import grid
from vrp_map.disclosure.releases import Release
from vrp_map.records.engine.database import NotKept
from vrp_map.summit.event_store import Event, State, change_state
from vrp_map.summit.service import Summit
from vrp_map.summit.wall import service as wall
from vrp_map.summit.wall.service import current_release
from vrp_map.summit.wall.store import latest_release, released_at

EVERY, K = 20, 3  # so that six come out together
FIRST, SECOND = WALL_CELLS[:2]


@pytest.fixture
def summit(tmp_path: Path) -> Iterator[Summit]:
    found = summit_in(tmp_path, wall_every_s=EVERY, wall_k=K)
    yield found
    found.records.close()


@pytest.fixture
def event(summit: Summit) -> Event:
    return an_event(summit)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def both(phones: range) -> list[dict[str, Any]]:
    """Half of them at one place, and half at another: where all say the same, little of
    it shows.
    """
    return [pin(phone, wall_cell=(FIRST, SECOND)[phone % 2]) for phone in phones]


def look(summit: Summit, event: Event, clock: Clock) -> Release:
    return current_release(summit, again(summit, event), now=clock.now(), clock=clock.clock())


def after_an_interval(summit: Summit, event: Event, clock: Clock) -> Release:
    clock.wait(EVERY)
    return look(summit, event, clock)


def test_a_release_is_kept_before_it_is_seen(summit: Summit, event: Event, clock: Clock) -> None:
    assert look(summit, event, clock).number == 0
    send(summit, clock, *(pin(phone) for phone in range(6)))
    shown = after_an_interval(summit, event, clock)
    assert (shown.number, shown.contributors, shown.counts["unsafe"]) == (1, 6, {FIRST: 6 - K})
    assert latest_release(summit.records, event) == shown
    assert released_at(summit.records, event) == clock.now()


def test_nobody_hastens_a_release(summit: Summit, event: Event, clock: Clock) -> None:
    """Pins and questions in between change nothing; only the wall's own time does."""
    look(summit, event, clock)
    for phone in range(EVERY - 1):
        clock.wait(1)
        send(summit, clock, pin(phone))
        assert look(summit, event, clock).number == 0
    clock.wait(1)
    assert look(summit, event, clock).contributors == EVERY - 1


def test_a_look_with_too_few_newcomers_does_not_count(
    summit: Summit, event: Event, clock: Clock
) -> None:
    """People come one by one, and the wall is read after each: never is one of them the only one
    who can have made a number change, though the hexagon has k more than it shows.
    """
    send(summit, clock, *both(range(6)))
    assert after_an_interval(summit, event, clock).counts["unsafe"] == {FIRST: 3, SECOND: 3}
    for one in both(range(6, 11)):
        send(summit, clock, one)
        assert after_an_interval(summit, event, clock).counts["unsafe"] == {FIRST: 3, SECOND: 3}
    send(summit, clock, *both(range(11, 12)))
    shown = after_an_interval(summit, event, clock)
    assert (shown.number, shown.contributors, shown.counts["unsafe"]) == (
        2,
        12,
        {FIRST: 6, SECOND: 6},
    )


def test_one_keen_person_is_one_newcomer(summit: Summit, event: Event, clock: Clock) -> None:
    send(summit, clock, *(pin(phone) for phone in range(6)))
    after_an_interval(summit, event, clock)
    send(summit, clock, *(pin(6, n, wall_cell=cell) for n, cell in enumerate(WALL_CELLS)))
    assert after_an_interval(summit, event, clock).number == 1


def test_pins_taken_back_leave_together_too(summit: Summit, event: Event, clock: Clock) -> None:
    codes = send(summit, clock, *both(range(14)))
    assert after_an_interval(summit, event, clock).counts["unsafe"] == {FIRST: 7, SECOND: 7}
    for code in codes[:5]:
        summit.take_back(code, address="hall", clock=clock.clock()).result()
        assert after_an_interval(summit, event, clock).counts["unsafe"] == {FIRST: 7, SECOND: 7}
    summit.take_back(codes[5], address="hall", clock=clock.clock()).result()
    assert after_an_interval(summit, event, clock).counts["unsafe"] == {FIRST: 4, SECOND: 4}


def test_two_at_once_make_one_release(
    summit: Summit, event: Event, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(summit, event, clock)
    send(summit, clock, *(pin(phone) for phone in range(8)))
    clock.wait(EVERY)
    inside, go, made = threading.Event(), threading.Event(), []
    true = wall.pins_of

    def slowly(*given: Any) -> Any:
        made.append(given)
        inside.set()
        assert go.wait(10)
        return true(*given)

    monkeypatch.setattr(wall, "pins_of", slowly)
    with ThreadPoolExecutor(8) as hall:
        first = hall.submit(look, summit, event, clock)
        assert inside.wait(10)
        others = [hall.submit(look, summit, event, clock) for _ in range(7)]
        assert {other.result(timeout=10).number for other in others} == {0}, (
            "they get the latest, and do not wait"
        )
        go.set()
        assert first.result(timeout=10).number == 1
    assert len(made) == 1 and look(summit, event, clock).number == 1


def test_a_restart_counts_on(tmp_path: Path, clock: Clock) -> None:
    before = summit_in(tmp_path, wall_every_s=EVERY, wall_k=K)
    event = an_event(before)
    send(before, clock, *both(range(8)))
    first = after_an_interval(before, event, clock)
    before.records.close()
    after = summit_in(tmp_path, wall_every_s=EVERY, wall_k=K)
    try:
        assert look(after, event, clock) == first, "the same picture, at once"
        send(after, clock, *both(range(8, 13)))
        assert after_an_interval(after, event, clock) == first
        send(after, clock, *both(range(13, 14)))
        following = after_an_interval(after, event, clock)
        assert (following.number, following.counts["unsafe"]) == (2, {FIRST: 7, SECOND: 7})
    finally:
        after.records.close()


def test_pins_that_nobody_looked_at_before_a_restart_show_once_they_are_k(
    tmp_path: Path, clock: Clock
) -> None:
    """A projector was off, the server restarted: pins of later quarter hours are known to be new,
    the others not.
    """
    before = summit_in(tmp_path, wall_every_s=EVERY, wall_k=K)
    event = an_event(before)
    send(before, clock, *both(range(8)))
    after_an_interval(before, event, clock)
    send(before, clock, *both(range(8, 10)))
    clock.wait(3600)
    send(before, clock, *both(range(10, 16)))
    change_state(before.records, event, State.CLOSED, now=clock.now()).result()
    before.records.close()
    after = summit_in(tmp_path, wall_every_s=EVERY, wall_k=K)
    try:
        assert look(after, event, clock).counts["unsafe"] == {FIRST: 8, SECOND: 8}
    finally:
        after.records.close()


def test_a_closed_event_gets_a_last_release_and_an_archived_one_no_more(
    summit: Summit, event: Event, clock: Clock
) -> None:
    send(summit, clock, *(pin(phone) for phone in range(6)))
    after_an_interval(summit, event, clock)
    codes = send(summit, clock, *(pin(phone) for phone in range(6, 16)))
    change_state(summit.records, again(summit, event), State.CLOSED, now=clock.now()).result()
    last = after_an_interval(summit, event, clock)
    assert (last.number, last.contributors) == (2, 16)
    change_state(summit.records, again(summit, event), State.ARCHIVED, now=clock.now()).result()
    for code in codes:
        summit.take_back(code, address="hall", clock=clock.clock()).result()
    assert after_an_interval(summit, event, clock) == last


def test_what_waited_for_others_waits_no_longer_when_the_event_is_over(
    summit: Summit, event: Event, clock: Clock
) -> None:
    """Nearly all newcomers said one thing.

    It is told as far as it may be, of those whom a look has counted; the last few, who are no
    batch, change nothing, neither now nor after a restart.
    """
    send(summit, clock, *both(range(20)))
    assert after_an_interval(summit, event, clock).counts["unsafe"] == {FIRST: 10, SECOND: 10}
    send(summit, clock, *(pin(phone) for phone in range(20, 30)))
    assert after_an_interval(summit, event, clock).counts["unsafe"] == {FIRST: 10, SECOND: 10}
    send(summit, clock, *(pin(phone, wall_cell=SECOND) for phone in range(30, 35)))
    change_state(summit.records, again(summit, event), State.CLOSED, now=clock.now()).result()
    last = after_an_interval(summit, event, clock)
    assert (last.number, last.contributors, last.counts["unsafe"]) == (
        3,
        30,
        {FIRST: 10 + 10 - K, SECOND: 10},
    )
    assert after_an_interval(summit, event, clock) == last == latest_release(summit.records, event)
    restarted = Summit(summit.records, summit.settings)
    assert after_an_interval(restarted, event, clock) == last


def test_what_cannot_be_kept_is_not_shown(
    summit: Summit,
    event: Event,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    send(summit, clock, *(pin(phone) for phone in range(6)))
    first = after_an_interval(summit, event, clock)
    send(summit, clock, *(pin(phone) for phone in range(6, 20)))

    def full(*_: object, **__: object) -> Future[bool]:
        answer: Future[bool] = Future()
        answer.set_exception(NotKept("It could not be saved just now."))
        return answer

    monkeypatch.setattr(wall, "keep_release", full)
    assert after_an_interval(summit, event, clock) == first
    assert "A release could not be saved" in caplog.text
    monkeypatch.undo()
    assert after_an_interval(summit, event, clock).contributors == 20, "and once it can be, it is"


def test_a_release_that_another_has_made_is_taken_over(
    summit: Summit, event: Event, clock: Clock
) -> None:
    look(summit, event, clock)
    send(summit, clock, *(pin(phone) for phone in range(6)))
    theirs = Release(1, 9, Release().counts)
    wall.keep_release(summit.records, event, theirs, now=clock.now()).result()
    assert after_an_interval(summit, event, clock) == theirs


def test_the_place_of_a_pin_is_read_from_its_text_once(
    summit: Summit, event: Event, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the request to the wall: numbers are kept, compared and counted, never texts again."""
    summit.cells(event)
    look(summit, event, clock)
    read: list[int] = []
    from_text = grid.from_text

    def counted(texts: Any) -> Any:
        read.append(len(texts))
        return from_text(texts)

    monkeypatch.setattr(grid, "from_text", counted)
    send(summit, clock, pin(1))
    after_an_interval(summit, event, clock)
    assert read == [1]
