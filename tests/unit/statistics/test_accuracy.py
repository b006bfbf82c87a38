"""How forecasts are marked: the worked examples, unequal cells, and the edges of the budget."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.accuracy import (
    calibration_ratio,
    capture_at,
    capture_curve,
    cells_in_share,
    chosen_parts,
    most_possible,
    order_worst_first,
    pai,
    pei_star,
    rri_recapture,
)


def test_three_cells() -> None:
    observed, predicted, areas = np.array([6, 3, 0]), np.array([3, 2, 1]), np.ones(3)
    order = order_worst_first(predicted, observed, areas)
    curve = capture_curve(order, observed, areas)
    assert order.tolist() == [0, 1, 2]
    assert curve.pai == pytest.approx([2, 1.5, 1])
    assert curve.pei == pytest.approx([1, 1, 1])
    assert calibration_ratio(np.cumsum(predicted), np.cumsum(observed)) == pytest.approx(
        [0.5, 0.5556, 0.6667], abs=5e-5
    )


def test_ties_are_broken_worst_first() -> None:
    observed, predicted, areas = (
        np.array([6, 7, 3, 2, 1, 0]),
        np.array([8, 4, 4, 2, 1, 0]),
        np.full(6, 0.095),
    )
    order = order_worst_first(predicted, observed, areas)
    curve = capture_curve(order, observed, areas)
    assert (order + 1).tolist() == [1, 3, 2, 4, 5, 6]
    assert curve.pai == pytest.approx([1.8947, 1.4211, 1.6842, 1.4211, 1.2, 1], abs=5e-5)
    assert curve.pei == pytest.approx([0.8571, 0.6923, 1, 1, 1, 1], abs=5e-5)
    assert curve.incidents.tolist() == [6, 9, 16, 18, 19, 19]
    assert curve.capture[-1] == curve.area_share[-1] == 1


def test_worst_first_goes_by_incidents_per_area() -> None:
    # The second cell caught more incidents, but on four times the area.
    assert order_worst_first([1, 1, 1], [3, 4, 0], [1, 4, 1]).tolist() == [2, 1, 0]


def test_a_perfect_forecast_with_equal_cells() -> None:
    counts = np.random.default_rng(1).poisson(3, 50)
    curve = capture_curve(np.argsort(-counts), counts, np.full(50, 0.0949))
    assert curve.pei == pytest.approx(np.ones(50))
    best = np.cumsum(np.sort(counts)[::-1]) / counts.sum()
    assert curve.capture == pytest.approx(best)


def test_the_efficiency_of_unequal_cells_goes_by_density() -> None:
    counts, areas = [6, 8, 1], [1, 4, 5]
    # Area 4: the densest cell (6 on 1) and three quarters of the next (8 on 4).
    assert pei_star(8, 4, counts, areas) == pytest.approx(8 / (6 + 6))
    assert pei_star(6, 1, counts, areas) == 1
    assert pei_star([6, 8], [1, 4], counts, areas) == pytest.approx([1, 8 / 12])


def test_no_choice_of_whole_cells_is_better_than_the_best() -> None:
    counts, areas = np.array([5, 4, 3, 8, 1]), np.array([1.0, 0.7, 1.3, 2.1, 0.4])
    for size in range(1, 6):
        for chosen in itertools.combinations(range(5), size):
            some = list(chosen)
            n, area = counts[some].sum(), areas[some].sum()
            rivals = [
                counts[list(c)].sum()
                for r in range(6)
                for c in itertools.combinations(range(5), r)
                if areas[list(c)].sum() <= area + 1e-12
            ]
            assert pei_star(n, area, counts, areas) <= n / max(rivals) + 1e-12


def test_pai_is_a_ratio_of_densities() -> None:
    assert pai(41, 100, 2.6, 100) == pytest.approx(41 / 2.6)
    assert np.isnan(pai(0, 0, 1, 10)) and np.isnan(pai(0, 5, 0, 10))
    assert pai([1, 2], 4, [1, 1], 8) == pytest.approx([2, 4])


def test_the_two_ratios_that_others_call_rri_are_two_things() -> None:
    # 20 of 100 fell there before, 15 of 150 after: half the share.
    assert rri_recapture(20, 15, 100, 150) == pytest.approx(0.5)
    assert calibration_ratio(20, 15) == pytest.approx(4 / 3)
    assert np.isnan(rri_recapture(0, 15, 100, 150)) and np.isnan(calibration_ratio(3, 0))


@pytest.mark.parametrize(
    ("cells", "share", "expected"),
    [
        (100, 0.01, 1),
        (99, 0.01, 1),
        (199, 0.01, 1),
        (200, 0.01, 2),
        (100, 0.29, 29),
        (100, 0.07, 7),
        (3, 1, 3),
        (1, 0.5, 1),
        (9_499, 0.02, 189),
        (9_499, 0.05, 474),
    ],
)
def test_a_share_is_whole_cells_and_at_least_one(cells: int, share: float, expected: int) -> None:
    assert cells_in_share(cells, share) == expected


@pytest.mark.parametrize("share", [0, -0.1, 1.01, float("nan")])
def test_what_is_no_share_is_refused(share: float) -> None:
    with pytest.raises(UserError, match="above 0 and at most 1"):
        cells_in_share(10, share)


def test_capture_at_a_share() -> None:
    observed, predicted = np.array([6, 7, 3, 2, 1, 0]), np.array([8, 4, 4, 2, 1, 0])
    areas = np.array([1, 1, 1, 1, 1, 5.0])
    order = order_worst_first(predicted, observed, areas)
    # Half of six cells is three; they are three tenths of the area.
    found = capture_at(order, observed, areas, 0.5)
    assert (found.cells, found.area, found.incidents) == (3, 3, 16)
    assert (found.area_share, found.capture) == pytest.approx((0.3, 16 / 19))
    assert found.pai == pytest.approx(16 / 19 / 0.3)
    assert found.pei == 1
    assert capture_at(order, observed, areas, 0.49).cells == 2
    assert capture_at(order, observed, areas, 0.0001).cells == 1
    curve = capture_curve(order, observed, areas)
    assert (curve.capture[2], curve.pai[2], curve.pei[2]) == pytest.approx(
        (found.capture, found.pai, found.pei)
    )


def test_a_month_in_which_nothing_happened_has_no_score() -> None:
    found = capture_at([1, 0], [0, 0], [1, 1], 0.5)
    assert np.isnan([found.capture, found.pai, found.pei]).all()
    assert found.incidents == 0 and found.area_share == 0.5


def test_incidents_outside_the_cells_count_and_cannot_be_caught() -> None:
    order, counts, areas = [0, 1, 2, 3], [6, 2, 0, 0], [1, 1, 1, 1]
    found = capture_at(order, counts, areas, 0.25, elsewhere=4)
    assert (found.capture, found.pai, found.pei) == pytest.approx((0.5, 2, 1))
    assert capture_curve(order, counts, areas, elsewhere=4).capture == pytest.approx(
        [0.5, 2 / 3, 2 / 3, 2 / 3]
    )
    assert capture_at(order, [0] * 4, areas, 0.25, elsewhere=4).capture == 0
    for bad in (-1, float("nan")):
        with pytest.raises(UserError, match="elsewhere are negative or missing"):
            capture_curve(order, counts, areas, elsewhere=bad)


def test_no_cells() -> None:
    assert capture_curve([], [], []).pai.shape == (0,)
    assert order_worst_first([], [], []).shape == (0,)
    with pytest.raises(UserError, match="no cells to choose from"):
        capture_at([], [], [], 0.1)


@pytest.mark.parametrize(
    ("order", "counts", "areas", "match"),
    [
        ([0, 0], [1, 2], [1, 1], "does not name every cell once"),
        ([0], [1, 2], [1, 1], "does not name every cell once"),
        ([0, 2], [1, 2], [1, 1], "does not name every cell once"),
        ([0, -1], [1, 2], [1, 1], "does not name every cell once"),
        ([0, 1], [1, -2], [1, 1], "negative or missing"),
        ([0, 1], [1, np.nan], [1, 1], "negative or missing"),
        ([0, 1], [1, 2], [1, 0], "has no area"),
        ([0, 1], [1, 2], [1, np.nan], "has no area"),
        ([0, 1], [1, 2], [1], "differ in number"),
    ],
)
def test_what_does_not_fit_is_refused(order: list, counts: list, areas: list, match: str) -> None:
    with pytest.raises(UserError, match=match):
        capture_curve(order, counts, areas)
    with pytest.raises(UserError, match=match):
        capture_at(order, counts, areas, 0.5)


def test_a_missing_score_is_refused() -> None:
    for score in ([1], [1, np.nan]):
        with pytest.raises(UserError, match="has no score"):
            order_worst_first(score, [1, 2], [1, 1])


def test_the_last_places_are_shared_among_equals() -> None:
    assert chosen_parts([5, 2, 2, 2, 1], 2) == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3, 0])
    assert chosen_parts([5, 2, 2, 2, 1], 4) == pytest.approx([1, 1, 1, 1, 0])
    assert chosen_parts([1, 1], 2).tolist() == [1, 1]
    assert chosen_parts([1, 2], 0).tolist() == [0, 0]


def test_shared_places_hold_the_mean_of_every_way_to_break_the_tie() -> None:
    score, counts = np.array([3, 1, 1, 1, 0]), np.array([4, 0, 6, 3, 9])
    ways = [4 + counts[list(two)].sum() for two in itertools.combinations([1, 2, 3], 2)]
    assert chosen_parts(score, 3) @ counts == pytest.approx(np.mean(ways))
    worst = capture_curve(
        order_worst_first(score, counts, np.ones(5)), counts, np.ones(5)
    ).incidents[2]
    assert worst == min(ways) < np.mean(ways)


def test_a_choice_that_cannot_be() -> None:
    for cells in (-1, 3):
        with pytest.raises(UserError, match="cannot be chosen of 2"):
            chosen_parts([1, 2], cells)
    with pytest.raises(UserError, match="has no score"):
        chosen_parts([1, np.nan], 1)


def test_the_most_that_an_area_could_hold() -> None:
    assert most_possible([1, 4, 5, 10], [6, 8, 1], [1, 4, 5]) == pytest.approx([6, 12, 14, 15])
