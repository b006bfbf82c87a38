"""What is called new, growing or fading where no place changes: on at most 5% of maps; and what
does begin is seen.
"""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import box

from vrp_map import grid
from vrp_map.analysis.emerging import _classified
from vrp_map.statistics.dispersion import pooled_dispersion
from vrp_map.statistics.emerging import EmergingClass, beats_its_past
from vrp_map.statistics.gi_star import summed_around

MAPS, LEVEL, MONTHS = 40, 0.05, 24
CELLS = grid.lattice([box(-1.99, 52.43, -1.82, 52.53)], resolution=9)
NEIGHBOURS = grid.neighbour_index(CELLS)
INNER = np.flatnonzero((len(CELLS) > NEIGHBOURS).all(axis=1))
BEGUN = [EmergingClass.NEW_HOT, EmergingClass.CONSECUTIVE_HOT]
CHANGING = [*BEGUN, EmergingClass.INTENSIFYING_HOT, EmergingClass.DIMINISHING_HOT]


def steady(
    rng: np.random.Generator, mean: float, *, season: float = 0.0, dispersion: float = 1.6
) -> np.ndarray:
    """An uneven surface, the same in every month but for a season of the whole area: (cells,
    months).
    """
    uneven = summed_around(rng.gamma(0.3, 1.0, len(CELLS)), NEIGHBOURS)
    by_month = 1 + season * np.sin(np.arange(MONTHS) * 2 * np.pi / 12)
    mean_of = mean * (uneven / uneven.mean())[:, None] * by_month
    return np.asarray(
        rng.negative_binomial(mean_of / (dispersion - 1) + 1e-9, 1 / dispersion), dtype=np.int64
    )


def shown(counts: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """What outsiders see: one incident in k, each standing for k."""
    return np.asarray(k * rng.binomial(counts, 1 / k))


def classes(counts: np.ndarray, unit: int = 1) -> np.ndarray:
    measured = pooled_dispersion(summed_around(counts, NEIGHBOURS))
    return _classified(counts, NEIGHBOURS, unit=unit, dispersion=measured)[1]


@pytest.mark.parametrize(
    ("mean", "season", "unit"), [(0.1, 0.0, 1), (0.5, 0.2, 1), (3.0, 0.2, 1), (1.0, 0.1, 5)]
)
def test_where_no_place_changes_nothing_is_new_or_growing(
    mean: float, season: float, unit: int
) -> None:
    rng = np.random.default_rng([int(10 * mean), unit])
    maps = [classes(shown(steady(rng, mean, season=season), unit, rng), unit) for _ in range(MAPS)]
    assert np.mean([np.isin(found, CHANGING).any() for found in maps]) <= LEVEL


def test_the_published_rule_alone_finds_some_on_such_maps() -> None:
    """The control: hexagons that are hot for the first time in some month."""
    rng = np.random.default_rng(4)
    begun = 0
    for _ in range(10):
        counts = steady(rng, 3.0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("vrp_map.analysis.emerging.beats_its_past", lambda counts, run: run > 0)
            begun += int(np.isin(classes(counts), BEGUN).sum())
    assert begun > 20


@pytest.mark.parametrize(("last", "times", "power"), [(1, 6, 0.7), (3, 4, 0.8)])
def test_a_place_that_begins_is_found(last: int, times: float, power: float) -> None:
    rng = np.random.default_rng(last)
    found = 0
    for _ in range(20):
        counts = steady(rng, 3.0)
        sums = summed_around(counts, NEIGHBOURS).mean(axis=1)
        place = int(rng.choice(INNER[(sums[INNER] > 12) & (sums[INNER] < 20)]))
        around = [place, *NEIGHBOURS[place]]
        counts[around, -last:] = np.round(counts[around, -last:] * times)
        found += classes(counts)[place] in BEGUN
    assert found / 20 >= power


def test_what_has_no_past_beats_none() -> None:
    counts = np.full((50, 12), 9)
    assert not beats_its_past(counts, np.full(50, 12)).any()
    assert not beats_its_past(np.zeros((50, 12)), np.ones(50, dtype=int)).any()
    counts[7, -1] = 90
    assert np.flatnonzero(beats_its_past(counts, np.ones(50, dtype=int))).tolist() == [7]
