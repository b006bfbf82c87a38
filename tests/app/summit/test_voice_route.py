"""The data of the map of Youth voice by address: who may have it, which batch it is of, and no
small number.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from tests.demo_voices import voiced as voiced
from vrp_map.disclosure.releases import Release
from vrp_map.server import this_server
from vrp_map.summit.event_store import event_by_code
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap import released as voice
from vrp_map.summit.wall.store import keep_release, latest_release
from vrp_map.web.map.routes import routes
from vrp_map.web.middleware import Gate, security_headers

ASKED = "category=violence&from=2025-11&to=2026-10"
PATHS = ["voice.json", "voice-corridors.json"]


@pytest.fixture
def application(voiced: Summit) -> Starlette:
    return Starlette(
        routes=routes(this_server().summit),
        middleware=[Middleware(Gate, headers=security_headers())],
    )


@pytest.fixture
def client(application: Starlette) -> Iterator[TestClient]:
    with TestClient(
        application, base_url="http://localhost", client=("127.0.0.1", 50000)
    ) as client:
        yield client


def test_the_hexagons_come_with_their_class_and_only_released_numbers(
    client: TestClient, voiced: Summit
) -> None:
    rows = client.get(f"/map/voice.json?{ASKED}").json()["rows"]
    released = latest_release(voiced.records, event_by_code(voiced.records, "SUMMIT"))
    assert {row["h"]: int(row["u"]) for row in rows if row["u"][0].isdigit()} == released.counts[
        "unsafe"
    ]
    assert {row["h"]: int(row["s"]) for row in rows if row["s"][0].isdigit()} == released.counts[
        "safe"
    ]
    numbers = [
        int(row[name].replace(",", "")) for row in rows for name in "usn" if row[name][0].isdigit()
    ]
    assert min(numbers) >= 5
    assert {row["w"] for row in rows} >= {"F · fear only", "B · both high", "R · record only"}


def test_journeys_come_as_outlines_with_released_numbers(client: TestClient) -> None:
    features = client.get(f"/map/voice-corridors.json?{ASKED}").json()["features"]
    assert features and min(feature["properties"]["n"] for feature in features) >= 5


@pytest.mark.parametrize("path", PATHS)
def test_strangers_get_nothing(application: Starlette, path: str) -> None:
    with TestClient(
        application, base_url="http://localhost", client=("192.0.2.7", 50000)
    ) as stranger:
        assert stranger.get(f"/map/{path}?{ASKED}").status_code == 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("audience=analyst", 403, "partner view only"),
        ("releases=SUMMIT-3-00000000", 400, "More voices have been released"),
        ("category=violins", 400, "no category"),
        ("area=Atlantis", 400, "no area"),
        ("snapshot=old", 400, "rebuilt"),
    ],
)
def test_a_bad_question_is_answered_in_words(
    client: TestClient, path: str, query: str, status: int, said: str
) -> None:
    answer = client.get(f"/map/{path}?{query}")
    assert (answer.status_code, said in answer.text) == (status, True)


def test_an_address_is_of_one_batch(client: TestClient, voiced: Summit) -> None:
    (one,) = voice.heard(voiced)
    asked = f"/map/voice.json?{ASKED}&releases={one.key}"
    assert client.get(asked).status_code == 200
    nobody = Release(one.release.number + 1, 155, dict(one.release.counts) | {"unsafe": {}})
    keep_release(voiced.records, one.event, nobody, now=datetime(2026, 3, 15)).result()
    voiced.caches.forget_voices()
    assert client.get(asked).status_code == 400
    (new,) = voice.heard(voiced)
    rows = client.get(f"/map/voice.json?{ASKED}&releases={new.key}").json()["rows"]
    assert {row["u"] for row in rows} == {"not enough voices"}


def test_when_the_records_are_closed_it_says_so(client: TestClient) -> None:
    this_server().summit.close()
    answer = client.get(f"/map/voice.json?{ASKED}")
    assert answer.status_code == 400 and "records are not open" in answer.text
