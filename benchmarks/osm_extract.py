"""Writes a made-up OpenStreetMap extract (`.osm.pbf`) as large as one of a whole region.

    pip install osmium
    python -m benchmarks.osm_extract FILE [--side KM]

Squares of one kilometre, dense and thin, each with named streets in a grid, houses (some with a
courtyard), paths, water, a park, a school, a station or a village; and with what real extracts
have most of and no map here draws: corners without tags, trees, addresses, fences, bus routes.
The seed is fixed: the same side gives the same objects.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

SIDE_KM = 90
# The middle of the area of the boundaries that come with vrp-map.
LON, LAT = -1.82, 52.5
_DEGREE_KM = (67.8, 111.3)
_SEED = 20261129
_STREETS = 10
# Squares that differ in what is drawn; in all others it is moved and named anew.
_DRAWINGS = 48
_WHEN = "2026-11-01T00:00:00Z"
_WORDS = (
    "Ash Beech Birch Bridge Brook Castle Cedar Chapel Church Corn Cross Elm Farm Field Ford Fox"
    " Garden Grange Green Hazel Heath Hill Holly Kiln King Lake Lime Maple Market Mill Moor New"
    " North Oak Old Orchard Park Pear Pine Pool Queen River Rose Rowan School South Spring Station"
    " Thorn Vale Victoria Well West Willow Wood York"
)
_FIRST = tuple(_WORDS.split())
_SECOND = ("", "field", "ham", "ley", "ton", "wood", "bury", "croft", "dale", "ford")
_LAST = ("Road", "Street", "Lane", "Avenue", "Close", "Drive", "Way", "Grove", "Crescent", "Place")
_ROADS = ("residential", "residential", "residential", "service", "unclassified", "tertiary")
# Nodes of a region are numbered among those of the whole world: 13,000 million.
_TOGETHER, _BETWEEN = 100, 47_000
Tags = dict[str, str]


@dataclass
class Square:
    """What lies in one square kilometre: nodes by place, ways by their nodes."""

    xy: list[tuple[float, float]] = field(default_factory=list)
    tagged: dict[int, Tags] = field(default_factory=dict)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)
    relations: list[tuple[list[tuple[int, str]], Tags]] = field(default_factory=list)

    def node(self, x: float, y: float, **tags: str) -> int:
        """Add a node, in kilometres from the corner of the square; its number in the square."""
        self.xy.append((x, y))
        if tags:
            self.tagged[len(self.xy) - 1] = tags
        return len(self.xy) - 1

    def way(self, nodes: list[int], **tags: str) -> int:
        """Add a way; its number in the square."""
        self.ways.append((nodes, tags))
        return len(self.ways) - 1

    def ring(self, xy: np.ndarray, **tags: str) -> int:
        """Add a closed way round these corners."""
        nodes = [self.node(x, y) for x, y in xy.tolist()]
        return self.way([*nodes, nodes[0]], **tags)


def square(at: int) -> Square:
    """One square of the extract, always the same for the same number."""
    rng = np.random.default_rng([_SEED, at])
    made = Square()
    density = float(rng.choice([1.0, 0.5, 0.15], p=[0.3, 0.4, 0.3]))
    _streets(made, rng, density)
    for _ in range(int(850 * density)):
        _house(made, rng)
    for _ in range(int(260 * density)):
        made.node(*rng.random(2).tolist(), natural="tree")
    for number in range(int(120 * density)):
        made.node(
            *rng.random(2).tolist(), **{"addr:housenumber": str(number), "addr:street": _name(rng)}
        )
    for _ in range(int(60 * density)):
        path = np.cumsum(rng.normal(0, 0.02, (6, 2)), axis=0) + rng.random(2)
        kind = ("barrier", "fence") if rng.random() < 0.6 else ("highway", "footway")
        made.way([made.node(x, y) for x, y in path.tolist()], **dict([kind]))
    _places(made, rng)
    return made


def _name(rng: np.random.Generator) -> str:
    return f"{_FIRST[rng.integers(len(_FIRST))]} {_LAST[rng.integers(len(_LAST))]}"


def _streets(made: Square, rng: np.random.Generator, density: float) -> None:
    """A grid whose corners are shared, each street in ways of some blocks, as people draw them."""
    many = max(2, int(_STREETS * density))
    steps = np.arange(many + 1) / many
    shift = rng.normal(0, 0.004, (many + 1, many + 1, 2))
    corner = [
        [made.node(x + dx, y + dy) for x, (dx, dy) in zip(steps, row, strict=True)]
        for y, row in zip(steps, shift.tolist(), strict=True)
    ]
    for line in [*corner[:-1], *(list(column) for column in zip(*corner, strict=True))][: 2 * many]:
        tags = {"highway": _ROADS[rng.integers(len(_ROADS))], "name": _name(rng)}
        if rng.random() < 0.05:
            tags |= {"highway": "primary", "ref": f"A{rng.integers(10, 9999)}"}
        for start in range(0, many, 3):
            part = line[start : start + 4]
            nodes = [part[0]]
            for a, b in pairwise(part):
                bend = (np.array(made.xy[a]) + np.array(made.xy[b])) / 2 + rng.normal(0, 0.002, 2)
                nodes += [made.node(*bend.tolist()), b]
            made.way(nodes, maxspeed="30 mph", surface="asphalt", **tags)
    route = [(number, "") for number in range(min(6, len(made.ways)))]
    made.relations.append((route, {"type": "route", "route": "bus", "ref": str(rng.integers(99))}))


def _house(made: Square, rng: np.random.Generator) -> None:
    wide, deep = rng.uniform(0.006, 0.02, 2)
    at = rng.random(2)
    corners = np.array([[0, 0], [wide, 0], [wide, deep], [0, deep]])
    if rng.random() < 0.4:
        notch = [[wide / 2, deep], [wide / 2, deep / 2], [0, deep / 2]]
        corners = np.concatenate([corners[:3], notch])
    turn = rng.uniform(0, np.pi)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    if rng.random() < 0.02:
        outer = made.ring(corners @ spin + at)
        inner = made.ring((corners * 0.4 + [wide * 0.3, deep * 0.3]) @ spin + at)
        members = [(outer, "outer"), (inner, "inner")]
        made.relations.append((members, {"type": "multipolygon", "building": "yes"}))
        return
    tags = {"building": "house" if rng.random() < 0.5 else "yes"}
    if rng.random() < 0.3:
        tags |= {"addr:housenumber": str(rng.integers(1, 200)), "addr:postcode": "ZZ1 1ZZ"}
    made.ring(corners @ spin + at, **tags)


def _places(made: Square, rng: np.random.Generator) -> None:
    def round_shape(size: float, corners: int) -> np.ndarray:
        turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
        far = size * rng.uniform(0.6, 1.0, corners)
        return np.column_stack([far * np.cos(turn), far * np.sin(turn)]) + rng.random(2)

    made.ring(round_shape(0.15, 60), leisure="park", name=f"{_name(rng).split()[0]} Park")
    made.ring(round_shape(0.06, 40), natural="water")
    made.ring(round_shape(0.3, 80), landuse="residential")
    made.ring(round_shape(0.04, 6), amenity="school", name=f"{_name(rng).split()[0]} School")
    river = np.cumsum(rng.normal(0.02, 0.01, (50, 2)), axis=0)
    made.way([made.node(x, y) for x, y in river.tolist()], waterway="stream", name="Mill Brook")
    if rng.random() < 0.1:
        name = _name(rng).split()[0]
        made.node(*rng.random(2).tolist(), railway="station", name=name)
        rails = np.column_stack([np.linspace(0, 1, 30), rng.normal(0.5, 0.005, 30)])
        made.way([made.node(x, y) for x, y in rails.tolist()], railway="rail")
    if rng.random() < 0.1:
        place = "town" if rng.random() < 0.2 else "village"
        made.node(*rng.random(2).tolist(), place=place, name=_name(rng).split()[0])


def write_extract(file: Path, *, side: int = SIDE_KM) -> None:
    """Write the extract: nodes, then ways, then relations, each in the order of their numbers."""
    import osmium
    from osmium.osm import mutable

    drawn = [square(at) for at in range(_DRAWINGS)]
    chosen = np.random.default_rng(_SEED).integers(_DRAWINGS, size=side * side).tolist()
    told = {"version": 1, "visible": True, "timestamp": _WHEN}
    with osmium.SimpleWriter(str(file), bufsz=8 << 20, overwrite=True) as writer:
        one = mutable.Node(**told)
        first = 1
        for at, made in enumerate(drawn[number] for number in chosen):
            places = _degrees(made, at, side)
            for i, place in enumerate(places):
                one.id, one.location, one.tags = _id(first + i), place, made.tagged.get(i)
                writer.add_node(one)
            first += len(places)
        node = way = 1
        for at, made in enumerate(drawn[number] for number in chosen):
            for i, (nodes, tags) in enumerate(made.ways):
                held, own = [_id(node + one) for one in nodes], _named(tags, at)
                writer.add_way(mutable.Way(id=way + i, nodes=held, tags=own, **told))
            node, way = node + len(made.xy), way + len(made.ways)
        number = way = 1
        for made in (drawn[number] for number in chosen):
            for members, tags in made.relations:
                held = [("w", way + one, role) for one, role in members]
                writer.add_relation(mutable.Relation(id=number, members=held, tags=tags, **told))
                number += 1
            way += len(made.ways)


def _id(number: int) -> int:
    """The number of a node: those of one evening's work follow each other, then others' come."""
    return number + number // _TOGETHER * _BETWEEN


def _degrees(made: Square, at: int, side: int) -> list[list[float]]:
    """Where the nodes of a square lie; each some metres away from where it was drawn."""
    row, column = divmod(at, side)
    corner = np.array([column, row]) - side / 2
    shifted = np.array(made.xy) + np.random.default_rng([_SEED, at]).normal(
        0, 0.001, (len(made.xy), 2)
    )
    return np.round((shifted + corner) / _DEGREE_KM + [LON, LAT], 7).tolist()


def _named(tags: Tags, at: int) -> Tags:
    """Tags with the name that a thing has in this square: each square has names of its own."""
    if "name" not in tags:
        return tags
    first, *rest = tags["name"].split(" ")
    other = _FIRST[(_FIRST.index(first) + at) % len(_FIRST)] + _SECOND[at // 7 % len(_SECOND)]
    return tags | {"name": " ".join([other, *rest])}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("file", type=Path)
    words.add_argument("--side", type=int, default=SIDE_KM, metavar="KM")
    asked = words.parse_args()
    write_extract(asked.file, side=asked.side)
    print(f"{asked.file}: {asked.file.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
