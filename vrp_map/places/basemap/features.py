"""Some features of one layer of a file, and how a layer is read into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

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


# What has more is drawn in pieces. Those of lines are shorter: cutting a tile from a line that
# crosses itself takes the square of its corners.
MOST_CORNERS = 1_000
_OF_A_LINE = 100
# Metres of the map: an area this small whose outline has more corners is none that can be seen.
_SMALLEST = 150.0


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

    def divided(self) -> MapFeatures:
        """These, with shapes of very many corners in pieces: a tile is cut from those near it."""
        is_large = shapely.get_num_coordinates(self.geometry) > MOST_CORNERS
        if not is_large.any():
            return self
        rest = self.chosen(~is_large)
        large = self.chosen(is_large)
        pieces = [list(_pieces(shape)) for shape in large.geometry]
        again = [len(one) for one in pieces]
        return MapFeatures(
            np.concatenate([rest.layer, np.repeat(large.layer, again)]),
            np.concatenate([rest.kind, np.repeat(large.kind, again)]),
            np.concatenate([rest.name, np.repeat(large.name, again)]),
            np.concatenate([rest.geometry, np.array(list(chain(*pieces)), object)]),
        )

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


def _pieces(shape: shapely.Geometry) -> Iterator[shapely.Geometry]:
    """Parts of a shape of at most `MOST_CORNERS` each; lines share the corner they are cut at."""
    todo = list(shapely.get_parts(shape))
    while todo:
        part = todo.pop()
        if shapely.get_num_coordinates(part) <= MOST_CORNERS:
            if not shapely.is_empty(part):
                yield part
        elif shapely.get_num_geometries(part) > 1:
            todo += list(shapely.get_parts(part))
        elif shapely.get_dimensions(part) == 1:
            xy = shapely.get_coordinates(part)
            starts = range(0, len(xy) - 1, _OF_A_LINE - 1)
            yield from (shapely.LineString(xy[at : at + _OF_A_LINE]) for at in starts)
        else:
            todo += _halves(part)


def _halves(area: shapely.Geometry) -> list[shapely.Geometry]:
    """The two halves of an area; of one too small to be seen in halves, every so many corners."""
    west, south, east, north = shapely.bounds(area).tolist()
    if max(east - west, north - south) < _SMALLEST:
        xy = shapely.get_coordinates(area)
        return [shapely.Polygon(xy[:: len(xy) // MOST_CORNERS + 1])]
    x, y = (west + east) / 2, (south + north) / 2
    boxes = (
        [(west, south, x, north), (x, south, east, north)]
        if east - west > north - south
        else [(west, south, east, y), (west, y, east, north)]
    )
    return [part for box in boxes for part in shapely.get_parts(shapely.clip_by_rect(area, *box))]


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
