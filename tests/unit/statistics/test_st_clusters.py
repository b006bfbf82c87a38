"""Clusters in place and time."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from vrp_map.errors import MethodRefused, UserError
from vrp_map.statistics import st_clusters
from vrp_map.statistics.clusters import point_clusters
from vrp_map.statistics.st_clusters import space_time_clusters
from vrp_map.vocabulary import Grade


def clusters(x: object, y: object, days: object, **change: object) -> list[int]:
    asked = {"radius_m": 100.0, "window_days": 7.0, "min_incidents": 2, "grade": Grade.B}
    return space_time_clusters(x, y, days, **(asked | change)).tolist()  # type: ignore[arg-type]


def invented(n: int = 300, seed: int = 4) -> np.ndarray:
    """Places on a 20 m grid and whole days, none twice: (n, 3) in rising order."""
    random = np.random.default_rng(seed)
    rows = np.column_stack([20.0 * random.integers(0, 40, (n, 2)), random.integers(0, 60, n)])
    return np.unique(rows, axis=0)


def test_near_in_place_but_not_in_time_is_no_neighbour() -> None:
    x, y, days = [0, 50, 0, 50], [0, 0, 0, 0], [0, 3, 200, 203]
    assert clusters(x, y, days) == [0, 0, 1, 1]
    assert clusters(x, y, days, window_days=2) == [-1] * 4
    assert clusters(x, y, days, window_days=500) == [0] * 4


def test_near_in_time_but_not_in_place_is_no_neighbour() -> None:
    assert clusters([0, 500], [0, 0], [0, 0]) == [-1, -1]


@pytest.mark.parametrize(
    ("x", "day", "expected"),
    [(100.0, 7.0, 0), (100.001, 7.0, -1), (100.0, 7.001, -1), (-100.0, -7.0, 0)],
)
def test_the_radius_and_the_window_are_included(x: float, day: float, expected: int) -> None:
    assert (
        clusters([412_345.6, 412_345.6 + x], [287_654.3] * 2, [19_723.0, 19_723.0 + day])
        == [expected] * 2
    )


def test_the_corner_of_the_box_is_outside_the_circle() -> None:
    assert clusters([0, 80], [0, 80], [0, 0]) == [-1, -1]


def test_a_window_of_0_is_the_same_time() -> None:
    assert clusters([0, 10, 20], [0, 0, 0], [5, 5, 5.0001], window_days=0) == [0, 0, -1]


@pytest.mark.parametrize(
    ("radius", "window", "least"), [(60, 5, 4), (100, 3, 6), (45, 20, 5), (20, 60, 3)]
)
def test_agrees_with_dbscan_on_written_out_neighbours(
    radius: float, window: float, least: int
) -> None:
    rows = invented()
    weights = np.random.default_rng(1).integers(1, 3, len(rows))
    far = np.hypot(*(rows[:, None, :2] - rows[None, :, :2]).transpose(2, 0, 1)) <= radius
    long = np.abs(rows[:, None, 2] - rows[None, :, 2]) <= window
    model = DBSCAN(eps=0.5, min_samples=least, metric="precomputed")
    expected = model.fit((~(far & long)).astype(float), sample_weight=weights).labels_
    found = np.array(
        clusters(*rows.T, weights=weights, radius_m=radius, window_days=window, min_incidents=least)
    )
    assert expected.max() >= 1
    np.testing.assert_array_equal(found == -1, expected == -1)
    # The same groups under other numbers: theirs count from the first, ours from the heaviest.
    pairs = set(zip(found.tolist(), expected.tolist(), strict=True))
    assert len(pairs) == len(set(found.tolist())) == len(set(expected.tolist()))
    sizes = np.bincount(found[found >= 0], weights=weights[found >= 0])
    assert (np.diff(sizes) <= 0).all()


def test_weights_equal_repeated_rows() -> None:
    rows, weights = invented(80), np.random.default_rng(2).integers(1, 4, 80)[: len(invented(80))]
    weighted = clusters(*rows.T, weights=weights, min_incidents=6)
    repeated = clusters(*np.repeat(rows, weights, axis=0).T, min_incidents=6)
    assert np.repeat(weighted, weights).tolist() == repeated
    assert max(weighted) >= 0


def test_without_a_limit_in_time_it_is_dbscan() -> None:
    rows = invented()
    plain = point_clusters(*rows[:, :2].T, radius_m=45, min_incidents=4, grade=Grade.A)
    assert clusters(*rows.T, radius_m=45, window_days=1000, min_incidents=4) == plain.tolist()


def test_a_border_point_does_not_join_two_clusters() -> None:
    # The point at 160 is near a core point on either side, and has one neighbour too few to be core
    # itself.
    x = [0, 30, 60, 160, 260, 290, 320]
    found = clusters(x, [0] * 7, [0] * 7, min_incidents=4)
    assert found == [0, 0, 0, 0, 1, 1, 1]


def test_without_place_or_time_or_weight_in_no_cluster() -> None:
    x, y, days = [0, 10, np.nan, 10, 10], [0, 0, 0, 0, 0], [0, 0, 0, np.nan, 0]
    assert clusters(x, y, days, weights=[1, 1, 1, 1, 0]) == [0, 0, -1, -1, -1]
    assert clusters([], [], []) == []
    assert clusters([1.0], [1.0], [1.0]) == [-1]
    assert clusters([1.0], [1.0], [1.0], min_incidents=1) == [0]


def test_too_many_pairs_are_refused_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(st_clusters, "MOST_PAIRS", 44)
    with pytest.raises(UserError, match=r"45 pairs of incidents are neighbours \(at most 44 fit\)"):
        clusters(np.arange(10.0), np.zeros(10), np.zeros(10))
    assert clusters(np.zeros(1000), np.zeros(1000), np.zeros(1000)) == [0] * 1000


@pytest.mark.parametrize("grade", [Grade.C, Grade.D])
def test_points_that_were_moved_are_refused_before_anything_else(grade: Grade) -> None:
    with pytest.raises(MethodRefused, match="Clusters of points are refused"):
        clusters([], [], [], radius_m=-1, grade=grade)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"radius_m": 0.0}, "radius"),
        ({"radius_m": np.inf}, "radius"),
        ({"window_days": -1.0}, "window"),
        ({"window_days": np.nan}, "window"),
        ({"min_incidents": 0}, "at least 1 incident"),
        ({"weights": [1, 2]}, "differ in number"),
        ({"weights": [-1]}, "negative or missing"),
        ({"weights": [np.nan]}, "negative or missing"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(change: dict[str, object], match: str) -> None:
    with pytest.raises(UserError, match=match):
        clusters([1.0], [2.0], [3.0], **change)
