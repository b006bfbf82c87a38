"""Made-up schools for the demo: one at the end of each made-up school route, and others anywhere.

No register of schools was read. Their names and places are drawn from a seed.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyproj

from pipelines.demo_pilots import WHO
from pipelines.demo_places import WORDS
from vrp_map.config import Settings
from vrp_map.pilots.service import Pilots
from vrp_map.places.place_lists import add_places, added_places
from vrp_map.records.engine.database import Records
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84, AreaType
from vrp_map.workspace import open_workspace

OTHERS = 160
_KINDS = ("Primary School", "Academy", "High School", "College")
_COLUMNS = ("School_name", "Easting", "Northing")


def leave_schools(settings: Settings, folder: Path, *, seed: int = 20261101) -> int:
    """Add the made-up schools, as `vrp-map places add` would; where a list has schools, none.

    Args:
        folder: where their file is written.

    Returns:
        How many were added.

    Raises:
        UserError: a server has the records.
    """
    known = added_places(settings)
    if (known["kind"] == "school").any():
        return 0
    rng = np.random.default_rng([seed, 47])
    schools = [*_of_routes(settings), *_others(settings, rng)]
    turn = pyproj.Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
    file = folder / "made-up-schools.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(_COLUMNS)
        for name, (lon, lat) in schools:
            lines.writerow([name, *(f"{metres:.0f}" for metres in turn.transform(lon, lat))])
    return add_places(file, settings).places


def _of_routes(settings: Settings) -> list[tuple[str, tuple[float, float]]]:
    """The school of each route in the records, where the route ends."""
    records = Records(settings.records)
    try:
        routes = [one.pilot.route for one in Pilots(records, settings).all(WHO)]
    finally:
        records.close()
    return [(route.schools[0], route.line[-1]) for route in routes if route]


def _others(settings: Settings, rng: np.random.Generator) -> list[tuple[str, tuple[float, float]]]:
    """One in each of some small areas, beside its middle."""
    areas = open_workspace(settings=settings).reader.current_areas
    small = areas[areas["type"] == AreaType.LSOA]
    middles = small.geometry.representative_point()
    chosen = rng.choice(len(middles), size=OTHERS, replace=False)
    words = rng.choice(WORDS.split(), size=OTHERS)
    return [
        (f"{word} {_KINDS[n % len(_KINDS)]} (made up)", (middles.iloc[at].x, middles.iloc[at].y))
        for n, (word, at) in enumerate(zip(words, chosen, strict=True))
    ]
