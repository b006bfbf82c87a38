"""A synthetic Youth Summit that is over: contributors who do not exist, and fear gaps of known
place and size.

Drawn from a seed, kept through the same calls as a real event's pins and let out in the same
batches. What was planted stands in `planted.json` (`demo`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from pipelines.demo_hotspots import load_plan
from pipelines.demo_ways import PinGround
from vrp_map import grid
from vrp_map.analysis.study.areas import study_area, study_cells
from vrp_map.config import Settings
from vrp_map.summit.pins.pin import Pin
from vrp_map.vocabulary import pins as words
from vrp_map.warehouse.boundaries.layers import current_areas

FILE = "demo_pins.toml"
SEED = 20260314
_CHANCE = {"reasons": (0.25, 0.45, 0.3), "helps": (0.2, 0.5, 0.3)}


@dataclass(frozen=True)
class PlantedPlace:
    """One planted place.

    `people` said unsafe (or safe) in the wall's hexagon that holds it, background included.
    """

    name: str
    kind: str
    lon: float
    lat: float
    cell: str
    people: int


@dataclass(frozen=True)
class PlantedSummit:
    """What the finished event holds; every count is exact."""

    code: str
    name: str
    day: str
    contributors: int
    by_role: dict[str, int]
    pins: int
    journeys: int
    texts: int
    resolution: int
    places: tuple[PlantedPlace, ...]


@dataclass(frozen=True)
class DrawnSummit:
    """The event with its pins in the order of their arrival."""

    event: Mapping[str, Any]
    pins: tuple[Pin, ...]
    planted: PlantedSummit


@dataclass
class _Person:
    """One made-up contributor while the pins are drawn."""

    token: str
    role: str
    age_band: str | None
    pins: list[Pin] = field(default_factory=list)


def draw_summit(settings: Settings, *, seed: int = SEED) -> DrawnSummit:
    """Draw the event. Same seed, same boundaries: same pins."""
    plan = plan_of_summit()
    rng = np.random.default_rng(seed)
    areas = current_areas(settings)
    inside = study_cells(study_area((), areas), areas, resolution=words.PIN_RESOLUTION)
    people = [
        _person(i, role, rng)
        for i, role in enumerate(r for r, n in plan["people"].items() for _ in range(n))
    ]
    clear, ground = _Clear(plan, resolution=settings.wall_resolution), PinGround(inside)
    for place in plan["place"]:
        if place["kind"] != "record only":
            _pins_at(place, people, ground, clear.cell_of(place), plan["event"]["code"], rng)
    for way in plan["journey"]:
        _journeys(way, people, ground, plan["event"]["code"], rng)
    _background(plan, people, inside[~np.isin(clear.of(inside), clear.cells)], rng)
    _texts(plan["texts"], people, rng)
    rng.shuffle(people)
    # Seated as they come, friends or not: a table says no more than as many strangers.
    pins = tuple(
        replace(pin, table_no=1 + i // plan["event"]["at_a_table"])
        for i, person in enumerate(people)
        for pin in person.pins
    )
    return DrawnSummit(plan["event"], pins, _planted(plan, people, pins, clear))


def plan_of_summit() -> dict[str, Any]:
    """The table of what to plant; a place "at" a planted hotspot gets the hotspot's point."""
    plan = tomllib.loads(Path(__file__).with_name(FILE).read_text(encoding="utf-8"))
    spots = {spot.name: spot for spot in load_plan().hotspots}
    for place in plan["place"]:
        if "at" in place:
            place |= {"lon": spots[place["at"]].lon, "lat": spots[place["at"]].lat}
    return plan


class _Clear:
    """The wall's hexagons, and those of recorded hotspots that nobody speaks of."""

    def __init__(self, plan: Mapping[str, Any], *, resolution: int) -> None:
        self.resolution = resolution
        silent = [self.cell_of(place) for place in plan["place"] if place["kind"] == "record only"]
        self.cells = np.array(silent, dtype=np.uint64)

    def of(self, cells: np.ndarray) -> np.ndarray:
        return grid.parents(cells, resolution=self.resolution)

    def cell_of(self, place: Mapping[str, Any]) -> np.uint64:
        found: np.uint64 = grid.cells_at(
            [place["lon"]], [place["lat"]], resolution=self.resolution
        )[0]
        return found


def _person(number: int, role: str, rng: np.random.Generator) -> _Person:
    band = str(rng.choice(["11-13", "14-16", "17-19", "20-24"])) if role == "young-person" else None
    return _Person(f"synthetic-{number:03d}-{rng.bytes(8).hex()}", role, band)


