"""A formula from a file: what it says, the published ones, and how mistakes are told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.funding.formula import allocate
from vrp_map.funding.formula_file import FormulaFile, SourceValues, precedents, read_formula

COUNTED = """
[areas]
A = "Arden"
B = "Bere"
[[factor]]
name = "Violence"
counts = { A = 30, B = 10 }
"""


def nothing(source: str, areas: Sequence[str]) -> SourceValues:
    raise AssertionError("it should not have been asked")


def read(text: str, folder: Path) -> FormulaFile:
    file = folder / "formula.toml"
    file.write_text(text, encoding="utf-8")
    return read_formula(file, area_names={"A": "Arden", "B": "Bere"}, values_of=nothing)


def test_counts_are_values_that_can_be_redrawn(tmp_path: Path) -> None:
    found = read(COUNTED, tmp_path)
    assert allocate(found.formula, 400).pounds.tolist() == [300, 100]
    assert found.formula.factors[0].counted is not None
    assert found.names == {"A": "Arden", "B": "Bere"}


def test_a_rate_divides_its_counts(tmp_path: Path) -> None:
    text = COUNTED + 'measure = "rate"\nper_1000 = { A = 3000, B = 2000 }\n'
    assert read(text, tmp_path).formula.factors[0].values.tolist() == [10, 5]


def test_a_source_is_asked_of_the_store(tmp_path: Path) -> None:
    file = tmp_path / "formula.toml"
    file.write_text('[[factor]]\nname = "Violence"\nsource = "incidents"\n', encoding="utf-8")
    asked = []

    def values(source: str, areas: Sequence[str]) -> SourceValues:
        asked.append((source, list(areas)))
        return SourceValues(np.array([1.0, 3.0]), np.array([1.0, 3.0]))

    found = read_formula(file, area_names={"A": "Arden", "B": "Bere"}, values_of=values)
    assert asked == [("incidents", ["A", "B"])]
    assert found.from_store


PUBLISHED = """
precedent = "thames-valley-2014"
[areas]
A = "Arden"
B = "Bere"
"""
FIVE = {
    "Residents": "{ A = 300, B = 100 }",
    "Crime per 1,000 residents": "{ A = 50, B = 50 }",
    "Antisocial behaviour": "{ A = 10, B = 30 }",
    "Resident offenders": "{ A = 1, B = 1 }",
    "Opiate and crack users per 1,000 residents": "{ A = 9, B = 1 }",
}


def test_a_published_formula_takes_the_values_and_brings_the_weights(tmp_path: Path) -> None:
    parts = "".join(f'[[factor]]\nname = "{n}"\nvalues = {v}\n' for n, v in FIVE.items())
    found = read(PUBLISHED + parts, tmp_path)
    # (75 + 50 + 25 + 50 + 90) / 5 %
    assert allocate(found.formula, 1000).pounds.tolist() == [580, 420]
    assert found.words.startswith("Thames Valley 2014")


def test_a_published_formula_needs_all_its_factors(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="needs the factor 'Residents'"):
        read(PUBLISHED, tmp_path)


def test_every_published_formula_names_its_source() -> None:
    for name, table in precedents().items():
        assert table["words"] and table["source"], name


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("B = 10", "C = 10", "no value for B"),
        (", B = 10", ", B = 10, C = 3", "a value for C, which is no area"),
        ("A = 30", 'A = "30"', "Violence of A is not a number"),
        ("counts =", "values = { A = 1, B = 1 }\ncounts =", "needs one of values"),
        ('name = "Violence"', "", "A factor has no name"),
        ("[[factor]]", "[limit]\nfloor = 1\n[[factor]]", "has no entry 'limit'"),
        ("[[factor]]", '[[factor]]\nmeasure = "rat"', "no measure of 'Violence' 'rat'"),
        ("[[factor]]", '[[factor]]\nmeasure = "rate"', "is called a rate"),
        ("[areas]", 'family = "shares"\n[areas]', "no family 'shares'"),
        ("[areas]", 'precedent = "points 2"\n[areas]', "no published formula"),
        ("[areas]", "[areas", "not valid TOML"),
        ("{ A = 30, B = 10 }", "40", "not a table of areas"),
    ],
)
def test_a_mistake_is_told(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in COUNTED
    with pytest.raises(UserError, match=said) as refused:
        read(COUNTED.replace(old, new, 1), tmp_path)
    assert refused.value.hint


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_formula(tmp_path / "none.toml", area_names={}, values_of=nothing)
