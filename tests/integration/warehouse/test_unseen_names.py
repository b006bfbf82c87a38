"""Names with characters that an eye cannot see: cleaned at the way in and counted, spelled out
where shown as sent.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.made_up import loaded, make_boundaries, row, settings_in, write
from vrp_map.cli import console, main, output
from vrp_map.errors import FileRefused
from vrp_map.export import tables as report
from vrp_map.ui.quality import parts as quality
from vrp_map.warehouse.boundaries.catalog import read_catalog
from vrp_map.warehouse.boundaries.files import read_boundary_file
from vrp_map.warehouse.ingest import staging
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.ingest.ledger import Ledger
from vrp_map.workspace import Workspace, open_workspace

# A file that holds a NUL is refused whole: no program writes one into text.
UNSEEN = [
    "\x07",
    "\x1b",
    "\x7f",
    "\x85",
    "\x9b",
    "\u00ad",
    "\u061c",
    "\u200b",
    "\u200e",
    "\u200f",
    "\u2028",
    "\u202a",
    "\u202e",
    "\u2060",
    "\u2066",
    "\u2069",
    "\u2800",
    "\u3164",
    "\ue000",
    "\ufeff",
    "\U000e0041",
]


def name_of(c: str) -> str:
    return f"U+{ord(c):04X}"


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, Workspace]:
    """One build of a file, and a month, for each of them; two of three names hold it."""
    folder, files = tmp_path_factory.mktemp("unseen"), []
    for number, unseen in enumerate(UNSEEN):
        names = [f"High{unseen}Street", "Moor Lane", f"Moor{unseen}{unseen}Lane"]
        month = f"{2022 + number // 12}-{number % 12 + 1:02d}"
        rows = [row(location=f"On or near {name}", month=month) for name in names]
        files.append(write(folder / f"{name_of(unseen)}.csv", rows))
    settings = settings_in(folder)
    return build(files, settings=settings), open_workspace(settings=settings)


@pytest.mark.parametrize("unseen", UNSEEN, ids=name_of)
def test_a_name_in_a_row_is_cleaned_and_counted(
    unseen: str, cleaned: tuple[Ledger, Workspace]
) -> None:
    ledger, ws = cleaned
    (told,) = [w["problem"] for w in ledger.warnings if name_of(unseen) in w["file"]]
    assert "names hold invisible characters" in told and told.endswith("Rows: 2.")
    stored = list(ws.reader.frame("gazetteer")["name"])
    assert unseen not in json.dumps(stored, ensure_ascii=False)


def test_of_all_of_them_the_plain_names_are_left(cleaned: tuple[Ledger, Workspace]) -> None:
    ledger, ws = cleaned
    many = len(UNSEEN)
    assert (ledger.rows_read, ledger.rows_accepted) == (3 * many, 3 * many)
    assert ledger.names_cleaned == 2 * many
    assert set(ws.reader.frame("gazetteer")["name"]) <= {"High Street", "Moor Lane"}


def test_a_nul_is_no_text(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(location="On or near High\x00Street")])
    ledger = build([file], settings=settings_in(tmp_path))
    (refused,) = ledger.refused
    assert (refused["file"], ledger.published) == (str(file), False) and "NUL bytes" in refused[
        "problem"
    ]


def test_large_files_and_those_read_twice_are_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_ROWS_A_QUERY", 2)
    rows = [row(location=f"On or near High\u202e{i}") for i in range(5)]
    file = write(tmp_path / "a.csv", [*rows, row(location="On or near Moor\nLane")])
    ledger = build([file], settings=settings_in(tmp_path))
    assert (ledger.rows_accepted, ledger.names_cleaned) == (6, 6)


def test_other_letters_stay(tmp_path: Path) -> None:
    names = [
        "Tŷ-du Road",
        "Straße",
        "شارع",
        "नहीं की",
        "क्\u200dष Road",
        "Café\u00a0Row",
        "O’Neill’s",
    ]
    ledger, _ = loaded(tmp_path, [row(location=f"On or near {name}") for name in names])
    assert ledger.names_cleaned == 0 and not ledger.warnings


def test_the_account_of_a_build_says_how_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VRP_BOUNDARIES", str(make_boundaries(tmp_path / "boundaries")))
    file = write(
        tmp_path / "a\x1b[31m.csv",
        [row(location="On or near High\u202eStreet"), row(month="\x1b]0;x\x07")],
    )
    with pytest.raises(SystemExit) as ended:
        main(["build", str(file), "--store", str(tmp_path / "s")])
    said = capsys.readouterr()
    assert not ended.value.code and "names hold invisible characters" in said.out
    with pytest.raises(SystemExit):
        main(["quality", "--store", str(tmp_path / "s")])
    said = capsys.readouterr()
    assert "<U+001B>]0;x<U+0007>" in said.out
    assert not {"\x1b", "\x07", "\u202e"} & set(said.out + said.err)


def test_a_refused_row_spells_out_what_cannot_be_seen(tmp_path: Path) -> None:
    _, ws = loaded(tmp_path, [row(month="20\u202e24"), row()])
    refused = ws.quality().refused.to_dict("records")[0]
    assert "20&lt;U+202E&gt;24" in quality.refused_row(
        refused
    ) and "\u202e" not in quality.refused_row(refused)


def test_no_message_reaches_the_terminal_with_what_it_obeys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.say("a\x1b[2Jb\u202ec")
    console.complain("x\x9b31m", "y\x07")
    output.draw("t", ["name"], [["n\x1b[0m"]])
    said = capsys.readouterr()
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(said.out + said.err)
    assert "a<U+001B>[2Jb<U+202E>c" in said.out


# -- boundaries ------------------------------------------------------------------------------------


def areas_file(path: Path, *, name: str = "Moor", code: str = "M1") -> Path:
    ring = [[-1.9, 52.4], [-1.8, 52.4], [-1.8, 52.5], [-1.9, 52.5], [-1.9, 52.4]]
    feature = {
        "type": "Feature",
        "properties": {"c": code, "n": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize("unseen", ["\u202e", "\u200b", "\x1b", "\u2066", "\u2028"], ids=name_of)
def test_the_name_of_an_area_is_cleaned_and_said_and_its_code_refused(
    tmp_path: Path, unseen: str
) -> None:
    areas, notes = read_boundary_file(
        areas_file(tmp_path / "a.geojson", name=f"Moor{unseen}Side"), name_field="n", code_field="c"
    )
    assert (
        areas["name"].tolist() == ["Moor Side"]
        and "1 name(s) held invisible characters" in notes[0]
    )
    with pytest.raises(FileRefused, match="has a code with invisible characters"):
        read_boundary_file(
            areas_file(tmp_path / "b.geojson", code=f"M{unseen}1"), name_field="n", code_field="c"
        )
    with pytest.raises(FileRefused, match="has no name in n"):
        read_boundary_file(
            areas_file(tmp_path / "c.geojson", name=unseen), name_field="n", code_field="c"
        )


def test_a_layer_that_somebody_wrote_into_is_cleaned_too(tmp_path: Path) -> None:
    folder = make_boundaries(tmp_path / "boundaries")
    file = folder / "lad.geojson"
    file.write_text(file.read_text().replace("Westborough", "West\\u202eborough"))
    lad = next(layer for layer in read_catalog(folder) if layer.type == "lad")
    assert "West borough" in lad.areas["name"].tolist()


# -- every way out ---------------------------------------------------------------------------------


def test_names_that_are_formulas_or_markup_leave_as_names(tmp_path: Path) -> None:
    """From a row and from an area to every file: as written in the data formats, defused for
    spreadsheets.
    """
    names = ["=1+1", "＝cmd()", "**x**", "[a](http://example.org)", "$x$"]
    rows = [
        row(location=f"On or near {name}", longitude=f"{-1.95 + i / 50:.6f}")
        for i, name in enumerate(names)
        for _ in range(30)
    ]
    _, ws = loaded(tmp_path, rows)
    table = ws.counts(ws.select("all"), by="cell", audience="analyst")
    held = set(table.frame["name"])
    assert {f"near {name}" for name in names} & held or set(names) & held
    made = report.to_csv(table)
    assert not any(
        line.split(",")[1].lstrip()[:1] in set("=+-@＝") for line in made.splitlines()[1:]
    )
    assert {row["name"] for row in json.loads(report.to_json(table))["rows"]} == held
    assert open_workspace(settings=ws.settings).snapshot.incidents == 150
