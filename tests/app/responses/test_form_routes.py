"""The addresses that the form of a response asks: places, hexagons, and where it is sent to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import app as whole
from vrp_map.config import load_settings
from vrp_map.places.place_lists import add_places
from vrp_map.principal import DEMO
from vrp_map.server import this_server

pytestmark = pytest.mark.usefixtures("served")
NEEDED = {"what": "knife", "date": "2026-10-12", "where": "Example Lane", "told_by": "police"}


@pytest.fixture
def client(
    own_records: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    monkeypatch.setenv("VRP_PLACES", str(tmp_path / "places"))
    this_server().summit.open()
    application = Starlette(routes=whole.app._user_routes)
    with TestClient(
        application, base_url="http://localhost", client=("127.0.0.1", 50000)
    ) as client:
        yield client
    this_server().summit.close()


def test_a_whole_postcode_gives_a_hexagon_and_no_postcode(
    client: TestClient, tmp_path: Path
) -> None:
    file = tmp_path / "b.csv"
    file.write_bytes(b'"B1 1AY",10,406448,286448,"E92000001","","","","E08000025","E05011120"\r\n')
    add_places(file, load_settings())
    (found,) = client.get("/respond/places?q=b1 1ay").json()
    assert found["is_postcode"] and found["cell"][:2] == "89"
    assert "1AY" not in found["name"] and "Birmingham" in found["name"]
    assert not any(one.get("is_postcode") for one in client.get("/respond/places?q=b1 1a").json())


def test_a_tap_gives_the_hexagon_that_holds_it_and_nothing_else_does(client: TestClient) -> None:
    found = client.get("/respond/hexagon?lat=52.48&lon=-1.9&size=9").json()
    assert found["lad"] == "E08000025" and len(found["outline"]) == 6
    assert client.get(f"/respond/hexagon?cell={found['cell']}").json() == found
    for query in ("", "lat=x&lon=1&size=9", "lat=nan&lon=1&size=9", "lat=91&lon=1&size=9"):
        said = client.get(f"/respond/hexagon?{query}")
        assert said.status_code == 422 and said.json()["hint"] == "Tap the map again."
    for cell in ("zz", "8928308280fffff'", "85195d3bfffffff", ""):
        assert client.get("/respond/hexagon", params={"cell": cell}).status_code == 422
    ground = client.get("/respond/outlines").json()
    assert len(ground["big"]) == 7 and ground["lines"]


def test_a_change_is_kept_once_and_never_over_another(client: TestClient) -> None:
    id = str(uuid4())
    logged = client.post("/respond/log", json={**NEEDED, "id": id, "summary": "Kept"})
    assert logged.status_code == 201
    change = {"id": id, "after": 1, "tier": "gold", "strands": [{"code": "family"}]}
    for _ in range(2):
        assert client.post("/respond/log", json=change).json() == logged.json()
    other = client.post("/respond/log", json={"id": id, "after": 1, "tier": "monitor"})
    assert other.status_code == 422 and "Someone else changed" in other.json()["message"]
    for after in (7, -1):
        told = client.post("/respond/log", json={"id": id, "after": after, "tier": "monitor"})
        assert told.status_code == 422
    record = this_server().responses().record(DEMO, logged.json()["reference"])
    assert record.version == 2
    assert (record.response.tier, record.response.summary) == ("gold", "Kept")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"strands": [1]}, "Strands: a row cannot be read"),
        ({"clocks_done": {"never": "2026-10-13"}}, "clock is not in the list"),
        ({"resources": [{"kind": "Rooms", "hours": "inf"}]}, "Hours or pounds"),
        ({"summary": ["a"]}, "A field holds no text"),
        ({"cell": "85195d3bfffffff"}, "larger than a town"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(
    client: TestClient, said: dict[str, object], problem: str
) -> None:
    answer = client.post("/respond/log", json={**NEEDED, "id": str(uuid4()), **said})
    assert answer.status_code == 422 and answer.json()["hint"]
    assert problem in answer.json()["message"]
    assert this_server().responses().all(DEMO) == []
