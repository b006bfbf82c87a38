"""Whatever the weights and limits: the sum is kept, no limit is broken, order plays no part."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.funding.limits import whole_pounds, within_limits

WEIGHTS = st.lists(st.floats(0.001, 1000), min_size=1, max_size=12)


@given(WEIGHTS, st.integers(1, 10**9), st.floats(0, 1), st.floats(1, 5))
def test_the_sum_and_the_limits_hold(
    weights: list[float], total: int, low: float, high: float
) -> None:
    given_weights = np.array(weights)
    even = total / len(weights)
    least, most = np.full(len(weights), low * even), np.full(len(weights), high * even)
    got = within_limits(given_weights, float(total), least=least, most=most)
    assert abs(got.sum() - total) <= 1e-6 * total
    assert (got >= least - 1e-9 * total).all() and (got <= most + 1e-9 * total).all()
    # Between the limits everyone has the same pounds for each unit of weight.
    free = (got > least * (1 + 1e-9)) & (got < most * (1 - 1e-9))
    if free.any():
        scale = got[free] / given_weights[free]
        assert np.ptp(scale) <= 1e-5 * scale.max()


@given(WEIGHTS, st.integers(1, 10**9), st.randoms(use_true_random=False))
def test_the_order_of_areas_plays_no_part(weights: list[float], total: int, random: object) -> None:
    order = list(range(len(weights)))
    random.shuffle(order)  # type: ignore[attr-defined]
    least, most = np.zeros(len(weights)), np.full(len(weights), np.inf)
    one = within_limits(np.array(weights), float(total), least=least, most=most)
    other = within_limits(np.array(weights)[order], float(total), least=least, most=most)
    assert np.allclose(one[order], other)


@given(WEIGHTS, st.integers(1, 10**9))
def test_whole_pounds_keep_the_sum_and_stay_within_one(weights: list[float], total: int) -> None:
    amounts = np.array(weights) / sum(weights) * total
    got = whole_pounds(amounts)
    assert got.sum() == total
    assert (np.abs(got - amounts) <= 1 + 1e-6).all()
