"""A neighbourhood that may not be told is never hot, and its score does not depend on what is in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.disclosure import most_hidden, untold
from vrp_map.statistics.emerging import space_time_gi_star, space_time_sums
from vrp_map.statistics.gi_star import Untold, gi_star, summed_around

SIZE, K = 30, 5
# A ring of cells, each between its two neighbours.
RING = np.array([[(i - 1) % SIZE, (i + 1) % SIZE] for i in range(SIZE)], dtype=np.int32)
_counts = st.lists(st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 80)), min_size=SIZE, max_size=SIZE)


def few(counts: np.ndarray) -> Untold:
    found = untold(summed_around(counts, RING), np.zeros(SIZE, dtype=np.int64), k=K)
    assert found is not None
    return found


@given(_counts)
def test_what_may_not_be_told_is_never_hot_and_all_else_stays(counts: list[int]) -> None:
    y = np.array(counts, dtype=np.int64)
    hidden, plain = few(y), gi_star(y, RING)
    z = gi_star(y, RING, untold=hidden)
    assert (z[hidden.where] <= 0).all()
    assert z[~hidden.where] == pytest.approx(plain[~hidden.where])
    # Quieter than it is would be as wrong as hotter.
    cold = hidden.where & (plain < 0)
    assert (z[cold] >= plain[cold] - 1e-9).all()


@given(_counts)
def test_the_score_of_the_untold_is_that_of_the_nearest_possible_sum(counts: list[int]) -> None:
    y = np.array(counts, dtype=float)
    hidden, n = few(np.array(counts)), len(counts)
    z = gi_star(y, RING, untold=hidden)
    if y.std() == 0:
        return
    for i in np.flatnonzero(hidden.where):
        expected = y.mean() * 3
        nearest = min(max(expected, 0), most_hidden(K))
        assert z[i] == pytest.approx((nearest - expected) / (y.std() * np.sqrt((n * 3 - 9) / (n - 1))), abs=1e-9)


@given(st.lists(_counts, min_size=3, max_size=5))
def test_nor_month_by_month(months: list[list[int]]) -> None:
    counts = np.array(months, dtype=np.int64).T
    sums = space_time_sums(counts, RING)
    hidden = untold(sums, np.zeros_like(sums), k=K)
    assert hidden is not None
    z, plain = (space_time_gi_star(counts, RING, untold=given) for given in (hidden, None))
    assert (z[hidden.where] <= 1e-12).all()
    assert z[~hidden.where] == pytest.approx(plain[~hidden.where])


def test_an_analyst_is_told_everything() -> None:
    assert untold(np.array([0, 3]), np.array([0, 0]), k=1) is None
