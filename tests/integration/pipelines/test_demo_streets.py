"""The demo's made-up streets: they run through its places and take their names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from pipelines import demo_streets
from pipelines.demo_places import Points
from pipelines.demo_streets import StreetNetwork, add_demo_streets, draw_network, write_streets
from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import BaseMap, base_maps, street_map
from vrp_map.places.basemap.classes import MOST_BYTES
from vrp_map.places.basemap.pmtiles import TileFile


@dataclass(frozen=True)
class DemoStreets:
    """The demo's base map, what was drawn for it, and where it lies."""

    settings: Settings
    folder: Path
    added: BaseMap
    network: StreetNetwork


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DemoStreets:
    """Made once: it takes seconds."""
    folder, drawn = tmp_path_factory.mktemp("streets"), list[StreetNetwork]()
    settings = Settings(
        store=folder / "store", basemap=folder / "own", local_boundaries=folder / "local"
    )

    def draw(points: Points) -> StreetNetwork:
        drawn.append(draw_network(points))
        return drawn[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_streets, "draw_network", draw)
        added = add_demo_streets(settings, folder)
    return DemoStreets(settings, folder, added, drawn[0])


@pytest.fixture
def network(made: DemoStreets) -> StreetNetwork:
    return made.network


def test_the_demo_has_streets_that_say_they_are_made_up(made: DemoStreets) -> None:
    assert base_maps(made.settings) == [made.added]
    assert "Made-up" in made.added.attribution
    assert not made.settings.basemap.exists()
    assert made.added.places > 20_000
    streets = street_map(made.settings)
    assert streets is not None
    assert max(len(body) for _, body in TileFile(streets.file).tiles()) < MOST_BYTES


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


def test_the_same_seed_draws_the_same_streets(made: DemoStreets) -> None:
    first = made.folder / f"{demo_streets.NAME}.gpkg"
    second = write_streets(made.folder / "again.gpkg", made.settings)
    for layer in ("road_link", "greenspace_site", "railway_station"):
        a, b = (gpd.read_file(file, layer=layer) for file in (first, second))
        assert a.equals(b)
        assert len(a) > 20
