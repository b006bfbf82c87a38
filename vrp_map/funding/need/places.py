"""A shortlist of places for targeted money: firm hotspots, what young people said there, and what
is there already. Each has its case on a page of its own.

Nothing is weighed into one score: the list is in the order of incidents, and says the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import numpy as np

from vrp_map import grid
from vrp_map.briefs.around import done_near
from vrp_map.briefs.brief import shown_words
from vrp_map.funding.need.service import NeedSources
from vrp_map.permissions import Action
from vrp_map.pilots.pilot import PilotState
from vrp_map.pilots.service import Pilots
from vrp_map.principal import Principal
from vrp_map.responses.places import ResponseOutline
from vrp_map.summit.voice_gap.beside import hotspots_with_voices
from vrp_map.views import hotspots as views
from vrp_map.views.choice import Choice
from vrp_map.workspace import Workspace

FIRM = "firm"
_NOTHING_MORE = NeedSources()


@dataclass(frozen=True)
class FundingPlace:
    """One hotspot.

    Attributes:
        incidents: as shown to partners, in words. change: how it went lately, in words, or "".
            voices: of young people, in words. work: kinds of work that the partnership did around
            it. pilots: those whose area it lies in, in words. brief: the address of its page on the
            map's server.
    """

    name: str
    lad: str
    incidents: str
    sureness: str
    change: str
    voices: str
    work: tuple[str, ...]
    pilots: tuple[str, ...]
    brief: str

    @property
    def is_untouched(self) -> bool:
        """Whether nothing is recorded there."""
        return not self.work and not self.pilots

    @property
    def already(self) -> str:
        """What is there, in words."""
        if self.is_untouched:
            return "nothing is recorded here"
        return "; ".join([*self.pilots, *self.work])

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        plain = {**vars(self), "work": list(self.work), "pilots": list(self.pilots)}
        return plain | {"is_untouched": self.is_untouched}


@dataclass(frozen=True)
class PlaceShortlist:
    """The firm hotspots of a choice, most incidents first; how many were fragile or not checked."""

    places: tuple[FundingPlace, ...]
    others: int

    @property
    def sentences(self) -> list[str]:
        """What it holds, and what it leaves out."""
        many = len(self.places)
        untouched = sum(place.is_untouched for place in self.places)
        said = [
            f"{many:,} {'hotspot is' if many == 1 else 'hotspots are'} firm; nothing is recorded"
            f" at {untouched:,} of them."
        ]
        if self.others:
            said.append(f"{self.others:,} more are fragile or were not checked, and left out.")
        return [
            *said,
            "The order is that of incidents. What is recorded is what the partnership logged here:"
            " others may be at work too.",
        ]

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        places = [place.as_plain() for place in self.places]
        return {"places": places, "others": self.others, "sentences": self.sentences}


def place_shortlist(
    principal: Principal,
    workspace: Workspace,
    choice: Choice,
    *,
    sources: NeedSources = _NOTHING_MORE,
) -> PlaceShortlist:
    """The shortlist of a choice of the map.

    Args:
        workspace: of the same person, as pages show it.

    Raises:
        NotAllowed: who may not read grants.
    """
    principal.must(Action.READ_FUNDING)
    selection = choice.selection(workspace)
    view = views.hotspot_view(workspace, selection, resolution=choice.resolution)
    if sources.summit is not None:
        view = hotspots_with_voices(
            workspace,
            view,
            selection,
            resolution=choice.resolution,
            summit=sources.summit,
        )
    frame = view.hotspots.cells.frame
    cells = frame.groupby("cluster")["cell"].agg(lambda held: tuple(map(str, held)))
    outlines = _outlines(principal, sources)
    pilots = _pilot_cells(principal, sources)
    rows = view.places.to_dict("records")
    firm = [row for row in rows if row["stability"] == FIRM]
    places = tuple(
        _place(row, cells[row["cluster"]], choice, outlines=outlines, pilots=pilots) for row in firm
    )
    return PlaceShortlist(places, len(rows) - len(firm))


def _place(
    row: Mapping[Any, Any],
    cells: Sequence[str],
    choice: Choice,
    *,
    outlines: Sequence[ResponseOutline],
    pilots: Mapping[str, Sequence[str]],
) -> FundingPlace:
    at = replace(choice, at=f"hotspot:{row['at_cell']}")
    return FundingPlace(
        name=str(row["name"]),
        lad=str(row["lad"]),
        incidents=shown_words(row["n"]),
        sureness=str(row["stability"]),
        change=str(row["emerging"] or (f"trend: {row['trend']}" if row["trend"] else "")),
        voices=str(row.get("voices") or ""),
        work=done_near(outlines, cells),
        pilots=tuple(words for words, held in pilots.items() if _meet(cells, held)),
        brief=f"/brief?{urlencode(at.place_query())}",
    )


def _meet(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether hexagons of two sizes have any ground in common."""
    if not some or not others:
        return False
    a, b = grid.from_text(list(some)), grid.from_text(list(others))
    size = int(min(grid.resolutions(a).min(), grid.resolutions(b).min()))
    return bool(np.isin(grid.parents(a, resolution=size), grid.parents(b, resolution=size)).any())


def _outlines(principal: Principal, sources: NeedSources) -> list[ResponseOutline]:
    if sources.responses is None:
        return []
    # Where they cannot be read nobody knows what is there, and the list must not say "nothing".
    return sources.responses().outlines(principal)


def _pilot_cells(principal: Principal, sources: NeedSources) -> dict[str, tuple[str, ...]]:
    """Each approved pilot in words, with its verdict -> its hexagons."""
    service: Callable[[], Pilots] | None = sources.pilots
    if service is None:
        return {}
    pilots = service()
    looks = pilots.latest_looks(principal)
    return {
        f"{one.reference}, {one.pilot.name}"
        f" ({looks[one.id].verdict if one.id in looks else 'not judged'})": one.pilot.places.area
        for one in pilots.all(principal)
        if one.pilot.state != PilotState.DRAFT
    }
