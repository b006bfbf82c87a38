"""Who was slow and which strand was late: luck is not named, the planted are, few are not."""

from __future__ import annotations

import numpy as np
import pytest

from vrp_map.responses.quarter.findings import late_strands, slow_areas

SIZES = {"A": 28, "B": 9, "C": 7, "D": 8, "E": 3, "F": 7, "G": 8}


@pytest.mark.parametrize("unit_h", [0.01, 24.0, 72.0])
def test_chance_names_a_slow_area_in_at_most_one_quarter_in_twenty(unit_h: float) -> None:
    """Seven areas. Of 1,500 quarters 4.3% name any, 4.3% by whole days, 2.7% by three days."""
    rng = np.random.default_rng(44)
    named = 0
    for _ in range(150):
        drawn = {
            area: np.round(np.exp(rng.normal(3, 1, n)) / unit_h).tolist()
            for area, n in SIZES.items()
        }
        named += bool(slow_areas(drawn))
    assert named <= 12  # 5% of 150, and what chance adds to it


def test_chance_names_a_late_strand_in_at_most_one_quarter_in_twenty() -> None:
    """A thousand quarters of eight strands, 18% of which are late: 2% name any one."""
    rng = np.random.default_rng(5)
    due = rng.multinomial(138, [1 / 8] * 8, 1000)
    late = rng.binomial(due, 0.18)
    named = [
        bool(
            late_strands(
                {str(n): (int(d), int(m)) for n, (d, m) in enumerate(zip(*row, strict=True))}
            )
        )
        for row in zip(due, late, strict=True)
    ]
    assert sum(named) <= 50


def test_the_slow_are_named_with_both_medians_and_the_fast_are_not() -> None:
    rng = np.random.default_rng(6)
    hours = {area: np.exp(rng.normal(2, 0.6, n)).tolist() for area, n in SIZES.items()}
    hours["F"] = [90.0 + n for n in range(7)]
    hours["B"] = [0.1] * 9
    found = slow_areas(hours)
    assert [one.area for one in found] == ["F"] and found[0].median == 93.0
    assert "longer in F than elsewhere: 93.0 hours (median of 7 responses)" in found[0].sentence


@pytest.mark.parametrize("many", [1, 4])
def test_one_very_slow_response_makes_no_area_slow(many: int) -> None:
    hours = {"A": [float(n) for n in range(60)], "B": [2.0, 3.0, 5.0, 9.0, 700.0][-many:]}
    assert slow_areas(hours) == []
    assert slow_areas({"A": [5.0] * 9}) == [] and slow_areas({}) == []


def test_the_late_strand_is_named_and_one_of_few_is_not() -> None:
    found = late_strands({"Family": (30, 4), "Environment": (12, 12), "Hospital": (2, 2)})
    assert [one.strand for one in found] == ["Environment"]
    assert "12 of 12 were done late or not at all, of the others 6 of 32" in found[0].sentence
    assert late_strands({"Family": (30, 30), "Environment": (12, 12)}) == []
    assert late_strands({}) == []
