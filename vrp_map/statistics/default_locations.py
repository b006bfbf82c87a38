"""Points that may be default locations: "reported at the desk" is filed under the
police station.

That crimes without a known place are given to the street of a police station was said of police.uk
by UKCrimeStats ("The trouble with measuring crime by (on or near a) street", 26 February 2012);
that its points stand for the streets around them is measured in L. Tompson and others, Cartography
and Geographic Information Science 42 (2015). No list of them is published, so this can only
say "may be". The two grounds and their thresholds are ours:

* *desk*: the name is that of a place where incidents are written down, and the point has 10
  incidents or more, at
  least twice the mean of the 30 points nearest to it: a desk no busier than its street misleads
  nobody. Hospitals are not among them: what is recorded there often happened there.
* *everything*: whatever its name, the point stands alone (50 incidents or more, at least 5 times
  the busiest of the 30
  nearest), has some in 4 months of 5, and its mix of categories is that of everywhere else. A real
  busy place has a mix of its own (shops: shoplifting; a nightclub: violence); a place that takes
  what has none has everybody's.

On the street-level files of three forces over 7 months of 2014 the rules flag 14 of 28,984 points:
eleven named police stations, a police headquarters and two prisons.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

NEIGHBOURS = 30
DESK_FEWEST, DESK_TIMES_MEAN = 10, 2.0
ALONE_FEWEST, ALONE_TIMES_BUSIEST, ALONE_MONTHS = 50, 5.0, 0.8
# Half the sum of differences between two mixes, beyond what so few incidents differ by chance.
MIX_DIFFERENCE = 0.15
# With fewer categories every mix is like every other.
FEWEST_CATEGORIES = 5
_DESK = re.compile(
    r"\b(police (station|headquarters|hq|office)|custody|prison|young offender|magistrates|crown"
    r" court|"
    r"county court|law courts?|court ?house)\b",
    re.IGNORECASE,
)
# Names that hold such a word and mean a street.
_STREET = re.compile(
    r"\b(street|road|lane|close|avenue|drive|way|walk|crescent|grove|place|terrace|hill|square)$",
    re.I,
)

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


class DefaultLocationReason(StrEnum):
    """Why a point may be a default location."""

    NONE = ""
    DESK = "desk"
    EVERYTHING = "everything"


def default_locations(
    lon: ArrayLike,
    lat: ArrayLike,
    counts: ArrayLike,
    *,
    names: Sequence[object],
    months: ArrayLike,
    held: int,
) -> list[DefaultLocationReason]:
    """Why each point may stand in for places that are not known, if it may.

    Args:
        lon, lat: (n,) degrees; each point once.
        counts: (n, c) incidents of each point by category, over the whole of the data.
        names: (n,) as the supplier calls the point; missing where it does not.
        months: (n,) months in which the point has any incident. held: months that the data has.

    Returns:
        (n,) grounds; a point with both has DESK.

    Raises:
        UserError: the arguments differ in length, a count is negative or a coordinate missing.
    """
    table, where, active = (
        np.asarray(counts, dtype=np.int64),
        _metres(lon, lat),
        np.asarray(months, dtype=float),
    )
    if table.ndim != 2 or not len(table) == len(where) == len(names) == len(active):
        raise UserError(
            "Points, counts, names and months differ in number.",
            hint="Give one of each for every point.",
        )
    if (table < 0).any() or not np.isfinite(where).all():
        raise UserError(
            "A count is negative or a point has no place.", hint="Give located incidents only."
        )
    found = [DefaultLocationReason.NONE] * len(table)
    n = table.sum(axis=1)
    candidates = np.flatnonzero(n >= min(DESK_FEWEST, ALONE_FEWEST))
    if len(n) < 2 or not candidates.size:
        return found
    around = _counts_around(where, n, candidates)
    desk = is_desk([names[int(i)] for i in candidates]) & (
        n[candidates] >= DESK_TIMES_MEAN * around.mean(axis=1)
    )
    alone = (n[candidates] >= ALONE_FEWEST) & (
        n[candidates] >= ALONE_TIMES_BUSIEST * around.max(axis=1)
    )
    everything = alone & (mix_difference(table, candidates) <= MIX_DIFFERENCE)
    everything &= active[candidates] >= ALONE_MONTHS * held
    for i, by_name, by_mix in zip(candidates, desk, everything, strict=True):
        found[i] = (
            DefaultLocationReason.DESK
            if by_name
            else DefaultLocationReason.EVERYTHING
            if by_mix
            else DefaultLocationReason.NONE
        )
    return found


def is_desk(names: Sequence[object]) -> NDArray[np.bool_]:
    """Whether each name is that of a place where incidents are written down: a police station,
    court or prison.
    """
    texts = [name if isinstance(name, str) else "" for name in names]
    return np.array([bool(_DESK.search(t)) and not _STREET.search(t) for t in texts], dtype=bool)


def mix_difference(counts: Counts, points: NDArray[np.integer]) -> Floats:
    """How far the mix of some points is from that of all others, less what chance alone would make
    it.

    The distance is half the sum of the absolute differences of the shares (total variation), 0 to
    1. By chance n incidents of shares p are sqrt(2 p (1 - p) / (pi n)) off in each category (mean
    absolute deviation of a normal).

    Args:
        counts: (n, c) incidents by category. points: (m,) positions in it.

    Returns:
        (m,); 1 where there are too few categories to tell mixes apart.
    """
    own = counts[points]
    rest = counts.sum(axis=0) - own
    total, others = own.sum(axis=1, keepdims=True), rest.sum(axis=1, keepdims=True)
    shares = rest / np.maximum(others, 1)
    distance = np.abs(own / np.maximum(total, 1) - shares).sum(axis=1) / 2
    by_chance = np.sqrt(2 * shares * (1 - shares) / (np.pi * np.maximum(total, 1))).sum(axis=1) / 2
    return np.where((rest > 0).sum(axis=1) < FEWEST_CATEGORIES, 1.0, distance - by_chance)


def _counts_around(where: Floats, n: Counts, points: NDArray[np.integer]) -> Floats:
    """The counts at the points nearest to some points, themselves left out."""
    most = min(NEIGHBOURS + 1, len(n))
    from scipy.spatial import cKDTree

    _, nearest = cKDTree(where).query(where[points], k=most)
    own = nearest == points[:, None]
    # Two points at one place may come in either order: where itself is not among them, the farthest
    # goes.
    own[~own.any(axis=1), -1] = True
    return np.asarray(n[nearest[~own].reshape(len(points), most - 1)], dtype=float)


def _metres(lon: ArrayLike, lat: ArrayLike) -> Floats:
    """Degrees on a flat map that is right enough to say which points are nearest."""
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if x.ndim != 1 or x.shape != y.shape:
        raise UserError(
            "Longitudes and latitudes differ in number.", hint="Give one of each for every point."
        )
    return np.column_stack([x * np.cos(np.radians(y.mean() if y.size else 0.0)), y]) * 111_320.0
