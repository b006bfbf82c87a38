"""The wall over HTTP: the contract, cheap refreshing, the page for the projector, and that nothing
else was opened.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h3
import jsonschema
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

import app as whole
from tests.phones import WALL_CELLS, Clock, an_event, any_pin, pin, send, summit_in
from vrp_map.errors import UserError
from vrp_map.summit.event_store import State, change_state, create_event
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.picture import SHORT_SETTINGS
from vrp_map.vocabulary.pins import SETTINGS
from vrp_map.web.middleware import Gate, is_public, security_headers
from vrp_map.web.not_found import not_found_routes
from vrp_map.web.summit import wall_page
from vrp_map.web.summit.openapi import description
from vrp_map.web.summit.wall import wall_routes
from vrp_map.web.summit.wall_page import wall_page_routes

CELL, OTHER = WALL_CELLS[:2]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def summit(tmp_path: Path) -> Iterator[Summit]:
    found = summit_in(tmp_path, wall_every_s=20)
    yield found
    found.records.close()


@pytest.fixture
def client(summit: Summit, clock: Clock) -> TestClient:
    an_event(summit)
    wall = wall_routes(lambda: summit, now=clock.now, clock=clock.clock)
    return TestClient(
        Starlette(routes=[*wall, *wall_page_routes(lambda: summit)]), base_url="http://localhost"
    )


def schema() -> dict[str, Any]:
    return {"$ref": "#/components/schemas/Wall", "components": description()["components"]}


def test_before_the_first_release_there_is_nothing_to_tell(
    client: TestClient, summit: Summit, clock: Clock
) -> None:
    empty = client.get("/api/wall/demo").json()
    send(summit, clock, *(pin(phone) for phone in range(9)))
    clock.wait(60)
    assert client.get("/api/wall/DEMO").json() == empty
    assert (empty["release"], empty["contributors"], empty["released_at"], empty["hexagons"]) == (
        0,
        0,
        None,
        [],
    )
    jsonschema.Draft202012Validator(schema()).validate(empty)


def test_the_answer_keeps_its_contract(client: TestClient, summit: Summit, clock: Clock) -> None:
    clock.wait(33)
    send(
        summit,
        clock,
        *(pin(phone) for phone in range(7)),
        *(pin(p, feeling="safe", reasons=["friends"]) for p in range(7, 13)),
    )
    send(summit, clock, *(pin(p, 1, setting="work-journey", reasons=["other"]) for p in range(4)))
    send(
        summit,
        clock,
        *(
            pin(p, wall_cell=OTHER, setting="neighbourhood", reasons=["hidden"])
            for p in range(13, 23)
        ),
    )
    answer = client.get("/api/wall/DEMO")
    said = answer.json()
    jsonschema.Draft202012Validator(schema()).validate(said)
    assert said["event"] == {"code": "DEMO", "name": "Summit (synthetic)", "place": "Hall"}
    assert (said["state"], said["release"], said["k"], said["resolution"], said["every_s"]) == (
        "open",
        1,
        5,
        8,
        20,
    )
    assert said["released_at"] == "2026-11-03T09:00:40Z", "rounded down to the interval"
    assert said["contributors"] == 23
    assert said["settings"] == [
        {
            "code": "public-realm",
            "words": "In a town or city centre, a park or a shop",
            "people": 13,
            "short": "Town, park or shop",
        }
    ], (
        "four on the way to work are too few, and beside the ten at home the total would tell of"
        " them"
    )
    assert {row["code"]: (row["people"], row["feeling"]) for row in said["reasons"]} == {
        "lighting": (7, "unsafe"),
        "friends": (6, "safe"),
        "hidden": (10, "unsafe"),
    }
    assert said["themes"] == [], "nobody spoke of one"
    elsewhere, hexagon = said["hexagons"]
    assert (elsewhere["cell"], elsewhere["unsafe"]) == (OTHER, 10)
    assert (hexagon["cell"], hexagon["unsafe"], hexagon["safe"], "corridor" in hexagon) == (
        CELL,
        7,
        6,
        False,
    )
    assert hexagon["name"] == "Birmingham (2)", "without a snapshot there are areas only"
    assert np.abs(np.array(hexagon["outline"]) - h3.cell_to_boundary(CELL)).max() < 1e-5
    assert answer.headers["cache-control"] == "no-store" and "set-cookie" not in answer.headers


def test_themes_have_at_least_their_largest_number(
    client: TestClient, summit: Summit, clock: Clock
) -> None:
    ways = [
        pin(p, setting="school-journey", reasons=["followed"], helps=["police"]) for p in range(8)
    ]
    send(
        summit,
        clock,
        *ways,
        *(pin(p, setting="work-journey", reasons=["other"]) for p in range(8, 14)),
    )
    send(
        summit,
        clock,
        *(pin(p, setting="public-transport", reasons=["other"]) for p in range(14, 18)),
    )
    said = client.get("/api/wall/DEMO").json()
    jsonschema.Draft202012Validator(schema()).validate(said)
    told = {
        theme["name"]: (theme["at_least"], {a["code"]: a["people"] for a in theme["said"]})
        for theme in said["themes"]
    }
    assert told == {
        "Community policing": (8, {"police": 8}),
        "Safer travel": (8, {"school-journey": 8}),
        "Violence and intimidation against women and girls": (8, {"followed": 8}),
    }, "the four on the bus would be eighteen less eight less the six on their way to work"


def test_a_bad_table_of_themes_stops_no_wall(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "themes.toml").write_text("[own", encoding="utf-8")
    summit = summit_in(tmp_path, themes=str(tmp_path / "themes.toml"))
    an_event(summit)
    client = TestClient(
        Starlette(routes=wall_routes(lambda: summit, now=clock.now, clock=clock.clock))
    )
    send(summit, clock, *(pin(p, setting="school-journey") for p in range(12)))
    said = client.get("/api/wall/DEMO").json()
    summit.records.close()
    assert said["contributors"] == 12 and said["themes"] == []
    assert "No themes on the wall" in caplog.text and "not valid TOML" in caplog.text


def test_every_setting_has_words_for_a_hall() -> None:
    assert set(SHORT_SETTINGS) == set(SETTINGS) and max(map(len, SHORT_SETTINGS.values())) <= 24


def test_refreshing_costs_a_line(client: TestClient, summit: Summit, clock: Clock) -> None:
    send(summit, clock, *(pin(phone) for phone in range(10)))
    first = client.get("/api/wall/DEMO")
    tag = first.headers["etag"]
    same = client.get("/api/wall/DEMO", headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    send(summit, clock, *(pin(phone) for phone in range(10, 20)))
    clock.wait(20)
    new = client.get("/api/wall/DEMO", headers={"If-None-Match": tag})
    assert new.status_code == 200 and new.json()["release"] == 2 and new.headers["etag"] != tag
    change_state(summit.records, summit.event("DEMO"), State.PAUSED, now=clock.now()).result()
    assert (
        client.get("/api/wall/DEMO", headers={"If-None-Match": new.headers["etag"]}).json()["state"]
        == "paused"
    )


def test_an_unknown_event_and_shut_records_are_told_plainly(client: TestClient) -> None:
    answer = client.get("/api/wall/NOSUCH")
    assert answer.status_code == 404 and answer.json()["error"] == "event-unknown"
    assert (
        client.get("/wall/NOSUCH").status_code == 404
        and "We do not know this event" in client.get("/wall/NOSUCH").text
    )

    def trouble() -> Summit:
        raise UserError("The records in /secret/folder are in use.")

    shut = TestClient(Starlette(routes=[*wall_routes(trouble), *wall_page_routes(trouble)]))
    answer = shut.get("/api/wall/DEMO")
    assert (answer.status_code, answer.json()["error"], answer.headers["retry-after"]) == (
        503,
        "not-now",
        "5",
    )
    page = shut.get("/wall/DEMO")
    assert (
        page.status_code == 503
        and "try again" in page.text
        and "secret" not in page.text + answer.text
    )


def test_the_page_needs_nothing_inline_and_nobody_else(client: TestClient, summit: Summit) -> None:
    day = summit.event("DEMO").starts_on
    create_event(
        summit.records,
        name="Girls <b>& co</b>",
        place="",
        code="GIRLS",
        now=Clock().now(),
        starts_on=day,
        ends_on=day,
    )
    answer = client.get("/wall/GIRLS")
    page = answer.text
    assert not re.search(r"https?://|<style|style=|\son[a-z]+=|<script(?![^>]*src=)", page)
    assert "Girls &lt;b&gt;&amp; co&lt;/b&gt;" in page and "<b>&" not in page
    assert "the first 10 people" in page and "localhost/pin/GIRLS" in page
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "geolocation=()" in answer.headers["permissions-policy"]
    assert answer.headers["cache-control"] == "no-store" and "set-cookie" not in answer.headers


def test_the_address_to_join_at_is_the_operators(tmp_path: Path) -> None:
    summit = summit_in(tmp_path, public_url="http://192.168.1.20:8501/")
    try:
        an_event(summit)
        client = TestClient(
            Starlette(routes=wall_page_routes(lambda: summit)), base_url="http://localhost"
        )
        assert "<strong>192.168.1.20:8501/pin/DEMO</strong>" in client.get("/wall/DEMO").text
    finally:
        summit.records.close()


def test_our_scripts_put_no_data_into_markup() -> None:
    own = {
        name: body.decode()
        for name, body in wall_page.files().items()
        if not name.startswith("leaflet")
    }
    assert {"wall.js", "voices.js", "hexagon_map.js", "poll.js", "wall.css", "map.js"} <= set(own)
    for name, text in own.items():
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://|@import", text
        ), name
        assert name.endswith(".css") or len(text.splitlines()) < 250, name


def test_files_are_kept_for_ever_under_their_version_and_nothing_else_is_served(
    client: TestClient,
) -> None:
    version = wall_page.static_version()
    assert "immutable" in client.get(f"/wall/static/{version}/wall.js").headers["cache-control"]
    assert client.get("/wall/static/old/wall.js").headers["cache-control"] == "no-store"
    for name in ("pin.js", "wall.html", "storage.js", "..%2Fwall_page.py"):
        assert client.get(f"/wall/static/{version}/{name}").status_code == 404


def test_the_wall_is_light(client: TestClient, summit: Summit, clock: Clock) -> None:
    rng = random.Random(4)
    cells = h3.grid_disk(CELL, 4)
    send(
        summit,
        clock,
        *(any_pin(phone, n, rng, sorted(cells)) for phone in range(160) for n in range(3)),
    )
    answer = client.get("/api/wall/DEMO", headers={"accept-encoding": "gzip"})
    assert len(answer.json()["hexagons"]) > 20 and answer.headers["content-encoding"] == "gzip"
    weights = [
        len(gzip.compress(body, 9)) for body in [*wall_page.files().values(), answer.content]
    ]
    assert sum(weights) < 70_000


def test_the_gate_lets_the_wall_through_and_nothing_beside_it(summit: Summit) -> None:
    an_event(summit)
    gate = Middleware(Gate, headers=security_headers())
    app = Starlette(
        routes=[*wall_routes(lambda: summit), *wall_page_routes(lambda: summit)], middleware=[gate]
    )
    away = TestClient(app, base_url="http://hall.example", client=("10.1.2.3", 5))
    assert away.get("/wall/DEMO").status_code == away.get("/api/wall/DEMO").status_code == 200
    assert (
        away.get("/wall/DEMO").headers["content-security-policy"]
        == wall_page.HEADERS["Content-Security-Policy"]
    )
    for path in (
        "/",
        "/you-said-we-did",
        "/map/cells.json",
        "/wallet",
        "/api/walls",
        "/api",
        "/voicesx",
        "/health",
    ):
        assert not is_public(path) and away.get(path).status_code == 403, path
    assert not is_public("/wall/../map/cells.json") and not is_public("/voices/../map")


def test_the_public_paths_are_these_and_no_more() -> None:
    """Every route of the whole application that strangers can reach, by name."""
    nothing = {route.path for route in not_found_routes()}
    paths = {route.path for route in whole.app._user_routes} - {
        path for path in nothing if "{rest" in path
    }
    assert {path for path in paths if is_public(path)} == {
        "/api/openapi.json",
        "/api/pins",
        "/api/pins/{code}",
        "/api/wall/{code}",
        "/basemap",
        "/basemap/{z:int}/{x:int}/{y:int}",
        "/pin/cells/{parent}.json",
        "/pin/ground.json",
        "/pin/places.json",
        "/pin/static/{version}/{name}",
        "/pin/{code}",
        "/pin",
        "/pin/",
        "/healthz",
        "/pilot/{reference}/story",
        "/voices",
        "/wall/static/{version}/{name}",
        "/wall/{code}",
    }


def test_the_description_names_the_wall(client: TestClient) -> None:
    told = json.loads(json.dumps(description()))
    assert set(told["paths"]["/api/wall/{code}"]["get"]["responses"]) == {
        "200",
        "304",
        "404",
        "503",
    }
    jsonschema.Draft202012Validator.check_schema(told["components"]["schemas"]["Wall"])
