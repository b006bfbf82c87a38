"""Our model: is it the model it says it is, does it learn what is there, and can it say why?"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma, nbinom, poisson
from shapely.geometry import box

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.statistics import intensity_model as model
from vrp_map.statistics.intensity_model import fit_intensity

CELLS = grid.lattice([box(-2.1, 52.4, -1.9, 52.55)], resolution=9)
NEIGHBOURS = grid.neighbour_index(CELLS)


def simulated(seed: int, months: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rates that a second category and the neighbours tell of; then counts: own, others, true
    rates.
    """
    random = np.random.default_rng(seed)
    busy = random.gamma(0.6, 1.0, len(CELLS))
    around = np.append(busy, 0.0)[NEIGHBOURS].mean(axis=1)
    rates = 0.5 * (0.2 + 0.6 * busy + 0.6 * around) * random.gamma(3, 1 / 3, len(CELLS))
    own = random.poisson(rates, (months, len(CELLS)))
    others = np.vstack([random.poisson(busy * 4), random.poisson(2.0, len(CELLS))])
    return own, others, rates


@pytest.fixture(scope="module")
def fitted() -> model.IntensityFit:
    own, others, _ = simulated(1)
    return fit_intensity(own, NEIGHBOURS, others=others, names=("telling", "random"))


def test_the_regression_is_at_its_maximum() -> None:
    """Against scipy's negative binomial: no step away from the fit makes the penalised likelihood
    larger.
    """
    random = np.random.default_rng(5)
    inputs = random.normal(size=(800, 3))
    mean = 5 * np.exp(0.3 + inputs @ [0.5, 0.2, 0.0])
    total = random.poisson(mean * random.gamma(2.0, 0.5, 800)).astype(float)
    shape, level, slopes = model._regression(inputs, total, 5)

    def penalised(at: np.ndarray) -> float:
        expected = 5 * np.exp(at[1] + inputs @ at[2:])
        likelihood = nbinom.logpmf(total, at[0], at[0] / (at[0] + expected)).sum()
        return float(likelihood - model.RIDGE * (np.log(at[0]) ** 2 + (at[2:] ** 2).sum()) / 2)

    best = np.array([shape, level, *slopes])
    for i in range(5):
        for step in (-0.02, 0.02):
            other = best.copy()
            other[i] += step
            if other[2:].min() >= 0:
                assert penalised(other) < penalised(best)
    assert best == pytest.approx([2.0, 0.3, 0.5, 0.2, 0.0], abs=0.15)


