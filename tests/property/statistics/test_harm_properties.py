"""What must hold of harm whatever the table; the weights are made up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.statistics.harm import HarmWeights, harm_of, offence_code, weights_of
from vrp_map.vocabulary import Grade

CODES = st.from_regex(r"0{0,2}[1-9][0-9]{0,2}[A-Z]?(/[0-9]{1,2})?", fullmatch=True)
TABLES = st.dictionaries(CODES.map(offence_code), st.floats(0, 6000), min_size=1, max_size=12)
COUNTS = st.dictionaries(CODES, st.integers(0, 50), max_size=12)


@given(TABLES, COUNTS)
def test_every_incident_is_weighed_or_named_and_none_twice(
    table: dict[str, float], counts: dict[str, int]
) -> None:
    weights = HarmWeights("Synthetic index", "1", "days", table)
    found = harm_of(counts, weights, grade=Grade.A)
    assert found.matched + sum(found.unmatched.values()) == sum(counts.values())
    assert not set(found.unmatched) & set(weights.weights)
    one_by_one = weights_of(
        [code for code, n in counts.items() for _ in range(n)], weights, grade=Grade.A
    )
    assert np.nansum(one_by_one) == pytest.approx(found.total, rel=1e-9, abs=1e-9)
    assert np.isnan(one_by_one).sum() == sum(found.unmatched.values())


@given(TABLES, COUNTS, st.integers(2, 9))
def test_harm_scales_with_the_counts(
    table: dict[str, float], counts: dict[str, int], times: int
) -> None:
    weights = HarmWeights("Synthetic index", "1", "days", table)
    once = harm_of(counts, weights, grade=Grade.A).total
    assert harm_of(
        {c: n * times for c, n in counts.items()}, weights, grade=Grade.A
    ).total == pytest.approx(once * times)


@given(CODES)
def test_writing_a_code_again_changes_nothing(code: str) -> None:
    written = offence_code(code)
    assert offence_code(written) == written == offence_code(f" 00{code.lower()} ")
