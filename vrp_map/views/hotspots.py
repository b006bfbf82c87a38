"""What a page and the map's data routes both show, computed once for a snapshot, a selection and an
audience.

Pages and routes must not import each other and must never disagree: both ask here. Nothing is kept
across audiences, people's areas or settings: all of them are part of the key, and a snapshot keeps
its own answers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from vrp_map import maps
from vrp_map.analysis.results import Hotspots
from vrp_map.config import Settings, load_settings
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.selection import Selection
from vrp_map.statistics.trend import UP
from vrp_map.vocabulary import Audience
from vrp_map.workspace import Workspace, open_workspace

T = TypeVar("T")

# Pages and routes show this view to everybody, whoever they are: no address can ask for another.
AUDIENCE = Audience.PARTNER


@dataclass(frozen=True)
class HotspotView:
    """Hotspots with what the map needs beside them: the limits of the count classes."""

    hotspots: Hotspots
    limits: tuple[int, ...]

    @cached_property
    def places(self) -> pd.DataFrame:
        """The clusters, most incidents first, hidden ones last: rank, at_cell (the first cell),
        their columns.
        """
        clusters = self.hotspots.clusters.frame.sort_values(
            "n", ascending=False, kind="stable", na_position="last"
        )
        first = self.hotspots.cells.frame.drop_duplicates("cluster").set_index("cluster")["cell"]
        return clusters.assign(
            rank=range(1, len(clusters) + 1), at_cell=clusters["cluster"].map(first).astype(str)
        )

    @cached_property
    def numbers(self) -> list[dict[str, Any]]:
        """Where each hotspot's number is written (`maps.hotspot_numbers`)."""
        return maps.hotspot_numbers(self.hotspots.cells.frame, self.places)

    @cached_property
    def worth_a_look(self) -> pd.DataFrame:
        """`places`, those that changed first, with why: newly hot, up, growing, or ""; the rest by
        incidents.
        """
        places = self.places
        group = (
            maps.emerging_group(places["emerging"])
            if "emerging" in places
            else pd.Series(0, index=places.index)
        )
        why = pd.Series("", index=places.index)
        for words, chosen in (
            ("growing", group == 2),
            ("up", places["trend"] == UP),
            ("newly hot", group == 1),
        ):
            why = why.mask(chosen, words)
        order = (
            why.map({"newly hot": 0, "up": 1, "growing": 2, "": 3}).sort_values(kind="stable").index
        )
        return places.assign(why=why).loc[order]


def drawn_cells(view: HotspotView, *, colour: str) -> list[str]:
    """The hexagons that the map draws, in the order of the list.

    Only these may be pressed or drawn round: a browser may name any other, and what came of one
    would tell a hexagon with few incidents from one without.

    Args:
        colour: what the map is coloured by, of `choice.COLOURS`.
    """
    cells = view.hotspots.cells
    is_by_group = colour == "new" and maps.has_emerging(cells)
    is_drawn = (
        maps.is_drawn_by_group(cells) if is_by_group else maps.is_drawn_by_count(cells, view.limits)
    )
    return [str(cell) for cell in cells.frame.loc[is_drawn, "cell"]]


def hotspots_at(view: HotspotView, cells: Collection[str]) -> pd.DataFrame:
    """The `places` that hold any of these hexagons (of the view's size)."""
    frame = view.hotspots.cells.frame
    held = set(frame.loc[frame["cell"].isin(list(cells)), "cluster"])
    places = view.places
    return places[places["cluster"].isin(held - {0})]


def hotspot_areas(view: HotspotView) -> dict[str, tuple[str, ...]]:
    """The hexagons of each hotspot, most incidents first, by its rank, its name and its council."""
    frame = view.hotspots.cells.frame
    members = frame.groupby("cluster")["cell"].agg(lambda cells: tuple(map(str, cells)))
    return {
        f"{place['rank']}. {place['name']}, {place['lad']}": members[place["cluster"]]
        for place in view.places.to_dict("records")
    }


def workspace(settings: Settings | None = None) -> Workspace:
    """The workspace of the published snapshot: after a build, the new one."""
    return open_workspace(settings=settings or load_settings())


def workspace_for(principal: Principal, settings: Settings | None = None) -> Workspace:
    """The published snapshot as pages and routes show it: what asks it for more than `AUDIENCE` is
    refused.

    Raises:
        NotAllowed: this person may not see the map.
    """
    principal.must(Action.SEE_MAP)
    return workspace(settings).for_principal(principal.looking_as(AUDIENCE))


def hotspot_view(ws: Workspace, selection: Selection, *, resolution: int) -> HotspotView:
    """Hotspots of a selection with the limits of the count classes."""

    def compute() -> HotspotView:
        hotspots = ws.hotspots(selection, resolution=resolution, audience=AUDIENCE)
        return HotspotView(hotspots, maps.class_limits(hotspots.cells.frame["n"]))

    return remember(ws, ("hotspots", selection, resolution, AUDIENCE), compute)


def remember(ws: Workspace, key: tuple[Hashable, ...], compute: Callable[[], T]) -> T:
    """Compute something of one workspace once; `key` must name everything it depends on, the
    audience included.
    """
    who = (ws.principal.audience, ws.principal.areas)
    found: T = ws.reader.answers.get((who, repr(ws.settings), *key), compute)
    return found
