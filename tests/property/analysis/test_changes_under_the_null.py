"""What is called changed where nothing did: on at most 5% of maps, for months that vary as recorded
crime does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vrp_map.analysis.periods import CellChange, judged
from vrp_map.statistics.dispersion import USUAL, shared_dispersion
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.two_counts import e_test

MAPS, LEVEL, PLACES = 40, 0.05, 600
CLEAR = [CellChange.MORE_SURE, CellChange.FEWER_SURE]


def world(rng: np.random.Generator, months: int) -> np.ndarray:
    """Made-up places of very unlike size whose months vary 1 to 3 times as much as Poisson counts,
    busy ones more.
    """
    mean = rng.gamma(0.5, 12.0, PLACES) + 0.05
    dispersion = np.minimum(1.05 + 0.05 * mean + rng.gamma(2.0, 0.15, PLACES), 4.0)
    size = (mean / (dispersion - 1))[:, None]
    return rng.negative_binomial(size, (1 / dispersion)[:, None], (PLACES, months)).astype(float)


def shown(counts: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """What outsiders see: one incident in k, each standing for k."""
    return np.asarray(k * rng.binomial(counts.astype(int), 1 / k), dtype=float)


def verdicts(months: np.ndarray, length: int, unit: int = 1) -> np.ndarray:
    """The last `length` months against those before, as the page judges them."""
    now, before = months[:, -length:].sum(axis=1), months[:, -2 * length : -length].sum(axis=1)
    spread = shared_dispersion(
        months, now, before, length=length, next_to=True, usual=max(USUAL, unit)
    )
    table = pd.DataFrame({"n": now, "n_previous": before})
    return judged(table, spread=spread)["verdict"].to_numpy(dtype=object)


@pytest.mark.parametrize(
    ("length", "months"), [(12, 24), (6, 24), (3, 24), (1, 24), (1, 2), (3, 6), (6, 12)]
)
@pytest.mark.parametrize("k", [1, 5])
def test_months_that_differ_as_they_always_do_are_no_change(
    length: int, months: int, k: int
) -> None:
    rng = np.random.default_rng([length, months, k])
    maps = [verdicts(shown(world(rng, months), k, rng), length, k) for _ in range(MAPS)]
    assert np.mean([np.isin(found, CLEAR).any() for found in maps]) <= LEVEL


def test_the_old_test_called_nearly_every_such_map_changed() -> None:
    """The control: as Poisson counts the same months show changes everywhere."""
    rng = np.random.default_rng(8)
    worlds = [world(rng, 24) for _ in range(20)]
    p = [e_test(w[:, 12:].sum(axis=1), w[:, :12].sum(axis=1)) for w in worlds]
    assert np.mean([(q_values(one) <= 0.05).any() for one in p]) > 0.9


@pytest.mark.parametrize(
    ("length", "times", "power", "k"),
    [(12, 2, 0.2, 1), (12, 3, 0.9, 1), (1, 8, 0.5, 1), (12, 6, 0.5, 5)],
)
def test_a_real_rise_is_still_seen(length: int, times: float, power: float, k: int) -> None:
    rng = np.random.default_rng(length)
    seen = []
    for _ in range(MAPS):
        months = world(rng, 24)
        usual = np.flatnonzero((months.mean(axis=1) > 6) & (months.mean(axis=1) < 9))
        place = int(rng.choice(usual))
        months[place, -length:] = np.round(months[place, -length:] * times)
        seen.append(verdicts(shown(months, k, rng), length, k)[place] == CellChange.MORE_SURE)
    assert np.mean(seen) >= power
