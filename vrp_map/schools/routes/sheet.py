"""Routes from a CSV file or sheet, and as CSV: one line a route."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any
from uuid import UUID

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.export.tables import defused
from vrp_map.pilots.pilot import Pilot, PilotKind, PilotPlaces, SchoolRoute, SessionWindow
from vrp_map.pilots.places import cells_of_line, cells_of_text
from vrp_map.pilots.sheets.pilots import new_id
from vrp_map.pilots.sheets.rows import NamedLine, field_of, lines_of
from vrp_map.pilots.store import PilotRecord
from vrp_map.vocabulary import DEFAULT_RESOLUTION

_NAMES: Mapping[str, tuple[str, ...]] = {
    "name": ("route", "title"),
    "line": ("path", "corners", "wkt"),
    "schools": ("school",),
    "direction": ("way",),
    "windows": ("hours", "sessions at", "session windows"),
    "start": ("start date", "first day", "from"),
    "end": ("end date", "last day", "to"),
    "standing_points": ("standing points", "stands"),
    "buffer_m": ("buffer", "metres"),
    "provider": ("run by",),
    "funded": ("is funded", "funding"),
    "sessions_planned": ("planned", "sessions planned"),
    "sessions_held": ("held", "sessions held"),
    "budget": ("cost", "pounds"),
    "fund": ("funded by",),
    "lead": ("lead agency", "owner"),
}
_YES, _NO = ("yes", "y", "true", "1", "funded"), ("no", "n", "false", "0", "not funded", "")
_DIRECTIONS = ("to school", "from school", "both", "")


def column_of(text: str) -> str:
    """The field that a column of this name fills; "" for none."""
    return field_of(text, _NAMES)


def read_sheet_of_routes(rows: Sequence[Sequence[Any]]) -> list[tuple[UUID, Pilot]]:
    """The routes of a sheet, as pilots of the kind route.

    Raises:
        UserError: the first line that cannot be read, and why.
    """
    lines = lines_of(rows, _NAMES, needed=("name", "line", "start", "end"))
    pilots = [_route(line) for line in lines]
    return [(new_id(pilot), pilot) for pilot in pilots]


def to_csv(records: Sequence[PilotRecord]) -> str:
    """One line a route, with the columns that `read_sheet_of_routes` takes."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["reference", *_NAMES])
    for record in records:
        writer.writerow([record.reference, *map(defused, _values(record.pilot).values())])
    return out.getvalue()


def _values(pilot: Pilot) -> dict[str, Any]:
    route = pilot.route or SchoolRoute()
    own = {
        # A text that begins with a minus would be defused.
        "line": f"LINESTRING ({', '.join(f'{lon:.6f} {lat:.6f}' for lon, lat in route.line)})",
        "schools": "; ".join(route.schools),
        "windows": "; ".join(f"{w.first:%H:%M} to {w.last:%H:%M}" for w in route.windows),
        "standing_points": " ".join(route.standing_points),
        "funded": "yes" if route.is_funded else "no",
    }
    both = {name: getattr(route, name, getattr(pilot, name, "")) for name in _NAMES}
    return both | own


def _route(line: NamedLine) -> Pilot:
    start, end = line.day("start"), line.day("end")
    if start is None or end is None:
        raise line.mistake("it has no first or last day")
    corners = _corners(line)
    buffer_m = line.number_of("buffer_m") or SchoolRoute().buffer_m
    try:
        area = cells_of_line(corners, buffer_m=buffer_m, resolution=DEFAULT_RESOLUTION)
        points = _points(line.text("standing_points"))
    except UserError as wrong:
        raise line.mistake(wrong.message.rstrip(".")) from wrong
    if line.text("direction").lower() not in _DIRECTIONS:
        raise line.mistake("its direction is not to school, from school or both")
    if line.text("funded").lower() not in (*_YES, *_NO):
        raise line.mistake("whether it is funded is not yes or no")
    route = SchoolRoute(
        schools=line.list_of("schools"),
        direction=line.text("direction").lower(),
        standing_points=points,
        windows=tuple(_window(line, text) for text in line.list_of("windows")),
        line=corners,
        buffer_m=buffer_m,
        provider=line.text("provider"),
        is_funded=line.text("funded").lower() in _YES,
        sessions_planned=line.whole("sessions_planned"),
        sessions_held=line.whole("sessions_held"),
    )
    return Pilot(
        line.text("name"),
        PilotPlaces(area, drawn_as="route"),
        start,
        end,
        kind=PilotKind.ROUTE,
        lead=line.text("lead"),
        budget=line.number_of("budget"),
        fund=line.text("fund"),
        route=route,
    )


def _corners(line: NamedLine) -> tuple[tuple[float, float], ...]:
    """Longitude and latitude of the corners: "-1.9 52.5; -1.89 52.5", or a WKT LINESTRING."""
    text = line.text("line")
    if text.upper().startswith("LINESTRING"):
        text = text[text.find("(") + 1 : text.rfind(")")].replace(",", ";")
    try:
        pairs = [tuple(map(float, part.replace(",", " ").split())) for part in text.split(";")]
        corners = tuple((lon, lat) for lon, lat in pairs)
    except ValueError:
        raise line.mistake("its line is no longitude and latitude at each corner") from None
    if not all(-9 <= lon <= 3 and 49 <= lat <= 61 for lon, lat in corners):
        raise line.mistake("its line is not in Britain: give longitude, then latitude")
    return corners


def _points(text: str) -> tuple[str, ...]:
    """Hexagons where adults stand."""
    return tuple(grid.to_text(grid.from_text(list(cells_of_text(text))))) if text else ()


def _window(line: NamedLine, text: str) -> SessionWindow:
    """Of "08:00 to 09:00" or "08:00-09:00"."""
    first, _, last = text.replace("to", "-").replace("\N{EN DASH}", "-").partition("-")
    try:
        window = SessionWindow(*(time.fromisoformat(one.strip().zfill(5)) for one in (first, last)))
    except ValueError:
        raise line.mistake(f"{text!r} is no window such as 08:00 to 09:00") from None
    if window.first >= window.last:
        raise line.mistake(f"{text!r} ends before it begins")
    return window
