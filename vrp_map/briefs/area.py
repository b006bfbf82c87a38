"""The page about areas: what, where, when, whether it is real, who is active, what is not known.

Every number is of a `Protected` table of the audience, and no other number is worked out from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from vrp_map import grid, wording
from vrp_map.analysis.results import Hotspots
from vrp_map.briefs import around
from vrp_map.briefs.brief import (
    MOST_HOTSPOTS,
    AreaBrief,
    HotspotLine,
    questions_of,
    shown_words,
)
from vrp_map.disclosure.protect import Protected
from vrp_map.pilots.service import PilotOutline
from vrp_map.responses.places import ResponseOutline
from vrp_map.selection import Selection
from vrp_map.summit.voice_gap.released import EventVoices
from vrp_map.vocabulary import AreaType, Audience
from vrp_map.workspace import Workspace


def area_brief(  # noqa: PLR0913 - the place, for whom, and everything that is known beside it
    workspace: Workspace,
    selection: Selection,
    hotspots: Hotspots,
    *,
    audience: Audience,
    active: Sequence[ResponseOutline] = (),
    pilots: Sequence[PilotOutline] = (),
    voices: Sequence[EventVoices] = (),
) -> AreaBrief:
    """The page of the areas of a selection.

    Args:
        hotspots: of the same selection and audience, with the voices beside them where there are
            any. active: where the partnership responded, as every partner may see it. pilots:
            signed off, in these areas.
    """
    asked = workspace.question(
        selection, resolution=workspace.settings.wall_resolution, audience=audience
    )
    names = wording.listed(asked.area_names)
    kinds = workspace.counts(selection, by="category", audience=audience)
    lines = tuple(
        hotspot_line(row, place=names)
        for row in hotspots.clusters.frame.head(MOST_HOTSPOTS).to_dict("records")
    )
    done = around.done_in(active, lads_of(workspace, selection))
    snapshot = workspace.snapshot_for(audience)
    return AreaBrief(
        place=names,
        what=wording.what(selection.categories, workspace.settings),
        period=wording.period_words(*asked.period),
        audience=audience,
        headline=hotspots.trend.sentence,
        real=(hotspots.summary,),
        hotspots=lines,
        kinds={str(r["name"]): shown_words(r["n"]) for r in kinds.frame.to_dict("records")},
        months=by_month(hotspots.trend.months),
        drawn=drawn_cells(hotspots.cells),
        outlines=outlines_of(workspace, selection),
        active=(*around.one_line(done), *around.pilot_words(pilots)),
        voices=around.voices_in(asked, voices),
        unknown=around.unknown(workspace, selection, audience=audience),
        questions=questions_of(lines, has_responses=bool(done or pilots), lacks_voices=False),
        method=method_lines(workspace, hotspots, audience),
        is_synthetic=snapshot.synthetic,
    )


def method_lines(workspace: Workspace, hotspots: Hotspots, audience: Audience) -> tuple[str, ...]:
    """How the numbers were made, and whose data they are."""
    sizes = grid.areas_km2(grid.from_text(hotspots.cells.frame["cell"].head(1).tolist()))
    size = f" of about {sizes[0]:.1g} km²" if len(sizes) else ""
    return (
        hotspots.cells.note,
        f"Hotspots: hexagons{size} that stand out from the average one (Gi*, false discovery rate)."
        f" Data: snapshot {workspace.snapshot_for(audience).id}.",
        *workspace.attributions(),
    )


def hotspot_line(row: dict[str, Any], *, place: str) -> HotspotLine:
    """A row of the table of hotspots; the page says already that it is in `place`."""
    return HotspotLine(
        name=str(row["name"]).removesuffix(f", {place}"),
        incidents=shown_words(row["n"]),
        sureness=str(row["stability"] or "not checked"),
        change=str(row["emerging"] or row["trend"] or "no clear change"),
        voices=str(row.get("voices") or ""),
    )


def by_month(months: Protected) -> dict[str, int | None]:
    """Month -> incidents as shown; None = hidden."""
    frame = months.frame
    return {
        f"{month:%b %Y}": None if pd.isna(n) else int(n)
        for month, n in zip(frame["month"], frame["n"], strict=True)
    }


def drawn_cells(cells: Protected) -> pd.DataFrame:
    """The hexagons of the drawn map: cell, n, is_hot, is_here (none is)."""
    frame = cells.frame
    return pd.DataFrame(
        {
            "cell": frame["cell"].astype(str),
            "n": frame["n"],
            "is_hot": frame["cluster"] > 0,
            "is_here": False,
        }
    )


def outlines_of(workspace: Workspace, selection: Selection) -> list[Any]:
    """The shapes of the areas chosen; without a choice those of every local authority."""
    areas = workspace.reader.current_areas
    wanted = selection.areas or tuple(areas.loc[areas["type"] == AreaType.LAD, "key"])
    return list(areas.loc[areas["key"].isin(wanted), "geometry"])


def lads_of(workspace: Workspace, selection: Selection) -> frozenset[str]:
    """The names of the local authorities that the chosen areas lie in, or are made of."""
    areas = workspace.reader.current_areas
    lads = areas[areas["type"] == AreaType.LAD]
    found: set[str] = set()
    for shape in outlines_of(workspace, selection):
        inside, middle = lads.geometry.representative_point(), shape.representative_point()
        held = lads[lads.geometry.contains(middle) | inside.within(shape)]
        found |= set(held["name"])
    return frozenset(map(str, found))
