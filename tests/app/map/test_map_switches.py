"""The switches above the map, and what is said to be missing, on the pages."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.map.test_pages import address, opened
from tests.pages import MAIN, html_of
from tests.staff_maps import layers
from vrp_map import maps
from vrp_map.errors import UserError
from vrp_map.ui.hotspots import picture
from vrp_map.views import hotspots as views
from vrp_map.views.choice import choice_from_query, data_asked
from vrp_map.workspace import Workspace

pytestmark = pytest.mark.usefixtures("served")


def said(page: AppTest) -> str:
    return html_of(page) + " ".join(element.value for element in page.markdown)


def test_the_colour_is_in_the_address_and_back() -> None:
    page = opened()
    assert "colour" not in address(page)  # the usual one goes without saying
    page.segmented_control(key="f_colour").set_value("new").run()
    assert not page.exception
    assert address(page)["colour"] == "new"
    assert "What is new" in html_of(page)
    again = opened(colour="new")
    assert again.segmented_control(key="f_colour").value == "new"
    again.button(key="reset").click().run()
    assert "colour" not in address(again)


def test_what_is_new_is_said_in_a_sentence(ws: Workspace) -> None:
    choice, _ = choice_from_query({"colour": "new"}, ws)
    cells = views.hotspot_view(ws, choice.selection(ws), resolution=9).hotspots.cells
    assert maps.emerging_sentence(cells) in said(opened(colour="new"))
    assert maps.emerging_sentence(cells) not in said(opened())


def test_snap_points_are_off_until_asked_for() -> None:
    page = opened()
    assert page.toggle(key="f_snap").value is False
    assert maps.SNAP_WORDS not in html_of(page)
    page.toggle(key="f_snap").set_value(True).run()
    assert address(page)["snap"] == "1"
    assert maps.SNAP_WORDS in html_of(page)
    assert opened(snap="1").toggle(key="f_snap").value is True


def test_a_bad_switch_in_the_address_is_said_plainly() -> None:
    for name, value in (("colour", "pink"), ("snap", "yes")):
        page = opened(**{name: value})
        assert value in page.warning[0].value
        assert address(page) == address(opened())


def test_the_switches_stay_while_another_page_is_open() -> None:
    page = opened(colour="new", snap="1")
    page.switch_page("screens/data_quality.py").run()
    page.switch_page("screens/hotspots.py").run()
    assert (address(page)["colour"], address(page)["snap"]) == ("new", "1")


def test_names_of_wards_wait_until_there_is_room_for_them() -> None:
    named = {
        layer: layers(opened(layer=layer)).get("area-names", {})
        for layer in ("none", "npu", "ward")
    }
    assert [one.get("from") for one in named.values()] == [None, 8.5, 11.5]
    assert named["ward"]["data"].startswith("/map/labels/ward.json?")


def test_the_legend_counts_every_hexagon_that_is_drawn(ws: Workspace) -> None:
    choice, _ = choice_from_query({"colour": "new"}, ws)
    view = views.hotspot_view(ws, choice.selection(ws), resolution=9)
    drawn = picture.legend(view, 9, maps.LIGHT, emerging=True)
    for group, many in zip(
        (*maps.GROUPS, maps.NO_GROUP), maps.group_counts(view.hotspots.cells), strict=True
    ):
        assert f"<b>{group.name}</b><span>{many:,}</span>" in drawn
    firm, fragile = maps.hotspot_counts(view.hotspots.cells)
    assert f"{firm + fragile:,} hexagons" in view.hotspots.summary
    assert f"<b>firm hotspot</b><span>{firm:,}</span>" in drawn
    assert fragile == 0 or f"<b>fragile hotspot</b><span>{fragile:,}</span>" in drawn
    assert "border-top-style:dashed" in drawn or not fragile


def test_the_line_under_the_map_says_what_is_not_on_it(ws: Workspace) -> None:
    page = opened()
    labels = [expander.label for expander in page.expander]
    (line,) = [label for label in labels if label.startswith("What is not on this map")]
    choice, _ = choice_from_query({}, ws)
    facts = ws.facts(choice.selection(ws)).frame.iloc[0]
    assert (
        line
        == f"What is not on this map: {facts['unlocated'] / facts['incidents']:.1%} of incidents"
        " have no place"
    )
    assert f"{facts['unlocated']:,} of {facts['incidents']:,} incidents have no place" in said(page)
    assert "Every month of this period is complete" in said(page)


def test_in_an_area_nobody_knows_how_many_are_missing() -> None:
    page = opened(area="lad:E08000026")
    assert "What is not on this map: incidents without a place" in [
        expander.label for expander in page.expander
    ]
    assert "We do not know how many were here" in said(page)


def test_data_quality_says_what_is_missing_by_kind_month_and_source() -> None:
    page = AppTest.from_file(str(MAIN), default_timeout=30).run()
    page.switch_page("screens/data_quality.py").run()
    assert not page.exception and not page.error
    drawn = said(page)
    assert "of incidents have no place. They count in every total, but are on no map." in drawn
    for heading in ("by kind of incident", "by month", "by source"):
        assert f"Without a place, {heading}" in drawn
    assert "Every supplier that matters has delivered every month" in drawn
    assert [expander.label for expander in page.expander].count("The same as a table") == 2
    assert 'data-label="Complete?">yes' in drawn


@pytest.mark.parametrize(
    "asked",
    [
        {"category": "robbery,drugs", "area": "Coventry", "resolution": "8"},
        {"from": "2026-02", "to": "2026-06", "colour": "new", "snap": "1", "layer": "none"},
        {"category": "violence", "at": "cell:89195c05b87ffff"},
    ],
)
def test_the_maps_data_read_the_address_that_a_page_writes(
    asked: dict[str, str], ws: Workspace
) -> None:
    choice, _ = choice_from_query(asked, ws)
    read = data_asked(choice.to_query(), ws)
    assert read.data_query() == choice.data_query()
    assert read.selection(ws) == choice.selection(ws)
    # A browser keeps one answer for all pictures of the same numbers.
    assert not {"at", "layer", "colour", "snap"} & set(choice.data_query())


def test_data_are_not_asked_with_a_slip(ws: Workspace) -> None:
    """A page shows the usual choice in place of a slip; numbers for another place are no answer."""
    with pytest.raises(UserError, match="no area 'Atlantis'"):
        data_asked({"area": "Atlantis"}, ws)
