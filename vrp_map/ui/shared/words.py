"""Numbers, dates and names as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from vrp_map.analysis.hotspots.tables import FEW_LIVE_HERE, HIGH_FOR_RESIDENTS, NOT_FOR_RESIDENTS
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps import SPACING_M
from vrp_map.selection import shift_month
from vrp_map.vocabulary import ALL_CATEGORIES, MIN_RESOLUTION, RESOLUTION_WORDS

NO_CHANGE = "no change"
PRESET_WORDS = {"violence": "All violence", "all": "Every kind of incident"}


def day(value: date) -> str:
    """3 November 2026."""
    return f"{value.day} {value:%B %Y}"


def month(value: date) -> str:
    """November 2026."""
    return f"{value:%B %Y}"


def months(days: Sequence[date]) -> str:
    """May 2024, July 2024 to March 2025: months that follow each other as one range.

    Args:
        days: the first days of the months, oldest first.
    """
    ranges: list[list[date]] = []
    for this in days:
        if ranges and shift_month(ranges[-1][-1], 1) == this:
            ranges[-1].append(this)
        else:
            ranges.append([this])
    return ", ".join(period(part[0], part[-1]) for part in ranges)


def period(first: date, last: date) -> str:
    """November 2025 to October 2026."""
    return month(first) if first == last else f"{month(first)} to {month(last)}"


def number(value: Any) -> str:
    """A count with thousands separators, or the words for a hidden one."""
    return FEW_OR_NONE if _missing(value) else f"{int(value):,}"


def rate(value: Any) -> str:
    return "not known" if _missing(value) else f"{float(value):,.1f}"


def share(value: Any) -> str:
    if _missing(value):
        return "not known"
    return "under 0.1%" if 0 < float(value) < 0.001 else f"{float(value):.1%}"


def change(value: Any) -> str:
    """ "up 12%", "down 8%", "no change", or why it cannot be said."""
    if _missing(value):
        return f"not known ({FEW_OR_NONE})"
    if round(float(value) * 100) >= 200:
        return f"{1 + float(value):,.0f} times as many"
    percent = round(abs(float(value)) * 100)
    return NO_CHANGE if percent == 0 else f"{'up' if float(value) > 0 else 'down'} {percent}%"


def category(slug: str) -> str:
    """The name of a category, a preset, or several of them."""
    names = {**ALL_CATEGORIES, **PRESET_WORDS}
    return " + ".join(
        names.get(word, word.replace("-", " ").capitalize()) for word in slug.split(",")
    )


_FOR_RESIDENTS = {
    HIGH_FOR_RESIDENTS: "Yes: this is high for the number of people who live around here, too.",
    NOT_FOR_RESIDENTS: (
        "No: this is not clearly high for the number of people who live around here."
    ),
    FEW_LIVE_HERE: "We cannot say: too few people live around here.",
}


def for_residents(found: str) -> str:
    """Whether a hotspot is high for the number of its residents, as a sentence."""
    return _FOR_RESIDENTS[found]


def hexagon(resolution: int) -> str:
    """Neighbourhood (9)."""
    return f"{RESOLUTION_WORDS[resolution].capitalize()} ({resolution})"


def across(resolution: int) -> str:
    """How wide a hexagon is: "330 m", "2.3 km"."""
    metres = SPACING_M[resolution]
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres} m"


def no_hexagon(kind: str, when: str, *, total: int | None, resolution: int) -> str:
    """Why a map has no hexagon to show, and what to do.

    Args:
        total: incidents of the whole choice, as the audience is told; None = hidden.
    """
    larger = "larger hexagons, " if resolution > MIN_RESOLUTION else ""
    to_do = f"**What to do:** choose {larger}a longer period, another kind, or a wider area."
    if total == 0:
        return f"There are no incidents of this kind ({kind.lower()}) here in {when}.\n\n{to_do}"
    if total is None:
        said = (
            f"There are too few incidents of this kind ({kind.lower()}) to show here in {when}, or"
            " none."
        )
        return f"{said}\n\n{to_do}"
    said = f"There are {total:,} incidents of this kind ({kind.lower()}) here in {when}."
    return f"{said} They are spread out: no single hexagon has enough of them to show.\n\n{to_do}"


def _missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))
