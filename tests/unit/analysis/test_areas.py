"""Areas by word."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import box

from vrp_map import grid
from vrp_map.analysis.study.areas import area_keys, area_names, study_area, study_cells
from vrp_map.errors import UserError
from vrp_map.vocabulary import WGS84

ROWS = [
    ("lad", "E1", "Coventry", 0),
    ("lad", "E2", "Walsall", 1),
    ("npu", "n1", "Coventry", 0),
    ("ward", "w1", "St Mary's", 0),
    ("ward", "w2", "St Mary's", 1),
    ("ward", "w3", "Hill: North", 1),
]


@pytest.fixture
def areas() -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        [dict(zip(("type", "code", "name"), r[:3], strict=True)) for r in ROWS],
        geometry=[box(-1.9 + r[3] / 10, 52.4, -1.8 + r[3] / 10, 52.5) for r in ROWS],
        crs=WGS84,
    )
    return frame.assign(key=frame["type"] + ":" + frame["code"])


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Coventry", "lad:E1"),
        ("coventry", "lad:E1"),
        ("npu:Coventry", "npu:n1"),
        ("npu:N1", "npu:n1"),
        ("E2", "lad:E2"),
        ("lad:E2", "lad:E2"),
        ("w1", "ward:w1"),
        ("Hill: North", "ward:w3"),
        ("ward:Hill: North", "ward:w3"),
        (" Walsall ", "lad:E2"),
    ],
)
def test_a_word_finds_its_area(word: str, key: str, areas: gpd.GeoDataFrame) -> None:
    assert area_keys([word], areas) == (key,)


def test_a_name_of_several_asks_for_the_code(areas: gpd.GeoDataFrame) -> None:
    with pytest.raises(
        UserError, match=r"Several areas are called \"St Mary's\"\. Give the code of one: w1, w2"
    ):
        area_keys(["St Mary's"], areas)


def test_an_unknown_name_names_the_nearest(areas: gpd.GeoDataFrame) -> None:
    with pytest.raises(
        UserError, match=r"no area 'Coventree' in the boundary layers\. Did you mean Coventry\?"
    ):
        area_keys(["Coventree"], areas)


def test_empty_words_are_no_areas(areas: gpd.GeoDataFrame) -> None:
    assert area_keys(["", " "], areas) == ()


def test_the_study_area_is_what_was_chosen_or_the_broadest_layer(areas: gpd.GeoDataFrame) -> None:
    assert study_area(("ward:w1",), areas) == ("ward:w1",)
    assert study_area((), areas) == ("lad:E1", "lad:E2")
    assert study_area((), areas.head(0)) == ()


def test_study_cells_are_those_of_the_union(areas: gpd.GeoDataFrame) -> None:
    one, two = (study_cells((key,), areas, resolution=8) for key in ("lad:E1", "lad:E2"))
    both = study_cells(("lad:E1", "lad:E2"), areas, resolution=8)
    assert set(both) == set(one) | set(two) and not set(one) & set(two)
    assert (grid.resolutions(both) == 8).all()
    assert area_names(["npu:n1"], areas) == ["Coventry"]
