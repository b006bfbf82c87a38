"""Thousands of orders in which people come, read as `GET /api/wall` gives it: numbers move by
nothing or by k.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.phones import WALL_CELLS, Clock, an_event, any_pin, send, summit_in
from vrp_map.disclosure.releases import Answer, Release, batch, narrowed
from vrp_map.summit.event_store import Event
from vrp_map.summit.wall.picture import REASONS, counted, hexagons, picture
from vrp_map.summit.wall.service import CurrentRelease, shown
from vrp_map.summit.wall.themes import load_themes
from vrp_map.vocabulary.pins import SETTINGS

K = 5
Reading = dict[tuple[str, str], int]


def reading(release: Release) -> Reading:
    """Every number of the answer, by the same functions that write it, without names
    and outlines.
    """
    release = narrowed(release, k=K)
    found = {
        (cell, kind): n for cell, counts in hexagons(release).items() for kind, n in counts.items()
    }
    for kind, known in (("setting", SETTINGS), ("reason", REASONS)):
        found |= {(kind, row["code"]): row["people"] for row in counted(release, kind, known)}
    return found | {("all", "contributors"): release.contributors}


def reading_of(answer: Mapping[str, Any]) -> Reading:
    """Every number of an answer as JSON."""
    found = {
        (row["cell"], kind): row[kind]
        for row in answer["hexagons"]
        for kind in ("unsafe", "safe", "corridor")
        if kind in row
    }
    for kind in ("setting", "reason"):
        found |= {(kind, row["code"]): row["people"] for row in answer[f"{kind}s"]}
    return found | {("all", "contributors"): answer["contributors"]}


def check(before: Reading, after: Reading, k: int = K) -> None:
    for what in {**before, **after}:
        a, b = before.get(what, 0), after.get(what, 0)
        assert b == 0 or b >= k, what
        assert a == b or abs(a - b) >= k, what


def people(rng: random.Random, many: int) -> list[list[Answer]]:
    """What each of so many people says: one or two pins, in few places, so that numbers cross k
    often.
    """
    said: list[list[Answer]] = []
    for who in range(many):
        mine: list[Answer] = []
        for _ in range(rng.choice((1, 1, 2))):
            feeling = rng.choice(("unsafe", "unsafe", "safe"))
            mine.append((who, feeling, rng.choice(WALL_CELLS[:3])))
            mine.append((who, "setting", rng.choice(list(SETTINGS)[:3])))
            mine.append((who, "reason", "lighting" if feeling == "unsafe" else "friends"))
        said.append(mine)
    return said


def looks(said: Iterable[list[Answer]], rng: random.Random) -> Iterable[Release]:
    """The releases of one order: the wall looks after every one to six people, and some take back
    what they said.
    """
    release, seen, now = Release(), set[Answer](), set[Answer]()
    until = rng.randint(1, 6)
    for mine in said:
        now |= set(mine)
        if rng.random() < 0.05:
            gone = rng.choice(mine)[0]
            now = {one for one in now if one[0] != gone}
        until -= 1
        if until == 0:
            until = rng.randint(1, 6)
            following = batch(release, seen, now, k=K)
            if following is not None:
                release, seen = following, set(now)
            yield release


def test_thousands_of_orders() -> None:
    rng = random.Random(10_000)
    everybody = people(rng, 30)
    changes = 0
    for _ in range(3_000):
        rng.shuffle(everybody)
        before: Reading = {}
        last = Release()
        for release in looks(everybody, rng):
            if release is last:
                continue  # the same release is the same answer
            last, after = release, reading(release)
            check(before, after)
            changes += after != before
            before = after
    assert changes > 6_000, "or nothing was tested"


def test_the_check_can_fail() -> None:
    with pytest.raises(AssertionError):
        check({("a", "unsafe"): 5}, {("a", "unsafe"): 6})
    with pytest.raises(AssertionError):
        check({}, {("a", "unsafe"): 4})


@pytest.mark.parametrize("seed", range(4))
def test_orders_through_the_records_and_the_whole_answer(tmp_path: Path, seed: int) -> None:
    """The same through `keep_pin`, `current_release` and `picture`, with pins that are
    taken back.
    """
    rng, clock = random.Random(seed), Clock()
    summit = summit_in(tmp_path, wall_every_s=20)
    try:
        event = an_event(summit)
        before: Reading = {}
        codes: list[str] = []
        changes = 0
        for phone in range(60):
            codes += send(
                summit, clock, *(any_pin(phone, n, rng) for n in range(rng.choice((1, 2))))
            )
            if rng.random() < 0.1:
                gone = codes.pop(rng.randrange(len(codes)))
                summit.take_back(gone, address="hall", clock=clock.clock()).result()
            clock.wait(rng.uniform(1, 30))
            current = shown(summit, event, now=clock.now(), clock=clock.clock())
            answer = answer_of(current, event)
            after = reading_of(answer)
            for theme in answer["themes"]:
                told = [current.release.counts[row["kind"]][row["code"]] for row in theme["said"]]
                assert [row["people"] for row in theme["said"]] == told and theme[
                    "at_least"
                ] == max(told)
            assert {what: n for what, n in after.items() if n} == {
                what: n for what, n in reading(current.release).items() if n
            }
            check(before, after)
            changes += after != before
            before = after
        assert answer["themes"], "or nothing was tested of them"
        assert changes >= 4 and before["all", "contributors"] > 40
    finally:
        summit.records.close()


def answer_of(current: CurrentRelease, event: Event) -> dict[str, Any]:
    return picture(
        event,
        current,
        k=K,
        resolution=8,
        every_s=20,
        names=lambda cells: dict.fromkeys(cells, "a place"),
        themes=load_themes(),
    )


def test_a_larger_k_hides_what_was_released_with_a_smaller_one() -> None:
    release = Release(
        3,
        28,
        Release().counts
        | {"unsafe": {WALL_CELLS[0]: 6, WALL_CELLS[1]: 11}, "reason": {"lighting": 9}},
    )
    assert reading(narrowed(release, k=10)) == {
        (WALL_CELLS[1], "unsafe"): 11,
        ("all", "contributors"): 28,
    }
    assert hexagons(narrowed(replace(release, contributors=19), k=10)) == {}
    assert narrowed(replace(release, contributors=8), k=10).contributors == 0
