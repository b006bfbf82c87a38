"""The story of a pilot as anybody may ask for it: signed words, and the voices as they are out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.made_up_pilots import a_pilot
from tests.phones import WALL_CELLS, Clock, again, an_event, pin, send, summit_in
from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.deciding.gather import decision_cases
from vrp_map.pilots.look import PilotLook
from vrp_map.pilots.pilot import Pilot, PilotDecision, PilotPlaces
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord, keep_look
from vrp_map.pilots.story.service import (
    draft_story,
    no_longer_as_signed,
    sign_story,
    withdraw_story,
)
from vrp_map.principal import DEMO, NotAllowed, Principal
from vrp_map.summit.event_store import State, change_state
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import Role
from vrp_map.web.middleware import is_public
from vrp_map.web.pilots.story_page import story_routes
from vrp_map.web.summit.voices_page import voices_routes

PINNED, OTHER = WALL_CELLS[:2]
COUNTS = ((207, 110), (308, 318))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def summit(tmp_path: Path) -> Iterator[Summit]:
    found = summit_in(tmp_path)
    yield found
    found.records.close()


@pytest.fixture
def pilots(summit: Summit) -> Pilots:
    return Pilots(summit.records, summit.settings)


@pytest.fixture
def client(summit: Summit, pilots: Pilots, clock: Clock) -> TestClient:
    times = {"now": clock.now, "clock": clock.clock}
    routes = [*story_routes(lambda: pilots, lambda: summit, **times)]
    routes += voices_routes(lambda: summit, **times)
    return TestClient(Starlette(routes=routes), base_url="http://localhost")


def planned(clock: Clock, **more: object) -> Pilot:
    """A pilot over the first hexagon of the wall that has pins, a fortnight before the event."""
    area = tuple(grid.to_text(grid.from_text([PINNED])))
    size = int(grid.resolutions(grid.from_text([PINNED]))[0])
    away = tuple(grid.to_text(grid.cells_at([-1.9], [52.6], resolution=size)))
    start = clock.now().date() - timedelta(14)
    plan = a_pilot(
        places=PilotPlaces(area, comparison=away), start=start, end=start + timedelta(200)
    )
    return replace(plan, **more)


def decided(pilots: Pilots, clock: Clock, **more: object) -> PilotRecord:
    """A pilot that was approved, judged and decided."""
    now = clock.now()
    reference = pilots.add_one(DEMO, planned(clock, **more), now=now)
    pilots.approve(DEMO, pilots.record(DEMO, reference), now=now)
    record = pilots.record(DEMO, reference)
    said = "Working: -127 incidents against the comparison (95% interval -196 to -40)."
    look = PilotLook(
        "working", said, record.pilot.start, record.pilot.end, 12, 6, COUNTS, 1.0, wdd=-127.0
    )
    keep_look(pilots.records, record, look, who="x", now=now).result()
    because = "It helps, and young people ask for it"
    pilots.decide(DEMO, record, PilotDecision.KEEP, because=because, now=now)
    return pilots.record(DEMO, reference)


def page_of(client: TestClient, record: PilotRecord) -> str:
    answer = client.get(f"/pilot/{record.reference}/story")
    return answer.text if answer.status_code == 200 else ""


def test_nothing_is_there_before_it_is_signed_nor_after_it_is_taken_back(
    client: TestClient, pilots: Pilots, clock: Clock
) -> None:
    unknown = client.get("/pilot/P1999-01/story")
    reference = pilots.add_one(DEMO, planned(clock), now=clock.now())
    draft = pilots.record(DEMO, reference)
    with pytest.raises(UserError, match="Nothing is decided"):
        sign_story(pilots, DEMO, draft, now=clock.now())
    assert client.get(f"/pilot/{reference}/story").text == unknown.text
    record = decided(pilots, clock, name="Made-up games")
    pilots.publish(DEMO, record, is_public=True, now=clock.now())
    record = pilots.record(DEMO, record.reference)
    answer = client.get(f"/pilot/{record.reference}/story")
    assert (answer.status_code, answer.text) == (404, unknown.text), "staff alone were told"
    sign_story(pilots, DEMO, record, now=clock.now())
    assert "Made-up games" in page_of(client, record)
    withdraw_story(pilots, DEMO, pilots.record(DEMO, record.reference), now=clock.now())
    assert client.get(f"/pilot/{record.reference}/story").text == unknown.text
    acts = [one.act for one in pilots.history(DEMO, record)]
    assert acts[-2:] == ["story signed", "story withdrawn"]


def test_it_has_no_count_of_incidents_and_no_hexagon(
    client: TestClient, pilots: Pilots, clock: Clock
) -> None:
    record = decided(pilots, clock, budget=9000.0)
    sign_story(pilots, DEMO, record, now=clock.now())
    page = page_of(client, record)
    assert "by more than chance would" in page and "£9,000" in page and "We keep it." in page
    seen = {int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", re.sub(r"<[^>]*>", " ", page))}
    assert not seen & {*(n for pair in COUNTS for n in pair), 127, 196, 40}
    places = record.pilot.places
    assert not any(cell in page for group in places.groups for cell in group)


def test_what_was_signed_stays_as_it_was_and_a_new_decision_takes_it_back(
    client: TestClient, pilots: Pilots, summit: Summit, clock: Clock
) -> None:
    record = decided(pilots, clock)
    sign_story(pilots, DEMO, record, now=clock.now())
    before = page_of(client, record)
    record = pilots.record(DEMO, record.reference)
    changed = replace(record.pilot, name="Renamed", learning="Ask Sam on 07700 900123")
    assert no_longer_as_signed(pilots, DEMO, record, clock.now()) == ()
    pilots.change(DEMO, record, changed, why="", now=clock.now())
    look = replace(pilots.looks(DEMO, record)[-1].look, verdict="not shown", sentence="Not shown.")
    later = clock.now() + timedelta(days=1)
    keep_look(pilots.records, record, look, who="x", now=later).result()
    assert page_of(client, record) == before
    # Staff are told that what is out has grown old, and the decision what it was made on.
    record = pilots.record(DEMO, record.reference)
    stale = no_longer_as_signed(pilots, DEMO, record, clock.now())
    assert stale == ("Name", "What changed", "What we learnt")
    (case,) = decision_cases(pilots, summit, DEMO, now=later)
    assert case.part("Verdict") == "Not shown. When it was decided, it was judged working."
    pilots.decide(DEMO, record, PilotDecision.STOP, because="No money", now=clock.now())
    assert page_of(client, record) == ""


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        ("Ask Sam on 07700 900123", "phone|number"),
        ("Write to sam@example.org", "mail"),
        ("There were 110 after it", "a number"),
    ],
)
def test_words_that_tell_too_much_are_looked_at_by_whoever_signs(
    client: TestClient, pilots: Pilots, clock: Clock, words: str, flag: str
) -> None:
    record = decided(pilots, clock, learning=words)
    with pytest.raises(UserError, match=flag):
        sign_story(pilots, DEMO, record, now=clock.now())
    assert page_of(client, record) == ""
    sign_story(pilots, DEMO, record, now=clock.now(), past_flags=True)
    assert "past a flag" in pilots.history(DEMO, record)[-1].act


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '$static ${k} " onload=x'])
def test_typed_words_are_words(client: TestClient, pilots: Pilots, clock: Clock, name: str) -> None:
    record = decided(pilots, clock, name=name)
    sign_story(pilots, DEMO, record, now=clock.now(), past_flags=True)
    assert f"<h1>{html.escape(name)}</h1>" in page_of(client, record)


def test_only_a_lead_signs(pilots: Pilots, clock: Clock) -> None:
    record = decided(pilots, clock)
    for role in Role:
        who = Principal("x", roles=(role,))
        if who.may(Action.APPROVE_PILOTS):
            continue
        with pytest.raises(NotAllowed):
            sign_story(pilots, who, record, now=clock.now())
        with pytest.raises(NotAllowed):
            withdraw_story(pilots, who, record, now=clock.now())


def test_each_number_of_the_voices_is_one_that_everybody_sees(
    client: TestClient, summit: Summit, pilots: Pilots, clock: Clock
) -> None:
    """Twelve pinned the pilot's hexagon: before the event is over nobody reads so here."""
    event = an_event(summit)
    send(summit, clock, *(pin(phone) for phone in range(12)))
    send(summit, clock, *(pin(p, wall_cell=OTHER) for p in range(12, 40)))
    record = decided(pilots, clock)
    sign_story(pilots, DEMO, record, now=clock.now())
    assert page_of(client, record).count("No event of that time has numbers.") == 2
    change_state(summit.records, again(summit, event), State.CLOSED, now=clock.now()).result()
    story, public = page_of(client, record), client.get("/voices").text
    told = re.findall(r"[\d,]+ people (?:feel|pass)[a-z ]*", story)
    assert told, "the hexagon of the pilot has a number"
    assert all(one in public for one in told)
    assert len(told) < len(re.findall(r"[\d,]+ people feel", public)), "others are left out"
    since = story.partition("Since the start")[2]
    assert event.name in since and event.name not in story.partition("Since the start")[0]


def test_the_address_is_for_phones_and_pilots_are_not() -> None:
    assert is_public("/pilot/P2026-01/story")
    for path in ("/pilots", "/pilot", "/pilotsx", "/pilot/../pilots"):
        assert path == "/pilot" or not is_public(path)


def test_staff_read_the_draft_first(pilots: Pilots, clock: Clock) -> None:
    record = decided(pilots, clock)
    said = dict(draft_story(pilots, DEMO, record, clock.now()))
    assert said["How much of it there was"] == "Not recorded."
    with pytest.raises(NotAllowed):
        draft_story(pilots, Principal("x", roles=(Role.YOUTH_WORKER,)), record, clock.now())
