"""What must hold of any two periods compared, above all: a verdict tells nothing of a hidden
number.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.analysis.periods import CellChange, judged
from vrp_map.analysis.ranks import agreement
from vrp_map.disclosure.sampling import lone_share

K = 5
# The exact test sums over many pairs of counts, and a busy machine takes its time.
slowly = settings(deadline=None, max_examples=50)
COUNTS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=15)
MIRROR = {
    CellChange.MORE_SURE: CellChange.FEWER_SURE,
    CellChange.MORE_LIKELY: CellChange.FEWER_LIKELY,
    CellChange.NONE: CellChange.NONE,
    CellChange.FEWER_LIKELY: CellChange.MORE_LIKELY,
    CellChange.FEWER_SURE: CellChange.MORE_SURE,
}


def frame(rows: list[tuple[int, int]]) -> pd.DataFrame:
    now, before = zip(*rows, strict=True)
    return pd.DataFrame({"n": now, "n_previous": before})


@slowly
@given(COUNTS)
def test_swapping_the_periods_mirrors_the_classes(rows: list[tuple[int, int]]) -> None:
    found = judged(frame(rows))["verdict"]
    swapped = judged(frame([(b, a) for a, b in rows]))["verdict"]
    assert [MIRROR[CellChange(v)] for v in found] == swapped.tolist()


@slowly
@given(COUNTS)
def test_equal_periods_have_no_difference(rows: list[tuple[int, int]]) -> None:
    same = judged(frame([(a, a) for a, _ in rows]))
    assert set(same["verdict"]) == {CellChange.NONE}
    assert (same["p"] == 1).all()


@slowly
@given(st.lists(st.integers(0, 40), max_size=30))
def test_the_lone_share_is_that_of_a_plain_sum(counts: list[int]) -> None:
    table = pd.DataFrame({"n": counts}, dtype="int64")
    lone = sum(n for n in counts if 1 <= n <= K)
    assert lone_share(table, k=K) == (lone / sum(counts) if sum(counts) else 1.0), (
        "none looks like few"
    )
    assert lone_share(table, k=1) == 0.0


@slowly
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=12))
def test_tau_b_is_that_of_its_definition(rows: list[tuple[int, int]]) -> None:
    same = other = tied_a = tied_b = 0
    for i, (a, b) in enumerate(rows):
        for c, d in rows[i + 1 :]:
            same += (a - c) * (b - d) > 0
            other += (a - c) * (b - d) < 0
            tied_a += a != c
            tied_b += b != d
    how = agreement(*zip(*rows, strict=True))
    if not tied_a or not tied_b:
        assert np.isnan(how.tau) and how.words == "cannot be compared"
        return
    assert np.isclose(how.tau, (same - other) / np.sqrt(tied_a * tied_b))
    assert (how.same, how.pairs) == (same, same + other)
