"""The page about one hexagon or one hotspot: the numbers of the panel beside the map, on paper.

Every number is of a `Protected` table of the audience, and no other number is worked out from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vrp_map import grid, wording
from vrp_map.analysis.results import CellFigures, Hotspots
from vrp_map.briefs import around
from vrp_map.briefs.area import by_month, drawn_cells, hotspot_line, method_lines
from vrp_map.briefs.brief import AreaBrief, questions_of, shown_words
from vrp_map.errors import UserError
from vrp_map.pilots.service import PilotOutline
from vrp_map.responses.places import ResponseOutline
from vrp_map.selection import Selection
from vrp_map.summit.voice_gap.released import EventVoices
from vrp_map.vocabulary import AreaType, Audience
from vrp_map.workspace import Workspace

# Hexagons drawn around the place on each side.
_RINGS = 6


@dataclass(frozen=True)
class PickedPlace:
    """What was picked on the map.

    Attributes:
        cells: its hexagons, of one size. row: of the table of hotspots or of hexagons; None = no
            number of this hexagon may be shown.
    """

    cells: tuple[str, ...]
    is_hotspot: bool
    row: dict[str, Any] | None


def picked(hotspots: Hotspots, cells: Sequence[str], at: str) -> PickedPlace:
    """The hexagon or hotspot that an address names.

    Args:
        cells: every hexagon of the study. at: "cell:" or "hotspot:" and a hexagon.

    Raises:
        UserError: it is not on this map, or in no hotspot.
    """
    kind, _, cell = at.partition(":")
    if cell not in set(cells):
        raise UserError(
            "This hexagon is not on this map.",
            hint="Choose one of the same size, in the area that you chose.",
        )
    frame = hotspots.cells.frame
    row = frame[frame["cell"].astype(str) == cell]
    if kind == "cell":
        return PickedPlace((cell,), is_hotspot=False, row=_first(row))
    number = int(row["cluster"].iloc[0]) if len(row) else 0
    if not number:
        raise UserError(
            "This hexagon is in no hotspot of this choice.",
            hint="Ask for the brief of the hexagon, or choose other months.",
        )
    members = frame.loc[frame["cluster"] == number, "cell"].astype(str)
    clusters = hotspots.clusters.frame
    return PickedPlace(
        tuple(members), is_hotspot=True, row=_first(clusters[clusters["cluster"] == number])
    )


def _first(rows: pd.DataFrame) -> dict[str, Any] | None:
    return None if rows.empty else {str(k): v for k, v in rows.iloc[0].to_dict().items()}


def place_brief(  # noqa: PLR0913 - the place, for whom, and everything that is known beside it
    workspace: Workspace,
    selection: Selection,
    hotspots: Hotspots,
    place: PickedPlace,
    *,
    audience: Audience,
    active: Sequence[ResponseOutline] = (),
    pilots: Sequence[PilotOutline] = (),
    voices: Sequence[EventVoices] = (),
) -> AreaBrief:
    """The page of a hexagon or a hotspot.

    Args:
        hotspots: of the same selection, size and audience. pilots: signed off, in the local
            authority around it.
    """
    found = workspace.cell(place.cells, selection, audience=audience)
    row, settings = place.row or {}, workspace.settings
    name = _name(place, found)
    what = wording.what(selection.categories, settings)
    period = wording.period_words(selection.first, selection.last)
    line = hotspot_line(row, place=str(found.lad)) if place.is_hotspot else None
    done = around.done_near(active, place.cells)
    said = around.voices_at(
        place.cells, voices, resolution=settings.wall_resolution, audience=audience
    )
    return AreaBrief(
        place=name,
        what=what,
        period=period,
        audience=audience,
        headline=f"{what} {name}: {_incidents(row.get('n'))}",
        real=_real(row, hotspots, place),
        hotspots=() if line is None else (line,),
        kinds={
            str(r["name"]): shown_words(r["n"]) for r in found.categories.frame.to_dict("records")
        },
        months=by_month(found.months),
        drawn=_near(drawn_cells(hotspots.cells), place.cells),
        outlines=_around(workspace, found),
        active=(*around.one_line(done), *around.pilot_words(pilots)),
        voices=said,
        unknown=around.unknown(workspace, selection, audience=audience),
        questions=questions_of(
            () if line is None else (line,),
            has_responses=bool(done or pilots),
            lacks_voices=audience is not Audience.PUBLIC and "Too few" in said[0],
        ),
        method=method_lines(workspace, hotspots, audience),
        is_synthetic=workspace.snapshot_for(audience).synthetic,
    )


def _name(place: PickedPlace, found: CellFigures) -> str:
    """ "around Quarry Street, Coventry", "near Quarry Street, Coventry"."""
    if place.is_hotspot and place.row is not None:
        return str(place.row["name"])
    where = ", ".join(str(part) for part in (found.name, found.lad) if part and not pd.isna(part))
    # A hexagon without a name of its own is called "near" another's already.
    is_near = where.startswith("near ")
    return f"{'' if is_near else 'near '}{where}" if where else f"in the hexagon {place.cells[0]}"


def _incidents(n: Any) -> str:
    return "too few incidents to show, or none" if n is None or pd.isna(n) else _many(int(n))


def _many(n: int) -> str:
    return f"{n:,} incidents"


def _real(row: dict[str, Any], hotspots: Hotspots, place: PickedPlace) -> tuple[str, ...]:
    """What the tests say of it, and of the area around it, in sentences."""
    said = [str(row.get("changed") or ""), str(row.get("sentence") or "")]
    if row.get("stand_in"):
        said.append(str(row["stand_in"]))
    if not row:
        said.append("This hexagon has too few incidents for this choice to show, or none.")
    return (*(one for one in said if one), f"Around it: {hotspots.trend.sentence}")


def _near(drawn: pd.DataFrame, cells: Sequence[str]) -> pd.DataFrame:
    """The hexagons of the map that lie around the place; those of the place are marked."""
    here = around_cells = grid.from_text(list(cells))
    for _ in range(_RINGS):
        around_cells = grid.with_neighbours(around_cells)
    numbers = grid.from_text(drawn["cell"].tolist())
    marked = drawn.assign(is_here=np.isin(numbers, here))
    missing = [cell for cell in grid.to_text(here) if cell not in set(drawn["cell"])]
    extra = pd.DataFrame({"cell": missing, "n": pd.NA, "is_hot": False, "is_here": True})
    near = marked[np.isin(numbers, around_cells)]
    return pd.concat([near.astype({"n": object}), extra]) if missing else near


def _around(workspace: Workspace, found: CellFigures) -> list[Any]:
    areas = workspace.reader.current_areas
    is_lad = (areas["type"] == AreaType.LAD) & (areas["name"] == found.lad)
    return list(areas.loc[is_lad, "geometry"])
