"""`/digest`: for every role what its pages show, of its areas alone, as a page and as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.demo_voices import voiced as voiced
from tests.made_up_responses import a_response
from tests.pages import html_of, page_at
from vrp_map.permissions import Action, may
from vrp_map.principal import DEMO
from vrp_map.responses.store import ResponseChange
from vrp_map.server import this_server
from vrp_map.vocabulary import Role
from vrp_map.web.briefs.digest_page import digest_routes

pytestmark = pytest.mark.usefixtures("served", "voiced")
NOW = datetime(2026, 11, 2, 9)
COVENTRY, WALSALL = "lad:E08000026", "lad:E08000030"
SECRET = "Zzyzx Parade"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The route on a server that holds a response in Coventry and one in Walsall."""
    server = this_server()
    monkeypatch.setattr(server, "now", lambda: NOW)
    for lad in (COVENTRY, WALSALL):
        place = replace(a_response().where, words=SECRET, lad=lad.partition(":")[2])
        change = ResponseChange(uuid4(), a_response(where=place, summary=SECRET), "logged")
        server.responses().keep(DEMO, [change], now=NOW, past_flags=True).result()
    with TestClient(
        Starlette(routes=digest_routes(server)),
        base_url="http://localhost",
        client=("127.0.0.1", 50000),
    ) as client:
        yield client


def as_person(monkeypatch: pytest.MonkeyPatch, roles: str, areas: str = "") -> None:
    monkeypatch.setenv("VRP_LOCAL_ROLES", roles)
    monkeypatch.setenv("VRP_LOCAL_AREAS", areas)


def references(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    return set(re.findall(r"R\d{4}-\d{4}", answer.text))


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reads_what_its_pages_show_and_a_chosen_one_no_more(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    """Whoever has the role alone, and whoever has every role and chooses it, read the same."""
    chosen = client.get(f"/digest?text=1&role={role}").text
    as_person(monkeypatch, role)
    alone = client.get("/digest?text=1").text
    assert alone == chosen and SECRET not in alone
    assert ("OVERDUE" in alone) is may([role], Action.READ_RESPONSES)
    assert ("HOURS MISSED" in alone) is may([role], Action.READ_PILOTS)
    assert ("WAITING FOR AN ANSWER" in alone) is may([role], Action.ANSWER_PEOPLE)
    other = next(one for one in Role if one is not role)
    refused = client.get(f"/digest?role={other}")
    assert refused.status_code == 403 and f"do not have the role {other}" in refused.text


def test_who_is_held_to_an_area_reads_it_alone(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    everywhere = references(client.get("/digest?role=navigator"))
    chosen = references(client.get(f"/digest?role=navigator&area={COVENTRY}"))
    as_person(monkeypatch, "navigator", "Coventry")
    page = client.get("/digest")
    assert len(everywhere) == 2 and references(page) == chosen and len(chosen) == 1
    assert "Walsall" not in page.text and "<select name='area'>" in page.text
    for area in (WALSALL, "Walsall", f"{COVENTRY},{WALSALL}"):
        refused = client.get(f"/digest?area={area}")
        assert refused.status_code == 403 and "not see that area" in refused.text


def test_the_page_is_small_asks_for_nothing_elsewhere_and_has_a_twin(client: TestClient) -> None:
    page = client.get("/digest?area=Coventry&since=2026-10-19")
    assert len(page.content) < 60_000
    loaded = re.findall(r"<(?:script|link|img)[^>]+(?:src|href)='([^']+)'", page.text)
    assert loaded and all(address.startswith("/brief/static/") for address in loaded)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    twin = re.search(r"href='(/digest\?[^']*text=1)'", page.text)
    assert twin is not None
    text = client.get(twin[1].replace("&amp;", "&"))
    assert text.headers["content-type"].startswith("text/plain")
    assert references(text) == references(page)
    assert "New since 19 October 2026" in " ".join(text.text.split())
    saved = client.get("/digest?area=Coventry&file=1")
    assert 'filename="digest-2026-11-02.html"' in saved.headers["content-disposition"]
    assert "<script" not in saved.text and "href" not in saved.text


@pytest.mark.parametrize(
    ("screen", "address"), [("today", "/digest"), ("hotspots", "/digest?area=lad%3AE08000026")]
)
def test_pages_lead_to_it(screen: str, address: str) -> None:
    page = page_at(screen, area=COVENTRY).run()
    assert not page.exception and f"<a href='{address}'>Weekly digest</a>" in html_of(page)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=Monday", "YYYY-MM-DD"),
        ("since=2026-02-30", "is not a day"),
        ("role=leader", "no role"),
        ("area=Atlantis", "no area"),
        ("area=<script>", "no area"),
    ],
)
def test_what_cannot_be_read_is_refused_as_plain_text(
    client: TestClient, query: str, said: str
) -> None:
    answer = client.get(f"/digest?{query}")
    assert answer.status_code == 400 and said in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
