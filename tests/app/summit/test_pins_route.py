"""The contract of the pin page, over HTTP: what is kept, what is refused, and with which words."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import h3
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Message

from vrp_map.config import load_settings
from vrp_map.errors import UserError
from vrp_map.records.engine.database import NotKept, Records
from vrp_map.summit.event_store import State, change_state, create_event, event_by_code
from vrp_map.summit.pins.store import pins_of
from vrp_map.summit.service import Summit
from vrp_map.web.summit.pins import pin_routes

CELL = h3.latlng_to_cell(52.4797, -1.9027, 10)
NOW = datetime(2026, 3, 14, 11, 52)


@pytest.fixture
def summit(tmp_path: Path) -> Iterator[Summit]:
    records = Records(tmp_path / "records")
    day = date(2026, 3, 14)
    create_event(
        records, name="Summit", place="Hall", starts_on=day, ends_on=day, code="DEMO", now=NOW
    )
    yield Summit(records, load_settings(pins_a_minute_each=12, most_pins_each=8))
    records.close()


@pytest.fixture
def client(summit: Summit) -> TestClient:
    return TestClient(
        Starlette(routes=pin_routes(lambda: summit)),
        base_url="http://localhost",
        client=("10.1.2.3", 1),
    )


def pin(**changed: Any) -> dict[str, Any]:
    return {
        "event": "DEMO",
        "key": str(uuid4()),
        "contributor": "a" * 22,
        "cells": [CELL],
        "setting": "public-realm",
        "feeling": "unsafe",
        "reasons": ["lighting"],
    } | changed


def test_a_pin_is_kept_and_the_same_answer_comes_again(client: TestClient, summit: Summit) -> None:
    sent = pin()
    first, again = client.post("/api/pins", json=sent), client.post("/api/pins", json=sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (
        first.json() == again.json() == {"kept": True, "delete_code": first.json()["delete_code"]}
    )
    event = event_by_code(summit.records, "DEMO")
    assert event is not None and len(pins_of(summit.records, event)) == 1
    assert "set-cookie" not in first.headers


# What is sent with a key that was used, and what the event is by then.
OTHERS: list[tuple[dict[str, Any], State]] = [
    ({"contributor": "b" * 22}, State.OPEN),
    ({"feeling": "safe", "reasons": ["staff"]}, State.OPEN),
    ({"reasons": []}, State.OPEN),
    ({"setting": "school-journey"}, State.OPEN),
    ({"role": "young-person"}, State.OPEN),
    ({"when": {"weekday": "weekday"}}, State.OPEN),
    ({"thing": "light"}, State.OPEN),
    ({"helps": ["lighting"]}, State.OPEN),
    ({"cells": [h3.grid_disk(CELL, 1)[1]]}, State.OPEN),
    ({"contributor": "b" * 22}, State.CLOSED),
    ({"reasons": []}, State.CLOSED),
    ({"text": "other words"}, State.OPEN),
    ({"text": "some words."}, State.OPEN),
    ({"text": None}, State.OPEN),
    ({"text": "other words"}, State.PAUSED),
    ({"table": 4}, State.OPEN),
]


def test_what_is_not_kept_is_not_said_to_be(client: TestClient, summit: Summit) -> None:
    """A key of another contributor's pin, or of one with other answers or another text."""
    for number, (other, state) in enumerate(OTHERS):
        code = f"TALK{number}"
        event = create_event(
            summit.records,
            name="Talk",
            place="Hall",
            starts_on=NOW.date(),
            ends_on=NOW.date(),
            code=code,
            now=NOW,
            free_text=True,
        )
        # Each by a contributor of its own: one may send only so many in a minute.
        sent = pin(event=code, text="some words", contributor=f"{number:022}")
        assert client.post("/api/pins", json=sent).status_code == 201
        if state is not State.OPEN:
            change_state(summit.records, event, state, now=NOW).result()
        answer = client.post("/api/pins", json=sent | other)
        assert answer.status_code == 409 and "kept" not in answer.json(), other
        assert answer.json()["error"] == "key-used", other
        for same in (sent, sent | {"text": "some  words", "event": code.lower(), "helps": None}):
            assert client.post("/api/pins", json=same).status_code == 200, other


