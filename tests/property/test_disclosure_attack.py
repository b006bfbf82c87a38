"""Somebody with many overlapping tables, working back: every window of ten months, intersected until nothing moves."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest

from vrp_map.disclosure import hide_small

MONTHS, CELLS = 10, 150
WINDOWS = [(a, b) for a, b in combinations_with_replacement(range(MONTHS), 2)]


def shown(n: np.ndarray, keys: np.ndarray | None, k: int) -> dict[tuple[int, int], int | None]:
    """What a partner reads of one cell for every window of months."""
    sums = pd.Series([int(n[a : b + 1].sum()) for a, b in WINDOWS])
    sum_keys = None if keys is None else pd.Series([int(keys[a : b + 1].sum()) for a, b in WINDOWS])
    values = hide_small(sums, k=k, keys=sum_keys)
    return {w: None if pd.isna(v) else int(v) for w, v in zip(WINDOWS, values, strict=True)}


def limits(value: int | None, k: int, noise: int) -> tuple[int, int]:
    """The counts that a shown value can stand for, as the published rule says."""
    if value is None:
        return 0, k - 1 + noise
    return max(k, value - k // 2 - noise), value + (k - 1) // 2 + noise


def worked_back(table: dict[tuple[int, int], int | None], k: int, noise: int) -> list[tuple[int, int]]:
    """Interval arithmetic on prefix sums (difference constraints), to the tightest limits of each month."""
    far = 10**6
    bound = np.full((MONTHS + 1, MONTHS + 1), far)
    np.fill_diagonal(bound, 0)
    for (a, b), value in table.items():
        low, high = limits(value, k, noise)
        bound[a, b + 1] = min(bound[a, b + 1], high)
        bound[b + 1, a] = min(bound[b + 1, a], -low)
    for via in range(MONTHS + 1):
        bound = np.minimum(bound, bound[:, via : via + 1] + bound[via : via + 1, :])
    return [(int(-bound[m + 1, m]), int(bound[m, m + 1])) for m in range(MONTHS)]


def share_found(*, with_keys: bool, k: int = 5) -> float:
    """Of the months under k and not zero, the share that the attack pins to one value."""
    rng = np.random.default_rng(20261101)
    found = small = 0
    for _ in range(CELLS):
        n = rng.poisson(rng.uniform(0.5, 5.0), MONTHS)
        keys = (
            np.array([int(rng.integers(0, 2**32, c, dtype=np.uint64).sum() % 2**32) for c in n]) if with_keys else None
        )
        solved = worked_back(shown(n, keys, k), k, k // 2 if with_keys else 0)
        for month, (low, high) in enumerate(solved):
            assert low <= n[month] <= high, "the attack must never exclude the truth"
            if 0 < n[month] < k:
                small += 1
                found += low == high
    return found / small


def test_rounding_alone_would_give_half_of_them_away() -> None:
    assert share_found(with_keys=False) > 0.3


def test_cell_keys_give_almost_none_away() -> None:
    assert share_found(with_keys=True) < 0.01


@pytest.mark.parametrize("k", [5, 10])
def test_the_same_incidents_show_the_same_number(k: int) -> None:
    counts, keys = pd.Series([12, 12, 40]), pd.Series([77, 77, 77])
    first, second = (list(hide_small(counts, k=k, keys=keys)) for _ in range(2))
    assert first == second and first[0] == first[1]


@pytest.mark.parametrize("k", [5, 10])
def test_the_noise_is_even_and_small(k: int) -> None:
    keys = pd.Series(np.random.default_rng(1).integers(0, 2**32, 20_000))
    counts = pd.Series(np.full(len(keys), 20 * k))
    values = hide_small(counts, k=k, keys=keys)
    assert set(values) <= {19 * k, 20 * k, 21 * k}
    assert abs(float(values.mean()) - 20 * k) < 0.05 * k
