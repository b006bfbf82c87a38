"""Clusters of cells and of points."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import box

from vrp_map import grid
from vrp_map.errors import MethodRefused, UserError
from vrp_map.statistics import clusters
from vrp_map.statistics.clusters import join_cells, point_clusters
from vrp_map.statistics.distinct import distinct_rows
from vrp_map.vocabulary import Grade

# A row of eight: each touches the next.
ROW = np.array([[i - 1 if i else 8, i + 1] for i in range(8)])
EXAMPLE = np.array([(1, 2), (2, 2), (2, 3), (8, 7), (8, 8), (25, 80)], dtype=float)


def crowd(seed: int = 5) -> np.ndarray:
    """Two crowds of 60 and 40 points, 1 km apart, among 20 scattered ones."""
    random = np.random.default_rng(seed)
    return np.concatenate(
        [
            random.normal(1000, 15, (40, 2)),
            random.normal(0, 15, (60, 2)),
            random.uniform(3000, 9000, (20, 2)),
        ]
    )


def test_cells_that_touch_are_joined_and_numbered_by_size() -> None:
    member = [True, False, True, True, False, True, False, True]
    assert join_cells(member, ROW).tolist() == [1, -1, 0, 0, -1, 2, -1, 3]


def test_no_members_and_no_cells() -> None:
    assert join_cells([False] * 8, ROW).tolist() == [-1] * 8
    assert join_cells([True] * 8, ROW).tolist() == [0] * 8
    assert join_cells([], np.empty((0, 6), dtype=int)).tolist() == []


def test_a_hole_does_not_split_a_ring_of_cells() -> None:
    cells = grid.lattice([box(-1.95, 52.45, -1.85, 52.50)], resolution=9)
    index = grid.neighbour_index(cells)
    middle = int(np.argmax((index < len(cells)).sum(axis=1)))
    ring = np.zeros(len(cells), dtype=bool)
    ring[index[middle]] = True
    labels = join_cells(ring, index)
    assert set(labels[ring]) == {0}
    assert (labels[~ring] == -1).all()


def test_cells_need_their_own_neighbours() -> None:
    with pytest.raises(UserError, match="do not fit"):
        join_cells([True], ROW)


def test_the_dbscan_example() -> None:
    labels = point_clusters(*EXAMPLE.T, radius_m=3, min_incidents=2, grade=Grade.A)
    assert labels.tolist() == [0, 0, 0, 1, 1, -1]


def test_the_weights_of_a_place_add_up_to_the_least_number() -> None:
    def at_one_place(*weights: int) -> list[int]:
        n = len(weights)
        return point_clusters(
            np.zeros(n), np.zeros(n), weights=weights, radius_m=10, min_incidents=10, grade=Grade.B
        ).tolist()

    assert at_one_place(9) == [-1]
    assert at_one_place(10) == [0]
    assert at_one_place(4, 6) == [0, 0]
    assert at_one_place(4, 5) == [-1, -1]
    assert at_one_place(10, 0) == [0, -1]


def test_weights_equal_repeated_points() -> None:
    points, random = crowd(), np.random.default_rng(6)
    weights = random.integers(1, 5, len(points))
    asked = {"radius_m": 12.0, "min_incidents": 12, "grade": Grade.A}
    weighted = point_clusters(*points.T, weights=weights, **asked)
    repeated = point_clusters(*np.repeat(points, weights, axis=0).T, **asked)
    np.testing.assert_array_equal(np.repeat(weighted, weights), repeated)
    assert weighted.max() >= 1


@pytest.mark.parametrize("method", ["dbscan", "hdbscan"])
def test_the_heaviest_cluster_is_number_0(method: str) -> None:
    points = crowd()
    labels = point_clusters(*points.T, radius_m=60, min_incidents=10, method=method, grade=Grade.A)
    # HDBSCAN may leave the outermost of a crowd out.
    assert np.mean(labels[:40] == 1) > 0.9
    assert np.mean(labels[40:100] == 0) > 0.9
    heavier = np.where(np.arange(120) < 40, 2, 1)
    labels = point_clusters(
        *points.T, weights=heavier, radius_m=60, min_incidents=10, method=method, grade=Grade.A
    )
    assert np.mean(labels[:40] == 0) > 0.9


def test_hdbscan_keeps_one_place_in_one_cluster() -> None:
    points = np.array([(0.0, 0.0), (1000.0, 0.0), (5000.0, 5000.0)])
    labels = point_clusters(
        *points.T,
        weights=[40, 30, 2],
        radius_m=50,
        min_incidents=10,
        method="hdbscan",
        grade=Grade.A,
    )
    assert labels.tolist() == [0, 1, -1]


@pytest.mark.parametrize(("radius_m", "expected"), [(5, [0, 1, 2]), (50, [0, 0, 1])])
def test_hdbscan_makes_one_of_clusters_within_the_radius(
    radius_m: float, expected: list[int]
) -> None:
    random = np.random.default_rng(8)
    crowds = [random.normal((x, 0), 1, (size, 2)) for x, size in ((0, 60), (30, 50), (1000, 40))]
    labels = point_clusters(
        *np.concatenate(crowds).T,
        radius_m=radius_m,
        min_incidents=10,
        method="hdbscan",
        grade=Grade.A,
    )
    for crowd_labels, label in zip(np.split(labels, [60, 110]), expected, strict=True):
        assert np.mean(crowd_labels == label) > 0.8


def test_points_without_place_are_in_no_cluster() -> None:
    x, y = np.append(EXAMPLE[:, 0], np.nan), np.append(EXAMPLE[:, 1], 1.0)
    labels = point_clusters(x, y, radius_m=3, min_incidents=2, grade=Grade.A)
    assert labels.tolist() == [0, 0, 0, 1, 1, -1, -1]


@pytest.mark.parametrize("method", ["dbscan", "hdbscan"])
def test_too_few_points_make_no_cluster(method: str) -> None:
    asked = {"radius_m": 50.0, "min_incidents": 10, "method": method, "grade": Grade.A}
    assert point_clusters([], [], **asked).tolist() == []
    assert point_clusters([1.0], [2.0], **asked).tolist() == [-1]


@pytest.mark.parametrize("grade", [Grade.C, Grade.D])
def test_points_that_were_moved_are_refused_before_anything_else(grade: Grade) -> None:
    with pytest.raises(MethodRefused, match="Clusters of points are refused"):
        point_clusters([], [], radius_m=-1, min_incidents=0, grade=grade)


def test_hdbscan_says_what_it_cannot_take(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"radius_m": 50.0, "min_incidents": 10, "method": "hdbscan", "grade": Grade.A}
    with pytest.raises(UserError, match="whole numbers"):
        point_clusters([1.0], [2.0], weights=[10.5], **asked)
    monkeypatch.setattr(clusters, "HDBSCAN_MOST_INCIDENTS", 100)
    with pytest.raises(UserError, match=r"101 incidents are too many .* \(at most 100\)"):
        point_clusters([1.0], [2.0], weights=[101], **asked)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"method": "kmeans"}, "no clustering method kmeans"),
        ({"radius_m": 0.0}, "radius"),
        ({"radius_m": np.nan}, "radius"),
        ({"min_incidents": 0}, "at least 1 incident"),
        ({"weights": [1, 2]}, "differ in number"),
        ({"weights": [-1]}, "negative or missing"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(change: dict[str, object], match: str) -> None:
    asked = {"radius_m": 50.0, "min_incidents": 10, "grade": Grade.A} | change
    with pytest.raises(UserError, match=match):
        point_clusters([1.0], [2.0], **asked)  # type: ignore[arg-type]


def test_a_radius_with_too_many_neighbours_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x = np.arange(10.0)
    asked = {"radius_m": 100.0, "min_incidents": 2, "grade": Grade.A}
    monkeypatch.setattr(clusters, "DBSCAN_MOST_NEIGHBOURS", 99)
    with pytest.raises(
        UserError, match=r"10 places have 100 neighbours within 100 m \(at most 99 fit\)"
    ):
        point_clusters(x, x * 0, **asked)
    # A thousand incidents at one place are one place.
    assert set(point_clusters(np.zeros(1000), np.zeros(1000), **asked).tolist()) == {0}


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_distinct_rows_are_those_of_numpy(columns: int) -> None:
    rows = np.random.default_rng(9).integers(-2, 3, (400, columns)).astype(float)
    distinct, where = distinct_rows(rows)
    expected, inverse = np.unique(rows, axis=0, return_inverse=True)
    np.testing.assert_array_equal(distinct, expected)
    np.testing.assert_array_equal(where, inverse.ravel())


def test_distinct_rows_of_nothing_and_of_one() -> None:
    distinct, where = distinct_rows(np.empty((0, 2)))
    assert (distinct.shape, where.shape) == ((0, 2), (0,))
    distinct, where = distinct_rows(np.array([[3.0, 4.0]]))
    assert (distinct.tolist(), where.tolist()) == ([[3.0, 4.0]], [0])
