"""Tables of how many responses there were, for an audience.

They are no incidents: nothing was drawn, and their note says so. Every number is rounded to the
nearest k by itself, and hidden under k, so that a whole less its other parts leaves a hidden part
unknown by k or more. Nobody but those who read responses gets two breakdowns crossed with each
other, and the public gets one table only (docs/decisions/0022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from vrp_map.config import Settings
from vrp_map.disclosure.bands import shown_share
from vrp_map.disclosure.protect import hide_small, shown_number
from vrp_map.disclosure.sealed import HIDDEN, Contents, Sealed, _fill
from vrp_map.disclosure.thresholds import is_exact, is_full_batch, threshold
from vrp_map.vocabulary import Audience


class ResponseCounts(Sealed):
    """Counts of responses by one breakdown: what, n, hidden."""

    __slots__ = ()

    def __init__(self, counts: pd.Series, *, audience: Audience, settings: Settings) -> None:
        """Make a table fit for an audience.

        Args:
            counts: one for each unit, its index the units as people read them; a response may be
                in several (it has several strands), so `total` is not asked of them.
        """
        k = threshold(audience, settings)
        shown = hide_small(counts, k=k)
        frame = pd.DataFrame({"what": list(counts.index), "n": shown.array})
        frame[HIDDEN] = frame["n"].isna()
        about = {"audience": str(audience), "counts": "responses"}
        _fill(
            self,
            Contents(frame, counts=("n",), k=k, total=None, notes=(_note(k),), about=about),
        )


def shown_responses(n: int, *, audience: Audience, settings: Settings) -> int | None:
    """How many responses an audience is told of; None = too few to show."""
    return shown_number(n, k=threshold(audience, settings))


def _note(k: int) -> str:
    if is_exact(k):
        return "Exact numbers of responses."
    return (
        f"Numbers of responses, each rounded to the nearest {k}; under {k}, none included, they"
        " are hidden."
    )


def shown_hours(
    hours: Sequence[float], quantile: float, *, audience: Audience, settings: Settings
) -> float | None:
    """A quantile of how long things took, in hours; None where too few may be told of.

    Whole hours for anyone but those who read responses: one to the minute is somebody's.
    """
    k = threshold(audience, settings)
    if not hours or (not is_exact(k) and not is_full_batch(len(hours), k=k)):
        return None
    found = float(np.quantile(np.asarray(hours, dtype=float), quantile))
    return round(found, 1 if is_exact(k) else 0)


def shown_part(part: int, whole: int, *, audience: Audience, settings: Settings) -> float | None:
    """A share of responses, in steps as coarse as the audience needs; None where too few."""
    found = shown_share(part, whole, threshold(audience, settings))
    return None if math.isnan(found) else round(found, 3)
