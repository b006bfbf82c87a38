"""Formulas that share a sum out between areas, and what each area would get.

Families: weighted shares of factors, equal parts, points for the highest areas of each indicator,
and the fewest areas that together hold most of one indicator. Published formulas of each are in
`precedents.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from vrp_map.errors import UserError
from vrp_map.funding.limits import Floats, whole_pounds, within_limits
from vrp_map.statistics.smoothing import empirical_bayes

# So that every amount is known to the pound.
MOST_POUNDS = 10**12


class Family(StrEnum):
    """How a formula makes weights of its factors."""

    WEIGHTED_SHARES = "weighted-shares"
    EQUAL = "equal"
    POINTS = "points"
    HOLDERS = "holders"


class Measure(StrEnum):
    """What a factor is: how much there is, or how much for each head."""

    COUNT = "count"
    RATE = "rate"


@dataclass(frozen=True)
class Factor:
    """One thing that money follows.

    Attributes:
        values: (areas,) 0 or more. weight: of the factor among all; only their proportions matter.
        counted: (areas,) the incidents behind the values, where they may be redrawn; per_head: the
            residents (in thousands) that a rate divides them by. is_smoothed: a rate is drawn
            towards that of all areas, as far as chance asks for it.
    """

    name: str
    measure: Measure
    weight: float
    values: Floats
    counted: Floats | None = None
    per_head: Floats | None = None
    is_smoothed: bool = False


@dataclass(frozen=True)
class Formula:
    """A rule for sharing a sum out.

    Attributes:
        areas: their codes. floor, cap: pounds that each area gets at least and at most.
        last: (areas,) pounds that each got before, where known; most_change: the largest part of
            it by which an area may gain or lose.
        accepts_mixture: somebody has said that counts and rates are to stand in one sum.
        top_share: for points, the part of areas that get a point. held: for holders, the part of
            the factor that the chosen areas must hold together.
    """

    family: Family
    areas: tuple[str, ...]
    factors: tuple[Factor, ...]
    floor: float = 0.0
    cap: float = float("inf")
    last: Floats | None = None
    most_change: float | None = None
    accepts_mixture: bool = False
    top_share: float = 0.15
    held: float = 0.8


@dataclass(frozen=True)
class Allocation:
    """What each area would get.

    Attributes:
        shares: (areas,) of the total by the formula, before its limits. pounds: (areas,) whole
            pounds, which add up to the total.
        parts: factor name -> (areas,) the share that it gives; empty for equal parts.
    """

    total: int
    shares: Floats
    pounds: NDArray[np.int64]
    parts: Mapping[str, Floats] = field(default_factory=dict)


def check_formula(formula: Formula) -> None:
    """Refuse a formula that cannot be, or that adds rates to counts without anyone's leave.

    Raises:
        UserError: what is wrong, and what to do.
    """
    if not formula.areas or len(set(formula.areas)) != len(formula.areas):
        raise UserError("The formula names no areas, or one twice.", hint="Name each area once.")
    if formula.family is not Family.EQUAL and not formula.factors:
        raise UserError("The formula has no factors.", hint="Give one a weight.")
    if formula.family is Family.HOLDERS and len(formula.factors) != 1:
        raise UserError("A formula of holders has one factor.", hint="Keep the one that counts.")
    for factor in formula.factors:
        _check_factor(factor, formula)
    if formula.floor < 0 or formula.cap < formula.floor:
        raise UserError(
            "The floor is below 0, or the cap is below the floor.", hint="Mend the limits."
        )
    if not 0 < formula.held <= 1 or not 0 < formula.top_share <= 1:
        raise UserError(
            "top_share and held are parts of a whole.", hint="Give a number above 0, at most 1."
        )
    if formula.most_change is not None and (formula.last is None or formula.most_change < 0):
        raise UserError(
            "most_change needs what each area got before, and cannot be below 0.",
            hint="Say what each area got before: [last] in a file.",
        )
    _check_mixture(formula)


def _check_factor(factor: Factor, formula: Formula) -> None:
    values = factor.values
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise UserError(
            f"A value of {factor.name!r} is missing or below 0.", hint="Give one for each area."
        )
    if not values.sum():
        raise UserError(
            f"Every value of {factor.name!r} is 0, so that it shares nothing out.",
            hint="Leave the factor out.",
        )
    if factor.weight <= 0:
        raise UserError(f"The weight of {factor.name!r} is not above 0.", hint="Give one above 0.")


def _check_mixture(formula: Formula) -> None:
    """A rate gives small areas as much as large ones: adding it to counts is a choice to make."""
    if formula.family is not Family.WEIGHTED_SHARES or formula.accepts_mixture:
        return
    rates = [f.name for f in formula.factors if f.measure is Measure.RATE]
    counts = [f.name for f in formula.factors if f.measure is Measure.COUNT]
    if rates and counts:
        raise UserError(
            f"The formula adds rates ({', '.join(rates)}) to counts ({', '.join(counts)})."
            " A rate gives a small area as much as a large one.",
            hint='Use one kind, or say that you mean it: mixture = "accepted" in a file.',
        )


def allocate(formula: Formula, total: int) -> Allocation:
    """Share a sum out.

    Args:
        total: whole pounds.

    Raises:
        UserError: the formula cannot be (`check_formula`), or its limits leave no such amounts.
    """
    check_formula(formula)
    if not 0 < total <= MOST_POUNDS:
        raise UserError(
            f"The sum to share out is not between £1 and £{MOST_POUNDS:,}.", hint="Mend it."
        )
    parts = {f.name: _part(formula, f.values) for f in formula.factors}
    shares = _shares(formula, parts)
    least, most = _limits(formula, shares)
    pounds = within_limits(shares, float(total), least=least, most=most)
    return Allocation(total, shares, whole_pounds(pounds), parts)


def _part(formula: Formula, values: Floats) -> Floats:
    """What one factor gives each area, before its weight."""
    if formula.family is Family.POINTS:
        return is_top(values, formula.top_share).astype(float)
    if formula.family is Family.HOLDERS:
        values = np.where(is_holder(values, formula.held), values, 0.0)
    return np.asarray(values / values.sum())


def _shares(formula: Formula, parts: Mapping[str, Floats]) -> Floats:
    if formula.family is Family.EQUAL:
        return np.full(len(formula.areas), 1 / len(formula.areas))
    weighted = sum(factor.weight * parts[factor.name] for factor in formula.factors)
    return np.asarray(weighted / np.sum(weighted))


def _limits(formula: Formula, shares: Floats) -> tuple[Floats, Floats]:
    """The least and the most that each area may get. A floor is for areas that get anything."""
    some = shares > 0
    least = np.where(some, formula.floor, 0.0)
    most = np.where(some, formula.cap, 0.0)
    if formula.last is not None and formula.most_change is not None:
        least = np.maximum(least, formula.last * (1 - formula.most_change))
        most = np.minimum(most, formula.last * (1 + formula.most_change))
        if (least > most).any():
            raise UserError(
                "The floor or the cap of an area and its largest change contradict each other.",
                hint="Allow a larger change, or lower the floor or raise the cap.",
            )
    return least, most


def is_top(values: Floats, share: float) -> NDArray[np.bool_]:
    """Which areas are among the highest part, at least one; a tie at the edge is in.

    >>> is_top(np.array([5.0, 9.0, 1.0, 9.0]), 0.15).tolist()
    [False, True, False, True]
    """
    many = max(1, round(share * len(values)))
    edge = np.sort(values)[-many]
    return np.asarray((values >= edge) & (values > 0))


def is_holder(values: Floats, held: float) -> NDArray[np.bool_]:
    """Which areas, the highest first, are the fewest that hold this part of all.

    >>> is_holder(np.array([50.0, 5.0, 30.0, 15.0]), 0.8).tolist()
    [True, False, True, False]
    """
    order = np.argsort(-values, kind="stable")
    before = np.cumsum(values[order]) - values[order]
    chosen = np.zeros(len(values), dtype=bool)
    chosen[order[before < held * values.sum() - 1e-9]] = True
    return chosen


def counted_values(
    counts: Floats, per_head: Floats | None = None, *, is_smoothed: bool = False
) -> Floats:
    """The values of a factor that stands on counts: themselves, or their rates."""
    if per_head is None:
        return counts
    return empirical_bayes(counts, per_head).rate if is_smoothed else counts / per_head


def redrawn(formula: Formula, counted: Sequence[Floats | None]) -> Formula:
    """The formula with other counts behind its factors.

    Args:
        counted: for each factor its counts, or None to leave it as it is.
    """

    def with_counts(factor: Factor, counts: Floats | None) -> Factor:
        if counts is None:
            return factor
        values = counted_values(counts, factor.per_head, is_smoothed=factor.is_smoothed)
        return replace(factor, values=values, counted=counts)

    pairs = zip(formula.factors, counted, strict=True)
    return replace(formula, factors=tuple(with_counts(f, c) for f, c in pairs))
