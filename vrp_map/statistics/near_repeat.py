"""Near repeats: after an incident, are there more incidents nearby and soon after than chance would
put there?

Source: E. G. Knox, "The detection of space-time interactions", Applied Statistics 13 (1964), with
the significance of each band by permutation of the times: S. D. Johnson and others, Journal of
Quantitative Criminology 23 (2007).

Bands are half-open, [a, b): 100 m belongs to [100, 200) and not to [0, 100). Some programs read "a
to b" otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from vrp_map.errors import UserError
from vrp_map.statistics import eligibility
from vrp_map.vocabulary import Grade, Method

METRICS = {"manhattan": 1, "euclidean": 2}
# Of incidents nearer than the widest distance band; 16 bytes each, and as much again while they are
# sorted.
MOST_PAIRS = 10_000_000
_BLOCK = 8192
# The usual rule of thumb for calling a band a near repeat.
FLAG_P, FLAG_RATIO = 0.05, 1.2
# A tree may round the last digit of a distance: ask for a hair more, then check exactly.
_A_HAIR = 1e-6

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class NearRepeat:
    """The Knox table; every array is (distance bands, time bands).

    Attributes:
        distance_edges_m, time_edges_days: the edges; band i is [edge i, edge i + 1).
        observed: pairs of incidents in the band.
        expected: the mean of the permutations.
        ratio: observed / expected; NaN where both are 0, infinite where only the second is.
        p: one-sided (more pairs than chance): (permutations with at least as many + 1) /
            (permutations + 1).
        events: incidents that have a place and a time. permutations, seed, metric: what ran.
    """

    distance_edges_m: tuple[float, ...]
    time_edges_days: tuple[float, ...]
    observed: Ints
    expected: Floats
    ratio: Floats
    p: Floats
    events: int
    permutations: int
    seed: int
    metric: str

    @property
    def flagged(self) -> NDArray[np.bool_]:
        """Bands with p at most .05 and at least 1.2 times the pairs that chance gives."""
        return (self.p <= FLAG_P) & (self.ratio >= FLAG_RATIO)


def near_repeat(
    x: ArrayLike,
    y: ArrayLike,
    days: ArrayLike,
    *,
    distance_edges_m: Sequence[float],
    time_edges_days: Sequence[float],
    grade: Grade,
    metric: str = "manhattan",
    permutations: int = 999,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> NearRepeat:
    """The Knox test with permuted times.

    Args:
        x, y: (n,) metres, EPSG:27700. days: (n,) days since any fixed day, fractions allowed. A row
            with NaN in any of the three is left out.
        distance_edges_m, time_edges_days: rising edges of the half-open bands, two or more of each,
            in metres and days: (0, 100, 200) gives [0, 100) and [100, 200).
        grade: of the data; it needs the exact place and at least the day.
        metric: "manhattan" (along streets at right angles) or "euclidean" (as the crow flies).
        permutations: shuffles of the times among the places. seed: the same seed gives the same
            table.
        progress: called after each permutation with (done, all).

    Raises:
        MethodRefused: the place or the day of this grade is not exact.
        UserError: arguments that do not fit, or more than 10 million pairs within the widest
            distance.
    """
    eligibility.require(Method.NEAR_REPEAT, grade)
    places, times = _checked(x, y, days)
    distances, spans = _edges(distance_edges_m, "distance"), _edges(time_edges_days, "time")
    if metric not in METRICS:
        raise UserError(
            f"There is no distance metric {metric}.", hint="Known: manhattan, euclidean."
        )
    if permutations < 1:
        raise UserError("The test needs at least 1 permutation.", hint="999 is usual.")
    first, second, starts = _pairs(places, distances, metric)
    observed = _table(times, first, second, starts, spans)
    total, as_many = np.zeros(observed.shape), np.zeros(observed.shape, dtype=np.int64)
    random = np.random.default_rng(seed)
    for done in range(1, permutations + 1):
        simulated = _table(random.permutation(times), first, second, starts, spans)
        total += simulated
        as_many += simulated >= observed
        if progress is not None:
            progress(done, permutations)
    expected = total / permutations
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = observed / expected
    p = (as_many + 1) / (permutations + 1)
    return NearRepeat(
        tuple(distances.tolist()),
        tuple(spans.tolist()),
        observed,
        expected,
        ratio,
        p,
        len(times),
        permutations,
        seed,
        metric,
    )


def _pairs(
    places: Floats, edges: Floats, metric: str
) -> tuple[NDArray[np.int32], NDArray[np.int32], Ints]:
    """Pairs of incidents within the bands, sorted by band, and where each band starts (and the last
    one ends).
    """
    tree, power = cKDTree(places), METRICS[metric]
    reach = edges[-1] * (1 + _A_HAIR)
    # The count includes every incident with itself, and each pair from both ends.
    count = (int(tree.count_neighbors(tree, reach, p=power)) - len(places)) // 2
    if count > MOST_PAIRS:
        raise UserError(
            f"{count:,} pairs of incidents are nearer than {edges[-1]:g} m (at most {MOST_PAIRS:,}"
            " fit).",
            hint="Choose a smaller area, a shorter period or narrower distance bands.",
        )
    pairs = tree.query_pairs(reach, p=power, output_type="ndarray").astype(np.int32)
    apart = np.abs(places[pairs[:, 0]] - places[pairs[:, 1]])
    distance = apart.sum(axis=1) if metric == "manhattan" else np.hypot(apart[:, 0], apart[:, 1])
    band = np.searchsorted(edges, distance, side="right") - 1
    order = np.argsort(band, kind="stable")
    starts = np.searchsorted(band[order], np.arange(len(edges)))
    return pairs[order, 0], pairs[order, 1], starts.astype(np.int64)


def _table(
    times: Floats, first: NDArray[np.int32], second: NDArray[np.int32], starts: Ints, edges: Floats
) -> Ints:
    """Pairs in each band of distance and time."""
    # Pairs nearer in time than each edge: their differences are the counts of the half-open bands.
    nearer = np.zeros((len(starts) - 1, len(edges)), dtype=np.int64)
    for row, (start, end) in enumerate(pairwise(starts.tolist())):
        # In blocks that stay in the processor's cache: twice as fast as all at once.
        for block in range(start, end, _BLOCK):
            part = slice(block, min(block + _BLOCK, end))
            apart = np.abs(times[first[part]] - times[second[part]])
            nearer[row] += [np.count_nonzero(apart < edge) for edge in edges]
    return np.diff(nearer, axis=1)


def _edges(edges: Sequence[float], what: str) -> Floats:
    values = np.asarray(edges, dtype=float)
    rising = (
        values.ndim == 1
        and len(values) > 1
        and np.isfinite(values).all()
        and (np.diff(values) > 0).all()
    )
    if not rising or values[0] < 0:
        raise UserError(
            f"The {what} bands must be two or more rising numbers from 0.",
            hint="0, 100, 200 gives two bands.",
        )
    return values


def _checked(x: ArrayLike, y: ArrayLike, days: ArrayLike) -> tuple[Floats, Floats]:
    columns = [np.asarray(column, dtype=float) for column in (x, y, days)]
    if any(column.ndim != 1 or column.shape != columns[0].shape for column in columns):
        raise UserError(
            "Places and days differ in number.", hint="Give one of each for every incident."
        )
    rows = np.column_stack(columns)
    rows = rows[np.isfinite(rows).all(axis=1)]
    return rows[:, :2], rows[:, 2]
