"""Several hexagons chosen together: what a click means, the list's way, the next steps."""

from __future__ import annotations

import html
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.map.test_pages import opened
from tests.pages import html_of, page_at
from tests.staff_maps import layers
from vrp_map.server import this_server
from vrp_map.views import hotspots as views
from vrp_map.views.cell_links import MOST_LINKED, short_text
from vrp_map.views.choice import default_choice
from vrp_map.views.hotspots import HotspotView
from vrp_map.views.several import cells_of, chosen_rows, with_rows
from vrp_map.workspace import Workspace


def test_rows_add_and_take_out_their_hexagons_and_leave_the_others() -> None:
    rows = {"big": ("a", "b"), "small": ("b",), "other": ("c", "d")}
    assert chosen_rows(rows, ["a", "b", "c"]) == ["big", "small"]
    assert with_rows(["x"], rows, ["big"]) == ("x", "a", "b")
    # What a wanted row holds stays, though another that held it goes.
    assert with_rows(["a", "b", "x"], rows, ["small"]) == ("b", "x")
    assert with_rows(["a", "x"], rows, []) == ("a", "x")
    assert with_rows(["a", "b"], rows, ["big", "small", "other"]) == ("a", "b", "c", "d")


@pytest.fixture
def view(ws: Workspace) -> HotspotView:
    choice = default_choice(ws)
    return views.hotspot_view(ws, choice.selection(ws), resolution=choice.resolution)


def picker(page: AppTest) -> str:
    return next(str(m.key) for m in page.multiselect if m.label == "Choose places")


@pytest.fixture
def records(own_records: None) -> Iterator[None]:
    this_server().summit.open()
    yield
    this_server().summit.close()


@pytest.mark.usefixtures("served", "records")
def test_the_list_alone_chooses_several_and_leads_to_the_next_steps(view: HotspotView) -> None:
    page = opened()
    page.toggle(key="several").set_value(True).run()
    assert "0 hexagons chosen" in html_of(page) and not page.exception
    page.segmented_control(key="list_kind").set_value("cell").run()
    first, second = view.hotspots.cells.frame["cell"].astype(str)[:2]
    page.multiselect(key=picker(page)).set_value([f"cell:{first}", f"cell:{second}"]).run()
    assert not page.exception
    said = html_of(page)
    assert "2 hexagons chosen" in said
    together = int(view.hotspots.cells.frame["n"][:2].sum())
    assert f"<dd>{together:,}</dd>" in said
    assert f"at=cell%3A{first}" in said and f"at=cell%3A{second}" in said  # their briefs
    text = short_text([first, second])
    assert f"area={text}'" in said and f"&cells={text}'" in said  # a pilot and a plan there
    name = view.hotspots.cells.frame["name"].iloc[0]
    assert f"/respond?cell={first}'>Log a response at {html.escape(name)}<" in said
    assert layers(page)["selected"]["data"]["features"]
    # A hotspot brings all its hexagons.
    page.segmented_control(key="list_kind").set_value("hotspot").run()
    at = f"hotspot:{view.places['at_cell'].iloc[0]}"
    page.multiselect(key=picker(page)).set_value([at]).run()
    own = {*cells_of(view, at), first, second}
    assert f"{len(own):,} hexagons chosen" in html_of(page)
    page.button(key="choose_none").click().run()
    assert "0 hexagons chosen" in html_of(page) and not page.exception


@pytest.mark.usefixtures("served")
def test_what_was_chosen_waits_for_maps_of_its_size(view: HotspotView) -> None:
    page = opened()
    page.toggle(key="several").set_value(True).run()
    at = f"hotspot:{view.places['at_cell'].iloc[0]}"
    page.multiselect(key=picker(page)).set_value([at]).run()
    many = f"{len(cells_of(view, at)):,} hexagon"
    assert f"{many}s chosen" in html_of(page) or f"{many} chosen" in html_of(page)
    page.selectbox(key="f_size").set_value(8).run()
    assert "0 hexagons chosen" in html_of(page) and not page.exception
    page.selectbox(key="f_size").set_value(9).run()
    assert "0 hexagons chosen" not in html_of(page)
    page.toggle(key="several").set_value(False).run()
    assert "hexagons chosen" not in html_of(page) and not page.exception


@pytest.mark.usefixtures("served", "records")
def test_a_link_opens_with_the_hexagons_that_were_chosen(view: HotspotView) -> None:
    page = opened()
    page.toggle(key="several").set_value(True).run()
    at = f"hotspot:{view.places['at_cell'].iloc[0]}"
    page.multiselect(key=picker(page)).set_value([at]).run()
    own = cells_of(view, at)
    address = {name: str(text) for name, text in page.query_params.items()}
    assert address["chosen"] == short_text(own)
    page = opened(**address)
    assert page.toggle(key="several").value and not page.warning
    assert (
        f"{len(own):,} hexagon" in html_of(page) and at in page.multiselect(key=picker(page)).value
    )
    # A pilot and a plan take all of them.
    pilot = page_at("pilots", pilot="new", area=address["chosen"]).run()
    assert pilot.text_area(key="pilot_cells").value.split() == sorted(own)
    plan = page_at("pilots", plan="new", cells=address["chosen"]).run()
    assert plan.text_input(key="osara_cells").value.split() == sorted(own)
    page.toggle(key="several").set_value(False).run()
    assert "chosen" not in page.query_params
    page.toggle(key="several").set_value(True).run()
    assert f"{len(own):,} hexagon" in html_of(page)
    page.button(key="reset").click().run()
    assert not page.toggle(key="several").value and not page.exception


@pytest.mark.usefixtures("served")
def test_a_hotspot_begins_a_choice_of_several(view: HotspotView) -> None:
    at = f"hotspot:{view.places['at_cell'].iloc[0]}"
    page = opened(at=at)
    page.button(key="choose_its").click().run()
    assert not page.exception and page.toggle(key="several").value
    assert page.query_params["chosen"] in (text := short_text(cells_of(view, at)), [text])
    page.toggle(key="several").set_value(False).run()
    assert page.button(key="choose_its")  # the place that was picked is still there


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ("9.zz", "names hexagons that are not on the map"),
        ("8.88195c05b9", "hexagons of another size than its map"),
        ("9.8001", "names more than 500 hexagons"),
    ],
)
def test_a_link_with_other_hexagons_opens_without_them(chosen: str, words: str) -> None:
    page = opened(chosen=chosen)
    assert words in page.warning[0].value and not page.toggle(key="several").value
    assert not page.exception and "chosen" not in page.query_params


@pytest.mark.usefixtures("served")
def test_the_list_refuses_more_hexagons_than_a_link_holds(view: HotspotView) -> None:
    drawn = view.hotspots.cells.frame["cell"].astype(str).tolist()
    page = opened(chosen=short_text(drawn[1 : MOST_LINKED + 1]))
    page.segmented_control(key="list_kind").set_value("cell").run()
    list_of_all = page.multiselect(key=picker(page))
    list_of_all.set_value([*list_of_all.value, f"cell:{drawn[0]}"]).run()
    assert "would be 501 hexagons. You can choose at most 500." in page.warning[0].value
    assert "500 hexagons chosen" in html_of(page) and not page.exception
