"""The demo, built: everything that was planted is found, and every number is the one that was
planted.
"""

from __future__ import annotations

import re
from math import cos, hypot, radians
from pathlib import Path

import duckdb
import h3
import numpy as np
import pytest

from tests.integration.conftest import Demo
from tests.made_up import FORCE, settings_in, write
from vrp_map.analysis.results import Hotspots
from vrp_map.disclosure.thresholds import threshold
from vrp_map.errors import MethodRefused, UserError
from vrp_map.vocabulary import CATEGORIES, Audience, HotspotClass
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.snapshots import current
from vrp_map.warehouse.sql_files import FOLDER, parameters, sql
from vrp_map.workspace import open_workspace

HOT = {HotspotClass.HOT_95, HotspotClass.HOT_99}


@pytest.fixture(scope="module")
def found(demo: Demo) -> Hotspots:
    ws = demo.workspace
    first, last = ws.period(12)
    return ws.hotspots(ws.select(first=first, last=last), audience="analyst")


def test_the_ledger_is_what_was_planted(demo: Demo) -> None:
    ledger, planted = demo.ledger, demo.planted
    assert (ledger.rows_read, ledger.rows_accepted) == (planted.rows_read, planted.rows_accepted)
    assert (ledger.rows_quarantined, ledger.reasons) == (planted.rows_refused, planted.refused)
    assert (ledger.unlocated, ledger.outside) == (planted.unlocated, planted.outside)
    assert (ledger.by_month, ledger.by_lad) == (planted.by_month, planted.by_lad)
    assert (ledger.files, ledger.refused, ledger.skipped) == (24, [], [])


def test_counts_are_what_was_planted(demo: Demo) -> None:
    ws = demo.workspace
    everything = ws.select("all")
    by_lad = ws.counts(everything, by="lad", audience="analyst").frame
    assert dict(zip(by_lad["name"], by_lad["n"], strict=True)) == demo.planted.by_lad
    by_category = ws.counts(everything, by="category", audience="analyst").frame
    assert {
        CATEGORIES[c]: n for c, n in zip(by_category["category"], by_category["n"], strict=True)
    } == {name: n for name, n in demo.planted.by_category.items() if n}
    assert ws.snapshot.synthetic and ws.snapshot.sources == ("synthetic",)


def test_the_default_location_is_one_point_of_many(demo: Demo) -> None:
    place = demo.planted.default_location
    cell = h3.latlng_to_cell(place["lat"], place["lon"], 9)
    figures = demo.workspace.cell(cell, demo.workspace.select("all"), audience="analyst")
    assert (figures.months.total or 0) >= place["incidents"] > 0


@pytest.mark.parametrize("number", range(10))
def test_a_planted_hotspot_is_found(number: int, demo: Demo, found: Hotspots) -> None:
    spot = demo.planted.hotspots[number]
    home = h3.latlng_to_cell(spot.lat, spot.lon, 9)
    hot = found.cells.frame[found.cells.frame["hotspot_class"].isin(HOT)]
    assert set(hot["cell"]) & set(h3.grid_disk(home, 1)), f"{spot.name} was not found"
    near = hot[hot["cell"].isin(h3.grid_disk(home, 1))]
    assert spot.lad in set(near["lad"])
    assert (near["cluster"] > 0).all()


def test_nearly_everything_hot_was_planted(demo: Demo, found: Hotspots) -> None:
    hot = found.cells.frame.query("hotspot_class == @HotspotClass.HOT_99")
    spots = [(s.lon, s.lat) for s in demo.planted.hotspots]

    def metres(cell: str) -> float:
        lat, lon = h3.cell_to_latlng(cell)
        return min(
            hypot((lon - x) * 111_320 * cos(radians(lat)), (lat - y) * 111_320) for x, y in spots
        )

    share = np.mean([metres(cell) < 1_500 for cell in hot["cell"]])
    assert share > 0.5


