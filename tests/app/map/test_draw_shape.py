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
    send(page, "shape", {"points": corners})
    assert not page.exception and page.toggle(key="several").value
    many = f"{inside:,} hexagons chosen"
    assert many in html_of(page) and said(page)["said"] == f"{many}."
    first = said(page)["turn"]
    # What is drawn is in the link to a pilot, and on the map.
    assert all(cell in html_of(page) for cell in drawn[:2])
    send(page, "shape", {"points": around(drawn[:1]), "take_out": True})
    assert said(page)["said"].startswith("1 hexagon taken out. ") and said(page)["turn"] > first
    assert f"{inside - 1:,} hexagon" in html_of(page)
    # A word about a shape is gone once the choice is another.
    page.button(key="choose_none").click().run()
    assert said(page)["said"] == "" and "0 hexagons chosen" in html_of(page)


UNREAD, NONE, MANY = "could not read this shape", "No hexagon has its middle", "at most 500"
HERE, NAN = [-1.9, 52.48], float("nan")


def test_what_no_pointer_drew_chooses_nothing() -> None:
    page = opened()
    for sent, words in (
        (None, UNREAD),
        (HERE, UNREAD),
        ({"points": [["891f1d48177ffff"] * 2] * 4}, UNREAD),
        ({"cells": ["8919488a1b7ffff"]}, UNREAD),
        ({"points": {"0": HERE}}, UNREAD),
        ({"points": [HERE, HERE]}, UNREAD),
        ({"points": [HERE] * 100_000}, UNREAD),
        ({"points": [HERE, HERE, [NAN, NAN]]}, UNREAD),
        ({"points": [HERE, HERE, [1e308, -1e308]]}, UNREAD),
        ({"points": [HERE, HERE, [10**400, 0]]}, UNREAD),
        ({"points": [HERE, HERE, [True, False]]}, UNREAD),
        ({"points": [HERE, HERE, [*HERE, 0]]}, UNREAD),
        # No ground, and the sea: no hexagon of this map.
        ({"points": [HERE] * 3}, NONE),
        ({"points": [HERE, [-1.8, 52.48], HERE, [-1.7, 52.48]]}, NONE),
        ({"points": [[-5, 50], [-5, 50.1], [-5.1, 50]]}, NONE),
        ({"points": [[-8, 49], [2, 49], [2, 60], [-8, 60]]}, MANY),
        ({"points": [[-8, 49], [2, 49], [2, 60], [-8, 60]], "take_out": {"x": 1}}, MANY),
    ):
        turn = said(page)["turn"]
        send(page, "shape", sent)
        assert not page.exception and words in said(page)["said"], sent
        # The browser hears of each, though the words may be the same, and takes its line away.
        assert said(page)["turn"] > turn
        assert not page.toggle(key="several").value and "chosen</h2>" not in html_of(page)
