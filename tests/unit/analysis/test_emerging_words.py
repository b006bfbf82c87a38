"""Emerging hot spots in words, and a trend that steady places do not fail."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vrp_map.analysis.emerging import _WORDS, _classified, _words
from vrp_map.maps.emerging import GROUPS, emerging_group
from vrp_map.statistics.emerging import EmergingClass, emerging

# 40 places of 7 hexagons each, far from each other, among many empty ones.
PLACES, STEPS, EMPTY = 40, 24, 6_000
SIZE = PLACES * 7 + EMPTY


def neighbours() -> np.ndarray:
    index = np.full((SIZE, 6), SIZE, dtype=np.int32)
    for place in range(PLACES):
        own = np.arange(7 * place, 7 * place + 7)
        for cell in own:
            index[cell] = own[own != cell]
    return index


def counts(shape: np.ndarray) -> np.ndarray:
    """Poisson counts around 20 a month times the shape (steps) in every hexagon of every place."""
    months = np.zeros((SIZE, STEPS), dtype=np.int64)
    months[: PLACES * 7] = np.random.default_rng(11).poisson(20 * shape, (PLACES * 7, STEPS))
    return months


def share_of(pattern: np.ndarray, *kinds: EmergingClass) -> float:
    return float(np.isin(pattern[: PLACES * 7], [str(kind) for kind in kinds]).mean())


def test_steady_places_are_not_called_growing_or_fading() -> None:
    """The overlapping scores of the usual rule call many of them so; the scores of each month alone
    do not.
    """
    months, index = counts(np.ones(STEPS)), neighbours()
    changing = (EmergingClass.INTENSIFYING_HOT, EmergingClass.DIMINISHING_HOT)
    steps, pattern, _ = _classified(months, index)
    assert share_of(pattern, EmergingClass.PERSISTENT_HOT, *changing) == 1
    assert share_of(pattern, *changing) <= 0.05
    usual = emerging(months, index)
    assert share_of(usual.classes, *changing) > 0.10
    assert (usual.steps == steps).all(), "what is hot is the same"


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (np.linspace(0.6, 1.4, STEPS), EmergingClass.INTENSIFYING_HOT),
        (np.linspace(1.4, 0.6, STEPS), EmergingClass.DIMINISHING_HOT),
        ((np.arange(STEPS) == STEPS - 1).astype(float), EmergingClass.NEW_HOT),
        ((np.arange(STEPS) >= STEPS - 5).astype(float), EmergingClass.CONSECUTIVE_HOT),
        ((np.arange(STEPS) % 4 > 2).astype(float), EmergingClass.SPORADIC_HOT),
    ],
)
def test_what_changes_is_found(shape: np.ndarray, expected: EmergingClass) -> None:
    given = counts(shape)
    _, pattern, _ = _classified(given, neighbours())
    assert share_of(pattern, expected) > 0.95
    assert (pattern[PLACES * 7 :] == "no pattern").all() or expected is not EmergingClass.NEW_HOT


def test_nothing_at_all_has_no_pattern() -> None:
    nothing = np.zeros((SIZE, STEPS), dtype=np.int64)
    steps, pattern, _ = _classified(nothing, neighbours())
    assert (steps == 0).all() and (pattern == EmergingClass.NONE).all()


def test_the_words_count_the_months() -> None:
    steps = np.array(
        [
            [1, 1, 1, 0, 1, 1],
            [0, 0, 0, 1, 1, 1],
            [0, 0, 0, 0, 0, 1],
            [-1, -1, 0, -1, -1, -1],
            [0] * 6,
        ]
    )
    pattern = np.array(
        [
            "sporadic hot spot",
            "consecutive hot spot",
            "new hot spot",
            "sporadic cold spot",
            "no pattern",
        ],
        dtype=object,
    )
    assert _words(pattern, steps.astype(np.int8), "May 2026").tolist() == [
        "on and off: hot in 5 of 6 months, including May 2026",
        "hot for 3 consecutive months, never before",
        "new: hot in May 2026, never before",
        "quiet in 5 of 6 months, including May 2026",
        "",
    ]


def test_every_class_has_words_and_the_map_knows_its_group() -> None:
    assert set(_WORDS) == set(EmergingClass) - {EmergingClass.NONE}
    hot = {kind: words for kind, words in _WORDS.items() if kind.value.endswith("hot spot")}
    names = ["", *(group.name for group in GROUPS)]
    groups = {kind: names[emerging_group(pd.Series([words]))[0]] for kind, words in _WORDS.items()}
    assert all(groups[kind] == "" for kind in _WORDS if kind not in hot), (
        "quiet places are no hotspots"
    )
    assert {kind: groups[kind] for kind in hot} == {
        EmergingClass.NEW_HOT: "new",
        EmergingClass.CONSECUTIVE_HOT: "new",
        EmergingClass.INTENSIFYING_HOT: "growing",
        EmergingClass.PERSISTENT_HOT: "stubborn",
        EmergingClass.DIMINISHING_HOT: "fading or past",
        EmergingClass.HISTORICAL_HOT: "fading or past",
        EmergingClass.SPORADIC_HOT: "on and off",
        EmergingClass.OSCILLATING_HOT: "on and off",
    }
