"""What is due next for a response, and what is overdue. Pure: no clock of the computer is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from vrp_map.responses.catalogue import Catalogue
from vrp_map.responses.response import Response
from vrp_map.wording import day_words


@dataclass(frozen=True)
class DueItem:
    """One thing to do by a moment (local clock).

    Attributes:
        code: of a clock, or "strand:" and the code of a strand. owner: an agency or a role.
        is_day: whether only the day is known; `at` is then the end of it.
    """

    code: str
    words: str
    owner: str
    at: datetime
    is_day: bool = False

    def is_overdue(self, now: datetime) -> bool:
        """Whether its moment has passed."""
        return self.at < now


def due_items(response: Response, catalogue: Catalogue) -> list[DueItem]:
    """Everything that is not done yet for an open response, the soonest first.

    A clock that a person sets counts from the day it was set for; one without a day is not due.
    """
    if not response.is_open:
        return []
    lead = catalogue.words("agencies", response.lead_agency) or "nobody yet"
    done, given = dict(response.clocks_done), dict(response.clocks_set)
    found = []
    for code in catalogue.clocks_of_tier.get(response.tier or next(iter(catalogue.tiers)), ()):
        clock = catalogue.clocks[code]
        words = f"Check: {clock.words}"
        if code in done or (code == "immediate" and response.first_action_at is not None):
            continue
        if code in given:
            found.append(DueItem(code, words, lead, _end_of(given[code]), is_day=True))
        elif clock.hours is not None:
            at = response.known_at + timedelta(hours=clock.hours)
            found.append(DueItem(code, words, lead, at))
    for strand in response.strands:
        if strand.due is not None and strand.done is None:
            words = f"Strand: {catalogue.words('strands', strand.code)}"
            owner = catalogue.words("agencies", strand.owner) or lead
            found.append(
                DueItem(f"strand:{strand.code}", words, owner, _end_of(strand.due), is_day=True)
            )
    if response.risk_review is not None:
        at = _end_of(response.risk_review)
        found.append(DueItem("risk", "Look at the risk again", lead, at, is_day=True))
    return sorted(found, key=lambda item: (item.at, item.code))


def moment_words(item: DueItem) -> str:
    """When something is due: the day, and the time where it is known."""
    day = day_words(item.at.date())
    return day if item.is_day else f"{day}, {item.at:%H:%M}"


def overdue(items: Iterable[DueItem], now: datetime) -> list[DueItem]:
    """Those whose moment has passed, the oldest first."""
    return [item for item in items if item.is_overdue(now)]


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59))
