"""Clusters: hot cells joined into one place, or points that lie close together.

Sources: connected components of the cells' neighbourhood; M. Ester and others, "A Density-Based
Algorithm for Discovering Clusters", KDD 1996 (DBSCAN); R. Campello and others, PAKDD 2013
(HDBSCAN).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError
from vrp_map.statistics import eligibility
from vrp_map.statistics.distinct import distinct_rows
from vrp_map.vocabulary import Grade, Method

NOT_IN_A_CLUSTER = -1
# HDBSCAN takes no weights, so incidents at one point are repeated; its time grows with the square
# of their number.
HDBSCAN_MOST_INCIDENTS = 20_000
# DBSCAN keeps the neighbours of every point, 8 bytes each: 200 MB.
DBSCAN_MOST_NEIGHBOURS = 25_000_000

Labels = NDArray[np.int64]
Floats = NDArray[np.float64]


def join_cells(member: ArrayLike, neighbours: NDArray[np.integer]) -> Labels:
    """Join member cells that touch, directly or through other members.

    Args:
        member: (n,) true for the cells to join.
        neighbours: (n, k), n where there is none (`grid.neighbour_index`).

    Returns:
        (n,) labels: 0 is the cluster of the most cells (of equal ones, that with the first cell);
        -1 no member.

    Raises:
        UserError: the two differ in length.
    """
    chosen = np.asarray(member, dtype=bool)
    n = len(chosen)
    if len(neighbours) != n:
        raise UserError(
            "The neighbours do not fit the cells.", hint="Take both from the same lattice."
        )
    labels = np.full(n, NOT_IN_A_CLUSTER, dtype=np.int64)
    positions = np.flatnonzero(chosen)
    if not positions.size:
        return labels
    number = np.full(n + 1, NOT_IN_A_CLUSTER, dtype=np.int64)
    number[positions] = np.arange(positions.size)
    ends = number[neighbours[positions]]
    starts = np.broadcast_to(np.arange(positions.size)[:, None], ends.shape)
    touching = ends >= 0
    links = np.ones(int(touching.sum()), dtype=np.int8)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array(
        (links, (starts[touching], ends[touching])), shape=(positions.size, positions.size)
    )
    _, found = connected_components(graph, directed=False)
    labels[positions] = by_size(found.astype(np.int64), np.ones(len(found)))
    return labels


def point_clusters(
    x: ArrayLike,
    y: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    radius_m: float,
    min_incidents: int,
    method: str = "dbscan",
    grade: Grade,
) -> Labels:
    """Clusters of points, for data whose points are exact.

    Points are taken once each with the sum of their weights, so a hundred incidents at one door
    cost no more than one.

    Args:
        x, y: (n,) metres, EPSG:27700; NaN = no place, in no cluster.
        weights: (n,) incidents at each point; without it 1 each. HDBSCAN needs whole numbers,
            20,000 in all at most.
        radius_m: DBSCAN: how far neighbours may be apart. HDBSCAN: clusters with points this near
            are one.
        min_incidents: DBSCAN: the sum of weights within the radius, the point's own included, that
            makes a core point. HDBSCAN: the fewest incidents of a cluster; it tells clusters from
            each other, so a lone one is not found.
        method: "dbscan" or "hdbscan".
        grade: of the data; `eligibility` allows A and B.

    Returns:
        (n,) labels: 0 is the cluster of the largest weight; -1 in no cluster.

    Raises:
        MethodRefused: points of this grade would only show where points were moved to.
        UserError: arguments that do not fit, too many incidents for HDBSCAN, or too many neighbours
            for DBSCAN.
    """
    eligibility.require(Method.POINT_CLUSTERS, grade)
    points, weight = _checked(x, y, weights, radius_m, min_incidents, method)
    labels = np.full(len(points), NOT_IN_A_CLUSTER, dtype=np.int64)
    placed = np.isfinite(points).all(axis=1) & (weight > 0)
    if not placed.any():
        return labels
    distinct, where = distinct_rows(points[placed])
    total = np.bincount(where, weights=weight[placed]).astype(float)
    cluster = _dbscan if method == "dbscan" else _hdbscan
    labels[placed] = cluster(distinct, total, radius_m, min_incidents)[where]
    inside = labels >= 0
    labels[inside] = by_size(labels[inside], weight[inside])
    return labels


def _dbscan(points: Floats, weight: Floats, radius_m: float, min_incidents: int) -> Labels:
    from scipy.spatial import cKDTree
    from sklearn.cluster import DBSCAN

    tree = cKDTree(points)
    neighbours = int(tree.count_neighbors(tree, radius_m))
    if neighbours > DBSCAN_MOST_NEIGHBOURS:
        raise UserError(
            f"{len(points):,} places have {neighbours:,} neighbours within {radius_m:g} m "
            f"(at most {DBSCAN_MOST_NEIGHBOURS:,} fit).",
            hint="Choose a smaller radius, area or period.",
        )
    model = DBSCAN(eps=radius_m, min_samples=min_incidents)
    return np.asarray(model.fit(points, sample_weight=weight).labels_.astype(np.int64))


def _hdbscan(points: Floats, weight: Floats, radius_m: float, min_incidents: int) -> Labels:
    from sklearn.cluster import HDBSCAN

    if (weight != np.round(weight)).any():
        raise UserError("HDBSCAN needs whole numbers of incidents.", hint="Use the method dbscan.")
    if weight.sum() > HDBSCAN_MOST_INCIDENTS:
        raise UserError(
            f"{weight.sum():,.0f} incidents are too many for HDBSCAN (at most"
            f" {HDBSCAN_MOST_INCIDENTS:,}).",
            hint="Choose a smaller area or period, or use the method dbscan.",
        )
    if weight.sum() < min_incidents:
        return np.full(len(points), NOT_IN_A_CLUSTER, dtype=np.int64)
    repeats = weight.astype(np.int64)
    # Not cluster_selection_epsilon, which would join near clusters: scikit-learn 1.9 fails in it
    # under NumPy 2.4.
    model = HDBSCAN(min_cluster_size=max(2, min_incidents), copy=True)
    repeated = model.fit(np.repeat(points, repeats, axis=0)).labels_
    # Incidents at one point are 0 m apart: where some fell to noise, the point goes with those that
    # did not.
    labels = np.full(len(points), NOT_IN_A_CLUSTER, dtype=np.int64)
    np.maximum.at(labels, np.repeat(np.arange(len(points)), repeats), repeated)
    return _join_near(points, labels, radius_m)


def _join_near(points: Floats, labels: Labels, radius_m: float) -> Labels:
    """Make one of clusters that have points within the radius of each other."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    inside = labels >= 0
    if not inside.any():
        return labels
    own, tree = labels[inside], cKDTree(points[inside])
    links: set[tuple[int, int]] = set()
    # In steps: in a dense place every point is within the radius of every other.
    for start in range(0, len(own), 256):
        for label, near in zip(
            own[start : start + 256],
            tree.query_ball_point(tree.data[start : start + 256], radius_m),
            strict=True,
        ):
            links.update((int(label), int(other)) for other in np.unique(own[near]))
    starts, ends = np.array(sorted(links)).T
    count = int(own.max()) + 1
    _, joined = connected_components(
        coo_array((np.ones(len(starts)), (starts, ends)), shape=(count, count))
    )
    return np.where(inside, joined[labels], NOT_IN_A_CLUSTER).astype(np.int64)


