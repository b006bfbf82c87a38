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
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map.config import Settings
from vrp_map.sealed import HIDDEN, Contents, Sealed, _again, _fill, is_count_name, opened
from vrp_map.statistics.gi_star import Untold
from vrp_map.vocabulary import Audience

_KEYS = 2**32


class Protected(Sealed):
    """A table of incidents that one audience may see. Making one is protecting it: see `protect`.

    `frame` has each count column rounded, or NA where hidden, and a boolean `hidden`.
    """

    __slots__ = ()

    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        audience: Audience,
        settings: Settings,
        counts: Sequence[str] = ("n",),
        exact: Sequence[str] = (),
        total: tuple[int, int | None] | None = None,
        found_only: bool = False,
    ) -> None:
        k = threshold(audience, settings)
        keys = {column: key_of(column) for column in counts}
        out = frame.drop(columns=[c for c in [*(exact if k > 1 else ()), *keys.values()] if c in frame]).copy()
        left = [c for c in out if is_count_name(str(c)) and c not in (*counts, *exact)]
        if left:
            raise ValueError(f"These columns look like counts and are not protected: {', '.join(left)}.")
        for column, key in keys.items():
            out[column] = hide_small(frame[column], k=k, keys=frame.get(key))
        if found_only:
            out = out[found(frame, k=k, counts=counts)]
        out[HIDDEN] = out[counts[0]].isna()
        shown = _shown_total(frame, counts[0], k=k) if total is None else _shown_one(*total, k=k)
        note = (
            "Exact numbers: for analysts only."
            if k == 1
            else f"Numbers under {k}, and 0, are hidden; all others are rounded to {k}s, with a little noise."
        )
        about = {"audience": str(audience)}
        whole = None if pd.isna(shown) else int(str(shown))
        _fill(self, Contents(out, counts=tuple(counts), k=k, total=whole, notes=(note,), about=about))

    @property
    def audience(self) -> Audience:
        """Who may see it."""
        return Audience(opened(self).about["audience"])

    @property
    def hidden(self) -> int:
        """How many of its rows have a hidden number."""
        return int(opened(self).frame[HIDDEN].sum())

    def at(self, column: str, units: Sequence[Any]) -> Protected:
        """The rows of exactly these units, in this order, from a whole table; `total` is then of them, as shown.

        Args:
            column: names each row's unit. units: one that the table does not list has nothing that may be shown.
        """
        held = opened(self)
        frame = held.frame.set_index(column).reindex(list(units)).rename_axis(column).reset_index()
        for name in held.counts:
            if name in frame:
                frame[name] = frame[name].astype("Int64").fillna(0) if held.k == 1 else frame[name].astype("Int64")
        frame[HIDDEN] = frame[held.counts[0]].isna()
        shown = frame[held.counts[0]].sum(min_count=1)
        return _again(self, frame, total=None if pd.isna(shown) else int(shown))

    def head(self) -> dict[str, Any]:
        """What every export says of the numbers, above its rows."""
        return {**super().head(), HIDDEN: self.hidden}


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
    return Protected(
        frame, audience=audience, settings=settings, counts=counts, exact=exact, total=total, found_only=found_only
    )


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
