"""What must hold of the marks of any forecast."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.statistics.accuracy import capture_at, capture_curve, chosen_parts, order_worst_first

CELLS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 40), st.floats(0.05, 20, allow_subnormal=False)),
    min_size=1,
    max_size=30,
)


def columns(cells: list[tuple[int, int, float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    score, counts, areas = (np.array(column, dtype=float) for column in zip(*cells, strict=True))
    return score, counts, areas


@given(CELLS)
def test_a_curve_rises_to_everything(cells: list[tuple[int, int, float]]) -> None:
    score, counts, areas = columns(cells)
    curve = capture_curve(order_worst_first(score, counts, areas), counts, areas)
    assert (np.diff(curve.incidents) >= 0).all() and (np.diff(curve.area) > 0).all()
    assert curve.area_share[-1] == pytest.approx(1)
    if counts.sum():
        assert (curve.capture[-1], curve.pai[-1], curve.pei[-1]) == pytest.approx((1, 1, 1))
        assert ((curve.pei >= 0) & (curve.pei <= 1)).all()
    else:
        assert (
            np.isnan(curve.capture).all()
            and np.isnan(curve.pai).all()
            and np.isnan(curve.pei).all()
        )


@given(CELLS, st.floats(0.001, 1))
def test_a_share_is_a_point_of_the_curve(cells: list[tuple[int, int, float]], share: float) -> None:
    score, counts, areas = columns(cells)
    order = order_worst_first(score, counts, areas)
    found, curve = capture_at(order, counts, areas, share), capture_curve(order, counts, areas)
    k = found.cells - 1
    assert 1 <= found.cells <= max(1, share * len(cells) + 1e-6)
    expected = (curve.area_share[k], curve.capture[k], curve.pai[k], curve.pei[k])
    assert (found.area_share, found.capture, found.pai, found.pei) == pytest.approx(
        expected, nan_ok=True
    )


@given(CELLS, st.integers(1, 50), st.floats(0.01, 100))
def test_the_units_do_not_matter(
    cells: list[tuple[int, int, float]], more: int, unit: float
) -> None:
    score, counts, areas = columns(cells)
    order = order_worst_first(score, counts, areas)
    one, other = (
        capture_curve(order, counts, areas),
        capture_curve(order, counts * more, areas * unit),
    )
    for name in ("area_share", "capture", "pai", "pei"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), nan_ok=True)


@given(CELLS, st.randoms(use_true_random=False))
def test_the_order_the_cells_stand_in_gains_nothing(
    cells: list[tuple[int, int, float]], random: object
) -> None:
    score, counts, areas = columns(cells)
    place = list(range(len(cells)))
    random.shuffle(place)  # type: ignore[attr-defined]
    one = capture_curve(order_worst_first(score, counts, areas), counts, areas)
    moved = capture_curve(
        order_worst_first(score[place], counts[place], areas[place]), counts[place], areas[place]
    )
    # Cells of equal score and equal density may still swap: at the end of each score both curves
    # have the same cells.
    ends = np.cumsum(np.unique(-score, return_counts=True)[1]) - 1
    assert moved.incidents[ends] == pytest.approx(one.incidents[ends])
    assert moved.area[ends] == pytest.approx(one.area[ends])
    assert moved.pai[ends] == pytest.approx(one.pai[ends], nan_ok=True)


@given(CELLS, st.randoms(use_true_random=False))
def test_no_other_way_to_break_ties_is_worse(
    cells: list[tuple[int, int, float]], random: object
) -> None:
    score, counts, _ = columns(cells)
    areas = np.ones(len(cells))
    luck = list(range(len(cells)))
    random.shuffle(luck)  # type: ignore[attr-defined]
    any_order = np.lexsort((luck, -score))
    worst = capture_curve(order_worst_first(score, counts, areas), counts, areas)
    assert (worst.incidents <= capture_curve(any_order, counts, areas).incidents).all()


@given(CELLS, st.data())
def test_equal_scores_have_equal_parts(
    cells: list[tuple[int, int, float]], data: st.DataObject
) -> None:
    score, _, _ = columns(cells)
    k = data.draw(st.integers(0, len(cells)))
    parts = chosen_parts(score, k)
    assert parts.sum() == pytest.approx(k) and ((parts >= 0) & (parts <= 1)).all()
    for value in np.unique(score):
        assert len(set(parts[score == value].tolist())) == 1
    assert (np.diff(parts[np.argsort(score, kind="stable")]) >= 0).all()
