"""The real public files: every row accounted for, and the areas those of an independent spatial
join.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from vrp_map.config import Settings
from vrp_map.resources import resource
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, CATEGORIES, WGS84
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.ingest.ledger import Ledger
from vrp_map.workspace import Workspace, open_workspace

pytestmark = pytest.mark.real

FILES = {
    "west midlands": "west-midlands-2014-01-street.zip",
    "neighbours": "neighbouring-forces-2014-01_2014-07-street.zip",
    "city": "city-of-london-2024-street.zip",
    "legacy": "west-midlands-2011-02-street-legacy-format.zip",
    "stops": "city-of-london-2020-01_2020-07-stop-and-search.zip",
    "api": "birmingham_city_centre_points_2017-01_2017-07.csv.gz",
}
READ = {
    "west midlands": 18_631,
    "neighbours": 143_102,
    "city": 9_992,
    "legacy": 25_558,
    "stops": 1_839,
    "api": 10_979,
}
REPEATED = {"neighbours": 7, "city": 208}
UNLOCATED_IN_FILE = {"neighbours": 2_708, "city": 964}


@dataclass(frozen=True)
class Real:
    folder: Path
    settings: Settings
    ledgers: dict[str, Ledger]

    def rows(self, name: str) -> pd.DataFrame:
        """The rows as Python's own `csv` reads them."""
        with zipfile.ZipFile(self.folder / FILES[name]) as archive:
            parts = [
                pd.DataFrame(
                    list(
                        csv.DictReader(
                            io.TextIOWrapper(archive.open(m), encoding="utf-8-sig", newline="")
                        )
                    )
                )
                for m in archive.namelist()
            ]
        return pd.concat(parts, ignore_index=True)

    @property
    def workspace(self) -> Workspace:
        return open_workspace(settings=self.settings)


@pytest.fixture(scope="module")
def real(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Real:
    """One store, one build for each supplier's files, each adding to what is there."""
    folder = tmp_path_factory.mktemp("real")
    settings = Settings(store=folder / "store", local_boundaries=folder / "local")
    police = real_data / "police_uk"
    return Real(
        police,
        settings,
        {name: build([police / file], settings=settings) for name, file in FILES.items()},
    )


def by_sjoin(points: pd.DataFrame, *, x: str, y: str, crs: str) -> dict[str, int]:
    """Points per local authority by geopandas, from the built layer's own file."""
    number = points[[x, y]].apply(pd.to_numeric, errors="coerce").dropna()
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(number[x], number[y]), crs=crs).to_crs(
        WGS84
    )
    # The build keeps six decimals of a degree.
    frame.geometry = gpd.points_from_xy(
        frame.geometry.x.round(6), frame.geometry.y.round(6), crs=WGS84
    )
    districts = gpd.read_file(resource("boundaries") / "lad_2024.geojson")[
        ["code", "name", "geometry"]
    ]
    joined = gpd.sjoin(frame, districts, predicate="intersects").sort_values("code")
    return joined[~joined.index.duplicated()].groupby("name").size().to_dict()  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", FILES)
def test_the_ledger_closes(name: str, real: Real) -> None:
    ledger = real.ledgers[name]
    assert ledger.refused == [] and ledger.published
    assert ledger.rows_read == READ[name] == ledger.rows_accepted + ledger.rows_quarantined
    assert ledger.reasons == ({"crime_id:repeated": REPEATED[name]} if name in REPEATED else {})
    assert ledger.rows_accepted == sum(ledger.by_month.values())
    assert ledger.rows_accepted == ledger.unlocated + ledger.outside + sum(ledger.by_lad.values())


def test_west_midlands_is_taken_whole(real: Real) -> None:
    ledger = real.ledgers["west midlands"]
    assert (ledger.rows_accepted, ledger.rows_quarantined, ledger.by_month) == (
        18_631,
        0,
        {"2014-01": 18_631},
    )
    rows = real.rows("west midlands")
    assert (
        ledger.distinct_locations
        == len(rows.loc[rows["Longitude"] != "", ["Longitude", "Latitude"]].drop_duplicates())
        == 9_489
    )


def test_local_authorities_are_those_of_an_independent_join(real: Real) -> None:
    expected = by_sjoin(real.rows("west midlands"), x="Longitude", y="Latitude", crs=WGS84)
    assert len(expected) == 7
    assert real.ledgers["west midlands"].by_lad == expected


