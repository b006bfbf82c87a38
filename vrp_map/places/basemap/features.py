"""Some features of one layer of a file, and how a layer is read into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from vrp_map.places.basemap.classes import road_number

NAMES = (
    "name",
    "name_1",
    "name1",
    "distinctive_name_1",
    "distname1",
    "sitename",
    "distinctive_name",
)
NUMBERS = (
    "road_number",
    "road_classification_number",
    "roadclassificationnumber",
    "number",
    "ref",
    "shield_text",
)


@dataclass(frozen=True)
class MapFeatures:
    """Some features of one layer: parallel arrays; geometry in Web Mercator."""

    layer: np.ndarray
    kind: np.ndarray
    name: np.ndarray
    geometry: np.ndarray

    def chosen(self, member: np.ndarray) -> MapFeatures:
        """Those for which `member` is true."""
        return MapFeatures(
            self.layer[member], self.kind[member], self.name[member], self.geometry[member]
        )

    def drawn(self) -> MapFeatures:
        """Without what has neither layer nor name, and without shapes that are none."""
        shapes = self.geometry
        there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        wanted = (self.layer != "") | ((self.name != "") & (self.kind != ""))
        return self.chosen(there & wanted)

    def with_numbers(self, numbers: Sequence[str]) -> MapFeatures:
        """These, and each main road once more by its number."""
        number = texts([road_number(words) for words in numbers])
        there = number != ""
        many = int(there.sum())
        return MapFeatures(
            np.concatenate([self.layer, np.full(many, "", object)]),
            np.concatenate([self.kind, np.full(many, "road number", object)]),
            np.concatenate([self.name, number[there]]),
            np.concatenate([self.geometry, self.geometry[there]]),
        )


Columns = Mapping[str, np.ndarray]
Reader = Callable[[Columns, np.ndarray], MapFeatures]


def first_of(columns: Columns, names: Sequence[str], many: int) -> np.ndarray:
    """The first column of these names; its empty rows from the next."""
    out = np.full(many, "", object)
    for name in names:
        if name in columns:
            out = np.where(out == "", columns[name], out)
    return out


def texts(values: Sequence[str | None]) -> np.ndarray:
    """An array of texts; empty for None."""
    return np.array([value or "" for value in values], object)


def plain(layer: str) -> Reader:
    """A reader of a layer that is drawn as it is and has no names."""

    def read(columns: Columns, shapes: np.ndarray) -> MapFeatures:
        nothing = np.full(len(shapes), "", object)
        # A point in a layer of lines or areas is a label's place.
        layers = np.where(shapely.get_dimensions(shapes) > 0, layer, nothing)
        return MapFeatures(layers, nothing, nothing, shapes)

    return read
