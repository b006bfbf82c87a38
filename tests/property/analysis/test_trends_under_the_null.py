"""Which areas and which hotspots are called up or down where nothing changes: at most 5%, and up as
often as down.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from vrp_map import grid
from vrp_map.analysis.hotspots.tables import Lattice, test_cells
from vrp_map.analysis.shaping import hotspot_tables
from vrp_map.config import Settings
from vrp_map.statistics.dispersion import own_dispersion
from vrp_map.statistics.gi_star import summed_around
from vrp_map.statistics.trend import DOWN, UP, compare
from vrp_map.vocabulary import Audience

AREAS, LEVEL = 1500, 0.05


def seasonal(rng: np.random.Generator, mean: float, size: float, times: float) -> np.ndarray:
    """Steady areas with a season of so much each way, and a variance of so many times the mean:
    (areas, 36).
    """
    month = mean * (
        1 + size * np.sin(np.arange(36) * 2 * np.pi / 12 + rng.uniform(0, 6, (AREAS, 1)))
    )
    return np.asarray(rng.negative_binomial(month / (times - 1), 1 / times))


def called(months: np.ndarray, length: int, back: int) -> list[str]:
    """The verdicts of the last `length` months against those `back` months before."""
    end = months.shape[1]
    now, before = (
        months[:, -length:].sum(axis=1),
        months[:, end - back - length : end - back].sum(axis=1),
    )
    spread = own_dispersion(months, length=length, next_to=back == length)
    rows = zip(now, before, spread.dispersion, spread.freedom, strict=True)
    return [
        compare(int(a), int(b), float(phi), freedom=float(known)).verdict
        for a, b, phi, known in rows
    ]


@pytest.mark.parametrize("length", [1, 3, 6, 12])
@pytest.mark.parametrize(("mean", "season"), [(2000, 0.05), (60, 0.2)])
def test_a_season_is_neither_up_nor_down(length: int, mean: float, season: float) -> None:
    found = called(seasonal(np.random.default_rng(length), mean, season, 2.0), length, 12)
    # 1,500 areas: the rate is known to about half of one in a hundred.
    assert np.mean([v in (UP, DOWN) for v in found]) <= LEVEL + 0.01


def test_against_the_months_before_most_steady_areas_are_up_or_down() -> None:
    """The control: what the comparison with the three months before made of a season of 5%."""
    found = called(seasonal(np.random.default_rng(1), 20_000, 0.05, 2.0)[:100], 3, 3)
    assert np.mean([v in (UP, DOWN) for v in found]) > 0.4


def test_a_rise_of_a_quarter_in_an_area_is_seen() -> None:
    months = seasonal(np.random.default_rng(2), 300, 0.1, 2.0)
    months[:, -12:] = np.round(months[:, -12:] * 1.25)
    assert np.mean([v == UP for v in called(months, 12, 12)]) > 0.9


CELLS = grid.lattice([box(-1.99, 52.43, -1.82, 52.53)], resolution=9)
NEIGHBOURS = grid.neighbour_index(CELLS)
CONTEXT = pd.DataFrame(
    {"name": "Mill Lane", "landmark": None, "lad": "Westborough", "npu": "Westborough"}, index=CELLS
)
LATTICE = Lattice(CELLS, NEIGHBOURS, np.zeros(len(CELLS)), CONTEXT)


def counted(months: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"cell": CELLS, "n": months.sum(axis=1)}).query("n > 0")


def trends(by_month: np.ndarray, length: int) -> pd.DataFrame:
    """The hotspots of the last `length` months with their trends on the same months a
    year before.
    """
    then = by_month[:, 12 - length : 12]
    tested = test_cells(LATTICE, counted(by_month[:, -length:]), counted(then))
    groups = np.zeros((int(tested["both"].max()), by_month.shape[1]), dtype=np.int64)
    np.add.at(groups, tested["both"][tested["both"] > 0] - 1, by_month[tested["both"] > 0])
    spread = own_dispersion(groups, length=length, next_to=length == 12)
    tables = hotspot_tables(
        tested,
        audience=Audience.ANALYST,
        settings=Settings(),
        earlier_words="the year before",
        spread=spread,
    )
    return tables[1].frame


@pytest.mark.parametrize(("length", "mean"), [(1, 1.0), (12, 0.5)])
def test_steady_hotspots_are_neither_up_nor_down(length: int, mean: float) -> None:
    rng = np.random.default_rng(length)
    up, down, compared = 0, 0, 0
    maps = 30
    for _ in range(maps):
        uneven = summed_around(rng.gamma(0.2, 1.0, len(CELLS)), NEIGHBOURS)
        rate = mean * (uneven / uneven.mean())[:, None]
        frame = trends(
            rng.negative_binomial(np.repeat(rate, 24, axis=1) / 0.5 + 1e-9, 1 / 1.5), length
        )
        up, down = up + (frame["trend"] == UP).any(), down + (frame["trend"] == DOWN).any()
        compared += int((frame["trend"] != "").sum())
    assert compared > maps, "nothing would be called up where nothing is compared"
    assert (up + down) / maps <= LEVEL


@pytest.mark.parametrize(("before", "now", "verdict"), [(2.0, 5.0, UP), (5.0, 2.0, DOWN)])
def test_a_hotspot_that_more_than_doubles_is_up_and_one_that_halves_is_down(
    before: float, now: float, verdict: str
) -> None:
    rng = np.random.default_rng(9)
    rate = np.full((len(CELLS), 24), 0.3)
    place = int(np.flatnonzero((len(CELLS) > NEIGHBOURS).all(axis=1))[100])
    rate[[place, *NEIGHBOURS[place]]] = np.repeat([before, now], 12)
    frame = trends(rng.poisson(rate), 12)
    assert frame["trend"].tolist() == [verdict]
