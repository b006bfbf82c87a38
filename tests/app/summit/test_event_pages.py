"""What is projected and printed of an event: who may, what stands there, and that nothing comes
from elsewhere.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_address import event_address
from vrp_map.summit.event_store import State, change_state, create_event
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import pins as pin_words
from vrp_map.web.middleware import Gate, security_headers
from vrp_map.web.summit.event_pages import event_routes

NOW = datetime(2026, 3, 14, 11, 52)
PUBLIC = "http://192.168.1.20:8501"
PAGES = ("show", "poster", "paper")


@pytest.fixture
def summit(tmp_path: Path) -> Iterator[Summit]:
    records = Records(tmp_path / "records")
    create_event(
        records,
        name="Youth <b>Summit</b>",
        place="Town & hall",
        starts_on=date(2026, 3, 30),
        ends_on=date(2026, 4, 1),
        now=NOW,
        code="SUM1",
    )
    create_event(
        records,
        name="Talk",
        place="Hall",
        starts_on=date(2026, 3, 14),
        ends_on=date(2026, 3, 14),
        now=NOW,
        code="TALK",
        free_text=True,
    )
    yield Summit(records, Settings(public_url=PUBLIC))
    records.close()


def client(
    summit: Summit, *, host: str = "127.0.0.1", base: str = "http://localhost:8501"
) -> TestClient:
    gate = Middleware(Gate, headers=security_headers())
    application = Starlette(routes=event_routes(lambda: summit), middleware=[gate])
    return TestClient(application, base_url=base, client=(host, 50000))


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("page", PAGES)
def test_the_page_says_which_event_and_is_escaped(summit: Summit, page: str) -> None:
    answer = client(summit).get(f"/event/sum1/{page}")
    assert answer.status_code == 200 and "SUM1" in answer.text
    assert "Youth &lt;b&gt;Summit" in answer.text and "<b>Summit" not in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_nothing_runs_and_nothing_comes_from_elsewhere(summit: Summit, page: str) -> None:
    answer = client(summit).get(f"/event/SUM1/{page}")
    assert "<script" not in answer.text and " style=" not in answer.text
    asked = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert asked and all(a.startswith("/pin/static/") or a == "data:," for a in asked)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert "set-cookie" not in answer.headers and answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("page", ("show", "poster"))
def test_the_code_and_the_letters_give_the_address_for_phones(summit: Summit, page: str) -> None:
    answer = client(summit).get(f"/event/SUM1/{page}")
    assert event_address("SUM1", public_url=PUBLIC, asked_at="").qr() in answer.text
    assert "192.168.1.20:8501/pin/SUM1" in answer.text and "Phones cannot open" not in answer.text


@pytest.mark.parametrize("page", ("show", "poster"))
def test_who_cannot_scan_types_a_short_address_and_the_code(summit: Summit, page: str) -> None:
    shown = client(summit).get(f"/event/SUM1/{page}").text
    assert re.search(r"<text[^>]*>192\.168\.1\.20:8501/pin</text>", shown)
    said = " ".join(text_of(shown).split())
    assert "and the code SUM1" in said or "Or type this address, and then the code:" in said


@pytest.mark.parametrize("page", ("show", "poster"))
def test_without_an_address_for_phones_the_page_says_so(summit: Summit, page: str) -> None:
    summit.settings = replace(summit.settings, public_url="")
    answer = client(summit).get(f"/event/SUM1/{page}")
    assert (
        "localhost:8501/pin/SUM1" in answer.text
        and "Phones cannot open this address" in answer.text
    )


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("192.168.1.9", "http://192.168.1.20:8501"),
        ("192.168.1.9", "http://localhost"),
        ("127.0.0.1", PUBLIC),
    ],
)
def test_phones_do_not_reach_it(summit: Summit, page: str, host: str, base: str) -> None:
    answer = client(summit, host=host, base=base).get(f"/event/SUM1/{page}")
    assert answer.status_code == 403 and "Youth" not in answer.text
    # Nor without the gate in front.
    bare = TestClient(
        Starlette(routes=event_routes(lambda: summit)), base_url=base, client=(host, 50000)
    )
    assert bare.get(f"/event/SUM1/{page}").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_only_a_youth_worker_may(summit: Summit, page: str) -> None:
    summit.settings = replace(summit.settings, local_roles="navigator,moderator")
    answer = client(summit).get(f"/event/SUM1/{page}")
    assert (
        answer.status_code == 403
        and "Only a youth worker may show or print an event" in answer.text
    )


def test_an_unknown_event_and_records_that_are_not_open_are_said(summit: Summit) -> None:
    assert client(summit).get("/event/NOSUCH/show").status_code == 404

    def none() -> Summit:
        raise UserError("The records are not open.", hint="Start the server again.")

    shut = TestClient(
        Starlette(routes=event_routes(none)), base_url="http://localhost", client=("127.0.0.1", 5)
    )
    answer = shut.get("/event/SUM1/poster")
    assert (
        answer.status_code == 503
        and answer.text == "The records are not open. Start the server again."
    )


def test_the_poster_says_what_is_kept_what_is_not_and_who_helps(summit: Summit) -> None:
    said = " ".join(text_of(client(summit).get("/event/SUM1/poster").text).split())
    assert "30 March 2026 to 1 April 2026" in said and "Town & hall" in said
    assert (
        "We save the patch of the map you choose, your answers and the time to the quarter hour."
        in said
    )
    assert "We do not save your name, your number or where your phone is." in said
    for number in ("999", "101", "0800 1111"):
        assert number in said
    assert "your answers, what you write and" in text_of(
        client(summit).get("/event/TALK/poster").text
    )


def test_paper_asks_what_the_pin_page_asks(summit: Summit) -> None:
    page = client(summit).get("/event/SUM1/paper").text
    rows = {
        html.unescape(re.sub("<[^>]+>", "", row)): boxes.count("box")
        for row, boxes in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page)
    }
    for options in (
        pin_words.SETTINGS,
        pin_words.FEELINGS,
        pin_words.REASONS_UNSAFE,
        pin_words.REASONS_SAFE,
        pin_words.HOUR_BANDS,
        pin_words.WEEKDAYS,
        pin_words.HELPS,
        pin_words.THINGS,
    ):
        assert {rows[said] for said in options.values()} == {3}, (
            "a box for each of the three places"
        )
    assert rows["I am"] == len(pin_words.ROLES) and rows["My age"] == len(pin_words.AGE_BANDS)
    said = text_of(page)
    assert all(
        words in said for words in [*pin_words.ROLES.values(), *pin_words.AGE_BANDS.values()]
    )
    assert "Is something broken?" in said and "Where exactly?" in said
    assert "own words" not in said and "own words" in client(summit).get("/event/TALK/paper").text


@pytest.mark.parametrize(
    ("state", "words"), [(State.PAUSED, "having a break"), (State.CLOSED, "is over")]
)
def test_what_is_projected_says_when_no_pins_are_taken(
    summit: Summit, state: State, words: str
) -> None:
    change_state(summit.records, summit.event("SUM1"), state, now=NOW).result()
    assert words in client(summit).get("/event/SUM1/show").text
