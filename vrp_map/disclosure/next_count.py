"""One count of a release, and the one that may follow it (docs/decisions/0012). Pure.

It is judged from both sides, those who said a thing and those who did not: both none or at least k,
and both changed by at least k since the count last changed.
"""

from __future__ import annotations

from typing import NamedTuple


class Count(NamedTuple):
    """A count, of how many people it was when it last changed, and whether it was under the true
    number then.
    """

    n: int
    of: int
    is_low: bool = False


HIDDEN = Count(0, 0)


def next_total(shown: int, now: int, *, k: int) -> int:
    """The number of contributors that may be shown next: the true one if it is k away from what is
    shown.
    """
    wanted = now if now >= k else 0
    return wanted if abs(wanted - shown) >= k else shown


def next_count(last: Count, now: int, of: int, *, k: int, is_last: bool = False) -> Count:
    """The count that may be shown next.

    Args:
        now: how many there are. of: contributors, as shown. is_last: whether no more are to come.
    """
    if now < k:
        return HIDDEN if last.n >= k else last
    if _may_follow(last, Count(now, of), k=k):
        return Count(now, of)
    below = Count(last.n + of - last.of - k, of, is_low=True)
    has_grown = last.n < below.n < now and (of >= 2 * last.of or is_last)
    is_too_high = last.n > of - k
    if (has_grown or is_too_high) and _may_follow(last, below, k=k):
        return below
    return HIDDEN if is_too_high else last


def _may_follow(last: Count, new: Count, *, k: int) -> bool:
    others = new.of - new.n
    more_others = others - (last.of - last.n)
    # What was low may not become true again without others: that would tell how low it was.
    moved = more_others if last.is_low else abs(more_others)
    return min(new.n, others, abs(new.n - last.n), moved) >= k
