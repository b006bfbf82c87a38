"""Sharing a sum out in proportion, between a least and a most for each area, to the whole pound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]

# Halvings of the interval in which the scale is looked for: more than a float can tell apart.
_HALVINGS = 200


def within_limits(weights: Floats, total: float, *, least: Floats, most: Floats) -> Floats:
    """What each area gets: in proportion to its weight, but within its limits, and `total` in all.

    What a limit takes away or adds is shared among the others in proportion again, so that the
    order in which limits are applied plays no part.

    Args:
        weights: (n,), 0 or more. least, most: (n,) pounds; `most` may be infinite.

    Returns:
        (n,) pounds, not rounded.

    Raises:
        UserError: no amounts within the limits have that sum.

    >>> within_limits(np.array([8.0, 1.0, 1.0]), 100.0, least=np.array([0, 20, 0.0]),
    ...     most=np.full(3, np.inf)).round(2).tolist()
    [71.11, 20.0, 8.89]
    """
    if least.sum() > total + 1e-6:
        raise UserError(
            f"The least that each area must get adds up to £{least.sum():,.0f},"
            f" and there are £{total:,.0f}.",
            hint="Lower the floor, allow a larger change, or share out more.",
        )
    reachable = np.where(weights > 0, most, least)
    if reachable.sum() < total - 1e-6:
        raise UserError(
            f"The most that the areas may get adds up to £{reachable.sum():,.0f},"
            f" and there are £{total:,.0f}.",
            hint="Raise the cap, allow a larger change, or share out less.",
        )
    free = weights * (total / weights.sum())
    if (free >= least).all() and (free <= most).all():
        return np.asarray(free)
    # The sum grows with the scale, so that halving finds it.
    low, high = 0.0, 1.0
    while np.clip(high * weights, least, most).sum() < total and high < 1e300:
        high *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if np.clip(middle * weights, least, most).sum() < total:
            low = middle
        else:
            high = middle
    return np.clip(high * weights, least, most)


def whole_pounds(amounts: Floats) -> NDArray[np.int64]:
    """The amounts in whole pounds with the same sum: the largest fractions are rounded up (the
    largest-remainder method), of equal ones those of the first areas.

    >>> whole_pounds(np.array([33.4, 33.3, 33.3])).tolist()
    [34, 33, 33]
    """
    down = np.floor(amounts + 1e-9)
    short = round(float(amounts.sum() - down.sum()))
    order = np.argsort(-np.round(amounts - down, 6), kind="stable")
    down[order[:short]] += 1
    return down.astype(np.int64)
