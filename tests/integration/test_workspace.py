"""What each audience and each principal may learn, by every way that `Workspace` and the reports
offer.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.integration.conftest import Demo
from tests.made_up import MIDDLE, NORTH, loaded, row, settings_in, write
from vrp_map import grid
from vrp_map.analysis import ANALYSES
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.thresholds import threshold
from vrp_map.errors import NotAllowed, UserError
from vrp_map.export import tables as report
from vrp_map.principal import DEMO_PARTNER, Principal
from vrp_map.vocabulary import GRADES_THAT_CARRY, Audience, Grade
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

OUTSIDERS = [Audience.PARTNER, Audience.PUBLIC]
COVENTRY = Principal("navigator", frozenset({"navigator"}), Audience.PARTNER, ("lad:E08000026",))
# Column -> why its numbers are no counts of incidents.
NO_COUNTS = {
    "rank",
    "cluster",
    "cells",
    "population",
    "lon",
    "lat",
    "rate",
    "rate_low",
    "rate_high",
    "share",
    "change",
    "q",
    "share_of_cells",
    "value",
    "scatter",
    "low",
    "high",
    "rank_rate",
    "difference",
    # The back-test: hexagons named, and shares in steps that hide single incidents
    # (disclosure/bands.py).
    "hexagons",
    "capture",
    "pai",
    "area",
    "held",
    "before",
    "times",
    "again",
    "all_history",
    "ours",
    "expected",
}
COUNTS = {"n", "n_previous", "incidents", "unlocated", "outside", "points"}


def busiest(ws: Workspace) -> str:
    frame = ws.counts(audience=ws.principal.audience).frame
    return str(frame.sort_values("n", ascending=False)["cell"].iloc[0])


def year(ws: Workspace) -> Any:
    first, last = ws.period(12)
    return ws.select(first=first, last=last)


# Every way to numbers: name -> how to call it for an audience.
WAYS: dict[str, Callable[[Workspace, Audience], Any]] = {
    "facts": lambda ws, a: ws.facts(audience=a),
    "counts": lambda ws, a: [
        ws.counts(by=by, audience=a)
        for by in ("cell", "lad", "npu", "lpa", "ward", "lsoa", "force", "month", "category")
    ],
    "rates": lambda ws, a: [ws.rates(by=by, audience=a) for by in ("lad", "ward", "lsoa")],
    "trend": lambda ws, a: ws.trend(year(ws), audience=a),
    "default_locations": lambda ws, a: ws.default_locations(audience=a),
    "hotspots": lambda ws, a: ws.hotspots(year(ws), audience=a),
    "clusters": lambda ws, a: ws.clusters(year(ws), audience=a),
    "cell": lambda ws, a: ws.cell(busiest(ws), audience=a),
    "missing": lambda ws, a: [
        *(
            getattr(ws.missing(audience=a), part)
            for part in ("everything", "by_category", "by_month", "by_source")
        )
    ],
    "analyse": lambda ws, a: [
        ws.analyse(m, year(ws), audience=a) for m in ANALYSES if Grade.D in GRADES_THAT_CARRY[m]
    ],
}


def protected_in(answer: Any) -> list[Protected]:
    if isinstance(answer, Protected):
        return [answer]
    if isinstance(answer, (list, tuple)):
        return [p for item in answer for p in protected_in(item)]
    if isinstance(answer, Mapping):
        return protected_in(list(answer.values()))
    # Enums have a `__dict__` too, with themselves in it.
    return protected_in(list(vars(answer).values())) if is_dataclass(answer) else []


def test_every_way_is_tested() -> None:
    """A new method that takes an audience must be added above."""
    takes = {
        name
        for name, f in inspect.getmembers(Workspace, inspect.isfunction)
        if "audience" in inspect.signature(f).parameters
    }
    # Of what the audience is counted from: grades and sources, months without anything, and the
    # question itself, whose reader is the audience's. No table.
    no_numbers = {"carried_by", "snapshot_for", "gaps", "question"}
    assert {name for name in takes if not name.startswith("_")} - no_numbers == set(WAYS)


@pytest.mark.parametrize("way", WAYS)
def test_a_partner_gets_no_analyst_view(way: str, demo: Demo) -> None:
    ws = demo.workspace.for_principal(DEMO_PARTNER)
    with pytest.raises(NotAllowed, match="may not see the analyst view"):
        WAYS[way](ws, Audience.ANALYST)
    public = demo.workspace.for_principal(Principal("anybody", frozenset(), Audience.PUBLIC))
    with pytest.raises(NotAllowed, match="may not see the partner view"):
        WAYS[way](public, Audience.PARTNER)


@pytest.mark.parametrize("audience", OUTSIDERS)
@pytest.mark.parametrize("way", WAYS)
def test_no_forbidden_number_in_any_table(way: str, audience: Audience, demo: Demo) -> None:
    k = threshold(audience, demo.settings)
    tables = protected_in(WAYS[way](demo.workspace, audience))
    assert tables
    for table in tables:
        assert (table.audience, table.k) == (audience, k)
        assert table.total is None or table.total % k == 0
        assert not {"z", "p", "residents", "rate_exact"} & set(table.frame)
        for name in table.frame.select_dtypes("number"):
            assert name in COUNTS | NO_COUNTS, f"{name} is new: is it a count?"
            if name in COUNTS:
                assert (table.frame[name].dropna() % k == 0).all(), name
        if "q" in table.frame:
            assert set(table.frame["q"]) <= {0.01, 0.05, 0.10, 1.0}


@pytest.mark.parametrize("audience", OUTSIDERS)
def test_shown_rates_shares_and_changes_come_from_the_shown_numbers(
    audience: Audience, demo: Demo
) -> None:
    found = demo.workspace.hotspots(year(demo.workspace), audience=audience)
    for table in (found.cells, found.clusters):
        frame = table.frame
        n, before = frame["n"].astype("Float64"), frame["n_previous"].astype("Float64")
        assert frame["share"].isna().equals(n.isna())
        pd.testing.assert_series_equal(
            frame["share"].dropna().astype(float),
            (n / table.total).dropna().astype(float),
            check_names=False,
        )
        known = frame["change"].dropna()
        assert np.allclose(known.astype(float), (n / before - 1)[known.index].astype(float))
        assert frame.loc[n.isna(), "rate"].isna().all()
    rates = demo.workspace.rates(by="lsoa", audience=audience).frame
    shown = rates.dropna(subset=["n"])
    assert np.allclose(
        shown["rate"], shown["n"].astype(float) * 1000 / shown["population"].astype(float)
    )
    assert rates.loc[rates["n"].isna(), ["rate", "rate_low", "rate_high"]].isna().all(axis=None)


@pytest.mark.parametrize("audience", OUTSIDERS)
@pytest.mark.parametrize("way", ["counts", "hotspots", "cell", "trend"])
def test_no_forbidden_number_in_any_file(way: str, audience: Audience, demo: Demo) -> None:
    k = threshold(audience, demo.settings)
    for table in protected_in(WAYS[way](demo.workspace, audience)):
        documents = [json.loads(report.to_json(table))["rows"]]
        if "cell" in table.frame or "code" in table.frame:
            features = json.loads(report.to_geojson(table, areas=demo.workspace.areas()))
            documents.append([f["properties"] for f in features["features"]])
            assert features["total"] is None or features["total"] % k == 0
        for rows in documents:
            assert all(
                r[name] is None or r[name] % k == 0 for r in rows for name in COUNTS & r.keys()
            )
        lines = list(report.to_csv(table).splitlines())
        header = lines[0].split(",")
        assert len(lines) == len(table.frame) + 1
        if not any('"' in line for line in lines):
            at = [i for i, name in enumerate(header) if name in COUNTS]
            assert all(
                line.split(",")[i] == "" or int(line.split(",")[i]) % k == 0
                for line in lines[1:]
                for i in at
            )


def test_the_sentences_use_only_the_shown_numbers(demo: Demo) -> None:
    trend = demo.workspace.trend(year(demo.workspace), audience="public")
    assert trend.comparison is not None
    assert trend.comparison.now % 10 == 0 == trend.comparison.before % 10
    exact = demo.workspace.trend(year(demo.workspace), audience="analyst").comparison
    assert exact is not None and (exact.now, exact.before) != (
        trend.comparison.now,
        trend.comparison.before,
    )


def test_a_hidden_total_is_not_called_none(tmp_path: Path) -> None:
    others = [row(month=month, crime_type="Burglary") for month in ("2024-01", "2024-02")] * 40
    rows = [row(month="2024-01")] * 40 + [row(month="2024-02")] * 3 + others
    _, ws = loaded(tmp_path, rows)
    trend = ws.trend(ws.select("robbery", first="2024-02", last="2024-02"), audience="partner")
    assert trend.comparison is None and "too small to show" in trend.sentence
    assert "40" not in trend.sentence and "to none" not in trend.sentence
    exact = ws.trend(ws.select("robbery", first="2024-02", last="2024-02"), audience="analyst")
    # Other months of the year: both numbers are said, and no test is made of them.
    assert (
        exact.comparison is None
        and "3 incidents, and 40 in the month before. We did not test" in exact.sentence
    )


def test_a_source_without_earlier_months_is_not_compared(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    extract = [[str(i), "2024-02-05", "52.47", "-1.93"] for i in range(30)]
    files = [
        write(
            tmp_path / "p.csv",
            [row(month=f"{2023 + i // 12}-{i % 12 + 1:02d}") for i in range(14)] * 20,
        ),
        write(tmp_path / "e.csv", extract, header=["id", "occurred_from", "latitude", "longitude"]),
    ]
    build(files, settings=settings)
    ws = open_workspace(settings=settings)
    february = {"first": "2024-02", "last": "2024-02"}
    assert ws.trend(ws.select("all", **february, sources="incidents")).comparison is None
    assert ws.trend(ws.select("all", **february)).comparison is None, (
        "60 against 20 would be no rise"
    )
    assert ws.trend(ws.select("all", **february, sources="police-uk")).comparison is not None


# -- principals of one area ------------------------------------------------------------------------


def test_a_principal_of_one_area_sees_that_area(demo: Demo) -> None:
    mine, everyone = demo.workspace.for_principal(COVENTRY), demo.workspace
    coventry = everyone.select(areas="lad:Coventry")
    assert mine.counts(by="lad").frame["name"].tolist() == ["Coventry"]
    assert mine.counts(by="month").total == everyone.counts(coventry, by="month").total
    assert mine.counts(by="cell").total == everyone.counts(coventry, by="cell").total
    assert mine.facts().frame.equals(everyone.facts(coventry).frame)
    found = mine.hotspots(year(mine))
    assert set(found.clusters.frame["lad"]) == {"Coventry"}
    assert set(found.cells.frame.query("n > 0")["lad"].dropna()) <= {"Coventry", "Solihull"}
    assert "Coventry" in found.sentence and "West Midlands" not in found.sentence


def test_asking_for_another_area_is_refused(demo: Demo) -> None:
    mine = demo.workspace.for_principal(COVENTRY)
    for areas in ("lad:Birmingham", "force", "lsoa:E01008881"):
        key = (
            "force:" + demo.workspace.areas("force")["code"].iloc[0] if areas == "force" else areas
        )
        with pytest.raises(NotAllowed, match="may not see that area"):
            mine.counts(mine.select(areas=key), by="month")
    with pytest.raises(NotAllowed):
        mine.hotspots(mine.select(areas=["lad:Coventry", "lad:Solihull"]))


def test_a_hexagon_of_another_area_shows_nothing(demo: Demo) -> None:
    mine = demo.workspace.for_principal(COVENTRY)
    spot = next(s for s in demo.planted.hotspots if s.lad == "Birmingham")
    cell = grid.to_text(grid.cells_at(np.array([spot.lon]), np.array([spot.lat]), resolution=9))[0]
    everyone = demo.workspace.cell(cell)
    assert (everyone.months.total or 0) > 100
    figures = mine.cell(cell)
    assert figures.months.total is None and figures.categories.frame.empty
    assert figures.lad_months.total == mine.counts(by="month").total


def test_a_hexagon_keeps_to_the_chosen_area(tmp_path: Path) -> None:
    """Its figures are those of the map that was clicked, also where the hexagon crosses
    a border.
    """
    rows = [row(longitude=f"{MIDDLE - 0.0001:.6f}")] * 20 + [
        row(longitude=f"{MIDDLE + 0.0001:.6f}")
    ] * 30
    rows += [row(latitude=f"{NORTH + 0.0001:.6f}")] * 10
    _, ws = loaded(tmp_path, rows)
    chosen = ws.select(areas="lad:Westborough")
    for cell, n in zip(
        *[ws.counts(chosen, resolution=7, audience="analyst").frame[c] for c in ("cell", "n")],
        strict=True,
    ):
        assert ws.cell(cell, chosen, audience="analyst").months.total == n
    principal = Principal("x", frozenset({"analyst"}), Audience.ANALYST, ("lsoa:A2",))
    mine = ws.for_principal(principal)
    cell = (
        ws.counts(ws.select(areas="lsoa:A2"), resolution=7, audience="analyst")
        .frame["cell"]
        .iloc[0]
    )
    figures = mine.cell(cell, audience="analyst")
    assert figures.months.total == 20 and figures.lad_months.total == 20


# -- quality ---------------------------------------------------------------------------------------


def test_quality_shows_refused_records_and_exact_numbers_to_analysts_only(demo: Demo) -> None:
    exact = demo.workspace.quality(reason="coordinate:swapped", rows=10)
    assert len(exact.refused) == 10 and all(
        "coordinate:swapped" in reasons for reasons in exact.refused["reasons"]
    )
    assert {"id", "x", "y"} <= json.loads(exact.refused["record"].iloc[0]).keys()
    other = demo.workspace.for_principal(DEMO_PARTNER).quality()
    assert other.refused.empty
    assert other.accepted == other.located + other.unlocated + other.replaced != exact.accepted
    assert (
        other.read == other.accepted + other.quarantined
        and other.quarantined == 250 != exact.quarantined
    )
    assert (
        dict(zip(exact.reasons["reason"], exact.reasons["n"], strict=True)) == demo.planted.refused
    )
    assert (other.reasons["n"].dropna() % 5 == 0).all()
    assert not {"n", "unlocated"} & set(other.months)
    numbers = other.unlocated_by_category[["n", "unlocated"]].stack().dropna()
    assert (numbers % 5 == 0).all()


def test_months_between_the_first_and_last_are_missed(tmp_path: Path) -> None:
    _, ws = loaded(tmp_path, [row(month=m) for m in ("2023-11", "2024-02")])
    assert ws.quality().absent["month"].tolist() == [date(2023, 12, 1), date(2024, 1, 1)]
    assert ws.counts(by="month", audience="analyst").frame["month"].tolist() == [
        date(2023, 11, 1),
        date(2024, 2, 1),
    ]


# -- choosing --------------------------------------------------------------------------------------


def test_areas_by_name_code_and_key(demo: Demo) -> None:
    ws = demo.workspace
    for word in ("Coventry", "coventry", "E08000026", "lad:Coventry", "lad:E08000026"):
        assert ws.select(areas=word).areas == ("lad:E08000026",)
    assert ws.select(areas="npu:Coventry").areas[0].startswith("npu:")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"areas": "Coventri"}, r"no area 'Coventri' .* Did you mean Coventry\?"),
        ({"areas": "ward:Coventry"}, "no area"),
        ({"categories": "robery"}, "no category 'robery'"),
        ({"sources": "police"}, "No data of the source 'police'"),
        ({"first": "2026-13"}, "is not a month"),
        ({"first": "2026-05", "last": "2026-04"}, "before it begins"),
    ],
)
def test_a_wrong_word_is_refused_in_one_sentence(
    wrong: dict[str, str], message: str, demo: Demo
) -> None:
    with pytest.raises(UserError, match=message):
        demo.workspace.select(**wrong)  # type: ignore[arg-type]


def test_a_day_within_a_month_means_the_month(demo: Demo) -> None:
    picked = demo.workspace.select(first=date(2026, 3, 15), last=date(2026, 3, 20))
    assert (picked.first, picked.last, picked.months) == (date(2026, 3, 1), date(2026, 3, 1), 1)
    assert (demo.workspace.counts(picked, by="month").total or 0) > 0


def test_wrong_arguments_are_refused(demo: Demo) -> None:
    ws = demo.workspace
    for call, message in (
        (lambda: ws.counts(by="town"), "cannot be counted by 'town'"),
        (lambda: ws.counts(resolution=11), "resolution is 11"),
        (lambda: ws.counts(audience="everyone"), "no audience 'everyone'"),
        (lambda: ws.rates(by="month"), "no rates by month"),
        (lambda: ws.clusters(method="kmeans"), "no cluster method 'kmeans'"),
        (lambda: ws.cell("nonsense"), "is not an H3 cell"),
    ):
        with pytest.raises(UserError, match=message):
            call()


def test_a_selection_of_nothing_is_zero_everywhere_and_partners_are_not_told_so(demo: Demo) -> None:
    ws = demo.workspace
    nothing = ws.select("stop-and-search")
    for audience, total in (("analyst", 0), ("partner", None)):
        assert ws.counts(nothing, by="cell", audience=audience).frame.empty
        assert ws.counts(nothing, by="month", audience=audience).total == total
        by_lad = ws.counts(nothing, by="lad", audience=audience).frame
        assert len(by_lad) == 7 and by_lad["n"].isna().all() == (total is None)
        assert ws.hotspots(nothing, audience=audience).clusters.frame.empty


def test_a_store_without_a_snapshot_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="vrp-map demo"):
        open_workspace(tmp_path)


def test_opening_again_after_a_build_gives_the_new_snapshot(tmp_path: Path) -> None:
    _, ws = loaded(tmp_path, [row()])
    settings = settings_in(tmp_path)
    build([write(tmp_path / "b.csv", [row(month="2024-02")])], settings=settings)
    assert open_workspace(settings=settings).snapshot.incidents == 2
    assert ws.snapshot.incidents == 1 and ws.counts(by="month", audience="analyst").total == 1
    assert ws.principal.audience is Audience.ANALYST


def test_several_cells_together_are_the_sum_of_each(demo: Demo) -> None:
    ws = demo.workspace
    cells = list(ws.counts(by="cell", audience="analyst").frame.nlargest(3, "n")["cell"])
    together = ws.cell(cells, audience="analyst").months.frame["n"]
    apart = sum(ws.cell(c, audience="analyst").months.frame["n"] for c in cells)
    assert list(together) == list(apart)


def test_cells_of_two_sizes_are_refused(demo: Demo) -> None:
    with pytest.raises(UserError, match="not of one size"):
        demo.workspace.cell(["89195c05b87ffff", "88195c05b9fffff"])
