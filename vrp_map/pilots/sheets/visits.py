"""Visits from a CSV file or XLSX sheet, or from the track of a GPS device.

A track is reduced on the way in to place, start and minutes; its points are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import numpy as np

from vrp_map import grid
from vrp_map.common.sheets import read_sheet
from vrp_map.errors import UserError
from vrp_map.pilots.catalogue import PilotCatalogue
from vrp_map.pilots.dose import DoseVisit
from vrp_map.pilots.places import is_cell
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.sheets.rows import NamedLine, field_of, lines_of

_NAMES: Mapping[str, tuple[str, ...]] = {
    "place": ("hexagon", "cell", "location", "hot spot", "site", "standing point"),
    "date": ("day", "visit date", "date of visit"),
    "start": ("start time", "time", "from", "arrived"),
    "end": ("end time", "to", "left", "finish"),
    "minutes": ("mins", "duration", "duration minutes", "time spent"),
    "kind": ("type", "resource", "role"),
    "headcount": ("people", "staff", "officers", "number of staff", "number of officers"),
    "agency": ("organisation", "provider", "team"),
    "fund": ("funded by", "budget"),
    "source": ("recorded by", "recorded from"),
    "cost": ("price", "pounds"),
    "contacts": ("engagements", "people spoken to", "young people spoken to"),
    "searches": ("stop and search", "stop and searches"),
}
_TRACK_NAMES: Mapping[str, tuple[str, ...]] = {
    "time": ("timestamp", "date", "datetime", "date time"),
    "lat": ("latitude",),
    "lon": ("longitude", "lng", "long"),
}
_COUNTS = ("contacts", "searches")
# Points further apart in time are two stays; a shorter stay is on the way to somewhere else.
_SAME_STAY = timedelta(minutes=10)
_SHORTEST = timedelta(minutes=2)


@dataclass(frozen=True)
class TrackSummary:
    """What was left of a track.

    Attributes:
        minutes_elsewhere: spent outside the places of the pilot; nothing else is known of them.
    """

    visits: tuple[DoseVisit, ...]
    minutes_elsewhere: float


def read_log(
    name: str, data: bytes, pilots: Pilots, places: Sequence[str], *, people: int = 1
) -> tuple[list[DoseVisit], list[str]]:
    """The visits of a file, and what is to be said of it.

    Args:
        name, data: of a CSV file, an XLSX sheet or a GPX track. pilots: for its lists and clock.
        places: hexagons of the pilot. people: who carried the device of a track.

    Raises:
        UserError: it cannot be read, and why.
    """
    zone = pilots.settings.time_zone
    if name.lower().endswith(".gpx"):
        track = read_gpx(data, places, zone=zone, headcount=people)
    else:
        rows = read_sheet(name, data, is_column=_is_column)
        if not is_track(rows):
            return read_visits(rows, pilots.catalogue), []
        track = read_track(rows, places, zone=zone, headcount=people)
    away = f"{track.minutes_elsewhere:,.0f} minutes were outside the pilot's hexagons."
    return list(track.visits), [f"{away} The track is not kept."]


def _is_column(text: str) -> str:
    return field_of(text, {**_NAMES, **_TRACK_NAMES})


def read_visits(rows: Sequence[Sequence[Any]], catalogue: PilotCatalogue) -> list[DoseVisit]:
    """The visits of a sheet.

    Raises:
        UserError: the first line that cannot be read, and why.
    """
    return [_visit(line, catalogue) for line in lines_of(rows, _NAMES, needed=("place", "date"))]


def is_track(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a sheet holds the points of a track: time, latitude and longitude."""
    try:
        next(lines_of(rows, _TRACK_NAMES, needed=tuple(_TRACK_NAMES)), None)
    except UserError:
        return False
    return True


def _visit(line: NamedLine, catalogue: PilotCatalogue) -> DoseVisit:
    day = line.day("date")
    if day is None:
        raise line.mistake("it has no date")
    minutes, start, end = line.number_of("minutes"), line.clock("start"), line.clock("end")
    if minutes is None and start and end:
        ends = [datetime.combine(day, one) for one in (start, end)]
        # A visit that ends by the clock before it starts went past midnight.
        minutes = (ends[1] - ends[0]).total_seconds() / 60 % (24 * 60)
    return DoseVisit(
        place=line.text("place").lower() if is_cell(line.text("place")) else line.text("place"),
        day=day,
        minutes=minutes,
        headcount=line.whole("headcount") or 1,
        start=start,
        kind=_code(line, "kind", "dose_kinds", catalogue),
        agency=line.text("agency"),
        fund=line.text("fund"),
        source=_code(line, "source", "dose_sources", catalogue) or "sheet",
        cost=line.number_of("cost"),
        done=tuple((name, n) for name in _COUNTS if (n := line.whole(name)) is not None),
    )


