"""How much a recorded pilot's counts vary, and what the verdict says of placebo pilots."""

from __future__ import annotations

import math

import numpy as np

from vrp_map.pilots.past import false_alarms, variation
from vrp_map.pilots.verdict import PilotCounts
from vrp_map.statistics.placebos import PlaceboCounts
from vrp_map.statistics.wdd import BeforeAfter


def placebos(spread: float, *, draws: int = 400, seed: int = 0) -> PlaceboCounts:
    random = np.random.default_rng(seed)
    history = random.poisson(10.0, (draws, 2, 12))
    shape = 120 / (spread - 1) if spread > 1 else math.inf
    after = random.negative_binomial(shape, 1 / spread, (draws, 2)) if spread > 1 else None
    after = random.poisson(120, (draws, 2)) if after is None else after
    counts = np.stack([history.sum(axis=2), after], axis=2).astype(float)
    return PlaceboCounts(counts, history.astype(float), (12.0, 12.0), apart=1000.0)


def test_own_months_are_used_without_placebos_and_the_larger_with_them() -> None:
    history = np.random.default_rng(1).negative_binomial(8, 1 / 2.5, (4, 24))
    own = variation(history)
    assert not own.by_placebos and 1.8 < own.dispersion < 3.2 and 40 < own.freedom < 69
    wide = variation(history, placebos(9.0))
    assert wide.by_placebos and wide.dispersion > 4
    assert variation(history, placebos(1.0)) == own
    assert "made-up pilots" in wide.sentence and "drift apart" in own.sentence
    # A few incidents in two wild months tell little: placebos know better.
    few = np.array([[0] * 11 + [6], [1] * 12])
    assert variation(few).freedom < 6 and "too few" in variation(few).sentence
    assert variation(few, placebos(1.0)).by_placebos
    counts = own.on(PilotCounts(BeforeAfter(100, 60), BeforeAfter(100, 100)))
    assert (counts.dispersion, counts.freedom) == (own.dispersion, own.freedom)


def test_placebos_that_vary_raise_false_alarms_until_that_is_allowed_for() -> None:
    found = false_alarms(placebos(9.0))
    assert found.placebos == 400 and found.dispersion > 4
    assert found.unallowing > 60
    assert found.working <= 18 and found.worse <= 18
    calm = false_alarms(placebos(1.0))
    assert calm.unallowing <= 30 and calm.dispersion < 1.2
