"""A pilot: what is tried where, when and how much of it. Frozen types and their rules. Pure.

What a pilot will be judged by is fixed when it is approved. A later change is a version that says
why, and the verdict says that there was one. No field holds the name of a person.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, time
from enum import StrEnum

from vrp_map.common.plain_text import plain_text
from vrp_map.errors import UserError
from vrp_map.pilots.catalogue import PilotCatalogue

MOST_LETTERS, MOST_WORDS, MOST_CELLS = 120, 2000, 2000
LONGEST_MONTHS_BEFORE = 60


class PilotKind(StrEnum):
    """Where a pilot is tried: a place, a way to school, or one of the Home Office's hexagons."""

    PLACE = "place"
    ROUTE = "route"
    HEX = "hex"


class PilotPurpose(StrEnum):
    """What is asked of it: a = is the problem still there, b = did we cause the change."""

    STILL_THERE = "a"
    OUR_DOING = "b"


class PilotState(StrEnum):
    """How far the record is. Whether it runs today follows from its days (`stage`)."""

    DRAFT = "draft"
    APPROVED = "approved"
    DECIDED = "decided"


class PilotDecision(StrEnum):
    """What was decided after it."""

    KEEP = "keep"
    CHANGE = "change"
    STOP = "stop"
    CANNOT_KNOW = "cannot know"


