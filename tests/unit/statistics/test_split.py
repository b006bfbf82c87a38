"""Two counts of equally long periods: exact by the binomial test, and less sure where their
dispersion is estimated.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, t

from vrp_map.errors import UserError
from vrp_map.statistics.split import smallest_rise, split_p

PAIRS = [(15, 5), (5, 15), (0, 7), (7, 0), (40, 38), (200, 120)]


@pytest.mark.parametrize("share", [0.5, 0.2, 0.8])
@pytest.mark.parametrize(("now", "before"), PAIRS)
def test_it_is_twice_the_smaller_tail_of_the_binomial(now: int, before: int, share: float) -> None:
    tails = [
        binomtest(now, now + before, share, alternative=way).pvalue for way in ("greater", "less")
    ]
    assert float(split_p(now, before, share=share)) >= min(1.0, 2 * min(tails)) - 1e-12
    if share == 0.5 and now + before < 80:
        assert float(split_p(now, before)) == pytest.approx(min(1.0, 2 * min(tails)))


def test_a_dispersion_that_is_estimated_is_judged_by_student_s_t() -> None:
    found = float(split_p(400, 250, dispersion=4.0, freedom=10))
    assert found == pytest.approx(2 * t.sf(150 / np.sqrt(4 * 650), 10), rel=1e-6)
    assert found > float(split_p(400, 250, dispersion=4.0))


def test_nothing_is_no_difference() -> None:
    assert split_p([0, 3], [0, 3]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("before", [0, 1, 12, 150, 4000])
@pytest.mark.parametrize("share", [0.5, 0.4])
def test_the_smallest_rise_is_the_first_that_shows(before: int, share: float) -> None:
    how = {"dispersion": 1.5, "freedom": 30.0, "share": share}
    found = smallest_rise(before, level=0.001, **how)
    assert float(split_p(found, before, **how)) <= 0.001 < float(split_p(found - 1, before, **how))


@pytest.mark.parametrize(
    ("counts", "how", "message"),
    [
        ((-1, 3), {}, "negative"),
        ((1, np.nan), {}, "negative or missing"),
        ((1, 3), {"dispersion": 0.5}, "cannot be"),
        ((1, 3), {"share": 1.0}, "cannot be"),
    ],
)
def test_what_cannot_be_is_refused(
    counts: tuple[float, float], how: dict[str, float], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        split_p(*counts, **how)
