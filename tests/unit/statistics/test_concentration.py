"""How much of the incidents is in how few cells."""

from __future__ import annotations

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.concentration import (
    cells_holding,
    concentration,
    curve,
    generalised_gini,
    gini,
    share_in_top,
)

TEN = [22, 18, 17, 12, 11, 8, 6, 3, 2, 1]


def plain_gini(counts: list[int]) -> float:
    """The mean absolute difference of all pairs over twice the mean."""
    values = np.asarray(counts, dtype=float)
    return float(np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean()))


def test_the_curve() -> None:
    cells, incidents = curve([1, 0, 3, 0, 6])
    assert cells == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert incidents == pytest.approx([0, 0.6, 0.9, 1, 1, 1])


def test_the_share_in_the_busiest_cells() -> None:
    assert share_in_top(TEN, 0.1) == pytest.approx(0.22)
    assert share_in_top(TEN, 0.2) == pytest.approx(0.40)
    assert share_in_top(TEN, 1) == pytest.approx(1)
    # Half a cell holds half of that cell's incidents, as the curve does.
    assert share_in_top(TEN, 0.15) == pytest.approx(0.31)
    assert share_in_top([4, 0, 0, 0], 0.125) == pytest.approx(0.5)


def test_the_share_of_cells_that_holds_a_share_of_the_incidents() -> None:
    assert cells_holding(TEN, 0.5) == pytest.approx(0.3)
    assert cells_holding(TEN, 0.25) == pytest.approx(0.2)
    assert cells_holding(TEN, 0.4) == pytest.approx(0.2)
    assert cells_holding(TEN, 0.41) == pytest.approx(0.3)
    assert cells_holding(TEN, 1) == pytest.approx(1)
    assert cells_holding([5, 5, 0, 0], 1) == pytest.approx(0.5)
    # 0.07 x 100 is a little over 7 in a computer.
    assert cells_holding([1] * 100, 0.07) == pytest.approx(0.07)


def test_gini_of_ten_places() -> None:
    assert gini(TEN) == pytest.approx(plain_gini(TEN)) == pytest.approx(0.392)
    assert generalised_gini(TEN) == gini(TEN)
    assert gini([7, 7, 7]) == pytest.approx(0)
    assert gini([10, *[0] * 9]) == pytest.approx(0.9)


def test_gini_with_fewer_incidents_than_places() -> None:
    # Bernasco and Steenbeek's example of 10 places and 3 + 1 + 1 incidents: G = .78. The package's
    # figure says G' = .58; by their own formula it is 10/5 (.78 - 1) + 1 = .56, and so it is by the
    # areas of the curve: (.89 - .75) / (1 - .75).
    assert gini([3, 1, 1, *[0] * 7]) == pytest.approx(0.78)
    assert generalised_gini([3, 1, 1, *[0] * 7]) == pytest.approx(0.56)
    assert gini([5, 2, 1, *[0] * 7]) == pytest.approx(0.8)
    assert generalised_gini([5, 2, 1, *[0] * 7]) == pytest.approx(0.75)


def test_one_incident_in_each_of_some_places_is_as_even_as_can_be() -> None:
    assert generalised_gini([1] * 10) == pytest.approx(0)
    assert generalised_gini([1] * 5 + [0] * 5) == pytest.approx(0)
    assert generalised_gini([1, *[0] * 99]) == pytest.approx(0)
    assert generalised_gini([5, *[0] * 9_999]) == pytest.approx(0.8)


@pytest.mark.parametrize("counts", [[], [0], [0, 0, 0]])
def test_without_incidents_there_is_nothing_to_say(counts: list[int]) -> None:
    assert np.isnan(
        [
            gini(counts),
            generalised_gini(counts),
            share_in_top(counts, 0.5),
            cells_holding(counts, 0.5),
        ]
    ).all()
    assert np.isnan(curve(counts)[1][1:]).all()
    found = concentration(counts, worlds=3)
    assert (found.incidents, found.cells) == (0, len(counts))
    assert np.isnan(
        [found.gini.value, found.gini.low, found.holding[0.5].high, found.top[0.01].value]
    ).all()


