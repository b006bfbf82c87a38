"""Near repeats: the Knox table with half-open bands and permuted times."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vrp_map.errors import MethodRefused, UserError
from vrp_map.statistics import near_repeat as module
from vrp_map.statistics.near_repeat import NearRepeat, near_repeat
from vrp_map.vocabulary import Grade

DISTANCES, SPANS = (0, 0.1, 200, 400), (0, 7, 14)


def knox(x: object, y: object, days: object, **change: object) -> NearRepeat:
    asked = {
        "distance_edges_m": DISTANCES,
        "time_edges_days": SPANS,
        "grade": Grade.A,
        "permutations": 19,
        "seed": 3,
    }
    return near_repeat(x, y, days, **(asked | change))  # type: ignore[arg-type]


def some_incidents(n: int = 60, seed: int = 11) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Invented places on a 50 m grid and whole days, so that many lie exactly on an edge."""
    random = np.random.default_rng(seed)
    return (
        50.0 * random.integers(0, 20, n),
        50.0 * random.integers(0, 20, n),
        random.integers(0, 60, n).astype(float),
    )


def plain_table(x: np.ndarray, y: np.ndarray, days: np.ndarray, metric: str) -> np.ndarray:
    """Every pair against every band, in loops."""
    table = np.zeros((len(DISTANCES) - 1, len(SPANS) - 1), dtype=int)
    for i in range(len(x)):
        for j in range(i):
            dx, dy = abs(x[i] - x[j]), abs(y[i] - y[j])
            far, long = (
                dx + dy if metric == "manhattan" else math.hypot(dx, dy),
                abs(days[i] - days[j]),
            )
            for d in range(len(DISTANCES) - 1):
                for t in range(len(SPANS) - 1):
                    table[d, t] += (
                        DISTANCES[d] <= far < DISTANCES[d + 1] and SPANS[t] <= long < SPANS[t + 1]
                    )
    return table


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_bands_hold_their_lower_edge_and_not_their_upper(metric: str) -> None:
    found = knox(
        [0, 100],
        [0, 0],
        [0, 3],
        distance_edges_m=(0, 100, 200),
        time_edges_days=(0, 3, 6),
        metric=metric,
    )
    assert found.observed.tolist() == [[0, 0], [0, 1]]


def test_bands_need_not_begin_at_0() -> None:
    found = knox(
        [0, 0, 100], [0, 0, 0], [0, 1, 9], distance_edges_m=(50, 150), time_edges_days=(5, 9)
    )
    assert found.observed.tolist() == [[1]]


def test_the_two_metrics_differ() -> None:
    asked = {"distance_edges_m": (0, 100, 200), "time_edges_days": (0, 1)}
    assert knox([0, 60], [0, 60], [0, 0], metric="euclidean", **asked).observed.tolist() == [
        [1],
        [0],
    ]
    assert knox([0, 60], [0, 60], [0, 0], metric="manhattan", **asked).observed.tolist() == [
        [0],
        [1],
    ]
    assert knox([0, 60], [0, 60], [0, 0], **asked).metric == "manhattan"


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_agrees_with_plain_loops_permutation_by_permutation(metric: str) -> None:
    x, y, days = some_incidents()
    found = knox(x, y, days, metric=metric)
    random = np.random.default_rng(3)
    simulated = np.array([plain_table(x, y, random.permutation(days), metric) for _ in range(19)])
    observed = plain_table(x, y, days, metric)
    np.testing.assert_array_equal(found.observed, observed)
    np.testing.assert_allclose(found.expected, simulated.mean(axis=0))
    np.testing.assert_allclose(found.ratio, observed / simulated.mean(axis=0))
    np.testing.assert_allclose(found.p, ((simulated >= observed).sum(axis=0) + 1) / 20)
    assert (found.events, found.permutations, found.seed, found.metric) == (60, 19, 3, metric)
    assert (found.distance_edges_m, found.time_edges_days) == (DISTANCES, SPANS)


