"""What is called hot where nothing clusters: on hardly any map, however few the incidents and
however they come.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from shapely.geometry import box

from vrp_map import grid
from vrp_map.statistics.dispersion import USUAL, pooled_dispersion
from vrp_map.statistics.emerging import space_time_test
from vrp_map.statistics.fdr import passes
from vrp_map.statistics.gi_star import Scores, gi_star, gi_star_test, summed_around, two_sided_p

MAPS, LEVEL = 50, 0.10
Counts = Callable[[np.random.Generator, int], np.ndarray]


def lattice(resolution: int) -> tuple[int, np.ndarray]:
    cells = grid.lattice([box(-2.0, 52.42, -1.78, 52.54)], resolution=resolution)
    return len(cells), grid.neighbour_index(cells)


LATTICES = {resolution: lattice(resolution) for resolution in (8, 9, 10)}


def shown(counts: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """What outsiders see: one incident in k, each standing for k."""
    return np.asarray(k * rng.binomial(counts, 1 / k))


def is_hot(tested: Scores, level: float = LEVEL) -> np.ndarray:
    return np.asarray((tested.z > 0) & passes(tested.p, level))


@pytest.mark.parametrize("resolution", LATTICES)
@pytest.mark.parametrize("incidents", [1, 16, 150, 1000, 8000, 40_000])
@pytest.mark.parametrize("k", [1, 5, 10])
def test_incidents_anywhere_alike_make_no_hotspot(resolution: int, incidents: int, k: int) -> None:
    rng = np.random.default_rng([resolution, incidents, k])
    n, neighbours = LATTICES[resolution]
    hot = [
        is_hot(gi_star_test(shown(rng.poisson(incidents / n, n), k, rng), neighbours, unit=k)).any()
        for _ in range(MAPS)
    ]
    assert np.mean(hot) <= LEVEL


@pytest.mark.parametrize("incidents", [16, 150, 1000, 8000])
@pytest.mark.parametrize("dispersion", [2.0, 3.0])
def test_nor_do_incidents_that_come_in_runs(incidents: int, dispersion: float) -> None:
    rng = np.random.default_rng([incidents, int(dispersion)])
    n, neighbours = LATTICES[9]
    months, hot = 12, 0
    for _ in range(MAPS):
        by_month = rng.negative_binomial(
            incidents / n / months / (dispersion - 1), 1 / dispersion, (n, months)
        )
        measured = max(dispersion, pooled_dispersion(summed_around(by_month, neighbours)))
        hot += is_hot(gi_star_test(by_month.sum(axis=1), neighbours, dispersion=measured)).any()
    assert hot / MAPS <= LEVEL


def test_the_runs_are_measured() -> None:
    rng = np.random.default_rng(1)
    n, neighbours = LATTICES[9]
    by_month = rng.negative_binomial(0.2, 1 / 3, (n, 24))
    assert pooled_dispersion(summed_around(by_month, neighbours)) == pytest.approx(3, abs=0.3)
    assert pooled_dispersion(rng.poisson(0.2, (n, 24))) == USUAL
    assert (
        pooled_dispersion(by_month[:, :6]) == USUAL
        and pooled_dispersion(np.zeros((3, 24))) == USUAL
    )


@pytest.mark.parametrize("k", [1, 5, 10])
def test_month_by_month_no_hexagon_is_hot(k: int) -> None:
    rng = np.random.default_rng(k)
    n, neighbours = LATTICES[9]
    hot = [
        is_hot(
            space_time_test(shown(rng.poisson(0.1, (n, 12)), k, rng), neighbours, unit=k), 0.05
        ).any()
        for _ in range(20)
    ]
    assert np.mean(hot) <= LEVEL


def test_the_old_rule_called_nearly_every_random_map_hot() -> None:
    """The control: without the tail of the count the same maps have hotspots."""
    rng = np.random.default_rng(3)
    n, neighbours = LATTICES[9]
    z = [gi_star(rng.poisson(150 / n, n), neighbours) for _ in range(MAPS)]
    assert np.mean([((s > 0) & passes(two_sided_p(s), LEVEL)).any() for s in z]) > 0.9


@pytest.mark.parametrize(("unit", "times"), [(1, 3), (5, 5), (10, 8)])
def test_a_place_several_times_as_busy_is_found(unit: int, times: float) -> None:
    rng = np.random.default_rng(unit)
    n, neighbours = LATTICES[9]
    found = 0
    for _ in range(MAPS):
        rate = np.full(n, 5.0)
        centre = int(rng.choice(np.flatnonzero((neighbours < n).all(axis=1))))
        rate[[centre, *neighbours[centre]]] *= times
        tested = gi_star_test(
            shown(rng.poisson(rate), unit, rng), neighbours, unit=unit, dispersion=USUAL
        )
        found += bool(is_hot(tested, 0.05)[centre])
    assert found / MAPS >= 0.9


def test_where_incidents_are_many_the_same_hexagons_are_hot() -> None:
    """On an uneven surface as real ones are: the tail of the count is no bar where counts are
    large.
    """
    rng = np.random.default_rng(5)
    n, neighbours = LATTICES[9]
    uneven = summed_around(rng.gamma(0.4, 1.0, n), neighbours)
    counts = rng.poisson(30_000 * uneven / uneven.sum())
    before = (gi_star(counts, neighbours) > 0) & passes(
        two_sided_p(gi_star(counts, neighbours)), LEVEL
    )
    now = is_hot(gi_star_test(counts, neighbours, dispersion=USUAL))
    assert before.sum() > 50 and (before != now).sum() <= 0.02 * before.sum()
