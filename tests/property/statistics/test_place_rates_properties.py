"""What must hold of the share test and of smoothed rates in any cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from vrp_map.statistics.smoothing import empirical_bayes
from vrp_map.statistics.sppt import compare_shares

COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 10**6))
TWO_SETS = st.lists(st.tuples(COUNTS, COUNTS), max_size=15).map(
    lambda r: np.array(r, dtype=float).reshape(-1, 2)
)
PLACES = st.lists(
    st.tuples(st.integers(0, 500), st.integers(1, 10**5)), min_size=1, max_size=15
).map(lambda rows: np.array(rows, dtype=float))


@given(TWO_SETS)
def test_each_cell_is_the_chi_square_test_of_its_own_table(sets: np.ndarray) -> None:
    found = compare_shares(*sets.T)
    total = sets.sum(axis=0)
    for i, pair in enumerate(sets):
        rest = total - pair
        if not pair.sum() or not total.all():
            assert np.isnan(found.p[i])
        elif not rest.sum():
            assert found.p[i] == 1
        else:
            assert found.p[i] == pytest.approx(
                chi2_contingency([pair, rest], correction=True)[1], rel=1e-6, abs=1e-300
            )


@given(TWO_SETS)
def test_swapping_the_sets_turns_the_direction_only(sets: np.ndarray) -> None:
    there, back = compare_shares(*sets.T), compare_shares(*sets.T[::-1])
    np.testing.assert_array_equal(there.direction, -back.direction)
    np.testing.assert_allclose(there.p, back.p, rtol=1e-9)
    np.testing.assert_allclose(there.q, back.q, rtol=1e-9)


@given(TWO_SETS)
def test_q_is_never_below_p_and_direction_follows_the_shares(sets: np.ndarray) -> None:
    found = compare_shares(*sets.T)
    tested = ~np.isnan(found.p)
    assert ((found.p[tested] >= 0) & (found.q[tested] <= 1)).all()
    assert (found.q[tested] >= found.p[tested] * (1 - 1e-9)).all()
    assert (np.isnan(found.q) == np.isnan(found.p)).all()
    assert (found.share_a[found.direction > 0] > found.share_b[found.direction > 0]).all()
    assert (found.share_a[found.direction < 0] < found.share_b[found.direction < 0]).all()


@given(TWO_SETS, st.integers(0, 5))
def test_cells_that_hold_neither_change_nothing(sets: np.ndarray, more: int) -> None:
    before = compare_shares(*sets.T)
    after = compare_shares(*np.concatenate([sets, np.zeros((more, 2))]).T)
    np.testing.assert_array_equal(after.q[: len(sets)], before.q)
    assert np.isnan(after.q[len(sets) :]).all()


@given(PLACES)
def test_a_smoothed_rate_lies_between_its_own_and_the_overall_one(places: np.ndarray) -> None:
    n, people = places.T
    found = empirical_bayes(n, people)
    own = n / people
    low, high = np.minimum(own, found.mean), np.maximum(own, found.mean)
    hair = 1e-12 + high * 1e-12
    assert ((found.rate >= low - hair) & (found.rate <= high + hair)).all()
    assert ((found.weight >= 0) & (found.weight <= 1)).all()
    assert found.variance >= 0


@given(PLACES)
def test_the_larger_of_two_places_keeps_more_of_its_own_rate(places: np.ndarray) -> None:
    found = empirical_bayes(*places.T)
    order = np.argsort(places[:, 1])
    assert (np.diff(found.weight[order]) >= -1e-12).all()


@given(PLACES, st.randoms(use_true_random=False))
def test_the_order_of_the_places_does_not_matter(places: np.ndarray, random: object) -> None:
    order = list(range(len(places)))
    random.shuffle(order)  # type: ignore[attr-defined]
    before, after = empirical_bayes(*places.T), empirical_bayes(*places[order].T)
    assume(before.variance > 1e-12)
    np.testing.assert_allclose(after.rate, before.rate[order], rtol=1e-6)


@given(st.integers(0, 50), st.integers(1, 1000), st.integers(1, 10))
def test_places_that_are_all_equal_stay_as_they_are(n: int, people: int, places: int) -> None:
    found = empirical_bayes([n] * places, [people] * places)
    np.testing.assert_allclose(found.rate, n / people, rtol=1e-12)
    assert found.variance == 0
