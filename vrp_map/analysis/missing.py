"""What is missing: incidents without a place, months a supplier has not delivered, months that are
not whole yet.

Shares are made from the protected numbers, so that they tell nothing that the numbers do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from vrp_map import wording
from vrp_map.analysis.question import Question
from vrp_map.disclosure.protect import Protected
from vrp_map.selection import Selection, shift_month
from vrp_map.warehouse.counts import CountTable

EVERYTHING = Selection(())
NOT_OVER = "it had not ended when the data was loaded"


@dataclass(frozen=True)
class MissingData:
    """What the data does not hold.

    Attributes:
        everything: one row: n, unlocated (no place), share of n. by_category, by_month, by_source:
            the same by category, month or source. Months have why (why they are not whole; empty =
            whole). All are protected.
        gaps: months that a supplier which matters has not delivered, by supplier. incomplete: why,
            by month.
    """

    everything: Protected
    by_category: Protected
    by_month: Protected
    by_source: Protected
    gaps: Mapping[str, list[date]]
    incomplete: Mapping[date, str]

    @property
    def sentence(self) -> str:
        """How much has no place, in words, from the numbers as shown."""
        row = self.everything.frame.iloc[0]
        return unlocated_words(row["n"], row["unlocated"])


def missing(question: Question) -> MissingData:
    """What the data of a selection does not hold, wherever it was: nobody knows in which area an
    incident without a place was.
    """
    selection = replace(question.selection, areas=())
    counts, absent = question.reader.counts, question.gaps
    months = [shift_month(selection.first, i) for i in range(selection.months)]
    partial = incomplete_months(absent, months, created=question.reader.snapshot.created.date())

    def table(name: str, parts: Iterable[tuple[str | date, Selection]]) -> Protected:
        safe = question.protect(
            _counted(counts, name, parts),
            counts=("n", "unlocated"),
            found_only=name in ("category", "source"),
        )
        return _with_share(safe)

    kinds = selection.categories or tuple(counts.category.words)
    by_category = table("category", ((c, replace(selection, categories=(c,))) for c in kinds))
    by_month = table("month", ((m, replace(selection, first=m, last=m)) for m in months))
    sources = selection.sources or tuple(counts.source.words)
    by_source = table("source", ((s, replace(selection, sources=(s,))) for s in sources))
    by_month = by_month.deriving(why=[partial.get(month, "") for month in by_month.frame["month"]])
    everything = table("what", [("everything", selection)])
    return MissingData(
        everything, _largest_first(by_category), by_month, by_source, absent, partial
    )


def incomplete_months(
    absent: Mapping[str, Iterable[date]], months: Iterable[date], *, created: date
) -> dict[date, str]:
    """Why each month is not whole, for those that are not.

    Args:
        absent: months not delivered, by supplier. created: the day the data was put together.
    """
    lacking: dict[date, list[str]] = {}
    for supplier, gone in absent.items():
        for month in gone:
            lacking.setdefault(month, []).append(supplier)
    found = {}
    for month in months:
        why = [f"{wording.listed(lacking[month])} did not deliver it"] if month in lacking else []
        if shift_month(month, 1) > created:
            why.append(NOT_OVER)
        if why:
            found[month] = " and ".join(why)
    return found


def unlocated_words(n: Any, unlocated: Any) -> str:
    """ "4.1% of incidents have no place", from the numbers as shown; missing = hidden."""
    if pd.isna(n) or pd.isna(unlocated):
        return "few incidents, or none, have no place"
    if not unlocated or not n:
        return "every incident has a place"
    share = min(float(unlocated) / float(n), 1.0)
    return f"{'under 0.1%' if share < 0.001 else f'{share:.1%}'} of incidents have no place"


def _counted(
    counts: CountTable, name: str, parts: Iterable[tuple[str | date, Selection]]
) -> pd.DataFrame:
    rows = []
    for label, part in parts:
        totals = counts.totals(part)
        rows.append((label, totals["incidents"], totals["unlocated"]))
    return pd.DataFrame(rows, columns=[name, "n", "unlocated"])


def _with_share(table: Protected) -> Protected:
    """With the share that has no place; missing where a number is hidden."""
    n, unlocated = (table.frame[c].astype("Float64") for c in ("n", "unlocated"))
    # Each number is rounded for itself: a small group could seem to lack more than it holds.
    return table.deriving(share=(unlocated / n).mask(n.isna() | (n == 0)).clip(upper=1.0))


def _largest_first(table: Protected) -> Protected:
    """The largest share first, hidden ones last: by what is shown."""
    return table.ordered(
        table.frame.sort_values(["share", "n"], ascending=False, na_position="last").index
    )
