"""Harm by offence code. The weights here are made up and stand in no official table."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from vrp_map.errors import MethodRefused, UserError
from vrp_map.statistics.harm import HarmWeights, harm_of, offence_code, weights_of
from vrp_map.vocabulary import ALL_CATEGORIES, Grade

MADE_UP = HarmWeights(
    "Synthetic index",
    "test edition, sha256 0",
    "days",
    {"8N": 10, "001": 100.5, "105A": 1, "49": 0},
)


def test_harm_is_the_sum_of_count_times_weight() -> None:
    found = harm_of({"8N": 3, "1": 2, "49": 7}, MADE_UP, grade=Grade.A)
    assert found.total == pytest.approx(231)
    assert found.matched == 12
    assert dict(found.unmatched) == {}
    assert (found.name, found.version, found.unit) == (
        "Synthetic index",
        "test edition, sha256 0",
        "days",
    )


def test_offences_without_a_weight_are_named_and_not_guessed() -> None:
    found = harm_of({"8N": 1, "99Z": 4, " 099z ": 1, "34B": 0}, MADE_UP, grade=Grade.A)
    assert found.total == 10
    assert found.matched == 1
    assert dict(found.unmatched) == {"34B": 0, "99Z": 5}


def test_nothing_to_weigh() -> None:
    assert harm_of({}, MADE_UP, grade=Grade.A).total == 0
    assert weights_of([], MADE_UP, grade=Grade.A).shape == (0,)


def test_the_weight_of_every_incident() -> None:
    found = weights_of(["105a", "008N", "77", "105a"], MADE_UP, grade=Grade.A)
    np.testing.assert_array_equal(found, [1, 10, np.nan, 1])


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("8N", "8N"),
        ("008n", "8N"),
        (" 8 N ", "8N"),
        ("001/01", "1/1"),
        ("104", "104"),
        ("4.1", "4.1"),
        ("4.10", "4.10"),
        ("004.01", "4.01"),
        ("1/4.1/4.10/4.2", "1/4.1/4.10/4.2"),
        ("0", "0"),
        ("N08", "N08"),
    ],
)
def test_one_way_of_writing_a_code(written: str, code: str) -> None:
    assert offence_code(written) == code
    assert offence_code(code) == code


@pytest.mark.parametrize("grade", [Grade.B, Grade.C, Grade.D])
def test_grades_that_do_not_know_the_offence_are_refused(grade: Grade) -> None:
    for ask in (
        lambda: harm_of({"8N": -1}, MADE_UP, grade=grade),
        lambda: weights_of([""], MADE_UP, grade=grade),
    ):
        with pytest.raises(MethodRefused, match="offences of very different harm"):
            ask()


@pytest.mark.parametrize(
    "category", [*ALL_CATEGORIES, "Violence and sexual offences", " VIOLENT-CRIME "]
)
def test_a_merged_category_is_refused_with_the_reason_whatever_the_grade(category: str) -> None:
    for ask in (
        lambda: harm_of({"8N": 1, category: 2}, MADE_UP, grade=Grade.A),
        lambda: weights_of(["8N", category], MADE_UP, grade=Grade.A),
    ):
        with pytest.raises(
            MethodRefused, match="one category holds offences of very different harm"
        ) as caught:
            ask()
        assert "offence codes" in caught.value.hint


@pytest.mark.parametrize("count", [-1, 1.5, float("nan")])
def test_what_is_no_count_is_refused(count: float) -> None:
    with pytest.raises(UserError, match="negative or not a whole number"):
        harm_of({"8N": count}, MADE_UP, grade=Grade.A)  # type: ignore[dict-item]


def test_an_empty_code_is_refused() -> None:
    with pytest.raises(UserError, match="offence code is empty"):
        harm_of({" ": 1}, MADE_UP, grade=Grade.A)


@pytest.mark.parametrize(
    ("table", "match"),
    [
        ({}, "is empty"),
        ({"8N": -1}, "weight of offence 8N is negative or missing"),
        ({"8N": float("nan")}, "weight of offence 8N is negative or missing"),
        ({"8N": 1, "008n": 2}, "Offence 8N has two different weights"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(table: dict[str, float], match: str) -> None:
    with pytest.raises(UserError, match=match):
        HarmWeights("Synthetic index", "1", "days", table)


def test_a_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        MADE_UP.weights["8N"] = 11  # type: ignore[index]
    given = {"8N": 1.0}
    table = HarmWeights("Synthetic index", "1", "days", given)
    given["8N"] = 5
    assert table.weights["8N"] == 1


@pytest.mark.real
def test_the_home_office_codes_stay_apart(real_data: Path) -> None:
    with (real_data / "weights" / "prc_west_midlands_2017-18_by_offence.csv").open(
        encoding="utf-8"
    ) as lines:
        codes = [row["offence_code"] for row in csv.DictReader(lines)]
    assert len(codes) == 128
    assert len({offence_code(code) for code in codes}) == len(set(codes))
    assert {"1/4.1/4.10/4.2", "105A", "8N"} <= {offence_code(code) for code in codes}
