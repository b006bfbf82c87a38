"""Money beside violence, voice, reach, responses and pilots, area by area. Pure.

The numbers are as shown to partners already. They stand beside each other, and no sentence says
that an area gets too much or too little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vrp_map.funding.report import pounds

# What each number is, and what it is not: it stands wherever the number does.
CAVEATS: Mapping[str, str] = {
    "Money": "Grants that name the area, by their shares. Money for the whole region is not in it.",
    "For each resident": "Residents are those of the boundary file; visitors are not counted.",
    "For each incident": "Money beside recorded incidents. It is not what an incident costs.",
    "Incidents": "As recorded by the police. More reports can also mean more trust.",
    "For each 1,000 residents": "The range is what chance does to the count (exact, 95%).",
    "Feel unsafe": "People at events, by place, as released. One person may name several places,"
    " and few events were held: a low number does not mean that an area feels safe.",
    "Responses": "What the partnership logged, rounded; a low number may mean few logs.",
    "Under-25s reached": "Contacts in those responses, not people: someone met twice counts twice.",
    "Pilots": "Approved pilots and school routes that ran in these months.",
}


@dataclass(frozen=True)
class AreaNeed:
    """One area; a number that may not be shown, or is not known, is None.

    Attributes:
        unsafe: people at events who feel unsafe, added over places. reach: contacts of people
            under 25. verdicts: of its pilots, in words.
    """

    code: str
    name: str
    pounds: int
    residents: int | None = None
    incidents: int | None = None
    rate: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None
    unsafe: int | None = None
    responses: int | None = None
    reach: int | None = None
    pilots: int = 0
    verdicts: tuple[str, ...] = ()

    @property
    def pounds_a_head(self) -> float | None:
        return round(self.pounds / self.residents, 2) if self.residents else None

    @property
    def pounds_an_incident(self) -> int | None:
        return round(self.pounds / self.incidents) if self.incidents else None

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        each = {"pounds_a_head": self.pounds_a_head, "pounds_an_incident": self.pounds_an_incident}
        return {**vars(self), **each, "verdicts": list(self.verdicts)}


@dataclass(frozen=True)
class NeedTable:
    """The areas side by side.

    Attributes:
        money_of: the fund year or years, in words. whole: pounds of those grants, with those that
            name no area here. incidents_of: what is counted, and when, in words.
        is_same_year: the money's year and the incidents' months overlap. months: of the incidents.
        years: of the money.
    """

    areas: tuple[AreaNeed, ...]
    money_of: str
    whole: int
    incidents_of: str
    snapshot: str
    is_same_year: bool
    months: int
    years: int

    @property
    def sentences(self) -> list[str]:
        """What a lead can say of it, and what to keep in mind."""
        named = sum(area.pounds for area in self.areas)
        said = [f"All of {pounds(self.whole)} names an area here."]
        if named != self.whole:
            said = [
                f"{pounds(named)} of {pounds(self.whole)} names an area here; the rest is for the"
                " region or for places elsewhere."
            ]
        if not self.is_same_year:
            said.append(
                f"The money is of {self.money_of}, the incidents are not: they are set side by"
                " side, and one did not lead to the other."
            )
        if self.months != 12 * self.years:
            money = "1 fund year" if self.years == 1 else f"{self.years:,} fund years"
            said.append(
                f"The money is of {money} and the incidents of {self.months:,} months. Pounds for"
                " each incident compare areas with each other, and say no more."
            )
        return [*said, *self._shares(named), *self._ends()]

    def _shares(self, named: int) -> list[str]:
        """Each area's part of the money, the incidents and the residents."""
        incidents = [area.incidents for area in self.areas]
        if not named or None in incidents or not sum(n or 0 for n in incidents):
            return []
        counted = sum(n or 0 for n in incidents)
        return [
            f"{area.name} has {area.pounds / named:.0%} of this money and"
            f" {(area.incidents or 0) / counted:.0%} of the incidents."
            for area in self.areas
        ]

    def _ends(self) -> list[str]:
        """The most and the least for each resident."""
        known = [(area.pounds_a_head, area.name) for area in self.areas if area.pounds]
        heads = sorted((each, name) for each, name in known if each is not None)
        if len(heads) < 2:
            return []
        (least, last), (most, first) = heads[0], heads[-1]
        return [
            f"For each resident {first} has most, £{most:,.2f}, and {last} least, £{least:,.2f}."
        ]

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "money_of": self.money_of,
            "whole": self.whole,
            "incidents_of": self.incidents_of,
            "snapshot": self.snapshot,
            "areas": [area.as_plain() for area in self.areas],
            "sentences": self.sentences,
            "caveats": dict(CAVEATS),
        }


def columns_of(areas: Sequence[AreaNeed]) -> dict[str, list[str]]:
    """The table as people read it: title -> a text for each area."""

    def shown(value: float | None, words: str = "{:,}", otherwise: str = "too few to show") -> str:
        return otherwise if value is None else words.format(value)

    unknown = "not known"
    return {
        "Area": [a.name for a in areas],
        "Money": [pounds(a.pounds) for a in areas],
        "For each resident": [shown(a.pounds_a_head, "£{:,.2f}", unknown) for a in areas],
        "For each incident": [shown(a.pounds_an_incident, "£{:,}") for a in areas],
        "Incidents": [shown(a.incidents) for a in areas],
        "For each 1,000 residents": [_rate(a) for a in areas],
        "Feel unsafe": [shown(a.unsafe, otherwise="too few voices") for a in areas],
        "Responses": [shown(a.responses) for a in areas],
        "Under-25s reached": [shown(a.reach) for a in areas],
        "Pilots": [_pilots(a) for a in areas],
    }


def _rate(area: AreaNeed) -> str:
    if area.rate is None or area.rate_low is None or area.rate_high is None:
        return "too few to show"
    return f"{area.rate:.1f} ({area.rate_low:.1f} to {area.rate_high:.1f})"


def _pilots(area: AreaNeed) -> str:
    if not area.pilots:
        return "none"
    return f"{area.pilots:,}: {'; '.join(area.verdicts)}" if area.verdicts else f"{area.pilots:,}"
