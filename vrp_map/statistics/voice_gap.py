"""Where young people's voices and recorded violence agree, and where they do not: a class for every
hexagon.

The test is that of shares (`sppt`): does a place hold another part of all voices than of all
records? Sources: those of `sppt` and `fdr`. What is compared with what, and why few voices are
never "quiet": docs/decisions/0010.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import pdtrc

from vrp_map.errors import UserError
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.sppt import compare_shares

LEVEL = 0.05
# Voices or record are high from this many times the mean of the area's hexagons on.
TIMES = 2.0
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Gap(StrEnum):
    """What voices and record say of a place together."""

    FEAR = "fear only"
    BOTH = "both high"
    RECORD = "record only"
    NEITHER = "neither"
    FEW = "not enough voices"


@dataclass(frozen=True)
class VoiceGaps:
    """A class for every hexagon; each array is (n,).

    Attributes:
        gap: names of `Gap`.
        is_high, is_loud: whether the record is high here; whether the voices are.
        p, q: two-sided, of "this place has the same part of the voices as of the record"; NaN where
            it was not tested.
        voices, record: the totals of the places with enough voices, which the parts are of.
        tested: how many hexagons q allows for. mean: records of a hexagon, on average.
    """

    gap: NDArray[np.object_]
    is_high: Flags
    is_loud: Flags
    p: Floats
    q: Floats
    voices: float
    record: float
    tested: int
    mean: float


def voice_gaps(
    record: ArrayLike,
    voices: ArrayLike,
    near: ArrayLike,
    *,
    most_hidden: int,
    most_unheard: int,
    most_everywhere: int | None = None,
    clump: float | None = 1.0,
) -> VoiceGaps:
    """Class every hexagon of a study area.

    Args:
        record: (n,) recorded incidents; NaN = hidden, taken for `most_hidden`, which can only make
            gaps smaller.
        voices: (n,) distinct contributors, as released; NaN = none released.
        near: (n,) whether anything was let out of this hexagon or its neighbourhood: where nobody
            came from, silence says nothing.
        most_hidden: the most that a hidden record can be.
        most_unheard: the most contributors that a hexagon without a released number can have.
        most_everywhere: the most that all of these can have at once; None = the same.
        clump: how many voices count as one, because friends come together and agree
            (`releases.clump_of`); None = not known: nothing is tested, and no place is called a
            gap.

    Raises:
        UserError: lengths differ, a number is negative, a bound is, or `clump` is under 1.
    """
    given, b, spoken = _numbers(record), _numbers(voices), np.asarray(near, dtype=bool)
    if not given.shape == b.shape == spoken.shape or min(most_hidden, most_unheard) < 0:
        raise UserError(
            "Voices and record are not of the same hexagons.", hint="Give one of each a hexagon."
        )
    if clump is not None and not 1 <= clump < np.inf:
        raise UserError(
            f"{clump:g} voices cannot count as one.",
            hint="It is 1 for independent voices, more for groups.",
        )
    a = np.where(np.isnan(given), float(most_hidden), given)
    heard = ~np.isnan(b)
    mean = float(a.mean()) if a.size else 0.0
    is_high = _high(a, mean) & ~np.isnan(given)
    # Against the most that hexagons without a released number can have: many people, whatever was
    # said elsewhere.
    said = np.where(heard, b, 0.0)
    elsewhere = most_unheard if most_everywhere is None else most_everywhere
    of = clump or 1.0
    is_loud = heard & _high(
        said / of, float(np.where(heard, b, elsewhere).mean()) / of if b.size else 0.0
    )
    quiet = is_high & spoken & ~heard
    if clump is None:
        p, more_said, more_recorded = (
            np.full(a.shape, np.nan),
            np.zeros_like(heard),
            np.zeros_like(heard),
        )
    else:
        p, more_said, more_recorded = _tested(a, b / of, heard, quiet, most_unheard / of)
    # Every hexagon could have been one with enough voices: all of them are in the family, untested
    # ones with p = 1.
    family = (a > 0) | heard
    q = np.full(a.shape, np.nan)
    q[family] = q_values(np.where(np.isnan(p[family]), 1.0, p[family]), method="by")
    q[np.isnan(p)] = np.nan
    sure = q <= LEVEL
    gap = np.full(a.shape, Gap.FEW.value, dtype=object)
    gap[heard] = Gap.NEITHER.value
    gap[heard & is_high] = Gap.BOTH.value
    gap[heard & ~is_high & sure & more_said] = Gap.FEAR.value
    gap[is_high & ~is_loud & sure & more_recorded] = Gap.RECORD.value
    return VoiceGaps(
        gap,
        is_high,
        is_loud,
        p,
        q,
        float(b[heard].sum()),
        float(a[heard].sum()),
        int(family.sum()),
        mean,
    )


def _tested(
    a: Floats, b: Floats, heard: Flags, quiet: Flags, most_unheard: float
) -> tuple[Floats, Flags, Flags]:
    """p, and which way each place leans: more voices than record, more record than voices.

    Places with enough voices are compared with each other: what was said elsewhere is not known. A
    place with a high record and without a released number joins them one at a time, with the most
    voices that it can have.
    """
    p = np.full(a.shape, np.nan)
    more_said, more_recorded = np.zeros(a.shape, dtype=bool), np.zeros(a.shape, dtype=bool)
    if not heard.any():
        return p, more_said, more_recorded
    among = compare_shares(a[heard], b[heard])
    p[heard] = among.p
    more_said[heard], more_recorded[heard] = among.direction < 0, among.direction > 0
    all_a, all_b = a[heard].sum(), b[heard].sum()
    for i in np.flatnonzero(quiet):
        one = compare_shares(
            a[i : i + 1], [most_unheard], total_a=all_a + a[i], total_b=all_b + most_unheard
        )
        # One that could be the other way round with fewer voices than the most is none.
        p[i] = one.p[0] if one.direction[0] > 0 else 1.0
        more_recorded[i] = one.direction[0] > 0
    return p, more_said, more_recorded


def _high(a: Floats, mean: float) -> Flags:
    """At least `TIMES` the mean, and more than chance would bring (Poisson, q by Benjamini and
    Yekutieli).
    """
    if mean <= 0:
        return np.zeros(a.shape, dtype=bool)
    by_chance = pdtrc(np.maximum(np.ceil(a) - 1, 0), mean)
    return np.asarray((a >= TIMES * mean) & (q_values(by_chance, method="by") <= LEVEL))


def _numbers(values: ArrayLike) -> Floats:
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim != 1 or np.isinf(numbers).any() or (numbers < 0).any():
        raise UserError(
            "A number is negative or not a number.", hint="Give 0 or more, or leave it out."
        )
    return numbers
