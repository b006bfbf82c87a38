"""Finding a corner by the names of its two streets, as people say where something is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.places.search_order import folded
from vrp_map.places.word_index import WordIndex

_MOST_STREETS = 400
_MOST_CORNERS = 20
# What people say between two streets.
_BETWEEN = frozenset({"and", "corner", "of", "the", "junction", "with", "by", "near", "at", "off"})
AreaOf = Callable[[np.ndarray, np.ndarray], Sequence[str]]


class Corners:
    """Streets by the hexagons that they cross.

    Args:
        along: name, lon, lat, cell10, as `naming.KnownPlaces` has its streets.
        area_of: longitudes and latitudes -> the names of their areas.
    """

    def __init__(self, along: pd.DataFrame, area_of: AreaOf) -> None:
        along = along.sort_values(["name", "cell10"], ignore_index=True)
        street, self._names = pd.factorize(along["name"].astype(str))
        self._cells = along["cell10"].to_numpy(dtype=np.uint64)
        self._lon, self._lat = along["lon"].to_numpy(float), along["lat"].to_numpy(float)
        self._first = np.searchsorted(street, np.arange(len(self._names) + 1))
        self._street = street
        self._index = WordIndex(folded(name) for name in self._names)
        self._area_of = area_of

    def search(self, wanted: Sequence[str]) -> list[tuple[str, str, str]]:
        """Name, area and hexagon of the corners that words may mean, the shortest names first.

        Args:
            wanted: the words, folded: those of one street, then those of the other.
        """
        words = [word for word in wanted if word not in _BETWEEN and len(word) > 1]
        found = [self._between(words[:at], words[at:]) for at in range(1, len(words))]
        held = pd.concat([one for one in found if len(one)] or [_none()], ignore_index=True)
        if held.empty:
            return []
        # Of the hexagons that two streets share in one area, the one in which they meet.
        held["area"] = self._area_of(held["lon"].to_numpy(), held["lat"].to_numpy())
        held["long"] = held["name"].str.len()
        order = held.sort_values(["long", "name", "area", "apart", "cell"])
        best = order.drop_duplicates(["name", "area"]).head(_MOST_CORNERS)
        cells = grid.to_text(best["cell"].to_numpy(dtype=np.uint64))
        return list(zip(best["name"], best["area"], cells, strict=True))

    def _between(self, one: Sequence[str], other: Sequence[str]) -> pd.DataFrame:
        """Each hexagon that a street of the one kind of name shares with one of the other."""
        rows, others = self._along(one), self._along(other)
        left = pd.DataFrame({"cell": self._cells[rows], "a": rows})
        both = left.merge(pd.DataFrame({"cell": self._cells[others], "b": others}), on="cell")
        a, b = both["a"].to_numpy(), both["b"].to_numpy()
        is_two = self._street[a] != self._street[b]
        both, a, b = both[is_two], a[is_two], b[is_two]
        names = np.asarray(self._names, dtype=object)
        return pd.DataFrame(
            {
                "name": names[self._street[a]] + ", near " + names[self._street[b]],
                "cell": both["cell"].to_numpy(),
                "lon": self._lon[a],
                "lat": self._lat[a],
                "apart": np.hypot(self._lon[a] - self._lon[b], self._lat[a] - self._lat[b]),
            }
        )

    def _along(self, words: Sequence[str]) -> np.ndarray:
        """The rows of the streets that have all these words."""
        hits = self._index.with_all([self._index.meant(word) for word in words])
        held = [np.arange(self._first[at], self._first[at + 1]) for at in hits[:_MOST_STREETS]]
        return np.concatenate(held) if held else np.empty(0, np.int64)


def _none() -> pd.DataFrame:
    return pd.DataFrame({"name": [], "cell": [], "lon": [], "lat": [], "apart": []})
