"""Who lives in the places picked: shares that add up, and no group of a few people by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.residents.shares import FEWEST_PEOPLE, OTHERS, group_shares

AGES = ("0 to 9", "10 to 17", "18 to 24", "25 and over")


def names(people: dict[str, list[float]], inside: dict[str, float], **how: bool) -> list[str]:
    return [one.group for one in group_shares(AGES, people, inside, **how)]


def test_half_of_an_area_has_half_of_its_people() -> None:
    people = {"a": [100, 100, 100, 100], "b": [0, 0, 0, 400]}
    found = group_shares(AGES, people, {"a": 0.5}, is_ordered=True)
    assert [one.group for one in found] == list(AGES)
    assert [one.in_places for one in found] == [0.25] * 4
    assert [one.in_area for one in found] == [0.125, 0.125, 0.125, 0.625]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([50, 50, 50, 50], list(AGES)),
        ([50, 9, 50, 50], ["0 to 9", "10 to 24", "25 and over"]),
        ([50, 50, 50, 9], ["0 to 9", "10 to 17", "18 and over"]),
        ([9, 50, 50, 50], ["0 to 17", "18 to 24", "25 and over"]),
        ([4, 4, 4, 4], ["0 and over"]),
        ([2, 2, 2, 2], []),
    ],
)
def test_a_small_group_joins_its_neighbour(there: list[float], expected: list[str]) -> None:
    assert names({"a": there}, {"a": 1.0}, is_ordered=True) == expected


def test_a_small_group_without_neighbours_never_stands_alone() -> None:
    """One small group by itself would be what the others leave."""
    found = names({"a": [3, 80, 90, 100]}, {"a": 1.0}, is_ordered=False)
    assert found == ["18 to 24", "25 and over", OTHERS]


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4), st.booleans(), st.floats(0.05, 1.0))
def test_shares_add_up_and_no_group_is_small(
    there: list[int], is_ordered: bool, share: float
) -> None:
    found = group_shares(AGES, {"a": there}, {"a": share}, is_ordered=is_ordered)
    inside = sum(there) * share
    assert bool(found) == (inside >= FEWEST_PEOPLE)
    if found:
        assert sum(one.in_places for one in found) == pytest.approx(1)
        assert sum(one.in_area for one in found) == pytest.approx(1)
        assert all(one.in_places * inside >= FEWEST_PEOPLE - 1e-6 for one in found)
