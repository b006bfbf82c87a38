"""Two periods compared, and sentences that never contradict the numbers."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.errors import UserError
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.trend import Comparison, compare, corrected, real_or_chance, sentence
from vrp_map.vocabulary import HotspotClass

COUNTS = st.one_of(st.integers(0, 30), st.integers(0, 3_000), st.integers(0, 3_000_000))


DISPERSIONS = st.one_of(st.just(1.0), st.floats(1.0, 50.0))


def said(now: int, before: int, dispersion: float = 1.0) -> str:
    return sentence(
        "Violence in Coventry",
        compare(now, before, dispersion),
        period_words="the 12 months before",
    )


def test_the_exact_p_value() -> None:
    # 24 of 39 tosses of a fair coin: 2 * P(X >= 24) = 0.19955.
    assert compare(24, 15).p == pytest.approx(0.19955, abs=5e-5)
    assert compare(10, 0).p == pytest.approx(2 / 2**10)


def test_the_interval_of_the_ratio() -> None:
    # Clopper-Pearson for 10 of 10: low = 0.025 ** (1/10).
    ten = compare(10, 0)
    share = 0.025**0.1
    assert ten.low == pytest.approx(share / (1 - share))
    assert ten.high is None
    assert compare(0, 10).high == pytest.approx((1 - share) / share)
    assert compare(0, 10).low == 0


@pytest.mark.parametrize(
    ("now", "before", "change", "verdict"),
    [
        (0, 0, None, "too few to say"),
        (5, 4, 0.25, "too few to say"),
        (9, 0, None, "too few to say"),
        (10, 0, None, "up"),
        (0, 10, -1.0, "down"),
        (92, 100, -0.08, "could be chance"),
        (150, 100, 0.5, "up"),
        (100, 150, -1 / 3, "down"),
    ],
)
def test_the_verdict(now: int, before: int, change: float | None, verdict: str) -> None:
    found = compare(now, before)
    assert found.change == (change if change is None else pytest.approx(change))
    assert found.verdict == verdict


def test_negative_counts_are_refused() -> None:
    with pytest.raises(UserError, match="negative"):
        compare(-1, 4)


@pytest.mark.parametrize("dispersion", [0.9, float("nan"), float("inf")])
def test_a_dispersion_below_that_of_poisson_counts_is_refused(dispersion: float) -> None:
    with pytest.raises(UserError, match="dispersion"):
        compare(5, 4, dispersion)


def test_a_dispersion_divides_the_counts() -> None:
    # 60 and 40 with twice the variance tell as much as 30 and 20: 2 * P(X <= 20 of 50) = 0.20263.
    assert (
        compare(60, 40, 2.0).p
        == pytest.approx(compare(30, 20).p)
        == pytest.approx(0.20263, abs=5e-5)
    )
    assert (compare(60, 40, 2.0).low, compare(60, 40, 2.0).high) == (
        compare(30, 20).low,
        compare(30, 20).high,
    )
    assert compare(60, 40, 2.0).change == pytest.approx(0.5)
    # Poisson counts this far apart would be a rise; counts that come in runs could do it by chance.
    assert (compare(150, 100).verdict, compare(150, 100, 4.0).verdict) == ("up", "could be chance")


def test_a_fraction_of_a_count_is_the_beta_integral() -> None:
    # Effective counts 6.5 and 2.5: twice the integral of the Beta(6.5, 3.5) density from 0 to 1/2,
    # by plain summing.
    grid = (np.arange(200_000) + 0.5) / 400_000
    density = grid**5.5 * (1 - grid) ** 2.5 * math.gamma(10) / (math.gamma(6.5) * math.gamma(3.5))
    assert compare(13, 5, 2.0).p == pytest.approx(2 * density.sum() / 400_000, rel=1e-6)


def test_several_places_are_corrected_for_each_other() -> None:
    # p = .0419 alone. Ten such changes out of ten keep it as their q; one among nine of nothing has
    # ten times that.
    change, nothing, few = compare(132, 100), compare(100, 100), compare(4, 1)
    assert change.p == pytest.approx(0.0419, abs=5e-4) and change.verdict == "up"
    assert [c.verdict for c in corrected([change] * 10)] == ["up"] * 10
    one = corrected([few, change, *[nothing] * 9, few])
    assert one[1].verdict == "could be chance" and one[1].q == pytest.approx(10 * change.p)
    assert one[0] == few and one[-1].q is None, "what is too small to judge is no test"
    assert corrected([]) == []


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (
            92,
            100,
            "is down 8% on the 12 months before: 92 incidents, from 100. That could be chance.",
        ),
        (
            120,
            100,
            "is up 20% on the 12 months before: 120 incidents, from 100. That could be chance.",
        ),
        (
            135,
            100,
            (
                "is up 35% on the 12 months before: 135 incidents, from 100. That is unlikely to be"
                " chance."
            ),
        ),
        (
            150,
            100,
            (
                "is up 50% on the 12 months before: 150 incidents, from 100. That is very unlikely"
                " to be chance."
            ),
        ),
        (
            299,
            100,
            (
                "is up 199% on the 12 months before: 299 incidents, from 100. That is very unlikely"
                " to be chance."
            ),
        ),
        (
            1370,
            20,
            (
                "is up from 20 in the 12 months before to 1,370 incidents. That is very unlikely to"
                " be chance."
            ),
        ),
        (100, 100, "is about the same as in the 12 months before: 100 incidents both times."),
        (
            1002,
            1000,
            (
                "is about the same as in the 12 months before: 1,002 incidents now, 1,000 then. "
                "The difference could be chance."
            ),
        ),
        (
            12,
            0,
            (
                "is up from none in the 12 months before to 12 incidents. That is very unlikely to"
                " be chance."
            ),
        ),
        (
            0,
            12,
            "is down to none, from 12 in the 12 months before. That is very unlikely to be chance.",
        ),
        (
            1,
            1000,
            (
                "is down by more than 99% on the 12 months before: 1 incident, from 1,000. "
                "That is very unlikely to be chance."
            ),
        ),
    ],
)
def test_the_sentence(now: int, before: int, expected: str) -> None:
    assert said(now, before) == f"Violence in Coventry {expected}"


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (0, 0, "Violence in Coventry: no incidents, now or in the 12 months before."),
        (
            3,
            2,
            (
                "Violence in Coventry: too few incidents to say if it is up or down on the 12"
                " months before."
            ),
        ),
    ],
)
def test_the_sentence_of_too_few(now: int, before: int, expected: str) -> None:
    assert said(now, before) == expected


def test_a_small_change_of_a_large_number_is_not_called_the_same() -> None:
    assert "is up by less than 1% on" in said(2_010_000 - 3_000, 2_000_000)


@given(COUNTS, COUNTS, DISPERSIONS)
def test_numbers_agree_with_each_other(now: int, before: int, dispersion: float) -> None:
    found = compare(now, before, dispersion)
    assert 0 <= found.p <= 1
    assert found.p >= compare(now, before).p - 1e-12, "a dispersion makes nothing surer"
    mirrored = compare(before, now, dispersion)
    assert mirrored.p == pytest.approx(found.p)
    assert {"up": "down", "down": "up"}.get(found.verdict, found.verdict) == mirrored.verdict
    if found.verdict == "too few to say":
        assert now + before < 10
        return
    assert found.low is not None
    excludes_equal = found.low > 1 or (found.high is not None and found.high < 1)
    assert excludes_equal == (found.verdict in ("up", "down"))
    assert found.low <= (now / before if before else float("inf")) * (1 + 1e-9)


def check_sentence(found: Comparison) -> None:
    """The sentence and the comparison it is made from say the same."""
    now, before = found.now, found.before
    text = sentence("Violence in Coventry", found, period_words="the 12 months before")
    assert text.endswith(".") and "None" not in text and "nan" not in text
    if found.verdict == "too few to say":
        assert "%" not in text and "chance" not in text
        return
    assert (" is up " in text) <= (now > before)
    assert (" is down " in text) <= (now < before)
    assert ("unlikely" in text) == (found.verdict in ("up", "down"))
    assert ("could be chance" in text) == (found.verdict == "could be chance" and now != before)
    by = found.p if found.q is None else found.q
    assert ("very unlikely" in text) == (by <= 0.01 and now != before)
    assert ("about the same" in text) <= (
        found.verdict == "could be chance" and abs(found.change or 0) <= 0.005
    )
    assert ("to none" in text) == (now == 0)
    assert ("from none" in text) == (before == 0)
    numbers = {int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d(?!%)(?![\d,]*%)", text)}
    assert {now, before} - {0} <= numbers, "both numbers are said"
    if number := re.search(r"(?:up|down) ([\d,]+)%", text):
        assert found.change is not None
        assert int(number[1].replace(",", "")) == pytest.approx(abs(found.change) * 100, abs=0.5)
        assert "100%" not in number[0] or found.change > 0


@given(COUNTS, COUNTS, DISPERSIONS)
def test_the_sentence_never_contradicts_the_numbers(
    now: int, before: int, dispersion: float
) -> None:
    check_sentence(compare(now, before, dispersion))


@given(st.lists(st.tuples(COUNTS, COUNTS, DISPERSIONS), max_size=12))
def test_the_sentence_of_one_place_among_many_follows_the_corrected_value(
    places: list[tuple[int, int, float]],
) -> None:
    alone = [compare(*place) for place in places]
    together = corrected(alone)
    tested = [c.p for c in alone if c.verdict != "too few to say"]
    assert [c.q for c in together if c.q is not None] == pytest.approx(list(q_values(tested)))
    for one, among in zip(alone, together, strict=True):
        check_sentence(among)
        assert (among.p, among.change) == (one.p, one.change)
        if among.verdict in ("up", "down"):
            assert one.verdict == among.verdict, "a correction never makes surer, nor turns round"


@pytest.mark.parametrize(
    ("hotspot_class", "q", "strength", "most"),
    [
        (HotspotClass.HOT_99, 0.0003, "Very unlikely to be chance", 1),
        (HotspotClass.COLD_95, 0.03, "Unlikely to be chance", 3),
        (HotspotClass.HOT_90, 0.07, "Probably not chance", 7),
    ],
)
def test_real_or_luck(hotspot_class: HotspotClass, q: float, strength: str, most: int) -> None:
    maps = "1 map" if most == 1 else f"{most} maps"
    assert (
        real_or_chance(hotspot_class, q)
        == f"{strength}: if incidents fell evenly at random, at most {maps} in 100 would mark any"
        " hexagon this strongly."
    )


@pytest.mark.parametrize("q", [0.4, float("nan")])
def test_what_did_not_pass_the_test_could_be_luck(q: float) -> None:
    assert (
        real_or_chance(HotspotClass.NONE, q)
        == "Could be chance: such numbers also come up where no place differs."
    )


@given(st.sampled_from(HotspotClass), st.floats(0, 1))
def test_real_or_luck_never_promises_more_than_q(hotspot_class: HotspotClass, q: float) -> None:
    text = real_or_chance(hotspot_class.value, q)
    if number := re.search(r"at most (\d+) maps? in 100", text):
        assert q <= int(number[1]) / 100 + 1e-8
        assert hotspot_class is not HotspotClass.NONE
    else:
        assert hotspot_class is HotspotClass.NONE or q > 0.10


def test_a_comparison_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        compare(1, 2).now = 5  # type: ignore[misc]
    assert isinstance(compare(1, 2), Comparison)
