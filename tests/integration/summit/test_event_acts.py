"""What staff do with events is in the audit, with who did it; what cannot be an event is refused in
plain words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.hostile import EVENT, NAMES, UNSEEN
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.principal import Principal
from vrp_map.records.audit import acts
from vrp_map.records.engine.database import NotKept, Records
from vrp_map.summit import event_store as events
from vrp_map.summit.event_store import (
    State,
    all_events,
    change_state,
    create_event,
    event_by_code,
    next_states,
)
from vrp_map.summit.follow_up.store import Reply, keep_reply, replies_to
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import Role

NOW = datetime(2026, 3, 14, 11, 52)
DAY = date(2026, 3, 14)
FULL: dict[str, Any] = {
    "name": "Summit",
    "place": "Hall",
    "starts_on": DAY,
    "ends_on": DAY,
    "now": NOW,
    "who": "anna",
}

ANNA = Principal("anna", frozenset({Role.YOUTH_WORKER}))
GIVEN = {name: value for name, value in FULL.items() if name != "who"}


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    found = Records(tmp_path / "records")
    yield found
    found.close()


@pytest.fixture
def summit(records: Records) -> Summit:
    return Summit(records, Settings())


def test_every_step_has_a_line_with_who_did_it(records: Records) -> None:
    create_event(records, code="sum1", state=State.PAUSED, **FULL)
    for state, who in (
        (State.OPEN, "ben"),
        (State.PAUSED, "ben"),
        (State.OPEN, "anna"),
        (State.CLOSED, "cy"),
        (State.ARCHIVED, "cy"),
    ):
        event = event_by_code(records, "SUM1")
        assert event is not None and state in next_states(event)
        change_state(records, event, state, now=NOW, who=who).result()
    said = [(act.who, act.act) for act in reversed(acts(records, subject="SUM1"))]
    assert said == [
        ("anna", "event made"),
        ("ben", "event opened"),
        ("ben", "event paused"),
        ("anna", "event opened"),
        ("cy", "event closed"),
        ("cy", "event archived"),
    ]


def test_an_event_that_is_made_open_was_opened_by_whoever_made_it(records: Records) -> None:
    create_event(records, code="SUM1", **FULL)
    assert [act.act for act in acts(records)] == ["event opened", "event made"]


def test_an_event_whose_pins_would_be_purged_at_once_cannot_be_opened(records: Records) -> None:
    days: dict[str, Any] = FULL | {"ends_on": FULL["starts_on"], "keep_days": 30}
    last = FULL["starts_on"] + timedelta(days=30)
    event = create_event(records, code="OLD", state=State.PAUSED, **days)
    late = datetime.combine(last + timedelta(days=1), time(9))
    with pytest.raises(UserError, match="new ones would be deleted at once"):
        change_state(records, event, State.OPEN, now=late)
    with pytest.raises(UserError, match="new ones would be deleted at once"):
        create_event(records, code="OLDER", **(days | {"now": late}))
    assert [one.code for one in all_events(records)] == ["OLD"]
    change_state(records, event, State.OPEN, now=datetime.combine(last, time(9))).result()


def test_neither_the_act_nor_its_line_is_kept_without_the_other(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise duckdb.IOException("the disk is full")

    event = create_event(records, code="SUM1", **FULL)
    monkeypatch.setattr(events, "note", fail)
    with pytest.raises(NotKept):
        change_state(records, event, State.CLOSED, now=NOW, who="anna").result()
    with pytest.raises(NotKept):
        create_event(records, code="SUM2", **FULL)
    assert [(e.code, e.state) for e in all_events(records)] == [("SUM1", State.OPEN)]
    assert len(acts(records)) == 2


def test_a_page_that_is_older_than_somebody_elses_step_does_not_undo_it(records: Records) -> None:
    seen = create_event(records, code="SUM1", **FULL)
    change_state(records, seen, State.CLOSED, now=NOW).result()
    with pytest.raises(UserError, match="closed cannot become paused"):
        change_state(records, seen, State.PAUSED, now=NOW).result()
    held = event_by_code(records, "SUM1")
    assert held is not None and held.state is State.CLOSED
    assert acts(records)[0].act == "event closed"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "  "}, "no name"),
        ({"name": "x" * 121}, "too long"),
        ({"ends_on": date(2026, 3, 13)}, "last day is before the first"),
        ({"code": "ab"}, "cannot be a code"),
        ({"code": "no spaces"}, "cannot be a code"),
        ({"code": "TAKEN"}, "TAKEN is taken"),
        ({"code": "taken"}, "TAKEN is taken"),
        ({"keep_days": 0}, "cannot be kept for 0 days"),
        ({"themes": ["safer travel", "  "]}, "no words"),
        ({"areas": ["lad:E08000026", "lad:NOWHERE"]}, "no area 'lad:NOWHERE'"),
        ({"areas": ["Coventry"]}, "no area 'Coventry'"),
    ],
)
def test_what_cannot_be_an_event_is_refused_and_leaves_nothing(
    summit: Summit, wrong: Any, said: str
) -> None:
    summit.create_event(ANNA, **GIVEN | {"code": "TAKEN"})
    before = acts(summit.records)
    with pytest.raises(UserError, match=said) as refusal:
        summit.create_event(ANNA, **GIVEN | wrong)
    assert refusal.value.hint
    assert len(all_events(summit.records)) == 1 and acts(summit.records) == before


def test_areas_and_words_are_tidied(summit: Summit) -> None:
    event = summit.create_event(
        ANNA,
        **GIVEN
        | {
            "name": " Summit ",
            "areas": ["lad:E08000026", "lad:E08000026"],
            "themes": [" travel "],
            "code": " ",
        },
    )
    assert (event.name, event.areas, event.themes) == ("Summit", ("lad:E08000026",), ("travel",))
    assert len(event.code) == 6 and event == event_by_code(summit.records, event.code)


@pytest.mark.parametrize("name", [*NAMES, EVENT])
def test_words_that_were_kept_before_words_were_cleaned_are_cleaned_on_reading(
    records: Records, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kept = f"{UNSEEN}{name}\n\u200b {UNSEEN}"
    with monkeypatch.context() as before:
        before.setattr(events, "plain_text", str)
        given = FULL | {"name": kept, "place": kept, "themes": [kept, UNSEEN]}
        made = create_event(records, code="SUM1", **given)
    reply = Reply("88283082b9fffff", "done", kept, kept, DAY)
    keep_reply(records, made, reply, who="anna", now=NOW).result()
    for event in (event_by_code(records, "SUM1"), *all_events(records)):
        assert event is not None
        assert (event.name, event.place, event.themes) == (name, name, (name,))
    (answer,) = replies_to(records, made).values()
    assert (answer.words, answer.owner) == (name, name)


def test_an_event_whose_kept_name_shows_nothing_is_called_by_its_code(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(events, "plain_text", str)
        create_event(records, code="SUM1", **FULL | {"name": UNSEEN})
    assert [event.name for event in all_events(records)] == ["SUM1"]
