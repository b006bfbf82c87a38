"""Which incidents have no response near them, and which responses have no incident: two lists, and
no accusation.

A response may be on its way, known to a place too large to tell, or not be needed. An incident may
be recorded later, elsewhere, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.analysis.timed import metres
from vrp_map.config import Settings
from vrp_map.responses.after import has_near
from vrp_map.responses.ring import PRESET
from vrp_map.responses.store import ResponseRecord
from vrp_map.selection import BEGINNING, END
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience
from vrp_map.workspace import Workspace

# Any kind of incident, but no activity of the police.
EVERYTHING = "all"


@dataclass(frozen=True)
class UnansweredIncident:
    """One incident without a response near it: an exact number, for analysts only.

    Attributes:
        cell: hexagon of size 9, as text.
    """

    day: date
    cell: str
    category: str
    source: str


@dataclass(frozen=True)
class UnansweredLists:
    """Both lists, with what they rest on.

    Attributes:
        incidents: unanswered so far, the latest first. responses: on no file, the latest first.
        looked_at: how many incidents were held against responses; since, until: their days, None
            where there is nothing to compare. unplaced: responses whose place is known less well
            than a neighbourhood; incidents of their days and local authority count as answered.
    """

    incidents: tuple[UnansweredIncident, ...]
    responses: tuple[ResponseRecord, ...]
    looked_at: int
    unplaced: int
    since: date | None = None
    until: date | None = None

    @property
    def sentence(self) -> str:
        """What is so, for a heading."""
        if self.since is None:
            return (
                "Nothing can be held against the responses: no data of this map knows the day and"
                " the exact place of incidents that meet the definition."
            )
        found = f"{len(self.incidents):,} of {self.looked_at:,} incidents"
        found += " has" if len(self.incidents) == 1 else " have"
        silent = len(self.responses)
        lone = "1 response has" if silent == 1 else f"{silent:,} responses have"
        return f"{found} no response near so far; {lone} no incident near on file."


def unanswered(
    workspace: Workspace, records: Sequence[ResponseRecord], *, lads: Callable[[str], str]
) -> UnansweredLists:
    """Hold the incidents that meet the definition against the responses.

    Args:
        records: the responses, of everywhere that the workspace's principal may see. lads: gives
            the local authority's code of a hexagon (text).

    Raises:
        NotAllowed: whoever asks may not see exact numbers.
    """
    settings = workspace.settings
    incidents = _incidents(workspace)
    days = [r.response.when.first for r in records]
    if incidents.empty or not days:
        return UnansweredLists((), (), 0, 0)
    within = timedelta(days=settings.response_near_days)
    # Before the first response nobody logged any; after the last incident the file knows none.
    first, last = incidents["day"].min(), incidents["day"].max()
    since, until = max(first, min(days)), last
    placed, unplaced = _split(records)
    # Whatever its kind: an incident that is coded otherwise is on file all the same.
    met = _have_incident(placed, _exact_incidents(workspace, EVERYTHING), settings)
    asked = incidents[incidents["day"] >= since].reset_index(drop=True)
    answered = _have_response(asked, placed, settings) | _perhaps(
        asked, unplaced, within=within, lads=lads
    )
    without = [
        record
        for record, is_met in zip(placed, met, strict=True)
        if not is_met and first + within <= record.response.when.first <= until - within
    ]
    return UnansweredLists(
        tuple(_incident(row) for row in asked[~answered].to_dict("records"))[::-1],
        tuple(sorted(without, key=lambda r: r.response.when.first, reverse=True)),
        len(asked),
        len(unplaced),
        since,
        until,
    )


def _incidents(workspace: Workspace) -> pd.DataFrame:
    """day, lon, lat, category, source of each incident that meets the definition, by day."""
    settings = workspace.settings
    rows = _exact_incidents(workspace, PRESET)
    keep = rows["day"].notna()
    if settings.response_source_names:
        keep &= rows["source"].isin(settings.response_source_names)
    if settings.response_offence_codes:
        keep &= rows["offence_code"].isin(settings.response_offence_codes)
    return rows[keep].reset_index(drop=True)


def _exact_incidents(workspace: Workspace, preset: str) -> pd.DataFrame:
    """Every incident of a preset whose day and place are known."""
    asked = workspace.question(workspace.select(preset), audience=Audience.ANALYST)
    rows = asked.reader.exact_incidents(replace(asked.selection, first=BEGINNING, last=END))
    return rows[rows["lon"].notna()].reset_index(drop=True)


def _split(
    records: Sequence[ResponseRecord],
) -> tuple[list[ResponseRecord], list[ResponseRecord]]:
    """The responses whose place is known to a neighbourhood or better, and the others."""
    cells = [r.response.where.cell for r in records]
    sizes = iter(grid.resolutions(grid.from_text([c for c in cells if c])))
    fine = [bool(c) and int(next(sizes)) >= DEFAULT_RESOLUTION for c in cells]
    pairs = list(zip(records, fine, strict=True))
    return [r for r, is_fine in pairs if is_fine], [r for r, is_fine in pairs if not is_fine]


def _days(records: Sequence[ResponseRecord]) -> NDArray[np.datetime64]:
    return np.array([r.response.when.first for r in records], dtype="datetime64[D]")


def _middles(records: Sequence[ResponseRecord]) -> NDArray[np.float64]:
    lon, lat = grid.centres(grid.from_text([r.response.where.cell for r in records]))
    return np.column_stack(metres(pd.DataFrame({"lon": lon, "lat": lat})))


def _points(incidents: pd.DataFrame) -> NDArray[np.float64]:
    return np.column_stack(metres(incidents))


def _have_incident(
    placed: Sequence[ResponseRecord], incidents: pd.DataFrame, settings: Settings
) -> NDArray[np.bool_]:
    if not placed:
        return np.zeros(0, dtype=bool)
    return has_near(
        _days(placed),
        _middles(placed),
        incidents["day"].to_numpy(dtype="datetime64[D]"),
        _points(incidents),
        within_m=settings.response_near_m,
        within_days=settings.response_near_days,
    )


def _have_response(
    incidents: pd.DataFrame, placed: Sequence[ResponseRecord], settings: Settings
) -> NDArray[np.bool_]:
    if not placed or incidents.empty:
        return np.zeros(len(incidents), dtype=bool)
    return has_near(
        incidents["day"].to_numpy(dtype="datetime64[D]"),
        _points(incidents),
        _days(placed),
        _middles(placed),
        within_m=settings.response_near_m,
        within_days=settings.response_near_days,
    )


def _perhaps(
    incidents: pd.DataFrame,
    unplaced: Sequence[ResponseRecord],
    *,
    within: timedelta,
    lads: Callable[[str], str],
) -> NDArray[np.bool_]:
    """Which incidents a response of unknown place may be of: same local authority, near in time."""
    found = np.zeros(len(incidents), dtype=bool)
    if not unplaced:
        return found
    cells = _cells(incidents)
    codes = np.array([lads(cell) for cell in cells], dtype=object)
    for response in (r.response for r in unplaced):
        apart = incidents["day"].map(lambda day, at=response.when.first: abs(day - at))
        found |= ((apart <= within) & (codes == response.where.lad)).to_numpy(dtype=bool)
    return found


def _cells(incidents: pd.DataFrame) -> list[str]:
    lon, lat = incidents["lon"].to_numpy(), incidents["lat"].to_numpy()
    return grid.to_text(grid.cells_at(lon, lat, resolution=DEFAULT_RESOLUTION))


def _incident(row: dict[str, Any]) -> UnansweredIncident:
    lon, lat = np.array([row["lon"]]), np.array([row["lat"]])
    cell = grid.to_text(grid.cells_at(lon, lat, resolution=DEFAULT_RESOLUTION))[0]
    return UnansweredIncident(row["day"], cell, str(row["category"]), str(row["source"]))


def as_plain(found: UnansweredLists) -> dict[str, Any]:
    """For JSON."""
    return {
        "sentence": found.sentence,
        "since": found.since and found.since.isoformat(),
        "until": found.until and found.until.isoformat(),
        "looked_at": found.looked_at,
        "unanswered": [
            {"day": i.day.isoformat(), "cell": i.cell, "category": i.category, "source": i.source}
            for i in found.incidents
        ],
        "not_on_file": [r.reference for r in found.responses],
        "responses_without_exact_place": found.unplaced,
    }
