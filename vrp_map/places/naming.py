"""Which names hexagons and hotspots may be called by: streets, and what people know nearby.

Only names that are public: points that a publisher moves incidents to, the base map, and stations
of the lists that were added. Never a home, and never a school: a hotspot must not carry its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import StreetMap, usable_streets
from vrp_map.places.place_lists import list_versions, listed_places
from vrp_map.vocabulary import MAX_RESOLUTION

COLUMNS = ["name", "lon", "lat", "cell10"]
# Landmarks, with the word that says what they are; "" where the name says it.
_LANDMARKS = {"station": "station", "tram stop": "tram stop", "hospital": "", "park": ""}
# A whole postcode anywhere, or a number of a house or a flat in front.
_HOME = re.compile(
    r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b"
    r"|^\s*(?:(?:flat|apartment|apt|room|house|unit)\.?\s*)?\d+[a-z]?\b",
    re.IGNORECASE,
)


class KnownPlaces:
    """What the base map and the lists of places know; one object for one state of them.

    Nothing is read before it is asked for: who finds the names of hexagons kept needs none of it.

    Attributes:
        version: another word for another state.
    """

    def __init__(self, map_in_use: StreetMap | None, lists: Sequence[tuple[Path, int]]) -> None:
        self._map, self._lists = map_in_use, lists
        drawn = "" if map_in_use is None else map_in_use.version
        self.version = repr((drawn, [(file.name, changed) for file, changed in lists]))

    @cached_property
    def streets(self) -> pd.DataFrame:
        """Streets of the base map: name, lon, lat, cell10."""
        if self._map is None:
            return _placed(listed_places(())[["name", "lon", "lat"]])
        return _without_homes(self._map.along())

    @cached_property
    def landmarks(self) -> pd.DataFrame:
        """Stations, hospitals and parks: name, lon, lat, cell10."""
        columns = ["kind", "name", "lon", "lat"]
        listed = listed_places(self._lists)[columns]
        drawn = listed[:0] if self._map is None else self._map.names()[columns]
        both = pd.concat([f for f in (listed, drawn) if len(f)] or [listed], ignore_index=True)
        both = both[both["kind"].isin(list(_LANDMARKS))]
        words = [_said(k, n) for k, n in zip(both["kind"], both["name"], strict=True)]
        return _placed(both.assign(name=np.array(words, dtype=object)))


def known_places(settings: Settings) -> KnownPlaces:
    """The places of the base map and the lists in use: one object until one of them changes."""
    return _known(usable_streets(settings), list_versions(settings))


def names_of_streets(
    gazetteer: pd.DataFrame, public_points: pd.DataFrame, known: KnownPlaces
) -> pd.DataFrame:
    """The public names of points and streets: name, lon, lat, cell10.

    Args:
        gazetteer: name, is_generic, lon, lat, cell10. public_points: lon, lat of those that a
            publisher moves incidents to.
    """
    named = gazetteer[~gazetteer["is_generic"].astype(bool)]
    public = named.merge(public_points[["lon", "lat"]], on=["lon", "lat"])
    named = [f for f in (_without_homes(public), known.streets) if len(f)]
    return pd.concat(named or [known.streets], ignore_index=True)


def names_for_staff(gazetteer: pd.DataFrame, public: pd.DataFrame) -> pd.DataFrame:
    """The names that all may read; where there are none, those of a partner's own points."""
    if len(public):
        return public
    return _without_homes(gazetteer[~gazetteer["is_generic"].astype(bool)])


def is_home(name: str) -> bool:
    """Whether a name has a postcode in it or begins with the number of a house.

    >>> is_home("14 Elm Road"), is_home("Elm Road, B12 9QX"), is_home("2nd Avenue")
    (True, True, False)
    """
    return _HOME.search(name) is not None


def _without_homes(named: pd.DataFrame) -> pd.DataFrame:
    # Most names stand many times: along a street, and in every list of its points.
    code, words = pd.factorize(named["name"].astype(str))
    homes = np.fromiter(map(is_home, words), bool, len(words))[code]
    return named.loc[~homes, COLUMNS].reset_index(drop=True)


@lru_cache(maxsize=4)
def _known(streets: StreetMap | None, lists: Sequence[tuple[Path, int]]) -> KnownPlaces:
    return KnownPlaces(streets, lists)


def _said(kind: str, name: str) -> str:
    """ "Bull Street (Midland Metro Stop)" is "Bull Street tram stop"."""
    short = re.sub(r"\s*\([^)]*\)", "", name).strip() or name
    word = _LANDMARKS[kind]
    return short if not word or word.split()[-1] in short.casefold() else f"{short} {word}"


def _placed(named: pd.DataFrame) -> pd.DataFrame:
    at = {c: named[c].astype(float) for c in ("lon", "lat")}
    cells = grid.cells_at(at["lon"], at["lat"], resolution=MAX_RESOLUTION)
    return _without_homes(named.assign(**at, cell10=cells))
