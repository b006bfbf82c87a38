"""A shape drawn over the Hotspots map: the hexagons inside are chosen, and lead to a pilot."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from streamlit.testing.v1 import AppTest

from tests.app.map.test_pages import opened
from tests.pages import html_of
from tests.staff_maps import send, told
from vrp_map import grid, maps
from vrp_map.views import hotspots as views
from vrp_map.views.choice import default_choice
from vrp_map.views.hotspots import HotspotView
from vrp_map.workspace import Workspace

pytestmark = pytest.mark.usefixtures("served")


def draw(page: AppTest, sent: Any) -> AppTest:
    return send(page, "shape", sent)


def said(page: AppTest) -> dict[str, Any]:
    return dict(told(page)["draw"])


@pytest.fixture
def view(ws: Workspace) -> HotspotView:
    choice = default_choice(ws)
    return views.hotspot_view(ws, choice.selection(ws), resolution=choice.resolution)


def drawn_cells(view: HotspotView) -> list[str]:
    rows = maps.cell_rows(view.hotspots.cells, view.limits)
    return [row["h"] for row in [*rows, *maps.hidden_rows(view.hotspots.cells)]]


def around(cells: list[str]) -> list[list[float]]:
    """A rectangle that just holds the middles of some hexagons."""
    x, y = grid.centres(grid.from_text(cells))
    west, south, east, north = x.min() - 1e-6, y.min() - 1e-6, x.max() + 1e-6, y.max() + 1e-6
    return [[west, south], [east, south], [east, north], [west, north]]


def test_shapes_choose_and_take_out_what_lies_inside_them(view: HotspotView) -> None:
    drawn = drawn_cells(view)
    corners = around(drawn[:2])
    x, y = grid.centres(grid.from_text(drawn))
    inside = shapely.contains_xy(shapely.Polygon(corners), x, y).sum()
    page = opened()
    assert said(page)["said"] == "" and not page.toggle(key="several").value
    draw(page, {"points": corners})
    assert not page.exception and page.toggle(key="several").value
    many = f"{inside:,} hexagons chosen"
    assert many in html_of(page) and said(page)["said"] == f"{many}."
    first = said(page)["turn"]
    # What is drawn is in the link to a pilot, and on the map.
    assert all(cell in html_of(page) for cell in drawn[:2])
    draw(page, {"points": around(drawn[:1]), "take_out": True})
    assert said(page)["said"].startswith("1 hexagon taken out. ") and said(page)["turn"] > first
    assert f"{inside - 1:,} hexagon" in html_of(page)
    # A word about a shape is gone once the choice is another.
    page.button(key="choose_none").click().run()
    assert said(page)["said"] == "" and "0 hexagons chosen" in html_of(page)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (None, "could not read this shape"),
        ({"points": [["891f1d48177ffff"] * 2] * 4}, "could not read this shape"),
        ({"cells": ["8919488a1b7ffff"]}, "could not read this shape"),
        # The sea: no hexagon of this map.
        ({"points": [[-5, 50], [-5, 50.1], [-5.1, 50]]}, "No hexagon has its middle"),
        ({"points": [[-8, 49], [2, 49], [2, 60], [-8, 60]]}, "You can choose at most 500"),
    ],
)
def test_what_no_pointer_drew_chooses_nothing(sent: Any, words: str) -> None:
    page = draw(opened(), sent)
    assert not page.exception and words in said(page)["said"]
    assert not page.toggle(key="several").value and "chosen</h2>" not in html_of(page)
