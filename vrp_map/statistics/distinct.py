"""Each place once: rows of numbers made distinct, with the way back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def distinct_rows(rows: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """The distinct rows in rising order, the first column before the second.

    `numpy.unique(axis=0)` gives the same but compares rows byte by byte: for a million rows it is
    ten times slower.

    Args:
        rows: (n, k) numbers, none missing.

    Returns:
        (m, k) distinct rows, and (n,) the position of every row among them.
    """
    n = len(rows)
    if not n:
        return rows.copy(), np.empty(0, dtype=np.int64)
    # lexsort takes the most important key last.
    order = np.lexsort(rows.T[::-1])
    in_order = rows[order]
    is_new = np.empty(n, dtype=bool)
    is_new[0] = True
    np.any(in_order[1:] != in_order[:-1], axis=1, out=is_new[1:])
    where = np.empty(n, dtype=np.int64)
    where[order] = np.cumsum(is_new) - 1
    return in_order[is_new], where
