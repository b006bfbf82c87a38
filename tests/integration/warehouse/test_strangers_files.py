"""Files as other people's programs write them: they come in whole, or the refusal says what, where
and what next.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from tests.made_up import csv_text, row, settings_in
from vrp_map.warehouse.boundaries.files import read_boundary_file
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.ingest.ledger import Ledger

NOW = datetime(2024, 8, 15, 9, tzinfo=UTC)
HEAD = ("id", "occurred_from", "latitude", "longitude", "category", "setting")
Row = tuple[str, ...]


def rows(n: int = 6, *, first: int = 0) -> list[Row]:
    return [
        (
            f"Q{i}",
            f"2024-03-0{1 + i % 9} 22:1{i % 9}",
            f"52.45{i:04}",
            f"-1.90{i:04}",
            "robbery",
            "Café",
        )
        for i in range(first, first + n)
    ]


def table(lines: list[Row], *, head: Row = HEAD, mark: str = ",", end: str = "\n") -> str:
    return "".join(mark.join(line) + end for line in [head, *lines])


def taken(folder: Path, content: bytes, name: str = "a.csv") -> Ledger:
    (folder / name).write_bytes(content)
    ledger = build([folder / name], settings=settings_in(folder), now=NOW)
    assert ledger.rows_read == ledger.rows_accepted + ledger.rows_quarantined
    return ledger


PLAIN, LATE = table(rows()), table([*rows(), ("Q", "2024-03-01 22:15", *["-" * 400] * 4)] * 3000)
ENCODED: dict[str, tuple[bytes, str]] = {
    "UTF-16 of Excel": (table(rows(), mark="\t", end="\r\n").encode("utf-16"), "UTF-16"),
    "UTF-16, the other way round": (b"\xfe\xff" + PLAIN.encode("utf-16-be"), "UTF-16"),
    "CP1252": (PLAIN.encode("cp1252"), "CP1252"),
    "CP1252 with quotes, dash and CR alone": (
        table([(*row[:5], "“É’S” – €") for row in rows()], end="\r").encode("cp1252"),
        "CP1252",
    ),
}


@pytest.mark.parametrize("case", ENCODED)
def test_other_encodings_come_in_whole_and_are_named(case: str, tmp_path: Path) -> None:
    content, named = ENCODED[case]
    ledger = taken(tmp_path, content)
    assert (ledger.rows_accepted, ledger.refused) == (6, [])
    (said,) = [w["problem"] for w in ledger.warnings]
    assert named in said


def test_the_same_rows_in_another_encoding_are_known(tmp_path: Path) -> None:
    taken(tmp_path, PLAIN.encode())
    ledger = taken(tmp_path, PLAIN.encode("cp1252"), "b.csv")
    assert (ledger.rows_read, len(ledger.skipped)) == (0, 1)


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "UTF-8, then CP1252": (
        PLAIN.encode() + b"Caf\xe9\n",
        r"line 8 \(byte \d+\) is not UTF-8, and line 2 .* mixes",
    ),
    "CP1252, then UTF-8 far behind": (
        PLAIN.encode("cp1252") + LATE.encode(),
        r"line 2 \(.* and line 9 \(byte",
    ),
    "a byte that is no letter": (
        PLAIN.replace("é", "e").encode() + b"\x81\n",
        r"line 8 \(byte 37\d\) is not UTF-8",
    ),
    "UTF-16 cut in a letter": (PLAIN.encode("utf-16")[:-1], r"line 7 \(byte \d+\) is not UTF-16"),
    "a NUL": (PLAIN.replace("Q3", "Q\0").encode(), r"NUL bytes.*line 5 \(byte"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_no_text_is_refused_with_line_and_byte(case: str, tmp_path: Path) -> None:
    content, said = UNREADABLE[case]
    (refusal,) = taken(tmp_path, content).refused
    assert re.search(said, refusal["problem"]), refusal["problem"]


NO_INCIDENTS: dict[str, tuple[str, dict[str, int]]] = {
    "two files put together": (table(rows()) + table(rows(first=6)), {"row:header": 1}),
    "the second with its mark and other writing": (
        table(rows()) + "\ufeff" + table(rows(first=6), head=("ID", "Occurred From", *HEAD[2:])),
        {"row:header": 1},
    ),
    "totals of a report": (
        table(rows(12))
        + 'Total,,,,,12\nrobbery Total,,,,12\n"Source: made up, 2024"\nPage 1 of 1\n',
        {"row:total": 4},
    ),
    "a total in a column that is not read": (
        table([("x", *row) for row in rows(12)], head=("Team", *HEAD)) + "Grand total,,,,,,12\n",
        {"row:total": 1},
    ),
    "words that only look like it": (
        table([("Total-1", *row[1:5], "Total garage") for row in rows(12)]),
        {},
    ),
}


@pytest.mark.parametrize("case", NO_INCIDENTS)
def test_lines_that_are_no_incident_are_named_once(case: str, tmp_path: Path) -> None:
    text, reasons = NO_INCIDENTS[case]
    ledger = taken(tmp_path, text.encode())
    assert (ledger.rows_accepted, ledger.reasons, ledger.refused) == (12, reasons, [])


def placed_as(east: str, north: str, write: Callable[[float], str], *, mark: str = ",") -> bytes:
    """Six incidents on the grid of Birmingham, or in degrees, with their numbers written in some
    way.
    """
    west, south = (406_812.0, 286_834.0) if east == "easting" else (-1.9012, 52.4512)
    lines = [
        (*row[:2], write(west + n / 1e4), write(south + n / 1e4), *row[4:])
        for n, row in enumerate(rows())
    ]
    return table(lines, head=(*HEAD[:2], east, north, *HEAD[4:]), mark=mark).encode()


PLACED: dict[str, tuple[bytes, str]] = {
    "decimal commas": (
        placed_as("longitude", "latitude", lambda v: f"{v:.6f}".replace(".", ","), mark=";"),
        "",
    ),
    "commas for thousands": (placed_as("easting", "northing", lambda v: f'"{v:,.0f}"'), ""),
    "commas for thousands and decimals": (
        placed_as("easting", "northing", lambda v: f"{v:,.2f}", mark="|"),
        "",
    ),
    "kilometres": (placed_as("easting", "northing", lambda v: f"{v / 1000:.4f}"), "as kilometres"),
}


@pytest.mark.parametrize("case", PLACED)
def test_numbers_of_places_are_read_or_named(case: str, tmp_path: Path) -> None:
    content, said = PLACED[case]
    ledger = taken(tmp_path, content)
    assert (ledger.rows_accepted, ledger.refused) == (6, [])
    assert ledger.outside == (6 if said else 0)
    assert said in " ".join(w["remedy"] for w in ledger.warnings)


def test_a_month_that_the_name_of_the_file_does_not_say_is_named(tmp_path: Path) -> None:
    (tmp_path / "2024-02-west-midlands-street.csv").write_text(csv_text([row(month="2024-03")]))
    (tmp_path / "2024-04-west-midlands-street.csv").write_text(
        csv_text([row(crime_id="b", month="2024-04")])
    )
    ledger = build([tmp_path], settings=settings_in(tmp_path), now=NOW)
    named = [w["file"][-32:] for w in ledger.warnings if "file's name" in w["problem"]]
    assert (named, ledger.by_month) == (
        ["2024-02-west-midlands-street.csv"],
        {"2024-03": 1, "2024-04": 1},
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("utf-8", ""),
        ("utf-8", "CP1252"),
        ("cp1252", ""),
        ("cp1252", "UTF-8"),
        ("cp1252", "ISO-8859-1"),
    ],
)
def test_names_of_a_shapefile_are_read_whatever_stands_beside_it(
    written: str, said: str, tmp_path: Path
) -> None:
    names = ["Café – North", "Östra"]
    shapes = [shapely.box(-1.95 + east, 52.45, -1.93 + east, 52.47) for east in (0, 0.02)]
    file = tmp_path / "wards.shp"
    gpd.GeoDataFrame({"name": names, "code": ["A", "B"]}, geometry=shapes, crs=4326).to_file(
        file, encoding=written
    )
    file.with_suffix(".cpg").write_text(said)
    areas, notes = read_boundary_file(file, name_field="name", code_field="code")
    assert (list(areas["name"]), notes) == (names, [])


@pytest.mark.parametrize("way", ["easting and northing", "all turned round"])
def test_a_second_header_in_another_order_refuses_the_file(way: str, tmp_path: Path) -> None:
    """Read as the first header says, its rows would lie in other places."""
    order = list(range(len(HEAD)))
    if way == "all turned round":
        order.reverse()
    else:
        order[2], order[3] = order[3], order[2]
    second = table(
        [tuple(row[at] for at in order) for row in rows(first=6)],
        head=tuple(HEAD[at] for at in order),
    )
    ledger = taken(tmp_path, (table(rows()) + second).encode())
    (refusal,) = ledger.refused
    assert ledger.rows_accepted == 0
    assert "line 8 is a second header" in refusal["problem"]
    assert "one by one" in refusal["remedy"]
