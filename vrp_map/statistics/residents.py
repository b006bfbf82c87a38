"""Does a place stand out for the number of people who live there, or only because many do?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.statistics.fdr import passes
from vrp_map.statistics.gi_star import chance, summed_around

# With fewer residents in a cell and its neighbours than this a number for each resident says
# nothing.
FEWEST_RESIDENTS = 100


def high_for_residents(
    y: ArrayLike,
    residents: ArrayLike,
    neighbours: NDArray[np.integer],
    *,
    unit: float = 1.0,
    dispersion: float = 1.0,
    level: float = 0.05,
) -> NDArray[np.bool_]:
    """Which cells, with their neighbours, have more incidents than the area's number for each
    resident gives them.

    Level: where every resident has the same part of the incidents, at most 5% of maps have any such
        cell.

    Args:
        y: (n,) counts. residents: (n,) people. neighbours: (n, 6), n = none.
        unit, dispersion: as for `gi_star.chance`. level: of q (Benjamini-Hochberg over the cells
            where people live).
    """
    values, people = np.asarray(y, dtype=float), np.asarray(residents, dtype=float)
    found = np.zeros(len(values), dtype=bool)
    if not people.sum():
        return found
    sums, around = summed_around(values, neighbours), summed_around(people, neighbours)
    lived = around >= FEWEST_RESIDENTS
    due = around * values.sum() / people.sum()
    # The chance of the count alone decides: its z is taken as high as can be.
    z = np.where(sums > due, np.inf, 0.0)
    found[lived] = passes(chance(z, sums, due, unit=unit, dispersion=dispersion)[lived], level)
    return found
