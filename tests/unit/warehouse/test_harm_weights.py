"""The loader of official harm tables.

Every table in here is synthetic: no weight is that of an official table.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from vrp_map.errors import FileRefused, UserError
from vrp_map.statistics.harm import harm_of
from vrp_map.vocabulary import Grade
from vrp_map.warehouse.harm_weights import load_harm_weights

CAMBRIDGE = [
    ["Synthetic table for tests", None, None],
    [None, None, None],
    ["Offence", "Home Office Code", "CCHI (days)"],
    ["A GROUP OF OFFENCES", None, None],
    ["First made-up offence", "001/01", 5000],
    ["Second made-up offence", 104, 1.25],
    ["Third made-up offence", "8N", "1,095"],
    ["An offence without a code", None, 3],
    ["Another without a code", "N/A", 4],
    [None, "Note: this table is synthetic and was made up in 2026.", None],
]


def csv_file(folder: Path, *rows: str, name: str = "synthetic.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


def workbook(folder: Path, **sheets: list[list[Any]]) -> Path:
    file = folder / "synthetic.xlsx"
    with pd.ExcelWriter(file, engine="openpyxl") as writer:
        for name, rows in sheets.items():
            pd.DataFrame(rows, dtype=object).to_excel(
                writer, sheet_name=name, header=False, index=False
            )
    return file


def test_a_workbook_with_a_preface(tmp_path: Path) -> None:
    file = workbook(tmp_path, Notes=[["Read me", "first"]], Table=CAMBRIDGE)
    found = load_harm_weights(file, "cambridge", edition="Synthetic 2026")
    assert dict(found.weights) == {"1/1": 5000, "104": 1.25, "8N": 1095}
    assert found.left_out == 2
    assert (found.name, found.unit) == ("Cambridge Crime Harm Index", "days of imprisonment")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert found.version == f"Synthetic 2026, sha256 {digest[:12]}"


def test_a_csv_of_the_other_index(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path,
        "\ufeffOffence Code,Offence description,Weight (2015-2019)",
        '4.1,"Made, up",7.5',
        "4.10,B,0",
        "",
    )
    found = load_harm_weights(file, "ons")
    assert dict(found.weights) == {"4.1": 7.5, "4.10": 0}
    assert (found.name, found.unit) == ("ONS Crime Severity Score", "severity points")
    assert found.version.startswith("edition not stated, sha256 ")


def test_the_version_goes_into_the_result(tmp_path: Path) -> None:
    table = load_harm_weights(
        csv_file(tmp_path, "HO code,Days", "8N,10"), "cambridge", edition="Synthetic 1"
    )
    found = harm_of({"008N": 2, "9A": 1}, table, grade=Grade.A)
    assert (found.total, found.matched, dict(found.unmatched)) == (20, 2, {"9A": 1})
    assert found.version == table.version


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    one = load_harm_weights(csv_file(tmp_path, "HO code,Days", "8N,10"), "cambridge").version
    two = load_harm_weights(csv_file(tmp_path, "HO code,Days", "8N,11"), "cambridge").version
    assert one != two


def test_of_several_names_the_one_listed_first_counts(tmp_path: Path) -> None:
    file = csv_file(tmp_path, "Code,HO code,Days,CCHI", "x1,8N,3,10")
    assert dict(load_harm_weights(file, "cambridge").weights) == {"8N": 10}


def test_columns_that_the_user_names(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path, "Fine key,HO code,Weight 2016,Weight 2020", "8N-1,8N,1,2", "8N-2,8N,3,4"
    )
    with pytest.raises(
        FileRefused,
        match=r"several columns may hold the weight: Weight 2016, Weight 2020\. Say which",
    ):
        load_harm_weights(file, "ons")
    found = load_harm_weights(file, "ons", code_column="fine KEY", weight_column="Weight 2020")
    assert dict(found.weights) == {"8N-1": 2, "8N-2": 4}
    with pytest.raises(
        FileRefused, match=r"no column of the weight\. Looked for HO code and Weight 2021\."
    ):
        load_harm_weights(file, "ons", code_column="HO code", weight_column="Weight 2021")


def test_the_same_offence_twice(tmp_path: Path) -> None:
    same = csv_file(tmp_path, "HO code,Days", "8N,10", "008n,10.0")
    assert dict(load_harm_weights(same, "cambridge").weights) == {"8N": 10}
    other = csv_file(tmp_path, "Synthetic,", "HO code,Days", "8N,10", "104,1", "008N,11")
    with pytest.raises(
        FileRefused,
        match=r"offence 8N has weight 10 in row 3 and 11 in row 5\. Keep one of them, or name",
    ):
        load_harm_weights(other, "cambridge")


@pytest.mark.parametrize(
    ("cell", "match"),
    [
        ("-1", "the weight in row 4 is negative"),
        ("", "row 4 has no weight"),
        ("  ", "row 4 has no weight"),
        ("n/a", "the weight in row 4 is not a number"),
        ("nan", "the weight in row 4 is not a number"),
        ("inf", "the weight in row 4 is not a number"),
        ("10 days", "the weight in row 4 is not a number"),
    ],
)
def test_a_faulty_weight_is_named_by_its_row(tmp_path: Path, cell: str, match: str) -> None:
    file = csv_file(tmp_path, "Synthetic,", "HO code,Days", "8N,10", f"104,{cell}")
    with pytest.raises(FileRefused, match=match):
        load_harm_weights(file, "cambridge")


@pytest.mark.parametrize(
    ("code", "weight", "match"),
    [
        (4.1, 5, "the offence code in row 4 is a number with decimals"),
        (pd.Timestamp("2026-01-01"), 5, "the offence code in row 4 is a date"),
        ("8N", True, "the weight in row 4 is not a number"),
        ("8N", None, "row 4 has no weight"),
        ("8N", "N/A", "the weight in row 4 is not a number"),
        ("8N", -2.5, "the weight in row 4 is negative"),
    ],
)
def test_faults_that_only_a_workbook_can_have(
    tmp_path: Path, code: object, weight: object, match: str
) -> None:
    file = workbook(tmp_path, Table=[[None, None], ["HO code", "Days"], ["9", 1], [code, weight]])
    with pytest.raises(FileRefused, match=match):
        load_harm_weights(file, "cambridge")


@pytest.mark.parametrize(
    ("header", "match"),
    [
        ("Offence,Days", "no column of the offence code"),
        ("HO code,Offence", "no column of the weight"),
        ("Month,Crime type", "no column of the offence code or the weight"),
    ],
)
def test_another_kind_of_table_is_refused(tmp_path: Path, header: str, match: str) -> None:
    with pytest.raises(
        FileRefused,
        match=rf"{match}\. Looked for Home Office code or the like and CCHI or the like",
    ):
        load_harm_weights(csv_file(tmp_path, header, "8N,10"), "cambridge")


def test_the_two_columns_must_stand_in_one_row(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no row names both"):
        load_harm_weights(csv_file(tmp_path, "HO code,x", "Days,y"), "cambridge")


def test_one_column_cannot_be_both(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no row names both"):
        load_harm_weights(csv_file(tmp_path, "Days,x", "8N,10"), "cambridge", code_column="Days")


def test_nothing_below_the_header(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no offence below the header"):
        load_harm_weights(csv_file(tmp_path, "HO code,Days", ",", ",3"), "cambridge")


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "the file is empty"),
        (b" \n ", "the file is empty"),
        (b"PK\x03\x04 no workbook", "damaged or not an"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "or protected workbook"),
        (b"HO code,Days\n8N,\xa35", "nor a UTF-8"),
        (b"%PDF\0\0", "nor a UTF-8"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, match: str) -> None:
    file = tmp_path / "synthetic.xlsx"
    file.write_bytes(content)
    with pytest.raises(FileRefused, match=match):
        load_harm_weights(file, "cambridge")


def test_a_file_that_is_not_there_and_an_index_that_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be opened"):
        load_harm_weights(tmp_path / "none.xlsx", "cambridge")
    with pytest.raises(FileRefused, match="cannot be opened"):
        load_harm_weights(tmp_path, "cambridge")
    with pytest.raises(UserError, match="no harm index danish"):
        load_harm_weights(tmp_path / "none.xlsx", "danish")


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    import zipfile

    file = tmp_path / "synthetic.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "HO code,Days")
    with pytest.raises(FileRefused, match="damaged or not an"):
        load_harm_weights(file, "cambridge")


@pytest.mark.real
def test_the_quoted_ons_weights_have_no_codes_and_are_refused(real_data: Path) -> None:
    file = real_data / "weights" / "ons_crime_severity_score_partial.csv"
    with pytest.raises(FileRefused, match="no column of the offence code"):
        load_harm_weights(file, "ons")
