"""Hospital admissions for violence: which cause a code means, and small counts that stay hidden."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from vrp_map.errors import FileRefused, UserError
from vrp_map.residents.admissions import (
    AdmissionTable,
    are_admissions,
    cause_of,
    loaded_admissions,
    read_admissions,
    save_admissions,
)
from vrp_map.residents.suppression import MOST_HIDDEN, suppressed

COVENTRY, OTHER_PLACE = "E08000026", "E06000001"
TODAY = date(2026, 11, 29)
HEAD = "Area code,Financial year,Cause (ICD-10),Admissions"


def read(folder: Path, *lines: str, head: str = HEAD) -> AdmissionTable:
    file = folder / "admissions.csv"
    file.write_text("\n".join([head, *lines]), encoding="utf-8")
    assert are_admissions(file)
    return read_admissions(file, [COVENTRY], today=TODAY)


def three_years(cause: str, *counts: str) -> list[str]:
    years = ("2022-23", "2023/24", "2024-25")
    return [f"{COVENTRY},{y},{cause},{n}" for y, n in zip(years, counts, strict=True)]


def test_the_causes_of_england_in_2018_19_are_told_apart(tmp_path: Path) -> None:
    """As published: sharp 5,069, bodily force 18,503, blunt 2,387, firearm 136, corrosive 123."""
    rows = [
        ("X99 Assault by sharp object", '"5,069"'),
        ("Y04 Assault by bodily force", '"18,503"'),
        ("Y00 Assault by blunt object", '"2,387"'),
        ("X93 Assault by handgun discharge", "100"),
        ("X94 Assault by larger firearm", "30"),
        ("X95 Assault by other firearm", "6"),
        ("X86 Assault by corrosive substance", "123"),
        ("W19 Unspecified fall", "9"),
        ("X85-Y09 Assault", "26218"),
        ("Other assault (X85, X87-X92)", "0"),
    ]
    table = read(tmp_path, *(f'{COVENTRY},2018-19,"{cause}",{n}' for cause, n in rows))
    found = {cause: n for (_, _, cause), n in table.counts.items()}
    assert found == {
        "sharp object": 5069,
        "bodily force": 18503,
        "blunt object": 2387,
        "firearm": 136,
        "corrosive substance": 123,
        "other assault": 0,
    }


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Assault by sharp object (X99)", "sharp object"),
        ("x99.1", "sharp object"),
        ("Bodily force", "bodily force"),
        ("X92", "other assault"),
        ("Y10 undetermined intent", None),
        ("X84 self-harm by knife", None),
        ("All assaults", None),
        ("", None),
    ],
)
def test_a_cause_is_an_assault_or_none(text: str, cause: str | None) -> None:
    assert cause_of(text) == cause


def test_three_years_are_pooled_and_kept(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        *three_years("X99", "10", "20", "30"),
        *three_years("Y04", "10", "*", "30"),
        f"{COVENTRY},2021-22,X99,900",
        f"{OTHER_PLACE},2024-25,X99,900",
    )
    years, counts = table.pooled(COVENTRY)
    assert years == ("2022-23", "2023-24", "2024-25")
    assert (counts["sharp object"], counts["bodily force"], counts["firearm"]) == (60, None, 0)
    save_admissions(table, tmp_path / "kept")
    assert loaded_admissions(tmp_path / "kept") == table
    assert loaded_admissions(tmp_path / "none") is None


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([f"{COVENTRY},2024,X99,3"], "line 2 has no financial year"),
        ([f"{COVENTRY},2024-26,X99,3"], "line 2 has no financial year"),
        ([f"{COVENTRY},2024-25,X99,about 3"], "line 2 has no count"),
        ([f"{COVENTRY},2024-25,X99,3", f"{COVENTRY},2024-25,X99,4"], "line 3 gives .* second time"),
        ([f"{OTHER_PLACE},2024-25,X99,3"], "no assault of a local authority"),
    ],
)
def test_any_other_line_is_refused(tmp_path: Path, lines: list[str], why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        read(tmp_path, *lines)


def test_fewer_than_three_years_in_a_row_are_not_pooled(tmp_path: Path) -> None:
    table = read(tmp_path, *(f"{COVENTRY},{y},X99,9" for y in ("2020-21", "2023-24", "2024-25")))
    with pytest.raises(UserError, match="3 years in a row"):
        table.pooled(COVENTRY)


@pytest.mark.parametrize(("causes", "most"), [(2, 16), (3, 13), (4, 10)])
def test_whoever_knows_the_rule_still_cannot_tell_a_hidden_count(causes: int, most: int) -> None:
    """Every table of these sizes: none of those that look alike agree on a small count."""
    names = [f"cause {n}" for n in range(causes)]
    alike: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    naive: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=causes):
        shown, whole = suppressed(dict(zip(names, counts, strict=True)))
        alike[(*shown.values(), whole)].append(counts)
        bare = tuple(None if 0 < n <= MOST_HIDDEN else n for n in counts)
        naive[(*bare, sum(counts))].append(counts)
        assert [n for n in shown.values() if n is not None and 0 < n <= MOST_HIDDEN] == []
    assert told(alike) == [] and told(naive)


def told(alike: dict[object, list[tuple[int, ...]]]) -> list[object]:
    """What looks of tables tell a count of 1 to 5."""
    return [
        look
        for look, tables in alike.items()
        if any(len(set(c)) == 1 and 0 < c[0] <= MOST_HIDDEN for c in zip(*tables, strict=True))
    ]