def _code(line: NamedLine, field: str, list_name: str, catalogue: PilotCatalogue) -> str:
    said = line.text(field)
    code = catalogue.code_of(list_name, said)
    if said and not code:
        known = ", ".join(getattr(catalogue, list_name).values())
        raise line.mistake(f"the {field} {said!r} is not in the list ({known})")
    return code


def read_track(
    rows: Sequence[Sequence[Any]], places: Sequence[str], *, zone: str, headcount: int = 1
) -> TrackSummary:
    """The stays of a track of a CSV file with time, lat and lon, in the hexagons of a pilot."""
    lines = list(lines_of(rows, _TRACK_NAMES, needed=tuple(_TRACK_NAMES)))
    points = [
        (_local(_instant(line), zone), line.number_of("lon") or 0.0, line.number_of("lat") or 0.0)
        for line in lines
    ]
    return stays(points, places, headcount=headcount)


def _instant(line: NamedLine) -> datetime:
    value = line.values.get("time")
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(line.text("time"))
    except ValueError:
        raise line.mistake(f"{line.text('time')!r} is no time (as 2026-10-31T15:05:00Z)") from None


def read_gpx(data: bytes, places: Sequence[str], *, zone: str, headcount: int = 1) -> TrackSummary:
    """The stays of a GPX file's track in the hexagons of a pilot.

    Raises:
        UserError: it is no GPX file, or its points have no time.
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UserError("The file declares a document type.", hint="Export the track as GPX again.")
    try:
        root = ElementTree.fromstring(data)
        points = [
            (
                _local(datetime.fromisoformat(point.findtext("{*}time") or ""), zone),
                float(point.attrib["lon"]),
                float(point.attrib["lat"]),
            )
            for point in root.findall(".//{*}trkpt")
        ]
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise UserError(
            "The file is no GPX track with a time at each point.", hint="Export the track again."
        ) from error
    return stays(points, places, headcount=headcount)


def stays(
    points: Sequence[tuple[datetime, float, float]], places: Sequence[str], *, headcount: int = 1
) -> TrackSummary:
    """Where a device stayed among the hexagons of a pilot, and for how long; nothing else is kept.

    Args:
        points: local time, longitude, latitude.

    Raises:
        UserError: there is no point.
    """
    if not points or not places:
        raise UserError("The track has no point.", hint="Export it with its times.")
    points = sorted(points)
    resolution = int(grid.resolutions(grid.from_text(places[:1]))[0])
    lon, lat = (np.array([point[i] for point in points]) for i in (1, 2))
    cells = grid.to_text(grid.cells_at(lon, lat, resolution=resolution))
    known, visits, elsewhere = set(places), [], 0.0
    first = 0
    for i in range(1, len(points) + 1):
        if i < len(points) and _is_same_stay(points, cells, i):
            continue
        # A stay lasts until the device is seen elsewhere, unless it fell silent.
        until = points[i][0] if i < len(points) and _is_on(points, i) else points[i - 1][0]
        minutes = (until - points[first][0]).total_seconds() / 60
        if cells[first] not in known:
            elsewhere += minutes
        elif minutes >= _SHORTEST.total_seconds() / 60:
            visits.append(_stay(cells[first], points[first][0], minutes, headcount))
        first = i
    return TrackSummary(tuple(visits), round(elsewhere, 1))


def _is_on(points: Sequence[tuple[datetime, float, float]], i: int) -> bool:
    return points[i][0] - points[i - 1][0] <= _SAME_STAY


def _is_same_stay(
    points: Sequence[tuple[datetime, float, float]], cells: Sequence[str], i: int
) -> bool:
    same_day: bool = points[i][0].date() == points[i - 1][0].date()
    return cells[i] == cells[i - 1] and same_day and _is_on(points, i)


def _stay(cell: str, start: datetime, minutes: float, headcount: int) -> DoseVisit:
    clock = start.time().replace(second=0, microsecond=0)
    return DoseVisit(
        cell, start.date(), round(minutes, 1), headcount=headcount, start=clock, source="gps"
    )


def _local(moment: datetime, zone: str) -> datetime:
    """A moment on the local clock; one without a zone is local already."""
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
