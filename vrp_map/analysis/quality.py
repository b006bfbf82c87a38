"""The account of everything that was loaded: what was taken, what was refused and why, and what
lies where.
"""

from __future__ import annotations

import pandas as pd

from vrp_map.analysis.missing import EVERYTHING, missing
from vrp_map.analysis.question import Question
from vrp_map.analysis.results import Quality
from vrp_map.config import Settings
from vrp_map.disclosure.bands import nearest
from vrp_map.disclosure.protect import hide_small, may_be_told, shown_number
from vrp_map.disclosure.thresholds import threshold
from vrp_map.selection import shift_month
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.reader import Reader

_ROWS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_replaced")


def quality_of(
    reader: Reader, *, reason: str | None, rows: int, audience: Audience, settings: Settings
) -> Quality:
    """The account of everything loaded, from the snapshot's own tables.

    Only analysts get exact numbers and the refused records: whoever has all files but one would
    read the rows of that one off an exact sum. That read = accepted + quarantined is for everybody
    to see, in rounded numbers too.
    """
    loads = reader.frame("loads")
    exact = audience == Audience.ANALYST
    k = threshold(audience, settings)
    months = reader.deliveries
    by_category = _by_category(reader, audience=audience, settings=settings)
    # Two sums over all incidents, which no drawn ones stand for: rounded they would be a second
    # look.
    disagreement = (
        reader.frame("lsoa_disagreement").iloc[0] if exact else dict.fromkeys(("n", "differ"), 0)
    )
    everything = reader.facts(EVERYTHING)
    located = everything.incidents - everything.unlocated
    sums = {c: int(nearest(float(loads[c].sum()), k=k)) for c in _ROWS}
    if not exact:
        # Of the drawn incidents, like every other total of them.
        sums["rows_accepted"] = everything.incidents + sums["rows_replaced"]
    sums["rows_read"] = sums["rows_accepted"] + sums["rows_quarantined"]
    return Quality(
        loads=loads.assign(**{c: hide_small(loads[c], k=k) for c in _ROWS}),
        reasons=reader.frame("reasons").assign(n=lambda f: hide_small(f["n"], k=k)),
        refused=reader.refused(reason, rows=rows),
        months=months,
        absent=_absent(months),
        unlocated_by_category=by_category[["category", "n", "unlocated"]],
        warnings=_warnings(reader.warnings, loads, k=k),
        read=sums["rows_read"],
        accepted=sums["rows_accepted"],
        replaced=sums["rows_replaced"],
        quarantined=sums["rows_quarantined"],
        located=shown_number(located, k=k),
        unlocated=shown_number(everything.unlocated, k=k),
        outside=shown_number(everything.outside, k=k),
        lsoa_named=shown_number(disagreement["n"], k=k),
        lsoa_differ=shown_number(disagreement["differ"], k=k),
    )


def _warnings(warnings: pd.DataFrame, loads: pd.DataFrame, *, k: int) -> pd.DataFrame:
    """Those of k rows, or of a file that has k: one of fewer would tell that there are some."""
    of = warnings["file"].map(loads.groupby("file")["rows_read"].max())
    told = may_be_told(warnings["n"], of, k=k)
    return warnings[told].reset_index(drop=True).assign(n=lambda f: hide_small(f["n"], k=k))


def _by_category(reader: Reader, *, audience: Audience, settings: Settings) -> pd.DataFrame:
    if not reader.holds_incidents:
        return pd.DataFrame(columns=["category", "n", "unlocated"])
    return missing(Question(reader, settings, EVERYTHING, audience)).by_category.frame


def _absent(months: pd.DataFrame) -> pd.DataFrame:
    """Months missing between the first and the last of each source and publisher."""
    rows = []
    for (source, publisher), group in months.groupby(["source", "publisher"]):
        present, day = set(group["month"]), min(group["month"])
        while day < max(present):
            if day not in present:
                rows.append((source, publisher, day))
            day = shift_month(day, 1)
    return pd.DataFrame(rows, columns=["source", "publisher", "month"])