def check_radius(radius_m: float) -> None:
    """Refuse a radius that cannot be.

    Raises:
        UserError: it is not more than 0.
    """
    if not (radius_m > 0 and np.isfinite(radius_m)):
        raise UserError(
            "The radius must be more than 0 metres.", hint="150 is about one street block."
        )


def by_size(labels: Labels, weight: Floats) -> Labels:
    """Number clusters 0, 1, … by weight, the largest first; of equal ones the one that appears
    first.
    """
    names, first, where = np.unique(labels, return_index=True, return_inverse=True)
    sizes = np.bincount(where, weights=weight, minlength=len(names))
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(names))
    return rank[where]


def _checked(
    x: ArrayLike,
    y: ArrayLike,
    weights: ArrayLike | None,
    radius_m: float,
    min_incidents: int,
    method: str,
) -> tuple[Floats, Floats]:
    if method not in ("dbscan", "hdbscan"):
        raise UserError(f"There is no clustering method {method}.", hint="Known: dbscan, hdbscan.")
    check_radius(radius_m)
    if min_incidents < 1:
        raise UserError(
            "A cluster needs at least 1 incident.", hint="10 is a useful number to begin with."
        )
    east, north = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    weight = np.ones(east.shape) if weights is None else np.asarray(weights, dtype=float)
    if east.ndim != 1 or not east.shape == north.shape == weight.shape:
        raise UserError(
            "Eastings, northings and weights differ in number.",
            hint="Give one of each for every point.",
        )
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise UserError(
            "A weight is negative or missing.", hint="Give the number of incidents at each point."
        )
    return np.column_stack([east, north]), weight
