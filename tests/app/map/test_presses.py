"""A press on the Hotspots map: it picks a place or adds to several; whatever else a browser says of
one does nothing.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.app.map.test_pages import address, opened
from tests.pages import html_of
from tests.staff_maps import layers, no_presses, press, press_each, send, told
from vrp_map import grid, maps
from vrp_map.config import Settings
from vrp_map.disclosure.protect import protect
from vrp_map.views import hotspots as views
from vrp_map.views.cell_links import MOST_LINKED, short_text
from vrp_map.views.choice import default_choice
from vrp_map.views.hotspots import HotspotView
from vrp_map.vocabulary import Audience
from vrp_map.workspace import Workspace

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def view(ws: Workspace) -> HotspotView:
    choice = default_choice(ws)
    return views.hotspot_view(ws, choice.selection(ws), resolution=choice.resolution)


def not_drawn(view: HotspotView) -> list[str]:
    """Hexagons of other sizes, of other regions, and those of this one that the map does not draw:
    with few incidents, or with none.
    """
    drawn = views.drawn_cells(view, colour="count")
    first = grid.from_text(drawn[:1])
    few = set(view.hotspots.cells.frame["cell"].astype(str)) - set(drawn)
    none = set(grid.to_text(grid.with_neighbours(grid.from_text(drawn)))) - set(drawn) - few
    sizes = (grid.parents(first, resolution=8), grid.children(first, resolution=10))
    others = [*(grid.to_text(found)[0] for found in sizes), "891f1d48177ffff"]
    return [*sorted(few)[:1], *sorted(none)[:1], *others]


def test_a_press_picks_a_hexagon_and_lets_it_go(view: HotspotView) -> None:
    first, second = views.drawn_cells(view, colour="count")[:2]
    page = opened()
    assert "selected" not in layers(page) and told(page)["presses"]
    for pressed, picked in (
        (first, first),
        (second, second),
        (second, None),
        (first, first),
        ("", None),
        ("", None),
    ):
        press(page, pressed)
        assert not page.exception and ("selected" in layers(page)) is bool(picked)
        assert address(page).get("at") == (f"cell:{picked}" if picked else None)


def test_presses_add_to_several_and_take_out(view: HotspotView) -> None:
    drawn = views.drawn_cells(view, colour="count")
    first, second = drawn[:2]
    page = opened()
    page.toggle(key="several").set_value(True).run()
    for pressed, chosen in (
        (first, [first]),
        (second, [first, second]),
        ("", [first, second]),
        (first, [second]),
    ):
        press(page, pressed)
        assert address(page)["chosen"] == short_text(chosen) and "at" not in address(page)
    # No more than a link holds, however they were chosen.
    page = opened(chosen=short_text(drawn[1 : MOST_LINKED + 1]))
    press(page, drawn[0])
    assert "would be 501 hexagons. You can choose at most 500." in page.warning[0].value
    assert address(page)["chosen"] == short_text(drawn[1 : MOST_LINKED + 1])


def test_presses_faster_than_the_page_are_all_heard_once(view: HotspotView) -> None:
    first, second, third = views.drawn_cells(view, colour="count")[:3]
    page = opened()
    page.toggle(key="several").set_value(True).run()
    sent = [[1, first], [2, second], [3, second], [4, third]]
    for many in (2, 2, 4):
        send(page, "pressed", {"presses": sent[:many]})
    assert address(page)["chosen"] == short_text([first, third]) and told(page)["heard"] == 4
    # In the order of their numbers; a number that was heard names no other press.
    send(page, "pressed", {"presses": [[6, first], [5, second], [4, first]]})
    assert address(page)["chosen"] == short_text([second, third])
    # Of one place after another, the last stays.
    page.toggle(key="several").set_value(False).run()
    press_each(page, first, second, third)
    assert address(page)["at"] == f"cell:{third}"


@pytest.mark.parametrize("several", [False, True])
def test_what_no_press_is_does_nothing(view: HotspotView, several: bool) -> None:
    wrong: list[object] = [{"presses": [[1, cell]]} for cell in not_drawn(view)]
    if not several:
        wrong += no_presses(views.drawn_cells(view, colour="count")[0])
    page = opened()
    page.toggle(key="several").set_value(several).run()
    before = address(page), html_of(page), told(page)
    for sent in wrong:
        send(page, "pressed", sent)
        now = address(page), html_of(page), told(page) | {"heard": 0}
        assert not page.exception and now == before, sent
        page.session_state["staff_map_heard"] = 0
    send(page, "thrown", {"cell": "x"})
    assert not page.exception and address(page) == before[0]


def drawn_by_each(view: HotspotView) -> list[set[str]]:
    """What can be pressed on a map by how many, and on one by what is new; it is what they draw."""
    cells = view.hotspots.cells
    by_count = [*maps.cell_rows(cells, view.limits), *maps.hidden_rows(cells)]
    drawn = [{row["h"] for row in rows} for rows in (by_count, maps.emerging_rows(cells))]
    assert drawn == [set(views.drawn_cells(view, colour=colour)) for colour in ("count", "new")]
    return drawn


def test_what_can_be_pressed_is_what_is_drawn(view: HotspotView) -> None:
    drawn_by_each(view)
    held = {
        "cell": [f"89195c05b{i:02x}ffff" for i in range(4)],
        "name": "Street",
        "n": [50, 3, 3, 0],
        "hotspot_class": ["not different from chance"] * 3 + ["hot 95%"],
        "emerging": ["", "fading: hot in 20 of 36 months", "", ""],
    }
    cells = protect(pd.DataFrame(held), audience=Audience.PARTNER, settings=Settings())
    by_count, by_group = drawn_by_each(replace(view, hotspots=replace(view.hotspots, cells=cells)))
    number, few, _, hot = held["cell"]
    # Few incidents now, and a pattern: only what is new draws it. Few and no more: nothing does.
    assert (by_count, by_group) == ({number, hot}, {number, few, hot})
