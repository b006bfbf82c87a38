"""The synthetic West Midlands: what `planted.json` says is what the files hold."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines import demo_intensity
from pipelines.demo import FORCE, RECORD, DemoContents, generate
from pipelines.demo_faults import REFUSED
from pipelines.demo_hotspots import load_plan, zipf
from pipelines.demo_intensity import FILE, derive, load_intensity, seasons
from pipelines.demo_places import METRES_PER_DEGREE, load_areas
from pipelines.demo_rows import HEADER
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.vocabulary import CATEGORIES

SETTINGS = Settings()
LADS = {"Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton"}
PLACE = slice(4, 6)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DemoContents]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, generate(folder, settings=SETTINGS, months=2, share=0.05)


@pytest.fixture(scope="module")
def rows(small: tuple[Path, DemoContents]) -> list[list[str]]:
    found = []
    for file in sorted(small[0].glob("*/*.csv")):
        lines = list(csv.reader(file.open(encoding="utf-8", newline="")))
        assert lines[0] == HEADER.split(",")
        found += lines[1:]
    return found


def reason(row: list[str], seen: set[tuple[str, str]]) -> str:
    """The one reason to refuse a row, in plain Python; empty for a good row."""
    if len(row) != 12:
        return "row:columns"
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", row[1]):
        return "month:invalid" if row[1] else "month:missing"
    if row[1] > "2026-10":
        return "month:future"
    if row[9] not in CATEGORIES.values():
        return "category:unknown" if row[9] else "category:missing"
    if row[0] and (row[0], row[1]) in seen:
        return "crime_id:repeated"
    seen.add((row[0], row[1]))
    return coordinate_reason(*row[PLACE])


def coordinate_reason(lon: str, lat: str) -> str:
    if not lon and not lat:
        return ""
    if not lon or not lat:
        return "coordinate:incomplete"
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return "coordinate:not_a_number"
    if x == y == 0:
        return "coordinate:null_island"
    if 49 < x < 61 and -9 < y < 3:
        return "coordinate:swapped"
    return "" if 49 < y < 61 and -9 < x < 3 else "coordinate:out_of_range"


@pytest.fixture(scope="module")
def accepted(rows: list[list[str]]) -> list[list[str]]:
    seen: set[tuple[str, str]] = set()
    return [row for row in rows if not reason(row, seen)]


def test_every_fault_is_in_the_files_as_often_as_the_record_says(small, rows):
    seen: set[tuple[str, str]] = set()
    found = Counter(reason(row, seen) for row in rows)
    accepted = found.pop("")
    assert found == small[1].refused == REFUSED
    assert (accepted, sum(found.values()), len(rows)) == (
        small[1].rows_accepted,
        small[1].rows_refused,
        small[1].rows_read,
    )


def test_totals_by_month_and_category_equal_a_plain_count(small, accepted):
    assert Counter(row[1] for row in accepted) == small[1].by_month
    assert Counter(row[9] for row in accepted) == {
        name: n for name, n in small[1].by_category.items() if n
    }


def test_la_totals_equal_an_independent_spatial_join(small, accepted):
    import geopandas as gpd

    located = pd.DataFrame(
        [row[PLACE] for row in accepted if row[4]], columns=["lon", "lat"], dtype=float
    )
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(located.lon, located.lat), crs="EPSG:4326"
    )
    lads = gpd.read_file(SETTINGS.boundaries / "lad_2024.geojson")
    joined = gpd.sjoin(points, lads, predicate="within", how="left")
    assert joined["name"].value_counts().to_dict() == small[1].by_lad
    assert joined["name"].isna().sum() == small[1].outside > 0


def test_rows_without_a_place_are_counted_and_not_faults(small, accepted):
    nowhere = [row for row in accepted if row[4] == ""]
    assert {(row[5], row[6], row[7], row[8]) for row in nowhere} == {("", "No Location", "", "")}
    assert len(nowhere) == small[1].unlocated > 0


def test_every_row_and_file_name_says_synthetic(small, rows):
    assert {row[2] for row in rows} == {row[3] for row in rows} == {FORCE}
    names = [file.name for file in small[0].glob("*/*.csv")]
    assert len(names) == 2 and all("synthetic" in name for name in names)


def test_only_anti_social_behaviour_has_no_id(accepted):
    assert {row[9] for row in accepted if not row[0]} == {"Anti-social behaviour"}
    ids = [row[0] for row in accepted if row[0]]
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in ids)
    assert len(set(ids)) == len(ids)


def test_points_lie_inside_the_lsoa_their_row_names(accepted):
    lsoas = load_areas(SETTINGS.boundaries / "lsoa_2021.geojson")
    named = [row for row in accepted if row[7]]
    lon, lat = np.array([row[PLACE] for row in named], dtype=float).T
    where = lsoas.containing(lon, lat)
    assert (where >= 0).all()
    assert list(lsoas.code[where]) == [row[7] for row in named]
    assert list(lsoas.name[where]) == [row[8] for row in named]


def test_hotspots_are_in_every_la_with_their_incidents_within_their_radius(small, accepted):
    hotspots = small[1].hotspots
    assert {spot.lad for spot in hotspots} == LADS
    assert {spot.trend for spot in hotspots} == {"steady", "rising", "falling", "new"}
    lon, lat = np.array([row[PLACE] for row in accepted if row[4]], dtype=float).T
    for spot in hotspots:
        east = (lon - spot.lon) * METRES_PER_DEGREE * np.cos(np.radians(spot.lat))
        near = np.hypot(east, (lat - spot.lat) * METRES_PER_DEGREE) <= spot.radius_m + 1
        assert sum(spot.by_month.values()) == spot.incidents
        assert near.sum() >= spot.incidents > 0


def test_the_default_location_is_one_point_with_its_incidents(small, accepted):
    place = small[1].default_location
    desk = [row for row in accepted if row[6] == "On or near Police Station"]
    assert {tuple(row[PLACE]) for row in desk} == {(f"{place['lon']:.6f}", f"{place['lat']:.6f}")}
    assert len(desk) == place["incidents"] > 0


def test_same_seed_same_bytes_and_another_seed_others(small, tmp_path):
    def bytes_of(folder: Path) -> dict[str, bytes]:
        return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.*")}

    generate(tmp_path / "again", settings=SETTINGS, months=2, share=0.05)
    generate(tmp_path / "other", settings=SETTINGS, months=2, share=0.05, seed=1)
    first, again, other = (
        bytes_of(folder) for folder in (small[0], tmp_path / "again", tmp_path / "other")
    )
    assert len(first) == 3
    assert first == again
    assert all(first[name] != other[name] for name in first)


def test_the_record_on_disk_is_what_was_returned(small):
    saved = json.loads((small[0] / RECORD).read_text(encoding="utf-8"))
    assert saved["synthetic"] is True
    assert saved["refused"] == small[1].refused
    assert saved["hotspots"][0]["by_month"] == small[1].hotspots[0].by_month


def test_a_shorter_run_leaves_no_month_of_a_longer_one(small, tmp_path):
    calls, folder = [], shutil.copytree(small[0], tmp_path / "longer")
    generate(
        folder,
        settings=SETTINGS,
        months=1,
        share=0.05,
        last=date(2026, 1, 1),
        progress=lambda *done: calls.append(done),
    )
    assert sorted(path.name for path in folder.iterdir()) == ["2026-01", RECORD]
    assert calls == [(1, 1)]


@pytest.mark.parametrize("wrong", [{"months": 0}, {"share": 0.0}, {"share": 1.5}])
def test_arguments_that_make_no_sense_are_refused(tmp_path, wrong):
    with pytest.raises(UserError, match="1 month or more"):
        generate(tmp_path, settings=SETTINGS, **wrong)
    assert not any(tmp_path.iterdir())


def test_without_boundaries_the_message_names_the_layer(tmp_path):
    with pytest.raises(UserError, match=r"lsoa_2021\.geojson"):
        generate(tmp_path / "out", settings=Settings(boundaries=tmp_path))


def test_trends_have_the_shape_they_are_named_for():
    for spot in load_plan().hotspots:
        means = spot.monthly_means(36)
        active = means[means > 0]
        assert active.mean() == pytest.approx(spot.extra_per_month)
        change = means[-12:].sum() / max(means[-24:-12].sum(), 1) - 1
        expected = {
            "steady": change == 0,
            "rising": change > 0.2,
            "falling": change < -0.2,
            "new": len(active) == 6,
        }
        assert expected[spot.trend], spot.name


def test_few_places_hold_most_incidents():
    shares = zipf(14)
    assert shares[-1] == 1.0
    assert shares[0] > 0.3
    assert (np.diff(np.diff(shares)) < 0).all()


def test_a_year_of_seasons_leaves_the_mean_alone():
    labels = [f"2025-{month:02d}" for month in range(1, 13)]
    categories = (
        "violence-and-sexual-offences",
        "anti-social-behaviour",
        "shoplifting",
        "burglary",
    )
    assert seasons(labels, categories).mean(axis=0) == pytest.approx(np.ones(4))


def test_intensity_holds_every_lsoa_once():
    intensity = load_intensity()
    assert intensity.means.shape == (1717, 14)
    assert len(set(intensity.lsoa)) == 1717
    assert (intensity.means >= 0).all()
    assert 25_000 < intensity.means.sum() < 31_000


@pytest.mark.real
def test_the_committed_intensity_is_what_the_source_gives(real_data):
    derived = derive(real_data / "police_uk" / "wm_lsoa21_month_counts_2023-06_2025-03.csv.gz")
    committed = pd.read_csv(Path(demo_intensity.__file__).with_name(FILE), index_col="lsoa_code")
    pd.testing.assert_frame_equal(derived, committed, check_names=False)
