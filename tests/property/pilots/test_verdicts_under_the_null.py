"""Where nothing happened a pilot is called working at most as often as stated, and the interval
holds the truth.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from vrp_map.pilots.verdict import PilotCounts, Verdict, judge
from vrp_map.statistics.wdd import BeforeAfter, weighted_difference

WORLDS = 3000
# Of a two-sided 95% interval one side; and three standard errors of the simulation above it.
STATED = 0.025
NOISE = 3 * math.sqrt(STATED * (1 - STATED) / WORLDS)


def worlds(mean: float, spread: float, seed: int) -> np.ndarray:
    """(WORLDS, 8) counts of four places before and after; spread = variance / mean."""
    rng = np.random.default_rng(seed)
    shape = (WORLDS, 8)
    if spread == 1:
        return rng.poisson(mean, shape)
    return rng.negative_binomial(mean / (spread - 1), 1 / spread, shape)


def counts_of(row: np.ndarray, spread: float) -> PilotCounts:
    pairs = [BeforeAfter(float(a), float(b)) for a, b in row.reshape(4, 2)]
    return PilotCounts(*pairs, dispersion=spread)


@pytest.mark.parametrize(("mean", "spread"), [(5, 1), (20, 1), (100, 1), (20, 2.5), (100, 2.5)])
def test_no_pilot_is_called_working_more_often_than_stated(mean: float, spread: float) -> None:
    found = [judge(counts_of(row, spread)).verdict for row in worlds(mean, spread, seed=1)]
    assert found.count(Verdict.WORKING) / WORLDS <= STATED + NOISE
    assert found.count(Verdict.WORSE) / WORLDS <= STATED + NOISE


@pytest.mark.parametrize(("mean", "spread"), [(5, 1), (20, 1), (100, 1), (20, 2.5), (100, 2.5)])
def test_the_interval_holds_the_truth_as_often_as_it_says(mean: float, spread: float) -> None:
    inside = 0
    for row in worlds(mean, spread, seed=2):
        counts = counts_of(row, spread)
        found = weighted_difference(
            counts.treated,
            counts.comparison,
            ring=counts.ring,
            comparison_ring=counts.comparison_ring,
            dispersion=spread,
        )
        inside += found.low <= 0 <= found.high
    assert 0.93 <= inside / WORLDS <= 0.97


def test_what_the_sentence_warns_of_is_so() -> None:
    """Counts two and a half times as variable, judged as if they were not: far too often sure."""
    found = [judge(counts_of(row, 1)) for row in worlds(100, 2.5, seed=5)]
    wrong = [one for one in found if one.verdict in (Verdict.WORKING, Verdict.WORSE)]
    assert len(wrong) / WORLDS > 4 * STATED
    assert all("vary no more than chance" in one.sentence for one in wrong)


def test_a_real_fall_is_found() -> None:
    rows = worlds(100, 1, seed=3)
    rows[:, 1] = np.random.default_rng(4).poisson(40, WORLDS)
    found = [judge(counts_of(row, 1)).verdict for row in rows]
    assert found.count(Verdict.WORKING) / WORLDS > 0.5