@dataclass(frozen=True)
class PilotPlaces:
    """Where it runs and what it is compared with: hexagons of one size, as text.

    Attributes:
        ring, comparison_ring: where displacement would show; () until the approval, which fills
            them with the hexagons that touch.
        drawn_as: hexagons, polygon, route, hotspot, or the type of an area. drawn_from: its name.
    """

    area: tuple[str, ...]
    ring: tuple[str, ...] = ()
    comparison: tuple[str, ...] = ()
    comparison_ring: tuple[str, ...] = ()
    drawn_as: str = "hexagons"
    drawn_from: str = ""

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Area, comparison, ring, comparison ring: as the verdict takes them."""
        return self.area, self.comparison, self.ring, self.comparison_ring


@dataclass(frozen=True)
class DosePlan:
    """How much of it there shall be.

    Attributes:
        place_days: days × places with a visit. minutes: of each. headcount: people in each.
    """

    place_days: int | None = None
    minutes: float | None = None
    headcount: int | None = None

    @property
    def hours(self) -> float | None:
        """Person-hours; None where a part of them is not planned."""
        if self.place_days is None or self.minutes is None:
            return None
        return self.place_days * self.minutes * (self.headcount or 1) / 60


@dataclass(frozen=True)
class SessionWindow:
    """Hours of the school day in which somebody stands on a route."""

    first: time
    last: time


@dataclass(frozen=True)
class SchoolRoute:
    """A way to school with adults on it.

    Attributes:
        direction: to school, from school, or both. standing_points: hexagons, as text.
        line: longitude and latitude of its corners. buffer_m: on each side of it.
        sessions_held: None = not recorded.
    """

    schools: tuple[str, ...] = ()
    direction: str = ""
    standing_points: tuple[str, ...] = ()
    windows: tuple[SessionWindow, ...] = ()
    line: tuple[tuple[float, float], ...] = ()
    buffer_m: float = 100.0
    provider: str = ""
    is_funded: bool = False
    sessions_planned: int | None = None
    sessions_held: int | None = None


@dataclass(frozen=True)
class PowerResult:
    """What was said of a plan before its start: could it be shown to work at this size?

    Attributes:
        light: green, amber or red. sentence: with its numbers, which rest on exact counts.
        worked_out: the day. An approval keeps it as it was then.
    """

    light: str
    sentence: str
    worked_out: date

    @property
    def without_numbers(self) -> PowerResult:
        """The same for who may not see exact numbers."""
        return replace(self, sentence=_LIGHT_WORDS.get(self.light, ""))


_LIGHT_WORDS = {
    "green": "It can be shown: a high impact (30% less) would be seen in 8 of 10 such pilots.",
    "amber": "Only a fall larger than a high impact (30% less) can be shown.",
    "red": "It cannot be shown: not even the end of all incidents would be.",
}


@dataclass(frozen=True)
class Pilot:
    """One pilot as it stands.

    Attributes:
        start, end: its first and last day. months_before: counted before the start.
        lead, co_designers: agencies or roles, never people. budget: pounds.
        approach: code of the Youth Endowment Fund's list. outcomes: what it is judged by; the
            first one carries the verdict.
        side_effects: to look for. learning: what was learnt.
        story: headings and sentences that anybody may read, as they were signed; () = none is out.
    """

    name: str
    places: PilotPlaces
    start: date
    end: date
    kind: str = PilotKind.PLACE
    purpose: str = PilotPurpose.OUR_DOING
    outcomes: tuple[str, ...] = ("violence",)
    months_before: int = 12
    dose: DosePlan = DosePlan()
    lead: str = ""
    co_designers: tuple[str, ...] = ()
    theory_of_change: str = ""
    approach: str = ""
    budget: float | None = None
    fund: str = ""
    side_effects: str = ""
    route: SchoolRoute | None = None
    power: PowerResult | None = None
    state: str = PilotState.DRAFT
    decision: str = ""
    decision_because: str = ""
    learning: str = ""
    is_public: bool = False
    story: tuple[tuple[str, str], ...] = ()

    def stage(self, today: date) -> str:
        """Draft, planned, running, ended or decided."""
        if self.state != PilotState.APPROVED:
            return self.state
        if today < self.start:
            return "planned"
        return "running" if today <= self.end else "ended"


# What the verdict rests on: fixed when the pilot is approved.
FIXED = ("places", "start", "end", "purpose", "outcomes", "months_before", "dose")


def fixed_changes(before: Pilot, after: Pilot) -> tuple[str, ...]:
    """The fixed fields that differ, as people read them."""
    return tuple(
        field.name.replace("_", " ")
        for field in fields(Pilot)
        if field.name in FIXED and getattr(before, field.name) != getattr(after, field.name)
    )


def check_pilot(pilot: Pilot, catalogue: PilotCatalogue) -> None:
    """Raises:
    UserError: what is missing or cannot be, and what to do; the first thing found.
    """
    if not plain_text(pilot.name):
        raise UserError("The pilot has no name.", hint="Give one, such as Town centre patrols.")
    if pilot.end < pilot.start:
        raise UserError("The last day is before the first.", hint="Swap the two days.")
    _check_words(pilot)
    _check_codes(pilot, catalogue)
    _check_numbers(pilot)
    _check_places(pilot.places)


def check_ready(pilot: Pilot) -> None:
    """Raises:
    UserError: what an approval still needs.
    """
    needed = {
        "a comparison (places like it, where nothing is tried)": pilot.places.comparison,
        "an outcome": pilot.outcomes,
        "a theory of change (why it should work)": plain_text(pilot.theory_of_change),
        "a lead (an agency or a role)": plain_text(pilot.lead),
    }
    missing = [words for words, value in needed.items() if not value]
    if missing:
        raise UserError(
            f"The pilot cannot be approved yet: it needs {', '.join(missing)}.",
            hint="Add it, save, and approve again.",
        )


def _check_words(pilot: Pilot) -> None:
    long = ("theory_of_change", "learning", "decision_because", "side_effects")
    words = {f.name: getattr(pilot, f.name) for f in fields(pilot)}
    for name, value in words.items():
        most = MOST_WORDS if name in long else MOST_LETTERS
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and len(text) > most:
                raise UserError(
                    f"{name.replace('_', ' ').capitalize()} has {len(text):,} characters.",
                    hint=f"Use no more than {most:,}.",
                )


def _check_codes(pilot: Pilot, catalogue: PilotCatalogue) -> None:
    chosen = (
        ("kind", pilot.kind, [*PilotKind]),
        ("purpose", pilot.purpose, [*PilotPurpose]),
        ("state", pilot.state, [*PilotState]),
        ("decision", pilot.decision or PilotDecision.KEEP, [*PilotDecision]),
        ("approach", pilot.approach or next(iter(catalogue.approaches)), catalogue.approaches),
    )
    for name, value, known in chosen:
        if value not in known:
            raise UserError(
                f"The {name} is not in the list.", hint=f"Choose from: {', '.join(known)}."
            )
    if (pilot.state == PilotState.DECIDED) != bool(pilot.decision):
        raise UserError("A decided pilot has a decision.", hint="Give the decision, and why.")


def _check_numbers(pilot: Pilot) -> None:
    if not 1 <= pilot.months_before <= LONGEST_MONTHS_BEFORE:
        raise UserError(
            "The number of months before the start is too large, or below 1.",
            hint=f"Give a whole number from 1 to {LONGEST_MONTHS_BEFORE}; 12 or 24 hold seasons.",
        )
    plan = pilot.dose
    if any(n is not None and not n >= 0 for n in (plan.place_days, plan.minutes, pilot.budget)):
        raise UserError("A planned number is below 0.", hint="Give 0 or more.")
    if plan.headcount is not None and plan.headcount < 1:
        raise UserError("A visit needs at least one person.", hint="Give 1 or more.")


def _check_places(places: PilotPlaces) -> None:
    if not places.area:
        raise UserError(
            "The pilot has no area.", hint="Give its hexagons, a ward, a polygon or a route."
        )
    if sum(map(len, places.groups)) > MOST_CELLS:
        raise UserError(
            f"The pilot has more than {MOST_CELLS:,} hexagons.", hint="Use larger hexagons."
        )
    # The size stands in the second digit of an H3 cell.
    if len({cell[:2] for group in places.groups for cell in group}) > 1:
        raise UserError(
            "The hexagons are not of one size.", hint="Give hexagons of one size, such as 9."
        )
    if bool(places.ring) != bool(places.comparison_ring):
        raise UserError(
            "A ring needs a comparison ring, and the reverse.", hint="Give both or neither."
        )
    names = ("area", "comparison", "ring", "comparison ring")
    for i, group in enumerate(places.groups):
        for j in range(i):
            if set(group) & set(places.groups[j]):
                raise UserError(
                    f"The {names[j]} and the {names[i]} share hexagons.",
                    hint="Give each hexagon to one of them.",
                )
