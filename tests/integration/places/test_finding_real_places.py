"""Finding real places: the streets of Cleveland, and the schools and postcodes of Birmingham."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from tests.integration.places.street_files import area_settings
from vrp_map.config import Settings
from vrp_map.places import naming
from vrp_map.places.basemap.base_map import add_basemap
from vrp_map.places.place_lists import add_places
from vrp_map.places.postcodes import find_half_postcode, find_postcode
from vrp_map.places.searchable import known_towns, searchable_places
from vrp_map.summit.pins.places import PlaceNames, area_layers, no_places, with_more
from vrp_map.warehouse.boundaries.layers import current_areas

pytestmark = pytest.mark.real

# Where three towns are, to about a kilometre, in the columns of OS Open Names.
TOWNS = {"Middlesbrough": (-1.235, 54.576), "Redcar": (-1.06, 54.616), "Yarm": (-1.354, 54.507)}


def names_of(settings: Settings) -> PlaceNames:
    more, layers = searchable_places(settings), area_layers(current_areas(settings))
    along = naming.known_places(settings).streets
    return with_more(no_places(), more, *layers, along=along, towns=known_towns(settings))


@pytest.fixture(scope="module")
def cleveland(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> PlaceNames:
    folder = tmp_path_factory.mktemp("cleveland")
    settings = area_settings(folder, area=(-1.45, 54.45, -0.78, 54.75))
    points = [shapely.Point(at) for at in TOWNS.values()]
    words = {"type": "populatedPlace", "local_type": "Town", "name1": list(TOWNS)}
    towns = gpd.GeoDataFrame(words, geometry=points, crs="EPSG:4326").to_crs(27700)
    file = folder / "opname.gpkg"
    towns.to_file(file, layer="named_place", engine="pyogrio")
    add_basemap([real_data / "streets" / "cleveland_os_roads.gpkg", file], settings)
    return names_of(settings)


@pytest.fixture(scope="module")
def birmingham(
    real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Settings, PlaceNames]:
    folder = tmp_path_factory.mktemp("birmingham")
    settings = area_settings(folder, area=(-2.2, 52.3, -1.4, 52.7))
    for name in ("postcodes_west_midlands.csv.gz", "birmingham_schools_2020.csv"):
        add_places(real_data / "places" / name, settings)
    return settings, names_of(settings)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("corporatoin rd", "Corporation Road"),
        ("Corpration Road", "Corporation Road"),
        ("linthorp rd", "Linthorpe Road"),
        ("LINTHORPE ROAD", "Linthorpe Road"),
        ("saint josephs court", "St Josephs Court"),
        ("St. Joseph's Ct", "St Josephs Court"),
        ("king georges tce", "King Georges Terrace"),
        ("queen\u2019s terr", "Queen's Terrace"),
        ("the crescent", "The Crescent"),
        ("stocktonroad", "Stockton Road"),
        ("a 66", "A66"),
        ("linthorpe rd, nowhere", "Linthorpe Road"),
        ("Linthorpe Road / Borough Road", "Linthorpe Road, near Borough Road"),
        ("marton rd near southfield rd", "Marton Road, near Southfield Road"),
        ("corner of borough rd & linthorpe rd", "Borough Road, near Linthorpe Road"),
        ("redcar", "Redcar"),
        ("middlesborough", "Middlesbrough"),
    ],
)
def test_a_street_of_cleveland_is_found_as_it_is_typed(
    cleveland: PlaceNames, typed: str, first: str
) -> None:
    assert cleveland.search(typed)[0].name.startswith(first)


def test_one_name_in_several_towns_is_found_in_each_with_its_town(cleveland: PlaceNames) -> None:
    towns = {place.area.split(",")[0] for place in cleveland.search("corporation road")}
    assert {"Middlesbrough", "Redcar"} <= towns
    assert cleveland.search("high st yarm")[0].area.startswith("Yarm")
    # Much is near a town and near a main road: neither tells two streets apart.
    near = [place.name for place in cleveland.search("albert road")]
    assert not [name for name in near if name.endswith(("near Middlesbrough", "near A66"))]


@pytest.mark.parametrize(
    "typed", ["a", "", "zzzzqqq", "'; DROP TABLE x; --", "<b>x</b>", "q" * 200, "TS1 3AB", "%"]
)
def test_what_is_no_place_finds_none(cleveland: PlaceNames, typed: str) -> None:
    assert cleveland.search(typed) == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("saint georges academy", "St Georges Academy"),
        ("small heath sch", "Small Heath School"),
        ("kings norton girls", "Kings Norton Girls' School"),
        ("king\u2019s norton girls' school", "Kings Norton Girls' School"),
        ("al hijrah", "Al-Hijrah School"),
        ("nelson mandella school", "Nelson Mandela School"),
        ("queensbury", "Queensbury School"),
        ("shenley acad", "Shenley Academy"),
        ("st brigids catholic prim", "St Brigid's Catholic Primary School"),
    ],
)
def test_a_school_of_birmingham_is_found_as_it_is_typed(
    birmingham: tuple[Settings, PlaceNames], typed: str, first: str
) -> None:
    assert birmingham[1].search(typed)[0].name == first


def test_a_postcode_is_found_whole_and_by_half_and_never_by_the_search_of_names(
    birmingham: tuple[Settings, PlaceNames],
) -> None:
    settings, names = birmingham
    whole = [find_postcode(text, settings) for text in ("B1 1AY", "b11ay", "B1  1ay")]
    assert whole[0] is not None and whole[0] == whole[1] == whole[2]
    for text in ("B1", "b1 1", "WV14"):
        half = find_half_postcode(text, settings)
        assert half is not None and half.postcode == text.upper()
    assert find_half_postcode("B11", settings) != find_half_postcode("B1 1", settings)
    assert names.search("B1 1AY") == []
