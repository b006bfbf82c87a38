"""Which k holds for whom: the one place that chooses a threshold, and says what follows from it.

Of incidents, k is how many one shown incident stands for. Of contributors, k is the fewest people
behind a number (docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from vrp_map.config import Settings
from vrp_map.vocabulary import Audience

# A batch of pins, or a cluster of points, holds at least this many times k: any two of its people
# or incidents could be exchanged without a trace.
_BATCH = 2


def sampling_steps(audience: Audience, settings: Settings) -> tuple[int, ...]:
    """Of how many incidents an audience is shown one, step by step; none where all are shown.

    The public's are chosen among the partners', so that seeing both tells nothing more than the
    partners' do.
    """
    if audience is Audience.ANALYST:
        return ()
    if audience is Audience.PARTNER or settings.public_k <= settings.partner_k:
        steps = [settings.partner_k]
    else:
        steps = [settings.partner_k, -(-settings.public_k // settings.partner_k)]
    return tuple(step for step in steps if step > 1)


def threshold(audience: Audience, settings: Settings) -> int:
    """The k of an audience: how many incidents one shown stands for, and so the least number; 1
    hides nothing.
    """
    return prod(sampling_steps(audience, settings))


def is_exact(k: int) -> bool:
    """Whether numbers of this k are the true ones, every one of them shown."""
    return k == 1


def may_rest_on(counts: Iterable[int], audience: Audience, settings: Settings) -> bool:
    """Whether a sentence that rests on these exact counts may be told: none is too few to show."""
    k = threshold(audience, settings)
    return all(n >= k for n in counts)


def hall_threshold(settings: Settings) -> int:
    """The k of contributors that releases are made with, and that the hall sees together."""
    return settings.wall_k


def public_threshold(settings: Settings) -> int:
    """The k of contributors where anyone may come and compare, years later."""
    return max(settings.public_k, settings.wall_k)


def wall_threshold(settings: Settings, *, is_past: bool) -> int:
    """The k of the wall: the hall's until the last day of the event is over, then everyone's."""
    return public_threshold(settings) if is_past else hall_threshold(settings)


def staff_threshold(settings: Settings) -> int:
    """The k of contributors for staff: the hall's, and never less than the partners'."""
    return max(settings.wall_k, settings.partner_k)


def staff_threshold_alike(settings: Settings) -> int:
    """The k, for staff, of those who said the same of themselves: never less than the public's."""
    return max(staff_threshold(settings), settings.public_k)


def batch_minimum(k: int) -> int:
    """How many people the wall waits for: the fewest whose pins come out together."""
    return _BATCH * k


def is_full_batch(people: int, *, k: int) -> bool:
    """Whether so many people may come out together."""
    return people >= batch_minimum(k)


def most_hidden(k: int) -> int:
    """How many may have said what a poll has counted, and still does not show."""
    return k - 1


def most_waiting(k: int) -> int:
    """How many people may wait for a batch to fill."""
    return batch_minimum(k) - 1


def most_unheard(k: int) -> int:
    """How many may have said what does not show: those hidden, and those who wait."""
    return most_hidden(k) + most_waiting(k)


def cluster_minimum(k: int) -> int:
    """The fewest incidents of a cluster of points: who may not see small numbers could feel for
    them with fewer. 1 where every number is shown.
    """
    return 1 if is_exact(k) else _BATCH * k
