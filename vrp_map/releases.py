"""What the wall may show, and when: counts of contributors, let out in batches. Pure: no clock, no records.

The rule of methods M17 for young people's pins: a count shows only from k distinct contributors on, and from one
release to the next every count changes by 0 or by at least k. Whoever watches every release sees nobody come or go,
only groups of k. It counts contributors, never pins, so one keen person weighs as much as a shy one.

A count also leaves out at least k of all contributors. Else the total beside it would tell of the few who did not say
it; and where everybody says one thing, what each of them said. So "all 15" shows as 10, and nearly all as well.

What it does not do: k - 1 people who act together, and know each other's pins, can tell what the next one in their
hexagon did. The larger k of the public view (settings) is for that.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from vrp_map import grid
from vrp_map.pin_words import AGE_BANDS, FEELINGS, ROLES, SETTINGS

K = TypeVar("K", bound=Hashable)

# What is counted, each by itself. Of hexagons: those felt unsafe, those felt safe, those of journeys; never all pins of
# a hexagon together, for one of the three could be had by subtraction.
CELLS = ("unsafe", "safe", "corridor")
KINDS = (*CELLS, "setting", "feeling", "reason", "help", "hour_band", "weekday", "role", "age_band")
# Questions with one answer a pin, and how many answers there are: a hidden one could be had by subtraction.
ONE_ANSWER = {"setting": len(SETTINGS), "feeling": len(FEELINGS), "role": len(ROLES), "age_band": len(AGE_BANDS)}
Said = tuple[Hashable, str, Hashable]


@dataclass(frozen=True)
class Release:
    """One batch that everybody may see.

    Attributes:
        number: 0 = nothing has been let out yet.
        contributors: how many people, in steps of at least k.
        counts: kind -> what -> contributors. What is missing has fewer than k, waits for its batch, or would tell of
            others.
    """

    number: int = 0
    contributors: int = 0
    counts: Mapping[str, Mapping[Hashable, int]] = field(default_factory=lambda: {kind: {} for kind in KINDS})


def what_was_said(pins: Iterable[Mapping[str, Any]], *, resolution: int) -> list[Said]:
    """What contributors said, for `next_release`: (contributor, kind, what) of every pin.

    Args:
        pins: contributor, cells (resolution 10; several = a journey), setting, feeling, reasons, helps, hour_band,
            weekday, role, age_band. Hexagons are given as text at `resolution`; "any" time is no time.
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
        found += [(who, kind, pin[kind]) for kind in ("role", "age_band") if isinstance(pin[kind], str)]
    return found


def next_release(previous: Release, said: Iterable[Said], *, k: int) -> Release:
    """The release that follows, or the previous one where nothing may change.

    Args:
        said: (contributor, kind of `KINDS`, what) of every pin that was not taken back.
        k: fewest contributors of a count, of a change, and of those that a count leaves out.
    """
    people: dict[tuple[str, Hashable], set[Hashable]] = {}
    everybody: set[Hashable] = set()
    for who, kind, what in said:
        people.setdefault((kind, what), set()).add(who)
        everybody.add(who)
    now: dict[str, dict[Hashable, int]] = {}
    for (kind, what), they in people.items():
        now.setdefault(kind, {})[what] = len(they)
    following = _let_out(previous, now, len(everybody), k=k)
    same = {kind: dict(previous.counts.get(kind, {})) for kind in KINDS}
    return previous if (following.contributors, following.counts) == (previous.contributors, same) else following


def narrowed(release: Release, *, k: int) -> Release:
    """A release as a larger k shows it; with its own k it is the same."""
    return replace(_let_out(Release(), release.counts, release.contributors, k=k), number=release.number)


def _let_out(previous: Release, now: Mapping[str, Mapping[Hashable, int]], everybody: int, *, k: int) -> Release:
    contributors = next_count(previous.contributors, everybody, k=k)
    counts = {
        kind: next_counts(previous.counts.get(kind, {}), now.get(kind, {}), k=k, most=contributors - k)
        for kind in KINDS
    }
    for kind, answers in ONE_ANSWER.items():
        counts[kind] = without_small_rest(counts[kind], contributors, answers=answers, k=k)
    return Release(previous.number + 1, contributors, counts)


def next_counts(shown: Mapping[K, int], now: Mapping[K, int], *, k: int, most: int) -> dict[K, int]:
    """`next_count` of everything that is shown or said; what comes to 0 is left out."""
    found = {what: next_count(shown.get(what, 0), now.get(what, 0), k=k, most=most) for what in {**shown, **now}}
    return {what: n for what, n in found.items() if n}


def next_count(shown: int, now: int, *, k: int, most: int | None = None) -> int:
    """The number that may be shown next: the true one if it is k away from what is shown, else what is shown.

    Args:
        shown: 0 or at least k. now: how many there are. most: what it may not be above; None = anything.
    """
    top = now if most is None else min(now, most)
    wanted = top if top >= k else 0
    if abs(wanted - shown) >= k:
        return wanted
    if most is None or shown <= most:
        return shown
    # Too high by now, and the true number is too near: one step of k under it.
    return shown - k if shown >= 2 * k else 0


def without_small_rest(shown: Mapping[K, int], contributors: int, *, answers: int, k: int) -> dict[K, int]:
    """The counts of a question with one answer a pin, without the smallest where they would tell of others together.

    Args:
        shown: each at least k, and at least k under `contributors`. answers: how many the question has.
    """
    rest = contributors - sum(shown.values())
    tells_of_a_hidden_one = len(shown) < answers and 0 <= rest < k
    tells_who_gave_both = len(shown) == answers == 2 and -k < rest
    if not shown or not (tells_of_a_hidden_one or tells_who_gave_both):
        return dict(shown)
    smallest = min(shown, key=lambda what: (shown[what], str(what)))
    return {what: n for what, n in shown.items() if what != smallest}