def _pins_at(  # noqa: PLR0913 - one made-up answer: its words by name
    place: Mapping[str, Any],
    people: list[_Person],
    ground: PinGround,
    hexagon: np.uint64,
    code: str,
    rng: np.random.Generator,
) -> None:
    """One pin of each of so many contributors, round the place and inside its hexagon."""
    near = ground.around(place["lon"], place["lat"], radius_m=place["radius_m"])
    near = near[grid.parents(near, resolution=int(grid.resolutions(hexagon)[0])) == hexagon]
    feeling = "safe" if place["kind"] == "safe" else "unsafe"
    for i in rng.choice(len(people), size=place["people"], replace=False):
        cell = str(grid.to_text(rng.choice(near, size=1))[0])
        people[i].pins.append(_pin(people[i], (cell,), {**place, "feeling": feeling}, code, rng))


def _journeys(
    way: Mapping[str, Any],
    people: list[_Person],
    ground: PinGround,
    code: str,
    rng: np.random.Generator,
) -> None:
    for i in rng.choice(len(people), size=way["people"], replace=False):
        cells = ground.along(way["from"], way["to"], rng=rng)
        people[i].pins.append(_pin(people[i], cells, way, code, rng))


def _background(
    plan: Mapping[str, Any], people: list[_Person], free: np.ndarray, rng: np.random.Generator
) -> None:
    """Places of one's own, anywhere but in the hexagons that are kept clear."""
    for person in people:
        for _ in range(int(rng.integers(2, plan["background"]["most_each"] + 1))):
            feeling = "safe" if rng.random() < plan["background"]["share_safe"] else "unsafe"
            said = {
                "feeling": feeling,
                "setting": str(rng.choice(list(words.SETTINGS))),
                "reasons": list(words.REASONS[feeling]),
                "helps": list(words.HELPS) if feeling == "unsafe" else [],
                "hour_band": str(rng.choice(list(words.HOUR_BANDS))),
            }
            cell = str(grid.to_text(rng.choice(free, size=1))[0])
            person.pins.append(_pin(person, (cell,), said, plan["event"]["code"], rng))


def _pin(
    person: _Person,
    cells: tuple[str, ...],
    said: Mapping[str, Any],
    code: str,
    rng: np.random.Generator,
) -> Pin:
    return Pin(
        event=code,
        key=UUID(bytes=rng.bytes(16), version=4),
        contributor=person.token,
        cells=cells,
        setting=said["setting"],
        feeling=said["feeling"],
        reasons=_some(said["reasons"], "reasons", rng),
        weekday=str(rng.choice(list(words.WEEKDAYS))),
        hour_band=said["hour_band"],
        role=person.role,
        age_band=person.age_band,
        helps=_some(said["helps"], "helps", rng),
    )


def _some(known: list[str], kind: str, rng: np.random.Generator) -> tuple[str, ...]:
    """None to two of the answers, as people give them."""
    many = min(int(rng.choice(3, p=_CHANCE[kind])), len(known))
    return tuple(str(word) for word in rng.choice(known, size=many, replace=False)) if many else ()


def _texts(texts: Mapping[str, Any], people: list[_Person], rng: np.random.Generator) -> None:
    """A made-up text beside the first pin of some contributors."""
    for i in rng.choice(len(people), size=texts["people"], replace=False):
        first = people[i].pins[0]
        people[i].pins[0] = replace(first, text=str(rng.choice(texts[first.feeling])))


def _planted(
    plan: Mapping[str, Any], people: list[_Person], pins: tuple[Pin, ...], clear: _Clear
) -> PlantedSummit:
    who = _who(pins, clear)
    places = tuple(
        PlantedPlace(
            place["name"],
            place["kind"],
            place["lon"],
            place["lat"],
            grid.to_text(cell)[0],
            len(who.get(("safe" if place["kind"] == "safe" else "unsafe", int(cell)), ())),
        )
        for place in plan["place"]
        for cell in [clear.cell_of(place)]
    )
    event = plan["event"]
    day: date = event["day"]
    return PlantedSummit(
        code=event["code"],
        name=event["name"],
        day=day.isoformat(),
        contributors=len(people),
        by_role=dict(plan["people"]),
        pins=len(pins),
        journeys=sum(len(pin.cells) > 1 for pin in pins),
        texts=sum(pin.text is not None for pin in pins),
        resolution=clear.resolution,
        places=places,
    )


def _who(pins: tuple[Pin, ...], clear: _Clear) -> dict[tuple[str, int], set[str]]:
    """Who said what of each hexagon: (feeling, hexagon) -> contributors; journeys are counted by
    themselves.
    """
    single = [pin for pin in pins if len(pin.cells) == 1]
    cells = clear.of(grid.from_text([pin.cells[0] for pin in single]))
    who: dict[tuple[str, int], set[str]] = {}
    for pin, cell in zip(single, cells.tolist(), strict=True):
        who.setdefault((pin.feeling, cell), set()).add(pin.contributor)
    return who
