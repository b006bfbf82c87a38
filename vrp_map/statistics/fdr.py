"""q-values: of the places flagged, how large a share would be chance (the false discovery rate).

Sources: Y. Benjamini and Y. Hochberg, J. R. Statist. Soc. B 57 (1995); Y. Benjamini and D.
Yekutieli, Annals of Statistics 29 (2001), which holds under any dependence and so is the strict
choice for overlapping neighbourhoods.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

METHODS = ("bh", "by")


def q_values(p: ArrayLike, *, method: str = "bh") -> NDArray[np.float64]:
    """The q-value of each p-value: the smallest false discovery rate at which it would be flagged.

    Args:
        p: (m,) p-values of one family of tests.
        method: "bh" (Benjamini-Hochberg) or "by" (Benjamini-Yekutieli, strict).

    Raises:
        UserError: another method, or a p-value that is missing or outside 0 to 1.
    """
    if method not in METHODS:
        raise UserError(f"There is no false discovery method {method}.", hint="Known: bh, by.")
    values = np.asarray(p, dtype=float)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise UserError(
            "A p-value is missing or outside 0 to 1.", hint="Give one p-value for each test."
        )
    if not values.size:
        return np.empty(0)
    order = np.argsort(values)
    steps = (
        values[order]
        * (len(values) * _penalty(len(values), method))
        / np.arange(1, len(values) + 1)
    )
    q = np.empty(len(values))
    # The smallest rate at which it would be flagged, by this p or any larger one.
    q[order] = np.minimum(1.0, np.minimum.accumulate(steps[::-1])[::-1])
    return q


def passes(p: NDArray[np.float64], level: float, *, method: str = "bh") -> NDArray[np.bool_]:
    """Whether `q_values(p) <= level`, many times quicker for many p: only those up to the level are
    sorted.
    """
    small = np.sort(p[p <= level])
    met = np.flatnonzero(
        small * (p.size * _penalty(p.size, method)) / np.arange(1, small.size + 1) <= level
    )
    return p <= small[met[-1]] if met.size else np.zeros(p.shape, dtype=bool)


def _penalty(m: int, method: str) -> float:
    """What any dependence between m tests costs: nothing by Benjamini and Hochberg, who do not
    allow for all of it.
    """
    return 1.0 if method == "bh" else float((1 / np.arange(1, m + 1)).sum())
