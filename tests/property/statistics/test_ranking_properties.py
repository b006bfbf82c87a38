"""What must hold of rankings, their scores and our model, whatever the counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from vrp_map import grid
from vrp_map.statistics.intensity_model import fit_intensity

WHOLE = grid.lattice([box(-1.93, 52.465, -1.875, 52.495)], resolution=9)


@st.composite
def histories(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Months of counts and two other categories on any shape of lattice, from nothing to a great
    many.
    """
    kept = np.array(draw(st.lists(st.booleans(), min_size=len(WHOLE), max_size=len(WHOLE))))
    cells = WHOLE if draw(st.booleans()) else WHOLE[kept]
    months, top = draw(st.integers(1, 4)), draw(st.sampled_from([0.0, 0.02, 1.0, 50.0, 1e4]))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rates = top * random.gamma(draw(st.sampled_from([0.05, 1.0, 1e6])), 1.0, len(cells))
    rates = rates / rates.mean() * top if len(cells) and rates.mean() > 0 else rates
    return (
        random.poisson(rates, (months, len(cells))),
        random.poisson(rates * 2, (2, len(cells))),
        cells,
    )


@settings(max_examples=25, deadline=None)
@given(histories())
def test_always_a_number_and_always_explained(
    history: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    own, others, cells = history
    found = fit_intensity(own, grid.neighbour_index(cells), others=others, names=("one", "two"))
    assert np.isfinite(found.expected).all() and (found.expected >= 0).all()
    assert ((found.trust >= 0) & (found.trust <= 1)).all()
    for cell in range(0, len(cells), 7):
        parts = found.explain(cell)
        assert sum(part for _, part in parts) == pytest.approx(
            found.expected[cell], rel=1e-6, abs=1e-9
        )
        assert dict(parts)["its own record"] >= -1e-9 * (1 + found.expected[cell])


@settings(max_examples=12, deadline=None)
@given(histories(), st.integers(0, 2**32 - 1))
def test_the_order_of_the_cells_does_not_matter(
    history: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int
) -> None:
    own, others, cells = history
    mixed = np.random.default_rng(seed).permutation(len(cells))
    found = fit_intensity(own, grid.neighbour_index(cells), others=others, names=("one", "two"))
    again = fit_intensity(
        own[:, mixed],
        grid.neighbour_index(cells[mixed]),
        others=others[:, mixed],
        names=("one", "two"),
    )
    # The search for the maximum sums in another order, and stops a hair elsewhere.
    assert again.expected == pytest.approx(found.expected[mixed], rel=0.02, abs=1e-6)


@settings(max_examples=12, deadline=None)
@given(histories())
def test_one_more_incident_never_lowers_a_cell_of_the_fallback(
    history: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    own, others, cells = history
    if own.sum() >= 29 or not len(cells):
        return
    more = own.copy()
    more[-1, 0] += 1
    index = grid.neighbour_index(cells)
    before = -fit_intensity(own, index, others=others, names=("one", "two")).expected
    after = -fit_intensity(more, index, others=others, names=("one", "two")).expected
    # How many cells stand before it.
    assert (after < after[0]).sum() <= (before < before[0]).sum()