def test_a_new_hotspot_is_up(demo: Demo, found: Hotspots) -> None:
    new = [s for s in demo.planted.hotspots if s.trend == "new"]
    for spot in new:
        cells = h3.grid_disk(h3.latlng_to_cell(spot.lat, spot.lon, 9), 1)
        rows = found.cells.frame[found.cells.frame["cell"].isin(cells)]
        assert rows["n"].sum() > 2 * rows["n_previous"].sum()


# What a place planted with each trend must be: the change on the year before, and its months
# (`maps.emerging` groups).
TRENDS = {
    "steady": ("could be chance", "stubborn: hot in 24 of 24 months"),
    "rising": ("up", "growing: hot in 24 of 24 months, more and more"),
    "falling": ("down", "fading: hot in 24 of 24 months, less and less"),
    "new": ("up", "hot for 6 consecutive months, never before"),
}


@pytest.mark.parametrize("number", range(10))
def test_a_planted_hotspot_has_the_history_it_was_planted_with(
    number: int, demo: Demo, found: Hotspots
) -> None:
    spot = demo.planted.hotspots[number]
    home = h3.latlng_to_cell(spot.lat, spot.lon, 9)
    row = found.cells.frame.set_index("cell").loc[home]
    place = found.clusters.frame.set_index("cluster").loc[row["cluster"]]
    trend, months = TRENDS[spot.trend]
    assert (place["trend"], place["emerging"], row["emerging"]) == (trend, months, months)
    assert place["stability"] == row["stability"] == "firm"
    for said in (place["sentence"], row["sentence"]):
        assert (
            "It is firm: still a hotspot with larger hexagons, smaller hexagons and the period a"
            " month earlier" in said
        )
        assert f"{months[0].upper()}{months[1:]}." in said
        assert said.startswith(
            f"{int(place['n'] if said == place['sentence'] else row['n']):,} incidents. "
        )
        assert (
            "Very unlikely to be chance: if incidents fell evenly at random, at most 1 map in 100"
            in said
        )
    assert ("could be chance" in place["changed"]) == (trend == "could be chance")


def test_emerging_hotspots_are_the_ones_on_the_map(demo: Demo, found: Hotspots) -> None:
    ws = demo.workspace
    first, last = ws.period(3)
    answer = ws.analyse("emerging", ws.select(first=first, last=last), audience="analyst")
    table = answer.table.frame.set_index("cell")
    on_map = found.cells.frame.set_index("cell")["emerging"]
    both = table.index.intersection(on_map.index)
    assert len(both) > 100 and (table.loc[both, "emerging"] == on_map[both]).all()
    assert (table["emerging"] != "").all() and (on_map.drop(both) == "").all()
    new = [h3.latlng_to_cell(s.lat, s.lon, 9) for s in demo.planted.hotspots if s.trend == "new"]
    assert (table.loc[new, "pattern"] == "consecutive hot spot").all() and (
        table.loc[new, "q"] <= 0.05
    ).all()
    assert answer.card["steps"] == "24 months, November 2024 to October 2026"
    assert (
        answer.card["rules"]
        and "a hotspot that stopped last month can still show" in answer.card["caveats"][0]
    )
    counted = re.search(r"([\d,]+) hot for several months in a row", answer.sentence)
    assert counted and int(counted[1]) == (table["pattern"] == "consecutive hot spot").sum()
    assert "at most 5 maps in 100 would mark any month hot" in answer.sentence


def test_the_card_says_which_checks_ran(found: Hotspots) -> None:
    stability = found.method["stability"]
    assert stability["checked with"] == [
        "larger hexagons (district, 8)",
        "smaller hexagons (streets, 10)",
        "the period a month earlier (October 2025 to September 2026)",
    ]
    assert stability["not checked"] == ["the period a month later (no data of that month)"]
    assert found.method["emerging"]["steps"].startswith("24 months")
    assert "Benjamini-Hochberg over" in found.method["trends of hotspots"]
    dispersion = found.trend.comparison.dispersion if found.trend.comparison else 0
    assert f"{dispersion:.1f} times that of chance" in found.method["trend of the area"]
    assert "can still show as hot" in " ".join(found.method["caveats"])


