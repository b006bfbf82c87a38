"""The weighted displacement difference against the published figures."""

from __future__ import annotations

import math

import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.wdd import (
    BeforeAfter,
    harm_weighted,
    rate_ratio,
    smallest_fall,
    weighted_difference,
)

T, C = BeforeAfter(207, 110), BeforeAfter(308, 318)
D, DC = BeforeAfter(178, 157), BeforeAfter(150, 140)


def sized(place: BeforeAfter, weight: float) -> BeforeAfter:
    return BeforeAfter(place.before, place.after, weight)


def test_the_paper() -> None:
    found = weighted_difference(T, C, ring=D, comparison_ring=DC)
    assert (found.wdd, round(found.se, 3), round(found.z, 3)) == (-118, 39.598, -2.980)
    assert (round(found.low), round(found.high)) == (-196, -40)
    assert round(found.p, 4) == 0.0029
    local = weighted_difference(T, C)
    assert (local.wdd, round(local.se, 3), round(local.z, 3)) == (-107, 30.708, -3.484)


def test_weights_of_area() -> None:
    found = weighted_difference(
        sized(T, 1.2), sized(C, 0.9), ring=sized(D, 1.5), comparison_ring=sized(DC, 1.6)
    )
    assert found.wdd == pytest.approx(-99.69444444)
    assert found.se == pytest.approx(35.4280755)
    assert found.z == pytest.approx(-2.813995483)
    assert (found.low, found.high) == pytest.approx((-169.1321965, -30.25669241))


def test_weights_of_time() -> None:
    found = weighted_difference(BeforeAfter(80, 20), BeforeAfter(100, 50), time_weights=(2, 1))
    assert found.wdd == -20 and found.se == pytest.approx(math.sqrt(115))
    assert (found.low, found.high) == pytest.approx((-41.02, 1.02), abs=0.005)


@pytest.mark.parametrize(
    ("ring", "wdd", "se", "low", "high"),
    [(False, -40, 22.36, -76.8, -3.2), (True, -50, 24.90, -91.0, -9.0)],
)
def test_an_interval_of_90_percent(
    ring: bool, wdd: float, se: float, low: float, high: float
) -> None:
    rings = (BeforeAfter(40, 25), BeforeAfter(30, 25)) if ring else (None, None)
    found = weighted_difference(
        BeforeAfter(120, 100),
        BeforeAfter(130, 150),
        ring=rings[0],
        comparison_ring=rings[1],
        confidence=0.90,
    )
    assert found.wdd == wdd and found.se == pytest.approx(se, abs=0.005)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.05)


def test_harm() -> None:
    kinds = {
        "vehicle": ((133, 91), (130, 74), 3),
        "theft": ((388, 305), (327, 202), 2),
        "burglary": ((148, 97), (398, 190), 5),
        "robbery": ((86, 64), (144, 92), 7),
        "assault": ((94, 67), (183, 96), 10),
    }
    found = [
        weighted_difference(BeforeAfter(*treated), BeforeAfter(*comparison))
        for comparison, treated, _ in kinds.values()
    ]
    harm = harm_weighted(found, [weight for *_, weight in kinds.values()])
    assert harm.wdd == -1721 and harm.se == pytest.approx(304.1036, abs=5e-5)
    assert harm.z == pytest.approx(-5.65926, abs=5e-6)
    assert (harm.low, harm.high) == pytest.approx((-2317.032, -1124.968), abs=5e-4)


def test_the_ratio() -> None:
    found = rate_ratio(T, C)
    assert (round(found.irr, 4), round(found.low, 4), round(found.high, 4)) == (
        0.5147,
        0.3893,
        0.6806,
    )


