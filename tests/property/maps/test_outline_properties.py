"""The corners of hexagons that a browser draws are H3's own, to a metre, wherever they are."""

from __future__ import annotations

from collections.abc import Sequence

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.maps.rows import with_outlines

A_DEGREE_M = 111_320
PLACES = st.tuples(st.floats(49.9, 60.8), st.floats(-8.2, 1.8))
SIZES = st.sampled_from([7, 8, 9, 10])
# On edges of H3's solid, where outlines are bent, and their corners begin elsewhere or are more.
ON_AN_EDGE = [(59.4, 23.4), (64.4, 1.8), (-9.4, 87.6), (8.7, -18.8), (-44.8, 78.9)]


def corners_sent(cells: Sequence[str]) -> list[np.ndarray]:
    """Latitude and longitude of the corners of each, as the browser puts them together."""
    sent = with_outlines([{"h": cell} for cell in cells])
    assert [row["h"] for row in sent["rows"]] == list(cells)
    around = [np.reshape(shape, (-1, 2)) for shape in sent["shapes"]]
    return [(np.array(row["m"]) + around[row["o"]])[:, ::-1] / 1e6 for row in sent["rows"]]


def furthest_m(cells: Sequence[str]) -> float:
    """How far a corner is from H3's own, at most."""
    worst = 0.0
    for cell, sent in zip(cells, corners_sent(cells), strict=True):
        own = np.array(h3.cell_to_boundary(cell))
        assert sent.shape == own.shape
        # Those of one may begin elsewhere: each corner against the next of the other.
        off = (sent[:, None] - own) * [A_DEGREE_M, A_DEGREE_M * np.cos(np.radians(own[0, 0]))]
        apart = np.hypot(off[..., 0], off[..., 1])
        assert len(set(apart.argmin(axis=1))) == len(own)
        worst = max(worst, float(apart.min(axis=1).max()))
    return worst


@given(st.lists(st.tuples(PLACES, SIZES), min_size=1, max_size=12), st.integers(0, 4))
def test_outlines_of_any_sizes_together_are_right_to_a_metre(
    wanted: list[tuple[tuple[float, float], int]], rings: int
) -> None:
    near = [h3.grid_disk(h3.latlng_to_cell(*place, size), rings) for place, size in wanted]
    assert furthest_m(sorted({cell for disk in near for cell in disk})) < 1


@pytest.mark.parametrize("size", [7, 8, 9, 10])
def test_a_whole_region_is_right_to_a_metre_and_shares_its_outlines(size: int) -> None:
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(52.48, -1.9, size), 24))
    assert furthest_m(cells) < 1
    many = len(with_outlines([{"h": cell} for cell in cells])["shapes"])
    assert many <= len(cells) / {7: 1, 8: 5, 9: 25, 10: 100}[size]


@pytest.mark.parametrize("place", ON_AN_EDGE, ids=str)
@pytest.mark.parametrize("size", [7, 8, 9, 10])
def test_hexagons_on_an_edge_of_the_solid_are_right_to_a_metre(
    place: tuple[float, float], size: int
) -> None:
    wide = h3.grid_disk(h3.latlng_to_cell(*place, 5), 2)
    on = [cell for cell in sorted(wide) if len(h3.get_icosahedron_faces(cell)) > 1]
    while h3.get_resolution(on[0]) < size:
        inside = [one for cell in on[:4] for one in h3.cell_to_children(cell)]
        on = [cell for cell in inside if len(h3.get_icosahedron_faces(cell)) > 1]
    cells = sorted({one for cell in on[:6] for one in h3.grid_disk(cell, 3)})
    assert furthest_m(cells) < 1


def test_no_hexagons_have_no_outlines() -> None:
    assert with_outlines([]) == {"shapes": [], "rows": []}
