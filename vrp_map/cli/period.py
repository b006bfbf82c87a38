"""Which months a command is about when none are given, and which it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from vrp_map import wording
from vrp_map.selection import month, month_span, shift_month

if TYPE_CHECKING:
    from vrp_map.selection import Selection
    from vrp_map.workspace import Workspace

# The pages' usual period too: a year has every season, and the year before is there to compare
# with.
USUAL_MONTHS = 12


def refuse_outside(ws: Workspace, first: str | None, last: str | None) -> None:
    """A period without any month of the data is a slip, not a count of 0."""
    begins, ends = ws.snapshot.first_month, ws.snapshot.last_month
    asked_first, asked_last = month(first) if first else begins, month(last) if last else ends
    given = (first and asked_first > ends) or (last and asked_last < begins)
    if given and not (first and last and asked_first > asked_last):
        from vrp_map.views.choice import outside_data

        raise outside_data(ws)


def asked_selection(
    ws: Workspace,
    category: Sequence[str] | None,
    first: str | None,
    last: str | None,
    *,
    areas: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    is_usual: bool = False,
) -> Selection:
    """What the options of a command choose: violence, and all months, where they say nothing.

    Args:
        is_usual: without a first month, the usual period instead of all months.

    Raises:
        UserError: no such category, area or source, or no month of the data.
    """
    refuse_outside(ws, first, last)
    return ws.select(
        category or ["violence"],
        first=first or (usual_first(ws, last) if is_usual else None),
        last=last,
        areas=areas or (),
        sources=sources or (),
    )


def usual_first(ws: Workspace, last: str | None) -> str:
    """The first month of the usual period that ends with `last`, or with the data."""
    begins, _ = ws.period(USUAL_MONTHS, last=month(last) if last else None)
    return f"{begins:%Y-%m}"


def comparable(selection: Selection, data_begins: date) -> list[str]:
    """Which period could be compared with the one before it, where the one chosen cannot."""
    last = selection.last
    if selection.previous().first >= data_begins:
        return []
    most = month_span(data_begins, last) // 2
    if not most:
        return []
    return [
        f"To see what changed, choose at most {most} months: --from"
        f" {shift_month(last, 1 - most):%Y-%m}."
    ]


def period_line(selection: Selection, *, chosen: bool) -> str:
    """Which months a table is about, and how to choose others."""
    months = selection.months
    length = "month" if months == 1 else f"{months} months"
    usual = "" if chosen else f" (the last {length}; --from and --to choose others)"
    return f"Period: {wording.period_words(selection.first, selection.last)}{usual}."
