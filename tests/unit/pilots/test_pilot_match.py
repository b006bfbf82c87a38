"""What placebo pilots say beside a pilot: where 95 of 100 end, and how many are as low."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vrp_map.analysis.comparison_cells import ComparisonMatch
from vrp_map.pilots.alike import PilotMatch
from vrp_map.statistics.placebos import PlaceboCounts
from vrp_map.statistics.wdd import BeforeAfter, rate_ratio, weighted_difference

ALIKE = ComparisonMatch(
    balance=pd.DataFrame(),
    months=pd.DataFrame(),
    check=rate_ratio(BeforeAfter(10, 10), BeforeAfter(10, 10)),
    missing=(),
    sentence="Alike.",
)
SPREAD = np.arange(-50.0, 51.0)


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (None, "Of 101 made-up pilots"),
        (-60.0, "stands at -60: none of them is as low or lower."),
        (-50.0, "stands at -50: one of them is as low or lower."),
        (0.0, "stands at +0: 51 of them are as low or lower."),
    ],
)
def test_the_pilot_stands_among_those_where_nothing_was_done(
    difference: float | None, said: str
) -> None:
    found = PilotMatch(ALIKE, SPREAD, difference)
    assert said in found.sentence and "ended between -48 and +48" in found.sentence


def test_few_made_up_pilots_tell_no_middle() -> None:
    found = PilotMatch(ALIKE, SPREAD[:39], -60.0)
    assert found.middle is None and "is not known" in found.sentence
    assert "-60" not in found.sentence


def test_the_difference_of_a_made_up_pilot_is_that_of_the_verdict() -> None:
    counts = np.array([[[40, 10], [60, 25], [30, 20], [50, 15]], [[0, 0], [0, 0], [0, 0], [0, 0]]])
    made_up = PlaceboCounts(counts.astype(float), np.zeros((2, 4, 24)), (24.0, 12.0), apart=9.0)
    treated, comparison, ring, theirs = (BeforeAfter(*pair) for pair in counts[0].tolist())
    expected = weighted_difference(
        treated, comparison, ring=ring, comparison_ring=theirs, time_weights=(2.0, 1.0)
    )
    assert made_up.differences.tolist() == [pytest.approx(expected.wdd), 0]
