"""Two periods compared hexagon by hexagon: the classes, and that no class gives a hidden number
away.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from vrp_map.analysis.periods import CellChange, against_words, classify, judged
from vrp_map.statistics.dispersion import Spread
from vrp_map.statistics.fdr import q_values


def pairs(now: list[int], before: list[int]) -> pd.DataFrame:
    """Counts whose noise at k = 5 is -2 each: 1 to 6 are hidden."""
    return pd.DataFrame({"n": now, "n_previous": before})


def test_the_classes_at_their_limits() -> None:
    q = np.array([0.05, 0.0501, 0.10, 0.1001, 0.05, 0.10, 0.0])
    difference = np.array([1.0, 1.0, 0.5, 9.0, -1.0, -1.0, 0.0])
    assert classify(difference, q).tolist() == [
        CellChange.MORE_SURE,
        CellChange.MORE_LIKELY,
        CellChange.MORE_LIKELY,
        CellChange.NONE,
        CellChange.FEWER_SURE,
        CellChange.FEWER_LIKELY,
        CellChange.NONE,
    ]


def test_q_is_of_all_the_hexagons_that_could_show_anything() -> None:
    plain = Spread(np.ones(3), np.full(3, np.inf))
    found = judged(pairs([15, 10, 2], [4, 5, 0]), spread=plain)
    assert found["p"].tolist() == pytest.approx(
        [binomtest(a, a + b).pvalue for a, b in ((15, 4), (10, 5), (2, 0))]
    )
    # 2 against 0 could never show, so it is no test.
    assert found["enough"].tolist() == [True, True, False]
    assert found["q"].tolist() == pytest.approx([*q_values(found["p"][:2]), 1.0])
    assert found["verdict"].tolist() == [CellChange.MORE_SURE, CellChange.NONE, CellChange.NONE]
    assert judged(pairs([4], [15]), spread=Spread(np.ones(1), np.ones(1) * np.inf))[
        "verdict"
    ].tolist() == [CellChange.FEWER_SURE]


def test_counts_that_come_in_runs_carry_less() -> None:
    assert judged(pairs([28], [10]))["verdict"].tolist() == [CellChange.MORE_SURE]
    runs = Spread(np.array([3.0]), np.array([30.0]))
    assert judged(pairs([28], [10]), spread=runs)["verdict"].tolist() == [CellChange.NONE]


def test_the_areas_own_change_is_taken_out() -> None:
    # Everywhere twice as many: nothing stands out from that but the place that stayed as it was.
    now, before = [200, 100, 50, 80], [100, 50, 25, 80]
    plain = judged(pairs(now, before))["verdict"].tolist()
    assert plain == [CellChange.MORE_SURE] * 3 + [CellChange.NONE]
    beyond = judged(pairs(now, before), totals=(2000, 1000))["verdict"].tolist()
    assert beyond == [CellChange.NONE] * 3 + [CellChange.FEWER_SURE]


def test_nothing_to_test_is_no_fault() -> None:
    assert judged(pairs([], []))["verdict"].tolist() == []


@pytest.mark.parametrize(
    ("months", "against", "said"),
    [
        (1, "before", "the month before"),
        (3, "before", "the 3 months before"),
        (1, "year", "the same month a year before"),
        (3, "year", "the same months a year before"),
    ],
)
def test_the_earlier_period_in_words(months: int, against: str, said: str) -> None:
    assert against_words(months, against) == said
