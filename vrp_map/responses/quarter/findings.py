"""Which local authority was slow and which strand was late: said only where chance does not do it.

Each is held against all the others, one-sided, and the level is shared among those that are looked
at (C. E. Bonferroni, 1936), so that chance alone has any one of them named in at most 1 quarter in
20. Hours by ranks (H. B. Mann and D. R. Whitney, Ann. Math. Stat. 18, 1947): one first action after
a month makes nobody slow. Strands by the exact hypergeometric tail (R. A. Fisher, 1935). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import scipy
from numpy.typing import NDArray

from vrp_map.responses.response import Response

_LEVEL = 0.05
# Fewer of one, or of all the others, and it is not looked at.
_FEWEST = 3
# Of so many the ranks are counted exactly, ties and all.
_MOST_EXACT = 12


@dataclass(frozen=True)
class SlowArea:
    """One local authority whose first actions took longer than those of the others.

    Attributes:
        median, others_median: hours.
    """

    area: str
    responses: int
    median: float
    others: int
    others_median: float

    @property
    def sentence(self) -> str:
        return (
            f"The first action took longer in {self.area} than elsewhere: {self.median:,.1f} hours"
            f" (median of {self.responses:,} responses), {self.others_median:,.1f} hours elsewhere"
            f" ({self.others:,} responses)."
        )


@dataclass(frozen=True)
class LateStrand:
    """One strand that was late more often than the others; done late or not at all."""

    strand: str
    due: int
    late: int
    others_due: int
    others_late: int

    @property
    def sentence(self) -> str:
        return (
            f"{self.strand} was late more often than other strands: {self.late:,} of {self.due:,}"
            " were done late or not at all, of the others"
            f" {self.others_late:,} of {self.others_due:,}."
        )


def slow_areas(hours: Mapping[str, Sequence[float]]) -> list[SlowArea]:
    """The local authorities that were slower than the others, by name.

    Args:
        hours: area -> hours to first action of its responses.
    """
    total = sum(map(len, hours.values()))
    asked = [a for a, own in sorted(hours.items()) if _FEWEST <= len(own) <= total - _FEWEST]
    found = []
    for area in asked:
        own = np.asarray(hours[area], dtype=float)
        rest = np.concatenate([np.asarray(h, dtype=float) for a, h in hours.items() if a != area])
        p_value = rank_tail(own, rest)
        if p_value * len(asked) <= _LEVEL:
            middles = float(np.median(own)), float(np.median(rest))
            found.append(SlowArea(area, len(own), middles[0], len(rest), middles[1]))
    return found


def rank_tail(own: NDArray[np.float64], rest: NDArray[np.float64]) -> float:
    """How often chance gives some responses ranks as high as these or higher.

    Exact for a few with any ties (whole days, zeros): all ways to choose so many of all ranks are
    counted by their sum. For more, the normal approximation.

    >>> rank_tail(np.array([8.0, 9.0]), np.array([1.0, 2.0, 3.0]))
    0.1
    """
    if len(own) > _MOST_EXACT:
        return float(scipy.stats.mannwhitneyu(own, rest, alternative="greater").pvalue)
    ranks = np.rint(2 * scipy.stats.rankdata(np.concatenate([own, rest]))).astype(int)
    seen = int(ranks[: len(own)].sum())
    most = int(np.sort(ranks)[-len(own) :].sum())
    ways = np.zeros((len(own) + 1, most + 1))
    ways[0, 0] = 1.0
    for rank in ranks:
        for chosen in range(len(own), 0, -1):
            ways[chosen, rank:] += ways[chosen - 1, : most + 1 - rank]
    return float(ways[-1, seen:].sum() / ways[-1].sum())


def late_strands(counts: Mapping[str, tuple[int, int]]) -> list[LateStrand]:
    """The strands that were late more often than the others, by name.

    Args:
        counts: as `strand_counts`.
    """
    due, late = (sum(pair[n] for pair in counts.values()) for n in (0, 1))
    asked = [s for s, (own, _) in sorted(counts.items()) if _FEWEST <= own <= due - _FEWEST]
    found = []
    for strand in asked:
        own_due, own_late = counts[strand]
        p_value = float(scipy.stats.hypergeom.sf(own_late - 1, due, late, own_due))
        if p_value * len(asked) <= _LEVEL:
            found.append(LateStrand(strand, own_due, own_late, due - own_due, late - own_late))
    return found


def strand_counts(responses: Iterable[Response], *, today: date) -> dict[str, tuple[int, int]]:
    """Strand -> how many were due, and how many of these were done late or not at all."""
    found: dict[str, list[bool]] = {}
    for strand in (s for r in responses for s in r.strands):
        if strand.due is not None and strand.due < today:
            is_late = strand.done is None or strand.done > strand.due
            found.setdefault(strand.code, []).append(is_late)
    return {code: (len(late), sum(late)) for code, late in sorted(found.items())}
