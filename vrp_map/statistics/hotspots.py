"""From a score and a q-value to the class people see."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError
from vrp_map.vocabulary import HotspotClass

HOT = (HotspotClass.HOT_99, HotspotClass.HOT_95, HotspotClass.HOT_90)
COLD = (HotspotClass.COLD_99, HotspotClass.COLD_95, HotspotClass.COLD_90)
_LEVELS = (0.01, 0.05, 0.10)


def classify(z: ArrayLike, q: ArrayLike) -> NDArray[np.object_]:
    """The hotspot class of each cell: the sign of z says hot or cold, q (at .01, .05, .10) how
    surely.

    Args:
        z, q: (n,) scores and q-values of the same cells.

    Returns:
        (n,) object array of `HotspotClass` values as plain text.

    Raises:
        UserError: z and q differ in length.
    """
    score, level = np.asarray(z, dtype=float), np.asarray(q, dtype=float)
    if score.shape != level.shape:
        raise UserError(
            "Scores and q-values differ in number.", hint="Give one of each for every cell."
        )
    classes = np.full(score.shape, HotspotClass.NONE.value, dtype=object)
    # From the loosest level to the strictest, so that the strictest one met stands.
    for limit, hot, cold in reversed(list(zip(_LEVELS, HOT, COLD, strict=True))):
        classes[(level <= limit) & (score > 0)] = hot.value
        classes[(level <= limit) & (score < 0)] = cold.value
    return classes


def is_hot(classes: ArrayLike) -> NDArray[np.bool_]:
    """Which cells are hot at any level."""
    return np.isin(np.asarray(classes, dtype=object), [hot.value for hot in HOT])
