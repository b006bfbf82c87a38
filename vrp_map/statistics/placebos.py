"""Placebo pilots: made-up ones at random places and times where nothing was done.

What a verdict says of them it says by mistake, so their share is its real rate of false alarms (A.
Abadie, A. Diamond and J. Hainmueller, J. Am. Stat. Assoc. 105, 2010, for places). They lie where
incidents are, as pilots do, and are compared with places like them, as pilots are. How far apart
they and their comparisons drift is in no month's variation, and only they show it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError
from vrp_map.statistics.matching import Floats, Positions, likeness, matched

# A pilot of more places than this is no place-based one.
_MOST_PLACES = 60
_TRIES = 5


@dataclass(frozen=True)
class PlaceboTrial:
    """What placebo pilots are made from.

    Attributes:
        months: (n, m) counts of every place, oldest first. neighbours: (n, k), n = none.
        expected: incidents that each shall have before its start, about.
        months_before, months_after: counted before and after a start.
        with_ring: whether the places around are counted too.
        excluded: (n,) places that take no part: where something was done.

    Raises:
        UserError: fewer months than the two periods have.
    """

    months: Floats
    neighbours: NDArray[np.integer]
    expected: float
    months_before: int
    months_after: int
    with_ring: bool = False
    excluded: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.months_before < 2 or self.months_after < 1 or self.starts < 1:
            raise UserError(
                f"The data have {self.months.shape[1]} months, and a placebo pilot needs"
                f" {self.months_before} before and {self.months_after} after its start.",
                hint="Choose shorter periods, or load more months.",
            )

    @property
    def starts(self) -> int:
        """How many months a placebo pilot could start in."""
        return int(self.months.shape[1]) - self.months_before - self.months_after + 1

    @property
    def free(self) -> NDArray[np.bool_]:
        """(n,) the places that take part."""
        if self.excluded is None:
            return np.ones(len(self.months), dtype=bool)
        return ~self.excluded


@dataclass(frozen=True)
class PlaceboCounts:
    """Placebo pilots as counts.

    Attributes:
        counts: (draws, 2 or 4, 2) before and after: of the place, its comparison, and their rings.
        history: (draws, 2 or 4, months before) the months before.
        time_weights: lengths of the two periods. apart: how many of them could lie side by side in
            place and time without overlapping.
    """

    counts: Floats
    history: Floats
    time_weights: tuple[float, float]
    apart: float

    @property
    def dispersion(self) -> float:
        """How many times more than Poisson counts their differences vary; at least 1."""
        early, late = self.time_weights
        before, after = self.counts[..., 0], self.counts[..., 1]
        variance = after.sum(axis=1) + (before * (late / early) ** 2).sum(axis=1)
        known = variance > 0
        if not known.any():
            return 1.0
        return max(1.0, float((self.differences[known] ** 2 / variance[known]).mean()))

    @property
    def differences(self) -> Floats:
        """(draws,) incidents more or fewer than the comparison leads one to expect, rings with it:
        the weighted displacement difference of each, in incidents of its months after.
        """
        early, late = self.time_weights
        signs = np.array([1, -1, 1, -1])[: self.counts.shape[1]]
        before, after = self.counts[..., 0], self.counts[..., 1]
        return np.asarray(((after - before * late / early) * signs).sum(axis=1))

    @property
    def freedom(self) -> float:
        """The degrees of freedom that the dispersion is known with."""
        return max(1.0, min(float(len(self.counts)), self.apart))


def placebo_pilots(trial: PlaceboTrial, *, draws: int = 200, seed: int = 0) -> PlaceboCounts:
    """Placebo pilots of a trial.

    Args:
        draws: how many; fewer come where the area has too few incidents for one.
    """
    random = np.random.default_rng(seed)
    features: dict[int, dict[str, Floats]] = {}
    counts, history = [], []
    for _ in range(draws):
        start = int(random.integers(trial.starts)) + trial.months_before
        before = trial.months[:, start - trial.months_before : start]
        if start not in features:
            features[start] = likeness(before, trial.neighbours)
        places = _one_pilot(trial, before.sum(axis=1), features[start], random)
        if places is None:
            continue
        after = trial.months[:, start : start + trial.months_after]
        counts.append([(before[part].sum(), after[part].sum()) for part in places])
        history.append([before[part].sum(axis=0) for part in places])
    size = 4 if trial.with_ring else 2
    windows = trial.months.shape[1] / (trial.months_before + trial.months_after)
    fit = float(trial.months[trial.free].sum()) / trial.months.shape[1] * trial.months_before
    return PlaceboCounts(
        np.array(counts, dtype=float).reshape(-1, size, 2),
        np.array(history, dtype=float).reshape(-1, size, trial.months_before),
        time_weights=(float(trial.months_before), float(trial.months_after)),
        # Each takes up a place and its comparison.
        apart=windows * fit / (size * trial.expected),
    )


def _one_pilot(
    trial: PlaceboTrial, before: Floats, features: dict[str, Floats], random: np.random.Generator
) -> list[Positions] | None:
    """Positions of a pilot, its comparison, and their rings; None where none could be placed."""
    free = trial.free
    chance = np.where(free, before, 0.0)
    if not chance.sum():
        return None
    for _ in range(_TRIES):
        centre = int(random.choice(len(before), p=chance / chance.sum()))
        treated = grown(centre, before, trial.neighbours, expected=trial.expected, free=free)
        if treated is not None:
            break
    else:
        return None
    around = ring_of(treated, trial.neighbours)
    around = around[free[around]]
    candidates = np.setdiff1d(np.flatnonzero(free), np.concatenate([treated, around]))
    wanted = np.concatenate([treated, around]) if trial.with_ring else treated
    if len(candidates) < len(wanted):
        return None
    chosen = matched(features, wanted, candidates)
    if not trial.with_ring:
        return [treated, chosen]
    return [treated, chosen[: len(treated)], around, chosen[len(treated) :]]


def grown(
    centre: int,
    counts: ArrayLike,
    neighbours: NDArray[np.integer],
    *,
    expected: float,
    free: NDArray[np.bool_],
) -> Positions | None:
    """A place around a centre, ring by ring, until it has as many incidents as expected; None where
    it would be too large.
    """
    n = np.asarray(counts, dtype=float)
    inside = np.array([centre], dtype=np.intp)
    edge = inside
    while n[inside].sum() < expected:
        edge = np.setdiff1d(ring_of(edge, neighbours), inside)
        edge = edge[free[edge]]
        if not len(edge) or len(inside) >= _MOST_PLACES:
            return None
        missing = expected - n[inside].sum()
        enough = int(np.searchsorted(np.cumsum(n[edge]), missing)) + 1
        inside = np.concatenate([inside, edge[:enough]])
    return np.sort(inside)


def ring_of(places: Positions, neighbours: NDArray[np.integer]) -> Positions:
    """The places that touch these and are none of them."""
    around = np.unique(neighbours[places])
    return np.setdiff1d(around[around < len(neighbours)], places).astype(np.intp)
