"""Supplier files: the ones that travel with the project, and mistakes in new ones."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.made_up import HEADER
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.vocabulary import ALL_CATEGORIES
from vrp_map.warehouse.ingest.suppliers import BY_ROW, Suppliers, load_suppliers

SOURCES = Settings().sources
GOOD = """
name = "mine"
grade = "B"
[[format]]
crs = "EPSG:4326"
columns = { from = "When", x = "Lon", y = "Lat" }
"""


@pytest.fixture(scope="module")
def suppliers() -> Suppliers:
    return load_suppliers(SOURCES)


def with_file(folder: Path, text: str, name: str = "mine.toml") -> Suppliers:
    shutil.copytree(SOURCES, folder / "sources")
    (folder / "sources" / name).write_text(text, encoding="utf-8")
    return load_suppliers(folder / "sources")


def names(suppliers: Suppliers, header: list[str], basename: str = "x.csv") -> list[str]:
    return [s.name for s, _ in suppliers.detect(header, basename)]


def test_the_suppliers_of_the_project(suppliers: Suppliers) -> None:
    assert set(suppliers.by_name) == {
        "incidents",
        "police-uk",
        "police-uk-api",
        "police-uk-outcomes",
        "police-uk-stop-search",
        "synthetic",
        "synthetic-serious",
    }
    for supplier in suppliers.by_name.values():
        assert supplier.grade == (
            BY_ROW if supplier.name in ("incidents", "synthetic-serious") else "D"
        )
        assert set(supplier.categories.values()) <= set(ALL_CATEGORIES)
        assert supplier.title and (supplier.attribution or supplier.ignore)
        assert supplier.synthetic == supplier.name.startswith("synthetic")


def test_a_header_decides(suppliers: Suppliers) -> None:
    legacy = [
        "Month",
        "Reported by",
        "Falls within",
        "Easting",
        "Northing",
        "Location",
        "Crime type",
        "Context",
    ]
    assert names(suppliers, HEADER) == ["police-uk"] == names(suppliers, legacy)
    assert names(suppliers, list(reversed(HEADER))) == ["police-uk"]
    assert names(suppliers, [*HEADER[:9], "Outcome type"]) == ["police-uk-outcomes"]
    assert names(suppliers, ["occurred_from", "latitude", "longitude"]) == ["incidents"]
    assert names(suppliers, ["occurred_from", "easting", "northing", "anything"]) == ["incidents"]
    assert names(suppliers, ["a", "b"]) == []


def test_made_up_files_are_known_by_their_name(suppliers: Suppliers) -> None:
    assert names(suppliers, HEADER, "2024-01-synthetic-west-midlands-street.csv") == ["synthetic"]
    assert names(suppliers, HEADER, "2024-01-west-midlands-street.csv") == ["police-uk"]


def test_synthetic_files_look_like_police_uk_s(suppliers: Suppliers) -> None:
    assert suppliers.by_name["synthetic"].formats == suppliers.by_name["police-uk"].formats
    assert suppliers.by_name["synthetic"].categories == suppliers.by_name["police-uk"].categories


def test_the_nearest_supplier_and_what_it_lacks(suppliers: Suppliers) -> None:
    header = [c for c in HEADER if c != "Crime type"]
    name, layout = suppliers.closest(header)
    assert (name, layout.missing(header)) == ("police-uk", ["Crime type"])
    name, layout = suppliers.closest(["latitude", "longitude"])
    assert (name, layout.missing(["latitude", "longitude"])) == ("incidents", ["occurred_from"])


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
@pytest.mark.parametrize("between", [".", "_", " ", "", "-", "  "])
def test_names_are_known_however_they_are_written(
    suppliers: Suppliers, change: Callable[[str], str], between: str
) -> None:
    header = [f" {change(name.replace(' ', between))}" for name in HEADER]
    ((supplier, layout),) = suppliers.detect(header, "x.csv")
    assert supplier.name == "police-uk"
    assert layout.as_in(header).columns["category"] == header[HEADER.index("Crime type")]
    assert layout.as_in(HEADER) is layout


def test_an_unknown_name_names_the_nearest(suppliers: Suppliers) -> None:
    with pytest.raises(UserError, match=r"no source 'police_uk'\. Did you mean police-uk\?"):
        suppliers.named("police_uk")


def test_a_new_supplier_is_a_file(tmp_path: Path) -> None:
    found = with_file(tmp_path, GOOD)
    assert names(found, ["When", "Lon", "Lat"]) == ["mine"]
    assert found.named("mine").keep_point is False, "no point is kept unless a file says so"


def test_two_that_are_alike_are_both_named(tmp_path: Path) -> None:
    text = (
        (SOURCES / "incidents.toml")
        .read_text(encoding="utf-8")
        .replace('name = "incidents"', 'name = "hospital"', 1)
    )
    assert set(names(with_file(tmp_path, text), ["occurred_from", "latitude", "longitude"])) == {
        "incidents",
        "hospital",
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("name =", "name"), "not valid TOML"),
        (('"mine"', '"police-uk"'), "has the name 'police-uk', which another"),
        (('grade = "B"', 'grade = "E"'), "grade is 'E'"),
        (('grade = "B"', ""), "grade is ''"),
        (('grade = "B"', 'grade = "B"\ncolour = "red"'), "unknown key 'colour'"),
        (('grade = "B"', 'grade = "B"\ndefault_category = "knives"'), "category 'knives'"),
        (('grade = "B"', 'grade = "B"\nbounds = [1.0, 2.0, 0.0, 3.0]'), "west, south, east, north"),
        (('grade = "B"', 'grade = "B"\nlike = "police"'), "like 'police', which does not exist"),
        (
            ('grade = "B"', "grade = \"B\"\npublisher_from_name = '('"),
            "publisher_from_name is not a valid pattern",
        ),
        (('grade = "B"', "grade = \"B\"\npublisher_from_name = 'x'"), "has 0 groups"),
        (("EPSG:4326", "EPSG:3857"), "CRS is 'EPSG:3857'"),
        (('x = "Lon", ', ""), "a format needs x and y"),
        (('from = "When", ', ""), "month or from"),
        (('x = "Lon"', 'x = "Lon", age = "Age"'), "unknown field 'age'"),
        (
            (
                '[[format]]\ncrs = "EPSG:4326"\ncolumns = { from = "When", x = "Lon", y = "Lat" }',
                "",
            ),
            "describes no format",
        ),
    ],
)
def test_a_mistake_in_a_supplier_file_is_named(
    change: tuple[str, str], message: str, tmp_path: Path
) -> None:
    assert change[0] in GOOD
    with pytest.raises(UserError, match=message):
        with_file(tmp_path, GOOD.replace(*change))


def test_a_folder_without_suppliers(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no supplier files"):
        load_suppliers(tmp_path)


@pytest.mark.parametrize("name", ["2026-serious-violence.csv", "force-serious-incidents.csv"])
def test_a_real_file_is_not_taken_for_a_made_up_one(name: str, suppliers: Suppliers) -> None:
    """The banner "Made-up data" over real incidents would be as false as none over made-up ones."""
    assert not [
        s.name for s in suppliers.by_name.values() if s.synthetic and re.search(s.file_names, name)
    ]
