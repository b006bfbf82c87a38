"""Broken things for the finished synthetic event, said by some of its pins once these are drawn.

A seed of their own, so that nothing else of the event is drawn otherwise than without them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from vrp_map import grid
from vrp_map.summit.pins.pin import Pin
from vrp_map.summit.pins.places import PlaceNames
from vrp_map.vocabulary import pins as words

SEED = 20260315


def with_things(
    pins: Sequence[Pin],
    plan: Mapping[str, Any],
    names: PlaceNames,
    *,
    resolution: int,
    seed: int = SEED,
) -> tuple[Pin, ...]:
    """The same pins, some with a broken thing and its place.

    Args:
        plan: as `plan_of_summit` gives it. names: of the event; without any, no place is named.
        resolution: of the wall's hexagons, in which the planted places stand.
    """
    rng = np.random.default_rng(seed)
    out = list(pins)
    free = [i for i, pin in enumerate(pins) if pin.feeling == "unsafe" and len(pin.cells) == 1]
    walls = grid.to_text(
        grid.parents(grid.from_text([pins[i].cells[0] for i in free]), resolution=resolution)
    )
    places = {place["name"]: place for place in plan["place"]}
    planted = set()
    for thing in plan["thing"]:
        spot = places[thing["at"]]
        wall = grid.to_text(grid.cells_at([spot["lon"]], [spot["lat"]], resolution=resolution))[0]
        here = [i for i, held in zip(free, walls, strict=True) if held == wall and i not in planted]
        chosen = [int(i) for i in rng.permutation(here)[: thing["people"]]]
        planted |= set(chosen)
        named = _who_can_name_it(chosen, pins, names)[: thing["named"]]
        for i in chosen:
            out[i] = replace(pins[i], thing=thing["thing"], thing_place=dict(named).get(i))
    for i in rng.permutation([i for i in free if i not in planted])[
        : plan["things"]["scattered"]
    ].tolist():
        near = names.around(pins[i].cells)
        place = near[0].name if near and rng.random() < plan["things"]["share_named"] else None
        out[i] = replace(pins[i], thing=str(rng.choice(list(words.THINGS))), thing_place=place)
    return tuple(out)


def _who_can_name_it(
    chosen: Sequence[int], pins: Sequence[Pin], names: PlaceNames
) -> list[tuple[int, str]]:
    """Pin and name, for the one place that most of them have on their list."""
    lists = {i: [found.name for found in names.around(pins[i].cells)] for i in chosen}
    most = Counter(name for listed in lists.values() for name in listed).most_common(1)
    return [(i, most[0][0]) for i in chosen if most and most[0][0] in lists[i]]
