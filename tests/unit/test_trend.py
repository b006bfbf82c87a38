"""Two periods compared, and sentences that never contradict the numbers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.errors import UserError
from vrp_map.statistics.trend import Comparison, compare, real_or_luck, sentence
from vrp_map.vocabulary import HotspotClass

COUNTS = st.one_of(st.integers(0, 30), st.integers(0, 3_000), st.integers(0, 3_000_000))


def said(now: int, before: int) -> str:
    return sentence("Violence in Coventry", compare(now, before), period_words="the 12 months before")


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
        (92, 100, -0.08, "could be luck"),
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


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (92, 100, "Violence in Coventry is down 8% on the 12 months before. That is about what chance would do."),
        (120, 100, "Violence in Coventry is up 20% on the 12 months before. That could still be chance."),
        (135, 100, "Violence in Coventry is up 35% on the 12 months before. That is unlikely to be chance."),
        (150, 100, "Violence in Coventry is up 50% on the 12 months before. That is very unlikely to be chance."),
        (299, 100, "Violence in Coventry is up 199% on the 12 months before. That is very unlikely to be chance."),
        (
            1370,
            20,
            "Violence in Coventry is up from 20 in the 12 months before to 1,370. That is very unlikely to be chance.",
        ),
        (
            100,
            100,
            "Violence in Coventry is about the same as in the 12 months before. That is about what chance would do.",
        ),
        (12, 0, "Violence in Coventry is up from none in the 12 months before. That is very unlikely to be chance."),
        (
            0,
            12,
            "Violence in Coventry is down 100% on the 12 months before, to none. That is very unlikely to be chance.",
        ),
        (
            1,
            1000,
            "Violence in Coventry is down by more than 99% on the 12 months before. "
            "That is very unlikely to be chance.",
        ),
        (0, 0, "Violence in Coventry: no incidents, now or in the 12 months before."),
        (3, 2, "Violence in Coventry: too few incidents to say if it is up or down on the 12 months before."),
    ],
)
def test_the_sentence(now: int, before: int, expected: str) -> None:
    assert said(now, before) == expected


def test_a_small_change_of_a_large_number_is_not_called_the_same() -> None:
    assert "is up by less than 1% on" in said(2_010_000 - 3_000, 2_000_000)


@given(COUNTS, COUNTS)
def test_numbers_agree_with_each_other(now: int, before: int) -> None:
    found = compare(now, before)
    assert 0 <= found.p <= 1
    mirrored = compare(before, now)
    assert mirrored.p == pytest.approx(found.p)
    assert {"up": "down", "down": "up"}.get(found.verdict, found.verdict) == mirrored.verdict
    if found.verdict == "too few to say":
        assert now + before < 10
        return
    assert found.low is not None
    excludes_equal = found.low > 1 or (found.high is not None and found.high < 1)
    assert excludes_equal == (found.verdict in ("up", "down"))
    assert found.low <= (now / before if before else float("inf")) * (1 + 1e-9)


@given(COUNTS, COUNTS)
def test_the_sentence_never_contradicts_the_numbers(now: int, before: int) -> None:
    found, text = compare(now, before), said(now, before)
    assert text.endswith(".") and "None" not in text and "nan" not in text
    if found.verdict == "too few to say":
        assert "%" not in text and "chance" not in text
        return
    assert (" is up " in text) <= (now > before)
    assert (" is down " in text) <= (now < before)
    assert ("unlikely" in text) == (found.verdict in ("up", "down"))
    assert ("about the same" in text) <= (found.verdict == "could be luck" and abs(found.change or 0) <= 0.005)
    assert ("to none" in text) == (now == 0)
    assert ("from none" in text) == (before == 0)
    if number := re.search(r"(?:up|down) ([\d,]+)%", text):
        assert found.change is not None
        assert int(number[1].replace(",", "")) == pytest.approx(abs(found.change) * 100, abs=0.5)
        assert "100%" not in number[0] or now == 0 or found.change > 0


@pytest.mark.parametrize(
    ("hotspot_class", "q", "strength", "most"),
    [
        (HotspotClass.HOT_99, 0.0003, "Very unlikely to be luck", 1),
        (HotspotClass.COLD_95, 0.03, "Unlikely to be luck", 3),
        (HotspotClass.HOT_90, 0.07, "Probably not luck", 7),
    ],
)
def test_real_or_luck(hotspot_class: HotspotClass, q: float, strength: str, most: int) -> None:
    assert real_or_luck(hotspot_class, q) == (
        f"{strength}: of 100 places marked this strongly, we expect luck to explain no more than {most}."
    )


@pytest.mark.parametrize("q", [0.4, float("nan")])
def test_what_did_not_pass_the_test_could_be_luck(q: float) -> None:
    assert real_or_luck(HotspotClass.NONE, q) == "Could be luck: numbers like these come up by chance."


@given(st.sampled_from(HotspotClass), st.floats(0, 1))
def test_real_or_luck_never_promises_more_than_q(hotspot_class: HotspotClass, q: float) -> None:
    text = real_or_luck(hotspot_class.value, q)
    if number := re.search(r"no more than (\d+)\.", text):
        assert q <= int(number[1]) / 100 + 1e-8
        assert hotspot_class is not HotspotClass.NONE
    else:
        assert hotspot_class is HotspotClass.NONE or q > 0.10


def test_a_comparison_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        compare(1, 2).now = 5  # type: ignore[misc]
    assert isinstance(compare(1, 2), Comparison)
