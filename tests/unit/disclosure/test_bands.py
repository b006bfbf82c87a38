"""A share that an audience may see says no count under k."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.disclosure.bands import shown_share


@pytest.mark.parametrize(
    ("part", "whole", "k", "expected"),
    [
        (237, 1000, 5, 0.24),
        (237.5, 1000, 1, 0.2375),
        (23, 100, 5, 0.25),
        (23, 249, 5, 0.10),
        (60, 251, 5, 0.24),
        (42, 100, 5, 0.4),
        (0, 130, 5, 0.0),
        (3, 1000, 10, 0.0),
    ],
)
def test_to_the_percent_or_to_k_incidents(
    part: float, whole: float, k: int, expected: float
) -> None:
    assert shown_share(part, whole, k) == pytest.approx(expected)


def test_too_few_to_share() -> None:
    assert math.isnan(shown_share(3, 99, 5)) and math.isnan(shown_share(0, 0, 1))


@given(st.integers(0, 3000), st.integers(1, 3000), st.sampled_from([5, 10]))
def test_at_least_k_counts_share_an_answer(part: int, whole: int, k: int) -> None:
    part = min(part, whole)
    shown = shown_share(part, whole, k)
    if math.isnan(shown):
        assert whole < 20 * k
        return
    assert abs(shown - part / whole) <= 0.025 + 1e-9
    alike = [n for n in range(whole + 1) if shown_share(n, whole, k) == shown]
    # At either end of the scale half a step is left.
    assert len(alike) >= k // 2
    assert part in alike
