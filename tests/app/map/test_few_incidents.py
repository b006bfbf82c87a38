"""Pages and routes of choices of another path: hexagons but no named place, incidents but no
hexagon, nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from tests.made_up import loaded, row
from tests.pages import page_at
from vrp_map.config import Settings
from vrp_map.server import this_server
from vrp_map.summit.home import SummitHome
from vrp_map.summit.voice_gap import beside as voice_beside
from vrp_map.ui.shared import session, words
from vrp_map.web.map.routes import routes

# Where the pages' maps lie; each spot is in a hexagon of its own at every size that is tried.
SPOTS = [(-1.955 + 0.011 * x, 52.443 + 0.007 * y) for x in range(10) for y in range(8)]
KINDS = {"robbery": 5, "burglary": 2, "drugs": 1, "vehicle-crime": 60}


@cache
def store() -> Settings:
    """One month: five robberies at each of 12 spots, two burglaries at each of 80, one drugs
    offence, and 60 vehicle crimes at one spot. No shoplifting.
    """
    spots = {
        "Robbery": SPOTS[::7] * 5,
        "Burglary": SPOTS * 2,
        "Drugs": SPOTS[:1],
        "Vehicle crime": SPOTS[40:41] * 60,
    }
    rows = [
        row(
            crime_type=kind,
            longitude=f"{x:.6f}",
            latitude=f"{y:.6f}",
            crime_id=f"{kind}-{n}",
            location=f"On {y} {x}",
        )
        for kind, places in spots.items()
        for n, (x, y) in enumerate(places)
    ]
    _, ws = loaded(Path(mkdtemp(prefix="vrp-few-")), rows)
    return ws.settings


@pytest.fixture(autouse=True)
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pages find this store, and voices that can be read (none yet)."""
    nobody: list[object] = []
    settings = store()
    for name in ("store", "boundaries", "local_boundaries"):
        monkeypatch.setenv(f"VRP_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setattr(session, "client_address", lambda: "127.0.0.1")
    monkeypatch.setattr(SummitHome, "__call__", lambda _: None)
    monkeypatch.setattr(session, "responses_if_open", lambda: None)
    monkeypatch.setattr(voice_beside, "heard", lambda *_, **__: nobody)
    yield


def opened(page: str = "hotspots", **query: str) -> AppTest:
    shown = page_at(page, **query).run()
    assert not shown.exception
    assert not [one.value for one in shown.error if "fault is ours" in one.value]
    return shown


@pytest.mark.parametrize("resolution", [7, 8, 9, 10])
@pytest.mark.parametrize("kind", ["robbery", "burglary", "drugs", "vehicle-crime", "all"])
def test_the_hotspots_page_agrees_with_its_headline(kind: str, resolution: int) -> None:
    page = opened(category=kind, resolution=str(resolution))
    said = " ".join(one.value for one in page.markdown)
    if "too few" not in page.title[0].value and "no map for this choice" not in page.title[0].value:
        assert "no incidents" not in said.casefold()
        assert "too few incidents of this kind" not in said


def test_hexagons_without_a_named_place_are_a_map() -> None:
    page = opened(category="robbery", resolution="10")
    assert page.dataframe  # the list of every hexagon
    assert "No place here" in " ".join(
        one.value for one in page.markdown
    ) or "Every hexagon" in str(page)


def test_where_no_hexagon_shows_larger_ones_are_offered() -> None:
    page = opened(category="drugs", resolution="9")
    assert not page.dataframe
    page.button(key="larger").click().run()
    assert not page.exception and page.selectbox(key="f_size").value == 8
    page.button(key="larger").click().run()
    assert not [one for one in page.button if one.key == "larger"]  # there are none larger


def test_one_incident_is_never_told_from_none() -> None:
    one = opened(category="drugs").markdown[0].value
    none = words.no_hexagon("Shoplifting", "January 2024", total=None, resolution=9)
    assert one == none.replace("shoplifting", "drugs")


@pytest.mark.parametrize(
    ("total", "says"),
    [
        (0, "There are no incidents of this kind (robbery) here in May 2024."),
        (None, "to show here in May 2024, or none."),
        (1165, "There are 1,165 incidents of this kind (robbery)"),
    ],
)
def test_the_words_fit_the_total(total: int | None, says: str) -> None:
    assert says in words.no_hexagon("Robbery", "May 2024", total=total, resolution=9)
    assert "larger hexagons" not in words.no_hexagon(
        "Robbery", "May 2024", total=total, resolution=7
    )


@pytest.mark.parametrize("page", ["changes", "methods", "track_record", "data_quality"])
@pytest.mark.parametrize("kind", ["robbery", "burglary", "drugs"])
def test_the_other_pages_are_drawn(page: str, kind: str) -> None:
    opened(page, category=kind, resolution="9")


@pytest.mark.parametrize("kind", ["robbery", "burglary", "drugs"])
@pytest.mark.parametrize("what", ["cells", "hidden", "hotspots"])
def test_routes_answer_with_what_there_is(kind: str, what: str) -> None:
    client = TestClient(
        Starlette(routes=routes(this_server().summit)),
        base_url="http://localhost",
        client=("127.0.0.1", 1),
    )
    answer = client.get(f"/map/{what}.json", params={"category": kind, "resolution": "10"})
    assert answer.status_code == 200
    assert (kind, what) != ("drugs", "cells") or answer.json()["rows"] == []