def test_a_ratio_with_a_count_of_0_has_an_interval_by_the_likelihood() -> None:
    """Its end is where chance would leave no incident, or all, about as seldom as 1 in 40."""
    ended = rate_ratio(BeforeAfter(60, 0), BeforeAfter(60, 60))
    assert (ended.irr, ended.low) == (0, 0) and 0.01 < ended.high < 0.05
    begun = rate_ratio(BeforeAfter(0, 60), BeforeAfter(60, 60))
    assert begun.irr == math.inf == begun.high
    assert begun.low == pytest.approx(1 / ended.high)
    few = rate_ratio(BeforeAfter(3, 0), BeforeAfter(2, 1))
    assert few.irr == 0 and few.high > 1
    assert rate_ratio(BeforeAfter(60, 0), BeforeAfter(60, 60), dispersion=3).high > ended.high
    one = rate_ratio(BeforeAfter(1, 0), BeforeAfter(1, 1), dispersion=40, freedom=3)
    assert (one.irr, one.low, one.high) == (0, 0, math.inf)
    assert rate_ratio(BeforeAfter(0, 1), BeforeAfter(1, 1), dispersion=40, freedom=3).low == 0
    assert rate_ratio(BeforeAfter(3, 0), BeforeAfter(0, 1e-320)).irr == 0
    for unknown in (BeforeAfter(5, 0), BeforeAfter(0, 0)):
        assert math.isnan(rate_ratio(unknown, BeforeAfter(7, 0)).irr)


def test_a_dispersion_that_is_an_estimate_widens_the_interval() -> None:
    known, estimate = weighted_difference(T, C), weighted_difference(T, C, freedom=11)
    assert estimate.high - estimate.wdd == pytest.approx(2.201 * estimate.se, rel=1e-3)
    assert estimate.p > known.p
    assert rate_ratio(T, C, freedom=11).high > rate_ratio(T, C).high
    assert smallest_fall([T, C], freedom=11) > smallest_fall([T, C])


@pytest.mark.parametrize(
    ("mean", "two", "four"),
    [(5, 7.4, 10.4), (10, 10.4, 14.7), (25, 16.4, 23.3), (50, 23.3, 32.9), (100, 32.9, 46.5)],
)
def test_the_smallest_fall_that_would_show(mean: float, two: float, four: float) -> None:
    assert smallest_fall([BeforeAfter(mean, 0)] * 2) == pytest.approx(two, abs=0.05)
    assert smallest_fall([BeforeAfter(mean, 0)] * 4) == pytest.approx(four, abs=0.05)


def test_the_smallest_fall_shows_where_it_happens_whatever_the_weights() -> None:
    """A fall of that size has a z of the one-sided 5%, but for the smaller count after it."""
    treated, other = BeforeAfter(4000, 0, weight=2), BeforeAfter(3000, 0, weight=0.5)
    fall = smallest_fall([treated, other], time_weights=(2, 1))
    after = BeforeAfter(4000, (4000 - fall) / 2, weight=2)
    found = weighted_difference(after, BeforeAfter(3000, 1500, weight=0.5), time_weights=(2, 1))
    assert found.z == pytest.approx(-1.645, abs=0.02)


def test_a_dispersion_widens_the_interval() -> None:
    one, two = weighted_difference(T, C), weighted_difference(T, C, dispersion=4)
    assert two.se == pytest.approx(2 * one.se) and two.wdd == one.wdd


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"treated": BeforeAfter(-1, 2)}, "negative or missing"),
        ({"treated": BeforeAfter(math.nan, 2)}, "negative or missing"),
        ({"treated": BeforeAfter(math.inf, 2)}, "negative or missing"),
        ({"treated": BeforeAfter(1, 2, weight=0)}, "weight is 0"),
        ({"time_weights": (1,)}, "weight is 0 or less, or missing"),
        ({"ring": D}, "needs a comparison ring"),
        ({"dispersion": 0.5}, "at least 1"),
        ({"treated": BeforeAfter(0, 0), "comparison": BeforeAfter(0, 0)}, "All counts are 0"),
    ],
)
def test_what_does_not_fit_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        weighted_difference(**({"treated": T, "comparison": C} | given))  # type: ignore[arg-type]


def test_harm_needs_a_weight_for_each_kind() -> None:
    with pytest.raises(UserError, match="one weight of harm"):
        harm_weighted([weighted_difference(T, C)], [])
