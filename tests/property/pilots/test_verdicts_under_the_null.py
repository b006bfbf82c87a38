"""Where nothing happened a pilot is called working at most as often as stated, and the interval
holds the truth.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from vrp_map.pilots.past import variation
from vrp_map.pilots.verdict import PilotCounts, Verdict, judge
from vrp_map.statistics.early_looks import LookHistory
from vrp_map.statistics.wdd import BeforeAfter

WORLDS = 3000
# Of a two-sided 95% interval one side; and three standard errors of the simulation above it.
STATED = 0.025
LOOKS = {n: LookHistory(24, 12, tuple(3.0 * i for i in range(1, n + 1))) for n in range(1, 5)}
NOISE = 3 * math.sqrt(STATED * (1 - STATED) / WORLDS)


def worlds(mean: float, spread: float, seed: int) -> np.ndarray:
    """(WORLDS, 8) counts of four places before and after; spread = variance / mean."""
    rng = np.random.default_rng(seed)
    shape = (WORLDS, 8)
    if spread == 1:
        return rng.poisson(mean, shape)
    return rng.negative_binomial(mean / (spread - 1), 1 / spread, shape)


def monthly(mean: float, spread: float, *, months: int, seed: int) -> np.ndarray:
    """(4 * WORLDS, months) counts of places."""
    random = np.random.default_rng(seed)
    shape = (4 * WORLDS, months)
    if spread == 1:
        return random.poisson(mean, shape)
    return random.negative_binomial(mean / (spread - 1), 1 / spread, shape)


def counts_of(row: np.ndarray, spread: float) -> PilotCounts:
    pairs = [BeforeAfter(float(a), float(b)) for a, b in row.reshape(4, 2)]
    return PilotCounts(*pairs, dispersion=spread)


@pytest.mark.parametrize(("mean", "spread"), [(5, 1), (20, 1), (100, 1), (20, 2.5), (100, 2.5)])
def test_no_pilot_is_called_working_more_often_than_stated(mean: float, spread: float) -> None:
    found = [judge(counts_of(row, spread)).verdict for row in worlds(mean, spread, seed=1)]
    assert found.count(Verdict.WORKING) / WORLDS <= STATED + NOISE
    assert found.count(Verdict.WORSE) / WORLDS <= STATED + NOISE


@pytest.mark.parametrize(
    ("mean", "spread"), [(5, 1), (20, 1), (100, 1), (5, 2.5), (20, 2.5), (100, 2.5)]
)
def test_both_intervals_hold_the_truth_as_often_as_they_say(mean: float, spread: float) -> None:
    difference = ratio = 0
    for row in worlds(mean, spread, seed=2):
        found = judge(counts_of(row, spread))
        difference += found.difference.low <= 0 <= found.difference.high
        ratio += math.isnan(found.ratio.irr) or found.ratio.low <= 1 <= found.ratio.high
    assert 0.93 <= difference / WORLDS <= 0.97
    assert 0.93 <= ratio / WORLDS <= 0.975


def test_what_the_sentence_warns_of_is_so() -> None:
    """Counts two and a half times as variable, judged as if they were not: far too often sure."""
    found = [judge(counts_of(row, 1)) for row in worlds(100, 2.5, seed=5)]
    wrong = [one for one in found if one.verdict in (Verdict.WORKING, Verdict.WORSE)]
    assert len(wrong) / WORLDS > 4 * STATED
    assert all("vary no more than chance" in one.sentence for one in wrong)


@pytest.mark.parametrize("spread", [1.0, 2.5])
def test_looking_every_quarter_is_wrong_as_seldom_as_looking_once(spread: float) -> None:
    """Without effect and rings; at any of four looks."""
    ever = {True: 0, False: 0}
    for pilot in monthly(100 / 12, spread, months=36, seed=7).reshape(-1, 2, 36)[:1500]:
        for corrected in ever:
            ever[corrected] += any(
                look_of(pilot, number, spread, corrected=corrected) is Verdict.WORKING
                for number in range(1, 5)
            )
    assert ever[True] / 1500 <= STATED + NOISE < ever[False] / 1500


def look_of(pilot: np.ndarray, number: int, spread: float, *, corrected: bool) -> Verdict:
    """The verdict at a look every three months, after 24 months before."""
    months = 3 * number
    pairs = [BeforeAfter(float(p[:24].sum()), float(p[24 : 24 + months].sum())) for p in pilot]
    looks = LOOKS[number] if corrected else None
    counts = PilotCounts.of(pairs, time_weights=(24, months), dispersion=spread, looks=looks)
    return judge(counts).verdict


@pytest.mark.parametrize(("mean", "spread"), [(20, 1.5), (100, 2.5)])
def test_a_dispersion_from_the_months_before_holds_the_rate(mean: float, spread: float) -> None:
    """Two places and their rings, a year before and after, nothing known but their counts."""
    found = []
    for pilot in monthly(mean / 12, spread, months=24, seed=8).reshape(-1, 4, 24)[:1500]:
        pairs = [BeforeAfter(float(p[:12].sum()), float(p[12:].sum())) for p in pilot]
        found.append(judge(variation(pilot[:, :12]).on(PilotCounts.of(pairs))).verdict)
    assert len(found) == 1500
    assert max(found.count(Verdict.WORKING), found.count(Verdict.WORSE)) / 1500 <= STATED + NOISE


def test_a_real_fall_is_found() -> None:
    rows = worlds(100, 1, seed=3)
    rows[:, 1] = np.random.default_rng(4).poisson(40, WORLDS)
    found = [judge(counts_of(row, 1)).verdict for row in rows]
    assert found.count(Verdict.WORKING) / WORLDS > 0.5
