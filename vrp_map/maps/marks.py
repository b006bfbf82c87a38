"""What may be drawn over the hexagons: the numbers of the hotspots' list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.maps.classes import Palette
from vrp_map.maps.layers import no_overlap, text


def hotspot_numbers(cells: pd.DataFrame, places: pd.DataFrame) -> list[dict[str, Any]]:
    """Where the list's number of each hotspot is written: in the hexagon next to its middle.

    Args:
        cells: cell, cluster. places: cluster, rank; as the list has them.

    Returns:
        t: the number as text, p: [lon, lat], w: it as a number.
    """
    held = cells[cells["cluster"].isin(places["cluster"])]
    lon, lat = grid.centres(grid.from_text(held["cell"].astype(str).tolist()))
    held = pd.DataFrame({"cluster": held["cluster"].to_numpy(), "lon": lon, "lat": lat})
    rows = []
    for cluster, rank in zip(places["cluster"], places["rank"], strict=True):
        own = held.loc[held["cluster"] == cluster, ["lon", "lat"]].to_numpy()
        at = own[np.argmin(np.hypot(*(own - own.mean(axis=0)).T))]
        where = [round(float(degrees), 5) for degrees in at]
        rows.append({"t": str(rank), "p": where, "w": int(rank)})
    return rows


def number_layer(
    rows: list[dict[str, Any]], appearance: Palette, *, narrow: bool = False
) -> dict[str, Any]:
    """The numbers; where two would cover each other, the first of the list stays."""
    return (
        text("numbers", appearance, size=11 if narrow else 14, bold=True)
        | no_overlap()
        | {"data": rows, "getCollisionPriority": "@@=890 - w"}
    )
