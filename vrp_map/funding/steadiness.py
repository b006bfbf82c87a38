"""How steady an allocation is: what each area would get if the same risks had met other chances.

Each count is drawn again with its own mean and a variance of dispersion times the mean (a negative
binomial count; a Poisson count where the dispersion is 1). Factors that stand on the same counts
are drawn together. The interval is of the middle 95 of 100 draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vrp_map.errors import UserError
from vrp_map.funding.formula import Family, Formula, allocate, is_top, redrawn
from vrp_map.funding.limits import Floats

DRAWS = 1000


@dataclass(frozen=True)
class Steadiness:
    """What redrawing the counts does.

    Attributes:
        low, high: (areas,) pounds between which 95 of 100 draws lie.
        stays_top: for points, factor name -> (areas,) the part of draws in which the area is among
            the highest; empty otherwise.
        fixed: the factors whose values are not redrawn, as no counts are behind them.
        failed: the draws for which the limits left no amounts.
    """

    low: Floats
    high: Floats
    stays_top: dict[str, Floats]
    fixed: tuple[str, ...]
    failed: int


def steadiness(
    formula: Formula, total: int, *, dispersion: float = 1.0, seed: int = 0, draws: int = DRAWS
) -> Steadiness:
    """Share the sum out again for counts redrawn.

    Args:
        dispersion: how many times more than a Poisson count such counts vary, 1 or more.
        seed: of the draws, so that the same question has the same answer.

    Raises:
        UserError: the dispersion is below 1.
    """
    if not (np.isfinite(dispersion) and dispersion >= 1):
        raise UserError("The dispersion is below 1.", hint="Give 1 or more.")
    random = np.random.default_rng(seed)
    pounds, tops, failed = [], [], 0
    for _ in range(draws):
        drawn = redrawn(formula, _draw(formula, random, dispersion))
        try:
            pounds.append(allocate(drawn, total).pounds)
        except UserError:
            failed += 1
        tops.append([is_top(f.values, formula.top_share) for f in drawn.factors])
    if not pounds:
        raise UserError(
            "The limits leave no amounts in any draw.", hint="Allow a larger change or floor."
        )
    low, high = np.percentile(np.array(pounds), [2.5, 97.5], axis=0)
    often = np.mean(np.array(tops, dtype=float), axis=0) if tops[0] else np.empty((0, 0))
    is_points = formula.family is Family.POINTS
    names = [f.name for f in formula.factors]
    return Steadiness(
        low,
        high,
        dict(zip(names, often, strict=True)) if is_points else {},
        tuple(f.name for f in formula.factors if f.counted is None),
        failed,
    )


def _draw(formula: Formula, random: np.random.Generator, dispersion: float) -> list[Floats | None]:
    """New counts for each factor that stands on counts; the same where they stand on the same."""
    drawn: dict[bytes, NDArray[np.float64]] = {}
    found: list[Floats | None] = []
    for factor in formula.factors:
        if factor.counted is None:
            found.append(None)
            continue
        key = factor.counted.tobytes()
        if key not in drawn:
            drawn[key] = _counts(factor.counted, random, dispersion)
        found.append(drawn[key])
    return found


def _counts(mean: Floats, random: np.random.Generator, dispersion: float) -> Floats:
    if dispersion > 1:
        # A gamma-Poisson mixture with mean m has variance m + m²/shape; shape = m / (d - 1).
        shape = np.where(mean > 0, mean / (dispersion - 1), 1.0)
        mean = np.where(mean > 0, random.gamma(shape, dispersion - 1), 0.0)
    return random.poisson(mean).astype(float)
