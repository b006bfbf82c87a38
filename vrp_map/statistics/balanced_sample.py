"""One incident in k, so chosen that sums stay near the truth: a balanced sample in space
and time.

Units (small hexagons) hold counts month by month. A count n = qk + f gives q incidents for certain
and one more with the chance (f + C c) / k, where c is what the unit's earlier months still owe
(error feedback), measured against the other units of its group, and what the group as a whole owes.
C is `carried(k)`. Which units get one more is drawn for a whole group at once, by systematic
sampling with these chances (W. G. Madow, Annals of Mathematical Statistics 20, 1949) along its
blocks, in random order inside a block. So the number of a block or group in a month is within a few
k of the truth, and a unit's year within a few k too, where independent draws would drift away.

The whole debt carried over (C = 1) would tell a little of single months: anyone who reads every
number sees how near a unit is to its next one. A part of it keeps most of the precision and tells
next to nothing (docs/decisions/0002).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MOST_CARRIED = 1 / 3

Codes = NDArray[np.intp]


def carried(k: int) -> float:
    """The part of a debt that the next month takes over.

    With more than 1 / (k - 1), one incident after a month that was paid too much would get a chance
    below 0.
    """
    return min(MOST_CARRIED, 1 / (k - 1))


def balanced_sample(
    n: NDArray[np.int64],
    *,
    unit: Codes,
    block: NDArray[np.integer],
    group: Codes,
    month: Codes,
    order: NDArray[np.uint64],
    start: NDArray[np.float64],
    k: int,
) -> NDArray[np.int64]:
    """How many incidents of each count are chosen: floor(n / k) or one more, n / k on average.

    Args:
        n: (m,) counts, one for each unit and month that has any, sorted by month.
        unit, group, month: (m,) codes from 0. block: (m,) anything that sorts: neighbouring units
            share one.
        order: (m,) random numbers: the order inside a block.
        start: (months, groups) random numbers of 0 to 1.

    Example:
        >>> counts = np.array([3, 4, 3, 5])
        >>> zero, months = np.zeros(4, dtype=np.intp), np.arange(4)
        >>> order = np.zeros(4, dtype=np.uint64)
        >>> start = np.array([[0.5], [0.1], [0.5], [0.5]])
        >>> balanced_sample(
        ...     counts, unit=zero, block=zero, group=zero, month=months,
        ...     order=order, start=start, k=5,
        ... )
        array([1, 0, 1, 1])
    """
    chosen, rest, part_carried = n // k, n % k, carried(k)
    owed, owed_group = np.zeros(int(unit.max(initial=-1)) + 1), np.zeros(start.shape[1])
    edges = np.searchsorted(month, np.arange(len(start) + 1))
    for now, (first, last) in enumerate(pairwise(edges)):
        # Units with nothing over have nothing to draw for.
        part = first + np.flatnonzero(rest[first:last])
        part = part[np.lexsort((order[part], block[part], group[part]))]
        mine, its_group, over = unit[part], group[part], rest[part]
        shared = part_carried * _shared(owed[mine], owed_group, its_group)
        more = _systematic(np.clip((over + shared) / k, 0.0, 1.0), its_group, start[now])
        chosen[part] += more
        owed[mine] += over - k * more
        owed_group += np.bincount(its_group, weights=over - k * more, minlength=len(owed_group))
    return chosen


def _shared(
    owed: NDArray[np.float64], owed_group: NDArray[np.float64], group: Codes
) -> NDArray[np.float64]:
    """What each unit is owed against the others of its group now, and its part of what the whole
    group is owed.

    Debts of the units alone would make a group's month wander: only some of its units have anything
    in a month.
    """
    size = np.maximum(np.bincount(group, minlength=len(owed_group)), 1)
    mean = np.bincount(group, weights=owed, minlength=len(owed_group)) / size
    return np.asarray(owed + (owed_group / size - mean)[group])


def _systematic(
    chance: NDArray[np.float64], group: Codes, start: NDArray[np.float64]
) -> NDArray[np.int64]:
    """0 or 1 for each, 1 with its chance: where the running sum of its group passes a whole number.

    Args:
        group: sorted. start: of each group's running sum, 0 to 1.
    """
    if not len(chance):
        return np.zeros(0, dtype=np.int64)
    running = np.cumsum(chance)
    is_first = np.append(True, group[1:] != group[:-1])
    before = (running - chance)[is_first][np.cumsum(is_first) - 1]
    # A sum that should be whole may fall short of it by rounding.
    passed = np.floor(running - before + start[group] + 1e-9)
    earlier = np.where(is_first, 0.0, np.append(0.0, passed[:-1]))
    return np.asarray(np.minimum(passed - earlier, 1.0).astype(np.int64))
