"""The classes of voices and record: worked examples, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency, poisson

from vrp_map.errors import UserError
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.voice_gap import Gap, voice_gaps

# A hundred hexagons, most with a usual record and no released voices; the first six tell the five
# classes.
RECORD = np.array([60.0, 900.0, 900.0, 110.0, 900.0, np.nan, *[100.0] * 94])
VOICES = np.array([40.0, 45.0, np.nan, 9.0, 6.0, np.nan, *[np.nan] * 94])
NEAR = np.ones(100, dtype=bool)


def classes(
    record=RECORD, voices=VOICES, near=NEAR, *, most_hidden: int = 5, most_unheard: int = 4
) -> list[str]:
    return voice_gaps(
        record, voices, near, most_hidden=most_hidden, most_unheard=most_unheard
    ).gap.tolist()


def test_the_five_classes() -> None:
    found = classes()
    assert found[:6] == [
        Gap.FEAR,
        Gap.BOTH,
        Gap.RECORD,
        Gap.NEITHER,
        Gap.RECORD,
        Gap.FEW,
    ]
    assert set(found[6:]) == {Gap.FEW}


def test_every_number_by_hand() -> None:
    """p from scipy's chi-square with Yates, q by Benjamini and Yekutieli over all
    hundred hexagons.
    """
    found = voice_gaps(RECORD, VOICES, NEAR, most_hidden=5, most_unheard=4)
    assert (found.voices, found.record, found.tested) == (100, 60 + 900 + 110 + 900, 100)
    assert found.mean == pytest.approx((60 + 2700 + 110 + 5 + 9400) / 100)
    p = np.full(100, np.nan)
    for i in (0, 1, 3, 4):
        a, b = RECORD[i], VOICES[i]
        p[i] = chi2_contingency([[a, b], [1970 - a, 100 - b]], correction=True)[1]
    # Nobody was let out of the third: it joins the others with the four people that it can have.
    p[2] = chi2_contingency([[900, 4], [1970, 100]], correction=True)[1]
    np.testing.assert_allclose(found.p, p, rtol=1e-9)
    q = q_values(np.where(np.isnan(p), 1.0, p), method="by")
    np.testing.assert_allclose(found.q, np.where(np.isnan(p), np.nan, q), rtol=1e-9)
    assert found.q[0] < 0.05 < found.q[3]
    assert found.is_high.tolist() == [False, True, True, False, True, *[False] * 95]
    # Loud against the most that the others can have: 4 people in each of 96 hexagons.
    mean = (100 + 96 * 4) / 100
    chance = q_values(poisson.sf(np.where(np.isnan(VOICES), 0, VOICES) - 1, mean), method="by")
    loud = (np.nan_to_num(VOICES) >= 2 * mean) & (chance <= 0.05)
    assert found.is_loud.tolist() == loud.tolist() == [True, True, *[False] * 98]


def test_many_voices_at_the_highest_record_are_no_gap() -> None:
    """Its part of the record is so large that no voices could keep up; but both are high."""
    record, voices = RECORD.copy(), VOICES.copy()
    record[1], voices[1] = 9000, 45
    found = voice_gaps(record, voices, NEAR, most_hidden=5, most_unheard=4)
    assert found.q[1] < 0.05 and found.gap[1] == Gap.BOTH


def test_where_nobody_spoke_near_silence_says_nothing() -> None:
    near = NEAR.copy()
    near[2] = False
    assert classes(near=near)[2] == Gap.FEW


def test_a_small_event_cannot_say_that_a_place_is_silent() -> None:
    """Four people it may have, and the others have few more."""
    voices = np.where(np.isnan(VOICES), np.nan, 5.0)
    assert classes(voices=voices)[2] == Gap.FEW


def test_without_released_voices_nothing_is_said() -> None:
    assert set(classes(voices=np.full(100, np.nan))) == {Gap.FEW}


def test_nothing_recorded_and_nothing_said() -> None:
    assert classes(np.zeros(3), np.full(3, np.nan), np.zeros(3), most_hidden=0) == [Gap.FEW] * 3
    assert classes([], [], []) == []


def test_one_place_alone_has_nothing_to_be_compared_with() -> None:
    voices = np.full(100, np.nan)
    voices[0] = 60
    assert classes(voices=voices)[0] == Gap.NEITHER


def test_a_hidden_record_is_taken_for_the_most_it_can_be() -> None:
    record = RECORD.copy()
    record[0] = np.nan
    few, many = (
        voice_gaps(record, VOICES, NEAR, most_hidden=most, most_unheard=4) for most in (5, 120)
    )
    assert few.gap[0] == Gap.FEAR
    assert many.p[0] > few.p[0] and not many.is_high[0]


@pytest.mark.parametrize(
    ("record", "voices", "near", "bounds", "match"),
    [
        ([1, 2], [1], [1], {}, "not of the same hexagons"),
        ([1, 2], [1, 2], [1], {}, "not of the same hexagons"),
        ([-1], [1], [1], {}, "negative"),
        ([1], [np.inf], [1], {}, "negative or not a number"),
        ([1], [1], [1], {"most_unheard": -1}, "not of the same hexagons"),
    ],
)
def test_what_does_not_fit_is_refused(
    record, voices, near, bounds: dict[str, int], match: str
) -> None:
    with pytest.raises(UserError, match=match):
        classes(record, voices, near, **bounds)
