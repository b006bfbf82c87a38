"""Gi*: the published example, the edges, and esda as the oracle."""

from __future__ import annotations

import warnings

import esda
import numpy as np
import pytest
from libpysal.weights import W
from shapely.geometry import box

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.statistics.gi_star import gi_star, two_sided_p

# Six points, neighbours within 15: (10,10) (20,10) (40,10) (15,20) (30,20) (30,30).
POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])
Y = np.array([2, 3, 3.2, 5, 8, 7])
Z = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
P = [0.162331, 0.772445, 0.515273, 0.772445, 0.217009, 0.042945]


def within(points: np.ndarray, distance: float) -> np.ndarray:
    """Neighbours within a distance as a padded index."""
    n = len(points)
    apart = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    near = (apart <= distance) & ~np.eye(n, dtype=bool)
    index = np.full((n, int(near.sum(axis=1).max())), n)
    for i, row in enumerate(near):
        index[i, : row.sum()] = np.flatnonzero(row)
    return index


def esda_z(y: np.ndarray, index: np.ndarray) -> np.ndarray:
    n = len(y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # islands and disconnected parts are part of the test
        weights = W({i: [int(j) for j in row if j < n] for i, row in enumerate(index)}, silence_warnings=True)
        return esda.G_Local(y.astype(float), weights, transform="B", permutations=0, star=True).Zs


def test_the_published_example() -> None:
    z = gi_star(Y, within(POINTS, 15))
    assert z == pytest.approx(Z, abs=5e-9)
    assert two_sided_p(z) == pytest.approx(P, abs=5e-7)


@pytest.mark.parametrize("seed", range(8))
def test_equal_to_esda_on_random_lattices(seed: int) -> None:
    random = np.random.default_rng(seed)
    whole = grid.lattice([box(-1.93, 52.45, -1.87, 52.51)], resolution=9)
    cells = np.sort(random.choice(whole, size=random.integers(20, len(whole)), replace=False))
    index = grid.neighbour_index(cells)
    y = random.poisson(random.gamma(0.5, 4, len(cells)))
    np.testing.assert_allclose(gi_star(y, index), esda_z(y, index), rtol=0, atol=1e-9)


@pytest.mark.parametrize("value", [0, 1, 0.1, 1e-320, 1e308])
def test_a_field_without_differences_has_no_hotspots(value: float) -> None:
    z = gi_star(np.full(6, value), within(POINTS, 15))
    assert z.tolist() == [0.0] * 6
    assert two_sided_p(z).tolist() == [1.0] * 6


def test_one_cell_and_none() -> None:
    assert gi_star([5], np.array([[1, 1]])).tolist() == [0.0]
    assert gi_star([], np.empty((0, 6), dtype=np.int32)).shape == (0,)
    assert two_sided_p([]).shape == (0,)


def test_a_cell_that_neighbours_all_others_is_not_tested() -> None:
    # 0 - 1 - 2: the middle sees everything, so its sum cannot differ from what is expected.
    z = gi_star([1, 2, 9], np.array([[1, 3], [0, 2], [1, 3]]))
    assert z[1] == 0
    assert np.isfinite(z).all() and z[2] > 0 > z[0]


def test_isolated_cells_are_compared_alone() -> None:
    # Without any neighbours the score is the ordinary standardised value.
    y = np.array([0, 1, 2, 9.0])
    z = gi_star(y, np.full((4, 6), 4))
    assert z == pytest.approx((y - y.mean()) / y.std())
    assert gi_star(y, np.empty((4, 0), dtype=int)) == pytest.approx(z)


@pytest.mark.parametrize("bad", [-1, np.nan, np.inf])
def test_values_that_are_no_counts_are_refused(bad: float) -> None:
    with pytest.raises(UserError, match="counts of 0 or more"):
        gi_star([1, bad], np.array([[1], [0]]))


@pytest.mark.parametrize(
    ("index", "match"),
    [
        (np.array([[1], [0]]), "do not fit"),
        (np.array([1, 0, 3]), "do not fit"),
        (np.array([[1.0], [0.0], [3.0]]), "do not fit"),
        (np.array([[1], [0], [4]]), "not there"),
        (np.array([[1], [0], [-1]]), "not there"),
    ],
)
def test_neighbours_that_do_not_fit_are_refused(index: np.ndarray, match: str) -> None:
    with pytest.raises(UserError, match=match):
        gi_star([1, 2, 3], index)


def test_a_table_of_counts_is_refused() -> None:
    with pytest.raises(UserError, match="one value for each cell"):
        gi_star([[1, 2]], np.array([[1], [0]]))
