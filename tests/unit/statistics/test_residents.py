"""High for the number of people who live there: nowhere, where every resident has the same part;
and where not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from vrp_map import grid
from vrp_map.analysis.hotspots.tables import Lattice, test_cells
from vrp_map.analysis.method_card import summary
from vrp_map.config import Settings
from vrp_map.disclosure.protect import protect
from vrp_map.statistics.gi_star import gi_star_test, least_standing_out, summed_around
from vrp_map.statistics.residents import high_for_residents
from vrp_map.vocabulary import Audience, HotspotClass

CELLS = grid.lattice([box(-1.99, 52.43, -1.82, 52.53)], resolution=9)
N = len(CELLS)
NEIGHBOURS = grid.neighbour_index(CELLS)
INNER = np.flatnonzero((NEIGHBOURS < N).all(axis=1))
CONTEXT = pd.DataFrame(
    {"name": "Mill Lane", "landmark": None, "lad": "Westborough", "npu": "Westborough"}, index=CELLS
)


def people(rng: np.random.Generator) -> np.ndarray:
    return np.asarray(np.round(rng.gamma(0.5, 800.0, N) * (rng.random(N) < 0.8)))


def counted(n: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"cell": CELLS, "n": n}).query("n > 0")


@pytest.mark.parametrize("incidents", [300, 3_000, 40_000])
@pytest.mark.parametrize("dispersion", [1.5, 2.5])
def test_more_people_alone_make_no_place_high_for_its_people(
    incidents: int, dispersion: float
) -> None:
    rng = np.random.default_rng([incidents, int(dispersion)])
    found, hot = 0, 0
    for _ in range(40):
        residents = people(rng)
        mean = residents / residents.sum() * incidents
        counts = rng.negative_binomial(mean / (dispersion - 1) + 1e-9, 1 / dispersion)
        found += high_for_residents(counts, residents, NEIGHBOURS, dispersion=dispersion).any()
        hot += int((gi_star_test(counts, NEIGHBOURS, dispersion=dispersion).z > 4).sum())
    assert found / 40 <= 0.05
    assert hot > 40, "against the average hexagon such places do stand out"


def test_a_place_with_a_high_number_for_its_people_is_found() -> None:
    rng = np.random.default_rng(1)
    residents = people(rng) + 200
    mean = residents / residents.sum() * 40_000
    place = int(rng.choice(INNER))
    mean[[place, *NEIGHBOURS[place]]] *= 3
    high = high_for_residents(rng.poisson(mean), residents, NEIGHBOURS, dispersion=1.5)
    assert high[place] and high.sum() < 30
    assert not high_for_residents(rng.poisson(mean), np.zeros(N), NEIGHBOURS).any()


def test_a_hot_hexagon_says_whether_it_is_high_for_its_residents() -> None:
    residents = np.full(N, 100.0)
    crowded, busy, empty = (int(INNER[i]) for i in (200, 700, 1200))
    counts = np.full(N, 2)
    for place, many in ((crowded, 60), (busy, 60), (empty, 60)):
        counts[[place, *NEIGHBOURS[place]]] = many
    residents[[crowded, *NEIGHBOURS[crowded]]] = 8_000
    residents[[empty, *NEIGHBOURS[empty]]] = 0
    tested = test_cells(Lattice(CELLS, NEIGHBOURS, residents, CONTEXT), counted(counts), None)
    assert tested.loc[[crowded, busy, empty], "hotspot_class"].tolist() == [HotspotClass.HOT_99] * 3
    assert tested.loc[[crowded, busy, empty], "for_residents"].tolist() == [
        "no",
        "yes",
        "few live here",
    ]
    assert set(tested.loc[tested["hotspot_class"] == HotspotClass.NONE, "for_residents"]) == {""}


def test_no_hexagon_at_the_border_is_quiet_by_geometry() -> None:
    """Uniform incidents, of which the outermost hexagons hold a third because two thirds of them
    lie outside.
    """
    rng = np.random.default_rng(3)
    rate = np.where((NEIGHBOURS < N).all(axis=1), 60.0, 20.0)
    counts = counted(rng.poisson(rate))
    inner = (NEIGHBOURS < N).all(axis=1)
    whole = inner & np.append(inner, False)[NEIGHBOURS].all(axis=1)
    cold = [HotspotClass.COLD_99, HotspotClass.COLD_95, HotspotClass.COLD_90]
    before, now = (
        test_cells(Lattice(CELLS, NEIGHBOURS, np.zeros(N), CONTEXT, whole=mask), counts, None)[
            "hotspot_class"
        ]
        for mask in (None, whole)
    )
    assert before.isin(cold).sum() > 100 and not now.isin(cold).any()
    gone = np.where(
        np.isin(np.arange(N), [INNER[900], *NEIGHBOURS[INNER[900]]]), 0, rng.poisson(rate)
    )
    found = test_cells(
        Lattice(CELLS, NEIGHBOURS, np.zeros(N), CONTEXT, whole=whole), counted(gone), None
    )
    assert found.loc[INNER[900], "hotspot_class"] in cold, "a quiet place inside is still found"


def test_the_least_that_stands_out_is_what_the_test_finds() -> None:
    rng = np.random.default_rng(4)
    counts = rng.poisson(0.4, N)
    least = least_standing_out(counts, dispersion=1.5)
    place = int(INNER[500])
    for more, stands_out in ((least + 1, True), (least - 3, False)):
        planted = counts.copy()
        planted[[place, *NEIGHBOURS[place]]] = 0
        planted[place] = more
        p = gi_star_test(planted, NEIGHBOURS, dispersion=1.5).p[place]
        assert (p <= 0.05 / N) == stands_out
    assert summed_around(counts, NEIGHBOURS).max() < least


def test_nothing_found_says_what_could_have_been() -> None:
    def said(n: list[int], *, least: int, audience: Audience = Audience.ANALYST) -> str:
        frame = pd.DataFrame({"n": n, "hotspot_class": HotspotClass.NONE.value, "cluster": 0})
        table = protect(frame, audience=audience, settings=Settings())
        return summary(table, table, least=least)

    assert (
        said([9, 30], least=17)
        == "No hexagon stands out clearly. A hexagon and its neighbours with 17 or more"
        " incidents together would."
    )
    assert said([9, 30], least=17, audience=Audience.PARTNER).endswith(
        "with 20 or more incidents together would."
    )
    assert said([4, 3], least=17).startswith(
        "There are too few incidents for any hexagon to stand out"
    )
    assert said([0], least=1) == "There are no incidents, so no hexagon is tested."
    assert "too few incidents to show, or none" in said([2], least=9, audience=Audience.PUBLIC)
