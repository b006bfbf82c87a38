"""Who lives in the places picked, against the area: shares of residents by group. Pure.

Residents of a small area (LSOA) are spread evenly over its hexagons, so a place holds the share of
an area that its hexagons are of it. The rule compares, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# A group of fewer people in the places joins another, and numbers of people are to the nearest ten.
FEWEST_PEOPLE = 10
OTHERS = "other groups together"


@dataclass(frozen=True)
class GroupShare:
    """One group: its share of the residents of the places, and of the area (0 to 1)."""

    group: str
    in_places: float
    in_area: float


@dataclass(frozen=True)
class _Sum:
    group: str
    inside: float
    whole: float

    def __add__(self, other: _Sum) -> _Sum:
        name = _joined(self.group, other.group)
        return _Sum(name, self.inside + other.inside, self.whole + other.whole)


def group_shares(
    groups: Sequence[str],
    people: Mapping[str, Sequence[float]],
    inside: Mapping[str, float],
    *,
    is_ordered: bool,
) -> tuple[GroupShare, ...]:
    """Each group's share of the residents of the places and of the area.

    Args:
        groups: their names. people: small area -> people by group, for the area alone. inside:
            small area -> the share of it in the places. is_ordered: ages and deprivation are: a
            small group joins its neighbour there, else the small ones join each other.

    Returns:
        Nothing where fewer than `FEWEST_PEOPLE` live in the places.
    """
    sums = [
        _Sum(
            group,
            sum(n[at] * inside.get(code, 0.0) for code, n in people.items()),
            sum(n[at] for n in people.values()),
        )
        for at, group in enumerate(groups)
    ]
    merged = _neighbours_joined(sums) if is_ordered else _small_joined(sums)
    within, whole = (sum(getattr(s, name) for s in merged) for name in ("inside", "whole"))
    if within < FEWEST_PEOPLE or not whole:
        return ()
    return tuple(GroupShare(s.group, s.inside / within, s.whole / whole) for s in merged)


def _neighbours_joined(sums: Sequence[_Sum]) -> list[_Sum]:
    """Every small group with the next one; a last one that stays small with the one before."""
    found: list[_Sum] = []
    for one in sums:
        if found and found[-1].inside < FEWEST_PEOPLE:
            found[-1] += one
        else:
            found.append(one)
    if len(found) > 1 and found[-1].inside < FEWEST_PEOPLE:
        last = found.pop()
        found[-1] += last
    return found


def _small_joined(sums: Sequence[_Sum]) -> list[_Sum]:
    """The small groups together, with the smallest large one where they alone stay small.

    One small group by itself would be the rest of the whole, so it never stands alone.
    """
    small = [one for one in sums if one.inside < FEWEST_PEOPLE]
    large = [one for one in sums if one.inside >= FEWEST_PEOPLE]
    if not small:
        return list(large)
    while large and (len(small) < 2 or sum(one.inside for one in small) < FEWEST_PEOPLE):
        least = min(large, key=lambda one: one.inside)
        large.remove(least)
        small.append(least)
    inside, whole = sum(one.inside for one in small), sum(one.whole for one in small)
    return [*large, _Sum(OTHERS, inside, whole)]


def _joined(one: str, other: str) -> str:
    """The name of two neighbours together.

    >>> _joined("0 to 9", "10 to 17"), _joined("45 to 64", "65 and over"), _joined("4", "5")
    ('0 to 17', '45 and over', '4 to 5')
    """
    begin = one.partition(" to ")[0]
    if other.endswith(" and over"):
        return f"{begin} and over"
    return f"{begin} to {other.rpartition(' to ')[2]}"


def to_ten(people: float) -> int:
    """An estimate of people to the nearest ten."""
    return int(people / FEWEST_PEOPLE + 0.5) * FEWEST_PEOPLE
