"""The voices beside a hotspot: warehouse and records do not know each other, this joins them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.selection import Selection
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap.released import cells_together, heard
from vrp_map.views import hotspots as views
from vrp_map.views.hotspots import HotspotView
from vrp_map.workspace import Workspace

NOT_ENOUGH = "not enough voices"
NOT_OPEN = "cannot be read now"
_COLUMN = (
    "distinct contributors who feel unsafe, as released, in the event's hexagon that holds the"
    " place"
)
_log = logging.getLogger(__name__)


def hotspots_with_voices(
    ws: Workspace,
    view: HotspotView,
    selection: Selection,
    *,
    resolution: int,
    summit: Callable[[], Summit],
) -> HotspotView:
    """Hotspots with a column `voices`: how many people feel unsafe there, in words.

    At all events together. It reads the records at most once in `wall_every_s`, for the wall
    changes no oftener, and works without them.

    Args:
        summit: gives events and pins, or says why they cannot be read.
    """
    size = ws.settings.wall_resolution
    try:
        out = [one for one in heard(summit(), most_age_s=ws.settings.wall_every_s) if one.is_out]
    except Exception as fault:
        # Whatever is wrong with the records, the map of the record stays.
        if not isinstance(fault, UserError):
            _log.warning("The voices cannot be read: %s", type(fault).__name__)
        return _with_words(
            view, NOT_OPEN, NOT_OPEN, said="the records of the events cannot be read now"
        )
    key = ("voiced", tuple(one.key for one in out), selection, resolution, views.AUDIENCE)

    def compute() -> HotspotView:
        unsafe = cells_together(out, "unsafe", resolution=size)
        cells = view.hotspots.cells.frame
        texts, groups = cells["cell"].astype(str).tolist(), cells["cluster"].to_numpy()
        of_clusters = beside(texts, unsafe, resolution=size, groups=groups)
        clusters = view.hotspots.clusters.frame["cluster"].map(of_clusters).fillna(NOT_ENOUGH)
        said = (
            f"{_COLUMN} (resolution {size}); at all events together:"
            f" {', '.join(one.name for one in out) or 'none'}"
        )
        return _with_words(
            view, beside(texts, unsafe, resolution=size).to_numpy(dtype=object), clusters, said=said
        )

    return views.remember(ws, key, compute)


def _with_words(view: HotspotView, cells: object, clusters: object, *, said: str) -> HotspotView:
    hotspots = view.hotspots
    voiced = replace(
        hotspots,
        cells=hotspots.cells.deriving(voices=cells),
        clusters=hotspots.clusters.deriving(voices=clusters),
        method=hotspots.method | {"voices": said},
    )
    return replace(view, hotspots=voiced)


def beside(
    cells: Sequence[str],
    unsafe: dict[int, int],
    *,
    resolution: int,
    groups: Sequence[int] | None = None,
) -> pd.Series:
    """How many feel unsafe, in words, for hexagons or for groups of them.

    A hexagon of the wall's size or a finer one has the number of the wall's hexagon that holds it.
    Several hexagons of the wall have "at least" the largest of their numbers: distinct contributors
    do not add.

    Args:
        cells: hexagons, of one size. unsafe: contributors by hexagon of the wall. resolution: of
            the wall.
        groups: a number for every cell; those alike are one place, and 0 is none.

    Returns:
        One text a cell, in their order; or one a group (index = group).
    """
    numbers = grid.from_text(list(cells))
    group = np.arange(1, len(numbers) + 1) if groups is None else np.asarray(groups, dtype=np.int64)
    if not len(numbers):
        return pd.Series(dtype=object)
    size = int(grid.resolutions(numbers[:1])[0])
    if not (group > 0).any():
        # No place is named: the joining below would have no texts to join.
        return pd.Series(dtype=object)
    known = np.array(list(unsafe), dtype=np.uint64)
    n = pd.Series(list(unsafe.values()), index=known, dtype=float)
    if size >= resolution:
        wall = grid.parents(numbers, resolution=resolution)
    else:
        wall = numbers
        n = n.groupby(grid.parents(known, resolution=size)).max() if len(known) else n
    frame = pd.DataFrame({"group": group, "wall": wall, "n": n.reindex(wall).to_numpy()})
    places = (
        frame[frame["group"] > 0].groupby("group").agg(n=("n", "max"), walls=("wall", "nunique"))
    )
    several = (places["walls"] > 1) | (size < resolution)
    texts = {n: "" if np.isnan(n) else f"{int(n):,}" for n in places["n"].unique()}
    plain = places["n"].map(texts)
    return plain.where(~several, "at least " + plain).mask(places["n"].isna(), NOT_ENOUGH)
