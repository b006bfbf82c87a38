"""The small-number rule. Nothing reaches a map, a report or an export except as a `Protected`.

Two gates stand one behind the other. At the entrance, anyone but an analyst counts from a sample of
the incidents: one in k, drawn once with the store's secret, each standing for k
(`disclosure.sampling`; docs/decisions/0002). So every number is a multiple of k and a sum over the
same drawn incidents, and questions that overlap tell nothing new. At the exit, here, a count under
k is hidden: 0 is shown as hidden, like the few that may stand behind it. A row that stands only
where something was counted stands only with a number to show. What is derived from counts (rates,
shares, changes, tests) is computed from the numbers as they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map.config import Settings
from vrp_map.disclosure.sealed import (
    HIDDEN,
    Contents,
    Sealed,
    _again,
    _fill,
    is_count_name,
    opened,
)
from vrp_map.disclosure.thresholds import is_exact, threshold
from vrp_map.disclosure.words import note
from vrp_map.vocabulary import Audience


class Protected(Sealed):
    """A table of incidents that one audience may see. Making one is protecting it.

    `frame` has each count column rounded, or NA where hidden, and a boolean `hidden`.
    """

    __slots__ = ()

    def __init__(  # noqa: PLR0913 - what a sealed table is told once, by keyword
        self,
        frame: pd.DataFrame,
        *,
        audience: Audience,
        settings: Settings,
        counts: Sequence[str] = ("n",),
        exact: Sequence[str] = (),
        total: int | None = None,
        found_only: bool = False,
    ) -> None:
        """Make a table fit for an audience.

        Args:
            frame: one row a unit (cell, area, month, category, cluster).
            counts: its count columns; the first is the main one, and gives `total` and `hidden`.
            exact: columns from which counts could be worked back (a z-score is one); dropped unless
                k is 1.
            total: of the main column, where it is not the sum of these rows.
            found_only: leave out the rows in which nothing was counted that this audience may know
                of (`found`).
        """
        k = threshold(audience, settings)
        out = frame.drop(columns=[c for c in (() if is_exact(k) else exact) if c in frame]).copy()
        left = [c for c in out if is_count_name(str(c)) and c not in (*counts, *exact)]
        if left:
            raise ValueError(
                f"These columns look like counts and are not protected: {', '.join(left)}."
            )
        for column in counts:
            out[column] = hide_small(frame[column], k=k)
        if found_only:
            out = out[found(frame, k=k, counts=counts)]
        out[HIDDEN] = out[counts[0]].isna()
        counted = int(frame[counts[0]].sum()) if total is None else total
        about = {"audience": str(audience)}
        whole = shown_number(counted, k=k)
        _fill(
            self,
            Contents(out, counts=tuple(counts), k=k, total=whole, notes=(note(k),), about=about),
        )

    @property
    def audience(self) -> Audience:
        """Who may see it."""
        return Audience(opened(self).about["audience"])

    @property
    def hidden(self) -> int:
        """How many of its rows have a hidden number."""
        return int(opened(self).frame[HIDDEN].sum())

    def at(self, column: str, units: Sequence[Any]) -> Protected:
        """The rows of exactly these units, in this order, from a whole table; `total` is then of
        them, as shown.

        Args:
            column: names each row's unit. units: one that the table does not list has nothing that
                may be shown.
        """
        held = opened(self)
        frame = held.frame.set_index(column).reindex(list(units)).rename_axis(column).reset_index()
        for name in held.counts:
            if name in frame:
                frame[name] = (
                    frame[name].astype("Int64").fillna(0)
                    if is_exact(held.k)
                    else frame[name].astype("Int64")
                )
        frame[HIDDEN] = frame[held.counts[0]].isna()
        shown = frame[held.counts[0]].sum(min_count=1)
        return _again(self, frame, total=None if pd.isna(shown) else int(shown))

    def head(self) -> dict[str, Any]:
        """What every export says of the numbers, above its rows."""
        return {**super().head(), HIDDEN: self.hidden}


# As a verb, for those who do it.
protect = Protected


def found(frame: pd.DataFrame, *, k: int, counts: Sequence[str] = ("n",)) -> NDArray[np.bool_]:
    """Which rows have a number above zero to show, in any of these columns: for tables that list
    what there is.
    """
    shown = [hide_small(frame[column], k=k) for column in counts]
    return np.asarray(
        np.logical_or.reduce([column.fillna(0).to_numpy(dtype=np.int64) > 0 for column in shown])
    )


def may_be_told(counts: pd.Series, of: pd.Series, *, k: int) -> NDArray[np.bool_]:
    """Which rows may be listed at all, for tables of what is the matter with files: those that
    count at least k, or count nothing and are of a whole of at least k. Fewer would tell that there
    are some.
    """
    large = (counts >= k).fillna(value=False) | (counts.isna() & (of >= k).fillna(value=False))
    return np.asarray(large.to_numpy(dtype=bool) | is_exact(k))


def shown_number(n: int, *, k: int) -> int | None:
    """What is shown of one count; None = hidden."""
    shown = hide_small(pd.Series([n]), k=k).iloc[0]
    return None if pd.isna(shown) else int(str(shown))


def hide_small(counts: pd.Series, *, k: int) -> pd.Series:
    """What is shown of counts: Int64, NA where hidden or not known.

    Args:
        k: 1 changes nothing.
    """
    values = counts.astype("Int64").array
    if is_exact(k):
        return pd.Series(values, index=counts.index, name=counts.name)
    missing = np.asarray(values.isna())
    n = values.to_numpy(dtype=np.int64, na_value=0)
    # What comes from a sampled table is a multiple of k already; for any other count this is the
    # last gate.
    rounded = (2 * n + k) // (2 * k) * k
    return pd.Series(
        pd.arrays.IntegerArray(rounded, missing | (n < k)), index=counts.index, name=counts.name
    )
