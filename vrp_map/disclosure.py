"""The small-number rule. Nothing reaches a map, a report or an export except as a `Protected`.

A count under k is hidden, and none is hidden like few: who could tell them apart could subtract (six hidden months of a
hidden year would be six ones). Every other count gets a little noise and is rounded to the nearest k. A row that stands
only where something was counted stands only with a number to show, so that being listed tells no more than the number.
The noise comes from cell keys, as census offices do it: each incident has a random key made in the build, a count has
the sum of its incidents' keys, and that sum decides the noise. The same incidents always show the same number, in
every table; other incidents another. So tables of overlapping periods, areas or categories cannot be subtracted
(methods M17; docs/decisions/0002, which also says what is left).
What is derived from counts (rates, shares, changes) is computed afterwards, from the rounded counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map.config import Settings
from vrp_map.statistics.gi_star import Untold
from vrp_map.vocabulary import Audience

# Held by protect() alone, so that nobody makes a Protected by hand.
_SEAL = object()
_KEYS = 2**32


@dataclass(frozen=True)
class Protected:
    """A table that one audience may see. Made only by `protect()`.

    `frame` has each count column rounded, or NA where hidden, and a boolean `hidden`.
    """

    frame: pd.DataFrame
    audience: Audience
    k: int
    total: int | None
    hidden: int
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("A Protected table is made by protect() only.")

    def only(self, columns: Sequence[str]) -> Protected:
        """The same table with fewer columns."""
        return replace(self, frame=self.frame[[*columns, "hidden"]])

    def showing(self, frame: pd.DataFrame) -> Protected:
        """The same table with its rows in another order, or some of them left out."""
        return replace(self, frame=frame)

    def deriving(self, **columns: object) -> Protected:
        """The same table with columns computed from the protected ones."""
        return replace(self, frame=self.frame.assign(**columns))

    @property
    def note(self) -> str:
        """What was done to the numbers, in one line for whoever reads them."""
        if self.k == 1:
            return "Exact numbers: for analysts only."
        return f"Numbers under {self.k}, and 0, are hidden; all others are rounded to {self.k}s, with a little noise."


def threshold(audience: Audience, settings: Settings) -> int:
    """The k of an audience; 1 hides nothing."""
    return {Audience.ANALYST: 1, Audience.PARTNER: settings.partner_k, Audience.PUBLIC: settings.public_k}[audience]


def protect(
    frame: pd.DataFrame,
    *,
    audience: Audience,
    settings: Settings,
    counts: Sequence[str] = ("n",),
    exact: Sequence[str] = (),
    total: tuple[int, int | None] | None = None,
    found_only: bool = False,
) -> Protected:
    """Make a table fit for an audience.

    Args:
        frame: one row a unit (cell, area, month, category, cluster).
        counts: its count columns; the first is the main one, and gives `total` and `hidden`. Beside a column stands
            that of its keys (`key_of`); without one it gets no noise.
        exact: columns from which counts could be worked back (a z-score is one); dropped unless k is 1.
        total: the exact total and its key, where they are not the sums of the main column.
        found_only: leave out the rows in which nothing was counted that this audience may know of (`found`).
    """
    k = threshold(audience, settings)
    keys = {column: key_of(column) for column in counts}
    out = frame.drop(columns=[c for c in [*(exact if k > 1 else ()), *keys.values()] if c in frame]).copy()
    for column, key in keys.items():
        out[column] = hide_small(frame[column], k=k, keys=frame.get(key))
    if found_only:
        out = out[found(frame, k=k, counts=counts)].reset_index(drop=True)
    out["hidden"] = out[counts[0]].isna()
    shown = _shown_total(frame, counts[0], k=k) if total is None else _shown_one(*total, k=k)
    return Protected(out, audience, k, None if pd.isna(shown) else int(str(shown)), int(out["hidden"].sum()), _SEAL)


def untold(sums: NDArray[np.int64], keys: NDArray[np.int64], *, k: int) -> Untold | None:
    """The neighbourhoods whose sum an audience may not be told, for a test on sums; None hides nothing.

    Args:
        sums, keys: incidents and their keys of each neighbourhood, of any one shape.
    """
    if k == 1:
        return None
    hidden = hide_small(pd.Series(sums.ravel()), k=k, keys=pd.Series(keys.ravel())).isna().to_numpy(dtype=bool)
    return Untold(hidden.reshape(sums.shape), most_hidden(k))


def most_hidden(k: int) -> int:
    """The largest number that may be hidden: noise may push a count down by k // 2, and hide it too."""
    return k - 1 + k // 2


def found(frame: pd.DataFrame, *, k: int, counts: Sequence[str] = ("n",)) -> NDArray[np.bool_]:
    """Which rows have a number above zero to show, in any of these columns: for tables that list what there is."""
    shown = [hide_small(frame[column], k=k, keys=frame.get(key_of(column))) for column in counts]
    return np.logical_or.reduce([column.fillna(0).to_numpy(dtype=np.int64) > 0 for column in shown])


def _shown_total(frame: pd.DataFrame, column: str, *, k: int) -> object:
    key = key_of(column)
    return _shown_one(int(frame[column].sum()), int(frame[key].sum()) if key in frame else None, k=k)


def _shown_one(n: int, key: int | None, *, k: int) -> object:
    return hide_small(pd.Series([n]), k=k, keys=None if key is None else pd.Series([key])).iloc[0]


def key_of(column: str) -> str:
    """Name of the column that holds the keys of a count column: n -> key, n_previous -> key_previous."""
    return "key" + column[1:] if column == "n" or column.startswith("n_") else f"{column}_key"


def hide_small(counts: pd.Series, *, k: int, keys: pd.Series | None = None) -> pd.Series:
    """What is shown of counts: Int64, NA where hidden or not known.

    Args:
        k: 1 changes nothing.
        keys: the sum of the incidents' keys of each count (any whole number; taken modulo 2^32).
    """
    values = counts.astype("Int64").array
    if k == 1:
        return pd.Series(values, index=counts.index, name=counts.name)
    missing = np.asarray(values.isna())
    n = values.to_numpy(dtype=np.int64, na_value=0)
    noisy = n if keys is None else n + _noise(keys, k)
    rounded = (2 * noisy + k) // (2 * k) * k
    hidden = (n < k) | (noisy < k)
    return pd.Series(pd.arrays.IntegerArray(rounded, missing | hidden), index=counts.index, name=counts.name)


def _noise(keys: pd.Series, k: int) -> NDArray[np.int64]:
    """One of the k whole numbers from -(k // 2), equally likely: noise and rounding together add nothing on average."""
    # Multiplying by an odd constant spreads neighbouring keys over the whole range (Knuth's multiplicative hashing).
    numbers = pd.to_numeric(keys).fillna(0).to_numpy(dtype=np.uint64) % np.uint64(_KEYS)
    spread = numbers * np.uint64(2_654_435_761) % np.uint64(_KEYS) // np.uint64(65_536)
    return np.asarray(spread.astype(np.int64) % k - k // 2)