def test_clusters_are_named_as_people_say_it(found: Hotspots) -> None:
    clusters = found.clusters.frame
    assert len(clusters) >= 8
    for row in clusters.itertuples():
        assert re.fullmatch(r"around [^,]+, [A-Z]\w+(, [A-Z][\w ]+ NPU)?", row.name), row.name
        # Where the unit is the authority, it is not said twice.
        assert row.name.endswith(
            f", {row.lad}" if row.lad == row.npu else f", {row.lad}, {row.npu} NPU"
        )
    assert clusters["cluster"].tolist() == list(range(1, len(clusters) + 1))
    members = found.cells.frame.query("cluster > 0").groupby("cluster")
    assert members["n"].sum().to_dict() == dict(
        zip(clusters["cluster"], clusters["n"], strict=True)
    )
    assert members.size().to_dict() == dict(
        zip(clusters["cluster"], clusters["cells"], strict=True)
    )


def test_every_cell_of_the_table_is_labelled(found: Hotspots) -> None:
    cells = found.cells.frame
    assert cells["name"].notna().all()
    # Incidents outside every area are in the table too, and in no authority.
    assert cells["lad"].isna().sum() <= 8


def test_the_method_card_says_what_ran(demo: Demo, found: Hotspots) -> None:
    card = found.method
    assert card["hexagons tested"] > 9_000
    assert card["grade"] == "D" and card["snapshot"] == demo.ledger.snapshot
    assert any("snap point" in caveat for caveat in card["caveats"])
    assert any("indicative" in caveat for caveat in card["caveats"])
    assert card["period"] == "November 2025 to October 2026"


def test_the_last_year_is_compared_with_the_one_before(found: Hotspots) -> None:
    assert "the 12 months before" in found.sentence
    assert found.trend.comparison is not None
    change = found.cells.frame.dropna(subset=["change"])
    assert np.allclose(
        change["change"].astype(float),
        change["n"].astype(float) / change["n_previous"].astype(float) - 1,
    )


@pytest.mark.parametrize("method", ["dbscan", "hdbscan"])
def test_point_clusters_are_refused_on_snap_points(method: str, demo: Demo) -> None:
    with pytest.raises(MethodRefused, match="snap points") as error:
        demo.workspace.clusters(method=method)
    assert error.value.exit_code == 4


def test_point_clusters_of_exact_points(tmp_path: Path) -> None:
    header = [
        "id",
        "occurred_from",
        "latitude",
        "longitude",
        "category",
        "source",
        "place_precision_m",
    ]
    rng = np.random.default_rng(1)
    crowd = [(52.47 + dy, -1.93 + dx) for dx, dy in rng.normal(0, 0.0003, (40, 2))]
    strays = list(zip(rng.uniform(52.445, 52.46, 12), rng.uniform(-1.89, -1.85, 12), strict=True))
    rows = [
        [str(i), "2024-01-05 22:10", f"{y:.6f}", f"{x:.6f}", "Robbery", FORCE, "5"]
        for i, (y, x) in enumerate(crowd + strays)
    ]
    settings = settings_in(tmp_path)
    build([write(tmp_path / "extract.csv", rows, header=header)], settings=settings)
    ws = open_workspace(settings=settings)
    for method in ("dbscan", "hdbscan"):
        safe = ws.clusters(method=method, audience="analyst")
        assert safe.frame.loc[0, "n"] >= 35 and safe.frame.loc[0, "lad"] == "Westborough"
    public = ws.clusters(method="dbscan", radius_m=60, min_incidents=20, audience="public").frame
    assert len(public) == 1 and public["n"].iloc[0] % 10 == 0 and "n_places" not in public


