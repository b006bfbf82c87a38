"""The names round a hexagon, and pins that name one of them, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import h3
import jsonschema
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from vrp_map.config import Settings
from vrp_map.places.search import MOST_FOUND
from vrp_map.summit.event_store import create_event
from vrp_map.summit.home import SummitHome
from vrp_map.summit.pins.places import PlaceNames, area_layers, no_places
from vrp_map.summit.pins.store import pins_of
from vrp_map.summit.service import Summit
from vrp_map.web.summit.openapi import pin_schema
from vrp_map.web.summit.pin_page import pin_page_routes
from vrp_map.web.summit.pins import pin_routes

CELL = h3.latlng_to_cell(52.4797, -1.9027, 10)
DAY = date(2026, 3, 14)


@pytest.fixture(scope="module")
def kept_home() -> SummitHome:
    """Closed. It remembers the places of an area from one test to the next, and nothing of an
    event.
    """
    return SummitHome()


@pytest.fixture
def home(served: None, own_records: None, kept_home: SummitHome) -> Iterator[SummitHome]:
    found = kept_home
    found.open()
    create_event(
        found().records,
        name="S",
        place="Hall",
        starts_on=DAY,
        ends_on=DAY,
        now=datetime(2026, 3, 14, 9),
        code="DEMO",
    )
    yield found
    found.close()


@pytest.fixture
def client(home: SummitHome) -> TestClient:
    routes = [*pin_routes(home), *pin_page_routes(home, home.event_areas)]
    return TestClient(
        Starlette(routes=routes), base_url="http://localhost", client=("127.0.0.1", 1)
    )


def pin(**more: Any) -> dict[str, Any]:
    return {
        "event": "DEMO",
        "key": str(uuid4()),
        "contributor": "a" * 24,
        "cells": [CELL],
        "setting": "public-realm",
        "feeling": "unsafe",
        "thing": "light",
    } | more


def listed(client: TestClient, *cells: str) -> list[dict[str, str]]:
    answer = client.get("/pin/places.json", params={"event": "DEMO", "cell": list(cells)})
    assert answer.status_code == 200
    found: list[dict[str, str]] = answer.json()
    return found


def held(home: SummitHome) -> list[Any]:
    return pins_of(home().records, home().event("DEMO"))["thing_place"].tolist()


def test_the_names_round_a_hexagon_are_in_it_or_touch_it(client: TestClient) -> None:
    found = listed(client, CELL)
    assert 1 < len(found) <= MOST_FOUND and set(found[0]) == {"name", "area", "cell"}
    assert {place["cell"] for place in found} <= set(h3.grid_disk(CELL, 1))
    assert len({place["name"] for place in found}) == len(found)
    far = [
        h3.great_circle_distance(h3.cell_to_latlng(CELL), h3.cell_to_latlng(p["cell"]))
        for p in found
    ]
    assert max(far) < 0.3
    way = h3.grid_path_cells(CELL, h3.latlng_to_cell(52.4997, -1.9027, 10))
    assert len(listed(client, *way)) == MOST_FOUND


def test_no_cache_keeps_which_hexagon_was_asked_about_and_nonsense_finds_nothing(
    client: TestClient,
) -> None:
    version = client.get("/pin/DEMO").text.split('data-ground="')[1].split('"')[0]
    kept = client.get("/pin/places.json", params={"event": "DEMO", "v": version, "cell": CELL})
    assert kept.headers["cache-control"] == "no-store"
    searched = client.get("/pin/places.json", params={"event": "DEMO", "v": version, "q": "street"})
    assert searched.headers["cache-control"] == "public, max-age=3600"
    assert listed(client, h3.latlng_to_cell(51.5, -0.1, 10)) == []
    for nonsense in ("", "52.4797,-1.9027", "zz", "8a195c05b877fff' OR 1"):
        assert (
            client.get("/pin/places.json", params={"event": "DEMO", "cell": nonsense}).status_code
            == 404
        )


def test_every_name_of_the_list_is_taken_as_it_stands(client: TestClient, home: SummitHome) -> None:
    names = [place["name"] for place in listed(client, CELL)]
    for number, name in enumerate(names):
        sent = pin(thing_place=name, contributor=f"{number:024d}")
        jsonschema.validate(sent, pin_schema())
        assert client.post("/api/pins", json=sent).status_code == 201, name
    assert sorted(held(home)) == sorted(names)


@pytest.mark.parametrize(
    ("more", "status", "error"),
    [
        ({"thing_place": "52.479700, -1.902700"}, 422, "thing_place-unknown"),
        ({"thing_place": "<script>alert(1)</script>"}, 422, "thing_place-unknown"),
        ({"thing_place": "x" * 201}, 422, "thing_place-too-long"),
        ({"thing_place": 7}, 400, "thing_place"),
        ({"thing_place": "New Street", "thing": None}, 422, "thing_place-without-thing"),
    ],
)
def test_what_is_refused_and_nothing_of_it_kept(
    client: TestClient, home: SummitHome, more: dict[str, Any], status: int, error: str
) -> None:
    answer = client.post("/api/pins", json=pin(**more))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["message"].endswith(".") and held(home) == []


def test_a_name_from_elsewhere_is_not_on_the_list_here(
    client: TestClient, home: SummitHome
) -> None:
    far = h3.latlng_to_cell(52.408, -1.51, 10)
    here = {place["name"] for place in listed(client, CELL)}
    name = next(place["name"] for place in listed(client, far) if place["name"] not in here)
    assert (
        client.post("/api/pins", json=pin(thing_place=name)).json()["error"]
        == "thing_place-unknown"
    )
    assert (
        client.post("/api/pins", json=pin(thing_place=name, cells=[CELL, far])).status_code == 201
    )
    assert held(home) == [name]


def test_without_a_snapshot_there_are_no_names_and_none_is_taken(
    home: SummitHome, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.close()
    monkeypatch.setenv("VRP_STORE", str(tmp_path / "nothing"))
    home.open()
    assert listed(client, CELL) == []
    answer = client.post("/api/pins", json=pin(thing_place="New Street"))
    assert (
        answer.json()["error"] == "thing_place-unknown"
        and "no place names there" in answer.json()["message"]
    )
    assert client.post("/api/pins", json=pin()).status_code == 201


def test_a_pin_whose_answer_was_lost_is_kept_though_a_new_snapshot_has_lost_the_name(
    client: TestClient, home: SummitHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = pin(thing_place=listed(client, CELL)[0]["name"])
    first = client.post("/api/pins", json=sent)
    names = PlaceNames(no_places(), *area_layers(home().areas))
    monkeypatch.setattr(home(), "names", lambda _: names)
    again = client.post("/api/pins", json=sent)
    assert (again.status_code, again.json()) == (200, first.json())
    assert client.post("/api/pins", json=sent | {"key": str(uuid4())}).status_code == 422


def test_a_pin_without_a_place_never_asks_for_names(demo: Settings, home: SummitHome) -> None:
    def never(_: object) -> Any:
        raise AssertionError("the names were asked for")

    summit = Summit(home().records, demo, names=never)
    assert summit.take(
        json.dumps(pin()).encode(), address=None, now=datetime(2026, 3, 14, 9), clock=0.0
    ).result()


def test_the_page_offers_no_name_by_itself(client: TestClient) -> None:
    page = client.get("/pin/DEMO").text
    assert '<div id="where-exactly" hidden>' in page
    assert (
        '<select id="thing-place" aria-describedby="places-why"><option value="">No exact'
        " place</option></select>" in page
    )
    assert "We may tell the people who can fix it." in page
