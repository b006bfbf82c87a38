"""No phone waits for the event area of its event to be made: the server makes it when it starts and
when an event opens.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from vrp_map.common.watches import Lifespan
from vrp_map.config import Settings, load_settings
from vrp_map.errors import UserError
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event, State, change_state, create_event
from vrp_map.summit.pins import event_areas as module
from vrp_map.summit.pins.event_areas import EventAreaCache, with_event_areas
from vrp_map.summit.service import Summit

NOW = datetime(2026, 3, 14, 11, 52)
AREAS = ["lad:E08000025", "lad:E08000026", "lad:E08000027", "lad:E08000028", "lad:E08000029"]


@pytest.fixture
def summit(demo: Settings, tmp_path: Path) -> Iterator[Summit]:
    records = Records(tmp_path / "records")
    yield Summit(records, load_settings(store=demo.store))
    records.close()


def event(summit: Summit, code: str, area: str, state: State = State.OPEN) -> Event:
    days: dict[str, Any] = {
        "starts_on": date(2026, 3, 14),
        "ends_on": date(2026, 3, 14),
        "now": NOW,
        "place": "Hall",
    }
    return create_event(summit.records, name=code, code=code, areas=[area], state=state, **days)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The boundaries of every event area that is made from now on."""
    areas: list[tuple[str, ...]] = []

    class Counted(module.EventArea):
        def __init__(
            self, cells: Any, all_areas: Any, keys: tuple[str, ...], places: Any, **more: Any
        ) -> None:
            areas.append(keys)
            super().__init__(cells, all_areas, keys, places, **more)

    monkeypatch.setattr(module, "EventArea", Counted)
    return areas


def test_an_open_event_has_its_ground_before_anybody_asks(
    summit: Summit, made: list[tuple[str, ...]]
) -> None:
    opened, paused = (
        event(summit, "OPEN", AREAS[0]),
        event(summit, "PAUSED", AREAS[1], State.PAUSED),
    )
    event_areas = EventAreaCache(lambda: summit)
    event_areas.make_ready()
    assert made == [opened.areas]
    version = event_areas.of(opened).version
    assert event_areas.by_version(version) is event_areas.of(opened) and made == [opened.areas]
    change_state(summit.records, paused, State.OPEN, now=NOW).result()
    event_areas.make_ready()
    event_areas.make_ready()
    assert made == [opened.areas, paused.areas]


def test_many_open_events_leave_room_for_those_that_are_visited(
    summit: Summit, made: list[tuple[str, ...]]
) -> None:
    events = [event(summit, f"E{n}00", area) for n, area in enumerate(AREAS)]
    event_areas = EventAreaCache(lambda: summit, keep=4)
    event_areas.make_ready()
    assert len(made) == 2
    for _ in range(3):
        event_areas.make_ready()
        for one in events:
            if one.areas not in made[:2]:
                event_areas.of(one)
                break
    assert len(made) == 3


def test_a_server_whose_records_are_not_open_starts_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def shut() -> Summit:
        raise UserError("The records are not open.")

    looks: list[Any] = []

    def lifespan_with(lifespan: Lifespan, look: Any, *, every_s: float) -> Lifespan:
        looks.append(look)
        return lifespan

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "with_watch", lifespan_with)
        with_event_areas(lambda _: None, EventAreaCache(shut))  # type: ignore[arg-type,return-value]
    looks[0]()
    assert not caplog.text
