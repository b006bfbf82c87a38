"""PAI, PEI*, and the two figures that are both called RRI."""

from __future__ import annotations

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.prediction_accuracy import (
    accuracy,
    calibration_ratio,
    cells_in,
    order_by,
    pai,
    pei,
    rri_recapture,
)


def test_the_published_example() -> None:
    observed, predicted = np.array([6, 3, 0]), np.array([3, 2, 1])
    found = accuracy(observed, order_by(predicted))
    assert found.pai == pytest.approx([2, 1.5, 1])
    assert found.pei == pytest.approx([1, 1, 1])
    ratio = calibration_ratio(np.cumsum(predicted), np.cumsum(observed))
    assert ratio == pytest.approx([0.5, 0.5556, 0.6667], abs=5e-5)


def test_the_order_may_be_worse_than_the_best() -> None:
    # Ties of the prediction 8, 4, 4, 2, 1, 0 broken worst first: cells 1, 3, 2, 4, 5, 6.
    found = accuracy([6, 7, 3, 2, 1, 0], [0, 2, 1, 3, 4, 5])
    assert found.pai == pytest.approx([1.8947, 1.4211, 1.6842, 1.4211, 1.2, 1], abs=5e-5)
    assert found.pei == pytest.approx([0.8571, 0.6923, 1, 1, 1, 1], abs=5e-5)
    assert found.captured.tolist() == [6, 9, 16, 18, 19, 19]
    assert found.best.tolist() == [7, 13, 16, 18, 19, 19]


def test_incidents_elsewhere_lower_the_share_but_not_the_efficiency() -> None:
    inside, beside = accuracy([6, 3, 0], [0, 1, 2]), accuracy([6, 3, 0], [0, 1, 2], elsewhere=9)
    assert beside.pai == pytest.approx(inside.pai / 2)
    assert beside.pei == pytest.approx(inside.pei)


def test_cells_of_different_size_count_by_their_area() -> None:
    assert pai(6, 9, 0.5, 2.0) == pytest.approx((6 / 9) / 0.25)


def test_nothing_happened_is_not_a_number() -> None:
    found = accuracy([0, 0], [1, 0])
    assert np.isnan(found.pai).all() and np.isnan(found.pei).all()
    assert np.isnan(pei(0, 0)) and np.isnan(calibration_ratio(3, 0))
    assert np.isnan(rri_recapture(0, 10, 5, 10)) and np.isnan(rri_recapture(5, 10, 5, 0))


def test_recapture_is_one_where_the_places_keep_their_share() -> None:
    assert rri_recapture(50, 200, 40, 160) == pytest.approx(1)
    assert rri_recapture(50, 200, 20, 160) == pytest.approx(0.5)


def test_equal_scores_keep_their_order() -> None:
    assert order_by([1, 3, 1, 3, 2]).tolist() == [1, 3, 4, 0, 2]


@pytest.mark.parametrize(
    ("share", "cells", "expected"),
    [(0.01, 4053, 41), (0.02, 100, 2), (0.05, 10, 1), (0.01, 10, 1), (1, 7, 7), (0.35, 10, 4), (0.05, 50, 3)],
)
def test_a_share_is_the_nearest_number_of_cells_and_one_at_least(share: float, cells: int, expected: int) -> None:
    assert cells_in(share, cells) == expected


@pytest.mark.parametrize("share", [0, -0.1, 1.5, float("nan")])
def test_a_share_that_cannot_be(share: float) -> None:
    with pytest.raises(UserError, match="is not between 0 and 1"):
        cells_in(share, 10)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(UserError, match="no cells to choose from"):
        cells_in(0.1, 0)
    with pytest.raises(UserError, match="has no score"):
        order_by([1, np.nan])
    for order in ([0, 0], [0], [1, 2]):
        with pytest.raises(UserError, match="does not name each cell once"):
            accuracy([1, 2], order)
    with pytest.raises(UserError, match="negative or missing"):
        accuracy([1, -2], [0, 1])
