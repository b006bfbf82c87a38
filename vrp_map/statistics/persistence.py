"""Persistent, emerging, former or on and off: the simple classes of how often a cell was hot or
cold.

Source: the rules as written in the documentation of `hotspot_classify` (M. Ashby, sfhotspot 1.0.0),
with its default shares. They count periods and know no trend; `emerging` is the finer account.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

HOTSPOT_SHARE = 0.1
PERSISTENT_SHARE = 0.8
RECENT_SHARE = 0.2

# Up to so many days of data, periods of so many days.
_PERIODS = ((14, 1), (91, 7), (731, 28), (3652, 91))
_LONGEST = 365


class PersistenceClass(StrEnum):
    """How often, and when, a cell was hot or cold."""

    PERSISTENT_HOT = "persistent hot spot"
    EMERGING_HOT = "emerging hot spot"
    FORMER_HOT = "former hot spot"
    INTERMITTENT_HOT = "intermittent hot spot"
    MIXED = "mixed"
    NONE = "no pattern"
    INTERMITTENT_COLD = "intermittent cold spot"
    FORMER_COLD = "former cold spot"
    EMERGING_COLD = "emerging cold spot"
    PERSISTENT_COLD = "persistent cold spot"


_HOT = (
    PersistenceClass.PERSISTENT_HOT,
    PersistenceClass.EMERGING_HOT,
    PersistenceClass.FORMER_HOT,
    PersistenceClass.INTERMITTENT_HOT,
)
_COLD = (
    PersistenceClass.PERSISTENT_COLD,
    PersistenceClass.EMERGING_COLD,
    PersistenceClass.FORMER_COLD,
    PersistenceClass.INTERMITTENT_COLD,
)


def persistence_class(
    steps: ArrayLike,
    *,
    hotspot_share: float = HOTSPOT_SHARE,
    persistent_share: float = PERSISTENT_SHARE,
    recent_share: float = RECENT_SHARE,
) -> NDArray[np.object_]:
    """The class of every cell, by the first of these rules that fits (cold spots the same way).

    persistent: hot in at least `persistent_share` of all periods. emerging: in at least
    `hotspot_share` of the recent periods and in less of the older ones. former: the other way
    round. intermittent: in at least `hotspot_share` of all. mixed: one of these as a hot spot and
    one as a cold spot.

    Args:
        steps: (n, T) 1 hot, -1 cold, 0 neither, oldest first, each period tested for itself (0.05
            is usual, and whether q or p is for the caller to say).
        hotspot_share, persistent_share, recent_share: above 0, at most 1. The recent periods are
            the last `recent_share` of T, rounded, at least one; the older ones are all others, none
            twice.

    Returns:
        (n,) object array of `PersistenceClass` values as plain text.

    Raises:
        UserError: other values than -1, 0, 1, or a share that is none.
    """
    marks = np.asarray(steps)
    if marks.ndim != 2 or not np.isin(marks, (-1, 0, 1)).all():
        raise UserError(
            "Every period must be hot (1), cold (-1) or neither (0).",
            hint="Give one row for each cell.",
        )
    for share in (hotspot_share, persistent_share, recent_share):
        if not 0 < share <= 1:
            raise UserError(
                "A share must be above 0 and at most 1.", hint="0.1, 0.8 and 0.2 are usual."
            )
    periods = marks.shape[1]
    recent = min(periods, max(1, round(recent_share * periods)))
    classes = np.full(len(marks), PersistenceClass.NONE.value, dtype=object)
    found = []
    for sign, names in ((1, _HOT), (-1, _COLD)):
        fits = _rules(marks == sign, recent, hotspot_share, persistent_share)
        for name, which in reversed(list(zip(names, fits, strict=True))):
            classes[which] = name.value
        found.append(np.any(fits, axis=0))
    classes[found[0] & found[1]] = PersistenceClass.MIXED.value
    return classes


def period_days(days: float) -> int:
    """How long periods to cut a span of data into, in days: 1, 7, 28, 91 or 365.

    Up to 14 days single days, up to 91 weeks, up to 2 years 28 days, under 10 years 91 days,
    otherwise years.

    Args:
        days: from the first incident to the last.

    Raises:
        UserError: no days at all.
    """
    if not days > 0:
        raise UserError(
            "There is no time between the first incident and the last.",
            hint="Choose a longer period.",
        )
    if days >= _PERIODS[-1][0]:
        return _LONGEST
    return next(length for most, length in _PERIODS if days <= most)


def _rules(
    hot: NDArray[np.bool_], recent: int, hotspot_share: float, persistent_share: float
) -> NDArray[np.bool_]:
    """(4, n): persistent, emerging, former, intermittent, each given that none before it fits."""
    older = hot.shape[1] - recent
    lately, before = _often(hot[:, older:], hotspot_share), _often(hot[:, :older], hotspot_share)
    return np.array(
        [
            _often(hot, persistent_share),
            lately & ~before,
            before & ~lately,
            _often(hot, hotspot_share),
        ]
    )


def _often(hot: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    periods = hot.shape[1]
    if not periods:
        return np.zeros(len(hot), dtype=bool)
    # 0.28 of 25 periods is 7, though 0.28 * 25 is a little more.
    return np.asarray(hot.sum(axis=1) >= share * periods - 1e-9)
