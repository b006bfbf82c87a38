"""What happened after: nothing too early or of too few; chance is chance, a real fall is said."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from vrp_map.responses.after import AfterFigure, after_days, after_months, has_near

MONTHS = [date(2023 + n // 12, 1 + n % 12, 1) for n in range(40)]
HAPPENED = date(2026, 1, 15)  # the 37th month: three after it are in the data


@pytest.mark.parametrize(
    ("happened", "mean", "said"),
    [
        (date(2026, 3, 2), 40, "not in the data"),
        (date(2026, 4, 30), 40, "not in the data"),
        (date(2023, 9, 1), 40, "less than a year"),
        (HAPPENED, 2, "too few"),
        (HAPPENED, 0, "too few"),
    ],
)
def test_what_cannot_be_told_is_not_told(happened: date, mean: float, said: str) -> None:
    found = after_months(MONTHS, np.full(40, mean), happened=happened)
    assert said in found.sentence and found.ratio is None and found.incidents is None


def test_a_real_fall_and_a_real_rise_are_said_without_a_cause() -> None:
    counts = np.random.default_rng(3).poisson(40, 40).astype(float)
    for factor, said in ((0.4, "fewer"), (1.9, "more")):
        changed = counts.copy()
        changed[37:39] *= factor
        found = after_months(MONTHS, changed, happened=HAPPENED)
        assert said in found.sentence and "does not say why" in found.sentence


@pytest.mark.parametrize(("spread", "mean"), [(1.0, 20.0), (2.0, 20.0), (2.0, 60.0)])
def test_when_nothing_changed_few_changes_are_called(spread: float, mean: float) -> None:
    """A thousand rings each: 1.2% of Poisson counts, 4.6% of counts of twice that variance."""
    rng = np.random.default_rng(28)
    if spread == 1.0:
        counts = rng.poisson(mean, (1000, 40))
    else:
        p = 1 / spread
        counts = rng.negative_binomial(mean * p / (1 - p), p, (1000, 40))
    found = [after_months(MONTHS, row, happened=HAPPENED) for row in counts]
    called = np.mean(
        [one.ratio is not None and "does not say why" in one.sentence for one in found]
    )
    assert called < 0.07


def test_counts_that_stand_for_five_are_not_taken_for_five_times_as_sure() -> None:
    rng = np.random.default_rng(5)
    counts = 5 * rng.poisson(12, (1000, 40))
    found = [after_months(MONTHS, row, happened=HAPPENED, stands_for=5) for row in counts]
    told = [one for one in found if one.ratio]
    assert len(told) > 900
    assert np.mean(["does not say why" in one.sentence for one in told]) < 0.07


def test_a_month_that_nobody_delivered_is_neither_past_nor_after() -> None:
    counts = np.full(40, 40.0)
    counts[[10, 11, 37]] = 0
    lost = {MONTHS[10], MONTHS[11]}
    late = {"happened": date(2025, 10, 1), "missing": lost}
    assert after_months(MONTHS, counts, **late).expected == 80  # type: ignore[arg-type]
    found = after_months(MONTHS, counts, happened=HAPPENED, missing={MONTHS[37]})
    assert "not delivered" in found.sentence and found.ratio is None


FIRST, DAYS = date(2023, 1, 1), 1100
DAY = FIRST + timedelta(days=1050)  # a winter that begins: elsewhere the year is at its lowest


def season(strength: float) -> NDArray[np.float64]:
    return np.asarray(1 + strength * np.sin(2 * np.pi * np.arange(DAYS) / 365.25))


def daily(
    rng: np.random.Generator, mean: float, *, strength: float, runs: float
) -> NDArray[np.int64]:
    """Incidents of every day.

    Args:
        mean: in 28 days. runs: how many incidents come on one day together, at most 1 = one each.
    """
    days = rng.poisson(mean / 28 / runs * season(strength), DAYS)
    return days if runs == 1 else days * int(runs)


def after(here: ArrayLike, elsewhere: ArrayLike, day: date = DAY) -> AfterFigure:
    return after_days(here, elsewhere, first=FIRST, happened=(day, day))


@pytest.mark.parametrize(
    ("mean", "strength", "runs", "most"),
    [
        (8, 0.0, 1, 0.02),
        (20, 0.3, 1, 0.02),
        (60, 0.3, 1, 0.02),
        (20, 0.3, 2, 0.06),
        (60, 0.3, 2, 0.06),
    ],
)
def test_a_season_is_not_called_a_change(
    mean: float, strength: float, runs: float, most: float
) -> None:
    """500 rings each in which nothing happened but the season."""
    rng = np.random.default_rng(29)
    elsewhere = daily(rng, 2000, strength=strength, runs=1)
    found = [after(daily(rng, mean, strength=strength, runs=runs), elsewhere) for _ in range(500)]
    called = np.mean(["does not say why" in one.sentence for one in found])
    assert called <= most


def test_a_real_change_of_days_is_said_with_its_figure() -> None:
    rng = np.random.default_rng(30)
    elsewhere = daily(rng, 2000, strength=0.3, runs=1)
    for factor, said in ((0.3, "fewer"), (2.2, "more")):
        here = daily(rng, 60, strength=0.3, runs=1)
        here[1051:1079] = rng.poisson(factor * 60 / 28 * season(0.3)[1051:1079])
        found = after(here, elsewhere)
        assert f" {said} incidents" in found.sentence and "28 days" in found.sentence
        assert found.figure.startswith(f"Incidents: {here[1051:1079].sum():,}. To be expected: ")


@pytest.mark.parametrize(
    ("day", "here", "elsewhere", "said"),
    [
        (FIRST + timedelta(days=1072), 3, 90, "not in the data"),
        (FIRST + timedelta(days=1071), 3, 90, ""),
        (FIRST + timedelta(days=300), 3, 90, "less than a year"),
        (DAY, 0.1, 90, "too few incidents around"),
        (DAY, 0, 90, "too few incidents around"),
        (DAY, 3, 1, "too few incidents elsewhere"),
        (FIRST - timedelta(days=60), 3, 90, "less than a year"),
    ],
)
def test_days_that_cannot_be_told_are_not_told(
    day: date, here: float, elsewhere: float, said: str
) -> None:
    found = after(np.full(DAYS, here), np.full(DAYS, elsewhere), day)
    assert said in found.sentence and (found.ratio is None) is bool(said)


def test_the_twelve_unanswered_are_found_and_the_answered_are_not() -> None:
    rng = np.random.default_rng(12)
    places = rng.uniform(0, 50_000, (200, 2))
    days = np.datetime64("2026-01-01") + rng.integers(0, 300, 200)
    answered = np.arange(200) >= 12
    # A response within half the distance and three days; nothing is near the first twelve.
    near = places[answered] + rng.uniform(-150, 150, (188, 2))
    found = has_near(days, places, days[answered] + 3, near, within_m=500, within_days=7)
    far = has_near(days, places, days[answered] + 3, near, within_m=500, within_days=2)
    assert found[answered].all() and (~found).sum() == 12 and not far[answered].all()
    assert not has_near(days, places, [], np.empty((0, 2)), within_m=500, within_days=7).any()
