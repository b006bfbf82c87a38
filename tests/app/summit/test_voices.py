"""The public page afterwards: only events that are over, nothing under the public k, each answer
beside its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import h3
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.phones import WALL_CELLS, Clock, again, an_event, pin, send, summit_in
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.summit.cell_names import cell_names
from vrp_map.summit.event_store import Event, State, change_state
from vrp_map.summit.follow_up.store import Reply, keep_reply
from vrp_map.summit.service import Summit
from vrp_map.web.summit import wall_page
from vrp_map.web.summit.voices_page import voices_routes

MANY, FEW = WALL_CELLS[:2]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def summit(tmp_path: Path) -> Iterator[Summit]:
    found = summit_in(tmp_path)
    yield found
    found.records.close()


@pytest.fixture
def event(summit: Summit, clock: Clock) -> Event:
    """Twelve feel unsafe in one hexagon, seven in another and three in each of four; six feel safe
    in the first.
    """
    made = an_event(summit)
    send(
        summit,
        clock,
        *(pin(phone) for phone in range(12)),
        *(pin(p, wall_cell=FEW) for p in range(12, 19)),
    )
    send(summit, clock, *(pin(p, 1, feeling="safe", reasons=["staff"]) for p in range(6)))
    send(summit, clock, *elsewhere(range(19, 31)))
    return made


def elsewhere(phones: range) -> list[dict[str, Any]]:
    """Pins in four more hexagons, of a setting and reason of their own."""
    cells = WALL_CELLS[2:]
    return [
        pin(p, wall_cell=cells[p % 4], setting="neighbourhood", reasons=["hidden"]) for p in phones
    ]


@pytest.fixture
def client(summit: Summit, clock: Clock) -> TestClient:
    routes = voices_routes(lambda: summit, now=clock.now, clock=clock.clock)
    return TestClient(Starlette(routes=routes), base_url="http://localhost")


def close(summit: Summit, event: Event, clock: Clock) -> None:
    change_state(summit.records, again(summit, event), State.CLOSED, now=clock.now()).result()


def test_an_open_event_is_not_there(client: TestClient, event: Event) -> None:
    page = client.get("/voices").text
    assert (
        "There is nothing to read yet" in page
        and "Summit (synthetic)" not in page
        and "<figure hidden>" in page
    )


def test_what_was_said_by_enough(
    client: TestClient, summit: Summit, event: Event, clock: Clock
) -> None:
    close(summit, event, clock)
    page = client.get("/voices").text
    assert "Summit (synthetic)" in page and "Hall, 3 November 2026" in page
    assert "<strong>31</strong> people took part" in page
    assert page.count('class="place"') == 1 and "12 people feel unsafe here" in page
    assert "people feel safe here" not in page, "six are fewer than the ten of this page"
    assert "Dark or badly lit: 19 people" in page and "There is no answer yet" in page
    assert "What it was about" not in page, "nobody spoke of a theme"
    numbers = {
        int(n) for n in re.findall(r"(\d+)</strong> people|(\d+) people", page) for n in n if n
    }
    assert min(numbers) >= 10


def test_themes_have_at_least_their_largest_number(
    client: TestClient, summit: Summit, clock: Clock
) -> None:
    event = an_event(summit)
    send(
        summit,
        clock,
        *(pin(p, setting="school-journey", helps=["police"] if p < 9 else []) for p in range(13)),
    )
    send(summit, clock, *elsewhere(range(13, 25)))
    close(summit, event, clock)
    page = client.get("/voices").text
    assert "Safer travel: at least 13 people." in page and "On the way to school or work" in page
    assert "Community policing" not in page, "nine are fewer than the ten of this page"


def test_the_map_is_drawn_from_the_list(
    client: TestClient, summit: Summit, event: Event, clock: Clock
) -> None:
    close(summit, event, clock)
    page = client.get("/voices").text
    corner = [round(v, 6) for v in h3.cell_to_boundary(MANY)[0]]
    assert f'data-outline="[[{corner[0]},{corner[1]}]' in page and 'data-unsafe="12"' in page
    assert "data-safe" not in page and FEW not in page


def test_an_answer_stands_beside_its_place(
    client: TestClient, summit: Summit, event: Event, clock: Clock
) -> None:
    close(summit, event, clock)
    for status, words in (
        ("planned", "Lights are ordered."),
        ("done", "Four <b>lights</b> are up."),
    ):
        reply = Reply(MANY, status, words, "City Council", date(2026, 11, 3))
        keep_reply(summit.records, event, reply, who="demo", now=clock.now()).result()
    hidden = Reply(FEW, "heard", "Of a place under ten.", "City Council", date(2026, 11, 3))
    keep_reply(summit.records, event, hidden, who="demo", now=clock.now()).result()
    page = client.get("/voices").text
    assert "Four &lt;b&gt;lights&lt;/b&gt; are up." in page and ">Done<" in page
    assert "City Council, 3 November 2026" in page
    assert "Lights are ordered" not in page, "the latest counts"
    assert "Of a place under ten" not in page


def test_an_archived_event_stays(
    client: TestClient, summit: Summit, event: Event, clock: Clock
) -> None:
    close(summit, event, clock)
    before = client.get("/voices").text
    change_state(summit.records, again(summit, event), State.ARCHIVED, now=clock.now()).result()
    clock.wait(3600)
    assert client.get("/voices").text == before


def test_without_records_it_asks_for_patience() -> None:
    def trouble() -> Summit:
        raise UserError("The records in /secret are damaged.")

    answer = TestClient(Starlette(routes=voices_routes(trouble))).get("/voices")
    assert answer.status_code == 503 and "try again" in answer.text and "secret" not in answer.text


def test_it_needs_nothing_inline_and_nobody_else(
    client: TestClient, summit: Summit, event: Event, clock: Clock
) -> None:
    close(summit, event, clock)
    answer = client.get("/voices")
    assert not re.search(r"https?://|<style|style=|\son[a-z]+=|<script(?![^>]*src=)", answer.text)
    assert answer.headers["content-security-policy"] == wall_page.HEADERS["Content-Security-Policy"]
    assert "set-cookie" not in answer.headers


def test_places_have_names_of_streets_where_there_is_a_snapshot(
    tmp_path: Path, demo: Settings
) -> None:
    summit = summit_in(tmp_path, store=demo.store)
    try:
        names = cell_names([*WALL_CELLS, MANY], summit)
        assert set(names) == set(WALL_CELLS) and len(set(names.values())) == len(WALL_CELLS)
        assert all(
            re.fullmatch(r"around .+, (Birmingham|Solihull|Sandwell|Walsall)( \(\d\))?", n)
            for n in names.values()
        )
        assert cell_names([], summit) == {}
    finally:
        summit.records.close()
