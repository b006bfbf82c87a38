"""How much more than chance monthly counts vary."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from vrp_map.errors import UserError
from vrp_map.statistics.dispersion import (
    USUAL,
    months_needed,
    neighbouring_dispersion,
    own_dispersion,
    paired_dispersion,
)
from vrp_map.statistics.trend import compare

NOW = [12, 9, 14, 30, 11, 8, 10, 15, 9, 28, 13, 11]
BEFORE = [10, 11, 9, 12, 25, 10, 9, 8, 27, 10, 12, 9]


def test_pairs_of_months_are_pearson_s_chi_square_of_the_table() -> None:
    table = np.array([NOW, BEFORE])
    oracle = chi2_contingency(table, correction=False)
    assert oracle.dof == 11
    found = paired_dispersion([NOW], [BEFORE])
    assert found[0] == pytest.approx(oracle.statistic / 11)
    # By hand: 40.15 / 11.
    assert found[0] == pytest.approx(3.08, abs=0.01)


def test_neighbours_by_hand() -> None:
    months = [[4, 6, 6, 6, 2, 8, 8, 5]]
    by_hand = ((2**2) / 10 + 0 + 0 + 4**2 / 8 + 6**2 / 10 + 0 + 3**2 / 13) / 7
    assert neighbouring_dispersion(months)[0] == pytest.approx(max(1.0, by_hand))
    wilder = [[4, 16, 3, 19, 2, 18, 4, 15]]
    pairs = [(4, 16), (16, 3), (3, 19), (19, 2), (2, 18), (18, 4), (4, 15)]
    assert neighbouring_dispersion(wilder)[0] == pytest.approx(
        sum((b - a) ** 2 / (a + b) for a, b in pairs) / 7
    )


def test_the_step_between_the_periods_is_left_out() -> None:
    # Level 4 for 6 months, then 400: the one difference that the comparison judges must not hide
    # itself.
    months = [[4, 5, 4, 3, 4, 4, 400, 401, 399, 400, 400, 402]]
    assert neighbouring_dispersion(months)[0] > 30
    assert neighbouring_dispersion(months, leave_out=6)[0] == 1.0
    assert own_dispersion(months, length=6).dispersion.tolist() == [1.0]


def test_season_and_level_are_no_dispersion_between_years() -> None:
    season = np.array([5, 8, 20, 40, 80, 100, 100, 80, 40, 20, 8, 5])
    assert paired_dispersion([2 * season], [season])[0] == 1.0


def test_periods_of_whole_years_are_paired_and_others_not() -> None:
    season = [5, 80] * 12
    assert own_dispersion([season], length=12).dispersion.tolist() == [1.0]
    assert own_dispersion([season], length=1).dispersion[0] == pytest.approx(
        66.2
    )  # 75² / 85, rounded up
    assert (months_needed(12), months_needed(36), months_needed(1), months_needed(18)) == (
        24,
        72,
        24,
        36,
    )


def test_only_the_months_that_matter_are_looked_at() -> None:
    wild = [1, 500] * 6
    assert own_dispersion([[*wild, *[20] * 24]], length=12).dispersion.tolist() == [1.0]
    assert own_dispersion([[*wild, *[20] * 24]], length=1).dispersion.tolist() == [1.0]


def test_it_is_rounded_up_to_a_tenth_and_never_below_one() -> None:
    exact = paired_dispersion([NOW], [BEFORE])[0]
    shown = own_dispersion([[*BEFORE, *NOW]], length=12).dispersion[0]
    assert exact <= shown < exact + 0.1
    assert shown * 10 == pytest.approx(round(shown * 10))
    assert own_dispersion([[20] * 24], length=12).dispersion.tolist() == [1.0]


@pytest.mark.parametrize("months", [[[0] * 24], [[0] * 23 + [40]], [[3, 4] + [0] * 22]])
def test_what_tells_too_little_is_taken_as_recorded_crime_usually_is(
    months: list[list[int]],
) -> None:
    assert own_dispersion(months, length=12).dispersion.tolist() == [USUAL]
    assert own_dispersion(months, length=1).dispersion.tolist() == [USUAL]


def test_no_series_have_no_dispersion() -> None:
    assert own_dispersion(np.zeros((0, 24)), length=12).dispersion.shape == (0,)
    assert neighbouring_dispersion([[7]]).tolist() == [1.0]


@pytest.mark.parametrize(
    ("months", "length", "message"),
    [
        ([[1] * 23], 12, "fewer months than two periods"),
        ([[1] * 24], 0, "fewer months than two periods"),
        ([1] * 24, 12, "counts of 0 or more"),
        ([[-1] * 24], 12, "counts of 0 or more"),
        ([[float("nan")] * 24], 12, "counts of 0 or more"),
    ],
)
def test_wrong_months_are_refused(months: list[list[float]], length: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        own_dispersion(months, length=length)


def test_periods_of_different_length_are_refused() -> None:
    with pytest.raises(UserError, match="differ in length"):
        paired_dispersion([[1, 2]], [[1]])


@pytest.mark.parametrize("times", [1.0, 3.0])
@pytest.mark.parametrize("length", [1, 3, 12])
def test_chance_alone_is_seldom_called_a_change(times: float, length: int) -> None:
    """Counts with a variance of so many times a Poisson's, and no change at all: about 1 in 20 may
    be called one.

    Without the dispersion 1 in 4 would be.
    """
    rng = np.random.default_rng(7)
    mean, series = 60.0, 800
    if times == 1:
        months = rng.poisson(mean, (series, 24))
    else:
        months = rng.negative_binomial(mean / (times - 1), 1 / times, (series, 24))
    found = own_dispersion(months, length=length)
    now, before = months[:, -length:].sum(axis=1), months[:, -2 * length : -length].sum(axis=1)
    rows = zip(now, before, found.dispersion, found.freedom, strict=True)
    called = [compare(int(a), int(b), phi, freedom=known).p <= 0.05 for a, b, phi, known in rows]
    plain = [compare(int(a), int(b)).p <= 0.05 for a, b in zip(now, before, strict=True)]
    assert 0.01 < np.mean(called) < 0.06
    assert np.mean(plain) > 0.2 or times == 1


@pytest.mark.parametrize("times", [2.0, 5.0])
def test_both_find_the_dispersion_that_counts_were_made_with(times: float) -> None:
    rng = np.random.default_rng(3)
    months = rng.negative_binomial(80 / (times - 1), 1 / times, (3_000, 24))
    assert paired_dispersion(months[:, 12:], months[:, :12]).mean() == pytest.approx(
        times, rel=0.06
    )
    assert neighbouring_dispersion(months).mean() == pytest.approx(times, rel=0.06)
