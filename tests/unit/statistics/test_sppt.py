"""Two sets of points compared by each cell's share."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from vrp_map.errors import UserError
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.sppt import compare_shares

# Published by Wheeler, Steenbeek and Andresen for two sets of 13,953 and 3,250 points.
PUBLISHED = [
    (42, 30, 1.61608e-06),
    (1, 19, 3.95051e-17),
    (123, 9, 5.69345e-04),
    (0, 5, 4.85468e-05),
    (103, 90, 1.03790e-22),
]


def test_the_published_cells() -> None:
    a, b, p = zip(*PUBLISHED, strict=True)
    found = compare_shares(a, b, total_a=13_953, total_b=3_250)
    assert found.p == pytest.approx(p, rel=5e-6)
    assert found.direction.tolist() == [-1, -1, 1, -1, -1]
    assert found.share_a[0] == pytest.approx(42 / 13_953)
    assert found.share_b[0] == pytest.approx(30 / 3_250)
    assert (found.total_a, found.total_b) == (13_953, 3_250)


def test_agrees_with_scipy_in_every_cell() -> None:
    random = np.random.default_rng(2)
    a, b = random.poisson(3, 80), random.poisson(1, 80)
    a[:3], b[:3] = (0, 4, 0), (0, 0, 4)
    found = compare_shares(a, b)
    total_a, total_b = a.sum(), b.sum()
    for i in range(80):
        if a[i] + b[i] == 0:
            assert np.isnan(found.p[i])
            continue
        table = [[a[i], b[i]], [total_a - a[i], total_b - b[i]]]
        assert found.p[i] == pytest.approx(chi2_contingency(table, correction=True)[1], rel=1e-9)
    tested = ~np.isnan(found.p)
    np.testing.assert_allclose(found.q[tested], q_values(found.p[tested], method="by"))


def test_cells_that_hold_neither_are_skipped_and_cost_nothing() -> None:
    found = compare_shares([5, 0, 40], [20, 0, 3])
    assert np.isnan(found.p).tolist() == np.isnan(found.q).tolist() == [False, True, False]
    assert found.direction.tolist() == [-1, 0, 1]
    np.testing.assert_allclose(found.q[[0, 2]], compare_shares([5, 40], [20, 3]).q)


def test_equal_shares_are_equal() -> None:
    found = compare_shares([1, 2, 7], [10, 20, 70])
    assert found.direction.tolist() == [0, 0, 0]
    assert found.p.tolist() == [1, 1, 1]


def test_one_cell_holds_everything() -> None:
    found = compare_shares([5], [3])
    assert (found.p.tolist(), found.direction.tolist()) == ([1.0], [0])


@pytest.mark.parametrize(("a", "b"), [([0, 0], [1, 2]), ([1, 2], [0, 0]), ([0, 0], [0, 0])])
def test_an_empty_set_has_no_shares_to_compare(a: list[int], b: list[int]) -> None:
    found = compare_shares(a, b)
    assert np.isnan(found.p).all()
    assert np.isnan(found.q).all()
    assert found.direction.tolist() == [0, 0]


def test_no_cells() -> None:
    assert compare_shares([], []).p.shape == (0,)


def test_the_less_strict_method() -> None:
    a, b = [50, 3, 20], [10, 30, 25]
    assert (compare_shares(a, b, method="bh").q < compare_shares(a, b).q).any()


@pytest.mark.parametrize(
    ("a", "b", "more", "match"),
    [
        ([1, 2], [1], {}, "different numbers of cells"),
        ([-1], [1], {}, "negative or missing"),
        ([np.nan], [1], {}, "negative or missing"),
        ([5], [1], {"total_a": 4}, "total 4 is less than the 5 points"),
        ([5], [1], {"total_b": np.nan}, "is less than"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(
    a: list, b: list, more: dict[str, float], match: str
) -> None:
    with pytest.raises(UserError, match=match):
        compare_shares(a, b, **more)
