"""What must hold of aoristic weights whatever the spans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.statistics.aoristic import hour_of_week
from vrp_map.vocabulary import Grade

EPOCH = np.datetime64("2023-03-01T00:00:00", "s")
SECONDS = st.integers(-(10**8), 10**8)
LENGTHS = st.one_of(
    st.just(0),
    st.integers(1, 7200),
    st.integers(0, 40).map(lambda h: h * 3600),
    st.integers(0, 10**7),
)
SPANS = st.lists(st.tuples(SECONDS, LENGTHS), max_size=20)


def weights(spans: list[tuple[int, int]], later: int = 0) -> np.ndarray:
    start = EPOCH + np.array([s + later for s, _ in spans], dtype="timedelta64[s]")
    return hour_of_week(
        start, start + np.array([n for _, n in spans], dtype="timedelta64[s]"), grade=Grade.A
    )


@given(SPANS)
def test_the_weights_add_up_to_the_incidents(spans: list[tuple[int, int]]) -> None:
    found = weights(spans)
    assert found.sum() == pytest.approx(len(spans), abs=1e-9)
    assert (found >= 0).all()


@given(SPANS, st.integers(-200, 200))
def test_an_hour_later_is_an_hour_later(spans: list[tuple[int, int]], hours: int) -> None:
    np.testing.assert_allclose(
        weights(spans, hours * 3600), np.roll(weights(spans), hours), atol=1e-9
    )


@given(SPANS, SPANS)
def test_incidents_add_up(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    np.testing.assert_allclose(weights(some + others), weights(some) + weights(others), atol=1e-9)


@given(SECONDS, st.integers(1, 10**6))
def test_each_hour_weighs_its_overlap(start: int, length: int) -> None:
    begin = int((EPOCH - np.datetime64("1970-01-05", "s")).astype(int)) + start
    expected = np.zeros(168)
    hour = begin // 3600
    while hour * 3600 < begin + length:
        expected[hour % 168] += (
            min(begin + length, (hour + 1) * 3600) - max(begin, hour * 3600)
        ) / length
        hour += 1
    np.testing.assert_allclose(weights([(start, length)]), expected, atol=1e-9)
