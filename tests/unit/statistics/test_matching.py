"""Places like these: the nearest by their past, each taken once."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from vrp_map.errors import UserError
from vrp_map.statistics.matching import balance, likeness, matched

# A street of ten places: each has the one before and the one after as its neighbours.
STREET = np.array([[i - 1 if i else 10, i + 1] for i in range(10)])


def months(totals: list[int]) -> np.ndarray:
    return np.repeat(np.array(totals)[:, None], 6, axis=1)


def test_likeness_of_a_street() -> None:
    found = likeness(months([4, 9] + [0] * 8), STREET, residents=[100] * 10)
    assert found["incidents"][:3].tolist() == [2, 3, 0]
    assert found["incidents around"][:3].round(2).tolist() == [3.61, 3.61, 3]
    assert found["trend"].tolist() == [0] * 10 and found["residents"].tolist() == [10] * 10


def test_a_rise_is_a_trend() -> None:
    rising, falling = np.arange(6)[None, :], np.arange(6)[None, ::-1]
    found = likeness(np.concatenate([rising, falling]), np.array([[2], [2]]))
    assert found["trend"][0] > 2 > 0 > found["trend"][1]


def test_each_is_taken_once_and_all_together_are_nearest() -> None:
    """Place 0 and 1 both are most like place 2: one of them takes the next best."""
    features = {"incidents": np.array([10.0, 11.0, 10.5, 12.0, 1.0, 0.0])}
    found = matched(features, np.array([0, 1]), np.array([2, 3, 4, 5]))
    assert found.tolist() == [2, 3]
    assert matched(features, np.array([4]), np.array([2, 3, 5]), each=2).tolist() == [5, 2]


def test_no_choice_is_better() -> None:
    """Against the assignment among all candidates."""
    random = np.random.default_rng(2)
    features = {name: random.normal(size=120) for name in "abc"}
    wanted, candidates = np.arange(12), np.arange(12, 120)
    found = matched(features, wanted, candidates, each=2)
    table = np.stack([v / v[candidates].std() for v in features.values()], axis=1)
    apart = ((table[np.repeat(wanted, 2)][:, None] - table[candidates][None]) ** 2).sum(axis=2)
    best = apart[linear_sum_assignment(apart)].sum()
    assert apart[np.arange(24), found - 12].sum() == pytest.approx(best)
    assert len(set(found.tolist())) == 24


def test_no_feature_outweighs_by_its_unit() -> None:
    features = {
        "incidents": np.array([5.0, 5.0, 1.0, 3.0]),
        "residents": np.array([1000.0, 990.0, 1000.0, 0.0]),
    }
    assert matched(features, np.array([0]), np.array([1, 2, 3])).tolist() == [1]


def test_balance_says_how_far_apart_they_are() -> None:
    features = {"incidents": np.array([10.0, 9.0, 1.0, 2.0]), "flat": np.ones(4)}
    table = balance(features, np.array([0]), np.array([1]), np.array([1, 2, 3]))
    first = table.set_index("feature").loc["incidents"]
    assert (first["pilot"], first["comparison"], first["elsewhere"]) == (10, 9, 4)
    assert first["apart"] == pytest.approx(1 / np.std([9, 1, 2]))
    assert table["apart"].iloc[1] == 0


def test_too_few_places_are_refused() -> None:
    with pytest.raises(UserError, match="2 places to compare with, and 3 are needed"):
        matched({"incidents": np.ones(5)}, np.array([0, 1, 2]), np.array([3, 4]))
