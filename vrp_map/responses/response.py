"""A response: what the partnership did after one incident. Frozen types and their rules. Pure.

No field holds the name of a person: `personal.py` looks for them before a response is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from vrp_map.common.plain_text import plain_text
from vrp_map.errors import UserError
from vrp_map.responses.catalogue import Catalogue

OPEN, CLOSED = "open", "closed"
YES_NO = ("yes", "no", "not needed")
MOST_LETTERS, MOST_NOTE = 120, 2000
RISKS = range(1, 6)
_MOST_PEOPLE = 100_000
_MOST_AMOUNT = 100_000_000


@dataclass(frozen=True)
class IncidentTime:
    """When it happened: a day or a range of days, with the time where known (local clock)."""

    first: date
    last: date
    at: time | None = None


@dataclass(frozen=True)
class ResponsePlace:
    """Where it happened, as precisely as it was told.

    Attributes:
        words: as people say it. cell: H3 as text, "" where only the area is known.
        lad: code of the local authority, "" where nobody knows it.
    """

    words: str
    cell: str = ""
    lad: str = ""


@dataclass(frozen=True)
class Strand:
    """One line of work. `owner` is an agency or a role, never a person."""

    code: str
    owner: str = ""
    due: date | None = None
    done: date | None = None
    note: str = ""


@dataclass(frozen=True)
class ResourceUse:
    """What was spent: hours of a kind of work, and pounds of a fund."""

    kind: str
    hours: float = 0.0
    cost: float = 0.0
    fund: str = ""


@dataclass(frozen=True)
class Response:
    """One response as it stands. Only what, when, where and who told us are needed.

    Attributes:
        what, tier, definition, strands, interventions: codes of the `Catalogue`.
        told_by, lead_agency: a code, or the words of an agency that is not listed.
        told_at, first_action_at: local clock, without a zone.
        retaliation_risk: 1 to 5, with the day on which it is looked at again.
        reached_24_and_under, reached_25_and_over: contacts; the same person may count twice.
        clocks_done: code -> day. clocks_set: code -> day that a person set.
    """

    what: str
    when: IncidentTime
    where: ResponsePlace
    told_by: str
    told_at: datetime | None = None
    summary: str = ""
    definition: str = ""
    tier: str = ""
    retaliation_risk: int | None = None
    risk_review: date | None = None
    scene_managed: str = ""
    cctv_kept: str = ""
    other_areas: tuple[str, ...] = ()
    lead_agency: str = ""
    first_action_at: datetime | None = None
    meeting_held: date | None = None
    strands: tuple[Strand, ...] = ()
    interventions: tuple[str, ...] = ()
    resources: tuple[ResourceUse, ...] = ()
    reached_24_and_under: int | None = None
    reached_25_and_over: int | None = None
    schools_told: int | None = None
    links: tuple[str, ...] = ()
    clocks_done: tuple[tuple[str, date], ...] = ()
    clocks_set: tuple[tuple[str, date], ...] = ()
    state: str = OPEN
    closed_because: str = ""
    learning: str = ""

    @property
    def known_at(self) -> datetime:
        """When the partnership knew: when it was told, else the start of the day it happened."""
        return self.told_at or datetime.combine(self.when.first, self.when.at or time())

    @property
    def is_open(self) -> bool:
        """Whether anything may still be due: no clock closes a response, a person does."""
        return self.state == OPEN

    @property
    def hours_to_first_action(self) -> float | None:
        """From being told to the first action; None where either is not known."""
        if self.told_at is None or self.first_action_at is None:
            return None
        return (self.first_action_at - self.told_at).total_seconds() / 3600


def texts_of(response: Response) -> Iterator[tuple[str, str]]:
    """Every field in which a person wrote words, with its name as people read it."""
    yield "Where", response.where.words
    yield "Who told us", response.told_by
    yield "Lead agency", response.lead_agency
    yield "Summary", response.summary
    yield "Reason for closing", response.closed_because
    yield "Learning", response.learning
    yield from (("Link", link) for link in response.links)
    yield from (("Other area", area) for area in response.other_areas)
    for strand in response.strands:
        yield "Owner of a strand", strand.owner
        yield "Note of a strand", strand.note
    for used in response.resources:
        yield "Kind of resource", used.kind
        yield "Fund", used.fund


def one_line_each(response: Response) -> Response:
    """The response with every word as one line that shows all of it."""

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return plain_text(value)
        if isinstance(value, tuple):
            return tuple(map(clean, value))
        if hasattr(value, "__dataclass_fields__"):
            return replace(value, **{k: clean(v) for k, v in vars(value).items()})
        return value

    cleaned: Response = clean(response)
    return cleaned


def check(response: Response, catalogue: Catalogue, *, today: date) -> None:
    """Raises:
    UserError: what is missing or cannot be, and what to do; the first thing found.
    """
    _check_needed(response, catalogue, today)
    _check_codes(response, catalogue)
    _check_numbers(response)
    for name, text in texts_of(response):
        most = MOST_NOTE if name in ("Summary", "Learning", "Note of a strand") else MOST_LETTERS
        if len(text) > most:
            raise UserError(
                f"{name} has {len(text):,} characters.", hint=f"Use no more than {most:,}."
            )
    if (response.state == CLOSED) != bool(plain_text(response.closed_because)):
        raise UserError(
            "A closed response says why it was closed, and an open one does not.",
            hint="Give the reason for closing, or reopen it.",
        )


def _check_needed(response: Response, catalogue: Catalogue, today: date) -> None:
    if response.what not in catalogue.categories:
        raise UserError("It is not said what happened.", hint="Choose a kind from the list.")
    if not plain_text(response.where.words) and not response.where.cell:
        raise UserError(
            "It is not said where it happened.",
            hint="Give a street, a place, a hexagon or a local authority.",
        )
    if not plain_text(response.told_by):
        raise UserError("It is not said who told us.", hint="Choose an agency from the list.")
    if response.when.last < response.when.first:
        raise UserError("The last day is before the first.", hint="Swap the two days.")
    if response.when.last > today:
        raise UserError("The day of the incident is yet to come.", hint="Check the date.")
    if response.told_at is not None and response.told_at.date() < response.when.first:
        raise UserError(
            "We were told before it happened.", hint="Check the date and when we were told."
        )
    hours = response.hours_to_first_action
    if hours is not None and hours < 0:
        raise UserError(
            "The first action was before we were told.", hint="Check the two dates and times."
        )


def _check_codes(response: Response, catalogue: Catalogue) -> None:
    chosen = (
        ("tier", [response.tier] if response.tier else [], catalogue.tiers),
        ("limb", [response.definition] if response.definition else [], catalogue.limbs),
        ("strand", [strand.code for strand in response.strands], catalogue.strands),
        ("intervention", response.interventions, catalogue.interventions),
        (
            "clock",
            [c for c, _ in (*response.clocks_done, *response.clocks_set)],
            catalogue.clocks,
        ),
    )
    for name, codes, known in chosen:
        if set(codes) - set(known):
            raise UserError(
                f"The {name} is not in the list.", hint=f"Choose from: {', '.join(known)}."
            )
    for answer in (response.scene_managed, response.cctv_kept):
        if answer and answer not in YES_NO:
            raise UserError("An answer is not in the list.", hint=f"Choose {', '.join(YES_NO)}.")
    if response.state not in (OPEN, CLOSED):
        raise UserError("The state is not in the list.", hint=f"Choose {OPEN} or {CLOSED}.")


def _check_numbers(response: Response) -> None:
    for number in (
        response.reached_24_and_under,
        response.reached_25_and_over,
        response.schools_told,
    ):
        if number is not None and not 0 <= number <= _MOST_PEOPLE:
            raise UserError(
                "A number of people or schools cannot be.",
                hint=f"Give a whole number from 0 to {_MOST_PEOPLE:,}.",
            )
    if response.retaliation_risk is not None and response.retaliation_risk not in RISKS:
        raise UserError("The risk of retaliation is not in the list.", hint="Choose 1 to 5.")
    amounts = [amount for used in response.resources for amount in (used.hours, used.cost)]
    if any(not 0 <= amount <= _MOST_AMOUNT for amount in amounts):
        raise UserError(
            "Hours or pounds of a resource cannot be.",
            hint=f"Give a number from 0 to {_MOST_AMOUNT:,}.",
        )
