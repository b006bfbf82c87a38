"""A small part of benchmarks/calibration.py: no statement is made over its level, for anybody."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import calibration
from benchmarks.calibration import (
    AUDIENCES,
    CHANGED,
    INNER,
    MONTHS,
    NEIGHBOURS,
    changed,
    firm,
    for_residents,
    hot,
    in_smaller,
    peopled_world,
    random_world,
    seen,
    unit_of,
)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_nothing_is_said_to_have_changed_where_incidents_fall_anywhere(audience: str) -> None:
    """Public samples once called a change on every such map: a place with one incident in ten
    seemed not to vary.
    """
    random = np.random.default_rng(5)
    maps = [seen(random_world(0.5, random), AUDIENCES[audience], random) for _ in range(12)]
    assert sum(np.isin(changed(counts, unit_of(audience)), CHANGED).any() for counts in maps) <= 2


def test_a_run_in_a_sparse_area_is_no_change() -> None:
    """Places of like size once lent such a place a certainty that its two busy months do
    not have.
    """
    random = np.random.default_rng(8)
    maps = [random_world(0.02, random, dispersion=2.0) for _ in range(20)]
    assert sum(np.isin(changed(counts, 1), CHANGED).any() for counts in maps) <= 2


@pytest.mark.parametrize("audience", AUDIENCES)
def test_where_incidents_follow_residents_no_place_is_high_for_them(audience: str) -> None:
    """Such maps have hot places, for more people live there; the second test must not repeat it."""
    random = np.random.default_rng(6)
    high = stands_out = 0
    for _ in range(8):
        counts, residents = peopled_world(0.5, random)
        counts = seen(counts, AUDIENCES[audience], random)
        high += bool(for_residents(counts, residents, unit_of(audience)).any())
        stands_out += bool(hot(counts, unit_of(audience)).any())
    assert high <= 1
    assert stands_out == 8
    place = [INNER[500], *NEIGHBOURS[INNER[500]]]
    counts[place] += 4 * unit_of(audience)
    assert for_residents(counts, residents, unit_of(audience))[INNER[500]]


def test_a_firm_hotspot_is_made_by_a_busy_place_and_seldom_by_chance() -> None:
    random = np.random.default_rng(7)
    quiet = [random_world(0.5, random, dispersion=2.0) for _ in range(8)]
    assert sum(firm(in_smaller(counts, random), 1).any() for counts in quiet) <= 1
    busy, place = quiet[0], INNER[500]
    busy[[place, *NEIGHBOURS[place]]] = random.poisson(4, (7, MONTHS))
    smaller = in_smaller(busy, random)
    assert firm(smaller, 1)[place]
    # The last month alone lies outside the map's own period, so only the check of a month later can
    # lose by it.
    smaller.reshape(-1, 7, MONTHS)[:, :, -1] += random.poisson(60, (len(busy), 7))
    assert not firm(smaller, 1)[place]


def test_voices_hold_their_level_and_are_heard() -> None:
    rows = list(calibration.voices(8))
    assert all(row.said <= 1 for row in rows if row.level is not None)
    heard = {row.world: row.rate for row in rows if row.level is None}
    assert heard.pop("3 whole tables at a usual place") < min(heard.values())
    assert min(heard.values()) >= 0.8


def test_the_table_says_what_does_not_hold() -> None:
    held, not_held = (
        calibration.Row("hot", "random", "analyst", 10, 100, said, 0.05) for said in (5, 20)
    )
    assert (held.holds, not_held.holds) == ("yes", "no")
    assert held.line() == "| hot | random | analyst | 10 | 100 | 5% | 5.0% | yes |"
