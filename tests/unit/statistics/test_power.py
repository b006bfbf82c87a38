"""The power rule, and made-up pilots judged as real ones are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.pilots.verdict import PilotCounts, Verdict, judge
from vrp_map.statistics.power import ExpectedCounts, PilotSimulation, shows_fall
from vrp_map.statistics.wdd import BeforeAfter


@pytest.mark.parametrize(
    ("mean", "two", "four"), [(5, 7.4, 10.4), (10, 10.4, 14.7), (100, 32.9, 46.5)]
)
def test_the_rule(mean: float, two: float, four: float) -> None:
    assert ExpectedCounts((mean,) * 2, 12, 12).smallest_fall() == pytest.approx(two, abs=0.05)
    assert ExpectedCounts((mean,) * 4, 12, 12).smallest_fall() == pytest.approx(four, abs=0.05)


def test_more_of_anything_shows_smaller_falls() -> None:
    plan = ExpectedCounts((40, 40), 12, 12)
    share = plan.smallest_fall() / 40
    for better in (
        ExpectedCounts((40, 40), 36, 12),
        ExpectedCounts((40, 160), 12, 12),
        plan.lasting(24),
        plan.times(3),
    ):
        assert better.smallest_fall() / better.places[0] < share
    assert ExpectedCounts((40, 40), 12, 12, 2.0).smallest_fall() > plan.smallest_fall()


@pytest.mark.parametrize("rings", [0, 2])
@pytest.mark.parametrize("dispersion", [1.0, 2.0])
def test_many_pilots_at_once_are_judged_as_one_is(rings: int, dispersion: float) -> None:
    """Zeros of every kind among them."""
    pilots = np.random.default_rng(6).poisson(15, (300, 2 + rings, 2)).astype(float)
    pilots[:, 0, 1] = pilots[:, 0, 1] // 4
    pilots[::2] *= np.array([5, 1])
    sizes = [1.0, 1.5, 1.0, 0.5][: 2 + rings]
    many = shows_fall(pilots, sizes=sizes, time_weights=(5, 1), dispersion=dispersion)
    each = []
    for pilot in pilots:
        places = [BeforeAfter(b, a, w) for (b, a), w in zip(pilot, sizes, strict=True)]
        counts = PilotCounts(*places, time_weights=(5, 1), dispersion=dispersion)
        each.append(judge(counts).verdict is Verdict.WORKING)
    assert many.tolist() == each
    assert 2 < sum(each) < 290


def test_nothing_is_seen_where_nothing_falls() -> None:
    simulation = PilotSimulation(ExpectedCounts((40, 40), 24, 12))
    assert simulation.chance(0.0) <= 0.025 + 3 * math.sqrt(0.025 * 0.975 / 4000)


def test_the_quick_chance_is_near_the_simulated_one() -> None:
    for plan in (ExpectedCounts((60, 60), 24, 12), ExpectedCounts((200, 400), 12, 12, 1.5)):
        simulation = PilotSimulation(plan)
        for fall in (0.2, 0.4, 0.6):
            assert plan.chance_about(fall) == pytest.approx(simulation.chance(fall), abs=0.05)


def test_the_fall_seen_is_seen_so_often_and_a_smaller_one_is_not() -> None:
    simulation = PilotSimulation(ExpectedCounts((100, 100), 24, 12))
    fall = simulation.fall_seen(0.8)
    assert fall is not None
    assert simulation.chance(fall) >= 0.8 > simulation.chance(fall - 0.01)
    assert PilotSimulation(ExpectedCounts((5, 5), 12, 12)).fall_seen(0.8) is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (((0, 10), 12, 12), "above 0"),
        (((10, 10), 0, 12), "above 0"),
        (((10, math.nan), 12, 12), "above 0"),
        (((10, 10, 5), 12, 12), "needs a comparison ring"),
        (((10, 10), 12, 12, 0.5), "at least 1"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(given: tuple, said: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(UserError, match=said):
        ExpectedCounts(*given)
