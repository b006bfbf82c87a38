"""Emerging hot spots: the truth table, its mirror, and space-time Gi* against the formula written
out.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from shapely.geometry import box

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.statistics.emerging import (
    RULES_VERSION,
    EmergingClass,
    emerging,
    emerging_class,
    space_time_gi_star,
)
from vrp_map.statistics.gi_star import gi_star
from vrp_map.statistics.mann_kendall import mann_kendall

RISING, FALLING = (3.0, 0.002), (-3.0, 0.002)
FLAT, NEARLY = (0.2, 0.84), (1.95, 0.0512)

# Hot steps as 1, cold ones as -, others as 0; the trend of z as (z, p).
TRUTH = [
    ("0000000001", FLAT, "new"),
    ("0000000111", FLAT, "consecutive"),
    ("1111111111", RISING, "intensifying"),
    ("1111111111", FALLING, "diminishing"),
    ("1111111111", FLAT, "persistent"),
    ("1111111110", FLAT, "historical"),
    ("0101001001", FLAT, "sporadic"),
    ("-0100-0011", FLAT, "oscillating"),
    ("0110010000", FLAT, None),
    ("0111111111", RISING, "intensifying"),
    # Each rule at its edge.
    ("-------001", FLAT, "new"),
    ("1", FLAT, "new"),
    ("0000000011", FLAT, "consecutive"),
    ("0011111111", RISING, "consecutive"),
    ("-000000011", FLAT, "consecutive"),
    ("1000000011", FLAT, "sporadic"),
    ("1011111111", FALLING, "diminishing"),
    ("1111111111", NEARLY, "persistent"),
    ("1111101111", FLAT, "persistent"),
    ("0111111111", FLAT, "persistent"),
    ("-111111111", RISING, "intensifying"),
    ("1111111110", RISING, "historical"),
    ("111111111-", FLAT, "new cold"),
    ("---------1", FALLING, "new"),
    ("1111111100", FLAT, None),
    ("0000000000", RISING, None),
    ("1000000001", RISING, "sporadic"),
    ("1---------", FLAT, "persistent cold"),
    ("11", FLAT, "persistent"),
    ("01", FLAT, "new"),
    ("10", FLAT, None),
]


def steps_of(text: str) -> np.ndarray:
    return np.array([[{"1": 1, "-": -1, "0": 0}[mark] for mark in text]])


def name(word: str | None, kind: str = "hot") -> str:
    if word is None:
        return "no pattern"
    return f"{word} spot" if word.endswith(" cold") else f"{word} {kind} spot"


@pytest.mark.parametrize(("text", "trend", "word"), TRUTH)
def test_truth_table(text: str, trend: tuple[float, float], word: str | None) -> None:
    z, p = trend
    assert emerging_class(steps_of(text), [z], [p]).tolist() == [name(word)]


@pytest.mark.parametrize(("text", "trend", "word"), TRUTH)
def test_cold_spots_are_the_mirror(text: str, trend: tuple[float, float], word: str | None) -> None:
    z, p = trend
    mirrored = {" hot ": " cold ", " cold ": " hot "}
    expected = name(word)
    for one, other in mirrored.items():
        if one in expected:
            expected = expected.replace(one, other)
            break
    assert emerging_class(-steps_of(text), [-z], [p]).tolist() == [expected]


def test_the_truth_table_in_whole_numbers_and_measured_trends() -> None:
    # The trend as it comes from a series: rising, falling, and up and down.
    series = np.array([np.arange(10.0), np.arange(10.0)[::-1], [2, 3] * 5]) + 2
    trend = mann_kendall(series)
    classes = emerging_class(np.ones((3, 10), dtype=int), trend.z, trend.p)
    assert classes.tolist() == [
        "intensifying hot spot",
        "diminishing hot spot",
        "persistent hot spot",
    ]


def test_every_class_has_its_mirror_and_is_plain_text() -> None:
    names = {str(c) for c in EmergingClass}
    assert len(names) == 17
    assert {n.replace(" hot ", " cold ") for n in names if " hot " in n} == {
        n for n in names if " cold " in n
    }
    assert all(type(c) is str for c in emerging_class(steps_of("0001"), [0], [1]))


def test_nothing_to_classify() -> None:
    assert emerging_class(np.empty((0, 5)), [], []).shape == (0,)
    assert emerging_class(np.empty((2, 0)), [0, 0], [1, 1]).tolist() == ["no pattern"] * 2


@pytest.mark.parametrize(
    ("steps", "z", "p", "match"),
    [
        ([0, 1], [0], [1], "hot \\(1\\), cold"),
        ([[0, 2]], [0], [1], "hot \\(1\\), cold"),
        ([[0, 0.5]], [0], [1], "hot \\(1\\), cold"),
        ([[0, 1]], [0, 0], [1], "differ in number"),
        ([[0, 1]], [0], [1, 1], "differ in number"),
    ],
)
def test_what_does_not_fit_is_refused(steps: list, z: list, p: list, match: str) -> None:
    with pytest.raises(UserError, match=match):
        emerging_class(steps, z, p)


def written_out(counts: np.ndarray, index: np.ndarray, previous: int) -> np.ndarray:
    """The formula, one cell and step at a time."""
    n, steps = counts.shape
    mean, spread, bins = counts.mean(), counts.std(), counts.size
    z = np.zeros(counts.shape)
    for i in range(n):
        own = [i, *(j for j in index[i] if j < n)]
        for t in range(steps):
            values = [counts[j, s] for j in own for s in range(max(0, t - previous), t + 1)]
            w = len(values)
            below = spread * np.sqrt((bins * w - w * w) / (bins - 1))
            z[i, t] = (sum(values) - mean * w) / below if below else 0
    return z


def some_cells(n: int, seed: int) -> np.ndarray:
    whole = grid.lattice([box(-1.93, 52.465, -1.875, 52.495)], resolution=9)
    return np.sort(np.random.default_rng(seed).choice(whole, n, replace=False))


@pytest.mark.parametrize("previous", [0, 1, 2, 9])
def test_space_time_gi_star_is_the_formula(previous: int) -> None:
    index = grid.neighbour_index(some_cells(40, previous))
    counts = np.random.default_rng(previous).poisson(1.5, (40, 6))
    z = space_time_gi_star(counts, index, previous_steps=previous)
    np.testing.assert_allclose(z, written_out(counts, index, previous), atol=1e-10)


def test_one_step_is_the_ordinary_gi_star() -> None:
    index = grid.neighbour_index(some_cells(40, 3))
    counts = np.random.default_rng(3).poisson(2, 40)
    np.testing.assert_allclose(
        space_time_gi_star(counts[:, None], index)[:, 0], gi_star(counts, index), atol=1e-10
    )


def test_equal_neighbourhoods_have_exactly_equal_scores() -> None:
    # 1, 2 and 3 in any order are 6; as shares of something they would not add up the same, and
    # rounding would make a trend of it. The third cell's neighbours are the first two.
    index = np.array([[1, 2, 4], [0, 2, 4], [0, 1, 4], [4, 4, 4]])
    counts = np.array(
        [[1, 1, 2, 2, 3, 3], [2, 3, 1, 3, 1, 2], [3, 2, 3, 1, 2, 1], [4, 4, 4, 4, 4, 5]]
    )
    z = space_time_gi_star(counts, index, previous_steps=0)
    assert len(set(z[2])) == 1
    assert mann_kendall(z).s[:3].tolist() == [0, 0, 0]


def test_a_field_without_differences_and_an_empty_one() -> None:
    index = grid.neighbour_index(some_cells(5, 1))
    result = emerging(np.full((5, 12), 3), index)
    assert not result.z.any() and not result.steps.any()
    assert result.classes.tolist() == ["no pattern"] * 5
    assert emerging(np.empty((0, 12)), np.empty((0, 6), dtype=int)).classes.shape == (0,)
    assert emerging(np.empty((5, 0)), index).classes.tolist() == ["no pattern"] * 5
    assert emerging([[4]], np.array([[1]])).classes.tolist() == ["no pattern"]


def test_a_made_up_force_has_the_spots_that_were_put_there() -> None:
    cells = grid.lattice([box(-1.95, 52.45, -1.85, 52.51)], resolution=9)
    index = grid.neighbour_index(cells)
    inside = np.flatnonzero((index < len(cells)).all(axis=1))
    far = [int(inside[k]) for k in (5, len(inside) // 2, len(inside) - 5)]
    counts = np.random.default_rng(8).poisson(0.3, (len(cells), 12))
    new, stubborn, gone = (np.append(index[i], i) for i in far)
    counts[new, 11] += 6
    counts[stubborn] += 3
    counts[gone, :11] += 3
    # The step before belongs to the neighbourhood, so what is gone shows in the last step only
    # without it.
    result = emerging(counts, index, previous_steps=0)
    assert result.classes[far].tolist() == [
        "new hot spot",
        "persistent hot spot",
        "historical hot spot",
    ]
    assert result.steps[far[0]].tolist() == [0] * 11 + [1]
    assert (result.classes == "no pattern").mean() > 0.9
    assert result.rules_version == RULES_VERSION
    assert (np.sign(result.z)[result.steps != 0] == result.steps[result.steps != 0]).all()
    assert emerging(counts, index).steps[far[2], 11] == 1


@pytest.mark.parametrize(
    ("counts", "index", "previous", "match"),
    [
        ([1, 2], [[1], [0]], 1, "a count for each cell and step"),
        ([[1, -1], [0, 0]], [[1], [0]], 1, "counts of 0 or more"),
        ([[1, np.nan], [0, 0]], [[1], [0]], 1, "counts of 0 or more"),
        ([[1, 1], [0, 0]], [[1], [0], [1]], 1, "do not fit"),
        ([[1, 1], [0, 0]], [[1], [3]], 1, "not there"),
        ([[1, 1], [0, 0]], [[1], [0]], -1, "previous steps is negative"),
    ],
)
def test_cubes_that_do_not_fit_are_refused(
    counts: list, index: list, previous: int, match: str
) -> None:
    with pytest.raises(UserError, match=match):
        emerging(counts, np.array(index), previous_steps=previous)


def test_thirty_six_months_of_a_force_in_less_than_a_second() -> None:
    cells = grid.lattice([box(-2.2, 52.4, -1.74, 52.66)], resolution=9)
    assert len(cells) > 9_000
    random = np.random.default_rng(0)
    counts = random.poisson(random.gamma(0.3, 3, len(cells))[:, None], (len(cells), 36))
    index = grid.neighbour_index(cells)
    start = time.perf_counter()
    emerging(counts, index)
    assert time.perf_counter() - start < 1
