"""What happened after: nothing too early or of too few; chance is chance, a real fall is said."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from vrp_map.responses.after import after_months, has_near

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
    """2,000 rings each: 1.2% of Poisson counts, 4.6% of counts of twice that variance."""
    rng = np.random.default_rng(28)
    if spread == 1.0:
        counts = rng.poisson(mean, (2000, 40))
    else:
        p = 1 / spread
        counts = rng.negative_binomial(mean * p / (1 - p), p, (2000, 40))
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
