"""Whatever the counts: a benefit's interval contains zero whenever the effect's does."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from vrp_map.funding.benefit import UnitCost, benefit_of
from vrp_map.pilots.look import PilotLook
from vrp_map.pilots.verdict import PilotCounts, Verdict, judge
from vrp_map.statistics.wdd import BeforeAfter

COUNTS = some.integers(1, 400)
PLACES = some.builds(BeforeAfter, COUNTS, COUNTS)


@given(PLACES, PLACES, some.floats(1, 6), some.floats(1, 1e7), some.floats(1, 1e7))
def test_zero_stays_inside(
    treated: BeforeAfter, comparison: BeforeAfter, dispersion: float, unit: float, cost: float
) -> None:
    judged = judge(PilotCounts(treated, comparison, dispersion=dispersion))
    if judged.verdict == Verdict.CANNOT_BE_SHOWN:
        return
    effect, ratio = judged.difference, judged.ratio
    look = PilotLook(
        str(judged.verdict),
        judged.sentence,
        date(2024, 1, 1),
        date(2025, 12, 1),
        12,
        12,
        (),
        dispersion,
        wdd=effect.wdd,
        wdd_low=effect.low,
        wdd_high=effect.high,
    )
    found = benefit_of(look, UnitCost("Robbery", unit, "2015-16"), cost=cost)
    is_nothing_allowed = effect.low <= 0 <= effect.high or ratio.low <= 1 <= ratio.high
    assert (found.low <= 0 <= found.high) == is_nothing_allowed
    assert found.low <= found.benefit <= found.high
