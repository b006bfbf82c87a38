"""The record of a map: the hotspots of the test, marked by the month that came, beside rivals of
the same size.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.statistics.test_rolling import CELLS, made_up
from vrp_map.errors import UserError
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.gi_star import gi_star, two_sided_p
from vrp_map.statistics.hotspots import classify
from vrp_map.statistics.record import HOTSPOTS, RIVALS, hot_cells, record
from vrp_map.statistics.rolling import ALL_HISTORY, steps
from vrp_map.vocabulary import HotspotClass


def busy_corner(seed: int, months: int = 6):  # type: ignore[no-untyped-def]
    """Chance everywhere, and one part where there is plainly more."""
    history = made_up(seed, months=months, mean=0.5)
    own = history.own.copy()
    own[:, :40] += np.random.default_rng(seed).poisson(4, (months, 40))
    return replace(history, own=own)


def test_hot_is_what_the_map_calls_hot_at_95_or_surer() -> None:
    history = busy_corner(1)
    counts = history.own.sum(axis=0)
    z = gi_star(counts, history.neighbours)
    classes = classify(z, q_values(two_sided_p(z)))
    expected = np.isin(classes, [HotspotClass.HOT_99.value, HotspotClass.HOT_95.value])
    assert (
        np.array_equal(hot_cells(counts, history.neighbours), expected)
        and 10 < expected.sum() < len(CELLS) / 2
    )
    assert not hot_cells(np.full(len(CELLS), 3), history.neighbours).any()


@pytest.mark.parametrize("window", [1, 3, 12])
def test_a_month_by_hand(window: int) -> None:
    history = busy_corner(2)
    for m in record(history, list(steps(history, first=3)), window=window):
        before = history.own[max(0, m.month - window) : m.month].sum(axis=0)
        now = history.own[m.month]
        hot = hot_cells(before, history.neighbours)
        assert np.array_equal(m.hot, hot)
        assert (m.before, m.all_before) == (before[hot].sum(), before.sum())
        assert m.again == (hot & hot_cells(now, history.neighbours)).sum()
        mine = m.scores[HOTSPOTS]
        assert (mine.captured, mine.n) == (now[hot].sum(), now.sum())
        share_of_area = history.areas[hot].sum() / history.areas.sum()
        assert mine.pai == pytest.approx(now[hot].sum() / now.sum() / share_of_area)


def test_rivals_choose_as_many_cells() -> None:
    history = busy_corner(3)
    for m in record(history, list(steps(history, first=2)), window=12):
        assert set(m.scores) == {HOTSPOTS, *RIVALS}
        assert {s.parts.sum().round(9) for s in m.scores.values()} == {float(m.hot.sum())}
        known = history.own[: m.month].sum(axis=0)
        simple = m.scores[ALL_HISTORY].parts
        assert known[simple == 1].min() >= known[simple < 1].max()


def test_nothing_of_the_marked_month_makes_the_map() -> None:
    history = busy_corner(4)
    changed = replace(history, own=history.own.copy())
    changed.own[4:] = changed.own[4:][:, ::-1]
    before, after = (record(h, list(steps(h, first=4)), window=12)[0] for h in (history, changed))
    assert np.array_equal(before.hot, after.hot)
    assert all(np.array_equal(before.scores[n].parts, after.scores[n].parts) for n in before.scores)
    assert before.scores[HOTSPOTS].captured != after.scores[HOTSPOTS].captured


def test_a_map_without_hotspots() -> None:
    history = made_up(1)
    flat = replace(history, own=np.ones_like(history.own))
    m = record(flat, list(steps(flat, first=2)), window=12)[0]
    assert not m.hot.any() and m.scores[HOTSPOTS].captured == m.scores[ALL_HISTORY].captured == 0
    assert np.isnan(m.scores[HOTSPOTS].pai)


def test_what_cannot_be_marked() -> None:
    history = busy_corner(5)
    with pytest.raises(UserError, match="at least one month"):
        record(history, list(steps(history)), window=0)
    sparse = made_up(5, mean=0.02)
    with pytest.raises(UserError, match="tested on all cells"):
        record(sparse, list(steps(sparse, growing=True)), window=2)
