"""Empirical Bayes rates."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.smoothing import empirical_bayes, smoothed_rates_per_1000


def test_the_worked_example() -> None:
    found = empirical_bayes([0, 8, 5, 30], [100, 200, 400, 800])
    assert found.mean == pytest.approx(0.0286667, abs=1e-7)
    assert found.variance == pytest.approx(0.000106778, abs=1e-9)
    assert found.weight == pytest.approx([0.27139, 0.42692, 0.59838, 0.74873], abs=1e-5)
    assert found.rate == pytest.approx([0.020887, 0.033505, 0.018993, 0.035280], abs=1e-6)
    assert smoothed_rates_per_1000([0, 8, 5, 30], [100, 200, 400, 800]) == pytest.approx(
        found.rate * 1000
    )


def test_where_chance_explains_everything_every_place_has_the_overall_rate() -> None:
    found = empirical_bayes([0, 2, 5, 10], [100, 200, 400, 800])
    assert found.variance == 0
    assert found.weight.tolist() == [0, 0, 0, 0]
    assert found.rate == pytest.approx([17 / 1500] * 4)


def test_agrees_with_esda() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda.smoothing import Empirical_Bayes

    random = np.random.default_rng(7)
    people = random.integers(200, 3000, 50)
    n = random.poisson(people * random.gamma(2.0, 0.02, 50))
    found = empirical_bayes(n, people)
    assert found.variance > 0
    np.testing.assert_allclose(found.rate, Empirical_Bayes(n, people).r.ravel())


def test_what_is_not_known_stays_unknown_and_moves_nothing() -> None:
    n = pd.Series([0, 8, 5, 30, 7, None, 9], dtype="Int64")
    people = pd.Series([100, 200, 400, 800, 0, 500, None], dtype="Int64")
    found = empirical_bayes(n, people)
    alone = empirical_bayes([0, 8, 5, 30], [100, 200, 400, 800])
    np.testing.assert_array_equal(found.rate[:4], alone.rate)
    assert np.isnan(found.rate[4:]).all()
    assert np.isnan(found.weight[4:]).all()


def test_no_incidents_no_places_one_place() -> None:
    none = empirical_bayes([0, 0], [10, 20])
    assert (none.rate.tolist(), none.mean, none.variance) == ([0, 0], 0, 0)
    empty = empirical_bayes([], [])
    assert empty.rate.shape == (0,)
    assert np.isnan(empty.mean)
    assert np.isnan(empirical_bayes([3], [0]).rate).all()
    assert empirical_bayes([3], [60]).rate.tolist() == [0.05]


@pytest.mark.parametrize(
    ("n", "people", "match"),
    [([-1], [10], "negative"), ([1], [-10], "negative"), ([1, 2], [10], "differ in number")],
)
def test_arguments_that_do_not_fit_are_refused(n: list[int], people: list[int], match: str) -> None:
    with pytest.raises(UserError, match=match):
        empirical_bayes(n, people)
