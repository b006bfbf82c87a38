"""The simple classes: the documented rule at its edges, and the faults it must not have."""

from __future__ import annotations

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.persistence import PersistenceClass, period_days, persistence_class


def steps_of(text: str) -> np.ndarray:
    return np.array([[{"1": 1, "-": -1, "0": 0}[mark] for mark in text]])


# Ten periods: the last two are recent; a tenth of all is one, of the recent ones one, of the eight
# older ones one.
TRUTH = [
    ("1111111111", "persistent hot spot"),
    ("0011111111", "persistent hot spot"),
    ("1111111100", "persistent hot spot"),
    ("0001111111", "intermittent hot spot"),
    ("0000000011", "emerging hot spot"),
    ("0000000001", "emerging hot spot"),
    ("1000000001", "intermittent hot spot"),
    ("1000000000", "former hot spot"),
    ("1111111000", "former hot spot"),
    # The second-last period is recent and not older as well.
    ("0000000010", "emerging hot spot"),
    ("0000000100", "former hot spot"),
    ("0000000000", "no pattern"),
    ("-000000001", "mixed"),
    ("1-1-1-1-1-", "mixed"),
    ("11111111--", "mixed"),
]


@pytest.mark.parametrize(("text", "expected"), TRUTH)
def test_truth_table_and_its_mirror(text: str, expected: str) -> None:
    assert persistence_class(steps_of(text)).tolist() == [expected]
    assert persistence_class(-steps_of(text)).tolist() == [expected.replace(" hot ", " cold ")]


def test_emerging_goes_by_the_share_of_a_hotspot_and_not_by_that_of_recent_periods() -> None:
    # Twenty periods, so four recent ones; the one hot of them is 25%. With a hotspot share of 30%
    # that is too few, though it is more than the 20% that say which periods are recent.
    text = "0" * 16 + "0001"
    assert persistence_class(steps_of(text), hotspot_share=0.25).tolist() == ["emerging hot spot"]
    assert persistence_class(steps_of(text), hotspot_share=0.3).tolist() == ["no pattern"]


def test_a_cold_cell_with_one_hot_step_in_many_stays_cold() -> None:
    # One of 60 periods is under a tenth of all of them, and so of the older ones: no hot spot at
    # all.
    marks = np.full((1, 60), -1)
    marks[0, 3] = 1
    assert persistence_class(marks).tolist() == ["persistent cold spot"]


def test_rounding_does_not_ask_for_one_period_more() -> None:
    assert 0.28 * 25 > 7
    text = "1001" * 3 + "0" * 12 + "1"
    assert persistence_class(steps_of(text), persistent_share=0.28).tolist() == [
        "persistent hot spot"
    ]
    assert persistence_class(steps_of(text), persistent_share=0.29).tolist() == [
        "intermittent hot spot"
    ]


def test_one_period_and_none() -> None:
    assert persistence_class([[1], [0], [-1]]).tolist() == [
        "persistent hot spot",
        "no pattern",
        "persistent cold spot",
    ]
    # Of two periods one is recent, though a fifth of two rounds to none.
    assert persistence_class([[0, 1], [1, 0]]).tolist() == ["emerging hot spot", "former hot spot"]
    assert persistence_class(np.empty((2, 0))).tolist() == ["no pattern", "no pattern"]
    assert persistence_class(np.empty((0, 4))).shape == (0,)
    assert type(persistence_class([[1]])[0]) is str
    assert len(PersistenceClass) == 10


def test_what_does_not_fit_is_refused() -> None:
    for bad in ([1, 0], [[2]], [[0.5]]):
        with pytest.raises(UserError, match="hot \\(1\\), cold"):
            persistence_class(bad)
    for share in (0, 1.1, -0.1):
        with pytest.raises(UserError, match="above 0 and at most 1"):
            persistence_class([[1]], recent_share=share)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, 1),
        (14, 1),
        (15, 7),
        (91, 7),
        (92, 28),
        (365, 28),
        (731, 28),
        (732, 91),
        (3651, 91),
        (3652, 365),
        (9000, 365),
    ],
)
def test_period_for_a_span_of_days(days: int, expected: int) -> None:
    assert period_days(days) == expected


@pytest.mark.parametrize("bad", [0, -1, float("nan")])
def test_no_span_has_no_period(bad: float) -> None:
    with pytest.raises(UserError, match="no time between"):
        period_days(bad)
