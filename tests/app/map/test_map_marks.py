"""What else the map of hotspots draws: by role, as the lists give it, and the same in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest

from tests.app.map.test_pages import address, opened
from tests.made_up_pilots import MIDDLE, NOW, a_pilot
from tests.made_up_responses import BIRMINGHAM, a_response
from tests.pages import html_of
from tests.staff_maps import layers, told
from vrp_map.maps.rows import cells_outline
from vrp_map.pilots.pilot import PilotKind, SchoolRoute, SessionWindow
from vrp_map.places import place_lists
from vrp_map.principal import DEMO
from vrp_map.responses.places import outline_cell
from vrp_map.responses.response import ResponsePlace
from vrp_map.responses.store import ResponseChange
from vrp_map.schools import service as schools
from vrp_map.server import this_server
from vrp_map.ui.hotspots import marks
from vrp_map.ui.shared import session
from vrp_map.views.choice import MARKS

pytestmark = pytest.mark.usefixtures("served")

EVERYTHING = "pilots,routes,responses,schools"
LINE = ((-1.90, 52.48), (-1.89, 52.485), (-1.88, 52.49))


@pytest.fixture
def records(own_records: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An approved pilot, a draft, a route, three responses (one of them known to a town alone), and
    a school.
    """
    rows = [("school", "Made-up <b>School</b>", "Made-up Town", -1.9, 52.48)]
    frame = pd.DataFrame(rows, columns=list(place_lists.COLUMNS))
    monkeypatch.setattr(schools, "added_places", lambda settings: frame)
    monkeypatch.setattr(marks, "list_versions", lambda settings: ("a list",))
    this_server().summit.open()
    pilots = this_server().pilots()
    first = pilots.add_one(DEMO, a_pilot(name="Patrols <i>"), now=NOW)
    pilots.approve(DEMO, pilots.record(DEMO, first), now=NOW)
    pilots.add_one(DEMO, a_pilot(name="Only a draft"), now=NOW)
    hours = (SessionWindow(time(8), time(9)),)
    route = SchoolRoute(schools=("Made-up School",), windows=hours, line=LINE)
    reference = pilots.add_one(
        DEMO, a_pilot(name="Route", kind=PilotKind.ROUTE, route=route), now=NOW
    )
    pilots.approve(DEMO, pilots.record(DEMO, reference), now=NOW)
    cells = (MIDDLE, MIDDLE, "87195c3a4ffffff")
    changes = [
        ResponseChange(
            uuid4(), a_response(where=ResponsePlace("Somewhere", cell, BIRMINGHAM)), "logged"
        )
        for cell in cells
    ]
    this_server().responses().keep(DEMO, changes, now=session.now()).result()
    yield
    this_server().summit.close()


@pytest.mark.usefixtures("records")
def test_everything_is_drawn_and_said_for_who_may_see_it_all() -> None:
    page = opened()
    assert page.multiselect(key="f_marks").options == [MARKS[k] for k in EVERYTHING.split(",")]
    assert not {"pilots", "routes", "responses", "schools"} & set(layers(page))
    page.multiselect(key="f_marks").set_value(EVERYTHING.split(",")).run()
    assert not page.exception and address(page)["marks"] == EVERYTHING
    drawn, said = layers(page), html_of(page)
    assert len(drawn["pilots"]["data"]["features"]) == 1  # the draft is not there
    dashes = {name: "dash" in drawn[name]["styles"]["all"]["line"] for name in ("rings", "pilots")}
    assert dashes == {"rings": True, "pilots": False}
    assert drawn["routes"]["data"]["features"][0]["geometry"]["coordinates"] == [
        list(p) for p in LINE
    ]
    assert [row["t"] for row in drawn["response-words"]["data"]] == ["2 responses"]
    assert len(drawn["schools"]["data"]["features"]) == 1
    assert "Patrols &lt;i&gt;" in said and "Only a draft" not in said
    assert "href='/responses'" in said and "href='/schools'" in said
    page.button(key="reset").click().run()
    assert "marks" not in address(page) and "pilots" not in layers(page)


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("area", "many", "where"),
    [
        ({}, 1, "all of the West Midlands"),
        ({"area": "lad:E08000025"}, 1, "Birmingham"),
        ({"area": "lad:E08000026"}, 0, "Coventry"),
        ({"area": "lad:E08000026,lad:E08000025"}, 1, "Coventry + Birmingham"),
    ],
)
def test_the_legend_counts_what_lies_in_the_chosen_area(
    area: dict[str, str], many: int, where: str
) -> None:
    page = opened(marks=EVERYTHING, **area)
    said = html_of(page)
    counted = dict(
        re.findall(r"<i class='mark-(\w+)'[^>]*></i><b>[^<]*</b><span>(\d+)</span>", said)
    )
    assert counted == dict.fromkeys(EVERYTHING.split(","), str(many))
    assert f"<p>The numbers are of {where}.</p>" in said
    # The list under the numbers is of the same; the map draws what lies around it too.
    assert ("Patrols &lt;i&gt;" in said) == bool(many)
    assert len(layers(page)["pilots"]["data"]["features"]) == 1


@pytest.mark.usefixtures("records")
def test_a_partner_sees_on_the_map_what_a_list_would_show_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VRP_LOCAL_ROLES", "moderator")
    page = opened(marks=EVERYTHING)
    assert page.multiselect(key="f_marks").options == ["Responses"]
    drawn = layers(page)
    assert {"pilots", "routes", "schools", "pilot-labels", "school-names"}.isdisjoint(drawn)
    assert "response-words" not in drawn
    (outline,) = drawn["responses"]["data"]["features"]
    assert outline["geometry"] == cells_outline([outline_cell(MIDDLE)], {})["geometry"]
    text = json.dumps(drawn) + html_of(page)
    assert not [name for name in ("Patrols", "Route", "Made-up <b>") if name in text]


def test_a_layer_that_is_not_there_is_said_and_without_records_none_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(marks="pilots,ghosts")
    assert "ghosts" in page.warning[0].value and "marks" not in address(page)
    assert not page.multiselect


def test_the_way_back_moves_the_map_each_time_and_keeps_what_is_picked() -> None:
    page = opened(at=f"cell:{MIDDLE}")
    views = [told(page)["view"]]
    for _ in range(2):
        page.button(key="home").click().run()
        views.append(told(page)["view"])
    # The place is the same, and the map is told to look there once more.
    turns = [view.pop("turn") for view in views]
    assert len({*turns}) == len(turns) and views[0] == views[1] == views[2]
    assert address(page)["at"] == f"cell:{MIDDLE}"


def test_the_map_asks_this_server_alone_but_for_an_operators_tiles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiles = "https://tiles.example/{z}/{x}/{y}.png"
    for given in ("", tiles):
        monkeypatch.setenv("VRP_MAP_TILES_URL", given)
        page = opened()
        asked = [one["data"] for one in layers(page).values() if isinstance(one["data"], str)]
        assert asked and all(address.startswith("/map/") for address in asked)
        text = json.dumps(told(page)).replace(tiles, "")
        assert "//" not in text and (told(page)["streets"] == {"raster": tiles}) is bool(given)
