"""A text for the equality file: who lives in the places picked, against the area.

It compares and judges nothing: no sentence says what is high, low, fair or unfair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vrp_map.errors import UserError
from vrp_map.residents.places import compared_residents, lsoas_of, residents_inside
from vrp_map.residents.shares import FEWEST_PEOPLE, GroupShare, to_ten
from vrp_map.residents.tables import KIND_WORDS, KINDS, PeopleTable
from vrp_map.warehouse.reader import Reader
from vrp_map.wording import day_words, listed

_ALSO_PROTECTED = (
    "disability, sex, religion or belief, sexual orientation, gender reassignment, pregnancy and"
    " maternity, marriage and civil partnership"
)


@dataclass(frozen=True)
class EqualityPart:
    """One comparison: by age, deprivation or ethnic group; or why there is none."""

    kind: str
    source: str
    groups: tuple[GroupShare, ...]
    sentence: str


@dataclass(frozen=True)
class EqualityNote:
    """The text.

    Attributes:
        places: what was picked, in words. people: residents of the places, to the nearest ten;
            None = too few to say. residents: of the area.
    """

    place: str
    places: str
    people: int | None
    residents: int
    parts: tuple[EqualityPart, ...]
    made: date

    @property
    def lines(self) -> list[str]:
        """The text, line by line."""
        if self.people is None:
            few = f"Fewer than {FEWEST_PEOPLE} people live there, so nothing is compared."
            return [*self._head, few]
        share = self.people / max(self.residents, 1)
        counted = f"About {self.people:,} people live there, {share:.1%} of {self.residents:,}."
        found = [*self._head, counted]
        for part in self.parts:
            found += ["", f"By {KIND_WORDS[part.kind]}", part.sentence]
            found += [
                f"- {one.group}: {one.in_places:.0%} there, {one.in_area:.0%} in {self.place}"
                for one in part.groups
            ]
        return [*found, "", *_LIMITS]

    @property
    def _head(self) -> list[str]:
        return [
            f"Who lives in the places picked: {self.place}",
            f"Made on {day_words(self.made)}.",
            "",
            f"The places: {self.places}.",
        ]


_LIMITS = (
    f"Not known here: {_ALSO_PROTECTED}.",
    "Residents of each small area are spread evenly over it, so all shares are estimates.",
    "Small groups are joined. The text says who lives there, not who is harmed or who harms.",
)


def equality_note(  # noqa: PLR0913 - what one text is about, by keyword
    reader: Reader,
    areas: Sequence[str],
    cells: Sequence[str],
    *,
    place: str,
    places: str,
    tables: Mapping[str, PeopleTable],
    today: date,
) -> EqualityNote:
    """The text about some hexagons of one size.

    Args:
        areas: keys of the local authorities to compare with; none = all of them.
        place, places: the area and what was picked, in words. tables: those loaded, by kind.
    """
    residents = lsoas_of(reader, areas)
    there = residents_inside(reader, residents, cells)
    people = to_ten(there) if there >= FEWEST_PEOPLE else None
    parts = tuple(_part(reader, areas, cells, kind, tables.get(kind)) for kind in KINDS)
    whole = round(sum(residents.values()))
    return EqualityNote(place, places, people, whole, parts, today)


def _part(
    reader: Reader,
    areas: Sequence[str],
    cells: Sequence[str],
    kind: str,
    table: PeopleTable | None,
) -> EqualityPart:
    if table is None:
        why = f"No table of {KIND_WORDS[kind]} is loaded. Load one with vrp-map needs load."
        return EqualityPart(kind, "", (), why)
    try:
        found = compared_residents(reader, areas, cells, table)
    except UserError as refused:
        return EqualityPart(kind, table.source, (), str(refused))
    said = f"From {table.source}. {found.coverage} {_widest(found.groups)}".replace("  ", " ")
    return EqualityPart(kind, table.source, found.groups, said)


def _widest(groups: Sequence[GroupShare]) -> str:
    """The groups whose shares differ most, as they are shown."""
    apart = {g.group: abs(round(g.in_places * 100) - round(g.in_area * 100)) for g in groups}
    most = max(apart.values(), default=0)
    if not most:
        return "No share differs by a whole per cent."
    names = [group for group, points in apart.items() if points == most]
    point = "1 percentage point" if most == 1 else f"{most} percentage points"
    return f"The widest difference is {point}: {listed(names)}."