def test_the_expected_rate_is_the_mean_of_the_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the integral of Gamma times Poisson, for a cell with a full record and all months of
    equal weight.
    """
    for name, value in (("MEMORY", 1.0), ("LEAN", 1.0), ("MOST_TAKEN", 1e9)):
        monkeypatch.setattr(model, name, value)
    own, others, _ = simulated(2)
    found = fit_intensity(own, NEIGHBOURS, others=others, names=("telling", "random"))
    cell = int(own.sum(axis=0).argmax())
    count, prior = own[:, cell].sum(), found.prior[cell]

    def joint(rate: float) -> float:
        belief = gamma.pdf(rate, found.strength, scale=prior / found.strength)
        return float(belief * poisson.pmf(count, len(own) * rate))

    above = quad(lambda rate: rate * joint(rate), 0, 60, limit=400)[0]
    assert found.expected[cell] == pytest.approx(above / quad(joint, 0, 60, limit=400)[0], rel=1e-5)


def test_shrinkage_is_limited_as_the_formula_says() -> None:
    """Written out: w = 0.9^age; the larger of the posterior's mean and one standard error under the
    own rate.
    """
    own, others, _ = simulated(2)
    found = fit_intensity(own, NEIGHBOURS, others=others, names=("telling", "random"))
    for cell in range(0, len(CELLS), 5):
        weights = [0.9 ** (len(own) - 1 - month) for month in range(len(own))]
        counted = sum(w * n for w, n in zip(weights, own[:, cell], strict=True))
        rate, strength = counted / sum(weights), 2 * found.strength
        posterior = (strength + counted) / (strength / found.prior[cell] + sum(weights))
        limit = rate - np.sqrt(rate / sum(weights))
        assert found.expected[cell] == pytest.approx(max(posterior, limit))


def test_an_exceptional_cell_is_not_drawn_down_to_its_quiet_surroundings() -> None:
    """30 a month in the midst of nothing: its own record decides, while the quiet cells lean on
    each other.
    """
    random = np.random.default_rng(8)
    own = random.poisson(0.05, (3, len(CELLS)))
    own[:, 60] = 30
    found = fit_intensity(own, NEIGHBOURS)
    weights = 0.9**2 + 0.9 + 1
    assert found.expected[60] == pytest.approx(30 - np.sqrt(30 / weights), abs=0.01)
    assert sum(part for _, part in found.explain(60)) == pytest.approx(found.expected[60])
    quiet = np.flatnonzero(own.sum(axis=0) == 1)[0]
    assert found.trust[60] > 0.8 > 0.5 > found.trust[quiet]


def test_nearer_to_the_truth_than_the_counts(fitted: model.IntensityFit) -> None:
    own, _, rates = simulated(1)
    counted = own.mean(axis=0)
    assert ((fitted.expected - rates) ** 2).mean() < 0.7 * ((counted - rates) ** 2).mean()
    top = len(CELLS) // 20

    def caught(score: np.ndarray) -> float:
        return float(rates[np.argsort(-score, kind="stable")[:top]].sum())

    assert caught(fitted.expected) > 1.01 * caught(counted)


def test_it_learns_what_tells_and_not_what_does_not(fitted: model.IntensityFit) -> None:
    weights = dict(zip(fitted.inputs, fitted.weights, strict=True))
    assert weights["telling in the cell"] > 5 * weights["random in the cell"]
    assert (fitted.weights >= 0).all()
    assert fitted.fitted and fitted.note.startswith("fitted to")


def test_the_same_counts_give_the_same_numbers(fitted: model.IntensityFit) -> None:
    own, others, _ = simulated(1)
    again = fit_intensity(own, NEIGHBOURS, others=others, names=("telling", "random"))
    assert (again.expected == fitted.expected).all()


def test_an_explanation_adds_up(fitted: model.IntensityFit) -> None:
    for cell in (0, int(fitted.expected.argmax()), int(fitted.expected.argmin())):
        parts = fitted.explain(cell)
        assert sum(part for _, part in parts) == pytest.approx(fitted.expected[cell])
        assert [abs(p) for _, p in parts] == sorted((abs(p) for _, p in parts), reverse=True)
        assert {model.OWN_RECORD, model.TYPICAL, "telling in the cell"} <= {
            words for words, _ in parts
        }


def test_an_explanation_names_what_raised_the_cell() -> None:
    own, others, _ = simulated(1)
    quiet = int(own.sum(axis=0).argmin())
    others[0, quiet] = 500
    found = fit_intensity(own, NEIGHBOURS, others=others, names=("telling", "random"))
    assert found.explain(quiet)[0][0] == "telling in the cell"
    own[:, quiet] = 40
    found = fit_intensity(own, NEIGHBOURS, others=others, names=("telling", "random"))
    assert found.explain(quiet)[0][0] == model.OWN_RECORD
    assert found.trust[quiet] > 0.5


def test_the_second_ring_is_the_twelve_cells_beyond_the_six() -> None:
    total = np.zeros(len(CELLS))
    n = len(CELLS)
    middle = int(np.flatnonzero(NEIGHBOURS.max(axis=1) < n)[n // 2])
    total[middle] = 1
    inputs, words = model._inputs(total, NEIGHBOURS, np.zeros((0, len(CELLS))), ())
    assert words == (model.AROUND, model.FURTHER, model.OTHERS_AROUND)
    assert np.flatnonzero(inputs[:, 0]).tolist() == sorted(NEIGHBOURS[middle].tolist())
    assert np.count_nonzero(inputs[:, 1]) == 12 and inputs[middle, 1] == 0
    assert inputs[:, 1].max() == pytest.approx(np.log1p(1 / 12))


def test_too_little_keeps_the_order_of_the_counts_and_says_so() -> None:
    random = np.random.default_rng(4)
    own = random.binomial(1, 0.005, (2, len(CELLS)))
    assert 0 < own.sum() < model.FEWEST_INCIDENTS
    found = fit_intensity(own, NEIGHBOURS)
    order = np.argsort(-found.expected, kind="stable")
    assert order.tolist() == np.argsort(-own.sum(axis=0), kind="stable").tolist()
    assert not found.fitted and "too little to learn from" in found.note
    assert sum(part for _, part in found.explain(0)) == pytest.approx(found.expected[0])


def test_no_incidents_at_all() -> None:
    found = fit_intensity(np.zeros((3, len(CELLS))), NEIGHBOURS)
    assert (found.expected == 0).all() and not found.fitted
    assert sum(part for _, part in found.explain(5)) == 0


def test_what_does_not_fit_is_refused() -> None:
    own, others, _ = simulated(1)
    with pytest.raises(UserError, match="one row of counts for each month"):
        fit_intensity(own[:0], NEIGHBOURS)
    with pytest.raises(UserError, match="neighbours do not fit"):
        fit_intensity(own, NEIGHBOURS[:5])
    with pytest.raises(UserError, match="other categories do not fit"):
        fit_intensity(own, NEIGHBOURS, others=others, names=("one",))
    with pytest.raises(UserError, match="negative or missing"):
        fit_intensity(-own, NEIGHBOURS)
    with pytest.raises(UserError, match="no cell 100000"):
        fit_intensity(own, NEIGHBOURS).explain(100_000)