def test_neighbouring_forces_reach_into_the_local_authorities(real: Real) -> None:
    rows = real.rows("neighbours")
    without_repeats = rows[(rows["Crime ID"] == "") | ~rows.duplicated(["Crime ID", "Month"])]
    expected = by_sjoin(without_repeats, x="Longitude", y="Latitude", crs=WGS84)
    assert 100 < sum(expected.values()) < 2_000
    assert real.ledgers["neighbours"].by_lad == expected
    assert real.ledgers["neighbours"].files == 21


@pytest.mark.parametrize("name", UNLOCATED_IN_FILE)
def test_rows_without_a_place_are_taken_unless_repeated(name: str, real: Real) -> None:
    rows = real.rows(name)
    bare = (rows["Longitude"] == "") & (rows["Latitude"] == "")
    repeated = (rows["Crime ID"] != "") & rows.duplicated(["Crime ID", "Month"])
    assert int(bare.sum()) == UNLOCATED_IN_FILE[name]
    assert real.ledgers[name].unlocated == int((bare & ~repeated).sum())


def test_the_legacy_format_is_on_the_national_grid(real: Real) -> None:
    ledger = real.ledgers["legacy"]
    assert ledger.rows_accepted == 25_558
    assert ledger.by_lad == by_sjoin(
        real.rows("legacy"), x="Easting", y="Northing", crs=BRITISH_NATIONAL_GRID
    )


def test_stop_and_search_is_in_no_preset(real: Real) -> None:
    ws = real.workspace
    for preset in ("violence", "all"):
        assert "stop-and-search" not in ws.select(preset).categories
    stops = {"first": "2020-01", "last": "2020-07"}
    assert ws.counts(ws.select("all", **stops), by="category", audience="analyst").total == 0
    assert ws.counts(ws.select("stop-and-search"), by="month", audience="analyst").total == 1_839
    assert ws.counts(ws.select("all"), by="month", audience="analyst").total == sum(
        ledger.rows_accepted for name, ledger in real.ledgers.items() if name != "stops"
    )


def test_categories_and_months_are_those_of_the_files(real: Real) -> None:
    ws = real.workspace
    selection = ws.select("all", first="2024-01", last="2024-12")
    rows = real.rows("city")
    kept = rows[(rows["Crime ID"] == "") | ~rows.duplicated(["Crime ID", "Month"])]
    by_category = (
        ws.counts(selection, by="category", audience="analyst")
        .frame.set_index("category")["n"]
        .to_dict()
    )
    slugs = {name: slug for slug, name in CATEGORIES.items()}
    assert by_category == dict(Counter(slugs[name] for name in kept["Crime type"]))
    by_month = ws.counts(selection, by="month", audience="analyst").frame
    assert {f"{m:%Y-%m}": n for m, n in zip(by_month["month"], by_month["n"], strict=True)} == dict(
        Counter(kept["Month"])
    )


def test_the_whole_account(real: Real) -> None:
    ws = real.workspace
    found = ws.quality(rows=500)
    assert found.read == sum(READ.values()) and found.quarantined == sum(REPEATED.values())
    assert len(found.refused) == found.quarantined
    assert ws.snapshot.incidents == found.accepted
    assert found.unlocated == sum(ledger.unlocated for ledger in real.ledgers.values())
    assert {"2024", "2014"} <= {f"{m:%Y}" for m in found.months["month"]}
    assert "LSOA" not in "".join(found.absent["source"]) and len(found.absent) > 12


def test_the_supplier_s_lsoa_mostly_agrees(real: Real) -> None:
    """City of London lies outside our layers; West Midlands 2014 carries LSOA 2011 codes, mostly
    unchanged.
    """
    found = real.workspace.quality()
    assert 0 < found.lsoa_differ < 0.2 * found.lsoa_named


def test_hotspots_of_a_real_month_are_named_places(real: Real) -> None:
    ws = real.workspace
    result = ws.hotspots(ws.select(first="2014-01", last="2014-01"))
    assert len(result.clusters.frame) >= 5
    for place in result.clusters.frame.itertuples():
        ending = place.lad if place.lad == place.npu else f"{place.lad}, {place.npu} NPU"
        assert place.name.startswith("around ") and place.name.endswith(f", {ending}")
    assert np.isfinite(result.cells.frame["q"]).all()
    assert "no whole earlier period" in result.sentence


def test_the_same_archive_again_changes_nothing(real: Real) -> None:
    before = real.workspace.snapshot.id
    again = build([real.folder / FILES["city"]], settings=real.settings)
    assert not again.published and len(again.skipped) == 12
    assert real.workspace.snapshot.id == before