def test_bodies_that_are_no_pins_count_too(summit: Summit) -> None:
    strict = Summit(summit.records, load_settings(pins_a_minute_address=3, pins_a_minute_each=3))
    there = TestClient(
        Starlette(routes=pin_routes(lambda: strict)),
        base_url="http://localhost",
        client=("10.1.2.3", 1),
    )
    of_json = {"content-type": "application/json"}
    bodies = [b"{", b"[]", b"\xff" * 5000, b"{", json.dumps(pin()).encode()]
    answers = [
        there.post("/api/pins", content=body, headers=of_json).status_code for body in bodies
    ]
    assert answers == [400, 400, 413, 429, 429]


def test_a_pin_is_taken_back_with_its_code(client: TestClient) -> None:
    code = client.post("/api/pins", json=pin()).json()["delete_code"]
    assert client.delete(f"/api/pins/{code}").json() == {"deleted": True}
    wrong = client.delete("/api/pins/AAAAAAAAAAAAAAAA")
    assert wrong.status_code == 404 and wrong.json()["error"] == "code-unknown"


@pytest.mark.parametrize(
    ("sent", "headers", "status", "error"),
    [
        (pin(event="NOSUCH"), {}, 404, "event-unknown"),
        (pin(cells=[h3.latlng_to_cell(51.5, -0.12, 10)]), {}, 422, "outside"),
        (pin(cells=[h3.cell_to_parent(CELL, 8)]), {}, 422, "cell-size"),
        (pin(reasons=["boredom"]), {}, 422, "reasons-unknown"),
        (pin(lat=52.4), {}, 400, "unknown-field"),
        (pin(text="x" * 5000), {}, 413, "too-big"),
        (pin(), {"content-type": "text/plain"}, 415, "content-type"),
        (pin(), {"origin": "https://elsewhere.example"}, 403, "origin"),
        (pin(), {"origin": "null"}, 403, "origin"),
    ],
)
def test_what_is_refused(
    client: TestClient, sent: Any, headers: dict[str, str], status: int, error: str
) -> None:
    answer = client.post(
        "/api/pins",
        content=json.dumps(sent),
        headers={"content-type": "application/json"} | headers,
    )
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["message"].endswith(".")


def test_our_own_page_may_send(client: TestClient) -> None:
    assert (
        client.post("/api/pins", json=pin(), headers={"origin": "http://localhost"}).status_code
        == 201
    )


def test_one_phone_is_slowed_down_and_another_is_not(client: TestClient) -> None:
    sent = pin()
    answers = [client.post("/api/pins", json=sent).status_code for _ in range(13)]
    assert answers == [201] + [200] * 11 + [429]
    assert client.post("/api/pins", json=pin(contributor="b" * 22)).status_code == 201


def test_nobody_sends_more_than_the_event_takes(client: TestClient) -> None:
    answers = [client.post("/api/pins", json=pin()) for _ in range(9)]
    assert [a.status_code for a in answers] == [201] * 8 + [429] and answers[-1].json()[
        "error"
    ] == "enough"


def test_nobody_is_all_the_others(client: TestClient, summit: Summit) -> None:
    """Few short of showing, and then whose pin completes it: whoever makes up people is told
    "kept" for each, and cannot see that only a few of them count.
    """
    people = [pin(contributor=letter * 22) for letter in "abcdef"]
    answers = [client.post("/api/pins", json=one) for one in people]
    assert {(answer.status_code, *answer.json()) for answer in answers} == {
        (201, "kept", "delete_code")
    }
    event = summit.event("DEMO")
    assert len(pins_of(summit.records, event)) == summit.settings.phones_an_address
    assert summit.settings.phones_an_address < summit.settings.wall_k
    for at in ("10.1.2.4", "127.0.0.1"):
        other = TestClient(client.app, base_url="http://localhost", client=(at, 1))
        one = pin(contributor=at.replace(".", "_") + "_" * 16)
        assert other.post("/api/pins", json=one).status_code == 201
    assert len(pins_of(summit.records, event)) == summit.settings.phones_an_address + 2


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "http://localhost.example"])
def test_an_origin_that_is_not_ours_or_no_address_at_all_is_refused(
    client: TestClient, origin: str
) -> None:
    answers = [
        client.post("/api/pins", json=pin(), headers={"Origin": origin}),
        client.delete("/api/pins/AAAA", headers={"Origin": origin}),
    ]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [
        (403, "origin")
    ] * 2


