"""Which share of each LSOA lies in the places picked, and what tables of residents say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.residents.shares import GroupShare, group_shares, to_ten
from vrp_map.residents.tables import DEPRIVATION, KIND_WORDS, PeopleTable
from vrp_map.vocabulary import MAX_RESOLUTION, AreaType
from vrp_map.warehouse.reader import Reader

# A table of another census has other codes for some areas. Under these shares of the residents, of
# the area and of the places, it says too little; above them the text says how much it knows.
_FEWEST_COVERED, _FEWEST_COVERED_THERE = 0.8, 0.5
_ALL = 0.999


def lsoas_of(reader: Reader, lads: Sequence[str]) -> dict[str, float]:
    """The LSOAs of some local authorities and their residents: code -> residents.

    Args:
        lads: keys; none = all of them.
    """
    areas = reader.current_areas
    is_one = areas["key"].isin(lads) if len(lads) else areas["type"] == AreaType.LAD
    wholes = areas.loc[is_one, "geometry"]
    lsoas = areas[areas["type"] == AreaType.LSOA]
    middle = lsoas.geometry.representative_point()
    found = lsoas[np.logical_or.reduce([middle.within(whole) for whole in wholes])]
    return dict(zip(found["code"].astype(str), found["population"].astype(float), strict=True))


def shares_inside(reader: Reader, codes: Iterable[str], cells: Sequence[str]) -> dict[str, float]:
    """The share of each LSOA that lies in some hexagons of one size, by its small hexagons.

    Args:
        codes: of the LSOAs. cells: H3 as text.
    """
    if not len(cells):
        return {}
    picked = grid.from_text(list(cells))
    size = int(grid.resolutions(picked[:1])[0])
    areas = reader.current_areas
    lsoas = areas[(areas["type"] == AreaType.LSOA) & areas["code"].isin(list(codes))]
    found = {}
    for code, shape in zip(lsoas["code"], lsoas["geometry"], strict=True):
        small = grid.lattice([shape], resolution=MAX_RESOLUTION)
        if not len(small):
            point = shape.representative_point()
            small = grid.cells_at([point.x], [point.y], resolution=MAX_RESOLUTION)
        within = np.isin(grid.parents(small, resolution=size), picked)
        if share := float(within.mean()):
            found[str(code)] = share
    return found


@dataclass(frozen=True)
class ResidentShares:
    """Who lives in the places picked, against the area.

    Attributes:
        people: estimated residents of the places, to the nearest ten. covered_there: the share of
            them whose small areas the table knows. covered: the share of the
            area's residents whose small areas the table knows.
    """

    groups: tuple[GroupShare, ...]
    people: int
    covered: float
    covered_there: float

    @property
    def coverage(self) -> str:
        """What the table does not know, in a sentence; "" where it knows all."""
        if min(self.covered, self.covered_there) > _ALL:
            return ""
        return (
            f"The table knows the small areas of {self.covered_there:.0%} of the people there, and"
            f" of {self.covered:.0%} in the area."
        )


def residents_inside(reader: Reader, residents: Mapping[str, float], cells: Sequence[str]) -> float:
    """How many residents of these LSOAs live in some hexagons of one size."""
    inside = shares_inside(reader, residents, cells)
    return sum(residents[code] * share for code, share in inside.items())


def compared_residents(
    reader: Reader, lads: Sequence[str], cells: Sequence[str], table: PeopleTable
) -> ResidentShares:
    """Who lives in the places picked (hexagons of one size), against the local authorities.

    Raises:
        UserError: the table knows too few LSOAs of the area, or of the places.
    """
    residents = lsoas_of(reader, lads)
    people, covered = people_by_group(residents, table)
    inside = shares_inside(reader, residents, cells)
    there = {code: residents[code] * share for code, share in inside.items()}
    whole = sum(there.values())
    known = sum(n for code, n in there.items() if code in people)
    covered_there = known / whole if whole else 1.0
    if covered_there < _FEWEST_COVERED_THERE:
        raise _too_few(table, "these places")
    shares = group_shares(table.groups, people, inside, is_ordered=table.is_ordered)
    return ResidentShares(shares, to_ten(whole), covered, covered_there)


def people_by_group(
    residents: Mapping[str, float], table: PeopleTable
) -> tuple[dict[str, Sequence[float]], float]:
    """LSOA -> people by group, and the share of the residents that the table knows of.

    Raises:
        UserError: it knows too few of them.
    """
    known = {code: table.rows[code] for code in residents if code in table.rows}
    covered = sum(residents[code] for code in known) / max(sum(residents.values()), 1.0)
    if covered < _FEWEST_COVERED:
        raise _too_few(table, "this area")
    if table.kind == DEPRIVATION:
        return {c: [residents[c] * is_it for is_it in row] for c, row in known.items()}, covered
    return dict(known), covered


def _too_few(table: PeopleTable, of: str) -> UserError:
    return UserError(
        f"The table of {KIND_WORDS[table.kind]} knows too few LSOAs of {of}.",
        hint="Load one by the LSOAs of the boundaries.",
    )
