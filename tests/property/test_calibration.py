"""A small part of benchmarks/calibration.py: no statement is made over its level, for anybody."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import calibration
from benchmarks.calibration import AUDIENCES, CHANGED, changed, random_world, seen, unit_of


@pytest.mark.parametrize("audience", AUDIENCES)
def test_nothing_is_said_to_have_changed_where_incidents_fall_anywhere(audience: str) -> None:
    """Public samples once called a change on every such map: a place with one incident in ten seemed not to vary."""
    random = np.random.default_rng(5)
    maps = [seen(random_world(0.5, random), AUDIENCES[audience], random) for _ in range(12)]
    assert sum(np.isin(changed(counts, unit_of(audience)), CHANGED).any() for counts in maps) <= 2


def test_voices_hold_their_level_and_are_heard() -> None:
    rows = list(calibration.voices(8))
    assert all(row.said <= 1 for row in rows if row.level is not None)
    assert all(row.rate >= 0.8 for row in rows if row.level is None)


def test_the_table_says_what_does_not_hold() -> None:
    held, not_held = (calibration.Row("hot", "random", "analyst", 10, 100, said, 0.05) for said in (5, 20))
    assert (held.holds, not_held.holds) == ("yes", "no")
    assert held.line() == "| hot | random | analyst | 10 | 100 | 5% | 5.0% | yes |"
