"""The page on which somebody types the code of an event: what it forgives, what it says, and what
it needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import State, change_state, create_event
from vrp_map.summit.service import Summit
from vrp_map.web.middleware import Gate, security_headers
from vrp_map.web.not_found import not_found_routes
from vrp_map.web.summit.code_page import code_page_routes

NOW = datetime(2026, 3, 14, 11, 52)


@pytest.fixture(scope="module")
def summit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Summit]:
    folder: Path = tmp_path_factory.mktemp("codes")
    records = Records(folder / "records")
    days: dict[str, Any] = {
        "starts_on": date(2026, 3, 14),
        "ends_on": date(2026, 3, 14),
        "now": NOW,
        "place": "Hall",
    }
    create_event(records, name="Summit", code="SUM1", **days)
    over = create_event(records, name="Over", code="OVER", **days)
    change_state(records, over, State.CLOSED, now=NOW).result()
    yield Summit(records, Settings())
    records.close()


def phone(summit: Any) -> TestClient:
    """A phone in the hall, before the same gate as the application's."""
    routes = [*code_page_routes(summit), *not_found_routes()]
    app = Starlette(routes=routes, middleware=[Middleware(Gate, headers=security_headers())])
    return TestClient(
        app, base_url="http://192.168.1.20:8501", client=("192.168.1.9", 5), follow_redirects=False
    )


@pytest.mark.parametrize("path", ["/pin", "/pin/"])
def test_the_page_asks_one_thing_and_needs_no_script(summit: Summit, path: str) -> None:
    answer = phone(lambda: summit).get(path)
    assert answer.status_code == 200 and "Enter the code of your event" in answer.text
    assert answer.text.count("<input") == answer.text.count("<button") == 1
    assert not re.search(r"https?://|<style|<script|style=|\son[a-z]+=", answer.text)
    assert 'value=""' in answer.text and 'aria-invalid="false"' in answer.text
    assert "set-cookie" not in answer.headers and answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "form-action 'self'" in policy and "default-src 'none'" in policy
    assert "geolocation=()" in answer.headers["permissions-policy"]


@pytest.mark.parametrize("typed", ["SUM1", "sum1", " s u m 1 ", "Sum-1", "sum1."])
def test_case_and_what_slips_in_between_are_forgiven(summit: Summit, typed: str) -> None:
    answer = phone(lambda: summit).get("/pin", params={"code": typed})
    assert answer.status_code == 303 and answer.headers["location"] == "/pin/SUM1"


def test_an_event_that_is_over_says_so_on_its_own_page(summit: Summit) -> None:
    assert phone(lambda: summit).get("/pin?code=over").headers["location"] == "/pin/OVER"


@pytest.mark.parametrize(
    "typed", ["NOSUCH", '"><b>x', "//evil.example", "x" * 5000, "SUM1/../x", "\x00", "ＳＵＭ１"]
)
def test_a_code_of_no_event_is_said_and_kept_in_the_field(summit: Summit, typed: str) -> None:
    answer = phone(lambda: summit).get("/pin", params={"code": typed})
    assert answer.status_code in (200, 404) and "location" not in answer.headers
    assert "<b>" not in answer.text and 'aria-invalid="true"' in answer.text
    if typed == "NOSUCH":
        assert answer.status_code == 404 and "No event has this code." in answer.text
        assert 'value="NOSUCH"' in answer.text and "<title>Error: " in answer.text


@pytest.mark.parametrize("typed", ["", "   ", "-"])
def test_nothing_typed_is_said(summit: Summit, typed: str) -> None:
    assert "Type the code first." in phone(lambda: summit).get("/pin", params={"code": typed}).text


def test_without_records_it_asks_for_patience() -> None:
    def trouble() -> Summit:
        raise UserError("locked")

    answer = phone(trouble).get("/pin?code=sum1")
    assert (
        answer.status_code == 503
        and "try again in a minute" in answer.text
        and "locked" not in answer.text
    )
    assert 'value="sum1"' in answer.text


def test_nothing_is_sent_to_it(summit: Summit) -> None:
    assert phone(lambda: summit).post("/pin").status_code == 405
