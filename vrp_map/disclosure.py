"""The small-number rule. Nothing reaches a map, a report or an export except as a `Protected`.

A count of 1 to k-1 is hidden; every other count is rounded to the nearest k; zero stays zero. So every number that
is shown, and every difference of two shown numbers, is a multiple of k, and the totals of one table give no hidden
number of it away (methods M17, health profile). Several tables of overlapping periods or areas can still narrow a
hidden number, now and then to one value: docs/decisions/0002 says how far, and what comes next.
What is derived from counts (rates, shares, changes) is computed afterwards, from the rounded counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from vrp_map.config import Settings
from vrp_map.vocabulary import Audience

# Held by protect() alone, so that nobody makes a Protected by hand.
_SEAL = object()


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

    def deriving(self, **columns: object) -> Protected:
        """The same table with columns computed from the protected ones."""
        return replace(self, frame=self.frame.assign(**columns))

    @property
    def note(self) -> str:
        """What was done to the numbers, in one line for whoever reads them."""
        if self.k == 1:
            return "Exact numbers: for analysts only."
        return f"Numbers under {self.k} are hidden; all others are rounded to the nearest {self.k}."


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
    total: int | None = None,
) -> Protected:
    """Make a table fit for an audience.

    Args:
        frame: one row a unit (cell, area, month, category, cluster).
        counts: its count columns; the first is the main one, and gives `total` and `hidden`.
        exact: columns from which counts could be worked back (a z-score is one); dropped unless k is 1.
        total: the exact total, where it is not the sum of the main column.
    """
    k = threshold(audience, settings)
    out = frame.drop(columns=[c for c in exact if c in frame] if k > 1 else []).copy()
    true_total = int(frame[counts[0]].sum()) if total is None else total
    for column in counts:
        out[column] = hide_small(out[column], k=k)
    out["hidden"] = out[counts[0]].isna()
    shown = hide_small(pd.Series([true_total]), k=k).iloc[0]
    return Protected(out, audience, k, None if pd.isna(shown) else int(shown), int(out["hidden"].sum()), _SEAL)


def hide_small(counts: pd.Series, *, k: int) -> pd.Series:
    """NA for 1 to k-1 (and where nothing is known), otherwise the nearest multiple of k, halves up (Int64)."""
    values = counts.astype("Int64")
    return ((2 * values + k) // (2 * k) * k).mask((values > 0) & (values < k))
