"""Finding where a response was from what somebody wrote, without asking anybody on the internet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.places.search import NamedPlace
from vrp_map.places.search_order import folded
from vrp_map.responses.catalogue import Catalogue
from vrp_map.responses.response import Response, ResponsePlace
from vrp_map.summit.pins.places import PlaceNames
from vrp_map.vocabulary import AreaType
from vrp_map.warehouse.boundaries.layers import area_positions

PARTNER_RESOLUTION = 8
_LEAST_PRECISE, _MOST_PRECISE = 7, 10
_HEXAGON = re.compile(r"^8[0-9a-f]{14}$")


@dataclass(frozen=True)
class ResponseOutline:
    """What partners see of the responses in one large hexagon: no words, no day, no number.

    A hexagon stands once, however many responses it had: else a list of them would count them.
    """

    cell: str
    lad: str
    kinds: tuple[str, ...]
    interventions: tuple[str, ...]


class ResponsePlaces:
    """The named places and local authorities of the map.

    Args:
        read_areas: gives the areas in force of some types, or of all: type, code, name, key,
            geometry (EPSG:4326). Wards are many, so nothing is read before it is asked for.
        known: gives the names of the published snapshot, and those to search: with the places of
            the base map and of the lists. It takes seconds, and is asked when the first place is
            looked for; None = there is no snapshot, and places stay words.
    """

    def __init__(
        self,
        read_areas: Callable[..., Any],
        known: Callable[[], tuple[PlaceNames, PlaceNames]] | None = None,
    ) -> None:
        self._read_areas, self._known = read_areas, known
        self._named: dict[tuple[str, str], str] = {}
        self._lad_of: dict[str, str] = {}

    @cached_property
    def areas(self) -> Any:
        """Those in force when first asked for, of every type."""
        return self._read_areas()

    @cached_property
    def lads(self) -> Any:
        """The local authorities among them."""
        areas = self._read_areas(types=(AreaType.LAD,))
        return areas[areas["type"] == AreaType.LAD].reset_index(drop=True)

    @cached_property
    def lad_names(self) -> dict[str, str]:
        """The name of each local authority by its code."""
        return dict(zip(self.lads["code"], self.lads["name"], strict=True))

    @cached_property
    def _names(self) -> tuple[PlaceNames, PlaceNames] | None:
        return self._known() if self._known else None

    def search(self, text: str) -> Sequence[NamedPlace]:
        """Named places that these words may mean, the best first."""
        return self._names[1].search(text) if self._names else []

    def lad_code(self, said: str) -> str:
        """The code of a local authority by its name or code; "" where it is none."""
        wanted = folded(said)
        for code, name in self.lad_names.items():
            if wanted and wanted in (folded(code), folded(name)):
                return str(code)
        return ""

    def lad_of(self, cell: str) -> str:
        """The code of the local authority that the middle of a hexagon lies in; "" for none."""
        return self.lads_of([cell])[cell]

    def lads_of(self, cells: Iterable[str]) -> Mapping[str, str]:
        """The same of many hexagons, by hexagon: one search for all that are new."""
        new = sorted(set(cells) - self._lad_of.keys())
        if new:
            codes = np.append(self.lads["code"].to_numpy(dtype=object), "")
            found = area_positions(*grid.centres(grid.from_text(new)), self.lads)
            self._lad_of |= zip(new, map(str, codes[found]), strict=True)
        return self._lad_of

    def area_name(self, cell: str, kind: str) -> str:
        """The name of the area of a kind that the middle of a hexagon lies in; "" for none."""
        if not cell:
            return ""
        if (cell, kind) not in self._named:
            among = self.areas[self.areas["type"] == kind]
            lon, lat = grid.centres(grid.from_text([cell]))
            at = int(area_positions(lon, lat, among)[0])
            self._named[cell, kind] = "" if at < 0 else str(among["name"].iloc[at])
        return self._named[cell, kind]

    def cells_in(self, cells: Iterable[str], keys: Sequence[str]) -> set[str]:
        """Those of some hexagons whose middles lie in any of these areas."""
        asked = sorted(filter(None, set(cells)))
        among = self.areas[self.areas["key"].isin(list(keys))]
        if not asked or among.empty:
            return set()
        lon, lat = grid.centres(grid.from_text(asked))
        return set(compress(asked, area_positions(lon, lat, among) >= 0))

    def at(
        self,
        words: str,
        *,
        cell: str = "",
        lad: str = "",
        point: tuple[float, float] | None = None,
        size: int = _MOST_PRECISE,
    ) -> ResponsePlace:
        """A place from what is known of it; a hexagon that is given keeps its size.

        Args:
            lad: name or code. point: longitude and latitude; only its hexagon of this size is kept.

        Raises:
            UserError: a hexagon or a point that is none.
        """
        cell = cell.strip().lower() or (words.strip() if _HEXAGON.match(words.strip()) else "")
        if point is not None:
            lon, lat = (np.array([value]) for value in point)
            size = min(max(size, _LEAST_PRECISE), _MOST_PRECISE)
            cell = grid.to_text(grid.cells_at(lon, lat, resolution=size))[0]
        if cell:
            found = int(grid.resolutions(grid.from_text([cell]))[0])
            if not _LEAST_PRECISE <= found <= _MOST_PRECISE:
                raise UserError(
                    "A hexagon is larger than a town or smaller than a street.",
                    hint="Give one of size 7 to 10.",
                )
            return ResponsePlace(words or self.name_of(cell), cell, self.lad_of(cell))
        code = self.lad_code(lad) or self.lad_code(words)
        named = self._only(words, code)
        if named:
            return ResponsePlace(words, named.cell, self.lad_of(named.cell))
        return ResponsePlace(words, "", code)

    def name_of(self, cell: str) -> str:
        """What to call a hexagon: the nearest named place, else its local authority."""
        lad = self.lad_names.get(self.lad_of(cell), "")
        lon, lat = grid.centres(grid.from_text([cell]))
        name = str(self._names[0].nearest(lon, lat)[0]) if self._names else ""
        return ", ".join(part for part in (f"near {name}" if name else "", lad) if part) or cell

    def _only(self, words: str, lad: str) -> NamedPlace | None:
        """The one place of this name; of several in one hexagon the first, else none is sure."""
        named = words.split(",")[0]
        hits = [f for f in self.search(named) if folded(f.name) == folded(named)]
        if lad:
            hits = [f for f in hits if self.lad_of(f.cell) == lad]
        return hits[0] if len({f.cell for f in hits}) == 1 else None


def outline_cell(cell: str) -> str:
    """The hexagon of size 8 that partners see for a place; "" where it is not known so well."""
    if not cell:
        return ""
    known = grid.from_text([cell])
    if int(grid.resolutions(known)[0]) < PARTNER_RESOLUTION:
        return ""
    return grid.to_text(grid.parents(known, resolution=PARTNER_RESOLUTION))[0]


def outlines_of(
    found: Iterable[Response], places: ResponsePlaces, lists: Catalogue
) -> list[ResponseOutline]:
    """One outline for each hexagon of size 8 in which any of these responses was."""
    by_cell: dict[str, list[Response]] = {}
    for response in found:
        if cell := outline_cell(response.where.cell):
            by_cell.setdefault(cell, []).append(response)
    lads = places.lads_of(by_cell)
    return [
        _outline(cell, held, places.lad_names.get(lads[cell], ""), lists)
        for cell, held in sorted(by_cell.items())
    ]


def _outline(cell: str, held: Sequence[Response], lad: str, lists: Catalogue) -> ResponseOutline:
    done = {lists.words("interventions", one) for r in held for one in r.interventions}
    return ResponseOutline(
        cell=cell,
        lad=lad,
        kinds=tuple(sorted({lists.words("categories", r.what) for r in held})),
        interventions=tuple(sorted(done)),
    )
