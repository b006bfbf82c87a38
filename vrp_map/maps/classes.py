"""Colours and count classes of the maps: what the page, its legend and the offline map must paint
alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vrp_map.vocabulary import HotspotClass

CLASSES = 5

# Five steps of viridis, its ends trimmed so that the outer steps stay apart from white and from
# near-black.
_VIRIDIS = ("#482475", "#355f8d", "#21918c", "#44bf70", "#bddf26")

# Hot classes count up, cold ones down; 0 is "not different from chance".
HOTSPOT_INDEX = {
    HotspotClass.HOT_99.value: 3,
    HotspotClass.HOT_95.value: 2,
    HotspotClass.HOT_90.value: 1,
    HotspotClass.NONE.value: 0,
    HotspotClass.COLD_90.value: -1,
    HotspotClass.COLD_95.value: -2,
    HotspotClass.COLD_99.value: -3,
}

# Distance from the centre of one hexagon to the next, in metres, near Birmingham.
SPACING_M = {7: 2300, 8: 880, 9: 330, 10: 125}


@dataclass(frozen=True)
class Palette:
    """The colours of one appearance; `ramp` goes from the fewest to the most incidents."""

    name: str
    paper: str
    ink: str
    line: str
    hidden: str
    hot: str
    casing: str
    ramp: tuple[str, ...]


LIGHT = Palette(
    "light", "#ffffff", "#0b0c0c", "#505a5f", "#b1b4b6", "#b3300b", "#ffffff", _VIRIDIS[::-1]
)
DARK = Palette("dark", "#14181c", "#f3f2f1", "#a9b0b5", "#5b6470", "#ff9e4a", "#14181c", _VIRIDIS)


def theme(name: str | None) -> Palette:
    """The theme of that name; light for anything else."""
    return DARK if name == "dark" else LIGHT


def class_limits(counts: pd.Series) -> tuple[int, ...]:
    """Lower limits of up to five count classes, lowest first; empty when no number is shown.

    The cuts are the 0, 50, 75, 90 and 97 per cent quantiles of the shown counts above zero: most
    places have few incidents, and equal steps would paint them all alike. Equal cuts are merged, so
    classes are never empty.
    """
    shown = counts.dropna().astype("int64")
    shown = shown[shown > 0]
    if shown.empty:
        return ()
    cuts = np.quantile(shown.to_numpy(), [0.0, 0.5, 0.75, 0.9, 0.97], method="higher")
    return tuple(int(cut) for cut in np.unique(cuts))


def count_class(counts: pd.Series, limits: Sequence[int]) -> pd.Series:
    """Class of each count: 0 to 4, or NA where it is hidden or zero (Int64)."""
    values = counts.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    classes = pd.Series(
        np.searchsorted(np.asarray(limits), values, side="right") - 1,
        index=counts.index,
        dtype="Int64",
    )
    return classes.mask(np.isnan(values) | (values <= 0) | (classes < 0))


def ramp_step(count_class: int, limits: Sequence[int]) -> int:
    """Which of the five colours a class gets: with fewer classes, they are spread over the ramp."""
    return (
        CLASSES - 1 if len(limits) == 1 else round(count_class * (CLASSES - 1) / (len(limits) - 1))
    )


def class_words(limits: Sequence[int], *, largest: int, step: int = 1) -> list[str]:
    """The limits as people read them: "5 to 15", "20 to 45", ..., the last one up to the largest
    count.

    Args:
        step: distance of two neighbouring shown numbers (k of the small-number rule).
    """
    tops = [limit - step for limit in limits[1:]] + [largest] if limits else []
    return [
        f"{low:,}" if top <= low else f"{low:,} to {top:,}"
        for low, top in zip(limits, tops, strict=True)
    ]
