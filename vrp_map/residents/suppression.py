"""Counts by cause of which the small ones are hidden, and others with them, so that the whole less
the shown ones leaves none of them known. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MOST_HIDDEN = 5
# How many values a hidden small count could have, at the least, for whoever knows this rule.
_FEWEST_VALUES = 2


def suppressed(counts: Mapping[str, int]) -> tuple[dict[str, int | None], int | None]:
    """Counts and their whole as they may be shown; None = hidden. 0 is shown.

    Counts of 1 to 5 are hidden. While what is left of the whole says which they are, the smallest
    shown count is hidden too; where nothing is left to hide, the whole is.

    >>> suppressed({"sharp": 40, "blunt": 12, "corrosive": 2})
    ({'sharp': 40, 'blunt': None, 'corrosive': None}, 54)
    >>> suppressed({"sharp": 3})
    ({'sharp': None}, None)
    """
    small = [name for name, n in counts.items() if 0 < n <= MOST_HIDDEN]
    if not small:
        return dict(counts), sum(counts.values())
    rest = sorted((n, name) for name, n in counts.items() if n > MOST_HIDDEN)
    for many in range(1, len(rest) + 1):
        hidden, left = rest[:many], [n for n, _ in rest[many:]]
        if _is_ambiguous(len(small), [n for n, _ in hidden], sum(counts[c] for c in small), left):
            names = {*small, *(name for _, name in hidden)}
            shown = {name: None if name in names else n for name, n in counts.items()}
            return shown, sum(counts.values())
    return {name: n if n == 0 else None for name, n in counts.items()}, None


def _is_ambiguous(small: int, hidden: Sequence[int], of_small: int, left: Sequence[int]) -> bool:
    """Whether a hidden small count could be any of several values, by the bounds that the rule
    gives: small ones are 1 to 5, the others hidden at least 6 and at most the smallest one shown.
    """
    whole = of_small + sum(hidden)
    most = min(left, default=whole)
    least_others = (small - 1) + (MOST_HIDDEN + 1) * len(hidden)
    most_others = MOST_HIDDEN * (small - 1) + most * len(hidden)
    low = max(1, whole - most_others)
    high = min(MOST_HIDDEN, whole - least_others)
    return high - low + 1 >= _FEWEST_VALUES
