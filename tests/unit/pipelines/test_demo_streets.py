"""The demo's made-up streets: they run through its places and take their names."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from pipelines.demo_rows import make_world
from pipelines.demo_streets import StreetNetwork, draw_network, write_streets
from tests.unit.pipelines.test_demo import SETTINGS


@pytest.fixture(scope="module")
def network() -> StreetNetwork:
    world = make_world(SETTINGS, labels=["2026-10"], seed=20261101, share=0.05)
    return draw_network(world.points)


def test_every_named_place_lies_on_a_street_of_its_name(network: StreetNetwork) -> None:
    own = np.bincount(network.owner, minlength=len(network.xy))
    named = network.name != ""
    assert named.sum() > 20_000
    assert (own[named] > 0).mean() > 0.995
    ends = network.ends[np.arange(len(network.ends))]
    assert ((ends == network.owner[:, None]).sum(axis=1) == 1).all()


def test_streets_join_up_and_do_not_cross(network: StreetNetwork) -> None:
    lines = network.lines()
    crossing = shapely.STRtree(lines).query(lines[:3_000], predicate="crosses")
    assert crossing.size == 0
    met = set(network.ends.ravel().tolist())
    assert len(met) == len(network.xy)


def test_main_roads_run_through_and_are_few(network: StreetNetwork) -> None:
    lines = network.lines()
    share = {
        kind: shapely.length(lines[network.kind == kind]).sum() / shapely.length(lines).sum()
        for kind in np.unique(network.kind)
    }
    assert share["Local Road"] > 0.6
    assert 0.02 < share["A Road"] < share["Minor Road"] < 0.25
    runs = shapely.get_parts(
        shapely.line_merge(shapely.union_all(lines[np.isin(network.kind, ("A Road", "B Road"))]))
    )
    assert np.median(shapely.length(runs)) > 500


def test_the_same_seed_draws_the_same_streets(tmp_path: Path) -> None:
    first, second = (write_streets(tmp_path / name, SETTINGS) for name in ("a.gpkg", "b.gpkg"))
    for layer in ("road_link", "greenspace_site", "railway_station"):
        a, b = (gpd.read_file(file, layer=layer) for file in (first, second))
        assert a.equals(b)
        assert len(a) > 20
