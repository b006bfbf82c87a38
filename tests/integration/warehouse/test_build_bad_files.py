"""Files that cannot be taken: each is named, with a remedy, and the good file beside it loads all
the same.
"""

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from tests.made_up import HEADER, csv_text, row, settings_in, write
from vrp_map.cli import app
from vrp_map.cli.commands import _run
from vrp_map.config import Settings
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.ingest.files.find_tables import find_inputs
from vrp_map.warehouse.ingest.ledger import Ledger
from vrp_map.workspace import open_workspace

GOOD = csv_text([row()])
LINES, ROW = ",".join(HEADER), ",".join(row())
NEVER_CLOSED = '"On or'
MEGABYTE = 1 << 20


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return out.getvalue()


def lying_zip() -> bytes:
    """A megabyte and a half of rows whose size the directory gives as 200 bytes."""
    data = zipped(("2024-01/a.csv", (GOOD + csv_text([row()] * 14_000)).encode()))
    true = struct.pack("<I", len((GOOD + csv_text([row()] * 14_000)).encode()))
    assert data.count(true) >= 2
    return data.replace(true, struct.pack("<I", 200))


def encrypted_zip() -> bytes:
    """A zip whose flag says that its member is encrypted."""
    data = bytearray(zipped(("a.csv", GOOD.encode())))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def unknown_compression() -> bytes:
    data = bytearray(zipped(("a.csv", GOOD.encode())))
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(mark) + offset] = 98
    return bytes(data)


def damaged_zip() -> bytes:
    data = bytearray(
        zipped(("a.csv", csv_text([row(crime_id=str(i)) for i in range(500)]).encode()))
    )
    middle = len(data) // 2
    data[middle : middle + 8] = b"\xff" * 8
    return bytes(data)


FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("x.csv", b"", "it is empty"),
    "blank": ("x.csv", b" \r\n\r\n", "it is empty"),
    "a name mistyped": (
        "x.csv",
        GOOD.replace("Crime type", "Crime tipe").encode(),
        "Crime tipe looks like Crime type",
    ),
    "two columns alike": (
        "x.csv",
        GOOD.replace("Reported by", "reported.by").replace("Falls within", "reported_by").encode(),
        "needs Reported by",
    ),
    "rows above the header": (
        "x.csv",
        f"{ROW}\r\n{GOOD}".encode(),
        "does not name the columns|twice|not those",
    ),
    "a quote never closed": (
        "x.csv",
        f"{GOOD}{ROW.replace('On or', NEVER_CLOSED)}\r\n{ROW}\r\n".encode(),
        "opened in line 3 is not closed",
    ),
    "a column without a name": (
        "x.csv",
        f"{LINES},\r\n{ROW},x\r\n".encode(),
        "column M (number 13) has no name",
    ),
    "missing column": (
        "x.csv",
        csv_text([row()[:-3]], header=HEADER[:-3]).encode(),
        "needs Crime type",
    ),
    "no header": ("x.csv", csv_text([row()], header=row()).encode(), "twice|columns are not those"),
    "UTF-16 without BOM": ("x.csv", GOOD.encode("utf-16-le"), "NUL bytes"),
    "NUL bytes": ("x.csv", GOOD.replace("Mill", "Mi\0l").encode(), "NUL bytes"),
    "NUL bytes late": ("x.csv", (csv_text([row()] * 12_000)).encode() + b"\0", "NUL bytes"),
    "two encodings": (
        "x.csv",
        csv_text([row(location="Café Road")]).encode() + "Café Road\n".encode("latin-1"),
        "it mixes encodings",
    ),
    "UTF-16 cut in a letter": ("x.csv", GOOD.encode("utf-16")[:-1], "is not UTF-16 text"),
    "UTF-8 by its mark only": (
        "x.csv",
        b"\xef\xbb\xbf" + csv_text([row(location="Café Road")]).encode("latin-1"),
        "begins as UTF-8",
    ),
    "one line of 10 MB": ("x.csv", (GOOD + "x," * (5 * MEGABYTE)).encode(), "longer than 1 MB"),
    "one line of 10 MB and nothing else": ("x.csv", b"x" * (10 * MEGABYTE), "longer than 1 MB"),
    "an unclosed quote": ("x.csv", (GOOD + '"' + "x,y\r\n" * 200_000).encode(), "quotes|longer"),
    "duplicated column": (
        "x.csv",
        GOOD.replace("Falls within", "Reported by").encode(),
        "'Reported by' is there twice",
    ),
    "a spreadsheet": ("x.xlsx", zipped(("xl/workbook.xml", b"<x/>")), "damaged"),
    "truncated gz": (
        "x.csv.gz",
        gzip.compress(csv_text([row(crime_id=str(i)) for i in range(999)]).encode())[:-300],
        "damaged",
    ),
    "gz that is none": ("x.csv.gz", GOOD.encode(), "damaged"),
    "zip that is none": ("x.zip", GOOD.encode(), "not a readable zip"),
    "truncated zip": ("x.zip", zipped(("a.csv", GOOD.encode()))[:-30], "not a readable zip"),
    "damaged zip": ("x.zip", damaged_zip(), "damaged"),
    "encrypted zip": ("x.zip", encrypted_zip(), "encrypted"),
    "unknown compression": ("x.zip", unknown_compression(), "unknown way"),
    "zip without CSV": ("x.zip", zipped(("readme.txt", b"hello")), "no CSV file in the archive"),
    "zip of nothing": ("x.zip", zipped(), "no CSV file in the archive"),
    "zip that climbs": ("x.zip", zipped(("../../a.csv", GOOD.encode())), "points outside"),
    "zip that climbs backwards": ("x.zip", zipped(("..\\a.csv", GOOD.encode())), "points outside"),
    "zip with an absolute name": ("x.zip", zipped(("/etc/a.csv", GOOD.encode())), "points outside"),
    "zip with a drive": ("x.zip", zipped(("C:/a.csv", GOOD.encode())), "points outside"),
    "zip bomb": ("x.zip", zipped(("a.csv", b"\n" * (20 * MEGABYTE))), "would unpack to 20 MB"),
    "zip bomb that lies": ("x.zip", lying_zip(), "damaged|more than it says"),
}


