"""Finding a place on the Hotspots page: the places are buttons, and one picks its hexagon."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages import html_of, page_at
from tests.staff_maps import layers, told
from vrp_map import grid
from vrp_map.config import load_settings
from vrp_map.places.place_lists import add_places

pytestmark = pytest.mark.usefixtures("served")


def test_a_place_is_found_by_a_misspelt_name_and_the_map_looks_at_it() -> None:
    page = page_at("hotspots").run()
    before = told(page)["view"]
    page.text_input(key="find_place").set_value("coventry sttion").run()
    said = html_of(page)
    assert "places are found." in said or "1 place is found." in said
    found = [button for button in page.button if (button.key or "").startswith("found_")]
    assert found and all("Coventry" in button.label for button in found)
    name = found[0].label
    found[0].click().run()
    assert not page.exception and f"The map looks at {name}." in html_of(page)
    assert not [button for button in page.button if (button.key or "").startswith("found_")]
    kind, _, cell = page.session_state["at"].partition(":")
    assert kind == "cell" and grid.resolutions(grid.from_text([cell])).tolist() == [9]
    assert told(page)["view"]["zoom"] > before["zoom"] + 2
    assert layers(page)["selected"]["data"]["features"]
    page.text_input(key="find_place").set_value("zzqqzz").run()
    assert "No place is found" in html_of(page)


def test_staff_find_a_whole_postcode_by_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_PLACES", str(tmp_path / "places"))
    file = tmp_path / "b.csv"
    file.write_bytes(b'"B1 1AY",10,406448,286448,"E92000001","","","","E08000025","E05011120"\r\n')
    add_places(file, load_settings())
    page = page_at("hotspots").run()
    page.text_input(key="find_place").set_value("b1 1ay").run()
    labels = [button.label for button in page.button if (button.key or "").startswith("found_")]
    assert labels == ["The middle of this postcode"]
