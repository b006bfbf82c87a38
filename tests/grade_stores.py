"""Four small made-up stores, one a data grade, built once for all tests that need them.

Nothing in them happened.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from tests.made_up import MIDDLE, WEST, make_boundaries, row, settings_in, write
from vrp_map.config import Settings
from vrp_map.vocabulary import Grade
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.ingest.ledger import Ledger
from vrp_map.workspace import Workspace, open_workspace

HEADER = [
    "occurred_from",
    "occurred_to",
    "longitude",
    "latitude",
    "place_precision_m",
    "category",
    "offence_code",
    "id",
]
MONTHS, A_MONTH = 14, 40
OFFENCES = {"8N": 10.0, "34": 365.0}
# Every fifth incident is followed by one at the same door three days later.
_REPEATED = 5


def rows(grade: Grade, *, seed: int = 7) -> list[list[str]]:
    """Incidents of one grade: half at random, half round one place on Saturday evenings, some of
    them repeated.
    """
    random = np.random.default_rng(seed)
    found: list[list[str]] = []
    for month in range(MONTHS):
        first = np.datetime64("2022-01", "M") + month
        days = (first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")
        for number in range(A_MONTH):
            day = first.astype("datetime64[D]") + int(random.integers(int(days.astype(int)) - 3))
            hour = int(random.integers(24))
            lon, lat = random.uniform(-1.955, -1.845), random.uniform(52.445, 52.495)
            if number % 2:
                # 1 January 1970 was a Thursday: to the Saturday of that week, if the month still
                # has it and three days.
                saturday = day + (5 - (day.astype(int) + 3) % 7)
                day, hour = (
                    (saturday if (saturday + 3).astype("datetime64[M]") == first else day),
                    21,
                )
                lon, lat = random.normal(-1.93, 0.002), random.normal(52.47, 0.001)
            for later in (0, 3) if number % _REPEATED == 0 else (0,):
                found.append(_row(grade, day + later, hour, lon, lat, number))
    return [[*one, f"{grade}{i}"] for i, one in enumerate(found)]


def _row(
    grade: Grade, day: np.datetime64, hour: int, lon: float, lat: float, number: int
) -> list[str]:
    at = {Grade.A: f"{day} {hour:02d}:15", Grade.D: str(day)[:7]}.get(grade, str(day))
    until = f"{day} {hour:02d}:45" if grade == Grade.A else ""
    code = list(OFFENCES)[number % len(OFFENCES)]
    precise = "100" if grade == Grade.C else ""
    return [
        at,
        until,
        f"{lon:.6f}",
        f"{lat:.6f}",
        precise,
        "robbery",
        code,
    ]


def weights_file(folder: Path) -> Path:
    """A made-up table of weights; no weight is that of an official table."""
    file = folder / "synthetic-weights.csv"
    lines = ["Home Office code,CCHI", *(f"{code},{weight:g}" for code, weight in OFFENCES.items())]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _three_authorities(boundaries: Path) -> None:
    """The made-up local authorities cut in three: fewer cannot be put in order."""
    file = boundaries / "lad.geojson"
    collection = json.loads(file.read_text())
    west, east = collection["features"]
    corners = west["geometry"]["coordinates"][0]
    middle = json.loads(json.dumps(west))
    middle["properties"] |= {"code": "L3", "name": "Midborough"}
    cut = (WEST + MIDDLE) / 2
    west["geometry"]["coordinates"] = [[[min(x, cut), y] for x, y in corners]]
    middle["geometry"]["coordinates"] = [[[max(x, cut), y] for x, y in corners]]
    file.write_text(json.dumps(collection | {"features": [west, middle, east]}))


def built(folder: Path, *grades: Grade) -> tuple[Ledger, Settings]:
    """A store of the incidents of one grade, or of several together."""
    _three_authorities(make_boundaries(folder / "made-up-boundaries"))
    settings = settings_in(folder)
    settings = replace(settings, harm_weights=str(weights_file(folder)), harm_edition="Synthetic")
    file = write(
        folder / "in" / "incidents.csv", [one for g in grades for one in rows(g)], header=HEADER
    )
    return build([file], settings=settings, source="incidents"), settings


@cache
def store_of(*grades: Grade) -> Settings:
    """Settings of a store built once in this run of the tests."""
    ledger, settings = built(Path(tempfile.mkdtemp(prefix="vrp-map-grade-")), *grades)
    assert not ledger.refused
    return settings


@cache
def mixed_store() -> Settings:
    """Exact incidents of grade A, and police.uk's monthly ones beside them."""
    ledger, settings = built(Path(tempfile.mkdtemp(prefix="vrp-map-grade-")), Grade.A)
    months = [f"{np.datetime64('2022-01', 'M') + i}" for i in range(MONTHS)]
    file = settings.store.parent / "in" / "2023-02-made-up-street.csv"
    ledger = build(
        [write(file, [row(month=month) for month in months for _ in range(6)])], settings=settings
    )
    assert not ledger.refused
    return settings


def workspace_of(*grades: Grade) -> Workspace:
    return open_workspace(settings=store_of(*grades))
