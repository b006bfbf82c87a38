"""What somebody is looking at: categories, period, area, source.

Frozen, and the same thing as a URL query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from vrp_map.config import Settings, nearest
from vrp_map.errors import UserError
from vrp_map.vocabulary import ALL_CATEGORIES, CATEGORY_ALIASES

# The ends of a period that is as long as the data.
BEGINNING, END = date(1, 1, 1), date(9999, 12, 1)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Selection:
    """A choice of incidents.

    Args:
        categories: slugs of `vocabulary.ALL_CATEGORIES`.
        first, last: the first and last month, both included, as the first day of the month; an
            open end (`BEGINNING`, `END`) = as far as data goes.
        areas: area keys "type:code" (any of them: a union); empty = everywhere.
        sources: supplier names; empty = all.
    """

    categories: tuple[str, ...]
    first: date = BEGINNING
    last: date = END
    areas: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise UserError(
                f"The period ends ({self.last:%Y-%m}) before it begins ({self.first:%Y-%m}).",
                hint="Swap the two months.",
            )

    @property
    def is_open(self) -> bool:
        """Whether an end of the period is the data's own."""
        return self.first == BEGINNING or self.last == END

    @property
    def months(self) -> int:
        """Length of the period in months.

        Raises:
            UserError: the period is open.
        """
        if self.is_open:
            raise UserError(
                "The period has no first or last month.", hint="Give its first and last month."
            )
        return month_span(self.first, self.last)

    def within(self, first: date, last: date) -> Selection:
        """The same choice with both ends of its period: an open one is that of the data."""
        if not self.is_open:
            return self
        return replace(
            self,
            first=first if self.first == BEGINNING else self.first,
            last=last if self.last == END else self.last,
        )

    def previous(self) -> Selection:
        """The equal period that ends the month before this one begins."""
        length = self.months
        return replace(
            self, first=shift_month(self.first, -length), last=shift_month(self.first, -1)
        )

    def years_before(self) -> Selection:
        """The same months of the year, as few years before as leave no month in both."""
        back = -12 * -(-self.months // 12)
        return replace(self, first=shift_month(self.first, back), last=shift_month(self.last, back))

    def to_query(self) -> dict[str, str]:
        """As URL query parameters; only what is set."""
        query = {"category": ",".join(self.categories)}
        query |= {} if self.first == BEGINNING else {"from": f"{self.first:%Y-%m}"}
        query |= {} if self.last == END else {"to": f"{self.last:%Y-%m}"}
        query |= {"area": ",".join(self.areas)} if self.areas else {}
        query |= {"source": ",".join(self.sources)} if self.sources else {}
        return query


def selection_from_query(query: Mapping[str, str], *, settings: Settings) -> Selection:
    """Read a selection back from a URL query or the command line's options; refuses what it does
    not know.
    """
    return Selection(
        categories=categories(_split(query.get("category", "violence")), settings=settings),
        first=month(query["from"]) if query.get("from") else BEGINNING,
        last=month(query["to"]) if query.get("to") else END,
        areas=tuple(_split(query.get("area", ""))),
        sources=tuple(_split(query.get("source", ""))),
    )


def categories(words: Iterable[str], *, settings: Settings) -> tuple[str, ...]:
    """Slugs for category words: slugs, the API's aliases, and presets such as `violence`; sorted,
    each once.
    """
    found: set[str] = set()
    for word in words:
        slug = CATEGORY_ALIASES.get(word, word)
        if slug in settings.presets:
            found |= set(settings.presets[slug])
        elif slug in ALL_CATEGORIES:
            found.add(slug)
        else:
            known = [*ALL_CATEGORIES, *settings.presets, *CATEGORY_ALIASES]
            raise UserError(f"There is no category {word!r}.", hint=nearest(word, known))
    if not found:
        raise UserError("No category is chosen.", hint="Choose at least one, for example violence.")
    return tuple(sorted(found))


def month(text: str) -> date:
    """The first day of a month written YYYY-MM."""
    match = _MONTH.fullmatch(text.strip())
    if not match:
        raise UserError(
            f"{text!r} is not a month.", hint="Write it as YYYY-MM, for example 2024-03."
        )
    return date(int(match[1]), int(match[2]), 1)


def as_month(value: date | str | None) -> date | None:
    """The first day of the month of a date or of "YYYY-MM"."""
    found = month(value) if isinstance(value, str) else value
    return found and found.replace(day=1)


def as_words(value: Iterable[str] | str) -> list[str]:
    """A list of words from one word or several."""
    return [value] if isinstance(value, str) else list(value)


def shift_month(day: date, by: int) -> date:
    index = day.year * 12 + day.month - 1 + by
    if not 12 <= index < 12 * 9999:
        raise UserError("The period reaches beyond the calendar.", hint="Choose nearer months.")
    return date(index // 12, index % 12 + 1, 1)


def month_span(first: date, last: date) -> int:
    """Number of months from first to last, both included."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
