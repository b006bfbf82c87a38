"""The small-number rule, by example."""

from __future__ import annotations

import pandas as pd
import pytest

from vrp_map.config import Settings
from vrp_map.disclosure.protect import found, hide_small, protect
from vrp_map.disclosure.thresholds import sampling_steps, threshold
from vrp_map.vocabulary import Audience


@pytest.mark.parametrize(
    ("k", "true", "shown"),
    [
        (5, 0, None),
        (1, 0, 0),
        (5, 1, None),
        (5, 4, None),
        (5, 5, 5),
        (5, 7, 5),
        (5, 8, 10),
        (5, 12, 10),
        (5, 13, 15),
        (5, 1_003, 1_005),
        (10, 9, None),
        (10, 10, 10),
        (10, 14, 10),
        (10, 15, 20),
        (1, 1, 1),
        (1, 7, 7),
    ],
)
def test_examples(k: int, true: int, shown: int | None) -> None:
    answer = hide_small(pd.Series([true]), k=k)
    assert str(answer.dtype) == "Int64"
    assert (None if pd.isna(answer.iloc[0]) else answer.iloc[0]) == shown


def test_a_number_that_is_not_known_stays_so() -> None:
    safe = protect(
        pd.DataFrame({"n": pd.array([None, 8], dtype="Int64")}),
        audience=Audience.PARTNER,
        settings=Settings(),
    )
    assert safe.frame["n"].isna().tolist() == [True, False]


def test_thresholds_are_those_of_the_settings() -> None:
    settings = Settings(partner_k=7, public_k=20)
    # The public's are chosen among the partners', one in 3: 21 is the least that is no fewer than
    # 20.
    assert [
        threshold(a, settings) for a in (Audience.ANALYST, Audience.PARTNER, Audience.PUBLIC)
    ] == [1, 7, 21]
    assert [threshold(a, Settings()) for a in (Audience.PARTNER, Audience.PUBLIC)] == [5, 10]
    assert sampling_steps(Audience.PUBLIC, Settings(partner_k=5, public_k=3)) == (5,)
    assert sampling_steps(Audience.PUBLIC, Settings(partner_k=1, public_k=4)) == (4,)


def test_the_note_says_what_was_done() -> None:
    frame = pd.DataFrame({"n": [3]})
    assert (
        protect(frame, audience=Audience.PARTNER, settings=Settings()).note
        == "Numbers are estimated from one incident in 5. Each may be out by a few times 5; where"
        " none was drawn the number is hidden, and there are few, or none."
    )
    assert "analysts only" in protect(frame, audience=Audience.ANALYST, settings=Settings()).note


def test_an_empty_table_is_a_table() -> None:
    safe = protect(
        pd.DataFrame({"n": pd.Series([], dtype=int)}), audience=Audience.PUBLIC, settings=Settings()
    )
    assert (safe.total, safe.hidden, len(safe.frame)) == (None, 0, 0)


def test_a_table_of_what_was_found_lists_only_what_may_be_known() -> None:
    frame = pd.DataFrame({"cell": list("abcd"), "n": [0, 4, 5, 30]})
    partner = protect(frame, audience=Audience.PARTNER, settings=Settings(), found_only=True)
    assert partner.frame["cell"].tolist() == ["c", "d"] and (partner.hidden, partner.total) == (
        0,
        40,
    )
    analyst = protect(frame, audience=Audience.ANALYST, settings=Settings(), found_only=True)
    assert analyst.frame["cell"].tolist() == ["b", "c", "d"] and analyst.total == 39


def test_a_row_is_found_in_any_of_its_counts() -> None:
    frame = pd.DataFrame({"n": [0, 2, 9, 0], "n_previous": [0, 2, 0, 8]})
    assert found(frame, k=5, counts=("n", "n_previous")).tolist() == [False, False, True, True]
    assert found(frame, k=1, counts=("n", "n_previous")).tolist() == [False, True, True, True]


def test_what_looks_like_a_count_must_be_protected() -> None:
    frame = pd.DataFrame({"n": [30], "n_previous": [3]})
    with pytest.raises(ValueError, match="n_previous"):
        protect(frame, audience=Audience.PARTNER, settings=Settings())
