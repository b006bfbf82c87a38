"""Effects drawn together, against a published example and made-up ones."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.pilots.several import forest_of
from vrp_map.pilots.verdict import PilotCounts
from vrp_map.statistics.partial_pooling import pooled
from vrp_map.statistics.wdd import BeforeAfter

# Rubin 1981: coaching in eight schools.
EFFECTS = [28, 8, -3, 7, -1, 1, 18, 12]
ERRORS = [15, 10, 16, 11, 9, 11, 10, 18]


def test_eight_schools() -> None:
    """Published: mean 7.7 with error 4.1, and no spread beyond chance."""
    found = pooled(EFFECTS, ERRORS)
    assert found.mean == pytest.approx(7.69, abs=0.01) and found.spread == 0
    half = (found.high - found.low) / 2
    assert half == pytest.approx(2.365 * 4.07, abs=0.02)
    assert found.effects.max() < 15 and found.effects.argmax() == 0
    assert found.drawn == pytest.approx([5 / 7] * 8)


def test_a_large_spread_draws_nobody() -> None:
    found = pooled([-50, 0, 50, 100, -100], [1] * 5)
    assert found.spread > 50 and found.drawn.max() < 0.01
    assert found.effects == pytest.approx([-50, 0, 50, 100, -100], abs=0.1)


def test_few_are_not_drawn() -> None:
    assert pooled([1, 2, 9], [1, 1, 1]).drawn.tolist() == [0, 0, 0]


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.3])
def test_intervals_hold_the_truth_and_errors_shrink(spread: float) -> None:
    """Nine pilots of different sizes, 500 times."""
    random = np.random.default_rng(4)
    ses = np.linspace(0.1, 0.5, 9)
    truth = random.normal(-0.1, spread, (500, 9))
    seen = truth + random.normal(0, ses, truth.shape)
    found = [pooled(row, ses) for row in seen]
    drawn, low, high = (np.array([getattr(one, a) for one in found]) for a in ATTRIBUTES)
    held = ((low <= truth) & (truth <= high)).mean()
    assert held >= 0.93
    assert ((drawn - truth) ** 2).mean() < ((seen - truth) ** 2).mean()
    differ = np.mean([one.differ_p < 0.05 for one in found])
    assert differ <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 500) if spread == 0 else differ > 0.05
    means = np.mean([one.low <= -0.1 <= one.high for one in found])
    assert means >= 0.92


ATTRIBUTES = ("effects", "lows", "highs")


@pytest.mark.parametrize(
    ("effects", "errors", "said"),
    [([1], [1], "two effects"), ([1, 2], [1], "two effects"), ([1, math.nan], [1, 1], "missing")],
)
def test_what_does_not_fit_is_refused(effects: list[float], errors: list[float], said: str) -> None:
    with pytest.raises(UserError, match=said):
        pooled(effects, errors)


def test_a_forest_of_pilots() -> None:
    alike = {
        f"Pilot {i}": PilotCounts(BeforeAfter(100, after), BeforeAfter(100, 100))
        for i, after in enumerate((95, 105, 98, 40, 102))
    }
    found = forest_of(alike | {"Ended": PilotCounts(BeforeAfter(9, 0), BeforeAfter(9, 9))})
    table = found.pilots.set_index("name")
    assert table.loc["Pilot 3", "verdict"] == "working"
    lucky = table.loc["Pilot 3"]
    assert lucky["ratio"] < lucky["drawn_ratio"] < found.mean < 1
    assert table.loc["Ended", "ratio"] == 0 < table.loc["Ended", "drawn_ratio"]
    assert "The 6 pilots together had" in found.sentence
    assert "They differ by more than chance would make them." in found.sentence
    same = {
        f"Pilot {i}": PilotCounts(BeforeAfter(90, 80 + i), BeforeAfter(90, 90)) for i in range(4)
    }
    assert "do not rank them" in forest_of(same).sentence
    few = forest_of(dict(list(alike.items())[:3]))
    assert "too few to learn from each other" in few.sentence
    with pytest.raises(UserError, match="needs two"):
        forest_of(dict(list(alike.items())[:1]))
