"""What must hold of the Knox table whatever the incidents."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.statistics.near_repeat import METRICS, NearRepeat, near_repeat
from vrp_map.vocabulary import Grade

# Whole metres and days on a small field, so that edges, ties and repeats at one place are common.
EVENT = st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 30))
EVENTS = st.lists(EVENT, max_size=25).map(lambda rows: np.array(rows, dtype=float).reshape(-1, 3))
DISTANCES, SPANS = (0.0, 1.0, 100.0, 250.0), (0.0, 3.0, 10.0, 20.0)


def knox(
    events: np.ndarray, metric: str = "manhattan", scale: float = 1.0, permutations: int = 9
) -> NearRepeat:
    return near_repeat(
        *events.T,
        distance_edges_m=np.array(DISTANCES) * scale,
        time_edges_days=SPANS,
        metric=metric,
        grade=Grade.A,
        permutations=permutations,
        seed=1,
    )


@given(EVENTS, st.sampled_from(sorted(METRICS)))
def test_every_pair_is_in_the_one_band_that_holds_it(events: np.ndarray, metric: str) -> None:
    first, second = np.triu_indices(len(events), 1)
    apart = np.abs(events[first] - events[second])
    far = apart[:, 0] + apart[:, 1] if metric == "manhattan" else np.hypot(apart[:, 0], apart[:, 1])
    expected = np.histogram2d(far, apart[:, 2], [[0, 1, 100, 250], [0, 3, 10, 20]])[0]
    # numpy's last bin holds its upper edge; ours does not.
    for d in range(3):
        expected[d, 2] -= np.sum(
            (apart[:, 2] == 20) & (far >= DISTANCES[d]) & (far < DISTANCES[d + 1])
        )
    for t in range(3):
        expected[2, t] -= np.sum(
            (far == 250) & (apart[:, 2] >= SPANS[t]) & (apart[:, 2] < SPANS[t + 1])
        )
    expected[2, 2] -= np.sum((far == 250) & (apart[:, 2] == 20))
    np.testing.assert_array_equal(knox(events, metric).observed, expected)


@given(EVENTS)
def test_p_and_ratio_stay_in_their_range(events: np.ndarray) -> None:
    found = knox(events)
    assert ((found.p >= 1 / 10) & (found.p <= 1)).all()
    assert (found.expected >= 0).all()
    assert (found.p[found.observed == 0] == 1).all()
    assert not (found.ratio < 0).any()
    # Shuffling times moves no incident: pairs of a distance stay pairs of that distance.
    wide = near_repeat(
        *events.T,
        distance_edges_m=DISTANCES,
        time_edges_days=(0, 31),
        grade=Grade.A,
        permutations=3,
        seed=1,
    )
    np.testing.assert_array_equal(wide.observed, wide.expected)
    assert (wide.p == 1).all()


@given(
    EVENTS,
    st.integers(-500, 500),
    st.integers(-500, 500),
    st.integers(-40, 40),
    st.sampled_from([0.5, 2.0, 8.0]),
)
def test_where_the_map_and_the_calendar_begin_and_the_unit_do_not_matter(
    events: np.ndarray, east: int, north: int, later: int, scale: float
) -> None:
    before = knox(events)
    after = knox((events + np.array([east, north, later])) * [scale, scale, 1.0], scale=scale)
    np.testing.assert_array_equal(before.observed, after.observed)
    np.testing.assert_array_equal(before.p, after.p)


@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_change_what_was_observed(
    events: np.ndarray, random: object
) -> None:
    order = list(range(len(events)))
    random.shuffle(order)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(knox(events).observed, knox(events[order]).observed)


@settings(max_examples=20)
@given(st.integers(2, 20), st.integers(0, 300), st.integers(0, 30))
def test_all_at_one_place_and_one_time(n: int, place: int, day: int) -> None:
    found = knox(np.tile([place, place, day], (n, 1)).astype(float))
    assert found.observed[0, 0] == n * (n - 1) // 2 == found.observed.sum()
    assert found.ratio[0, 0] == pytest.approx(1)
    assert not found.flagged.any()
