"""The map's data by address: who may have it, what is in it, and how much it weighs."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator
from typing import Any

import h3
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from tests.pages import page_at
from tests.staff_maps import told
from vrp_map import maps
from vrp_map.config import Settings
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.principal import DEMO_PARTNER
from vrp_map.server import this_server
from vrp_map.ui.shared import session
from vrp_map.views.cell_links import short_text
from vrp_map.web.map.routes import routes
from vrp_map.web.middleware import Gate, security_headers
from vrp_map.workspace import Workspace, open_workspace


@pytest.fixture
def application(demo: Settings, monkeypatch: pytest.MonkeyPatch) -> Starlette:
    monkeypatch.setenv("VRP_STORE", str(demo.store))
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


@pytest.fixture
def ws(demo: Settings) -> Workspace:
    return open_workspace(settings=demo).for_principal(DEMO_PARTNER)


ASKED = "category=violence&from=2025-11&to=2026-10&resolution=8"


def rows_of(client: TestClient, asked: str) -> list[dict[str, Any]]:
    """The hexagons of an answer; whatever it draws them from belongs to one of them."""
    answer = client.get(f"/map/{asked}").json()
    assert set(answer) == {"shapes", "rows"}
    assert {row["o"] for row in answer["rows"]} == set(range(len(answer["shapes"])))
    return list(answer["rows"])


def test_cells_are_those_of_the_workspace(client: TestClient, ws: Workspace) -> None:
    rows = rows_of(client, f"cells.json?{ASKED}")
    frame = ws.hotspots(ws.select(first="2025-11", last="2026-10"), resolution=8).cells.frame
    shown = frame[frame["n"].fillna(0) > 0]
    assert {(row["h"], int(row["n"].replace(",", ""))) for row in rows} == set(
        zip(shown["cell"], shown["n"].astype(int), strict=True)
    )
    hidden = rows_of(client, f"hidden.json?{ASKED}")
    assert {row["h"] for row in hidden} == set(frame.loc[frame["hidden"], "cell"])
    # Where each is drawn is where it lies.
    for row in [*rows, *hidden]:
        longitude, latitude = (part / 1e6 for part in row["m"])
        assert h3.latlng_to_cell(latitude, longitude, 8) == row["h"]


@pytest.mark.parametrize(
    "path",
    [
        "first.json",
        "cells.json",
        "hidden.json",
        "hotspots.json",
        "areas/lad.json",
        "labels/npu.json",
        "places/9.json",
        "snap/14/8104/5374.json",
    ],
)
def test_strangers_get_nothing_from_any_route(application: Starlette, path: str) -> None:
    with TestClient(
        application, base_url="http://localhost", client=("192.0.2.7", 50000)
    ) as stranger:
        answer = stranger.get(f"/map/{path}")
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/plain")
    assert "only on the computer it runs on" in answer.text


@pytest.mark.parametrize(
    "headers",
    [{"x-forwarded-for": "192.0.2.7"}, {"host": "evil.example"}, {"forwarded": "for=192.0.2.7"}],
)
def test_a_proxy_or_a_foreign_name_is_a_stranger(
    client: TestClient, headers: dict[str, str]
) -> None:
    assert client.get("/map/cells.json", headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["first", "cells", "hidden", "hotspots"])
@pytest.mark.parametrize("audience", ["analyst", "public", "king", ""])
def test_no_address_can_ask_for_another_view(client: TestClient, path: str, audience: str) -> None:
    answer = client.get(f"/map/{path}.json?audience={audience}")
    assert answer.status_code == 403
    assert "partner view only" in answer.text
    assert not answer.text.startswith(("[", "{"))


PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("query", "agent"),
    [
        ({}, ""),
        ({}, PHONE),
        ({"resolution": "8", "colour": "new", "layer": "ward"}, ""),
        ({"category": "robbery", "snap": "1", "layer": "none", "from": "nonsense"}, ""),
        ({"at": "hotspot"}, ""),
        ({"chosen": "9"}, ""),
    ],
)
@pytest.mark.usefixtures("served")
def test_a_browser_hears_early_what_the_page_will_say(
    client: TestClient,
    ws: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    query: dict[str, str],
    agent: str,
) -> None:
    cells = ws.hotspots(ws.select(first="2025-11", last="2026-10"), resolution=9).cells.frame
    one = str(cells.loc[cells["cluster"] > 0, "cell"].iloc[0])
    names = {"at": f"hotspot:{one}", "chosen": short_text([one])}
    query = {name: names.get(name, text) for name, text in query.items()}
    monkeypatch.setattr(session, "_agent", lambda: agent)
    page = page_at("hotspots", **query).run()
    assert not page.exception
    early = client.get("/map/first.json", params=query, headers={"user-agent": agent}).json()
    # The tools for drawing come with the page.
    assert early == told(page) | {"draw": None}
    dark = client.get("/map/first.json", params=query | {"look": "dark"}).json()
    assert dark["look"]["paper"] == maps.DARK.paper != early["look"]["paper"]


def test_the_routes_give_no_small_and_no_exact_number(client: TestClient, demo: Settings) -> None:
    """The demo principal is an analyst, and the map is the partner view all the same."""
    rows = rows_of(client, "cells.json?category=violence")
    assert rows
    numbers = [int(row["n"].replace(",", "")) for row in rows]
    assert min(numbers) >= demo.partner_k
    assert not [n for n in numbers if n % demo.partner_k]


def test_what_is_new_is_the_same_cells_by_another_colour(client: TestClient, ws: Workspace) -> None:
    rows = rows_of(client, f"cells.json?{ASKED}&colour=new")
    frame = ws.hotspots(
        ws.select(first="2025-11", last="2026-10"), resolution=8
    ).cells.frame.set_index("cell")
    assert [row["h"] for row in rows if "g" in row]
    for row in rows:
        n, words = frame.loc[row["h"], ["n", "emerging"]]
        assert row["n"] == (FEW_OR_NONE if pd.isna(n) else f"{n:,}")
        assert row["e"].lower() == (words or "no pattern").lower()
    counted = rows_of(client, f"cells.json?{ASKED}")
    assert {row["h"] for row in counted} <= {row["h"] for row in rows}
    assert rows_of(client, f"cells.json?{ASKED}&colour=count") == counted
    answer = client.get(f"/map/cells.json?{ASKED}&colour=pink")
    assert (answer.status_code, "not coloured by that" in answer.text) == (400, True)


def test_snap_points_come_without_counts_and_only_at_their_zoom(
    client: TestClient, ws: Workspace
) -> None:
    place = ws.places().iloc[0]
    x = int((place["lon"] + 180) / 360 * 2**14)
    y = int((1 - math.asinh(math.tan(math.radians(place["lat"]))) / math.pi) / 2 * 2**14)
    features = client.get(f"/map/snap/14/{x}/{y}.json").json()["features"]
    assert all(feature["properties"] == {} for feature in features)
    dots = [f["geometry"]["coordinates"] for f in features if f["geometry"]["type"] == "Point"]
    assert [round(place["lon"], 5), round(place["lat"], 5)] in dots
    assert len([f for f in features if f["geometry"]["type"] != "Point"]) >= len(dots) > 0
    assert client.get(f"/map/snap/13/{x // 2}/{y // 2}.json").status_code == 400


def test_streets_come_by_zoom_each_once(client: TestClient, ws: Workspace) -> None:
    tiers = [client.get(f"/map/places/{tier}.json").json() for tier in (9, 11, 13)]
    assert 0 < len(tiers[0]) < len(tiers[1]) < len(tiers[2])
    assert len(tiers[0]) <= 30  # the whole region is in sight: a name a dozen kilometres at most
    rows = [row for tier in tiers for row in tier]
    places = ws.places()
    known = places[~places["is_generic"]].dropna(subset=["lon", "lat"])
    # At most 4,000 names in all, whichever: the first of the alphabet are no better than the last.
    assert len(rows) == min(4000, len(known))
    held = zip(known["name"], known["lon"], known["lat"], strict=True)
    where = {(name, round(float(x), 5), round(float(y), 5)) for name, x, y in held}
    assert {(row["t"], *row["p"]) for row in rows} <= where
    assert client.get("/map/places/10.json").status_code == 400


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("category=violins", "no category"),
        ("from=x", "not a month"),
        ("resolution=3", "no hexagon size"),
        ("area=Atlantis", "no area"),
        ("snapshot=old", "rebuilt"),
    ],
)
def test_a_bad_question_is_answered_in_words(client: TestClient, query: str, said: str) -> None:
    answer = client.get(f"/map/cells.json?{query}")
    assert answer.status_code == 400
    assert said in answer.text


def test_answers_are_kept_only_by_the_person_and_only_with_a_snapshot(
    client: TestClient, ws: Workspace
) -> None:
    named = client.get(f"/map/areas/lad.json?snapshot={ws.snapshot.id}").headers["cache-control"]
    assert "private" in named
    assert "immutable" in named
    assert client.get("/map/areas/lad.json").headers["cache-control"] == "no-store"


def test_outlines_and_labels_name_every_area(client: TestClient, ws: Workspace) -> None:
    lads = set(ws.areas("lad")["name"])
    for kind, count in (("lad", 7), ("npu", 8), ("lpa", 7), ("ward", len(ws.areas("ward")))):
        assert len(client.get(f"/map/areas/{kind}.json").json()["features"]) == count
        named = {label["t"] for label in client.get(f"/map/labels/{kind}.json").json()}
        assert named == set(ws.areas(kind)["name"]) - (lads if kind != "lad" else set())
    assert client.get("/map/areas/moon.json").status_code == 400


def test_every_answer_has_the_security_headers(client: TestClient) -> None:
    for path in ("/healthz", "/map/cells.json", "/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "http" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_only_the_operators_tiles_are_let_through() -> None:
    policy = security_headers("https://tiles.example/{z}/{x}/{y}.png")["Content-Security-Policy"]
    assert policy.count("https://tiles.example") == 1
    assert "img-src 'self' data: blob: https://tiles.example;" in policy
    assert "{z}" not in policy


def test_nine_and_a_half_thousand_cells_weigh_under_200_kb() -> None:
    """Rows at the size of the whole region: every cell shown, with many counts and names."""
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(52.5, -1.9, 9), 56))[:9500]
    says = ("Not a hotspot", "Hotspot, 95% sure, firm", "Hotspot, 99% sure, fragile")
    rows = [
        {
            "h": cell,
            "c": i % 5,
            "n": f"{5 * (i % 997):,}",
            "t": f"Near Made-up Street {i * 7919 % 800}",
        }
        | {"s": says[i % 3]}
        for i, cell in enumerate(cells)
    ]
    body = json.dumps(maps.with_outlines(rows), separators=(",", ":")).encode()
    assert len(gzip.compress(body, 5)) < 200_000
