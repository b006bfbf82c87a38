"""Places like these: for each of some places another one with the same past, each taken once.

What a place is like is its number of incidents, that of its neighbours, its trend, and what else is
given (residents, deprivation). All together are as near as can be: the assignment of H. W. Kuhn,
Naval Research Logistics Quarterly 2, 1955, of squared distances in standard deviations.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError
from vrp_map.statistics.dispersion import parallel_dispersion
from vrp_map.statistics.gi_star import summed_around
from vrp_map.statistics.wdd import BeforeAfter, RateRatio, rate_ratio

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]


def likeness(
    months: ArrayLike, neighbours: NDArray[np.integer], **more: ArrayLike
) -> dict[str, Floats]:
    """What matching compares of each place, on scales where chance is about alike for all.

    Args:
        months: (n, m) counts, oldest first. neighbours: (n, k) positions, n = none.
        more: (n,) numbers of 0 or more by name, such as residents.

    Returns:
        By name, (n,): the roots of incidents a month of the place and with its neighbours, the
        change of the root from the first half of the months to the second, and the roots of `more`.
    """
    counts = np.asarray(months, dtype=float)
    half = counts.shape[1] // 2
    root = 2 * np.sqrt(counts[:, :half].sum(axis=1) + 3 / 8)
    later = 2 * np.sqrt(counts[:, -half:].sum(axis=1) + 3 / 8) if half else root
    mean = counts.mean(axis=1)
    given = {name: np.sqrt(np.asarray(values, dtype=float)) for name, values in more.items()}
    return {
        "incidents": np.sqrt(mean),
        "incidents around": np.sqrt(summed_around(mean, neighbours)),
        "trend": np.asarray(later - root),
        **given,
    }


def matched(
    features: Mapping[str, Floats], wanted: Positions, candidates: Positions, *, each: int = 1
) -> Positions:
    """The candidates that are most like the wanted places.

    Args:
        features: `likeness`. wanted, candidates: positions, none in both.
        each: how many candidates for each wanted place.

    Returns:
        (each x wanted,) positions, those of the first wanted place first.

    Raises:
        UserError: there are fewer candidates than that.
    """
    if len(candidates) < each * len(wanted):
        raise UserError(
            f"There are {len(candidates):,} places to compare with, and {each * len(wanted):,} are"
            " needed.",
            hint="Choose a smaller pilot, or a wider area to compare with.",
        )
    table = _standardised(features, candidates)
    targets = np.repeat(wanted, each)
    # Others can take at most all but one of a place's nearest, so no place need look further.
    near = scipy.spatial.KDTree(table[candidates]).query(table[targets], k=len(targets))[1]
    likely = candidates[np.unique(near)]
    apart = ((table[targets][:, None, :] - table[likely][None, :, :]) ** 2).sum(axis=2)
    return np.asarray(likely[scipy.optimize.linear_sum_assignment(apart)[1]])


def balance(
    features: Mapping[str, Floats], wanted: Positions, chosen: Positions, candidates: Positions
) -> pd.DataFrame:
    """How alike they are: feature, pilot, comparison, elsewhere (means), and apart and
    apart_elsewhere: differences in standard deviations of all candidates.
    """
    rows = []
    for name, values in features.items():
        spread = float(values[candidates].std()) or 1.0
        pilot, comparison, elsewhere = (
            float(values[part].mean()) for part in (wanted, chosen, candidates)
        )
        rows.append(
            {
                "feature": name,
                "pilot": pilot,
                "comparison": comparison,
                "elsewhere": elsewhere,
                "apart": (pilot - comparison) / spread,
                "apart_elsewhere": (pilot - elsewhere) / spread,
            }
        )
    return pd.DataFrame(rows)


def parallel_check(pilot: ArrayLike, comparison: ArrayLike, *, choosing: int) -> RateRatio:
    """How a place and its comparison moved in the months that took no part in the choice.

    Args:
        pilot, comparison: (m,) counts, oldest first. choosing: the first months, which chose.

    Returns:
        The ratio of their changes, 1 = in parallel, by the variation of the months that chose.
    """
    both = np.stack([np.asarray(counts, dtype=float) for counts in (pilot, comparison)])
    before, after = both[:, :choosing], both[:, choosing:]
    spread = parallel_dispersion(before)
    return rate_ratio(
        BeforeAfter(before[0].sum(), after[0].sum()),
        BeforeAfter(before[1].sum(), after[1].sum()),
        dispersion=float(spread.dispersion[0]),
        freedom=float(spread.freedom[0]),
    )


def _standardised(features: Mapping[str, Floats], candidates: Positions) -> Floats:
    columns = []
    for values in features.values():
        spread = values[candidates].std()
        columns.append(values / (spread if spread > 0 else 1.0))
    return np.stack(columns, axis=1)