def test_a_phone_that_is_gone_before_it_has_sent_all_leaves_no_traceback(
    client: TestClient, summit: Summit, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[Message] = []

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def told(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/pins",
        "headers": headers,
        "query_string": b"",
        "client": ("10.1.2.3", 1),
    }
    app = Starlette(routes=pin_routes(lambda: summit))
    with ThreadPoolExecutor() as pool:
        pool.submit(asyncio.run, app(scope, gone, told)).result()
    assert sent[0]["status"] == 400 and "Traceback" not in caplog.text


def test_no_cache_keeps_a_delete_code(client: TestClient) -> None:
    assert client.post("/api/pins", json=pin()).headers["cache-control"] == "no-store"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_new_folder_of_records_is_its_owners_alone(tmp_path: Path) -> None:
    Records(tmp_path / "new" / "records").close()
    assert (tmp_path / "new" / "records").stat().st_mode & 0o077 == 0


def test_one_phone_does_not_stop_the_deleting_of_all(client: TestClient) -> None:
    code = client.post("/api/pins", json=pin()).json()["delete_code"]
    wrong = [client.delete(f"/api/pins/WRONG{n}").status_code for n in range(40)]
    assert set(wrong) == {404} and client.delete(f"/api/pins/{code}").status_code == 200


def test_a_phone_that_is_too_quick_is_told_when_to_come_again(client: TestClient) -> None:
    sent = pin()
    assert [client.post("/api/pins", json=sent).headers.get("retry-after") for _ in range(13)] == [
        None
    ] * 12 + ["60"]


@pytest.mark.parametrize(
    ("state", "words"), [(State.PAUSED, "having a break"), (State.CLOSED, "is over")]
)
def test_an_event_that_is_not_open_says_so(
    client: TestClient, summit: Summit, state: State, words: str
) -> None:
    event = event_by_code(summit.records, "DEMO")
    assert event is not None
    change_state(summit.records, event, state, now=datetime(2026, 3, 14, 15)).result()
    answer = client.post("/api/pins", json=pin())
    assert answer.status_code == 409 and words in answer.json()["message"]


@pytest.mark.parametrize("state", [State.PAUSED, State.CLOSED])
def test_a_pin_whose_answer_was_lost_is_still_kept_when_the_event_is_over(
    client: TestClient, summit: Summit, state: State
) -> None:
    sent = pin()
    first = client.post("/api/pins", json=sent)
    event = event_by_code(summit.records, "DEMO")
    assert event is not None
    change_state(summit.records, event, state, now=datetime(2026, 3, 14, 15)).result()
    again = client.post("/api/pins", json=sent)
    assert (again.status_code, again.json()) == (200, first.json())
    assert client.post("/api/pins", json=pin()).status_code == 409, "another one is not taken"
    assert len(pins_of(summit.records, event)) == 1


def test_after_an_event_is_archived_nothing_is_said_of_any_pin(
    client: TestClient, summit: Summit
) -> None:
    sent = pin()
    client.post("/api/pins", json=sent)
    for state in (State.CLOSED, State.ARCHIVED):
        event = event_by_code(summit.records, "DEMO")
        assert event is not None
        change_state(summit.records, event, state, now=datetime(2026, 3, 14, 15)).result()
    answer = client.post("/api/pins", json=sent)
    assert (answer.status_code, answer.json()["error"]) == (409, "archived")


@pytest.mark.parametrize("trouble", [NotKept("no"), UserError("the disk is full")])
def test_when_it_cannot_be_kept_the_phone_is_told_to_try_again(
    client: TestClient, summit: Summit, monkeypatch: pytest.MonkeyPatch, trouble: UserError
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(summit, "take", fail)
    answer = client.post("/api/pins", json=pin())
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (
        503,
        {"kept": False, "retry_after": 5},
        "5",
    )


def test_nothing_of_a_pin_is_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="vrp_map"):
        client.post("/api/pins", json=pin())
        client.post("/api/pins", json=pin(text="secret words " * 40))
    assert CELL not in caplog.text and "secret" not in caplog.text and "10.1.2.3" not in caplog.text


def test_the_areas_of_an_event_bound_its_pins(tmp_path: Path) -> None:
    records = Records(tmp_path / "records")
    try:
        day = date(2026, 3, 14)
        create_event(
            records,
            name="Coventry",
            place="Hall",
            starts_on=day,
            ends_on=day,
            code="COV",
            now=NOW,
            areas=["lad:E08000026"],
        )
        client = TestClient(Starlette(routes=pin_routes(lambda: Summit(records, load_settings()))))
        coventry = h3.latlng_to_cell(52.408, -1.51, 10)
        assert client.post("/api/pins", json=pin(event="COV", cells=[coventry])).status_code == 201
        assert client.post("/api/pins", json=pin(event="COV")).json()["error"] == "outside"
    finally:
        records.close()
