"""Who asks the map's addresses for (areas and the target) less (areas), as often as they like,
learns one number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.made_up import EAST, NORTH, SOUTH, WEST, make_boundaries, row, settings_in, write
from vrp_map.config import Settings
from vrp_map.server import this_server
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.ingest.build import build
from vrp_map.web.map.routes import routes
from vrp_map.workspace import Workspace, open_workspace

AREAS, SIDE = 24, 6
MONTHS = [f"{m}" for m in np.arange("2023-01", "2023-07", dtype="datetime64[M]")]
QUESTIONS = 4


def boxes() -> list[tuple[float, float, float, float]]:
    """West, south, east and north of each small area."""
    lons, lats = np.linspace(WEST, EAST, SIDE + 1), np.linspace(SOUTH, NORTH, AREAS // SIDE + 1)
    return [(w, s, e, n) for s, n in pairwise(lats) for w, e in pairwise(lons)]


def small_areas(boundaries: Path) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"A{i}", "name": f"Part {i}", "population": 1500},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]],
            },
        }
        for i, (w, s, e, n) in enumerate(boxes())
    ]
    (boundaries / "lsoa.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features})
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("averaging")
    small_areas(make_boundaries(folder / "made-up-boundaries"))
    made, random, rows = settings_in(folder), np.random.default_rng(3), []
    for month in MONTHS:
        for west, south, east, north in boxes():
            for _ in range(random.poisson(3.0)):
                x, y = random.uniform(west, east), random.uniform(south, north)
                rows.append(row(month=month, longitude=f"{x:.6f}", latitude=f"{y:.6f}"))
    assert not build(
        [write(folder / "in" / "2023-06-made-up-street.csv", rows)], settings=made
    ).refused
    return made


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    for name in ("store", "boundaries", "local_boundaries"):
        monkeypatch.setenv(f"VRP_{name.upper()}", str(getattr(settings, name)))
    with TestClient(
        Starlette(routes=routes(this_server().summit)),
        base_url="http://localhost",
        client=("127.0.0.1", 50000),
    ) as client:
        yield client


def asked(client: TestClient, path: str, union: list[int], month: str) -> Any:
    areas = ",".join(f"lsoa:A{i}" for i in union)
    answer = client.get(f"/map/{path}&category=robbery&from={month}&to={month}&area={areas}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def by_trend(client: TestClient, union: list[int], month: str) -> int:
    found = asked(client, "analysis.json?method=trend", union, month)
    return sum(line["n"] or 0 for line in found["table"])


def by_cells(client: TestClient, union: list[int], month: str) -> int:
    found = asked(client, "cells.json?resolution=9", union, month)
    return sum(int(line["n"].replace(",", "")) for line in found["rows"])


def counts(ws: Workspace, audience: Audience, month: str) -> dict[str, int]:
    frame = ws.counts(
        ws.select("robbery", first=month, last=month), by="lsoa", audience=audience
    ).frame
    return dict(zip(frame["code"], frame["n"].fillna(0).astype(int), strict=True))


@pytest.mark.parametrize(("ask", "months"), [(by_trend, MONTHS), (by_cells, MONTHS[-1:])])
def test_unions_tell_what_one_question_tells(
    client: TestClient,
    settings: Settings,
    ask: Callable[[TestClient, list[int], str], int],
    months: list[str],
) -> None:
    ws, random, hidden = open_workspace(settings=settings), np.random.default_rng(17), 0
    for month in months:
        shown, exact = (
            counts(ws, audience, month) for audience in (Audience.PARTNER, Audience.ANALYST)
        )
        small = [i for i in range(AREAS) if shown[f"A{i}"] == 0 and exact[f"A{i}"]]
        hidden += len(small)
        for target in small[:1]:
            others = [i for i in range(AREAS) if i != target]
            for _ in range(QUESTIONS):
                union = random.choice(others, random.integers(8, 16), replace=False).tolist()
                difference = ask(client, [*union, target], month) - ask(client, union, month)
                # Nothing of the one to four that are there: each question gives the number of drawn
                # incidents, 0.
                assert difference == 0, (month, target, union)
    assert hidden >= 5 * len(months), "areas that hold a few and show nothing"


def test_exact_numbers_would_be_given_away(settings: Settings) -> None:
    """The control: the same unions of exact numbers give the hidden number away."""
    ws, month = open_workspace(settings=settings), MONTHS[0]
    shown, exact = (
        counts(ws, audience, month) for audience in (Audience.PARTNER, Audience.ANALYST)
    )
    target = next(i for i in range(AREAS) if shown[f"A{i}"] == 0 and exact[f"A{i}"])
    select = [
        ws.select("robbery", first=month, last=month, areas=[f"lsoa:A{i}" for i in u])
        for u in (range(AREAS), [i for i in range(AREAS) if i != target])
    ]
    both = [
        int(ws.counts(one, by="month", audience=Audience.ANALYST).frame["n"].sum())
        for one in select
    ]
    assert both[0] - both[1] == exact[f"A{target}"] > 0
