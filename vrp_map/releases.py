"""What the wall may show, and when: counts of contributors, let out in batches. Pure: no clock, no records.

The rule of methods M17 for young people's pins: a count shows only from k distinct contributors on, and from one
release to the next every count changes by 0 or by at least k. Whoever watches every release sees nobody come or go,
only groups of k. It counts contributors, never pins, so one keen person weighs as much as a shy one.

What it does not do: k - 1 people who act together, and know each other's pins, can tell what the next one in their
hexagon did. The larger k of the public view (settings) is for that.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from vrp_map import grid

K = TypeVar("K", bound=Hashable)

# What is counted, each by itself. Of hexagons: those felt unsafe, those felt safe, those of journeys; never all pins of
# a hexagon together, for one of the three could be had by subtraction.
CELLS = ("unsafe", "safe", "corridor")
KINDS = (*CELLS, "setting", "feeling", "reason", "help", "hour_band", "weekday")
Said = tuple[Hashable, str, Hashable]


@dataclass(frozen=True)
class Release:
    """One batch that everybody may see.

    Attributes:
        number: 0 = nothing has been let out yet.
        contributors: how many people, in steps of at least k.
        counts: kind -> what -> contributors. What is missing has fewer than k, or waits for its batch.
    """

    number: int = 0
    contributors: int = 0
    counts: Mapping[str, Mapping[Hashable, int]] = field(default_factory=lambda: {kind: {} for kind in KINDS})


def what_was_said(pins: Iterable[Mapping[str, Any]], *, resolution: int) -> list[Said]:
    """What contributors said, for `next_release`: (contributor, kind, what) of every pin.

    Args:
        pins: contributor, cells (resolution 10; several = a journey), setting, feeling, reasons, helps, hour_band,
            weekday. Hexagons are given as text at `resolution`; "any" time is no time.
    """
    found: list[Said] = []
    for pin in pins:
        who = pin["contributor"]
        cells = grid.to_text(np.unique(grid.parents(np.array(pin["cells"], dtype=np.uint64), resolution=resolution)))
        kind = "corridor" if len(pin["cells"]) > 1 else pin["feeling"]
        found += [(who, kind, cell) for cell in cells]
        found += [(who, "setting", pin["setting"]), (who, "feeling", pin["feeling"])]
        found += [(who, "reason", reason) for reason in pin["reasons"]]
        found += [(who, "help", wanted) for wanted in pin["helps"]]
        found += [(who, kind, pin[kind]) for kind in ("hour_band", "weekday") if pin[kind] != "any"]
    return found


def next_release(previous: Release, said: Iterable[Said], *, k: int) -> Release:
    """The release that follows, or the previous one where nothing may change.

    Args:
        said: (contributor, kind of `KINDS`, what) of every pin that was not taken back.
        k: fewest contributors of a count, and of a change.
    """
    people: dict[tuple[str, Hashable], set[Hashable]] = {}
    everybody: set[Hashable] = set()
    for who, kind, what in said:
        people.setdefault((kind, what), set()).add(who)
        everybody.add(who)
    counts = {
        kind: next_counts(
            previous.counts.get(kind, {}),
            {what: len(who) for (of, what), who in people.items() if of == kind},
            k=k,
        )
        for kind in KINDS
    }
    contributors = next_count(previous.contributors, len(everybody), k=k)
    if contributors == previous.contributors and counts == {
        kind: dict(previous.counts.get(kind, {})) for kind in KINDS
    }:
        return previous
    return Release(previous.number + 1, contributors, counts)


def next_counts(shown: Mapping[K, int], now: Mapping[K, int], *, k: int) -> dict[K, int]:
    """`next_count` of everything that is shown or said; what comes to 0 is left out."""
    found = {what: next_count(shown.get(what, 0), now.get(what, 0), k=k) for what in {**shown, **now}}
    return {what: n for what, n in found.items() if n}


def next_count(shown: int, now: int, *, k: int) -> int:
    """The number that may be shown next: the true one if it is k away from what is shown, else what is shown.

    Args:
        shown: 0 or at least k. now: how many there are.
    """
    wanted = now if now >= k else 0
    return wanted if abs(wanted - shown) >= k else shown
