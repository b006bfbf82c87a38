"""What the wall may show, and when: counts of contributors, let out in batches.

Pure: no clock, no records.

The rule of methods M17 for young people's pins, read from both sides: of the people at an event, a
count tells of those who said a thing, and by subtraction of those who did not. Both are none or at
least k, and from one time that a count changes to the next, both have changed by at least k. So
neither one release nor two of them, subtracted, tell of fewer than k people; and nowhere did
everybody say the same, which would tell what each of them said. It counts contributors, never pins,
so one keen person weighs as much as a shy one.

Where nearly everybody says a thing, the true number never may show. Then it goes up by all
newcomers but k, each time that the total has doubled, and at the end (docs/decisions/0012).

What it does not do: k - 1 people who act together, and know each other's pins, can tell what the
next one in their hexagon did. The larger k of the public view (settings) is for that.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.disclosure.next_count import HIDDEN, Count, next_count, next_total
from vrp_map.disclosure.thresholds import is_full_batch
from vrp_map.vocabulary.pins import AGE_BANDS, HOUR_BANDS, ROLES, SETTINGS, WEEKDAYS

K = TypeVar("K", bound=Hashable)

# What is counted, each by itself. Of hexagons: those felt unsafe, those felt safe, those of
# journeys; never all pins of a hexagon together, for one of the three could be had by subtraction;
# and never all who feel unsafe anywhere, for a hexagon's or a reason's number beside it would tell
# of those who do not.
CELLS = ("unsafe", "safe", "corridor")
OF_THEMSELVES = ("role", "age_band")
KINDS = (*CELLS, "setting", "reason", "help", "hour_band", "weekday", *OF_THEMSELVES)
# Questions with one answer a pin, and how many answers there are, none among them: a hidden one
# could be had by subtraction.
ONE_ANSWER = {
    "setting": len(SETTINGS),
    "hour_band": len(HOUR_BANDS),
    "weekday": len(WEEKDAYS),
    "role": len(ROLES) + 1,
    "age_band": len(AGE_BANDS) + 1,
}
# With fewer voices of a known table than this, groups may hide among the others.
TABLES_KNOWN = 0.9
Answer = tuple[Hashable, str, Hashable]
Counts = Mapping[str, Mapping[Hashable, int]]


def _nothing() -> Counts:
    return {kind: {} for kind in KINDS}


@dataclass(frozen=True)
class Release:
    """One batch that everybody may see, through `narrowed`.

    Attributes:
        number: 0 = nothing has been released yet.
        contributors: how many people, in steps of at least k.
        counts: kind -> what -> contributors. What is missing has fewer than k, or waits.
        totals: kind -> what -> `contributors` of the release in which that count last changed.
        low: (kind, what) of the counts that are not the true number of that time, but under it.
        clump: voices for each table, at the place where that is most (`clump_of`); None = tables
            were not recorded.
    """

    number: int = 0
    contributors: int = 0
    counts: Counts = field(default_factory=_nothing)
    totals: Counts = field(default_factory=_nothing)
    low: frozenset[tuple[str, Hashable]] = frozenset()
    clump: float | None = None

    def last(self, kind: str, what: Hashable) -> Count:
        """A count as the next one is judged from it."""
        n = self.counts[kind].get(what, 0)
        if not n:
            return HIDDEN
        return Count(n, self.totals[kind].get(what, self.contributors), (kind, what) in self.low)


def answers_of(pins: Iterable[Mapping[str, Any]], *, resolution: int) -> list[Answer]:
    """What contributors said, for `next_release`: (contributor, kind, what) of every pin.

    Args:
        pins: contributor, cells (resolution 10; several = a journey), setting, feeling, reasons,
            helps, hour_band, weekday, role, age_band. Hexagons are given as text at `resolution`;
            "any" time is no time.
    """
    found: list[Answer] = []
    for pin in pins:
        who = pin["contributor"]
        cells = grid.to_text(
            np.unique(grid.parents(np.array(pin["cells"], dtype=np.uint64), resolution=resolution))
        )
        kind = "corridor" if len(pin["cells"]) > 1 else pin["feeling"]
        found += [(who, kind, cell) for cell in cells]
        found.append((who, "setting", pin["setting"]))
        found += [(who, "reason", reason) for reason in pin["reasons"]]
        found += [(who, "help", wanted) for wanted in pin["helps"]]
        found += [(who, kind, pin[kind]) for kind in ("hour_band", "weekday") if pin[kind] != "any"]
        found += [
            (who, kind, pin[kind]) for kind in ("role", "age_band") if isinstance(pin[kind], str)
        ]
    return found


def clump_of(pins: Iterable[Mapping[str, Any]], *, resolution: int, k: int) -> float | None:
    """Voices for each table, at the place where that is most, of those who feel unsafe; None =
    tables not recorded.

    Divided by it, no place has more voices than tables that spoke of it: friends who agree count
    once. One number of the whole event, in steps of a tenth and rounded up: it names no table and
    no place.

    Args:
        pins: as for `answers_of`, with table_no (missing = not said). k: only places with as
            many people can show.
    """
    people: dict[int, set[Hashable]] = {}
    tables: dict[int, set[int]] = {}
    voices = known = 0
    for pin in pins:
        if pin["feeling"] != "unsafe" or len(pin["cells"]) != 1:
            continue
        cell = int(grid.parents(np.array(pin["cells"], dtype=np.uint64), resolution=resolution)[0])
        people.setdefault(cell, set()).add(pin["contributor"])
        voices += 1
        if not pd.isna(pin["table_no"]):
            tables.setdefault(cell, set()).add(int(pin["table_no"]))
            known += 1
    # Friends may be among those who did not say.
    if not known or known < TABLES_KNOWN * voices:
        return None
    most = max(
        (
            len(who) / max(len(tables.get(cell, ())), 1)
            for cell, who in people.items()
            if len(who) >= k
        ),
        default=1,
    )
    return math.ceil(round(10 * most, 6)) / 10


def next_release(
    previous: Release, said: Iterable[Answer], *, k: int, alike: int = 0, is_last: bool = False
) -> Release:
    """The release that follows, or the previous one where nothing may change.

    Args:
        said: (contributor, kind of `KINDS`, what) of every pin that was not taken back.
        k: fewest contributors of a count, of a change, and of those whom either leaves out. alike:
            the k of what people say of themselves, if it is larger. is_last: whether no pins are to
            come.
    """
    people: dict[tuple[str, Hashable], set[Hashable]] = {}
    everybody: set[Hashable] = set()
    for who, kind, what in said:
        people.setdefault((kind, what), set()).add(who)
        everybody.add(who)
    of = next_total(previous.contributors, len(everybody), k=k)
    let_out: dict[str, dict[Hashable, Count]] = {kind: {} for kind in KINDS}
    for kind, what in {**dict.fromkeys(people), **dict.fromkeys(_listed(previous.counts))}:
        last, now = previous.last(kind, what), len(people.get((kind, what), ()))
        let_out[kind][what] = next_count(last, now, of, k=_k_of(kind, k, alike), is_last=is_last)
    counts, totals = (
        {
            kind: {what: getattr(one, name) for what, one in held.items() if one.n}
            for kind, held in let_out.items()
        }
        for name in ("n", "of")
    )
    if (of, counts) == (
        previous.contributors,
        {kind: dict(previous.counts[kind]) for kind in KINDS},
    ):
        return previous
    low = frozenset(
        (kind, what) for kind, held in let_out.items() for what, one in held.items() if one.is_low
    )
    return Release(previous.number + 1, of, counts, totals, low, previous.clump)


def batch(  # noqa: PLR0913 - the parts of one release, by keyword
    previous: Release,
    seen: Iterable[Answer],
    said: Iterable[Answer],
    *,
    k: int,
    alike: int = 0,
    is_last: bool = False,
) -> Release | None:
    """The release that follows a poll of the pins; None while fewer than `batch_minimum(k)` people
    have changed anything.

    Args:
        seen: (contributor, kind, what) of all pins at the last poll that counted. said: of all pins
            now.
        alike, is_last: as for `next_release`.

    Returns:
        A release with the next number, also where all its counts have stayed: the poll itself has
        counted.
    """
    seen, said = set(seen), set(said)
    if not is_full_batch(len({who for who, *_ in seen ^ said}), k=k):
        return None
    following = next_release(previous, said, k=k, alike=alike, is_last=is_last)
    return replace(following, number=previous.number + 1)


def narrowed(release: Release, *, k: int, alike: int = 0) -> Release:
    """What shows of a release: nothing under k, nothing that leaves out fewer, nothing that tells
    of what is hidden.

    Args:
        k: that of the release, or a larger one. alike: as for `next_release`.
    """
    of = release.contributors if release.contributors >= k else 0
    counts = {}
    for kind, held in release.counts.items():
        least = _k_of(kind, k, alike)
        shown = {what: min(n, of - least) for what, n in held.items()}
        shown = {what: n for what, n in shown.items() if n >= least}
        answers = ONE_ANSWER.get(kind)
        counts[kind] = (
            shown if answers is None else without_small_rest(shown, of, answers=answers, k=least)
        )
    return replace(release, contributors=of, counts=counts)


def without_small_rest(shown: Mapping[K, int], of: int, *, answers: int, k: int) -> dict[K, int]:
    """The counts of a question with one answer a pin, without the smallest where they would tell of
    a hidden one.

    Args:
        shown: each at least k, and at least k under `of`. answers: how many the question has, none
            among them.
    """
    if not shown or len(shown) == answers or not 0 <= of - sum(shown.values()) < k:
        return dict(shown)
    smallest = min(shown, key=lambda what: (shown[what], str(what)))
    return {what: n for what, n in shown.items() if what != smallest}


def _k_of(kind: str, k: int, alike: int) -> int:
    return max(k, alike) if kind in OF_THEMSELVES else k


def _listed(counts: Counts) -> list[tuple[str, Hashable]]:
    return [(kind, what) for kind in KINDS for what in counts[kind]]