@pytest.mark.parametrize("audience", ["partner", "public"])
def test_nobody_can_feel_for_small_numbers_with_clusters(audience: str, tmp_path: Path) -> None:
    """Doors with 1, 2, 3, 4 and 40 incidents: no choice of parameters lists the small ones, or
    tells their number.
    """
    header = [
        "id",
        "occurred_from",
        "latitude",
        "longitude",
        "category",
        "source",
        "place_precision_m",
    ]
    doors = {
        (52.46012, -1.94012): 1,
        (52.46512, -1.92012): 2,
        (52.47012, -1.90012): 3,
        (52.47512, -1.88012): 4,
        (52.48012, -1.86012): 40,
    }
    rows = [
        [f"{y}{i}", "2024-01-05 22:10", f"{y:.6f}", f"{x:.6f}", "Robbery", FORCE, "5"]
        for (y, x), n in doors.items()
        for i in range(n)
    ]
    settings = settings_in(tmp_path)
    build([write(tmp_path / "extract.csv", rows, header=header)], settings=settings)
    ws = open_workspace(settings=settings)
    fewest = 2 * threshold(Audience(audience), settings)
    for n, radius in [(1, 50), (2, 50), (fewest - 1, 50), (fewest, 0.1), (fewest, 49)]:
        with pytest.raises(UserError, match=f"view a cluster needs at least {fewest} incidents"):
            ws.clusters(method="dbscan", radius_m=radius, min_incidents=n, audience=audience)
    found = ws.clusters(method="dbscan", radius_m=50, min_incidents=fewest, audience=audience).frame
    assert len(found) == 1 and not found["hidden"].any()
    assert (
        len(ws.clusters(method="dbscan", radius_m=50, min_incidents=1, audience="analyst").frame)
        == 5
    )


def test_an_area_too_small_to_test_is_refused(demo: Demo) -> None:
    ws = demo.workspace
    with pytest.raises(UserError, match="too few to tell a hotspot from chance"):
        ws.hotspots(ws.select(areas="lsoa:E01008881"))


# -- the SQL files ---------------------------------------------------------------------------------

FILES = sorted(str(p.relative_to(FOLDER).with_suffix("")) for p in FOLDER.rglob("*.sql"))


@pytest.mark.parametrize("name", FILES)
def test_an_sql_file_says_what_a_row_is_and_is_one_statement(name: str) -> None:
    text = sql(name)
    assert text.startswith("-- ") and text.endswith("\n")
    if name != "schema":
        if re.search(r"^(SELECT|INSERT|CREATE)", text, re.MULTILINE):
            assert text.startswith("-- One row"), "say what one row is"
        assert len(duckdb.extract_statements(text)) == 1
        assert ";" not in re.sub(r"--.*|'[^']*'", "", text)


VALUES = {
    "categories": None,
    "first": None,
    "last": None,
    "areas": None,
    "sources": None,
    "resolution": 9,
    "cells": [1],
    "type": "lad",
    "reason": None,
    "rows": 5,
    "points": [1],
    "places": [1],
}


@pytest.mark.parametrize("name", [n for n in FILES if n.startswith("queries/")])
def test_a_query_runs_on_an_empty_snapshot(name: str) -> None:
    with duckdb.connect() as con:
        con.execute(sql("schema"))
        wanted = {k: VALUES[k] for k in parameters(name)}
        assert con.execute(sql(name), wanted or None).fetchall() is not None


@pytest.mark.parametrize("name", [n for n in FILES if n.startswith("queries/")])
def test_a_query_s_parameters_are_those_it_names(name: str, demo: Demo) -> None:
    path = current(demo.settings.store)
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as con:
        text = "".join(line.partition("--")[0] for line in sql(name).splitlines(keepends=True))
        assert set(re.findall(r"\$(\w+)", text)) == parameters(name)
        assert con.execute(sql(name), {k: VALUES[k] for k in parameters(name)} or None) is not None
