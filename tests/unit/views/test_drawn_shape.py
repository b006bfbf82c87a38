"""A shape drawn over the map: which lines are taken, and what the chosen set becomes."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from shapely.geometry import Point

from vrp_map.errors import UserError
from vrp_map.views.cell_links import MOST_LINKED
from vrp_map.views.drawn_shape import MOST_POINTS, shape_from, with_shape

SQUARE: list[Any] = [[0, 0], [2, 0], [2, 2], [0, 2]]


@pytest.mark.parametrize(
    "points",
    [
        None,
        "0,0 1,1 2,0",
        {"0": [0, 0]},
        [],
        SQUARE[:2],
        SQUARE * (MOST_POINTS // 4 + 1),
        [*SQUARE, None],
        [*SQUARE, [0]],
        [*SQUARE, [0, 0, 0]],
        [*SQUARE, ["0", "0"]],
        [*SQUARE, [True, False]],
        [*SQUARE, [math.nan, 0]],
        [*SQUARE, [math.inf, 0]],
        [*SQUARE, [181, 0]],
        [*SQUARE, [0, -90.1]],
        [*SQUARE, [10**400, 0]],
    ],
)
def test_anything_but_a_line_on_the_earth_is_refused(points: Any) -> None:
    with pytest.raises(UserError, match=r"could not read this shape\. Draw it"):
        shape_from(points)


@pytest.mark.parametrize(
    ("points", "inside", "outside"),
    [
        (SQUARE, (1, 1), (3, 1)),
        (SQUARE[::-1], (1, 1), (3, 1)),
        # Both halves of a figure of eight.
        ([[0, 0], [4, 2], [4, 0], [0, 2]], (0.5, 1), (2, 1.9)),
        ([[0, 0], [4, 2], [4, 0], [0, 2]], (3.5, 1), (2, 0.1)),
        # Twice round the same place is still round it.
        ([*SQUARE, [0, 0], [2.5, -0.5], [2.5, 2.5], [-0.5, 2.5]], (1, 1), (3, 1)),
        ([[0, 0], [0, 0], [2, 0], [2, 0], [2, 2], [0, 2]], (1, 1), (3, 1)),
    ],
)
def test_a_shape_is_all_that_the_line_goes_round(
    points: list[Any], inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    shape = shape_from(json.loads(json.dumps(points)))
    assert shape.contains(Point(inside)) and not shape.contains(Point(outside))


@pytest.mark.parametrize(
    "points", [[[0, 0]] * 5, [[0, 0], [1, 1], [2, 2]], [[0, 0], [1, 0], [0, 0]]]
)
def test_a_stroke_that_goes_round_nothing_is_an_empty_shape(points: list[Any]) -> None:
    assert shape_from(points).is_empty


@pytest.mark.parametrize(
    ("chosen", "inside", "take_out", "now", "said"),
    [
        ((), ("a",), False, ("a",), "1 hexagon chosen."),
        (("x",), ("a", "x"), False, ("x", "a"), "1 hexagon added. 2 hexagons chosen."),
        (("a", "x"), ("a", "b"), True, ("x",), "1 hexagon taken out. 1 hexagon chosen."),
        (("a",), (), False, ("a",), "No hexagon has its middle in this shape."),
        (("a",), (), True, ("a",), "No hexagon has its middle in this shape."),
    ],
)
def test_a_shape_adds_its_hexagons_or_takes_them_out(
    chosen: tuple[str, ...],
    inside: tuple[str, ...],
    take_out: bool,
    now: tuple[str, ...],
    said: str,
) -> None:
    found, words = with_shape(chosen, inside, take_out=take_out)
    assert found == now and words.startswith(said)


def test_too_many_hexagons_are_refused_and_can_still_be_taken_out() -> None:
    many = tuple(str(i) for i in range(MOST_LINKED + 2))
    with pytest.raises(UserError, match=r"would be 502 hexagons\. You can choose at most 500"):
        with_shape(many[:3], many, take_out=False)
    assert with_shape(many[:3], many[:MOST_LINKED], take_out=False)[0] == many[:MOST_LINKED]
    # A list may have chosen more than a shape can.
    assert with_shape(many, ("0",), take_out=True)[0] == many[1:]
