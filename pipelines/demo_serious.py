"""Made-up incidents of serious violence with day and place, for the responses of the demo.

Each stands near one of the made-up responses, but for a few responses that have none, and for a few
incidents that no response is near. Nothing here happened.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from pipelines.demo_responses import drawn_responses, plan_of_responses
from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.responses.response import Response

NAME = "SYNTHETIC-serious-violence.csv"
SOURCE = "SYNTHETIC partnership log"
_COLUMNS = ("id", "occurred_from", "latitude", "longitude", "category", "offence_code", "source")
# A degree of latitude, and so far from every response that none can be taken for an answer.
_DEGREE_M, _ALONE_M = 111_320.0, 2_000.0
_JITTER_M = 120.0
# Of fewer responses the demo has no file of its own.
_FEWEST = 200


@dataclass(frozen=True)
class PlantedIncidents:
    """What was planted.

    Attributes:
        unanswered: day and longitude, latitude of each incident without a response.
        not_on_file: day and cell of each response without an incident.
    """

    rows: int
    unanswered: tuple[tuple[date, float, float], ...]
    not_on_file: tuple[tuple[date, str], ...]


def write_serious(folder: Path, settings: Settings, *, first: str, last: str) -> PlantedIncidents:
    """Write the incidents to a file in a folder.

    Args:
        first, last: months of the demo's data, "2026-10"; what lies outside is left out, and so is
            the file where the months hold few responses.
    """
    plan = plan_of_responses()["planted"]
    rng = np.random.default_rng(plan_of_responses()["seed"] + 1)
    drawn = drawn_responses(settings)
    responses = [r for r in drawn if first <= f"{r.when.first:%Y-%m}" <= last]
    if len(responses) < _FEWEST:
        return PlantedIncidents(0, (), ())
    silent = _silent(responses, int(plan["not_on_file"]))
    places = _points(responses, rng)
    answered = [
        (_moment(response, rng), point)
        for number, (response, point) in enumerate(zip(responses, places, strict=True))
        if number not in silent
    ]
    alone = _alone(responses, int(plan["unanswered"]), rng)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / NAME, sorted([*answered, *alone]))
    return PlantedIncidents(
        len(answered) + len(alone),
        tuple((moment.date(), *point) for moment, point in alone),
        tuple((responses[n].when.first, responses[n].where.cell) for n in sorted(silent)),
    )


def _silent(responses: Sequence[Response], many: int) -> set[int]:
    """The responses without an incident: none of another response is near them either."""
    lon, lat = grid.centres(grid.from_text([r.where.cell for r in responses]))
    found: set[int] = set()
    # Not the latest ones: what may still be recorded is nobody's silence.
    for number in range(0, len(responses) - len(responses) // 6, 7):
        if len(found) == many:
            break
        far = _metres_apart(lon, lat, lon[number], lat[number])
        far[number] = np.inf
        if far.min() > _ALONE_M / 2:
            found.add(number)
    return found


def _points(responses: Sequence[Response], rng: np.random.Generator) -> list[tuple[float, float]]:
    lon, lat = grid.centres(grid.from_text([r.where.cell for r in responses]))
    off = rng.uniform(-_JITTER_M, _JITTER_M, size=(len(responses), 2))
    north = lat + off[:, 1] / _DEGREE_M
    east = lon + off[:, 0] / (_DEGREE_M * np.cos(np.radians(lat)))
    return list(zip(east.round(6).tolist(), north.round(6).tolist(), strict=True))


def _moment(response: Response, rng: np.random.Generator) -> datetime:
    day = response.when.first
    return datetime(day.year, day.month, day.day, int(rng.integers(0, 24)), int(rng.integers(60)))


def _alone(
    responses: Sequence[Response], many: int, rng: np.random.Generator
) -> list[tuple[datetime, tuple[float, float]]]:
    """Incidents far from every response: in the places of other years, moved on to a day of their
    own.
    """
    lon, lat = grid.centres(grid.from_text([r.where.cell for r in responses]))
    days = np.array([r.when.first for r in responses], dtype="datetime64[D]")
    found: list[tuple[datetime, tuple[float, float]]] = []
    points = _points(responses, rng)
    first, last = min(r.when.first for r in responses), max(r.when.first for r in responses)
    span = (last - first).days + 1
    while len(found) < many:
        east, north = points[int(rng.integers(len(points)))]
        day = first + timedelta(days=int(rng.integers(span)))
        apart = np.abs((days - np.datetime64(day)).astype(int))
        far = _metres_apart(lon, lat, east, north)
        if (apart[far < _ALONE_M] > 30).all():
            moment = datetime(day.year, day.month, day.day, int(rng.integers(24)))
            found.append((moment, (east, north)))
    return found


def _metres_apart(lon: np.ndarray, lat: np.ndarray, east: float, north: float) -> np.ndarray:
    width = _DEGREE_M * np.cos(np.radians(north))
    return np.asarray(np.hypot((lon - east) * width, (lat - north) * _DEGREE_M))


def _write(path: Path, rows: Sequence[tuple[datetime, tuple[float, float]]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(_COLUMNS)
        for number, (moment, (lon, lat)) in enumerate(rows, start=1):
            when = f"{moment:%Y-%m-%d %H:%M}"
            kind = ("violence-and-sexual-offences", "5D", SOURCE)
            out.writerow((f"S{number:05}", when, f"{lat:.6f}", f"{lon:.6f}", *kind))
