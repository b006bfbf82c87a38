"""Finding places as people type them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vrp_map import grid
from vrp_map.places.corners import Corners
from vrp_map.places.search import NamedPlace, PlaceSearch, PlaceWords
from vrp_map.places.search_order import folded

# Made up, but for the shapes of names: name, area, kind.
PLACES = [
    ("Station Square", "Coventry", ""),
    ("Coventry Station", "Coventry", "station"),
    ("School Lane", "Walsall", ""),
    ("Arden Academy", "Solihull", "school"),
    ("Example School", "Walsall", "school"),
    ("Burges", "Coventry", ""),
    ("The Parade", "Dudley", ""),
    ("New Street", "Birmingham", ""),
    ("New Street", "Erdington, Birmingham", ""),
    ("New Street", "Dudley", ""),
    ("New Street Station", "Birmingham", "station"),
    ("Corporation Street", "Birmingham", ""),
    ("Corporation Street", "Walsall", ""),
    ("St Chad's", "Birmingham", ""),
    ("Bull Street (stop)", "Birmingham", "stop"),
    ("Cannon Hill Park", "Birmingham", "park"),
    ("Park Road", "Dudley", ""),
    ("City Hospital", "Birmingham", "hospital"),
    ("Coronation Street", "Walsall", ""),
    ("High Stone Close", "Dudley", ""),
    ("High Street East", "Dudley", ""),
    ("High St", "Walsall", ""),
    ("Ffordd T\u0177 M\u00f4r", "Walsall", ""),
    ("Kings Road", "Walsall", ""),
    ("A4540", "Birmingham", ""),
    ("Crescent Avenue", "Dudley", ""),
    ("The Crescent", "Dudley", ""),
    ("Fox & Goose", "Birmingham", ""),
]
SEARCH = PlaceSearch(
    [NamedPlace(name, area, f"{at:x}") for at, (name, area, _) in enumerate(PLACES)],
    [PlaceWords(tuple(folded(name)), kind=kind) for name, _, kind in PLACES],
)


def found(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.area) for one in SEARCH.search(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("school", ("Example School", "Walsall")),
        ("example school", ("Example School", "Walsall")),
        ("coventry station", ("Coventry Station", "Coventry")),
        ("stn coventry", ("Coventry Station", "Coventry")),
        ("the burges", ("Burges", "Coventry")),
        ("Burges", ("Burges", "Coventry")),
        ("new street dudley", ("New Street", "Dudley")),
        ("new st station", ("New Street Station", "Birmingham")),
        ("corporatoin st", ("Corporation Street", "Birmingham")),
        ("coropration street birmigham", ("Corporation Street", "Birmingham")),
        ("st chads", ("St Chad's", "Birmingham")),
        ("bull st stop", ("Bull Street (stop)", "Birmingham")),
        ("canon hill", ("Cannon Hill Park", "Birmingham")),
        ("hospital", ("City Hospital", "Birmingham")),
        ("park", ("Cannon Hill Park", "Birmingham")),
        ("hosp", ("City Hospital", "Birmingham")),
        ("the parade", ("The Parade", "Dudley")),
        ("parade", ("The Parade", "Dudley")),
        # The nearest spelling first: "coronation" is two letters away.
        ("corpration street", ("Corporation Street", "Birmingham")),
        ("coronatoin st", ("Coronation Street", "Walsall")),
        ("high st dudley", ("High Street East", "Dudley")),
        ("high street walsall", ("High St", "Walsall")),
        ("Saint Chads", ("St Chad's", "Birmingham")),
        ("ST. CHAD\u2019S", ("St Chad's", "Birmingham")),
        ("st chad`s birmingham", ("St Chad's", "Birmingham")),
        ("ffordd ty mor", ("Ffordd T\u0177 M\u00f4r", "Walsall")),
        ("FFORDD T\u0176 M\u00d4R", ("Ffordd T\u0177 M\u00f4r", "Walsall")),
        ("ffordd tyˆ mor", ("Ffordd T\u0177 M\u00f4r", "Walsall")),
        ("king's rd", ("Kings Road", "Walsall")),
        ("king s road", ("Kings Road", "Walsall")),
        ("kingsroad", ("Kings Road", "Walsall")),
        ("can non hill", ("Cannon Hill Park", "Birmingham")),
        ("a 4540", ("A4540", "Birmingham")),
        ("a4540", ("A4540", "Birmingham")),
        ("the crescent", ("The Crescent", "Dudley")),
        ("crescent", ("The Crescent", "Dudley")),
        ("fox and goose", ("Fox & Goose", "Birmingham")),
        ("corporation street, somewhere", ("Corporation Street", "Birmingham")),
        ("new street, dudley", ("New Street", "Dudley")),
        ("\uff2e\uff45\uff57 street station", ("New Street Station", "Birmingham")),
        ("New\u00a0Street\tDudley", ("New Street", "Dudley")),
        ("park park park road", ("Park Road", "Dudley")),
    ],
)
def test_what_people_type_finds_what_they_mean(text: str, first: tuple[str, str]) -> None:
    assert found(text)[0] == first


def test_the_same_name_in_several_towns_is_found_in_each_with_its_town() -> None:
    towns = [area for name, area in found("new street") if name == "New Street"]
    assert sorted(towns) == ["Birmingham", "Dudley", "Erdington, Birmingham"]
    assert {area for _, area in found("corporation st")} == {"Birmingham", "Walsall"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "  ",
        "B1 1AY",
        "zzzzzz",
        "\u200b",
        "q" * 500,
        "x " * 100,
        "'; DROP TABLE place; --",
        "<script>alert(1)</script>",
        "%%%",
        "\U0001f642",
        ", , ,",
        "\\",
    ],
)
def test_what_means_nothing_finds_nothing(text: str) -> None:
    assert found(text) == []


def test_spelling_is_forgiven_only_where_nothing_is_spelt_so() -> None:
    assert found("park road") == [("Park Road", "Dudley")]
    # "Bull" is there; "hull" is a letter from it and finds it all the same.
    assert found("hull street") == [("Bull Street (stop)", "Birmingham")]


def test_every_order_of_words_and_every_beginning_finds_the_place() -> None:
    rng = np.random.default_rng(5)
    for name, area, _ in PLACES:
        words = folded(f"{name} {area}")
        rng.shuffle(words)
        typed = " ".join(word[: max(3, len(word) - 1)] for word in words)
        assert (name, area) in found(typed), typed


# Two streets that meet in one hexagon, run side by side in the next, and meet no third.
_HERE = grid.with_neighbours(grid.cells_at([-1.9], [52.48], resolution=10))
_ALONG = pd.DataFrame(
    [
        ("Corporation Street", -1.9, 52.48, _HERE[0]),
        ("Bull Street", -1.9, 52.48, _HERE[0]),
        ("Corporation Street", -1.9012, 52.48, _HERE[1]),
        ("Bull Street", -1.9014, 52.48, _HERE[1]),
        ("Park Road", -1.95, 52.49, grid.cells_at([-1.95], [52.49], resolution=10)[0]),
    ],
    columns=["name", "lon", "lat", "cell10"],
)
WITH_CORNERS = PlaceSearch(
    [NamedPlace("Corporation Street, near Bull Street", "Birmingham", "far")],
    [PlaceWords(("corporation", "street"))],
    Corners(_ALONG, lambda lon, lat: ["Birmingham"] * len(lon)),
)


@pytest.mark.parametrize(
    "text",
    [
        "corporation street bull street",
        "corner of corporation st and bull st",
        "corpo bull",
        "corporatoin street / bull street",
        "corporation street near bull",
    ],
)
def test_two_streets_find_the_hexagon_in_which_they_meet(text: str) -> None:
    (found,) = WITH_CORNERS.search(text)
    assert found.name == "Corporation Street, near Bull Street"
    assert found.cell == grid.to_text(_HERE[:1])[0]


@pytest.mark.parametrize(
    ("text", "names"), [("corporation", 1), ("bull park", 0), ("corner of", 0)]
)
def test_no_corner_is_found_of_one_street_or_of_two_that_do_not_meet(text: str, names: int) -> None:
    assert len(WITH_CORNERS.search(text)) == names
