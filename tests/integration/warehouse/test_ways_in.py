"""Folders, workbooks and archives as people send them: everything is read, or named with a reason
and a remedy.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.made_up import csv_text, row, settings_in, write
from vrp_map.cli import app
from vrp_map.cli.commands import _run
from vrp_map.errors import FileRefused
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.ingest.files.inputs import Input
from vrp_map.warehouse.ingest.files.parse import ParsedFile, read
from vrp_map.warehouse.ingest.ledger import Ledger
from vrp_map.warehouse.ingest.suppliers import load_suppliers
from vrp_map.workspace import open_workspace

HEAD = ["id", "occurred_from", "latitude", "longitude", "category"]


def incident(n: int = 1, when: Any = dt.datetime(2024, 3, 1, 22, 15), **more: Any) -> list[Any]:
    return [more.get("id", 202400000000 + n), when, 52.470123, -1.930456, "robbery"]


def book(
    *sheets: tuple[str, list[list[Any]]],
    change: Callable[[openpyxl.Workbook], None] = lambda book: None,
) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for values in rows:
            sheet.append(values)
    change(made)
    made.save(out)
    return out.getvalue()


def taken(folder: Path, data: bytes, name: str = "april.xlsx") -> Ledger:
    (folder / name).write_bytes(data)
    return build([folder / name], settings=settings_in(folder))


def test_a_sheet_is_read_as_it_is_meant(tmp_path: Path) -> None:
    rows = [
        incident(1),
        incident(2, dt.datetime(2024, 3, 2)),
        incident(3, "2024-03-03 10:00"),
        incident(4, "31/31/2024 10:00"),
    ]
    ledger = taken(
        tmp_path, book(("Incidents", [["Violence, March"], [], HEAD, *rows, [], incident(1)]))
    )
    assert (ledger.rows_read, ledger.rows_accepted) == (5, 3)
    assert ledger.reasons == {"crime_id:repeated": 1, "time:invalid": 1}
    refused = open_workspace(settings=settings_in(tmp_path)).quality().refused
    assert refused["line"].tolist() == [7, 9], "the number of a row is that of the sheet"
    assert str(refused["file"].iloc[0]).endswith("april.xlsx!Incidents")
    assert [w["problem"] for w in ledger.warnings] == [
        "the column names are in line 3; the lines above it were not read."
    ]


def test_a_month_that_excel_made_a_date_of_is_that_month(tmp_path: Path) -> None:
    def show_as_month(made: openpyxl.Workbook) -> None:
        for cell in made["A"]["B"][1:]:
            cell.number_format = "mmm-yy"

    data = book(
        ("A", [HEAD, incident(1, dt.datetime(2024, 3, 1)), incident(2, dt.datetime(2024, 5, 1))]),
        change=show_as_month,
    )
    ledger = taken(tmp_path, data)
    assert ledger.by_month == {"2024-03": 1, "2024-05": 1}
    assert open_workspace(settings=settings_in(tmp_path)).snapshot.grade == "D"


def test_every_sheet_with_data_is_read_or_named(tmp_path: Path) -> None:
    def hide(made: openpyxl.Workbook) -> None:
        made["May"].sheet_state = "hidden"
        made["March"].row_dimensions[2].hidden = True
        made["March"].merge_cells("A2:A3")

    ledger = taken(
        tmp_path,
        book(
            ("Notes", [["What this is"], ["From the hospital"]]),
            ("Empty", []),
            ("March", [HEAD, incident(1), incident(2)]),
            ("May", [HEAD, incident(3, dt.datetime(2024, 5, 1, 9, 0))]),
            ("June", [["a", "b", "c", "d"], [1, 2, 3, 4]]),
            change=hide,
        ),
    )
    assert (ledger.files, ledger.rows_read, ledger.rows_accepted) == (2, 3, 3)
    assert [r["file"].rpartition("!")[2] for r in ledger.refused] == ["June"]
    said = " ".join(f"{w['file'].rpartition('!')[2]}: {w['problem']}" for w in ledger.warnings)
    for part in (
        "March: 1 hidden or filtered rows",
        "March: 1 groups of cells are merged",
        "May: the sheet is hidden",
        "not read: Notes, Empty",
    ):
        assert part in said, said


def test_a_formula_whose_result_was_never_stored_is_refused(tmp_path: Path) -> None:
    ledger = taken(tmp_path, book(("A", [HEAD, incident(1, "=DATE(2024,3,1)")])))
    assert "row 2 holds a formula whose result is not stored" in ledger.refused[0]["problem"]


def test_one_far_cell_makes_no_large_sheet(tmp_path: Path) -> None:
    def far(made: openpyxl.Workbook) -> None:
        made["A"].cell(row=100_000, column=16_384, value="x")

    ledger = taken(tmp_path, book(("A", [HEAD, incident()]), change=far))
    assert (ledger.rows_read, ledger.rows_accepted, ledger.reasons) == (2, 1, {"row:columns": 1})


DAMAGED: dict[str, bytes] = {
    "no zip": b"x" * 29,
    "half": book(("A", [HEAD, *[incident(n) for n in range(200)]]))[:3000],
    "an old workbook by another name": b"\xd0\xcf\x11\xe0" + bytes(600),
    "a zip of something else": b"",
    "no sheet with a table": book(("A", [["x"]])),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_workbook_that_is_none_is_refused_by_name(case: str, tmp_path: Path) -> None:
    ledger = taken(tmp_path, DAMAGED[case])
    assert [r["file"] for r in ledger.refused] == [str(tmp_path / "april.xlsx")] and ledger.refused[
        0
    ]["remedy"]


@pytest.mark.parametrize("seed", range(12))
def test_a_workbook_damaged_at_random_is_refused_or_read_whole(seed: int, tmp_path: Path) -> None:
    chance, data = (
        random.Random(seed),
        bytearray(book(("A", [HEAD, *[incident(n) for n in range(60)]]))),
    )
    for _ in range(chance.choice([1, 4, 40])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    ledger = taken(tmp_path, bytes(data))
    assert bool(ledger.refused) != (ledger.rows_read == 60)


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def month(n: int) -> bytes:
    return csv_text([row(month=f"2024-{n:02d}")]).encode()


def test_a_folder_is_read_or_named_file_by_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in [1]"
    folder.mkdir()
    files = {
        "a.csv": month(1),
        "b.TSV": month(2).replace(b",", b"\t"),
        "c.txt": month(3).replace(b",", b";"),
        "d.txt.gz": gzip.compress(month(4)),
        "e.xlsx": book(("E", [HEAD, incident()])),
        "f.zip": zipped(
            ("deep/f.csv", month(5)),
            ("g.xlsx", book(("G", [HEAD, incident(9)]))),
            ("h.zip", zipped(("h.csv", month(6)))),
            ("i.zip", zipped(("j.zip", zipped(("k.csv", month(7)))))),
            ("scan.pdf", b"%PDF"),
            ("README.md", b"#"),
        ),
        # Never data, so nothing is said of them.
        "README.txt": b"a, b, c",
        ".DS_Store": b"\0",
        "Thumbs.db": b"\0",
        "desktop.ini": b"[",
        "~$e.xlsx": b"\0",
        "._a.csv": b"\0",
        "LICENCE": b"",
        "l.xls": b"\xd0\xcf",
        "m.ods": b"PK",
        "n.numbers": b"PK",
        "o.xlsb": b"PK",
        "p.7z": b"7z",
        "q.tar.gz": b"\x1f",
        "r.docx": b"PK",
        "s": b"",
        "t.geojson": b"{}",
        "u.txt": b"Dear colleague,\nhere they are.\n",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    settings = settings_in(tmp_path)
    ledger = build([folder], settings=settings)
    assert (ledger.files, ledger.rows_read, ledger.rows_accepted) == (8, 8, 8)
    named = {r["file"].removeprefix(f"{folder}/"): r["remedy"] for r in ledger.refused}
    assert set(named) == {
        "l.xls",
        "m.ods",
        "n.numbers",
        "o.xlsb",
        "p.7z",
        "q.tar.gz",
        "r.docx",
        "s",
        "t.geojson",
        "u.txt",
        "f.zip!i.zip!j.zip",
        "f.zip!scan.pdf",
    }
    assert "save it as .xlsx" in named["l.xls"] and "Unpack it" in named["q.tar.gz"]
    assert "boundaries add" in named["t.geojson"] and all(named.values())
    assert (
        _run(
            lambda: app(
                args=["build", str(folder), "--store", str(tmp_path / "s2")], standalone_mode=False
            )
        )
        == 3
    )
    assert "Traceback" not in capsys.readouterr().err


def test_what_unpacks_to_too_much_is_refused_with_the_limit(tmp_path: Path) -> None:
    bomb = gzip.compress(b"2024-01,x\n" * 3_500_000)
    (tmp_path / "x.csv.gz").write_bytes(bomb)
    rows = csv_text([row()] * 8_000).encode()[:990_000]
    (tmp_path / "x.zip").write_bytes(zipped(*[(f"{n}.csv", rows) for n in range(60)]))
    ledger = build([tmp_path / "x.csv.gz", tmp_path / "x.zip"], settings=settings_in(tmp_path))
    assert len(bomb) < 1 << 20
    problems = [r["problem"] for r in ledger.refused]
    assert any(
        "unpacks to more than it says, or to more than the limit: 32 MB" in p for p in problems
    ), problems
    assert any("of its size may unpack to 32 MB" in p for p in problems), problems


def _damaged(text: bytes, chance: random.Random) -> bytes:
    """A good file as a careless hand or program leaves it."""
    data = bytearray(text)
    for _ in range(chance.choice([1, 2, 6])):
        at = chance.randrange(len(data))
        piece = chance.choice(
            [
                b'"',
                b'""',
                b",",
                b"\n",
                b"\r",
                b"\r\n",
                b";",
                b"\t",
                b" ",
                b"\xef\xbb\xbf",
                b"\n\n",
                b"x" * 50,
            ]
        )
        data[at : at + chance.choice([0, 0, 1])] = piece
    return bytes(data)


@pytest.mark.parametrize("seed", range(40))
def test_a_row_of_a_damaged_file_is_read_or_the_file_is_refused(seed: int, tmp_path: Path) -> None:
    """No line that still has all its commas is in no row."""
    rows = [row(crime_id=f"{n}", location=f"On or near Street {n}") for n in range(12)]
    head, _, body = csv_text(rows).encode().partition(b"\r\n")
    data = head + b"\r\n" + _damaged(body, random.Random(seed))
    file = Input("x.csv", len(data), lambda: io.BytesIO(data))
    lines = [line for line in data.replace(b"\r", b"\n").split(b"\n")[1:] if line.count(b",") >= 11]
    suppliers = load_suppliers(settings_in(tmp_path).sources)
    try:
        found = read(
            file,
            suppliers=suppliers,
            source=None,
            known=(),
            now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        )
    except FileRefused as error:
        assert error.hint
        return
    assert isinstance(found, ParsedFile) and found.rows is not None
    assert sum(batch.num_rows for batch in found.rows) >= len(lines), data


@pytest.mark.parametrize("quote", ["", '"'], ids=["the fast reader", "the exact reader"])
def test_a_file_with_too_many_bad_rows_is_refused_with_the_limit(
    quote: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrp_map.warehouse.ingest.files.rows.MOST_MALFORMED", 20)
    monkeypatch.setattr("vrp_map.warehouse.ingest.build.MOST_REFUSED_ROWS", 20)
    settings = settings_in(tmp_path)
    odd = row(location=f"On{quote and chr(10)}Lane")
    short = write(tmp_path / "short.csv", [odd, *[["x"]] * 21])
    bad = write(tmp_path / "bad.csv", [odd, *[row(month="2024-02", crime_type="?")] * 21])
    fine = write(tmp_path / "fine.csv", [odd, *[["x"]] * 10, *[row(crime_type="?")] * 10])
    ledger = build([short, bad, fine], settings=settings)
    assert [r["problem"].rpartition("more than ")[2][:2] for r in ledger.refused] == ["20", "20"]
    assert (ledger.files, ledger.rows_read, ledger.rows_quarantined) == (1, 21, 20)
