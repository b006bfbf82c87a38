"""Somebody who asks everything: unions, windows, kinds and sizes together tell no more than one
number each.

The larger attacks, and what they find, are in benchmarks/disclosure.py.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations_with_replacement

import numpy as np
import pytest

from benchmarks.disclosure import (
    KINDS,
    STEPS,
    Town,
    averaged,
    chances,
    learned,
    new_rule,
    old_rule,
    scores,
    shown,
    town,
)
from vrp_map import grid
from vrp_map.selection import Selection
from vrp_map.warehouse.counts import CountTable

AUDIENCES = sorted(STEPS)
MONTHS, SEED = 12, 20261128


@cache
def made() -> Town:
    return town(SEED, months=MONTHS, width=0.06)


@cache
def seen(audience: str) -> CountTable:
    return shown(made(), audience, SEED)


@cache
def small_areas() -> tuple[list[str], np.ndarray]:
    """Areas that hold few in most months, and their true counts by month."""
    exact = made().exact
    keys = sorted({key for key in exact._area_places if key.startswith("lsoa:")})
    rows = [new_rule(exact, keys)(np.array([i])) for i in range(len(keys))]
    return keys, np.array(rows, dtype=np.int64)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_averaging_wins_against_noise_that_is_drawn_anew(audience: str) -> None:
    """The control: the same attacker against the rule before."""
    k = int(np.prod(STEPS[audience]))
    keys, n = small_areas()
    answer = old_rule(n, k, SEED)
    hidden = right = 0
    for target in range(6):
        found = averaged(answer, target, len(keys), questions=1200, seed=target)
        small = n[target] < k
        hidden, right = (
            hidden + int(small.sum()),
            right + int((np.rint(found) == n[target])[small].sum()),
        )
    assert hidden > 20 and right > 0.8 * hidden


@pytest.mark.parametrize("audience", AUDIENCES)
def test_more_questions_give_the_same_answer(audience: str) -> None:
    keys, _ = small_areas()
    answer = new_rule(seen(audience), keys)
    for target in range(4):
        alone = answer(np.array([target]))
        for questions in (1, 40):
            assert (
                averaged(answer, target, len(keys), questions=questions, seed=target) == alone
            ).all()


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_answer_is_a_sum_of_the_same_drawn_incidents(audience: str) -> None:
    """By hexagon of every size, area, month and kind, in every window: no table holds a second look
    at anything.
    """
    table, cells10 = seen(audience), made().exact.cells_in((), resolution=10)
    drawn = {kind: table.cell_months(Selection((kind,)), cells10, resolution=10) for kind in KINDS}
    starts = [m.astype(object) for m in table.months]
    windows = [(starts[a], starts[b]) for a, b in combinations_with_replacement(range(MONTHS), 2)]
    for first, last in windows[::5]:
        inside = slice(starts.index(first), starts.index(last) + 1)
        for kinds in ((KINDS[0],), (KINDS[1],), KINDS):
            asked = Selection(kinds, first=first, last=last)
            expected = np.sum([drawn[kind][:, inside] for kind in kinds], axis=0)
            for resolution in (7, 8, 9, 10):
                counted = table.by_cell(asked, resolution=resolution)
                parents, at = np.unique(
                    grid.parents(cells10, resolution=resolution), return_inverse=True
                )
                sums = np.bincount(at, weights=expected.sum(axis=1))
                assert counted["n"].tolist() == sums[sums > 0].tolist()
                assert counted["cell"].tolist() == parents[sums > 0].tolist()
            months = table.by_month(asked)
            assert months["n"].tolist() == [n for n in expected.sum(axis=0) if n]
            lads = table.by_area(asked, ["lad:west", "lad:east"])
            assert lads.sum() == table.by_category(asked)["n"].sum() == expected.sum()
            assert table.totals(asked)["incidents"] == expected.sum()


def test_the_public_s_are_drawn_among_the_partners() -> None:
    rows = [seen(audience).shown_rows(Selection(())) for audience in ("partner", "public")]
    by = ["month", "category", "source", "grade", "place_id"]
    both = rows[1].merge(rows[0], on=by, how="left", suffixes=("", "_partner"))
    assert len(both) and (both["n"] % 10 == 0).all()
    assert (both["n"] / 10 <= both["n_partner"] / 5).all(), (
        "no incident that partners are not shown"
    )


@pytest.mark.parametrize("audience", AUDIENCES)
def test_who_learns_from_other_towns_does_no_better_than_a_guess(audience: str) -> None:
    """Everything that is shown around a number, weighed as well as a machine can learn to, against
    the mean alone.
    """
    k = int(np.prod(STEPS[audience]))
    found, true, mean = learned(audience, train=2, test=2, seed=SEED, rounds=25, width=0.06)
    (exact, some), (exact_guess, some_guess) = scores(found, true), scores(chances(mean, k), true)
    assert len(true) > 4_000
    assert exact < exact_guess + 0.015 and some < some_guess + 0.015, (
        exact,
        exact_guess,
        some,
        some_guess,
    )


@pytest.mark.parametrize("audience", AUDIENCES)
def test_sums_stay_near_the_truth_and_right_on_average(audience: str) -> None:
    k, exact, table = int(np.prod(STEPS[audience])), made().exact, seen(audience)
    asked = Selection((KINDS[0],))
    for areas, within in (((), 3 * k), (("lad:west",), 3 * k), (("lad:east",), 3 * k)):
        chosen = Selection((KINDS[0],), areas=areas)
        true, told = (new_rule(t, list(areas))(np.arange(len(areas))) for t in (exact, table))
        assert (np.abs(told - true) <= 3 * k).all(), "months of a local authority"
        assert abs(table.totals(chosen)["incidents"] - exact.totals(chosen)["incidents"]) <= within
    true = exact.cell_months(asked, made().cells, resolution=9)
    told = table.cell_months(asked, made().cells, resolution=9)
    error = (told - true).sum(axis=1)
    spread = np.sqrt((k - 1) * true.sum(axis=1).mean())
    assert abs(error.mean()) < 0.1 * k and error.std() < 0.75 * spread, (
        "a year is nearer than twelve draws would be"
    )


def test_new_months_change_nothing_of_the_old() -> None:
    """Who keeps last month's tables gets no second look at what was in them."""
    longer, shorter = (
        town(SEED, months=MONTHS, width=0.06, held=held) for held in (MONTHS, MONTHS - 1)
    )
    last = shorter.exact.months[-1].astype(object)
    both = [
        shown(one, "public", SEED).shown_rows(Selection((), last=last)) for one in (longer, shorter)
    ]
    assert both[0].to_csv() == both[1].to_csv() and len(both[0])