def test_one_cell() -> None:
    found = concentration([9], worlds=10)
    assert (found.gini.value, found.gini.scatter, found.gini.low, found.gini.high) == (0, 0, 0, 0)
    assert found.holding[0.5].value == 1
    assert found.top[0.05].value == pytest.approx(0.05)


def test_all_figures_at_once_are_the_single_ones() -> None:
    counts = np.random.default_rng(1).poisson(0.4, 500)
    found = concentration(counts, worlds=50)
    assert found.gini.value == pytest.approx(generalised_gini(counts))
    assert list(found.holding) == [0.5, 0.25]
    assert list(found.top) == [0.01, 0.02, 0.05]
    for share, estimate in found.holding.items():
        assert estimate.value == pytest.approx(cells_holding(counts, share))
    for share, estimate in found.top.items():
        assert estimate.value == pytest.approx(share_in_top(counts, share))
    assert (found.incidents, found.cells) == (counts.sum(), 500)


def test_the_scatter_is_incidents_thrown_anywhere_written_out() -> None:
    counts = np.array([9, 0, 4, 2, 0, 1])
    found = concentration(counts, worlds=200, seed=8, confidence=0.9)
    random = np.random.default_rng(8)
    thrown = [generalised_gini(random.multinomial(16, [1 / 6] * 6)) for _ in range(200)]
    low, high = np.quantile(thrown, [0.05, 0.95])
    assert (found.gini.scatter, found.gini.low, found.gini.high) == pytest.approx(
        (np.mean(thrown), low, high)
    )
    assert found == concentration(counts, worlds=200, seed=8, confidence=0.9)
    assert found != concentration(counts, worlds=200, seed=9, confidence=0.9)


def test_a_few_random_incidents_in_many_cells_do_not_look_gathered() -> None:
    """690 incidents of the audit: half of them are in 3 to 4 of 100 hexagons, and scatter alone
    says the same.
    """
    counts = np.random.default_rng(690).multinomial(690, [1 / 9_553] * 9_553)
    half = concentration(counts, worlds=99).holding[0.5]
    assert half.value < 0.04
    assert half.low <= half.value <= half.high


def test_what_a_sample_stands_for_is_taken_off_before_it_is_scattered() -> None:
    """One incident in ten shown, each as 10: thrown as 690 they would look gathered."""
    drawn = np.random.default_rng(1).multinomial(69, [1 / 2_000] * 2_000)
    shown = concentration(10 * drawn, step=10, worlds=99)
    assert shown == concentration(drawn, worlds=99)
    assert concentration(10 * drawn, worlds=99).gini.low > shown.gini.low
    with pytest.raises(UserError, match="not a whole number"):
        concentration([15], step=10)


def test_the_part_beyond_scatter() -> None:
    even, one = concentration([5] * 50, worlds=50), concentration([250, *[0] * 49], worlds=50)
    assert even.gini.beyond == 0
    assert one.gini.beyond == pytest.approx((0.98 - one.gini.scatter) / (1 - one.gini.scatter))


@pytest.mark.parametrize("counts", [[-1], [0.5], [np.nan], [[1, 2]]])
def test_what_is_no_count_is_refused(counts: list) -> None:
    for figure in (gini, generalised_gini, curve, concentration):
        with pytest.raises(UserError, match="negative, missing or not a whole number"):
            figure(counts)


@pytest.mark.parametrize("share", [0, -0.1, 1.1, np.nan])
def test_what_is_no_share_is_refused(share: float) -> None:
    for figure in (share_in_top, cells_holding):
        with pytest.raises(UserError, match="is not a share"):
            figure([1, 2], share)
    with pytest.raises(UserError, match="is not a share"):
        concentration([1, 2], top=(share,))


@pytest.mark.parametrize("change", [{"worlds": 0}, {"confidence": 1.0}])
def test_an_interval_from_nothing_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(UserError, match="needs one world or more"):
        concentration([1, 2], **change)  # type: ignore[arg-type]
