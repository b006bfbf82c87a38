"""The place of a broken thing: what may be sent, and which names are on the list round
a hexagon.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely

from vrp_map import grid
from vrp_map.summit.pins.pin import MOST_PLACE, Pin, PinRefused, check_thing_place, read_pin
from vrp_map.summit.pins.places import PlaceNames, no_places

CELL = h3.latlng_to_cell(52.4797, -1.9027, 10)
NEXT = sorted(set(h3.grid_disk(CELL, 1)) - {CELL})[0]
SECOND = sorted(h3.grid_ring(CELL, 2))[0]
NO_AREAS = pd.DataFrame({"key": [], "name": []})


def names(*places: tuple[str, str], areas: Any = NO_AREAS) -> PlaceNames:
    """Named places in the middles of hexagons: (name, cell)."""
    middles = [h3.cell_to_latlng(cell) for _, cell in places]
    frame = pd.DataFrame(
        {
            "name": [name for name, _ in places],
            "is_generic": False,
            "lon": [x for _, x in middles],
            "lat": [y for y, _ in middles],
            "cell10": np.array([int(cell, 16) for _, cell in places], dtype=np.uint64),
        }
    )
    return PlaceNames(frame, areas, areas)


def body(**changed: Any) -> bytes:
    sent = {
        "event": "DEMO",
        "key": str(uuid4()),
        "contributor": "a" * 24,
        "cells": [CELL],
        "setting": "public-realm",
        "feeling": "unsafe",
        "thing": "light",
        "thing_place": "Corporation Street",
    }
    return json.dumps(sent | changed).encode()


@pytest.mark.parametrize(
    ("changed", "code", "status", "says"),
    [
        ({"thing_place": 4}, "thing_place", 400, "send it again"),
        ({"thing_place": ["Corporation Street"]}, "thing_place", 400, "send it again"),
        ({"thing_place": {"lat": 52.4}}, "thing_place", 400, "send it again"),
        ({"thing_place": False}, "thing_place", 400, "send it again"),
        ({"thing_place": "x" * (MOST_PLACE + 1)}, "thing_place-too-long", 422, "too long"),
        ({"thing": None}, "thing_place-without-thing", 422, "what is broken"),
        ({"thing": ""}, "thing_place-without-thing", 422, "what is broken"),
    ],
)
def test_what_is_refused_before_the_list_is_looked_at(
    changed: dict[str, Any], code: str, status: int, says: str
) -> None:
    with pytest.raises(PinRefused, match=says) as refused:
        read_pin(body(**changed))
    assert (refused.value.code, refused.value.status) == (code, status)


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_pin_needs_no_place_for_its_thing(nothing: str | None) -> None:
    assert read_pin(body(thing_place=nothing)).thing_place is None
    assert read_pin(body()).thing_place == "Corporation Street"


def read(place: str | None) -> Pin:
    return read_pin(body(thing_place=place))


def test_only_what_is_on_the_list_is_taken() -> None:
    known = {"Corporation Street", "New Street"}
    check_thing_place(read("New Street"), known)
    check_thing_place(read(None), set())
    for other in ("new street", " New Street", "New Street ", "52.4797,-1.9027", "New"):
        with pytest.raises(PinRefused, match="where it is broken from the list") as refused:
            check_thing_place(read(other), known)
        assert (refused.value.code, refused.value.status) == ("thing_place-unknown", 422)


def test_where_there_are_no_names_the_sentence_says_so() -> None:
    with pytest.raises(PinRefused, match="We have no place names there") as refused:
        check_thing_place(read("New Street"), set())
    assert refused.value.code == "thing_place-unknown"


def test_the_list_holds_the_hexagon_and_those_that_touch_it_nearest_first() -> None:
    made = names(("Far", SECOND), ("Next", NEXT), ("Here", CELL))
    assert [found.name for found in made.around([CELL])] == ["Here", "Next"]
    assert made.around([NEXT])[0].name == "Next"
    assert {found.name for found in made.around([CELL, SECOND])} == {"Here", "Next", "Far"}
    assert made.around([h3.latlng_to_cell(52.6, -2.1, 10)]) == [] and made.around([]) == []


def test_of_one_name_only_the_nearest_is_listed() -> None:
    """A road along the border of two areas is in both."""
    (y, x), (y_next, x_next) = h3.cell_to_latlng(CELL), h3.cell_to_latlng(NEXT)
    boxes = [shapely.Point(x, y).buffer(0.0003), shapely.Point(x_next, y_next).buffer(0.0003)]
    areas = gpd.GeoDataFrame(
        {"key": ["a", "b"], "code": ["a", "b"], "name": ["A", "B"]}, geometry=boxes, crs="EPSG:4326"
    )
    made = names(("Long Road", NEXT), ("Long Road", CELL), areas=areas)
    assert len(made.found) == 2
    assert [(found.name, found.cell) for found in made.around([CELL])] == [("Long Road", CELL)]


def test_without_a_snapshot_there_is_no_list() -> None:
    assert PlaceNames(no_places(), NO_AREAS, NO_AREAS).around([CELL]) == []


def test_the_neighbours_of_cells_are_those_that_h3_says() -> None:
    cells = [CELL, SECOND]
    wanted = {other for cell in cells for other in h3.grid_disk(cell, 1)}
    found = grid.with_neighbours(grid.from_text(cells))
    assert set(grid.to_text(found)) == wanted and (np.diff(found.astype(object)) > 0).all()
    assert len(grid.with_neighbours(np.empty(0, dtype=np.uint64))) == 0
    pentagon = h3.get_pentagons(10)[0]
    assert set(grid.to_text(grid.with_neighbours(grid.from_text([pentagon])))) == set(
        h3.grid_disk(pentagon, 1)
    )
