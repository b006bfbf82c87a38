"""q-values and the classes people see."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from vrp_map.errors import UserError
from vrp_map.statistics.fdr import passes, q_values
from vrp_map.statistics.hotspots import classify, is_hot
from vrp_map.vocabulary import HotspotClass

GI_STAR_P = [0.162331, 0.772445, 0.515273, 0.772445, 0.217009, 0.042945]
FIFTEEN = [
    0.001,
    0.008,
    0.039,
    0.041,
    0.042,
    0.06,
    0.074,
    0.205,
    0.212,
    0.216,
    0.222,
    0.251,
    0.269,
    0.275,
    0.34,
]


def test_benjamini_hochberg_on_the_gi_star_example() -> None:
    expected = [0.434018, 0.772445, 0.772445, 0.772445, 0.434018, 0.257671]
    assert q_values(GI_STAR_P) == pytest.approx(expected, abs=2e-6)


def test_benjamini_yekutieli_on_the_gi_star_example() -> None:
    assert q_values(GI_STAR_P, method="by").min() == pytest.approx(0.631293, abs=1e-5)


def test_fifteen_p_values() -> None:
    q = q_values(FIFTEEN)
    assert q[:2] == pytest.approx([0.015, 0.06])
    assert (q <= 0.05).sum() == 1


@pytest.mark.parametrize("method", ["bh", "by"])
def test_agrees_with_scipy(method: str) -> None:
    rng = np.random.default_rng(5)
    for n in (1, 2, 7, 500):
        p = np.round(rng.uniform(size=n) ** 3, 3)
        assert q_values(p, method=method) == pytest.approx(
            false_discovery_control(p, method=method)
        )


@pytest.mark.parametrize("method", ["bh", "by"])
@pytest.mark.parametrize("level", [0.01, 0.05, 0.1])
def test_passing_is_a_q_value_at_or_under_the_level(method: str, level: float) -> None:
    rng = np.random.default_rng(6)
    for power in (1, 3, 8):
        p = np.round(rng.uniform(size=(40, 6)) ** power, 4)
        q = q_values(p.ravel(), method=method).reshape(p.shape)
        assert (passes(p, level, method=method) == (q <= level)).all()
    assert not passes(np.empty(0), level).size and not passes(np.ones(5), min(level, 0.5)).any()


def test_agrees_with_the_definition() -> None:
    p = np.random.default_rng(3).uniform(size=40)
    order = np.argsort(p)
    steps = 40 * p[order] / np.arange(1, 41)
    expected = np.empty(40)
    expected[order] = np.minimum(1, np.minimum.accumulate(steps[::-1])[::-1])
    assert q_values(p) == pytest.approx(expected)
    assert q_values(p, method="by") == pytest.approx(
        np.minimum(1, expected * (1 / np.arange(1, 41)).sum()), abs=1e-3
    )


def test_nothing_to_test() -> None:
    assert q_values([]).shape == (0,)
    assert q_values([0.2]).tolist() == [0.2]


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan])
def test_what_is_no_p_value_is_refused(bad: float) -> None:
    with pytest.raises(UserError, match="missing or outside 0 to 1"):
        q_values([0.5, bad])


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(UserError, match="no false discovery method bonferroni"):
        q_values([0.5], method="bonferroni")


@pytest.mark.parametrize(
    ("z", "q", "expected"),
    [
        (3, 0.01, HotspotClass.HOT_99),
        (3, 0.0101, HotspotClass.HOT_95),
        (3, 0.05, HotspotClass.HOT_95),
        (3, 0.0501, HotspotClass.HOT_90),
        (3, 0.10, HotspotClass.HOT_90),
        (3, 0.1001, HotspotClass.NONE),
        (-3, 0.0, HotspotClass.COLD_99),
        (-3, 0.01, HotspotClass.COLD_99),
        (-3, 0.05, HotspotClass.COLD_95),
        (-3, 0.10, HotspotClass.COLD_90),
        (-3, 0.02, HotspotClass.COLD_95),
        (-3, 0.07, HotspotClass.COLD_90),
        (-3, 0.5, HotspotClass.NONE),
        (0, 0.0, HotspotClass.NONE),
        (3, np.nan, HotspotClass.NONE),
    ],
)
def test_the_class_of_a_cell(z: float, q: float, expected: HotspotClass) -> None:
    assert classify([z], [q]).tolist() == [expected.value]
    assert is_hot(classify([z], [q])).tolist() == [expected.value.startswith("hot")]


def test_classes_need_as_many_scores_as_q_values() -> None:
    with pytest.raises(UserError, match="differ in number"):
        classify([1, 2], [0.1])
    assert classify([], []).shape == (0,)
