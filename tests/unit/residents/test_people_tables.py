"""Tables about residents as their publishers write them: known by columns, never guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from vrp_map.errors import FileRefused, UserError
from vrp_map.residents.tables import PeopleTable, loaded_people, read_people, save_people

A, B = "E01000001", "E01000002"
TODAY = date(2026, 11, 29)
YEARS = ",".join(map(str, range(90)))
ONE_EACH = ",".join(["1"] * 91)


def read(folder: Path, text: str, name: str = "table.csv") -> PeopleTable:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return read_people(file, [A, B], today=TODAY)


@pytest.mark.parametrize(
    ("text", "kind", "groups", "first"),
    [
        (
            f"name,code,total,{YEARS},90+\nx,{A},91,{ONE_EACH}\ny,{B},91,{ONE_EACH}\n",
            "ages",
            ("0 to 9", "10 to 17", "18 to 24", "25 to 44", "45 to 64", "65 and over"),
            (10, 8, 7, 20, 20, 26),
        ),
        (
            "Usual residents by age\n\n2021 super output area,mnemonic,Total,Aged 4 years and"
            " under,Aged 5 to 9 years,Aged 10 to 24 years,Aged 25 years and over\n"
            f'x,{A},"1,010",5,5,"1,000",0\ny,{B},4,1,1,1,1\n',
            "ages",
            ("0 to 4", "5 to 9", "10 to 24", "25 and over"),
            (5, 5, 1000, 0),
        ),
        (
            "LSOA code (2021),Index of Multiple Deprivation (IMD) Decile,Income Decile\n"
            f"{A},2,1\n{B},10,9\n",
            "deprivation",
            ("1 (most deprived)", *map(str, range(2, 10)), "10 (least deprived)"),
            (0, 1, *[0] * 8),
        ),
        (
            'code,"Ethnic group: Asian, Asian British or Asian Welsh",'
            '"Ethnic group: Asian, Asian British or Asian Welsh: Indian",Ethnic group: White:'
            " English,Ethnic group: White: Irish,Ethnic group: Other ethnic group\n"
            f"{A},7,3,10,5,2\n{B},1,1,1,1,1\n",
            "ethnicity",
            ("Asian", "White", "Other ethnic"),
            (7, 15, 2),
        ),
    ],
    ids=["single years", "bands under a title", "deciles", "groups and their parts"],
)
def test_a_published_table_is_read(
    tmp_path: Path, text: str, kind: str, groups: tuple[str, ...], first: tuple[float, ...]
) -> None:
    found = read(tmp_path, text)
    assert (found.kind, found.groups) == (kind, groups)
    assert found.rows[A] == tuple(map(float, first))
    save_people(found, tmp_path / "kept")
    assert loaded_people(tmp_path / "kept") == {kind: found}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("code,visits\nE01000001,3\n", "no ages, no decile"),
        ("code,IMD decile\nhere,3\nthere,4\n", "no column holds codes"),
        (f"code,IMD decile\n{A},3\n{A},4\n{B},1\n", "line 3 gives an area a second time"),
        (f"code,IMD decile\n{A},3\n{B},*\n", "line 3 has no number"),
        (f"code,IMD decile\n{A},3\n{B},-4\n", "line 3 has no number"),
        ("code,IMD decile\nE01999999,3\nE01999998,3\n", "0 of the 2 LSOAs"),
    ],
)
def test_any_other_is_refused_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        read(tmp_path, text)


def test_a_damaged_table_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "ages.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="vrp-map needs load"):
        loaded_people(tmp_path)
