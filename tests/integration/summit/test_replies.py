"""Answers to places: who may give one, what is refused, the latest counts, and what the audit says
of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.phones import WALL_CELLS, Clock, an_event, pin, send, summit_in
from tests.texts import acts_since_opening
from vrp_map.disclosure.releases import Release
from vrp_map.errors import NotAllowed, UserError
from vrp_map.principal import DEMO
from vrp_map.records.audit import Act
from vrp_map.summit.event_store import Event
from vrp_map.summit.follow_up.replies import answer, to_answer
from vrp_map.summit.follow_up.store import Reply, replies_to
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.service import current_release
from vrp_map.vocabulary import Role

MANY, FEW, NONE = WALL_CELLS[:3]
REPLY = Reply(MANY, "planned", "Four new lights are ordered.", "City Council", date(2026, 11, 3))


@pytest.fixture
def summit(tmp_path: Path) -> Iterator[Summit]:
    found = summit_in(tmp_path)
    yield found
    found.records.close()


@pytest.fixture
def event(summit: Summit) -> Event:
    return an_event(summit)


@pytest.fixture
def release(summit: Summit, event: Event) -> Release:
    clock = Clock()
    send(
        summit,
        clock,
        *(pin(phone) for phone in range(12)),
        *(pin(p, wall_cell=FEW) for p in range(12, 19)),
    )
    send(summit, clock, *(pin(p, wall_cell=NONE) for p in range(19, 22)))
    return current_release(summit, event, now=clock.now(), clock=clock.clock())


def give(summit: Summit, event: Event, release: Release, who: Any = DEMO, **changed: Any) -> None:
    answer(summit, who, event, release, replace(REPLY, **changed), now=Clock().now()).result()


def test_the_latest_answer_counts_and_each_has_its_line(
    summit: Summit, event: Event, release: Release
) -> None:
    give(summit, event, release)
    give(summit, event, release, status="done", words="Four new lights are up.")
    assert replies_to(summit.records, event) == {
        MANY: replace(REPLY, status="done", words="Four new lights are up.")
    }
    now = Clock().now()
    assert acts_since_opening(summit.records) == [
        Act(now, "demo", "reply: done", "DEMO"),
        Act(now, "demo", "reply: planned", "DEMO"),
    ]


def test_an_answer_survives_a_restart(tmp_path: Path) -> None:
    first = summit_in(tmp_path / "again")
    event = an_event(first)
    send(first, Clock(), *(pin(phone) for phone in range(12)))
    give(first, event, current_release(first, event, now=Clock().now(), clock=0.0))
    first.records.close()
    second = summit_in(tmp_path / "again")
    try:
        assert replies_to(second.records, event) == {MANY: REPLY}
    finally:
        second.records.close()


def test_places_without_an_answer_come_first(
    summit: Summit, event: Event, release: Release
) -> None:
    assert [(row.cell, row.reply) for row in to_answer(summit, event, release)] == [
        (MANY, None),
        (FEW, None),
    ]
    give(summit, event, release)
    rows = to_answer(summit, event, release)
    assert [(row.cell, row.reply) for row in rows] == [(FEW, None), (MANY, REPLY)]
    assert rows[0].counts == {"unsafe": 7}


def test_one_event_does_not_answer_for_another(
    summit: Summit, event: Event, release: Release
) -> None:
    give(summit, event, release)
    assert replies_to(summit.records, an_event(summit, "OTHER")) == {}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"status": "soon"}, "needs a status"),
        ({"words": ""}, "empty"),
        ({"words": "ok"}, "too short"),
        ({"words": "x" * 601}, "601 characters"),
        ({"owner": ""}, "needs the organisation"),
        ({"owner": "x" * 81}, "needs the organisation"),
        ({"owner": "jo@council.example"}, "e-mail address"),
        ({"words": "Write to jo@council.example and ask."}, "e-mail address"),
        ({"owner": "Council 07700 900123"}, "telephone number"),
        ({"answered_on": date(2026, 11, 4)}, "in the future"),
        ({"cell": NONE}, "not public"),
        ({"cell": "no cell"}, "not public"),
    ],
)
def test_what_is_refused(
    summit: Summit, event: Event, release: Release, changed: dict[str, Any], why: str
) -> None:
    with pytest.raises(UserError, match=why) as refusal:
        give(summit, event, release, **changed)
    assert refusal.value.hint
    assert replies_to(summit.records, event) == {} and acts_since_opening(summit.records) == []


def test_an_answer_is_kept_as_one_line_that_shows(
    summit: Summit, event: Event, release: Release
) -> None:
    give(summit, event, release, words="Four new\u202e lights\nare up.", owner="City\u200b Council")
    (kept,) = replies_to(summit.records, event).values()
    assert (kept.words, kept.owner) == ("Four new lights are up.", "City Council")
    with pytest.raises(UserError, match="too short"):
        give(summit, event, release, words="\u202e" * 20)


def test_an_answer_may_name_a_helpline(summit: Summit, event: Event, release: Release) -> None:
    give(summit, event, release, words="You can always talk to Childline on 0800 1111.")
    assert replies_to(summit.records, event)


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        ({Role.LEAD}, True),
        ({Role.YOUTH_WORKER}, True),
        ({Role.MODERATOR, Role.ANALYST}, False),
        ({Role.SAFEGUARDING}, False),
        (set(), False),
    ],
)
def test_who_may_answer(
    summit: Summit, event: Event, release: Release, roles: set[Role], may: bool
) -> None:
    who = replace(DEMO, roles=frozenset(roles))
    if may:
        give(summit, event, release, who=who)
        assert replies_to(summit.records, event)
    else:
        with pytest.raises(NotAllowed, match="Only a lead or a youth worker may answer"):
            give(summit, event, release, who=who)
        assert replies_to(summit.records, event) == {}
