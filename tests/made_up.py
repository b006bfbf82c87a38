"""Made-up files and boundaries that the tests of the warehouse share: small, quick, and nothing in
them happened.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from vrp_map.config import Settings
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.ingest.ledger import Ledger
from vrp_map.warehouse.reader import Reader
from vrp_map.workspace import Workspace, open_workspace

HEADER = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]
FORCE = "Made-up Police"
WEST, SOUTH, MIDDLE, EAST, NORTH = -1.96, 52.44, -1.90, -1.84, 52.50

_LAYERS = {
    "force": [("F1", "Made-up Force", WEST, EAST)],
    "lad": [("L1", "Westborough", WEST, MIDDLE), ("L2", "Eastborough", MIDDLE, EAST)],
    "npu": [("N1", "Westborough", WEST, MIDDLE), ("N2", "Eastborough", MIDDLE, EAST)],
    "lsoa": [
        ("A1", "Westborough 1", WEST, -1.93),
        ("A2", "Westborough 2", -1.93, MIDDLE),
        ("A3", "Eastborough 1", MIDDLE, EAST),
    ],
}


def make_boundaries(folder: Path) -> Path:
    """Four layers of rectangles with residents, as a boundary folder."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for kind, areas in _LAYERS.items():
        features = [
            {
                "type": "Feature",
                "properties": {"code": code, "name": name, "population": 10_000},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[w, SOUTH], [e, SOUTH], [e, NORTH], [w, NORTH], [w, SOUTH]]],
                },
            }
            for code, name, w, e in areas
        ]
        (folder / f"{kind}.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": features})
        )
        entries.append(
            f'[[layer]]\nid = "{kind}_test"\ntype = "{kind}"\nname = "{kind}"\nfile ='
            f' "{kind}.geojson"\nvalid_from = 2000-01-01\nbasis = "official"\nsource = "made'
            ' up"\nlicence = "none"\nattribution = "made up"\n'
        )
    (folder / "SOURCES.toml").write_text("\n".join(entries))
    return folder


def settings_in(folder: Path, **more: object) -> Settings:
    """Settings of a store of its own on the made-up boundaries."""
    boundaries = folder / "made-up-boundaries"
    if not boundaries.exists():
        make_boundaries(boundaries)
    made = Settings(
        store=folder / "store", boundaries=boundaries, local_boundaries=folder / "local"
    )
    return replace(made, **more)  # type: ignore[arg-type]


def copy_sources(folder: Path, settings: Settings) -> Settings:
    """The same settings with supplier files that a test may change."""
    shutil.copytree(settings.sources, folder / "sources")
    return replace(settings, sources=folder / "sources")


def row(**given: str) -> list[str]:
    """A good police.uk row; keys as the columns in lower case with underscores."""
    usual = {
        "crime_id": "",
        "month": "2024-01",
        "reported_by": FORCE,
        "falls_within": FORCE,
        "longitude": "-1.930000",
        "latitude": "52.470000",
        "location": "On or near Mill Lane",
        "crime_type": "Robbery",
    }
    unknown = given.keys() - {name.lower().replace(" ", "_") for name in HEADER}
    assert not unknown, unknown
    return [{**usual, **given}.get(name.lower().replace(" ", "_"), "") for name in HEADER]


def csv_text(rows: Iterable[list[str]], *, header: list[str] = HEADER, end: str = "\r\n") -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    writer.writerows([header, *rows])
    return out.getvalue()


def write(path: Path, rows: Iterable[list[str]], *, header: list[str] = HEADER) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(csv_text(rows, header=header).encode())
    return path


def seen_by(ws: Workspace, audience: Audience | str) -> Reader:
    """The reader of what an audience may be told."""
    return ws._seen(Audience(audience))


def loaded(folder: Path, rows: Iterable[list[str]], **more: object) -> tuple[Ledger, Workspace]:
    """Rows of one police.uk file, built into a store of its own and opened."""
    settings = settings_in(folder, **more)
    ledger = build([write(folder / "in" / "2024-01-made-up-street.csv", rows)], settings=settings)
    return ledger, open_workspace(settings=settings)


def read_only(rows: Iterable[list[str]]) -> Workspace:
    """The same for tests that only read: rows that were loaded before are not loaded again."""
    return _loaded_once(tuple(tuple(one) for one in rows))


@cache
def _loaded_once(rows: tuple[tuple[str, ...], ...]) -> Workspace:
    folder = Path(tempfile.mkdtemp(prefix="vrp-map-made-up-"))
    return loaded(folder, [list(one) for one in rows])[1]
