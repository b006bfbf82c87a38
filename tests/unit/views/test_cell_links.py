"""Hexagons in an address: short, all of one size, bounded, and nothing but hexagons."""

from __future__ import annotations

import numpy as np
import pytest

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.views.cell_links import MOST_LINKED, cells_of_link, cells_of_short, short_text


def disk(*, resolution: int, rings: int) -> list[str]:
    found = grid.cells_at([-1.9], [52.48], resolution=resolution)
    for _ in range(rings):
        found = grid.with_neighbours(found)
    return grid.to_text(found)


@pytest.mark.parametrize(("resolution", "rings"), [(7, 0), (8, 3), (9, 12), (10, 5)])
def test_what_is_written_is_read_again(resolution: int, rings: int) -> None:
    cells = disk(resolution=resolution, rings=rings)
    text = short_text(cells[::-1] + cells[:1])
    assert cells_of_short(text) == tuple(sorted(cells)) == cells_of_link(text)
    assert short_text(cells_of_short(text)) == text
    assert cells_of_link(",".join(cells)) == tuple(cells)


def test_a_shape_takes_little_more_than_its_edge_and_the_worst_case_fits() -> None:
    assert len(short_text(disk(resolution=9, rings=12))) < 1250
    apart = disk(resolution=9, rings=45)[::7][:MOST_LINKED]
    assert len(apart) == MOST_LINKED and len(short_text(apart)) < 6100
    assert short_text([]) == "" and cells_of_short("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "9",
        "9.",
        "9..88195c05b9",
        "9.zz",
        "9.88195C05B9",
        "9 88195c05b9",
        "8.88195c05b83",
        "4.84195c1",
        "99.89195c05b87",
        "9.0",
        "9.88195c05b9.-1",
        "9.٨8195c05b9",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="hexagons that are not on the map"):
        cells_of_short(text)
    assert cells_of_link(text) == ()


def test_a_link_cannot_ask_for_the_whole_world() -> None:
    with pytest.raises(UserError, match="more than 500 hexagons"):
        cells_of_short("10.8019")
    many = short_text(disk(resolution=9, rings=13))
    assert len(np.unique(disk(resolution=9, rings=13))) > MOST_LINKED
    with pytest.raises(UserError, match="more than 500 hexagons"):
        cells_of_short(many)
