"""What must hold of Gi* on any lattice and any counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import box

from vrp_map import grid
from vrp_map.statistics.clusters import join_cells
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.gi_star import gi_star, two_sided_p
from vrp_map.statistics.hotspots import classify, is_hot

WHOLE = grid.lattice([box(-1.93, 52.465, -1.875, 52.495)], resolution=9)


@st.composite
def lattices(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Counts on some of the cells, in any shape: holes, islands, one cell, none."""
    kept = draw(st.lists(st.booleans(), min_size=len(WHOLE), max_size=len(WHOLE)))
    cells = WHOLE[np.array(kept)]
    counts = st.one_of(st.integers(0, 5), st.integers(0, 10**9))
    y = draw(st.lists(counts, min_size=len(cells), max_size=len(cells)))
    return np.array(y, dtype=float), grid.neighbour_index(cells)


def written_out(y: np.ndarray, index: np.ndarray) -> list[float]:
    """The formula, cell by cell, with sums that lose nothing."""
    n = len(y)
    mean = math.fsum(y) / n
    spread = math.sqrt(math.fsum((v - mean) ** 2 for v in y) / n)
    scores = []
    for i in range(n):
        own = [i, *(int(j) for j in index[i] if j < n)]
        below = spread * math.sqrt(max(0.0, (n * len(own) - len(own) ** 2) / (n - 1)))
        scores.append(math.fsum(y[j] - mean for j in own) / below if below else 0.0)
    return scores


@given(lattices())
def test_equal_to_the_formula(lattice: tuple[np.ndarray, np.ndarray]) -> None:
    y, index = lattice
    assume(len(y) > 1)
    assert gi_star(y, index) == pytest.approx(written_out(y, index), abs=1e-8)


@given(lattices())
def test_always_a_number_and_always_a_class(lattice: tuple[np.ndarray, np.ndarray]) -> None:
    y, index = lattice
    z = gi_star(y, index)
    p = two_sided_p(z)
    q = q_values(p)
    classes = classify(z, q)
    assert np.isfinite(z).all()
    assert ((p >= 0) & (p <= 1)).all()
    assert (q >= p - 1e-12).all()
    assert (z[is_hot(classes)] > 0).all()
    assert ((join_cells(is_hot(classes), index) >= 0) == is_hot(classes)).all()


@given(lattices(), st.integers(1, 1000), st.integers(0, 1000))
def test_the_unit_and_the_zero_do_not_matter(
    lattice: tuple[np.ndarray, np.ndarray], unit: int, more: int
) -> None:
    y, index = lattice
    assert gi_star(y * unit + more, index) == pytest.approx(gi_star(y, index), abs=1e-5)


@given(lattices(), st.randoms(use_true_random=False))
def test_the_order_of_the_cells_does_not_matter(
    lattice: tuple[np.ndarray, np.ndarray], random: object
) -> None:
    y, index = lattice
    n = len(y)
    order = list(range(n))
    random.shuffle(order)  # type: ignore[attr-defined]
    new_place = np.empty(n + 1, dtype=int)
    new_place[order], new_place[n] = np.arange(n), n
    moved = gi_star(y[order], new_place[index[order]])
    assert moved == pytest.approx(gi_star(y, index)[order], abs=1e-9)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 10**6))
def test_one_busy_cell_makes_the_cells_around_it_the_highest(place: int, n: int) -> None:
    y = np.zeros(len(WHOLE))
    y[place] = n
    index = grid.neighbour_index(WHOLE)
    z = gi_star(y, index)
    around = np.append(index[place][index[place] < len(WHOLE)], place)
    far = np.setdiff1d(np.arange(len(WHOLE)), around)
    assert z[around].min() > 0 > z[far].max()
