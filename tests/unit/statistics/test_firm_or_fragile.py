"""Firm or fragile: comparing a hotspot with other hexagons and other months."""

from __future__ import annotations

import numpy as np
import pytest

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.statistics.sensitivity import (
    HELD,
    LOST,
    NOT_CHECKED,
    firm_or_fragile,
    firm_or_fragile_groups,
    in_a_child,
    in_parent,
)

HOME = grid.cells_at([-1.9027], [52.4797], resolution=8)
CHILDREN = np.unique(
    grid.cells_at(-1.9027 + np.linspace(-0.02, 0.02, 41), np.full(41, 52.4797), resolution=9)
)
PARENTS = np.unique(grid.parents(CHILDREN, resolution=8))


def test_the_parent_says_whether_each_cell_held() -> None:
    hot = PARENTS == HOME
    found = in_parent(grid.parents(CHILDREN, resolution=8), PARENTS, hot)
    assert len(PARENTS) > 2
    for cell, check in zip(CHILDREN, found, strict=True):
        assert check == (HELD if grid.parents([cell], resolution=8)[0] == HOME[0] else LOST)


def test_a_parent_outside_the_lattice_is_no_check() -> None:
    others = PARENTS[PARENTS != HOME]
    found = in_parent(
        grid.parents(CHILDREN, resolution=8), others, np.ones(len(others), dtype=bool)
    )
    at_home = grid.parents(CHILDREN, resolution=8) == HOME[0]
    assert (found[at_home] == NOT_CHECKED).all() and (found[~at_home] == HELD).all()
    assert in_parent(PARENTS, np.empty(0, dtype=np.uint64), []).tolist() == [NOT_CHECKED] * len(
        PARENTS
    )


def test_one_hot_child_is_enough() -> None:
    of_finer = grid.parents(CHILDREN, resolution=8)
    hot = np.zeros(len(CHILDREN), dtype=bool)
    hot[np.flatnonzero(of_finer == HOME[0])[0]] = True
    elsewhere = np.array([grid.cells_at([0.0], [51.5], resolution=8)[0]])
    found = in_a_child(np.concatenate([PARENTS, elsewhere]), of_finer, hot)
    assert found.tolist() == [HELD if cell == HOME[0] else LOST for cell in PARENTS] + [NOT_CHECKED]


@pytest.mark.parametrize(
    ("hot", "checks", "expected"),
    [
        (True, (HELD, HELD), "firm"),
        (True, (HELD, LOST), "fragile"),
        (True, (LOST, NOT_CHECKED), "fragile"),
        (True, (HELD, NOT_CHECKED), "firm"),
        (True, (NOT_CHECKED, NOT_CHECKED), ""),
        (True, (), ""),
        (False, (HELD, HELD), ""),
        (False, (LOST,), ""),
    ],
)
def test_the_rule(hot: bool, checks: tuple[int, ...], expected: str) -> None:
    found = firm_or_fragile([hot], [[check] for check in checks])
    assert found.tolist() == [expected]
    assert firm_or_fragile([hot], [[check] for check in reversed(checks)]).tolist() == [expected]


def test_a_group_is_what_most_of_its_incidents_are() -> None:
    words = ["firm", "fragile", "fragile", "firm", "fragile", "", "firm", "fragile"]
    groups = [0, 0, 0, 1, 1, 2, 3, 3]
    incidents = [50, 20, 20, 10, 10, 99, 0, 0]
    # A tie is not firm; what could not be checked, or holds nothing, has no say.
    assert firm_or_fragile_groups(words, groups, incidents, number=5).tolist() == [
        "firm",
        "fragile",
        "",
        "",
        "",
    ]


def test_nothing_is_neither() -> None:
    assert firm_or_fragile([], []).shape == (0,)
    assert firm_or_fragile_groups([], [], [], number=0).shape == (0,)


@pytest.mark.parametrize("check", [[1, 1], [2], [-2]])
def test_a_check_that_does_not_fit_is_refused(check: list[int]) -> None:
    with pytest.raises(UserError, match="does not fit"):
        firm_or_fragile([True], [check])


def test_marks_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UserError, match="differ in number"):
        in_parent(PARENTS, PARENTS, [True])
    with pytest.raises(UserError, match="differ in number"):
        in_a_child(PARENTS, PARENTS, [True])
