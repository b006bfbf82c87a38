"""What holds of the classes whatever the numbers are; and how often chance alone makes a gap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.statistics.voice_gap import LEVEL, TIMES, Gap, VoiceGaps, voice_gaps

K = 5
hexagon = st.tuples(
    st.one_of(st.none(), st.integers(K, 3000)),
    st.one_of(st.none(), st.integers(K, 200)),
    st.booleans(),
)
studies = st.lists(hexagon, min_size=1, max_size=60)


def gaps_of(
    study: list[tuple[int | None, int | None, bool]], *, most_unheard: int = K - 1
) -> VoiceGaps:
    record, voices, near = (
        [np.nan if value is None else float(value) for value in column]
        for column in zip(*study, strict=True)
    )
    return voice_gaps(record, voices, near, most_hidden=K, most_unheard=most_unheard)


@given(studies)
def test_each_class_means_what_it_says(study: list) -> None:
    found = gaps_of(study)
    for i, (record, voices, near) in enumerate(study):
        gap = found.gap[i]
        if voices is None:
            # Without a released number a place is never quiet, feared or calm: it is not known, or
            # its record is.
            assert gap in (Gap.FEW, Gap.RECORD)
        else:
            assert gap != Gap.FEW
        if gap == Gap.FEAR:
            assert not found.is_high[i] and found.q[i] <= LEVEL
        if gap == Gap.RECORD:
            assert found.is_high[i] and found.q[i] <= LEVEL and not found.is_loud[i]
            assert voices is not None or near
        if gap == Gap.BOTH:
            assert found.is_high[i]
        if found.is_high[i]:
            assert record is not None and record >= TIMES * found.mean


@given(studies, st.randoms(use_true_random=False))
def test_the_order_of_the_hexagons_does_not_matter(study: list, random) -> None:
    order = list(range(len(study)))
    random.shuffle(order)
    there, back = gaps_of(study), gaps_of([study[i] for i in order])
    assert [there.gap[i] for i in order] == back.gap.tolist()


@given(studies, st.integers(0, 20))
def test_the_more_may_be_unheard_the_fewer_places_are_called_silent(study: list, more: int) -> None:
    silent = [i for i, (_, voices, _) in enumerate(study) if voices is None]
    few, many = gaps_of(study), gaps_of(study, most_unheard=K - 1 + more)
    assert {i for i in silent if many.gap[i] == Gap.RECORD} <= {
        i for i in silent if few.gap[i] == Gap.RECORD
    }


@pytest.mark.parametrize("mentions", [100, 500, 2000, 10_000])
def test_voices_that_follow_the_record_make_hardly_ever_a_gap(mentions: int) -> None:
    """Of 100 events at which people speak of places as violence is recorded there, five may show a
    gap by chance.
    """
    random = np.random.default_rng(20260314)
    record = random.lognormal(4.2, 1.0, 1300).round()
    shown = np.where(record < K, np.nan, record)
    events = [random.multinomial(mentions, record / record.sum()).astype(float) for _ in range(100)]
    wrong = [
        voice_gaps(
            shown,
            np.where(said >= K, said, np.nan),
            np.ones(1300),
            most_hidden=K,
            most_unheard=K - 1,
        ).gap
        for said in events
    ]
    assert sum(bool({Gap.FEAR, Gap.RECORD} & set(gap.tolist())) for gap in wrong) <= 5
