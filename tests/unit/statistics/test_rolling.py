"""Rolling through the months: nothing of a scored month is known, and the simple rankings are plain
sums.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapely.geometry import box

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.statistics.kernel_density import kernel_weights
from vrp_map.statistics.rolling import (
    ALL_HISTORY,
    GI_STAR,
    LAST_MONTH,
    OURS,
    History,
    Score,
    against,
    rankings,
    roll,
)

CELLS = grid.lattice([box(-1.98, 52.44, -1.86, 52.52)], resolution=9)
SHARES = (0.01, 0.05)


def made_up(seed: int, *, months: int = 5, mean: float = 0.8) -> History:
    random = np.random.default_rng(seed)
    rates = random.gamma(0.4, mean / 0.4, len(CELLS))
    lon, lat = grid.centres(CELLS)
    weights = kernel_weights(lon * 67_800, lat * 111_200, bandwidth_m=600)
    own = random.poisson(rates, (months, len(CELLS)))
    others = random.poisson(rates * 2, (1, months, len(CELLS)))
    return History(
        own,
        others,
        ("other",),
        grid.neighbour_index(CELLS),
        {"kernel": weights},
        grid.areas_km2(CELLS),
    )


def of(scores: list[Score], method: str, share: float) -> list[Score]:
    return [s for s in scores if s.method == method and s.share == share]


@pytest.mark.parametrize("growing", [False, True])
def test_the_simple_rankings_are_plain_sums(growing: bool) -> None:
    """The same in ten lines, without anything of the back-test."""
    history = made_up(1, mean=0.1)
    scores, _ = roll(history, shares=SHARES, growing=growing)
    for method, known in (
        (LAST_MONTH, lambda own, t: own[t - 1]),
        (ALL_HISTORY, lambda own, t: own[:t].sum(axis=0)),
    ):
        for share in SHARES:
            plain = []
            for t in range(1, 5):
                seen = history.own[:t].sum(axis=0) + history.others[0, :t].sum(axis=0) > 0
                cells = np.flatnonzero(seen) if growing else np.arange(len(CELLS))
                score, now, areas = (
                    known(history.own, t)[cells],
                    history.own[t][cells],
                    history.areas[cells],
                )
                k = max(1, int(share * len(cells)))
                last = np.sort(score)[::-1][k - 1]
                above, tied = score > last, score == last
                left = k - above.sum()
                held = now[above].sum() + left * now[tied].mean()
                km2 = areas[above].sum() + left * areas[tied].mean()
                plain.append(
                    (
                        t,
                        held,
                        history.own[t].sum(),
                        held / history.own[t].sum() / (km2 / areas.sum()),
                    )
                )
            found = [(s.month, s.captured, s.n, s.pai) for s in of(scores, method, share)]
            assert np.array(found) == pytest.approx(np.array(plain))


def test_the_best_is_what_as_large_an_area_could_have_held() -> None:
    history = replace(made_up(1), areas=np.ones(len(CELLS)))
    for s in roll(history, shares=SHARES)[0]:
        best = np.sort(history.own[s.month])[::-1][: s.chosen].sum()
        assert (s.best, s.pei) == pytest.approx((best, s.captured / best))


@pytest.mark.parametrize("growing", [False, True])
def test_nothing_of_the_scored_month_or_later_is_known(growing: bool) -> None:
    history = made_up(2)
    changed = replace(history, own=history.own.copy(), others=history.others.copy())
    changed.own[3:] = changed.own[3:][:, ::-1] * 5
    changed.others[:, 3:] = 0
    before, _ = roll(history, shares=SHARES, growing=growing)
    after, _ = roll(changed, shares=SHARES, growing=growing)
    pairs = [(a, b) for a, b in zip(before, after, strict=True) if a.month <= 3]
    assert {a.month for a, _ in pairs} == {1, 2, 3}
    assert all(np.array_equal(a.parts, b.parts) for a, b in pairs)
    assert any(
        not np.array_equal(a.parts, b.parts)
        for a, b in zip(before, after, strict=True)
        if a.month == 4
    )


def test_every_ranking_is_scored_on_every_month() -> None:
    history = made_up(3)
    scores, notes = roll(history, shares=SHARES, first=2)
    assert (
        {s.method for s in scores}
        == set(rankings(("kernel",)))
        == {
            LAST_MONTH,
            ALL_HISTORY,
            "kernel",
            GI_STAR,
            OURS,
        }
    )
    assert sorted({s.month for s in scores}) == [2, 3, 4]
    assert len(scores) == 3 * 5 * 2 and not notes
    assert all(0 <= s.captured <= s.best + 1e-9 <= s.n + 1e-9 for s in scores)


def test_among_cells_seen_so_far_others_cannot_be_chosen_but_count() -> None:
    history = made_up(4, months=3, mean=0.1)
    scores, _ = roll(history, shares=(1.0,), growing=True)
    first = of(scores, ALL_HISTORY, 1.0)[0]
    seen = (history.own[0] + history.others[0, 0]) > 0
    assert len(first.cells) == seen.sum() < len(CELLS)
    assert first.captured == history.own[1][seen].sum() < first.n == history.own[1].sum()


def test_neighbours_follow_the_cells_that_are_left() -> None:
    history = made_up(5)
    kept = np.random.default_rng(0).random(len(CELLS)) < 0.6
    smaller = history.before(3, kept)
    assert np.array_equal(smaller.neighbours, grid.neighbour_index(CELLS[kept]))
    assert smaller.own.shape == (3, kept.sum())
    assert abs(smaller.kernels["kernel"] - history.kernels["kernel"][kept][:, kept]).max() == 0


def test_a_short_history_says_so() -> None:
    own = np.zeros((3, len(CELLS)), dtype=np.int64)
    own[:, 7] = 4
    history = replace(
        made_up(1), own=own, others=np.zeros((0, 3, len(CELLS)), dtype=np.int64), names=()
    )
    scores, notes = roll(history, shares=(0.01,))
    assert set(notes) == {1, 2} and "too little to learn from" in notes[1]
    assert [s.captured for s in of(scores, OURS, 0.01)] == [4, 4]


def test_too_few_months() -> None:
    with pytest.raises(UserError, match="5 months are not enough"):
        roll(made_up(1), shares=SHARES, first=5)
    with pytest.raises(UserError, match="1 month is not enough"):
        roll(made_up(1, months=1), shares=SHARES)


def scored(month: int, *chosen: int) -> Score:
    return Score(
        month, "any", 0.01, np.array(chosen), np.ones(len(chosen)), 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0
    )


def test_against_by_hand() -> None:
    """Cells 0 and 1 against 0 and 2, in two months: 10 + 4 + 10 + 2 = 26 against 10 + 3 + 10 + 1 =
    24.
    """
    history = replace(made_up(1), own=np.array([[10, 4, 3, 0], [10, 2, 1, 0]]))
    both = [replace(scored(t, 0, 1), captured=int(history.own[t, [0, 1]].sum())) for t in (0, 1)]
    rival = [replace(scored(t, 0, 2), captured=int(history.own[t, [0, 2]].sum())) for t in (0, 1)]
    found = against(history, both, rival)
    gain = 26 / 24 - 1
    # Of each cell what it holds for the one, less (1 + gain) times what it holds for the other.
    rest = np.array([20 - 20 * (1 + gain), 6, -4 * (1 + gain)])
    # The months, 14 against 13 and 12 against 11, differ less.
    error = np.sqrt((rest**2).sum()) / 24
    assert found.gain == pytest.approx(gain)
    assert (found.low, found.high) == pytest.approx((gain - 1.96 * error, gain + 1.96 * error))
    assert (found.ahead, found.behind, found.verdict) == (2, 0, "level")


def test_against_agrees_with_a_bootstrap_over_cells() -> None:
    history = made_up(6, months=8)
    scores, _ = roll(history, shares=(0.05,))
    mine, rival = of(scores, ALL_HISTORY, 0.05), of(scores, LAST_MONTH, 0.05)
    found = against(history, mine, rival)
    a, b = np.zeros(len(CELLS)), np.zeros(len(CELLS))
    for x, y in zip(mine, rival, strict=True):
        a[x.cells] += x.parts * history.own[x.month][x.cells]
        b[y.cells] += y.parts * history.own[y.month][y.cells]
    drawn = np.random.default_rng(11).multinomial(
        len(CELLS), np.full(len(CELLS), 1 / len(CELLS)), size=4000
    )
    gains = (drawn @ a) / (drawn @ b) - 1
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(gains.std(), rel=0.15)
    assert found.verdict == "more" and found.low > 0


def test_a_lone_cell_is_as_uncertain_as_its_months() -> None:
    """Both hold only cell 0, one of them in the first two months: 5 + 1 + 0 against 5 + 1 + 3."""
    history = replace(made_up(1), own=np.array([[5, 0], [1, 0], [3, 0]]))
    always = [replace(scored(t, 0), captured=int(history.own[t, 0])) for t in range(3)]
    found = against(history, [*always[:2], scored(2, 1)], always)
    assert found.gain == pytest.approx(-1 / 3)
    # Over the cells nothing is left: 6 less two thirds of 9. Over the months 5/3, 1/3 and -2.
    assert found.high - found.gain == pytest.approx(1.96 * np.sqrt(62 / 9) / 9)


def test_against_itself_is_level() -> None:
    history = made_up(6)
    scores, _ = roll(history, shares=(0.05,))
    mine = of(scores, OURS, 0.05)
    found = against(history, mine, mine)
    assert (found.gain, found.low, found.high, found.ahead, found.behind) == (0, 0, 0, 0, 0)
    assert found.verdict == "level"
    with pytest.raises(UserError, match="not scored on the same months"):
        against(history, mine, mine[1:])


def test_against_a_rival_that_captured_nothing() -> None:
    history = replace(made_up(1), own=np.zeros((2, 4), dtype=np.int64))
    found = against(history, [scored(0, 1)], [scored(0, 2)])
    assert np.isnan(found.gain) and found.verdict == "level"
