"""Gi*: the published example, the edges, and esda as the oracle."""

from __future__ import annotations

import itertools
import warnings

import esda
import numpy as np
import pytest
from libpysal.weights import W
from shapely.geometry import box

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.statistics.gi_star import gi, gi_star, global_g, two_sided_p

# Six points, neighbours within 15: (10,10) (20,10) (40,10) (15,20) (30,20) (30,30).
POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])
Y = np.array([2, 3, 3.2, 5, 8, 7])
Z = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
P = [0.162331, 0.772445, 0.515273, 0.772445, 0.217009, 0.042945]
Z_WITHOUT_THE_CELL = [-1.0136729, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941]


def within(points: np.ndarray, distance: float) -> np.ndarray:
    """Neighbours within a distance as a padded index."""
    n = len(points)
    apart = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    near = (apart <= distance) & ~np.eye(n, dtype=bool)
    index = np.full((n, int(near.sum(axis=1).max())), n)
    for i, row in enumerate(near):
        index[i, : row.sum()] = np.flatnonzero(row)
    return index


def weights_of(index: np.ndarray) -> W:
    n = len(index)
    return W(
        {i: [int(j) for j in row if j < n] for i, row in enumerate(index)}, silence_warnings=True
    )


def esda_z(y: np.ndarray, index: np.ndarray, *, star: bool = True) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # islands and disconnected parts are part of the test
        return esda.G_Local(
            y.astype(float), weights_of(index), transform="B", permutations=0, star=star
        ).Zs


def test_the_published_example() -> None:
    z = gi_star(Y, within(POINTS, 15))
    assert z == pytest.approx(Z, abs=5e-9)
    assert two_sided_p(z) == pytest.approx(P, abs=5e-7)


def test_the_published_example_without_the_cell_itself() -> None:
    assert gi(Y, within(POINTS, 15)) == pytest.approx(Z_WITHOUT_THE_CELL, abs=5e-9)


def test_the_published_global_g() -> None:
    found = global_g(Y, within(POINTS, 15))
    assert found.g == pytest.approx(0.55709779, abs=5e-9)
    # One-sided, upwards.
    assert found.p == pytest.approx(0.172936, abs=5e-7)


def test_p_is_two_sided() -> None:
    assert two_sided_p([1.959964, -1.959964, 0]) == pytest.approx([0.05, 0.05, 1], abs=1e-7)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        local = esda.G_Local(
            Y, weights_of(within(POINTS, 15)), transform="B", permutations=0, star=True
        )
    assert two_sided_p(local.Zs) == pytest.approx(2 * local.p_norm)


@pytest.mark.parametrize("seed", range(8))
def test_equal_to_esda_on_random_lattices(seed: int) -> None:
    random = np.random.default_rng(seed)
    whole = grid.lattice([box(-1.93, 52.45, -1.87, 52.51)], resolution=9)
    cells = np.sort(random.choice(whole, size=random.integers(20, len(whole)), replace=False))
    index = grid.neighbour_index(cells)
    y = random.poisson(random.gamma(0.5, 4, len(cells)))
    np.testing.assert_allclose(gi_star(y, index), esda_z(y, index), rtol=0, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_gi_and_global_g_equal_to_esda_on_random_lattices(seed: int) -> None:
    random = np.random.default_rng(seed)
    whole = grid.lattice([box(-1.93, 52.45, -1.87, 52.51)], resolution=9)
    cells = np.sort(random.choice(whole, size=random.integers(20, len(whole)), replace=False))
    index = grid.neighbour_index(cells)
    y = random.poisson(random.gamma(0.5, 4, len(cells)))
    near = (index < len(cells)).any(axis=1)
    # esda has no number for a cell without neighbours, and says so of the whole map.
    np.testing.assert_allclose(
        gi(y, index)[near], esda_z(y, index, star=False)[near], rtol=0, atol=1e-9
    )
    assert (gi(y, index)[~near] == 0).all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = esda.G(y.astype(float), weights_of(index), permutations=0)
    found = global_g(y, index)
    assert (found.g, found.expected, found.z) == pytest.approx(
        (expected.G, expected.EG, expected.z_norm), abs=1e-8
    )


def test_global_g_has_the_mean_and_variance_of_all_rearrangements() -> None:
    index = within(POINTS, 15)
    all_g = np.array([global_g(np.array(p), index).g for p in itertools.permutations(Y)])
    found = global_g(Y, index)
    assert found.expected == pytest.approx(all_g.mean())
    assert found.z == pytest.approx((found.g - all_g.mean()) / all_g.std())


def test_global_g_where_it_can_tell_nothing() -> None:
    everybody = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
    for index in (everybody, np.full((4, 3), 4)):
        found = global_g([1, 2, 3, 9], index)
        assert (found.z, found.p) == (0, 0.5)
    assert global_g([0.1] * 6, within(POINTS, 15)).z == 0
    for too_little in ([1, 2, 3], [0, 0, 0, 0], [0, 5, 0, 0]):
        with pytest.raises(UserError, match="at least 4 cells, 2 of them not empty"):
            global_g(too_little, np.full((len(too_little), 3), len(too_little)))


def test_gi_where_it_can_tell_nothing() -> None:
    # Without the cell itself: 0 - 1 - 2, the middle sees all others; the ends see one of two.
    z = gi([1, 2, 9], np.array([[1, 3], [0, 2], [1, 3]]))
    assert z[1] == 0 and z[0] < 0 < z[2]
    assert gi([1, 2], np.array([[1], [0]])).tolist() == [0, 0]
    assert gi([], np.empty((0, 6), dtype=int)).shape == (0,)
    assert gi([1, 5, 5, 5], np.array([[1, 4], [0, 2], [1, 3], [2, 4]]))[0] == 0


def test_one_huge_cell_does_not_blur_the_differences_of_the_others() -> None:
    # What the cell itself holds is not in its Gi: a billion there must give the score that nothing
    # there gives.
    index = grid.neighbour_index(grid.lattice([box(-1.91, 52.46, -1.89, 52.48)], resolution=9))
    y = np.random.default_rng(1).poisson(3, len(index)).astype(float)
    place = int(np.argmax((index < len(index)).sum(axis=1)))
    quiet, loud = y.copy(), y.copy()
    quiet[place], loud[place] = 0, 1e9
    assert gi(loud, index)[place] == pytest.approx(gi(quiet, index)[place], abs=1e-5)


@pytest.mark.parametrize("value", [0, 1, 0.1, 1e-320, 1e308])
def test_a_field_without_differences_has_no_hotspots(value: float) -> None:
    z = gi_star(np.full(6, value), within(POINTS, 15))
    assert z.tolist() == gi(np.full(6, value), within(POINTS, 15)).tolist() == [0.0] * 6
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
