"""How the check of a comparison is said: alike only where no large difference fits."""

from __future__ import annotations

import numpy as np
import pytest

from vrp_map.analysis.comparison_cells import is_alike, is_apart
from vrp_map.common.toml_table import toml_table_of
from vrp_map.errors import UserError
from vrp_map.pilots.sheets.pilots import read_json
from vrp_map.statistics.matching import parallel_check

CHOOSING, CHECKING, TOWNS = 16, 8, 400


def said(ratio: float, a_month: float, *, seed: int) -> tuple[float, float]:
    """The shares of made-up places said to be alike and to be apart, where the pilot changed by a
    ratio in the months of the check.
    """
    random = np.random.default_rng(seed)
    means = np.full((2, CHOOSING + CHECKING), a_month)
    means[0, CHOOSING:] *= ratio
    checks = [
        parallel_check(*random.poisson(means).astype(float), choosing=CHOOSING)
        for _ in range(TOWNS)
    ]
    return float(np.mean([*map(is_alike, checks)])), float(np.mean([*map(is_apart, checks)]))


@pytest.mark.parametrize("a_month", [1.0, 5.0, 30.0, 300.0])
@pytest.mark.parametrize("ratio", [0.8, 1.25])
def test_places_that_drift_apart_are_hardly_ever_said_to_be_alike(
    ratio: float, a_month: float
) -> None:
    alike, _ = said(ratio, a_month, seed=3)
    # A two-sided interval of 95% lies past the border in 2.5% of them; 400 are counted.
    assert alike <= 0.05


def test_places_that_move_alike_are_told_where_there_is_enough_to_tell() -> None:
    few, many = said(1.0, 1.0, seed=5), said(1.0, 300.0, seed=5)
    assert few[0] == 0 and few[1] <= 0.08
    assert many[0] > 0.9 and many[1] <= 0.08


def test_a_file_nested_too_deep_is_no_list_of_pilots() -> None:
    with pytest.raises(UserError, match="no list of pilots"):
        read_json("[" * 100_000)


def test_a_table_nested_too_deep_is_refused_in_words() -> None:
    with pytest.raises(UserError, match="formula"):
        toml_table_of(b"a=" + b"[" * 100_000, what="formula")
