"""The difference month by month, against published sums, and bands that hold together."""

from __future__ import annotations

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.early_looks import LookHistory
from vrp_map.statistics.running import running_difference
from vrp_map.statistics.wdd import BeforeAfter, weighted_difference


def test_the_published_end_row() -> None:
    """Fifteen weeks: 309 against 348 so far."""
    treated = np.full(15, 309 / 15)
    comparison = np.full(15, 348 / 15)
    end = running_difference(treated, comparison, confidence=0.90).iloc[-1]
    assert end["difference"] == pytest.approx(-39) and end["se"] == pytest.approx(25.632, abs=5e-4)
    assert (end["low"], end["high"]) == pytest.approx((-81.16, 3.16), abs=0.005)


def test_with_counts_before_the_end_is_the_difference_itself() -> None:
    found = running_difference([30, 20, 10], [40, 40, 40], before=(240, 220), months_before=6)
    end = weighted_difference(BeforeAfter(240, 60), BeforeAfter(220, 120), time_weights=(6 / 3, 1))
    assert found["difference"].iloc[-1] == pytest.approx(end.wdd)
    assert found["se"].iloc[-1] == pytest.approx(end.se)
    assert found["high"].iloc[-1] == pytest.approx(end.high)


def test_bands_are_those_of_the_looks() -> None:
    found = running_difference(
        [10] * 6, [12] * 6, before=(240, 220), months_before=24, months_planned=12
    )
    wide = (found["high"] - found["difference"]) / found["se"]
    assert (np.diff(wide) < 0).all()
    looks = LookHistory(24.0, 12.0, tuple(float(i) for i in range(1, 7)))
    assert wide.iloc[-1] == pytest.approx(looks.critical)


def test_all_months_together_leave_the_bands_in_5_percent() -> None:
    random = np.random.default_rng(5)
    left = {12: 0, None: 0}
    for _ in range(400):
        months = random.poisson(30, (2, 12))
        before = (float(random.poisson(720)), float(random.poisson(720)))
        for planned in left:
            bands = running_difference(
                *months, before=before, months_before=24, months_planned=planned
            )
            left[planned] += not ((bands["low"] <= 0) & (bands["high"] >= 0)).all()
    assert left[12] / 400 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400) < left[None] / 400


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (([1, 2], [1]), "differ"),
        (([], []), "differ"),
    ],
)
def test_months_that_do_not_fit_are_refused(given: tuple, said: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(UserError, match=said):
        running_difference(*given)
    with pytest.raises(UserError, match="need their months"):
        running_difference([1], [1], before=(1, 1))


def test_a_larger_comparison_is_divided_and_an_uncertain_dispersion_widens_the_bands() -> None:
    given = {"before": (240.0, 220.0), "months_before": 6.0, "months_planned": 3}
    alike = running_difference([30, 20, 10], [40, 40, 40], **given)  # type: ignore[arg-type]
    given["before"] = (240.0, 440.0)
    doubled = running_difference(
        [30, 20, 10],
        [80, 80, 80],
        comparison_weight=2.0,
        **given,  # type: ignore[arg-type]
    )
    assert doubled["difference"].tolist() == alike["difference"].tolist()
    # Twice the counts say it more surely.
    assert (doubled["se"] < alike["se"]).all()
    unsure = running_difference([30, 20, 10], [80, 80, 80], freedom=8.0, **given)  # type: ignore[arg-type]
    sure = running_difference([30, 20, 10], [80, 80, 80], **given)  # type: ignore[arg-type]
    assert ((unsure["high"] - unsure["low"]) > (sure["high"] - sure["low"])).all()
