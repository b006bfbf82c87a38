"""What must hold of clusters in place and time whatever the points."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.statistics.clusters import point_clusters
from vrp_map.statistics.distinct import distinct_rows
from vrp_map.statistics.st_clusters import space_time_clusters
from vrp_map.vocabulary import Grade

EVENT = st.tuples(st.integers(0, 40), st.integers(0, 10), st.integers(0, 12), st.integers(1, 4))
EVENTS = st.lists(EVENT, max_size=40).map(lambda rows: np.array(rows, dtype=float).reshape(-1, 4))
LEAST = st.integers(1, 8)


def clusters(events: np.ndarray, least: int, **change: float) -> np.ndarray:
    asked = {"radius_m": 4.0, "window_days": 2.0} | change
    x, y, days, weights = events.T
    return space_time_clusters(
        x, y, days, weights=weights, min_incidents=least, grade=Grade.A, **asked
    )


def groups(labels: np.ndarray) -> set[frozenset[int]]:
    return {
        frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist()) - {-1}
    }


@given(EVENTS, LEAST)
def test_what_makes_a_core_point_and_what_a_cluster(events: np.ndarray, least: int) -> None:
    labels = clusters(events, least)
    apart = np.abs(events[:, None, :3] - events[None, :, :3])
    near = (np.hypot(apart[..., 0], apart[..., 1]) <= 4) & (apart[..., 2] <= 2)
    core = (near * events[:, 3]).sum(axis=1) >= least
    assert (labels[core] >= 0).all()
    # Core points near each other share a cluster; others are in one only beside a core point of it.
    both = near & core[:, None] & core[None, :]
    assert (labels[:, None] == labels[None, :])[both].all()
    for i in np.flatnonzero(~core):
        beside = set(labels[near[i] & core].tolist())
        assert labels[i] in beside if beside else labels[i] == -1


@given(EVENTS, LEAST, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    events: np.ndarray, least: int, random: object
) -> None:
    order = list(range(len(events)))
    random.shuffle(order)  # type: ignore[attr-defined]
    moved = np.empty(len(events), dtype=int)
    moved[order] = clusters(events[order], least)
    assert groups(moved) == groups(clusters(events, least))


@given(
    EVENTS, LEAST, st.integers(-1000, 1000), st.integers(-1000, 1000), st.sampled_from([0.5, 4.0])
)
def test_where_the_map_and_the_calendar_begin_and_the_units_do_not_matter(
    events: np.ndarray, least: int, east: int, later: int, unit: float
) -> None:
    moved = (events + np.array([east, -east, later, 0])) * [unit, unit, 1 / unit, 1]
    found = clusters(moved, least, radius_m=4.0 * unit, window_days=2.0 / unit)
    np.testing.assert_array_equal(found, clusters(events, least))


@given(EVENTS, LEAST)
def test_without_a_limit_in_time_it_is_dbscan(events: np.ndarray, least: int) -> None:
    events[:, 2] = 5
    x, y, _, weights = events.T
    plain = point_clusters(x, y, weights=weights, radius_m=4, min_incidents=least, grade=Grade.A)
    np.testing.assert_array_equal(clusters(events, least), plain)


@given(EVENTS, LEAST)
def test_clusters_are_numbered_from_the_heaviest(events: np.ndarray, least: int) -> None:
    labels = clusters(events, least)
    inside = labels >= 0
    sizes = np.bincount(labels[inside], weights=events[inside, 3])
    assert (sizes > 0).all()
    assert (np.diff(sizes) <= 0).all()


@given(EVENTS)
def test_distinct_rows_lead_back(events: np.ndarray) -> None:
    distinct, where = distinct_rows(events)
    np.testing.assert_array_equal(distinct[where], events)
    assert len(set(map(tuple, distinct.tolist()))) == len(distinct)
    assert sorted(map(tuple, distinct.tolist())) == list(map(tuple, distinct.tolist()))
