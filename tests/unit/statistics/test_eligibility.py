"""Eligibility: every method against every grade."""

from __future__ import annotations

import pytest

from vrp_map.errors import MethodRefused
from vrp_map.statistics.eligibility import require
from vrp_map.vocabulary import Grade, Method

# Written out by hand: the table people are promised.
CARRIED = {
    Method.COUNTS: "ABCD",
    Method.RATES: "ABCD",
    Method.TREND: "ABCD",
    Method.GI_STAR: "ABCD",
    Method.CELL_CLUSTERS: "ABCD",
    Method.POINT_CLUSTERS: "AB",
    Method.NEAR_REPEAT: "AB",
    Method.HOUR_OF_WEEK: "A",
    Method.DAY_OF_WEEK: "AB",
    Method.HARM_WEIGHTS: "A",
    Method.EMERGING: "ABCD",
    Method.PERIODS: "ABCD",
    Method.CONCENTRATION: "ABCD",
    Method.RANKS: "ABCD",
    Method.BACKTEST: "ABCD",
}


@pytest.mark.parametrize("grade", Grade)
@pytest.mark.parametrize("method", Method)
def test_what_each_grade_carries(method: Method, grade: Grade) -> None:
    if grade.value in CARRIED[method]:
        require(method, grade)
        return
    with pytest.raises(MethodRefused, match=f"refused for data of grade {grade}") as caught:
        require(method, grade)
    assert caught.value.hint.startswith("Use ")


def test_the_reason_is_said() -> None:
    with pytest.raises(
        MethodRefused, match=r"would only find the snap points\. Use clusters of cells"
    ):
        require(Method.POINT_CLUSTERS, Grade.D)
