"""Names that the pin page shows and finds: streets, stations, parks, areas. No counts.

Only points that a publisher has moved incidents to (grade D) are used: where those are, and what
they are called, is public already. A partner's own places are not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy

from vrp_map import grid
from vrp_map.places import naming
from vrp_map.places.corners import Corners
from vrp_map.places.search import NamedPlace, PlaceSearch, PlaceWords
from vrp_map.places.search_order import folded
from vrp_map.places.searchable import known_towns, search_version, searchable_places
from vrp_map.views import hotspots as views
from vrp_map.vocabulary import AreaType
from vrp_map.warehouse.boundaries.layers import area_positions
from vrp_map.workspace import Workspace

# Near Britain a degree of longitude is about 0.6 of a degree of latitude; for "nearest" that is
# exact enough.
_SQUEEZE = 0.6
_NEARBY = 12
# A place that lies further from the middle of every town is not said to be in one: about 4 km.
_IN_TOWN = 0.036
_COLUMNS = ["name", "is_generic", "lon", "lat", "cell10"]


def public_places(ws: Workspace) -> pd.DataFrame:
    """Named points that are public: name, is_generic, lon, lat, cell10.

    In the order of their names, not of counts.
    """
    points = ws.reader.frame("snap_points")
    places = ws.places()[_COLUMNS].merge(points, on=["lon", "lat"])
    return places.drop_duplicates().sort_values(["name", "cell10"], ignore_index=True)


def no_places() -> pd.DataFrame:
    """For a server without a snapshot: pins can still be put on the map, without names."""
    return pd.DataFrame({"name": [], "is_generic": [], "lon": [], "lat": [], "cell10": []}).astype(
        {"name": object, "is_generic": bool, "lon": float, "lat": float, "cell10": np.uint64}
    )


def area_layers(areas: Any) -> tuple[Any, Any]:
    """The two layers to choose from: local authorities and wards, where there are."""
    kinds = set(areas["type"])
    big = next((k for k in (AreaType.LAD, AreaType.FORCE) if k in kinds), None) or next(
        iter(kinds), None
    )
    small = AreaType.WARD if AreaType.WARD in kinds else big
    return (
        areas[areas["type"] == big].sort_values("name", ignore_index=True),
        areas[areas["type"] == small].sort_values("name", ignore_index=True),
    )


class PlaceNames:
    """The named places of one event.

    Args:
        places: as `public_places` gives them, those inside the event's cells; with a column `kind`
            where it is known what they are, and `is_wide` (`places.searchable`).
        big, small: the layers of `area_layers`.
        along: the streets by the hexagons that they cross (`naming.KnownPlaces`): their corners can
            be searched too. towns: name, lon, lat; they say where a place is where the finer layer
            says no more than the other one.
    """

    def __init__(
        self,
        places: pd.DataFrame,
        big: Any,
        small: Any,
        *,
        along: pd.DataFrame | None = None,
        towns: pd.DataFrame | None = None,
    ) -> None:
        self.places = places.reset_index(drop=True)
        passed_over = self.places["is_generic"].astype(bool)
        if "is_wide" in self.places:
            # Much is near a town: that tells no two places apart.
            passed_over |= self.places["is_wide"].astype(bool)
        named = self.places[~passed_over]
        self._names = named["name"].to_numpy(dtype=object)
        self._tree = (
            scipy.spatial.cKDTree(_plane(named["lon"].to_numpy(), named["lat"].to_numpy()))
            if len(named)
            else None
        )
        finer = _area_of(self.places, small)
        if towns is not None and len(towns) and set(small["type"]) == set(big["type"]):
            nearest = _nearest_town(self.places, towns)
            finer = [(key, town or name) for (key, name), town in zip(finer, nearest, strict=True)]
        self.found = self._list(_area_of(self.places, big), finer)
        corners = None if along is None else Corners(along, lambda lon, lat: _said(lon, lat, big))
        self._search = PlaceSearch(self.found, self._own, corners)
        self.search = self._search.search

    def nearest(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """The nearest name to each point; "" where there are no names."""
        if self._tree is None:
            return np.full(len(lon), "", dtype=object)
        return np.asarray(self._names[self._tree.query(_plane(lon, lat))[1]])

    def inside(self, area: str) -> list[NamedPlace]:
        """Every place of one of the finer areas, by its "type:code" key."""
        return [found for found, key in zip(self.found, self._keys, strict=True) if key == area]

    def around(self, cells: Sequence[str]) -> list[NamedPlace]:
        """Places in hexagons and those that touch them: nearest first, each name once.

        Args:
            cells: H3 at resolution 10, text; a journey's too.
        """
        own = grid.from_text(list(cells))
        held = [
            at for cell in grid.with_neighbours(own).tolist() for at in self._at_cell.get(cell, ())
        ]
        if not held:
            return []
        middles = scipy.spatial.cKDTree(_plane(*grid.centres(own)))
        far = middles.query(self._plane[held])[0]
        order = sorted(
            zip(far.tolist(), held, strict=True), key=lambda one: (one[0], self.found[one[1]].name)
        )
        named: dict[str, NamedPlace] = {}
        for _, at in order:
            named.setdefault(self.found[at].name, self.found[at])
        return list(named.values())

    @cached_property
    def _at_cell(self) -> dict[int, list[int]]:
        """Hexagon -> which places of `found` it holds."""
        held: dict[int, list[int]] = {}
        for at, cell in enumerate(grid.from_text([found.cell for found in self.found]).tolist()):
            held.setdefault(cell, []).append(at)
        return held

    def _list(self, big: list[tuple[str, str]], small: list[tuple[str, str]]) -> list[NamedPlace]:
        """One entry for a name and hexagon.

        What is only a kind of place, or an area's twice, says what it is near.
        """
        frame = self.places[["name", "cell10", "is_generic"]].assign(key=[key for key, _ in small])
        what = self.places["kind"].tolist() if "kind" in self.places else [""] * len(frame)
        rows = np.flatnonzero(~frame.duplicated(["name", "key", "cell10"]))
        first = frame.iloc[rows]
        kinds = first["is_generic"].astype(bool)
        says_near = (kinds | first.duplicated(["name", "key"], keep=False)).to_numpy()
        others = self._others()
        out: dict[tuple[str, str], NamedPlace] = {}
        self._keys: list[str] = []
        self._own: list[PlaceWords] = []
        kept: list[int] = []
        cells = grid.to_text(first["cell10"].to_numpy(dtype=np.uint64))
        for row, own, is_kind, near, cell in zip(
            rows.tolist(), first["name"].tolist(), kinds.tolist(), says_near, cells, strict=True
        ):
            name = f"{own}, near {others[row]}" if near else str(own)
            area = ", ".join(dict.fromkeys(part for part in (small[row][1], big[row][1]) if part))
            if (name, area) not in out:
                out[name, area] = NamedPlace(name, area, cell)
                self._keys.append(small[row][0])
                words = PlaceWords(tuple(folded(str(own))), bool(is_kind), what[row])
                self._own.append(words)
                kept.append(int(row))
        self._plane = _plane(
            self.places["lon"].to_numpy()[kept], self.places["lat"].to_numpy()[kept]
        )
        return list(out.values())

    def _others(self) -> list[str]:
        """For each place, the nearest one of another name."""
        if self._tree is None:
            return ["the middle of it"] * len(self.places)
        at = _plane(self.places["lon"].to_numpy(), self.places["lat"].to_numpy())
        nearby = self._tree.query(at, k=range(1, min(_NEARBY, len(self._names)) + 1))[1]
        names = self._names[nearby]
        differs = names != self.places["name"].to_numpy(dtype=object)[:, None]
        found = names[np.arange(len(names)), differs.argmax(axis=1)]
        return [
            str(n) if any_ else "the middle of it"
            for n, any_ in zip(found, differs.any(axis=1), strict=True)
        ]


def with_more(  # noqa: PLR0913 - what names may be told by, by keyword
    places: pd.DataFrame,
    more: pd.DataFrame,
    big: Any,
    small: Any,
    *,
    along: pd.DataFrame,
    towns: pd.DataFrame | None = None,
) -> PlaceNames:
    """The names of places and of more (`places.searchable`), and corners of the streets: what
    stands in both stands once.
    """
    whole = pd.concat([more, places.assign(kind="", is_wide=False)], ignore_index=True)
    once = whole.drop_duplicates(["name", "cell10"], ignore_index=True)
    return PlaceNames(once, big, small, along=along, towns=towns)


def known_places(ws: Workspace, areas: Any) -> tuple[PlaceNames, PlaceNames]:
    """The named places of the map for staff: those of the snapshot, which name hexagons; and all
    that can be searched, with the base map and the lists. Made once.
    """

    def compute() -> tuple[PlaceNames, PlaceNames]:
        places, layers = public_places(ws), area_layers(areas)
        more = searchable_places(ws.settings)
        names = PlaceNames(places, *layers)
        if more.empty:
            return names, names
        along = naming.known_places(ws.settings).streets
        towns = known_towns(ws.settings)
        return names, with_more(places, more, *layers, along=along, towns=towns)

    return views.remember(ws, ("named places", search_version(ws.settings)), compute)


def as_json(found: Sequence[NamedPlace]) -> bytes:
    """As the page is sent it."""
    rows = [{"name": f.name, "area": f.area, "cell": f.cell} for f in found]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def _said(lon: np.ndarray, lat: np.ndarray, areas: Any) -> list[str]:
    """The name of the area of each point; "" where it lies in none."""
    if not len(lon) or not len(areas):
        return [""] * len(lon)
    names = [*areas["name"].astype(str), ""]
    return [names[at] for at in area_positions(lon, lat, areas)]


def _area_of(named: pd.DataFrame, areas: Any) -> list[tuple[str, str]]:
    """Key and name of the area of each place; empty where it lies in none."""
    if not len(named) or not len(areas):
        return [("", "")] * len(named)
    at = area_positions(
        named["lon"].to_numpy(dtype=float), named["lat"].to_numpy(dtype=float), areas
    )
    keys, names = areas["key"].tolist(), areas["name"].tolist()
    return [(str(keys[i]), str(names[i])) if i >= 0 else ("", "") for i in at]


def _nearest_town(places: pd.DataFrame, towns: pd.DataFrame) -> list[str]:
    """The nearest town to each place; "" where none is near."""
    tree = scipy.spatial.cKDTree(_plane(towns["lon"].to_numpy(), towns["lat"].to_numpy()))
    at = _plane(places["lon"].to_numpy(), places["lat"].to_numpy())
    names = [*towns["name"].astype(str), ""]
    # Beyond its reach the tree answers with the number of its points.
    return [names[i] for i in tree.query(at, distance_upper_bound=_IN_TOWN)[1]]


def _plane(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    return np.column_stack([np.asarray(lon, dtype=float) * _SQUEEZE, np.asarray(lat, dtype=float)])
