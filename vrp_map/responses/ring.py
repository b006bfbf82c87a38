"""What happened after a response, and which others were near it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.analysis.timed import metres
from vrp_map.errors import UserError
from vrp_map.pilots.pilot import PilotState
from vrp_map.pilots.store import PilotRecord
from vrp_map.responses.after import (
    DAYS_AFTER,
    NOT_DELIVERED,
    AfterFigure,
    after_days,
    after_months,
)
from vrp_map.responses.response import Response
from vrp_map.responses.store import ResponseRecord
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience
from vrp_map.workspace import Workspace

PRESET = "violence"


def ring_of(cell: str, *, resolution: int = DEFAULT_RESOLUTION) -> list[str]:
    """The hexagon of a place and those that touch it; none where the place is a larger one."""
    middle = hexagon_of(cell, resolution=resolution)
    return grid.to_text(grid.with_neighbours(grid.from_text([middle]))) if middle else []


def hexagon_of(cell: str, *, resolution: int = DEFAULT_RESOLUTION) -> str:
    """The hexagon of a size that a place lies in; "" where it is not known so well."""
    known = grid.from_text([cell]) if cell else grid.from_text([])
    if not len(known) or int(grid.resolutions(known)[0]) < resolution:
        return ""
    return grid.to_text(grid.parents(known, resolution=resolution))[0]


def after_of(ws: Workspace, response: Response) -> AfterFigure:
    """Violence around a response afterwards, from the numbers that the reader may see.

    By day where the data knows days and has enough of them, else by month. Which of the two is said
    hangs on the past and on the days of the data, never on what happened after.
    """
    ring = ring_of(response.where.cell)
    if not ring:
        return AfterFigure("We cannot tell: the place is not known to a hexagon.")
    lost = ws.gaps(ws.select([PRESET]), audience=ws.principal.audience).values()
    missing = {month for months in lost for month in months}
    if ws.principal.may_see(Audience.ANALYST):
        by_day = _by_day(ws, response, ring, missing)
        if by_day is not None and by_day.ratio is not None:
            return by_day
    return _by_month(ws, response, ring, missing)


def _by_day(
    ws: Workspace, response: Response, ring: Sequence[str], missing: Collection[date]
) -> AfterFigure | None:
    """From incidents whose day and place are known; None where there is none."""
    ended = response.when.last
    after = {(ended + timedelta(days=n)).replace(day=1) for n in (1, DAYS_AFTER)}
    if after & set(missing):
        return AfterFigure(NOT_DELIVERED)
    asked = ws.question(ws.select([PRESET]), audience=Audience.ANALYST)
    places = asked.reader.places
    cells = grid.parents(places["cell10"].to_numpy(np.uint64), resolution=DEFAULT_RESOLUTION)
    in_ring = places["place_id"][np.isin(cells, grid.from_text(ring))]
    days = asked.reader.exact_days(asked.selection, in_ring.tolist())
    if days.empty:
        return None
    first, last = days["day"].iloc[0], days["day"].iloc[-1]
    here, all_of_it = np.zeros((2, (last - first).days + 1))
    at = [(day - first).days for day in days["day"]]
    here[at], all_of_it[at] = days["here"], days["n"]
    happened = response.when.first, ended
    return after_days(here, all_of_it - here, first=first, happened=happened)


def _by_month(
    ws: Workspace, response: Response, ring: Sequence[str], missing: Collection[date]
) -> AfterFigure:
    """A month of which nothing may be shown counts as none: what is drawn of it is none."""
    try:
        months = ws.cell(ring, ws.select([PRESET]), audience=ws.principal.audience).months
    except UserError:
        return AfterFigure("We cannot tell: a part of the place is not on this map.")
    frame = months.frame
    counts = frame["n"].astype("Float64").fillna(0).to_numpy(dtype=float)
    return after_months(
        list(frame["month"]),
        counts,
        happened=response.when.first,
        stands_for=months.k,
        missing=missing,
    )


def inside(records: Sequence[ResponseRecord], cells: Sequence[str]) -> list[ResponseRecord]:
    """The responses whose place lies in any of some hexagons of one size, the latest first.

    A place that is known less well than these hexagons is in none of them.
    """
    placed = [r for r in records if r.response.where.cell]
    if not cells or not placed:
        return []
    size = int(grid.resolutions(grid.from_text([cells[0]]))[0])
    known = grid.from_text([r.response.where.cell for r in placed])
    fine = np.flatnonzero(grid.resolutions(known) >= size)
    held = np.isin(grid.parents(known[fine], resolution=size), grid.from_text(list(cells)))
    found = [placed[at] for at in fine[held]]
    return sorted(found, key=lambda r: r.response.when.first, reverse=True)


def by_hexagon(records: Sequence[ResponseRecord], *, resolution: int) -> dict[str, int]:
    """How many responses each hexagon of a size has; places that are known less well have none."""
    known = (hexagon_of(r.response.where.cell, resolution=resolution) for r in records)
    return dict(Counter(cell for cell in known if cell))


def pilots_at(pilots: Sequence[PilotRecord], cells: Sequence[str]) -> list[PilotRecord]:
    """The approved pilots whose area or ring shares ground with some hexagons of one size."""
    if not cells:
        return []
    here, found = grid.from_text(list(cells)), []
    for record in pilots:
        theirs = grid.from_text([*record.pilot.places.area, *record.pilot.places.ring])
        if record.pilot.state == PilotState.DRAFT or not len(theirs):
            continue
        size = int(min(grid.resolutions(here).min(), grid.resolutions(theirs).min()))
        own, other = (grid.parents(some, resolution=size) for some in (here, theirs))
        if np.isin(own, other).any():
            found.append(record)
    return found


def during(
    records: Sequence[ResponseRecord], cells: Sequence[str], *, first: date, last: date
) -> list[ResponseRecord]:
    """The responses in some hexagons whose incident was between two days, the latest first."""
    return [r for r in inside(records, cells) if first <= r.response.when.first <= last]


def near(records: Sequence[ResponseRecord], cell: str, *, within_m: float) -> list[ResponseRecord]:
    """The responses whose place is within a distance of the middle of a hexagon, the latest first.

    Distances are from middle to middle, so that a place known to a hexagon of size 9 may be out by
    about 170 m.
    """
    placed = [r for r in records if r.response.where.cell]
    if not cell or not placed:
        return []
    here = _metres([cell])
    far = np.hypot(*(_metres([r.response.where.cell for r in placed]) - here).T)
    found = [r for r, d in zip(placed, far, strict=True) if d <= within_m]
    return sorted(found, key=lambda r: r.response.when.first, reverse=True)


def _metres(cells: Sequence[str]) -> np.ndarray:
    """Eastings and northings of the middles of hexagons, (m, 2)."""
    lon, lat = grid.centres(grid.from_text(list(cells)))
    return np.column_stack(metres(pd.DataFrame({"lon": lon, "lat": lat})))
