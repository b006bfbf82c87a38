"""Default locations: points a supplier uses when the true place is not recorded."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.disclosure.protect import Protected, hide_small, protect
from vrp_map.disclosure.thresholds import threshold
from vrp_map.selection import Selection
from vrp_map.statistics.default_locations import DefaultLocationReason, default_locations
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.kept_table import kept_table
from vrp_map.warehouse.reader import Reader

# Less than this share of a hotspot cannot have made it one.
MATTERS = 0.05
# Goes up when such points are found in another way: those kept before are then looked for again.
_FORM = 1
UNNAMED = "a point without a name"
WHY = {
    DefaultLocationReason.DESK: (
        "Suppliers often use such a place when the true one is not recorded."
    ),
    DefaultLocationReason.EVERYTHING: (
        "Far busier than every point around it, every month, with incidents of every kind."
    ),
}


@lru_cache(maxsize=8)
def default_points(reader: Reader) -> pd.DataFrame:
    """Points that may be default locations, found in all data of a snapshot.

    Returns:
        location_id, name, cell10, lad, why.
    """
    return kept_table(reader.path, "defaults", _FORM, make=lambda: _default_points(reader))


def _default_points(reader: Reader) -> pd.DataFrame:
    rows = reader.points_by_category
    points = rows.drop_duplicates("location_id").set_index("location_id")
    counts = (
        rows.pivot(index="location_id", columns="category", values="n")
        .reindex(points.index)
        .fillna(0)
    )
    grounds = default_locations(
        points["lon"].to_numpy(),
        points["lat"].to_numpy(),
        counts.to_numpy(dtype=np.int64),
        names=points["name"].tolist(),
        months=points["months"].to_numpy(),
        held=len(set(reader.months["month"])),
    )
    lads = reader.places.drop_duplicates("cell10").set_index("cell10")["lad"]
    found = points.assign(
        why=[WHY.get(ground, "") for ground in grounds], lad=points["cell10"].map(lads)
    )
    found = found[found["why"] != ""].reset_index()
    return found.assign(name=found["name"].fillna(UNNAMED))[
        ["location_id", "name", "cell10", "lad", "why"]
    ]


def table(
    reader: Reader, *, audience: Audience, settings: Settings, areas: tuple[str, ...] = ()
) -> Protected:
    """Every default location with its incidents of all the data, most first: name, lad, n, why.

    Args:
        areas: only those with a number to show in these; empty = everywhere.
    """
    counted = _counted(reader, Selection(categories=(), areas=areas))
    # The order follows the numbers as they are shown, so that it tells nothing more.
    seen = hide_small(counted["n"], k=threshold(audience, settings))
    counted = counted.assign(seen=-seen.fillna(0)).sort_values(
        ["seen", "name", "location_id"], ignore_index=True
    )
    columns = ["name", "lad", "n", "why"]
    return protect(counted[columns], audience=audience, settings=settings, found_only=bool(areas))


def mark(
    tested: pd.DataFrame, reader: Reader, study: Selection, *, resolution: int
) -> pd.DataFrame:
    """Add to a table of cells what of each is at a default location.

    Args:
        tested: one row a cell: cell (uint64) and others. study: the selection that was counted.

    Returns:
        The same rows with n_stand_in (0 where none) and stand_in (its name; missing where none).
    """
    counted = _counted(reader, study)
    counted = counted[counted["n"] > 0].sort_values(["n", "name"], ascending=[True, False])
    lattice = tested["cell"].to_numpy(dtype=np.uint64)
    n = np.zeros(len(lattice), dtype=np.int64)
    names = np.full(len(lattice), None, dtype=object)
    inside = grid.parents(counted["cell10"].to_numpy(dtype=np.uint64), resolution=resolution)
    # There are few of them, the largest last: of two in one cell, its name stays.
    for cell, point in zip(inside, counted.itertuples(), strict=True):
        here = lattice == cell
        n[here] += point.n
        names[here] = point.name
    return tested.assign(n_stand_in=n, stand_in=names)


def sentence(name: object, n: object, at_point: object) -> str:
    """Warning about a default location in a hexagon or hotspot; empty where it matters little."""
    if pd.isna(name) or pd.isna(n) or pd.isna(at_point):
        return ""
    few, many = sorted((int(str(at_point)), int(str(n))))
    if not few or few < MATTERS * many:
        return ""
    how_many = f"All {many:,}" if few == many else f"{few:,} of these {many:,}"
    return (
        f"{how_many} incidents are recorded at one point ({name}). It may be a default location,"
        " used when the true place is not recorded. Check where they happened before you act."
    )


@lru_cache(maxsize=8)
def _incidents(reader: Reader) -> pd.DataFrame:
    """Incidents at the default locations: few rows, kept so that filters ask no database."""
    return reader.at_points(default_points(reader)["location_id"].tolist()).assign(n=1)


def _counted(reader: Reader, selection: Selection) -> pd.DataFrame:
    """The default locations with n of a selection, zeros included."""
    known, rows = default_points(reader), _incidents(reader)
    chosen = pd.Series(data=True, index=rows.index)
    for column, wanted in (("category", selection.categories), ("source", selection.sources)):
        if wanted:
            chosen &= rows[column].isin(wanted)
    months = rows["month"].to_numpy().astype("datetime64[M]")
    chosen &= months >= np.datetime64(selection.first, "M")
    chosen &= months <= np.datetime64(selection.last, "M")
    if selection.areas:
        asked = set(selection.areas)
        chosen &= np.array(
            [isinstance(keys, np.ndarray) and not asked.isdisjoint(keys) for keys in rows["areas"]]
        )
    sums = (
        rows[chosen].groupby("location_id")["n"].sum().reindex(known["location_id"], fill_value=0)
    )
    return known.assign(n=sums.to_numpy(dtype=np.int64))
