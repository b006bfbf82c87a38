"""Critical values of early looks against the published ones."""

from __future__ import annotations

import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.early_looks import LookHistory, critical_values


@pytest.mark.parametrize(
    ("looks", "published"),
    [
        (1, [1.9600]),
        (2, [2.9626, 1.9686]),
        (4, [4.3326, 2.9631, 2.3590, 2.0141]),
        (5, [4.8769, 3.3570, 2.6803, 2.2898, 2.0310]),
    ],
)
def test_the_published_boundaries(looks: int, published: list[float]) -> None:
    """Lan and DeMets, like O'Brien and Fleming, equal steps."""
    found = critical_values([(i + 1) / looks for i in range(looks)])
    assert found == pytest.approx(published, abs=1e-4)


def test_a_look_hardly_begun_shows_nothing_and_costs_nothing() -> None:
    found = critical_values([0.01, 1.0])
    assert found[0] >= 8 and found[1] == pytest.approx(1.96, abs=1e-3)


def test_information_counts_the_months_before() -> None:
    """Half the months after give more than half of what will be known: the months before are in."""
    history = LookHistory(24, 12, (6, 12))
    assert history.fractions == pytest.approx([0.6, 1.0])
    assert LookHistory(24, 12, (6,)).critical > 2.5
    assert not LookHistory(24, 12, (12,)).is_corrected
    assert LookHistory(24, 12, (12,)).critical == pytest.approx(1.96, abs=1e-3)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((24, 12, ()), "needs months before and after"),
        ((0, 12, (3,)), "needs months before and after"),
        ((24, 12, (6, 3)), "not in order"),
        ((24, 12, (3, 3)), "not in order"),
        ((24, 12, (3, 15)), "past the planned end"),
    ],
)
def test_looks_that_cannot_be_are_refused(given: tuple, said: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(UserError, match=said):
        LookHistory(*given)


@pytest.mark.parametrize("fractions", [[], [0.5, 0.4], [0.5, 1.2], [0.0, 1.0]])
def test_fractions_that_cannot_be_are_refused(fractions: list[float]) -> None:
    with pytest.raises(UserError, match="not in order"):
        critical_values(fractions)
