"""Placebo pilots: where they lie, and what they see that no month's variation shows."""

from __future__ import annotations

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.placebos import PlaceboTrial, grown, placebo_pilots, ring_of

SIDE = 24
PLACES = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
_EDGED = np.pad(PLACES, 1, constant_values=SIDE * SIDE)
# (places, 4): above, below, left, right.
NEIGHBOURS = np.stack(
    [_EDGED[:-2, 1:-1], _EDGED[2:, 1:-1], _EDGED[1:-1, :-2], _EDGED[1:-1, 2:]], axis=2
).reshape(-1, 4)


def town(months: int = 24, *, drift: float = 0.0, seed: int = 0) -> np.ndarray:
    """(places, months) counts, uneven; with a drift each place goes its own slow way."""
    random = np.random.default_rng(seed)
    mean = random.gamma(0.8, 5.0, SIDE * SIDE)[:, None]
    way = np.cumsum(random.normal(0, drift, (SIDE * SIDE, months)), axis=1)
    return random.poisson(mean * np.exp(way)).astype(float)


def trial(months: np.ndarray, **more: object) -> PlaceboTrial:
    given = {"expected": 100.0, "months_before": 8, "months_after": 4} | more
    return PlaceboTrial(months, NEIGHBOURS, **given)  # type: ignore[arg-type]


def test_a_place_grows_ring_by_ring_until_it_is_large_enough() -> None:
    centre = int(PLACES[5, 5])
    free = np.ones(SIDE * SIDE, dtype=bool)
    one = np.ones(SIDE * SIDE)
    assert grown(centre, one, NEIGHBOURS, expected=1, free=free).tolist() == [centre]
    five = grown(centre, one, NEIGHBOURS, expected=5, free=free)
    assert five.tolist() == sorted([centre, *NEIGHBOURS[centre].tolist()])
    assert len(ring_of(five, NEIGHBOURS)) == 8
    assert grown(centre, one * 0.01, NEIGHBOURS, expected=5, free=free) is None
    free[NEIGHBOURS[centre]] = False
    assert grown(centre, one, NEIGHBOURS, expected=5, free=free) is None


def test_places_and_comparisons_are_alike_and_where_incidents_are() -> None:
    found = placebo_pilots(trial(town()), draws=60, seed=1)
    before = found.counts[..., 0]
    assert found.counts.shape == (60, 2, 2) and (before[:, 0] >= 100).all()
    assert before[:, 1].mean() == pytest.approx(before[:, 0].mean(), rel=0.1)
    assert (found.history.sum(axis=2) == before).all()
    assert found.dispersion < 1.6 and found.freedom == 60


def test_drift_that_no_month_shows_is_seen() -> None:
    found = placebo_pilots(trial(town(drift=0.2)), draws=100, seed=1)
    assert found.dispersion > 2


def test_rings_and_excluded_places() -> None:
    free = PLACES[:, : SIDE // 2].ravel()
    excluded = np.ones(SIDE * SIDE, dtype=bool)
    excluded[free] = False
    months = town()
    found = placebo_pilots(trial(months, with_ring=True, excluded=excluded), draws=20, seed=2)
    months[excluded] = 10_000
    again = placebo_pilots(trial(months, with_ring=True, excluded=excluded), draws=20, seed=2)
    assert found.counts.shape[1:] == (4, 2) and len(again.counts)
    assert again.counts.max() < 10_000


def test_the_same_seed_gives_the_same_placebos() -> None:
    one, two = (placebo_pilots(trial(town()), draws=10, seed=3) for _ in range(2))
    assert (one.counts == two.counts).all()


def test_an_area_with_too_few_incidents_has_none() -> None:
    found = placebo_pilots(trial(np.zeros((SIDE * SIDE, 24))), draws=5)
    assert found.counts.shape == (0, 2, 2) and found.dispersion == 1 and found.freedom == 1


def test_periods_longer_than_the_data_are_refused() -> None:
    with pytest.raises(UserError, match="24 months, and a placebo pilot needs 20 before and 12"):
        trial(town(), months_before=20, months_after=12)
