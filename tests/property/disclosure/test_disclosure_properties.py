"""Whatever the counts: nobody but an analyst can see, or work out, a number of 1 to k-1."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.config import Settings
from vrp_map.disclosure.protect import hide_small, protect
from vrp_map.disclosure.thresholds import threshold
from vrp_map.export import tables as report
from vrp_map.vocabulary import Audience

SETTINGS = Settings()
_counts = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 3_000)), max_size=40)
_outsiders = st.sampled_from([Audience.PARTNER, Audience.PUBLIC])
_k = st.integers(2, 12)


def settings_with(k: int) -> Settings:
    return replace(SETTINGS, partner_k=k, public_k=k)


@settings(deadline=None)
@given(counts=_counts, audience=_outsiders, k=_k)
def test_shown_numbers_totals_and_differences_are_multiples_of_k(
    counts: list[int], audience: Audience, k: int
) -> None:
    safe = protect(pd.DataFrame({"n": counts}), audience=audience, settings=settings_with(k))
    shown = [int(v) for v in safe.frame["n"].dropna()]
    assert all(v % k == 0 for v in shown)
    assert safe.total is None or safe.total % k == 0
    assert all((a - b) % k == 0 for a, b in combinations([*shown, safe.total or 0], 2))
    assert not any(0 < v < k for v in shown)
    assert (safe.total is None) == (sum(counts) < k)


@settings(deadline=None)
@given(counts=_counts, audience=_outsiders, k=_k)
def test_none_and_few_are_hidden_and_the_rest_is_near(
    counts: list[int], audience: Audience, k: int
) -> None:
    safe = protect(pd.DataFrame({"n": counts}), audience=audience, settings=settings_with(k))
    for true, shown, hidden in zip(counts, safe.frame["n"], safe.frame["hidden"], strict=True):
        assert hidden == pd.isna(shown) == (true < k)
        assert hidden or abs(int(shown) - true) <= k / 2
    assert safe.hidden == sum(n < k for n in counts)


@settings(deadline=None)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=30),
    audience=_outsiders,
    k=_k,
    found_only=st.booleans(),
)
def test_nobody_can_tell_none_from_few(
    pairs: list[tuple[int, int]], audience: Audience, k: int, found_only: bool
) -> None:
    """Change every hidden number to any other under k: the table, its rows and what it says stay
    the same.
    """
    frame = pd.DataFrame(pairs, columns=["n", "other"])
    frame["unit"] = range(len(frame))
    hidden = hide_small(frame["n"], k=k).isna()
    changed = frame.assign(n=frame["n"].mask(hidden, frame["other"] % k))
    total = 50
    one, two = (
        protect(
            part.drop(columns="other"),
            audience=audience,
            settings=settings_with(k),
            total=total,
            found_only=found_only,
        )
        for part in (frame, changed)
    )
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert (one.hidden, one.total, one.note) == (two.hidden, two.total, two.note)


@settings(deadline=None)
@given(counts=_counts)
def test_an_analyst_sees_exact_numbers(counts: list[int]) -> None:
    safe = protect(
        pd.DataFrame({"n": counts, "z": 1.0}),
        audience=Audience.ANALYST,
        settings=SETTINGS,
        exact=("z",),
    )
    assert safe.frame["n"].tolist() == counts and "z" in safe.frame
    assert (safe.total, safe.hidden) == (sum(counts), 0)


@settings(deadline=None)
@given(counts=_counts, k=_k, step=st.integers(1, 11))
def test_a_number_can_only_be_narrowed_to_k_values(counts: list[int], k: int, step: int) -> None:
    """Every number shown stands for at least k/2 true numbers, and what is hidden for all of 0 to
    k-1.
    """
    possible = pd.Series(np.arange(0, 4 * k))
    shown = hide_small(possible, k=k)
    assert shown[shown.notna() & (shown > 0)].value_counts().min() >= k // 2
    assert shown.isna().sum() == k


@settings(deadline=None)
@given(counts=_counts, audience=_outsiders)
def test_every_column_named_is_protected_and_the_exact_ones_are_gone(
    counts: list[int], audience: Audience
) -> None:
    frame = pd.DataFrame({"n": counts, "before": counts[::-1], "z": 0.5, "p": 0.1})
    safe = protect(
        frame,
        audience=audience,
        settings=SETTINGS,
        counts=("n", "before"),
        exact=("z", "p", "not there"),
    )
    assert list(safe.frame) == ["n", "before", "hidden"]
    k = threshold(audience, SETTINGS)
    assert all(int(v) % k == 0 for column in ("n", "before") for v in safe.frame[column].dropna())
    assert frame["n"].tolist() == counts, "the caller's frame is left alone"


@settings(deadline=None)
@given(counts=_counts, audience=_outsiders)
def test_files_hold_no_forbidden_number(counts: list[int], audience: Audience) -> None:
    months = pd.date_range("2020-01-01", periods=len(counts), freq="MS").date
    safe = protect(
        pd.DataFrame({"month": months, "n": counts}), audience=audience, settings=SETTINGS
    )
    k = threshold(audience, SETTINGS)
    document = json.loads(report.to_json(safe))
    seen = [row["n"] for row in document["rows"]] + [document["total"]]
    lines = report.to_csv(safe).splitlines()[1:]
    seen += [int(text) for line in lines if (text := line.split(",")[1])]
    assert all(v is None or v % k == 0 for v in seen)
    assert len(lines) == len(counts)


@pytest.mark.parametrize("total", [0, 3, 7, 1_003])
def test_a_total_given_apart_is_protected_too(total: int) -> None:
    safe = protect(
        pd.DataFrame({"n": [0]}), audience=Audience.PARTNER, settings=SETTINGS, total=total
    )
    assert safe.total == {0: None, 3: None, 7: 5, 1_003: 1_005}[total]
