"""Stores that differ only in whether one area has no robbery or a few, or whether a supplier has
any of its only kind: each with a secret that shows none of the few.

Nothing in them happened.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from tests.built_once import built_once
from tests.grade_stores import HEADER, weights_file
from tests.made_up import row, seen_by, settings_in, write
from vrp_map.config import Settings
from vrp_map.selection import Selection
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

MONTHS = [f"{np.datetime64('2022-01', 'M') + i}" for i in range(24)]
MONTH = "2023-07"
# None, the fewest, and the most that everybody but analysts is never told.
FEW = (0, 1, 4)
PERIODS = [(MONTH, MONTH), ("2023-07", "2023-12"), ("2023-01", "2023-12"), ("2022-01", "2023-12")]


def points(few: int) -> list[tuple[str, str, str, str, int]]:
    """month, longitude, latitude, kind and day of every incident: robbery in the east, few in the
    west.
    """
    random = np.random.default_rng(11)
    found = []
    for month in MONTHS:
        for kind, west, many in (
            ("burglary", -1.95, 30),
            ("burglary", -1.89, 30),
            ("robbery", -1.89, 25),
        ):
            lons, lats = random.uniform(west, west + 0.04, many), random.uniform(52.45, 52.49, many)
            found += [
                (month, f"{x:.6f}", f"{y:.6f}", kind, int(d))
                for x, y, d in zip(lons, lats, random.integers(1, 28, many), strict=True)
            ]
    # At one place and, from the third on, next to it; the first two on one day.
    return found + [
        (MONTH, f"{-1.93 + 0.004 * (i // 2):.6f}", "52.470000", "robbery", 9 + i // 2)
        for i in range(few)
    ]


@cache
def store(grade: str, few: int) -> Workspace:
    folder = built_once(f"few-{grade}-{few}", partial(_build, grade, few))
    return open_workspace(settings=_settings(folder))


def _settings(folder: Path) -> Settings:
    return replace(settings_in(folder), harm_weights=str(weights_file(folder)))


def _build(grade: str, few: int, folder: Path) -> None:
    settings = _settings(folder)
    if grade == "D":
        rows = [
            row(
                month=m,
                longitude=x,
                latitude=y,
                crime_type=kind.capitalize(),
                location="On or near Mill Lane",
            )
            for m, x, y, kind, _ in points(few)
        ]
        build([write(folder / "in" / "2023-12-made-up-street.csv", rows)], settings=settings)
    else:
        lines = [
            [f"{m}-{d:02d} 21:15", f"{m}-{d:02d} 21:45", x, y, "", kind, "8N", f"i{i}"]
            for i, (m, x, y, kind, d) in enumerate(points(few))
        ]
        file = write(folder / "in" / "incidents.csv", lines, header=HEADER)
        build([file], settings=settings, source="incidents")


FAR = "Far Away Police"


@cache
def lone_store(few: int) -> Workspace:
    """Some few weapons, of two suppliers that have nothing else: one of them in months of
    its own.
    """
    folder = built_once(f"lone-{few}", partial(_build_lone, few))
    return open_workspace(settings=settings_in(folder))


def _build_lone(few: int, folder: Path) -> None:
    settings = settings_in(folder)
    usual = [
        row(
            month=m,
            longitude=x,
            latitude=y,
            crime_type=kind.capitalize(),
            location="On or near Mill Lane",
        )
        for m, x, y, kind, _ in points(0)
    ]
    _, x, y, _, _ = points(0)[0]
    here = {
        "longitude": x,
        "latitude": y,
        "location": "On or near Mill Lane",
        "crime_type": "Possession of weapons",
    }
    refused = row(crime_type="No such kind", reported_by=FAR)
    far = [
        row(month=MONTHS[6 + i], reported_by=FAR, falls_within=FAR, **here) for i in range(few // 2)
    ]
    exact = [
        [f"{MONTH}-{9 + i:02d} 21:15", "", x, y, "", "possession-of-weapons", "8N", f"i{i}"]
        for i in range(few - few // 2)
    ]
    into = folder / "in"
    build(
        [
            write(into / "2023-12-made-up-street.csv", usual),
            write(into / "2023-12-far-street.csv", [refused, *far]),
        ],
        settings=settings,
    )
    broken = ["no time", "", x, y, "", "no such kind", "8N", "broken"]
    file = write(into / "incidents.csv", [broken, *exact], header=HEADER)
    build([file], settings=settings, source="incidents")


@cache
def lone() -> dict[int, Workspace]:
    """These stores by how few they hold, with the first secret by which none of the few
    is shown.
    """
    return _hidden("lone", {few: lone_store(few) for few in FEW})


def _hidden(name: str, stores: dict[int, Workspace]) -> dict[int, Workspace]:
    """The stores with the first secret by which each shows what the first of them shows."""

    def search(folder: Path) -> None:
        (folder / "number").write_text(str(_first_hiding(stores)))

    number = int((built_once(f"hides-{name}", search) / "number").read_text())
    return {few: with_secret(ws, number) for few, ws in stores.items()}


def _first_hiding(stores: dict[int, Workspace]) -> int:
    for number in range(400):
        none, *others = (with_secret(ws, number) for ws in stores.values())
        told = shows(none)
        # The fullest first: it is the likeliest to show one.
        if all(shows(ws) == told for ws in reversed(others)):
            return number
    raise AssertionError("no secret hides all of the few, though one in eight should")


def shows(ws: Workspace) -> list[str]:
    """All that partners and the public may ever be told of a store, as text."""
    everything = Selection(())
    return [
        seen_by(ws, a).counts.shown_rows(everything).to_csv()
        for a in (Audience.PARTNER, Audience.PUBLIC)
    ]


@cache
def secret_file(number: int) -> str:
    file = Path(tempfile.mkdtemp(prefix="vrp-map-secret-")) / "secret"
    file.write_bytes(hashlib.sha256(f"made up {number}".encode()).digest())
    return str(file)


def with_secret(ws: Workspace, number: int) -> Workspace:
    return replace(ws, settings=replace(ws.settings, secret_file=secret_file(number)))


@cache
def alike(grade: str) -> dict[int, Workspace]:
    """The stores by how few they hold, with the first secret by which none of the few is shown."""
    return _hidden(grade, {few: store(grade, few) for few in FEW})
