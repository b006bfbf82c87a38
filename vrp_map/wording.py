"""Selections in words, for sentences and method cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vrp_map.config import Settings
from vrp_map.vocabulary import ALL_CATEGORIES


def what(categories: Sequence[str], settings: Settings) -> str:
    """ "Violence", "Incidents of every category", "Robbery and drugs"."""
    for preset, members in settings.presets.items():
        if tuple(sorted(members)) == tuple(categories):
            return "All incidents together" if preset == "all" else preset.capitalize()
    names = [ALL_CATEGORIES[c] for c in categories]
    return listed([names[0], *(n[0].lower() + n[1:] for n in names[1:])])


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def month_words(day: date) -> str:
    return f"{day:%B %Y}"


def period_words(first: date, last: date) -> str:
    return month_words(first) if first == last else f"{month_words(first)} to {month_words(last)}"


def before_words(months: int) -> str:
    """The equal period before, as it follows "is down 8% on …"."""
    return "the month before" if months == 1 else f"the {months} months before"


def day_words(day: date) -> str:
    """ "3 November 2026"."""
    return f"{day.day} {day:%B %Y}"
