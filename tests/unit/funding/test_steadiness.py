"""How steady an allocation is: the redraws against what theory says of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.funding.formula import Factor, Family, Formula, Measure
from vrp_map.funding.steadiness import steadiness

COUNTS = np.array([400.0, 300, 200, 100])


def formula(*, dispersed: bool = True) -> Formula:
    counted = COUNTS if dispersed else None
    return Formula(
        Family.WEIGHTED_SHARES,
        ("A", "B", "C", "D"),
        (Factor("incidents", Measure.COUNT, 1.0, COUNTS, counted),),
    )


@pytest.mark.parametrize("dispersion", [1.0, 4.0])
def test_a_share_varies_as_a_binomial_share_times_the_dispersion(dispersion: float) -> None:
    total, n = 1_000_000, COUNTS.sum()
    found = steadiness(formula(), total, dispersion=dispersion, seed=1, draws=4000)
    share = COUNTS / n
    expected = 2 * 1.96 * total * np.sqrt(dispersion * share * (1 - share) / n)
    assert np.allclose(found.high - found.low, expected, rtol=0.08)


def test_the_same_question_has_the_same_answer() -> None:
    one, other = (steadiness(formula(), 1000, seed=3, draws=50) for _ in range(2))
    assert one.low.tolist() == other.low.tolist()


def test_factors_of_the_same_counts_are_drawn_together() -> None:
    """A count and its negative twin: shares of the same counts cannot differ."""
    counts = Factor("a", Measure.COUNT, 1.0, COUNTS, COUNTS)
    twice = replace(formula(), factors=(counts, replace(counts, name="b")))
    alone = steadiness(formula(), 1000, seed=5, draws=200)
    both = steadiness(twice, 1000, seed=5, draws=200)
    assert both.low.tolist() == alone.low.tolist()


def test_what_has_no_counts_is_not_redrawn_and_is_named() -> None:
    found = steadiness(formula(dispersed=False), 1000, draws=20)
    assert found.fixed == ("incidents",)
    assert found.low.tolist() == found.high.tolist()


def test_how_often_an_area_stays_among_the_highest() -> None:
    near = np.array([100.0, 99, 20, 10])
    points = Formula(
        Family.POINTS,
        ("A", "B", "C", "D"),
        (Factor("incidents", Measure.COUNT, 1.0, near, near),),
        top_share=0.25,
    )
    often = steadiness(points, 1000, seed=2, draws=2000).stays_top["incidents"]
    assert 0.45 < often[0] < 0.6 and 0.4 < often[1] < 0.55
    assert often[2:].tolist() == [0, 0]


def test_counts_that_vary_less_than_chance_are_refused() -> None:
    with pytest.raises(UserError, match="dispersion is below 1"):
        steadiness(formula(), 1000, dispersion=0.5)


@pytest.mark.parametrize("dispersion", [1.0, 3.0])
def test_the_range_holds_what_the_true_means_would_give(dispersion: float) -> None:
    """The sceptic's world: counts drawn about known means. About 94 of 100 ranges hold them."""
    random = np.random.default_rng(7)
    mean, worlds = np.array([400.0, 120, 60, 30]), 80
    true, held = 1_000_000 * mean / mean.sum(), np.zeros(4)
    for seed in range(worlds):
        drawn = mean if dispersion == 1 else random.gamma(mean / (dispersion - 1), dispersion - 1)
        counts = random.poisson(drawn).astype(float)
        made = replace(
            formula(), factors=(Factor("incidents", Measure.COUNT, 1.0, counts, counts),)
        )
        found = steadiness(made, 1_000_000, dispersion=dispersion, seed=seed, draws=100)
        held += (found.low <= true) & (true <= found.high)
    assert (held / worlds > 0.87).all(), held / worlds
