"""The pin page and its event area over HTTP: what is in them, what must never be, and what
they weigh.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import h3
import jsonschema
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from vrp_map.config import Settings, load_settings
from vrp_map.errors import UserError
from vrp_map.places.search_order import folded
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import State, change_state, create_event
from vrp_map.summit.pins.pin import PinRefused, read_pin
from vrp_map.summit.pins.places import public_places
from vrp_map.summit.service import Summit
from vrp_map.views import hotspots as views
from vrp_map.vocabulary import pins as pin_words
from vrp_map.web.middleware import Gate, security_headers
from vrp_map.web.summit import pin_page
from vrp_map.web.summit.openapi import description, pin_schema
from vrp_map.web.summit.pin_page import pin_page_routes

NOW = datetime(2026, 3, 14, 11, 52)
BIRMINGHAM = h3.latlng_to_cell(52.4797, -1.9027, 10)
COVENTRY = h3.latlng_to_cell(52.408, -1.51, 10)
# Page, scripts, styles and overview, compressed; the hexagons of a few screens come on top.
BULKIEST_PAGE = 65_000


@pytest.fixture(scope="module")
def summit(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Summit]:
    records = Records(tmp_path_factory.mktemp("pins") / "records")
    days: dict[str, Any] = {
        "starts_on": date(2026, 3, 14),
        "ends_on": date(2026, 3, 14),
        "now": NOW,
        "place": "Hall",
    }
    create_event(records, name="Summit <b>& co</b>", code="DEMO", **days)
    create_event(records, name="Talk", code="TALK", free_text=True, **days)
    create_event(records, name="Coventry", code="COV", areas=["lad:E08000026"], **days)
    yield Summit(records, load_settings(store=demo.store, phones_an_address=0))
    records.close()


@pytest.fixture(scope="module")
def client(summit: Summit) -> TestClient:
    return TestClient(
        Starlette(routes=pin_page_routes(lambda: summit)), base_url="http://localhost"
    )


def parent_of(cell: str) -> str:
    return h3.cell_to_parent(cell, 7)


def cells_of(sent: dict[str, Any], parent: str) -> dict[str, tuple[float, float, str]]:
    """The hexagons of a group as the phone reads them: id -> latitude, longitude, name."""
    found, at = {}, [0, 0, 0]
    for i in range(0, len(sent["c"]), 4):
        at = [a + b for a, b in zip(at, sent["c"][i : i + 3], strict=True)]
        cell = f"8a{parent[2:9]}{(at[0] << 15) | 0x7FFF:06x}"
        lat, lon = (sent["o"][0] + at[2]) / 1e6, (sent["o"][1] + at[1]) / 1e6
        found[cell] = (lat, lon, sent["n"][sent["c"][i + 3]])
    return found


def test_the_page_has_every_choice_in_the_words_of_the_server(client: TestClient) -> None:
    page = client.get("/pin/demo").text
    words = [
        pin_words.SETTINGS,
        pin_words.FEELINGS,
        pin_words.REASONS_UNSAFE,
        pin_words.REASONS_SAFE,
        pin_words.WEEKDAYS,
        pin_words.HOUR_BANDS,
        pin_words.ROLES,
        pin_words.AGE_BANDS,
        pin_words.HELPS,
        pin_words.THINGS,
    ]
    for choices in words:
        for code, said in choices.items():
            assert re.search(rf'value="{code}"[^>]*>(<span>)?{re.escape(said)}<', page), code
    assert "Summit &lt;b&gt;&amp; co&lt;/b&gt;" in page and "<b>&" not in page
    assert 'data-event="DEMO"' in page and 'data-text="off"' in page
    assert 'data-text="on"' in client.get("/pin/TALK").text


def test_the_page_needs_nothing_inline_and_nobody_else(client: TestClient) -> None:
    answer = client.get("/pin/DEMO")
    page = answer.text
    assert not re.search(r"https?://|<style|style=|\son[a-z]+=|<script(?![^>]*src=)", page)
    policy = answer.headers["content-security-policy"]
    assert (
        "script-src 'self';" in policy and "style-src 'self';" in policy and "unsafe" not in policy
    )
    assert "geolocation=(self)" in answer.headers["permissions-policy"]
    assert "set-cookie" not in answer.headers and answer.headers["cache-control"] == "no-store"


def test_our_scripts_put_no_data_into_markup() -> None:
    own = {
        name: body.decode()
        for name, body in pin_page.files().items()
        if not name.startswith("leaflet")
    }
    for name, text in own.items():
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://", text
        ), name
        assert name.endswith(".css") or len(text.splitlines()) < 250, name


def test_the_policies_of_the_page_outrank_those_of_the_server(summit: Summit) -> None:
    gate = Middleware(Gate, headers=security_headers())
    app = Starlette(routes=pin_page_routes(lambda: summit), middleware=[gate])
    answer = TestClient(app, base_url="http://localhost", client=("127.0.0.1", 5)).get("/pin/DEMO")
    for name, value in pin_page.HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("state", "words"), [(State.PAUSED, "is having a break"), (State.CLOSED, "This event is over")]
)
def test_an_event_that_is_not_open_says_so(
    client: TestClient, summit: Summit, state: State, words: str
) -> None:
    code = f"E{state}".upper()[:6]
    days: dict[str, Any] = {
        "starts_on": date(2026, 3, 14),
        "ends_on": date(2026, 3, 14),
        "now": NOW,
        "place": "Hall",
    }
    event = create_event(summit.records, name="Shut", code=code, **days)
    change_state(summit.records, event, state, now=datetime(2026, 3, 14, 15)).result()
    answer = client.get(f"/pin/{code}")
    assert answer.status_code == 200 and words in answer.text and "0800 1111" in answer.text
    assert 'id="send"' not in answer.text


def test_an_unknown_event_says_so(client: TestClient) -> None:
    answer = client.get("/pin/NOSUCH")
    assert answer.status_code == 404 and "We do not know this event" in answer.text
    assert (
        '<a href="/pin">' in answer.text and '<a href="/pin">' not in client.get("/pin/DEMO").text
    )


def test_without_records_the_page_asks_for_patience() -> None:
    def trouble() -> Summit:
        raise UserError("locked")

    client = TestClient(Starlette(routes=pin_page_routes(trouble)))
    answer = client.get("/pin/DEMO")
    assert (
        answer.status_code == 503
        and "try again in a minute" in answer.text
        and "locked" not in answer.text
    )
    assert client.get("/pin/ground.json?event=DEMO").status_code == 503


def test_the_page_is_light(client: TestClient) -> None:
    page = client.get("/pin/DEMO")
    version = re.search(r'data-ground="(\w+)"', page.text).group(1)  # type: ignore[union-attr]
    bodies = [
        page.content,
        client.get(f"/pin/ground.json?event=DEMO&v={version}").content,
        *pin_page.files().values(),
    ]
    # With what draws streets, which a phone asks for last and only where there is a base map.
    assert sum(len(gzip.compress(body, 9)) for body in bodies) < BULKIEST_PAGE + 24_500
    group = client.get(f"/pin/cells/{parent_of(BIRMINGHAM)}.json?event=DEMO&v={version}")
    assert len(gzip.compress(group.content, 9)) < 6_000
    assert group.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert group.headers["content-encoding"] == "gzip"


def test_who_holds_the_version_is_not_looked_up_again(
    client: TestClient, summit: Summit, monkeypatch: Any
) -> None:
    version = re.search(r'data-ground="(\w+)"', client.get("/pin/DEMO").text).group(1)  # type: ignore[union-attr]
    monkeypatch.setattr(summit, "event", lambda code: pytest.fail("the records were asked"))
    assert (
        client.get(f"/pin/cells/{parent_of(BIRMINGHAM)}.json?event=DEMO&v={version}").status_code
        == 200
    )
    monkeypatch.undo()
    old = client.get(f"/pin/cells/{parent_of(BIRMINGHAM)}.json?event=DEMO&v=000000000000")
    assert old.status_code == 200 and old.headers["cache-control"] == "no-store"


def test_files_are_kept_for_ever_under_their_version_and_nothing_else_is_served(
    client: TestClient,
) -> None:
    version = pin_page.static_version()
    script = client.get(f"/pin/static/{version}/pin.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert client.get("/pin/static/old/pin.js").headers["cache-control"] == "no-store"
    for name in ("nothing.js", "pin.html", "leaflet.js.map", "..%2Fpin_page.py"):
        assert client.get(f"/pin/static/{version}/{name}").status_code == 404


def test_a_group_has_exactly_the_hexagons_under_its_parent(client: TestClient) -> None:
    parent = parent_of(BIRMINGHAM)
    sent = client.get(f"/pin/cells/{parent}.json?event=DEMO").json()
    found = cells_of(sent, parent)
    assert set(found) == set(h3.cell_to_children(parent, 10))
    shape = [(sent["h"][i], sent["h"][i + 1]) for i in range(0, 12, 2)]
    for cell, (lat, lon, name) in found.items():
        assert h3.great_circle_distance((lat, lon), h3.cell_to_latlng(cell), unit="m") < 0.2
        assert name
        corners = [(lat + dy / 1e6, lon + dx / 1e6) for dx, dy in shape]
        for corner in corners:
            assert (
                min(
                    h3.great_circle_distance(corner, b, unit="m") for b in h3.cell_to_boundary(cell)
                )
                < 0.3
            )


def test_only_hexagons_inside_the_events_area_are_offered(client: TestClient) -> None:
    assert client.get(f"/pin/cells/{parent_of(BIRMINGHAM)}.json?event=COV").status_code == 404
    event_area = client.get("/pin/ground.json?event=COV").json()
    offered: set[str] = set()
    for tail, _, _ in event_area["groups"]:
        parent = f"87{tail}ffffff"
        offered |= set(cells_of(client.get(f"/pin/cells/{parent}.json?event=COV").json(), parent))
    assert COVENTRY in offered and BIRMINGHAM not in offered
    assert [name for _, name, _, _ in event_area["big"] if name == "Coventry"]
    assert event_area["edge"] and not client.get("/pin/ground.json?event=DEMO").json()["edge"]


def test_no_hexagon_is_further_from_its_group_than_the_phone_looks(client: TestClient) -> None:
    event_area = client.get("/pin/ground.json?event=COV").json()
    for tail, *middle in event_area["groups"]:
        parent = f"87{tail}ffffff"
        for cell in cells_of(client.get(f"/pin/cells/{parent}.json?event=COV").json(), parent):
            far = max(
                h3.great_circle_distance(middle, corner, unit="m")
                for corner in h3.cell_to_boundary(cell)
            )
            assert far < event_area["reach"]


def test_every_hexagon_that_is_offered_is_taken_and_none_is_missing(
    client: TestClient, summit: Summit
) -> None:
    event_area = client.get("/pin/ground.json?event=COV").json()
    offered: set[str] = set()
    for tail, _, _ in event_area["groups"]:
        parent = f"87{tail}ffffff"
        offered |= set(cells_of(client.get(f"/pin/cells/{parent}.json?event=COV").json(), parent))
    for n, cell in enumerate([*sorted(offered)[:3], *sorted(offered)[-3:]]):
        body = {
            "event": "COV",
            "key": str(uuid4()),
            "contributor": f"{'c' * 20}{n}",
            "cells": [cell],
            "setting": "public-realm",
            "feeling": "safe",
        }
        summit.take(json.dumps(body).encode(), address="a", now=NOW, clock=0.0).result()
    beyond = {n for cell in offered for n in h3.grid_disk(cell, 1)} - offered
    body |= {"cells": [min(beyond)], "key": str(uuid4())}
    with pytest.raises(PinRefused, match="outside the area"):
        summit.take(json.dumps(body).encode(), address="a", now=NOW, clock=0.0)


@pytest.mark.parametrize("parent", ["870000000ffffff", "8a195c05b87ffff", "x", "87195C043FFFFFF"])
def test_a_group_that_is_not_one_is_not_found(client: TestClient, parent: str) -> None:
    assert client.get(f"/pin/cells/{parent}.json?event=DEMO").status_code == 404


def test_places_are_found_by_the_beginnings_of_words(client: TestClient) -> None:
    every = client.get("/pin/places.json?event=DEMO&q=station").json()
    assert 0 < len(every) <= 20
    for place in every:
        assert (
            set(place) == {"name", "area", "cell"}
            and "station" in f"{place['name']} {place['area']}".lower()
        )
        assert h3.get_resolution(place["cell"]) == 10
    narrower = client.get("/pin/places.json?event=DEMO&q=coventry STATION").json()
    assert narrower and all(p["area"].endswith("Coventry") for p in narrower)
    assert client.get("/pin/places.json?event=DEMO&q=s").json() == []
    # A letter may be wrong, or missing.
    forgiven = client.get("/pin/places.json?event=DEMO&q=tation").json()
    assert forgiven and all("tation" in f"{p['name']} {p['area']}" for p in forgiven)
    assert client.get("/pin/places.json?event=DEMO&q=tatiqqq").json() == []
    assert all(
        p["area"].endswith("Coventry")
        for p in client.get("/pin/places.json?event=COV&q=station").json()
    )


def test_what_is_called_so_comes_before_what_only_lies_in_or_near_it(client: TestClient) -> None:
    def found(words: str) -> list[str]:
        return [
            place["name"]
            for place in client.get("/pin/places.json", params={"event": "DEMO", "q": words}).json()
        ]

    listed = found(
        "Wood street BIRMINGHAM"
    )  # Handsworth Wood has other streets, with shorter names
    streets = [name.startswith("Wood Street") for name in listed]
    assert any(streets) and not all(streets) and streets == sorted(streets, reverse=True)
    for words in ("high street", "station road", "petrol station"):
        assert folded(found(words)[0].partition(", near ")[0]) == folded(words)
    # The street itself, and not the shops beside it.
    assert not any(name.startswith("Supermarket") for name in found("park way"))


def test_no_two_places_read_the_same(client: TestClient) -> None:
    wards = client.get("/pin/ground.json?event=COV").json()["small"]
    listed = [
        (place["name"], place["area"])
        for key, *_ in wards
        for place in client.get("/pin/places.json", params={"event": "COV", "area": key}).json()
    ]
    assert len(listed) > 100 and len(set(listed)) == len(listed)


def test_places_say_nothing_about_incidents(client: TestClient, summit: Summit) -> None:
    """Neither counts nor an order made of counts, and no place that only a partner knows."""
    listed = client.get("/pin/places.json?event=DEMO&q=st").text
    assert "incident" not in listed
    ws = views.workspace(summit.settings)
    public = {tuple(p) for p in ws.reader.frame("snap_points").itertuples(index=False)}
    shown = public_places(ws)
    assert {(lon, lat) for lon, lat in zip(shown["lon"], shown["lat"], strict=True)} <= public
    assert "incidents" not in shown and shown["name"].is_monotonic_increasing


def test_without_a_snapshot_there_are_hexagons_but_no_names(summit: Summit, tmp_path: Path) -> None:
    bare = Summit(summit.records, load_settings(store=tmp_path / "nothing"))
    client = TestClient(
        Starlette(routes=pin_page_routes(lambda: bare)), base_url="http://localhost"
    )
    assert client.get("/pin/DEMO").status_code == 200
    parent = parent_of(BIRMINGHAM)
    sent = client.get(f"/pin/cells/{parent}.json?event=DEMO").json()
    assert {name for *_, name in cells_of(sent, parent).values()} == {""}
    assert client.get("/pin/places.json?event=DEMO&q=station").json() == []
    assert len(client.get("/pin/ground.json?event=DEMO").json()["big"]) == 7


def test_the_description_says_what_the_server_does(client: TestClient, summit: Summit) -> None:
    assert client.get("/api/openapi.json").json() == json.loads(json.dumps(description()))
    check = jsonschema.Draft202012Validator(pin_schema())
    check.check_schema(pin_schema())
    good = {
        "event": "DEMO",
        "key": str(uuid4()),
        "contributor": "a" * 22,
        "cells": [BIRMINGHAM],
        "setting": "public-realm",
        "feeling": "unsafe",
        "reasons": ["lighting"],
        "when": {"weekday": "any"},
        "role": "officer",
        "helps": ["police"],
        "thing": None,
        "text": "x",
    }
    check.validate(good)
    read_pin(json.dumps(good).encode())
    for wrong in (
        {"lat": 52.4},
        {"cells": []},
        {"cells": ["89195c05b87ffff"]},
        {"reasons": ["friends"]},
        {"setting": "online"},
        {"contributor": "short"},
        {"key": "1"},
        {"role": "teacher"},
        {"text": "x" * 301},
        {"helps": ["police"] * 4},
        {"when": {"weekday": "monday"}},
    ):
        assert not check.is_valid(good | wrong), wrong
        if "helps" not in wrong:  # the server forgives the same answer given twice
            with pytest.raises(PinRefused):
                read_pin(json.dumps(good | wrong).encode())
