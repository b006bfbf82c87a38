"""What suppliers have delivered of a period: its gaps, its whole months, and an earlier period to
compare it with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from vrp_map.selection import Selection, month_span, shift_month
from vrp_map.warehouse.reader import Reader

_MATTERS = 0.01
# Of a supplier with this many k in its usual month, no month that it delivered has fewer than k.
_USUAL_UNITS = 4


@dataclass(frozen=True)
class EarlierPeriod:
    """The earlier period that a selection is compared with.

    Attributes:
        first, last: its months. same_season: whether they are the same months of the year, so that
            a difference can be tested: against other months, a season would be called a change.
    """

    first: date
    last: date
    same_season: bool

    def of(self, selection: Selection) -> Selection:
        """A selection in these months."""
        return replace(selection, first=self.first, last=self.last)


def earlier_period(reader: Reader, selection: Selection) -> EarlierPeriod | None:
    """The same months a year before (years, for more than one), else the equal period before; None
    if none is whole.

    Whole: no supplier that matters lacks a month of it or of the selection itself.
    """
    for then, same in ((selection.years_before(), True), (selection.previous(), False)):
        if then.first < reader.snapshot.first_month:
            continue
        # A supplier that matters in one of the two periods must have both, but not the months
        # between them.
        window = replace(selection, first=then.first)
        missing = {month for months in gaps(reader, window).values() for month in months}
        if not any(month <= then.last or month >= selection.first for month in missing):
            return EarlierPeriod(then.first, then.last, same)
    return None


def gaps(reader: Reader, selection: Selection) -> dict[str, list[date]]:
    """Months of the period that a supplier which matters here has not delivered, by supplier.

    A supplier matters if it delivered any of these months and gives at least 1% of the incidents
    inside the boundaries in all of the data: a neighbouring force with a handful of incidents
    across the border neither makes a period whole nor spoils it. Who matters does not depend on the
    period, or sliding the period would count a small supplier's incidents for those who see a
    sample; for them it must also be large enough that no month of its is few or none.
    """
    found = _gaps(reader, selection.first, selection.last, selection.sources)
    return {name: list(missing) for name, missing in found}


def whole_months(reader: Reader, selection: Selection, *, most: int) -> list[date]:
    """The months up to the selection's last, at most so many, since the last that a supplier which
    matters lacks.
    """
    last = selection.last
    first = max(shift_month(last, 1 - most), reader.snapshot.first_month)
    if first > last:
        return []
    missing = {
        month
        for months in gaps(reader, replace(selection, first=first, last=last)).values()
        for month in months
    }
    months = [shift_month(first, i) for i in range(month_span(first, last))]
    return months[max((i + 1 for i, month in enumerate(months) if month in missing), default=0) :]


@lru_cache(maxsize=256)
def _gaps(
    reader: Reader, first: date, last: date, sources: tuple[str, ...]
) -> tuple[tuple[str, tuple[date, ...]], ...]:
    wanted = [shift_month(first, i) for i in range(month_span(first, last))]
    held = reader.deliveries
    held = held[held["month"].between(first, last)]
    if sources:
        held = held[held["source"].isin(sources)]
    found: dict[str, set[date]] = {}
    for source, publisher in sorted(_who_matters(reader, sources)):
        theirs = set(
            held.loc[(held["source"] == source) & (held["publisher"] == publisher), "month"]
        )
        if theirs:
            found.setdefault(publisher or source, set()).update(set(wanted) - theirs)
    if not found:
        # Nobody who matters delivered any of it: what is there at all.
        there = held if reader.unit == 1 else reader.months
        found["every supplier"] = set(wanted) - set(there["month"])
    return tuple((name, tuple(sorted(missing))) for name, missing in found.items() if missing)


def _who_matters(reader: Reader, sources: tuple[str, ...]) -> set[tuple[str, str]]:
    """(source, publisher) of those that give at least 1% of the incidents inside the boundaries in
    all of the data.
    """
    inside = reader.coverage
    if sources:
        inside = inside[inside["source"].isin(sources)]
    n = inside.groupby(["source", "publisher"])["n"].agg(["sum", "median"])
    usual = _USUAL_UNITS * reader.unit if reader.unit > 1 else 0
    matters = (n["sum"] >= _MATTERS * n["sum"].sum()) & (n["median"] >= usual)
    return {(str(source), str(publisher)) for source, publisher in n.index[matters]}