def test_finds_repeats_that_were_put_there() -> None:
    random = np.random.default_rng(5)
    x, y, days = (
        random.uniform(0, 20_000, 200),
        random.uniform(0, 20_000, 200),
        random.uniform(0, 365, 200),
    )
    again = slice(0, 40)
    x, y = np.append(x, x[again] + 50), np.append(y, y[again])
    found = knox(x, y, np.append(days, days[again] + 3), permutations=199)
    assert found.observed[1, 0] >= 40
    assert found.p[1, 0] == pytest.approx(1 / 200)
    assert found.flagged.tolist() == [[False, False], [True, False], [False, False]]


def test_places_that_repeat_without_order_in_time_are_flagged_no_more_often_than_promised() -> None:
    random = np.random.default_rng(6)
    x = np.repeat(random.uniform(0, 20_000, 60), 3)
    p = [
        knox(
            x,
            x,
            random.uniform(0, 365, 180),
            distance_edges_m=(0, 1),
            time_edges_days=(0, 14),
            permutations=99,
        ).p
        for _ in range(100)
    ]
    assert 0.01 <= np.mean(np.ravel(p) <= 0.05) <= 0.1
    assert 0.35 <= np.mean(np.ravel(p) <= 0.5) <= 0.65


def test_a_band_that_chance_never_fills() -> None:
    # Two places far apart with a pair on one day at each: no shuffle brings two days that are one
    # day apart.
    found = knox(
        [0, 0, 9000, 9000],
        [0, 0, 0, 0],
        [0, 0, 300, 300],
        distance_edges_m=(0, 1),
        time_edges_days=(0, 1, 2),
    )
    assert found.observed.tolist() == [[2, 0]]
    assert np.isnan(found.ratio[0, 1])
    assert found.p[0, 1] == 1


def test_the_seed_decides() -> None:
    x, y, days = some_incidents()
    np.testing.assert_array_equal(knox(x, y, days).expected, knox(x, y, days).expected)
    assert not np.array_equal(knox(x, y, days, seed=4).expected, knox(x, y, days).expected)


def test_progress_is_told_after_each_permutation() -> None:
    told: list[tuple[int, int]] = []
    knox([0, 1], [0, 1], [0, 1], permutations=4, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("rows", [0, 1])
def test_no_pairs(rows: int) -> None:
    found = knox([5.0] * rows, [5.0] * rows, [5.0] * rows)
    assert found.observed.tolist() == [[0, 0]] * 3
    assert (found.p == 1).all()
    assert np.isnan(found.ratio).all()
    assert not found.flagged.any()


def test_rows_without_place_or_time_are_left_out() -> None:
    found = knox([0, np.nan, 50, 50], [0, 0, 0, 0], [0, 0, 1, np.nan])
    assert found.events == 2
    assert found.observed.sum() == 1


@pytest.mark.parametrize("grade", [Grade.A, Grade.B])
def test_grades_that_know_place_and_day(grade: Grade) -> None:
    assert knox([0, 0], [0, 0], [0, 1], grade=grade).observed[0, 0] == 1


@pytest.mark.parametrize("grade", [Grade.C, Grade.D])
def test_other_grades_are_refused_before_anything_else(grade: Grade) -> None:
    with pytest.raises(MethodRefused, match="Near repeats are refused for data of grade"):
        knox([0], [0, 1], [], distance_edges_m=(), grade=grade)


def test_too_many_pairs_are_refused_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", 100)
    with pytest.raises(
        UserError, match=r"105 pairs of incidents are nearer than 400 m \(at most 100 fit\)"
    ):
        knox(np.zeros(15), np.zeros(15), np.arange(15))
    assert knox(np.zeros(14), np.zeros(14), np.arange(14)).observed.sum() == 91


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"metric": "taxi"}, "no distance metric taxi"),
        ({"permutations": 0}, "at least 1 permutation"),
        ({"distance_edges_m": (0,)}, "distance bands must be"),
        ({"distance_edges_m": (-1, 5)}, "distance bands must be"),
        ({"distance_edges_m": (0, np.inf)}, "distance bands must be"),
        ({"time_edges_days": (0, 7, 7)}, "time bands must be"),
        ({"time_edges_days": (7, 0)}, "time bands must be"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(change: dict[str, object], match: str) -> None:
    with pytest.raises(UserError, match=match):
        knox([0, 1], [0, 1], [0, 1], **change)


def test_columns_of_unlike_length_are_refused() -> None:
    with pytest.raises(UserError, match="differ in number"):
        knox([0, 1], [0, 1], [0])
