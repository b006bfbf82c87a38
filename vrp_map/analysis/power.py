"""What could have been seen: the smallest rise that a test would have shown, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.disclosure.bands import rounded_up
from vrp_map.disclosure.protect import Protected
from vrp_map.statistics.split import smallest_rise


def what_shows(table: Protected, decided: pd.DataFrame, *, level: float, share: float = 0.5) -> str:
    """Smallest counts that would show as a rise, at a hexagon of usual size and at the busiest.

    Args:
        table: n_previous of each hexagon, as shown.
        decided: `periods.judged`: n_previous, dispersion, freedom, enough. level: of q.
        share: of all incidents, the part that the later period has by chance.
    """
    tested = decided[decided["enough"]]
    # A hexagon that is not tested shows no change, whatever its size.
    cells = grid.from_text(table.frame["cell"].tolist())
    shown = table.frame.loc[np.isin(cells, tested["cell"].to_numpy()), "n_previous"]
    shown = shown.dropna().astype(int)
    shown = shown[shown > 0]
    if shown.empty:
        return "No hexagon has enough incidents for a change to show."
    sizes = {int(np.median(shown)): "a typical hexagon ({:,} before)"}
    sizes.setdefault(int(shown.max()), "the busiest hexagon ({:,} before)")
    said = []
    for before, words in sizes.items():
        like = tested.loc[(tested["n_previous"] - before).abs().idxmin()]
        # Alone among all that are tested, its p must be this small.
        needed = smallest_rise(
            before,
            dispersion=float(like["dispersion"]),
            freedom=float(like["freedom"]),
            level=level / len(tested),
            share=share,
        )
        said.append(
            f"{words.format(before)} would be called clearly up with"
            f" {rounded_up(needed, k=table.k):,} or more"
        )
    small = len(table.frame) - len(tested)
    too_small = (
        f"{small:,} of {len(table.frame):,} hexagons have too few incidents for any change to show."
    )
    rest = [too_small] if small else []
    return " ".join([f"Of the hexagons tested, {', and '.join(said)}.", *rest])
