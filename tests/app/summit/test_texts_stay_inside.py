"""Free text is never public: nothing that answers a phone can reach the queries that read it, or
ever says a word.
"""

from __future__ import annotations

import ast
import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.test_architecture import MODULES, imports_of, within
from tests.texts import NOW, ONE, event_with, key
from vrp_map.config import load_settings
from vrp_map.records.engine.database import FILES, Records
from vrp_map.summit.moderation import housekeeping as text_watch
from vrp_map.summit.moderation.housekeeping import read_new_texts
from vrp_map.summit.moderation.service import Decision, decide, keep_house
from vrp_map.summit.service import Summit
from vrp_map.web.summit.pin_page import pin_page_routes
from vrp_map.web.summit.pins import pin_routes
from vrp_map.web.summit.voices_page import voices_routes
from vrp_map.web.summit.wall import wall_routes
from vrp_map.web.summit.wall_page import wall_page_routes

_TABLES = re.compile(
    r"\b(FROM|JOIN)\s+(pin_text|text_redaction|text_state|safeguarding_log)\b", re.I
)
# The only modules that may name a query that reads texts.
_READERS = {"vrp_map.summit.moderation.store", "vrp_map.summit.moderation.safeguarding_store"}
_STAFF_ONLY = (
    *_READERS,
    "vrp_map.summit.moderation.service",
    "vrp_map.summit.moderation.safeguarding",
)


def queries_of_texts() -> set[str]:
    """Names of the query files that read what young people wrote, or what staff wrote about it."""
    files = FILES.folder.glob("*/queries/*.sql")
    return {path.stem for path in files if _TABLES.search(path.read_text(encoding="utf-8"))}


def reached_from(*packages: str) -> set[str]:
    """Every module of ours that these import, by however many steps."""
    reached: set[str] = set()
    new = {name for name in MODULES if any(within(name, package) for package in packages)}
    while new:
        reached |= new
        found = {
            name
            for module in new
            for name in imports_of(MODULES[module].read_text(encoding="utf-8"), module)
        }
        new = (found & set(MODULES)) - reached
    return reached


def named_in(module: str) -> set[str]:
    """Every text constant of a module's code, without what stands before a slash: "queries/x" is
    "x".
    """
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    constants = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {text.rsplit("/", 1)[-1] for text in constants if "\n" not in text}


def test_the_queries_of_texts_are_found() -> None:
    assert {
        "texts_of_event",
        "text_states",
        "text_state",
        "safeguarding_cases",
        "safeguarding_log",
    } <= queries_of_texts()


def test_nothing_that_the_web_imports_can_read_a_text() -> None:
    reached = reached_from("vrp_map.web")
    assert "vrp_map.summit.pins.store" in reached, "the check follows imports"
    assert not [name for name in reached if any(within(name, inside) for inside in _STAFF_ONLY)]
    assert not {(name, query) for name in reached for query in named_in(name) & queries_of_texts()}


def test_only_two_modules_read_texts() -> None:
    naming = {name for name in MODULES if named_in(name) & queries_of_texts()}
    # The layer above names functions, never queries.
    assert {
        name for name in naming if "text_state" in named_in(name) or "text_states" in named_in(name)
    } <= _READERS
    assert not {
        name for name in naming if within(name, "vrp_map.web") or within(name, "vrp_map.ui")
    }


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    found = Records(tmp_path / "records")
    yield found
    found.close()


def test_no_public_answer_holds_a_word(records: Records) -> None:
    secret = "kingfisherword"
    event = event_with(records, [f"{secret} one", f"{secret} two"])
    decide(ONE, records, event, [key(1)], Decision.APPROVE, now=NOW)
    summit = Summit(records, load_settings())
    makers = (pin_routes, pin_page_routes, wall_routes, wall_page_routes, voices_routes)
    routes = [route for make in makers for route in make(lambda: summit)]
    client = TestClient(Starlette(routes=routes), base_url="http://localhost")
    asked = [
        route.path.replace("{code}", event.code)
        for route in routes
        if "GET" in (route.methods or ())
    ]
    answers = [client.get(path) for path in asked]
    assert any(answer.status_code == 200 for answer in answers)
    assert not [answer.url for answer in answers if secret in answer.text]


def test_a_look_that_fails_says_so_without_a_word_and_does_not_raise(
    records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Summit:
        raise ValueError("kingfisherword")

    read_new_texts(broken)
    assert (
        "Housekeeping of the texts failed: ValueError" in caplog.text
        and "kingfisherword" not in caplog.text
    )
    keep_house(records, now=NOW)


def test_the_server_looks_as_soon_as_it_starts_and_stops_looking_when_it_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked, was_open = threading.Event(), []

    @asynccontextmanager
    async def life(_: object) -> AsyncIterator[None]:
        was_open.append(True)
        yield
        was_open.append(False)

    async def serve() -> None:
        async with text_watch.with_text_watch(life, lambda: None)(None):  # type: ignore[arg-type,return-value]
            assert await asyncio.to_thread(looked.wait, 10)

    monkeypatch.setattr(text_watch, "read_new_texts", lambda _: looked.set())
    # A browser test leaves a loop of its own in this thread.
    with ThreadPoolExecutor() as pool:
        pool.submit(asyncio.run, serve()).result()
    assert was_open == [True, False]
