"""The quartic kernel, against its formula written out and against the unit it must keep."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.kernel_density import kernel_density, kernel_weights


def written_out(counts: np.ndarray, x: np.ndarray, y: np.ndarray, h: float) -> list[float]:
    density = []
    for i in range(len(x)):
        total = 0.0
        for j in range(len(x)):
            d = math.dist((x[i], y[i]), (x[j], y[j]))
            if d < h:
                total += counts[j] * 3 / (math.pi * h**2) * (1 - (d / h) ** 2) ** 2
        density.append(total * 1e6)
    return density


def test_equal_to_the_formula() -> None:
    random = np.random.default_rng(7)
    x, y, counts = random.uniform(0, 3000, 80), random.uniform(0, 3000, 80), random.poisson(2, 80)
    found = kernel_density(counts, x, y, bandwidth_m=700)
    assert found == pytest.approx(written_out(counts, x, y, 700))


def test_one_incident_by_hand() -> None:
    # At its own centre 3 / (pi 500²) per m²; at half the bandwidth (3/4)² of it; at the bandwidth
    # nothing.
    found = kernel_density([1, 0, 0], [0, 250, 500], [0, 0, 0], bandwidth_m=500)
    top = 3 / (math.pi * 0.25)
    assert found == pytest.approx([top, top * 0.5625, 0])


def test_an_incident_stays_one_incident() -> None:
    side = np.arange(-640, 641, 40.0)  # the whole reach of the middle, and a little more
    x, y = (a.ravel() for a in np.meshgrid(side, side))
    counts = ((x == 0) & (y == 0)).astype(float)
    per_km2 = kernel_density(counts, x, y, bandwidth_m=600)
    assert per_km2.sum() * 0.04**2 == pytest.approx(1, abs=1e-3)


def test_weights_are_symmetric_and_sparse() -> None:
    random = np.random.default_rng(3)
    weights = kernel_weights(
        random.uniform(0, 10_000, 200), random.uniform(0, 10_000, 200), bandwidth_m=500
    )
    assert abs(weights - weights.T).max() == 0
    assert weights.nnz < 200 * 20


def test_no_cells_have_no_density() -> None:
    assert kernel_density([], [], [], bandwidth_m=500).shape == (0,)


@pytest.mark.parametrize("bandwidth", [0, -1, math.inf, math.nan])
def test_a_bandwidth_that_cannot_be(bandwidth: float) -> None:
    with pytest.raises(UserError, match="bandwidth must be more than 0"):
        kernel_weights([0], [0], bandwidth_m=bandwidth)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(UserError, match="do not make pairs"):
        kernel_weights([0, 1], [0], bandwidth_m=500)
    with pytest.raises(UserError, match="counts do not fit"):
        kernel_density([1], [0, 1], [0, 1], bandwidth_m=500)
