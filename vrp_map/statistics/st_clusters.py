"""Clusters in place and time: incidents close together on the ground and within days of each other
(ST-DBSCAN).

Source: D. Birant and A. Kut, "ST-DBSCAN: An algorithm for clustering spatial-temporal data", Data &
Knowledge Engineering 60 (2007), without its third, non-spatial measure: neighbours are at most
`radius_m` AND at most `window_days` apart, and the rest is DBSCAN (M. Ester and others, KDD 1996).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from vrp_map.errors import UserError
from vrp_map.statistics import eligibility
from vrp_map.statistics.clusters import NOT_IN_A_CLUSTER, by_size, check_radius
from vrp_map.statistics.distinct import distinct_rows
from vrp_map.vocabulary import Grade, Method

# Of neighbours in space and time; each takes 16 bytes, and as much again while distances are
# checked.
MOST_PAIRS = 10_000_000
# A tree divides by the radius and the window, which moves the last digit: ask for a hair more, then
# check exactly.
_A_HAIR = 1e-6

Labels = NDArray[np.int64]
Floats = NDArray[np.float64]
Pairs = NDArray[np.intp]


def space_time_clusters(
    x: ArrayLike,
    y: ArrayLike,
    days: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    radius_m: float,
    window_days: float,
    min_incidents: float,
    grade: Grade,
) -> Labels:
    """ST-DBSCAN, for data whose points are exact and whose day is known.

    Incidents at one place and time are taken once with the sum of their weights. The order of the
    rows does not
    matter: a border point between two clusters goes to the one whose first core point is further
    west (then south, then earlier).

    Args:
        x, y: (n,) metres, EPSG:27700; NaN = no place, in no cluster.
        days: (n,) days since any fixed day, fractions allowed; NaN = no time, in no cluster.
        weights: (n,) incidents (or harm) at each row; without it 1 each.
        radius_m, window_days: how far neighbours may be apart in place (metres) and in time (days),
            both included.
        min_incidents: the sum of weights among the neighbours, the point's own included, that makes
            a core point.
        grade: of the data; `eligibility` allows A and B.

    Returns:
        (n,) labels: 0 is the cluster of the largest weight; -1 in no cluster.

    Raises:
        MethodRefused: points of this grade would only show where points were moved to.
        UserError: arguments that do not fit, or more than 10 million pairs of neighbours.
    """
    eligibility.require(Method.POINT_CLUSTERS, grade)
    rows, weight = _checked(x, y, days, weights, radius_m, window_days, min_incidents)
    labels = np.full(len(rows), NOT_IN_A_CLUSTER, dtype=np.int64)
    used = np.isfinite(rows).all(axis=1) & (weight > 0)
    if not used.any():
        return labels
    distinct, where = distinct_rows(rows[used])
    total = np.asarray(np.bincount(where, weights=weight[used]), dtype=float)
    pairs = _neighbours(distinct, radius_m, window_days)
    labels[used] = _dbscan(total, pairs, min_incidents)[where]
    inside = labels >= 0
    labels[inside] = by_size(labels[inside], weight[inside])
    return labels


def _neighbours(rows: Floats, radius_m: float, window_days: float) -> Pairs:
    """(p, 2) positions of the rows near each other in place and in time, each pair once."""
    # In units of radius and window, a box of side 2 holds the neighbours and, in its corners, few
    # others.
    scaled = rows / np.array([radius_m, radius_m, window_days if window_days > 0 else 1.0])
    if window_days == 0:
        # Days that differ at all must lie outside the box, however little they differ.
        scaled[:, 2] = 3.0 * np.unique(rows[:, 2], return_inverse=True)[1]
    tree = cKDTree(scaled)
    reach = 1.0 + _A_HAIR
    # The count includes every point with itself, and each pair from both ends.
    count = (int(tree.count_neighbors(tree, reach, p=np.inf)) - len(rows)) // 2
    if count > MOST_PAIRS:
        raise UserError(
            f"{count:,} pairs of incidents are neighbours (at most {MOST_PAIRS:,} fit).",
            hint="Choose a smaller radius, window, area or period.",
        )
    pairs = tree.query_pairs(reach, p=np.inf, output_type="ndarray")
    apart = rows[pairs[:, 0]] - rows[pairs[:, 1]]
    near = (np.hypot(apart[:, 0], apart[:, 1]) <= radius_m) & (np.abs(apart[:, 2]) <= window_days)
    return np.asarray(pairs[near])


def _dbscan(weight: Floats, pairs: Pairs, min_incidents: float) -> Labels:
    """DBSCAN on pairs of neighbours; clusters are numbered by their first core point."""
    n = len(weight)
    first, second = pairs.T
    around = weight + np.bincount(first, weights=weight[second], minlength=n)
    around += np.bincount(second, weights=weight[first], minlength=n)
    core = around >= min_incidents
    labels = np.full(n, NOT_IN_A_CLUSTER, dtype=np.int64)
    if not core.any():
        return labels
    both = core[first] & core[second]
    links = coo_array(
        (np.ones(int(both.sum()), dtype=np.int8), (first[both], second[both])), shape=(n, n)
    )
    _, component = connected_components(links, directed=False)
    _, starts, number = np.unique(component[core], return_index=True, return_inverse=True)
    rank = np.empty(len(starts), dtype=np.int64)
    rank[np.argsort(starts)] = np.arange(len(starts))
    labels[core] = rank[number]
    return _with_borders(labels, core, first, second)


def _with_borders(labels: Labels, core: NDArray[np.bool_], first: Pairs, second: Pairs) -> Labels:
    """Give each point that is not core, but near a core point, the lowest number among those core
    points' clusters.
    """
    ends = np.concatenate([first, second])
    others = np.concatenate([second, first])
    border = ~core[ends] & core[others]
    lowest = np.full(len(labels), np.iinfo(np.int64).max)
    np.minimum.at(lowest, ends[border], labels[others[border]])
    found = lowest < np.iinfo(np.int64).max
    return np.where(found, lowest, labels)


def _checked(
    x: ArrayLike,
    y: ArrayLike,
    days: ArrayLike,
    weights: ArrayLike | None,
    radius_m: float,
    window_days: float,
    min_incidents: float,
) -> tuple[Floats, Floats]:
    check_radius(radius_m)
    if not (window_days >= 0 and np.isfinite(window_days)):
        raise UserError(
            "The window must be 0 days or more.", hint="7 looks a week back and a week ahead."
        )
    if not min_incidents >= 1:
        raise UserError(
            "A cluster needs at least 1 incident.", hint="10 is a useful number to begin with."
        )
    columns = [np.asarray(column, dtype=float) for column in (x, y, days)]
    weight = np.ones(columns[0].shape) if weights is None else np.asarray(weights, dtype=float)
    if columns[0].ndim != 1 or any(column.shape != weight.shape for column in columns):
        raise UserError(
            "Places, days and weights differ in number.",
            hint="Give one of each for every incident.",
        )
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise UserError(
            "A weight is negative or missing.", hint="Give the number of incidents at each row."
        )
    return np.column_stack(columns), weight