@dataclass(frozen=True)
class Built:
    folder: Path
    settings: Settings
    ledger: Ledger


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One build of every bad file, with a good file before and after them."""
    folder = tmp_path_factory.mktemp("bad")
    files = [write(folder / "before.csv", [row()])]
    for number, (name, data, _) in enumerate(FILES.values()):
        files.append(folder / f"{number:02d}" / name)
        files[-1].parent.mkdir()
        files[-1].write_bytes(data)
    files.append(write(folder / "after.csv", [row(month="2024-02")]))
    settings = settings_in(folder)
    return Built(folder, settings, build(files, settings=settings))


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_is_named_with_a_remedy(case: str, built: Built) -> None:
    name, _, problem = FILES[case]
    bad = str(built.folder / f"{list(FILES).index(case):02d}" / name)
    (refusal,) = [r for r in built.ledger.refused if r["file"].startswith(bad)]
    assert refusal["problem"] and refusal["remedy"]
    assert any(part in refusal["problem"] for part in problem.split("|")), refusal


def test_the_good_files_among_the_bad_ones_load(built: Built) -> None:
    ledger = built.ledger
    assert ledger.published and len(ledger.refused) == len(FILES)
    assert (ledger.files, ledger.rows_read, ledger.rows_accepted) == (2, 2, 2)
    assert open_workspace(settings=built.settings).quality().read == 2
    assert not [path for path in built.settings.store.iterdir() if "building" in path.name]


def test_a_bomb_larger_than_the_setting(tmp_path: Path) -> None:
    bomb = tmp_path / "x.zip"
    bomb.write_bytes(
        zipped(("a.csv", GOOD.encode() + bytes(range(65, 91)) * 50_000), method=zipfile.ZIP_STORED)
    )
    _, refused = find_inputs([bomb], max_member_mb=1)
    assert "would unpack to" in refused[0].problem and "max_member_mb" in refused[0].hint
    packed = tmp_path / "x.csv.gz"
    packed.write_bytes(gzip.compress(GOOD.encode() + b"a,b\n" * MEGABYTE))
    ledger = build([packed], settings=settings_in(tmp_path, max_member_mb=2))
    assert "unpacks to more" in ledger.refused[0]["problem"]


def test_missing_file_and_folder_without_files(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ledger = build(
        [tmp_path / "no such.csv", tmp_path / "empty", write(tmp_path / "a.csv", [row()])],
        settings=settings_in(tmp_path),
    )
    assert ledger.rows_accepted == 1
    assert [
        "no such file" in ledger.refused[0]["problem"],
        "there is no .csv" in ledger.refused[1]["problem"],
    ] == [
        True,
        True,
    ]


def test_a_folder_that_ends_in_csv_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "data.csv" / "deep" / "A.CSV", [row()])
    assert build([tmp_path / "data.csv"], settings=settings_in(tmp_path)).rows_accepted == 1


def test_one_bad_member_leaves_the_other_members(tmp_path: Path) -> None:
    archive = tmp_path / "archive.zip"
    members = [
        ("2024-01/a.csv", GOOD.encode()),
        ("2024-02/b.csv", b""),
        ("2024-02/c.csv", csv_text([row(month="2024-02")]).encode()),
    ]
    archive.write_bytes(
        zipped(*members, ("__MACOSX/2024-01/._a.csv", b"\0\1"), ("readme.txt", b"hello"))
    )
    ledger = build([archive], settings=settings_in(tmp_path))
    assert ledger.rows_accepted == 2
    assert [r["file"] for r in ledger.refused] == [f"{archive}!2024-02/b.csv"]


def test_a_header_and_no_rows_is_taken_with_a_warning(tmp_path: Path) -> None:
    """Archives hold such files for forces that sent nothing; two of them are equal to the byte and
    no repeats.
    """
    files = [tmp_path / f"{name}.csv" for name in ("with", "the same", "without", "blank lines")]
    for file, text in zip(
        files,
        (csv_text([]), csv_text([]), csv_text([]).strip(), csv_text([]) + "\n\n"),
        strict=True,
    ):
        file.write_text(text, newline="")
    ledger = build([*files, write(tmp_path / "a.csv", [row()])], settings=settings_in(tmp_path))
    assert (ledger.rows_read, ledger.rows_accepted, ledger.refused, ledger.skipped) == (
        1,
        1,
        [],
        [],
    )
    assert [w["file"] for w in ledger.warnings] == [str(file) for file in files]
    assert all("a header and no rows" in w["problem"] and w["remedy"] for w in ledger.warnings)
    assert ledger.as_dict()["warnings"] == ledger.warnings


def test_a_header_of_an_unknown_supplier_is_refused_rows_or_none(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b,c,d\n")
    ledger = build(
        [tmp_path / "x.csv", write(tmp_path / "a.csv", [row()])], settings=settings_in(tmp_path)
    )
    assert [r["file"] for r in ledger.refused] == [
        str(tmp_path / "x.csv")
    ] and ledger.warnings == []


def test_the_command_warns_of_a_header_and_no_rows_and_ends_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"{number}.csv" for number in range(7)]
    for file in files:
        file.write_text(csv_text([]), newline="")
    arguments = [
        "build",
        str(write(tmp_path / "a.csv", [row()])),
        *map(str, files),
        "--store",
        str(tmp_path / "store"),
    ]
    assert _run(lambda: app(args=arguments, standalone_mode=False)) == 0
    said = capsys.readouterr().out
    assert (
        f"Warning: {files[0]}: it has a header and no rows." in said
        and "and 2 more such files" in said
    )


def test_only_bad_files_publish_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"")
    ledger = build([tmp_path / "x.csv"], settings=settings_in(tmp_path))
    assert not ledger.published and ledger.refused
    assert not list(settings_in(tmp_path).store.glob("*.duckdb"))


def test_only_refused_rows_are_still_accounted_for(tmp_path: Path) -> None:
    ledger = build([write(tmp_path / "a.csv", [row(month="?")])], settings=settings_in(tmp_path))
    assert (ledger.rows_read, ledger.rows_quarantined, ledger.published) == (1, 1, True)


def test_the_command_says_it_and_ends_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "[bold]bad[blue] file.csv"
    bad.write_bytes(b"")
    arguments = [
        "build",
        str(write(tmp_path / "good.csv", [row()])),
        str(bad),
        "--store",
        str(tmp_path / "store"),
    ]
    assert _run(lambda: app(args=arguments, standalone_mode=False)) == 3
    said = capsys.readouterr()
    assert (
        "[bold]bad[blue] file.csv: it is empty." in said.err
        and "Traceback" not in said.err + said.out
    )
    assert "Rows accepted" in said.out


# -- odd, and right all the same -------------------------------------------------------------------


def _text(rows: list[list[str]], end: str = "\r\n") -> str:
    return csv_text(rows, end=end)


def text_of(file: Path) -> str:
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            return archive.read(archive.namelist()[0]).decode()
    data = file.read_bytes()
    return (gzip.decompress(data) if file.suffix == ".gz" else data).decode()


SHAPES: dict[str, Callable[[str], bytes]] = {
    "BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "LF": lambda text: text.replace("\r\n", "\n").encode(),
    "no final newline": lambda text: text.removesuffix("\r\n").encode(),
    "blank lines at the end": lambda text: text.encode() + b"\r\n\r\n",
    "every value quoted": lambda text: "\r\n".join(
        ",".join(f'"{v}"' for v in line.split(",")) for line in text.splitlines()
    ).encode(),
    "unicode": lambda text: text.replace("Mill Lane", "Ŵern Ŷ 磨坊").encode(),
    "columns in another order": lambda text: "\r\n".join(
        ",".join(reversed(line.split(","))) for line in text.splitlines()
    ).encode(),
    "semicolons": lambda text: text.replace(",", ";").encode(),
    "semicolons, as Excel says so": lambda text: ("sep=;\r\n" + text.replace(",", ";")).encode(),
    "tabs": lambda text: text.replace(",", "\t").encode(),
    "bars": lambda text: text.replace(",", "|").encode(),
    "old Mac line ends": lambda text: text.replace("\r\n", "\r").encode(),
    "a title above": lambda text: ("Crimes of a month\r\n\r\n" + text).encode(),
    "empty columns at the end": lambda text: text.replace("\r\n", ",,,\r\n").encode(),
    "empty cells at the end of rows only": lambda text: "\r\n".join(
        line if n == 0 else f"{line},," for n, line in enumerate(text.splitlines())
    ).encode(),
    "rows numbered by R": lambda text: "\r\n".join(
        ("" if n == 0 else str(n)) + "," + line for n, line in enumerate(text.splitlines())
    ).encode(),
    "names as R writes them": lambda text: (
        text.replace("Crime ID", "Crime.ID").replace("Crime type", "crime_type").encode()
    ),
    "gz": lambda text: gzip.compress(text.encode()),
    "zip": lambda text: zipped(("a.csv", text.encode())),
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Settings]]:
    """One build of a file of every shape, each with three rows of which the second is refused."""
    folder = tmp_path_factory.mktemp("odd")
    files = {}
    for number, (name, shape) in enumerate(SHAPES.items()):
        suffix = {"gz": ".csv.gz", "zip": ".zip"}.get(name, ".csv")
        files[name] = folder / f"{number:02d}{suffix}"
        # Two files of one publisher's month would be two versions of it.
        month = f"{2020 + number // 12}-{number % 12 + 1:02d}"
        rows = [row(month=month), row(month=month, crime_type="?"), row(month=month)]
        files[name].write_bytes(shape(_text(rows)))
    settings = settings_in(folder)
    ledger = build(list(files.values()), settings=settings)
    assert (ledger.files, ledger.refused) == (len(SHAPES), [])
    return {name: (file, settings) for name, file in files.items()}


@pytest.mark.parametrize("name", SHAPES)
def test_odd_but_right(name: str, odd: dict[str, tuple[Path, Settings]]) -> None:
    file, settings = odd[name]
    ws = open_workspace(settings=settings)

    def of_file(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[[f"/{file.name}" in f"/{name}" for name in frame["file"]]]

    (taken,) = of_file(ws.reader.frame("loads")).to_dict("records")
    assert (taken["rows_read"], taken["rows_accepted"]) == (3, 2)
    lines = re.split("\r\n|\r|\n", text_of(file))
    assert of_file(ws.quality().refused)["line"].tolist() == [
        n for n, line in enumerate(lines, start=1) if "?" in line
    ]


def test_lines_are_right_after_quoted_newlines_blank_lines_and_short_rows(tmp_path: Path) -> None:
    lines = [LINES, ",".join(row())]
    lines += [
        ",".join(row(location='"On or near\nMill,\nLane"')),
        ",".join(row(crime_type="?")),
    ]  # lines 3-5, 6
    lines += [
        "",
        ",".join(row()[:5]),
        "",
        ",".join([*row(), "x"]),
        ",".join(row(location='"On or ""near"" X"')),
        ",".join(row(month="?")),
    ]
    file = tmp_path / "a.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    ledger = build([file], settings=settings_in(tmp_path))
    refused = open_workspace(settings=settings_in(tmp_path)).quality().refused
    wrong = {
        n
        for n, line in enumerate(file.read_text().split("\n"), start=1)
        if "?" in line or line.count(",") in (4, 12)
    }
    assert set(refused["line"]) == wrong == {6, 8, 10, 12}
    assert [list(r) for r in refused["reasons"]] == [
        ["category:unknown"],
        ["row:columns"],
        ["row:columns"],
        ["month:invalid"],
    ]
    assert (ledger.rows_read, ledger.rows_accepted) == (7, 3)


def test_a_large_file_that_turns_odd_or_bad_late_is_taken_once_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By then the rows before have been taken already: none may stay, and none may count twice."""
    monkeypatch.setattr("vrp_map.warehouse.ingest.staging._ROWS_A_QUERY", 20)
    monkeypatch.setattr("vrp_map.warehouse.ingest.files.rows._BLOCK", 2_000)
    monkeypatch.setattr("vrp_map.warehouse.ingest.files.rows._EXACT_ROWS", 20)
    good = [row(crime_id=str(i), month="2024-03", latitude=f"52.45{i:04d}") for i in range(200)]
    odd, bad = tmp_path / "odd.csv", tmp_path / "bad.csv"
    odd.write_text(
        csv_text([*good, row(month="2024-03", location="a\nb"), row(crime_type="?")]), newline=""
    )
    text = csv_text([*good[:150], row(location="Café")]).replace("2024-03", "2024-04")
    bad.write_bytes(text.encode() + text.encode("latin-1"))
    settings = settings_in(tmp_path)
    ledger = build([bad, odd], settings=settings)
    assert [r["file"] for r in ledger.refused] == [str(bad)]
    assert (ledger.rows_read, ledger.rows_accepted, ledger.reasons) == (
        202,
        201,
        {"category:unknown": 1},
    )
    assert (ledger.by_month, ledger.distinct_locations) == ({"2024-03": 201}, 201)
    ws = open_workspace(settings=settings)
    assert ws.quality().refused["line"].tolist() == [204]
    assert len(ws.places()) == 201
