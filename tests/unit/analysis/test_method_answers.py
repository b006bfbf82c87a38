"""The analyses that need exact place or time: what they count, what they hide, and what
they say.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.grade_stores import HEADER, built, store_of, workspace_of
from tests.made_up import seen_by, settings_in, write
from vrp_map.analysis.day_of_week import days_in
from vrp_map.analysis.hour_of_week import BLOCK_HOURS
from vrp_map.analysis.near_repeat import distance_words, time_words
from vrp_map.analysis.phrases import by_chance
from vrp_map.disclosure.bands import p_band
from vrp_map.errors import FileRefused, MethodRefused, UserError
from vrp_map.statistics.aoristic import hour_of_week
from vrp_map.statistics.eligibility import instead_of
from vrp_map.vocabulary import GRADES_THAT_CARRY, Grade, Method
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def ws() -> Workspace:
    return workspace_of(Grade.A)


def asked(ws: Workspace, method: str, audience: str = "analyst", **options: Any) -> Any:
    return ws.analyse(method, ws.select("robbery"), audience=audience, **options)


def small(folder: Path, *rows: list[str]) -> Workspace:
    """A store of a few rows, all of them at one place unless a row says otherwise."""
    settings = settings_in(folder)
    build(
        [write(folder / "in" / "few.csv", rows, header=HEADER)],
        settings=settings,
        source="incidents",
    )
    return open_workspace(settings=settings)


def one(
    start: str, end: str = "", *, lon: str = "-1.93012", lat: str = "52.47012", code: str = "8N"
) -> list[str]:
    return [start, end, lon, lat, "", "robbery", code, ""]


def test_hours_are_parts_of_incidents(tmp_path: Path) -> None:
    # Monday 1 January 2024, 22:50 to 23:20: a third in one hour, two thirds in the next.
    found = asked(
        small(tmp_path, one("2024-01-01 22:50", "2024-01-01 23:20")), "hour_of_week"
    ).table.frame
    some = found[found["weight"] > 0]
    assert some["day"].tolist() == ["Monday", "Monday"]
    assert some["from_hour"].tolist() == [22, 23]
    assert some["weight"].tolist() == pytest.approx([1 / 3, 2 / 3], abs=1e-4)
    assert some["n"].tolist() == [1, 1]  # any part of an incident is no zero


def test_the_week_holds_every_incident(ws: Workspace) -> None:
    found = asked(ws, "hour_of_week")
    assert len(found.table.frame) == 168
    assert found.table.frame["weight"].sum() == pytest.approx(ws.snapshot.incidents, abs=0.02)
    assert found.table.total == ws.snapshot.incidents
    top = found.table.frame.sort_values("weight").iloc[-1]
    assert (top["day"], top["from_hour"]) == ("Saturday", 21)
    assert (
        "Saturday 21:00 to midnight" in found.sentence and "at most 1 time in 100" in found.sentence
    )


def test_outsiders_get_blocks_of_hours_and_no_weights(ws: Workspace) -> None:
    for audience, k in (("partner", 5), ("public", 10)):
        shown = asked(ws, "hour_of_week", audience).table.frame
        assert len(shown) == 56 and "weight" not in shown
        n = shown["n"].dropna().astype(int)
        assert (n % k == 0).all() and not n.between(1, k - 1).any()
        drawn = seen_by(ws, audience).incidents(ws.select("robbery"))
        begins = drawn["occurred_from"]
        start, end = begins, drawn["occurred_to"].fillna(begins)
        blocks = hour_of_week(start, end, grade=Grade.A).reshape(-1, BLOCK_HOURS).sum(axis=1)
        assert len(drawn) % k == 0 and len(drawn) > 100
        assert (np.abs(n - blocks[n.index]) <= k).all()


def test_days_are_counted_and_compared_with_how_many_there_are(ws: Workspace) -> None:
    found = asked(ws, "day_of_week")
    frame = found.table.frame.set_index("day")
    rows = ws.reader.count("timed_points", ws.select("robbery"))
    expected = rows["occurred_from"].dt.day_name().value_counts()
    assert {day: int(n) for day, n in frame["n"].items()} == expected.to_dict()
    assert frame["days"].sum() == (pd.Timestamp("2023-03-01") - pd.Timestamp("2022-01-01")).days
    assert "Most are on Saturdays" in found.sentence


def test_days_of_months() -> None:
    # February 2024 has 29 days, the first a Thursday.
    assert days_in([pd.Timestamp("2024-02-01")]).tolist() == [4, 4, 4, 5, 4, 4, 4]
    assert days_in([]).tolist() == [0] * 7


def test_few_incidents_are_not_tested(tmp_path: Path) -> None:
    ws = small(tmp_path, *(one(f"2024-01-{day:02d} 12:00") for day in range(1, 7)))
    for method, said in (
        ("hour_of_week", "too few incidents to tell busy hours"),
        ("day_of_week", "too few incidents to tell the days"),
    ):
        found = asked(ws, method)
        assert said in found.sentence
        assert found.card["p at most"] is None and "not run" in found.card["test"]


def test_near_repeats_are_found_and_said(ws: Workspace) -> None:
    found = asked(ws, "near_repeat", seed=3, permutations=499)
    frame = found.table.frame
    same = frame[(frame["to_m"] < 1) & (frame["from_days"] == 0)].iloc[0]
    # One in five incidents is followed by one at the same door three days later
    # (tests/grade_stores.py).
    assert same["n"] >= 14 * 8
    assert bool(same["stands_out"]) and same["ratio"] > 5
    assert "at the same place in the first 7 days" in found.sentence
    assert found.card["permutations"] == 499 and found.card["seed"] == 3
    assert not frame[(frame["from_m"] > 50) & frame["stands_out"]].shape[0] > 3


@pytest.mark.parametrize("audience", ["partner", "public"])
def test_near_repeats_are_for_analysts(ws: Workspace, audience: str) -> None:
    with pytest.raises(
        UserError,
        match="Only analysts can see near repeats, because others are shown one incident in",
    ):
        asked(ws, "near_repeat", audience)


def test_near_repeats_that_are_not_there(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = [
        one(
            f"2024-{rng.integers(1, 13):02d}-{rng.integers(1, 28):02d}",
            lon=f"{x:.5f}",
            lat=f"{y:.5f}",
        )
        for x, y in zip(rng.uniform(-1.95, -1.85, 150), rng.uniform(52.45, 52.49, 150), strict=True)
    ]
    found = asked(
        small(tmp_path, *rows),
        "near_repeat",
        distances=(0, 200, 400),
        days=(0, 7, 14),
        permutations=199,
    )
    assert "more often than chance would explain (4 bands" in found.sentence


def test_progress_is_told_and_text_options_are_read(ws: Workspace) -> None:
    seen: list[tuple[int, int]] = []
    options = {"distances": "0,150", "days": "0,7", "permutations": "99", "seed": "1"}
    found = asked(
        ws, "near_repeat", progress=lambda done, total: seen.append((done, total)), **options
    )
    assert seen[-1] == (99, 99) and len(seen) == 99
    assert found.card["distance bands m"] == [0.0, 150.0]


@pytest.mark.parametrize(
    ("method", "options", "said"),
    [
        ("near_repeat", {"permutations": 99}, "for these bands"),
        ("near_repeat", {"permutations": 100_000}, "for these bands"),
        ("near_repeat", {"permutations": "many"}, "option permutations cannot be 'many'"),
        ("near_repeat", {"distances": list(range(40))}, "too many bands"),
        ("near_repeat", {"seeds": 1}, "no option 'seeds'"),
        ("near_repeat", {"metric": "taxi"}, "no distance metric taxi"),
        ("hour_of_week", {"hours": 2}, "no option 'hours'"),
        ("day_of_week", {"x": 2}, "no option 'x'"),
        ("harm_weights", {"x": 2}, "no option 'x'"),
        ("point_clusters", {"kind": "kmeans"}, "no cluster method 'kmeans'"),
        ("point_clusters", {"radius_m": 0}, "more than 0 metres"),
        ("rates", {"by": "month"}, "no rates by month"),
        ("gi_star", {"x": 2}, "no option 'x'"),
    ],
)
def test_options_that_do_not_fit(
    ws: Workspace, method: str, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        asked(ws, method, **options)


@pytest.mark.parametrize("kind", ["dbscan", "hdbscan", "st_dbscan"])
def test_clusters_of_points_by_each_method(ws: Workspace, kind: str) -> None:
    found = asked(ws, "point_clusters", kind=kind, min_incidents=12, radius_m=200)
    assert kind.upper().replace("_", "-") in found.card["method"]
    assert ("window days" in found.card) == (kind == "st_dbscan")
    frame = found.table.frame
    assert len(frame) and (frame["n"] >= 12).all()
    assert frame["cluster"].tolist() == list(range(1, len(frame) + 1))
    shown = asked(
        ws, "point_clusters", "partner", kind=kind, min_incidents=12, radius_m=200
    ).table.frame
    assert not {"first_day", "last_day", "lon", "lat"} & set(shown)
    assert (shown["n"].dropna().astype(int) % 5 == 0).all()


def test_a_cluster_holds_the_incidents_near_each_other(tmp_path: Path) -> None:
    near = [one(f"2024-01-{day:02d} 10:00", lat=f"{52.47 + day / 1e6:.6f}") for day in range(1, 13)]
    far = [
        one("2024-01-05 10:00", lat="52.49"),
        ["2024-01-05 10:00", "", "", "", "", "robbery", "8N", ""],
    ]
    frame = asked(small(tmp_path, *near, *far), "point_clusters").table.frame
    assert frame[["n", "n_places"]].to_numpy().tolist() == [[12, 12]]
    assert (str(frame["first_day"][0]), str(frame["last_day"][0])) == ("2024-01-01", "2024-01-12")
    # In place and time: twelve days are too long for a window of one.
    quick = asked(
        open_workspace(settings=settings_in(tmp_path)),
        "point_clusters",
        kind="st_dbscan",
        window_days=1,
    )
    assert quick.table.frame.empty and "no cluster" in quick.sentence


def test_harm_is_counts_times_weights_and_pins_the_version(ws: Workspace) -> None:
    found = asked(ws, "harm_weights")
    frame = found.table.frame.set_index("offence")
    assert (frame["harm"] == frame["n"] * frame["weight"]).all()
    assert frame["weight"].to_dict() == {"34": 365.0, "8N": 10.0}
    assert found.card["weights"].startswith("Cambridge Crime Harm Index, Synthetic, sha256 ")
    assert found.card["unit"] == "days of imprisonment"
    assert found.more["category"].frame["harm"].sum() == frame["harm"].sum()
    assert f"{frame['harm'].sum():,.0f} days of imprisonment" in found.sentence


def test_harm_for_outsiders_is_made_of_shown_numbers(ws: Workspace) -> None:
    frame = asked(ws, "harm_weights", "partner").table.frame
    assert (frame["n"] % 5 == 0).all()
    assert (frame["harm"] == frame["n"] * frame["weight"]).all()


def test_hidden_offences_make_the_harm_a_least_one(tmp_path: Path) -> None:
    ws = small(
        tmp_path,
        *(one(f"2024-01-{day:02d} 10:00") for day in range(1, 29)),
        one("2024-01-03 10:00", code="34"),
        one("2024-01-04 10:00", code="99"),
        one("2024-01-04 11:00", code=""),
    )
    ws = replace(ws, settings=replace(ws.settings, harm_weights=store_of(Grade.A).harm_weights))
    drawn = [
        asked(_with_secret(ws, tmp_path, number), "harm_weights", "partner") for number in range(6)
    ]
    # The one incident of offence 34 is drawn with one secret in five.
    found = next(one for one in drawn if "34" not in set(one.table.frame["offence"]))
    assert "At least " in found.sentence
    exact = asked(ws, "harm_weights")
    assert exact.card["offences without a weight"] == ["99"]
    assert exact.card["incidents without a code"] == 1
    assert exact.table.frame["harm"].sum() == 28 * 10 + 365


def _with_secret(ws: Workspace, folder: Path, number: int) -> Workspace:
    file = folder / f"secret {number}"
    file.write_bytes(bytes([number]) * 32)
    return replace(ws, settings=replace(ws.settings, secret_file=str(file)))


def test_harm_is_refused_without_offences_and_asks_for_a_table(
    tmp_path: Path, ws: Workspace
) -> None:
    few = small(tmp_path, one("2024-01-01 10:00", code=""))
    with pytest.raises(
        MethodRefused, match="no incident has an offence code, and one category holds offences"
    ):
        asked(few, "harm_weights")
    merged = small(
        tmp_path / "merged", one("2024-01-01 10:00", code="Violence and sexual offences")
    )
    merged = replace(
        merged, settings=replace(merged.settings, harm_weights=ws.settings.harm_weights)
    )
    with pytest.raises(
        MethodRefused, match="refused for the category Violence and sexual offences"
    ):
        asked(merged, "harm_weights")
    without = replace(ws, settings=replace(ws.settings, harm_weights=""))
    with pytest.raises(UserError, match=r"no table of harm weights.*set harm_weights"):
        asked(without, "harm_weights")
    gone = replace(ws, settings=replace(ws.settings, harm_weights=str(tmp_path / "none.csv")))
    with pytest.raises(FileRefused, match="cannot be opened"):
        asked(gone, "harm_weights")


@pytest.mark.parametrize("method", ["hour_of_week", "day_of_week", "harm_weights", "near_repeat"])
def test_nothing_outside_the_boundary_is_counted(method: str, tmp_path: Path) -> None:
    ws = small(tmp_path, one("2024-01-01 10:00", lon="-0.10012", lat="51.50012"))
    with pytest.raises(UserError, match=r"no incidents for this choice|fewer than two incidents"):
        asked(ws, method)


def test_the_trend_by_name_says_what_the_workspace_says(ws: Workspace) -> None:
    selection = ws.select("robbery", first="2022-08", last="2023-02")
    for audience in ("analyst", "partner", "public"):
        found = ws.analyse("trend", selection, audience=audience)
        assert found.sentence == ws.trend(selection, audience=audience).sentence
        pd.testing.assert_frame_equal(
            found.table.frame, ws.trend(selection, audience=audience).months.frame
        )


def test_hotspots_and_rates_by_name_are_those_of_the_workspace(ws: Workspace) -> None:
    selection = ws.select("robbery", first="2022-08", last="2023-02")
    hotspots = ws.hotspots(selection)
    columns = ["cell", "n", "hotspot_class", "q"]
    pd.testing.assert_frame_equal(
        ws.analyse("gi_star", selection).table.frame[columns], hotspots.cells.frame[columns]
    )
    columns = ["cluster", "name", "n", "q"]
    by_name = ws.analyse("cell_clusters", selection).table.frame
    pd.testing.assert_frame_equal(by_name[columns], hotspots.clusters.frame[columns])
    pd.testing.assert_frame_equal(
        ws.analyse("rates", selection).table.frame, ws.rates(selection).frame
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (distance_words(0, 0.1), "at the same place"),
        (distance_words(0.1, 100), "up to 100 m away"),
        (distance_words(0, 100), "within 100 m"),
        (distance_words(100, 200), "100 m to 200 m away"),
        (time_words(0, 7), "in the first 7 days"),
        (time_words(0, 1), "on the same day"),
        (time_words(7, 14), "7 to 13 days later"),
        (time_words(1, 2), "1 day later"),
        (by_chance(p_band(0.001)), "Chance alone would do that at most 1 time in 100."),
        (by_chance(p_band(0.03)), "Chance alone would do that at most 5 times in 100."),
        (by_chance(p_band(0.2)), "That could be chance."),
    ],
)
def test_the_words(said: str, words: str) -> None:
    assert said == words


@pytest.mark.parametrize("grade", Grade)
@pytest.mark.parametrize("method", Method)
def test_what_is_offered_instead_can_be_had(method: Method, grade: Grade) -> None:
    assert grade in GRADES_THAT_CARRY[instead_of(method, grade)]


def test_the_store_of_several_grades_takes_the_lowest(tmp_path: Path) -> None:
    _, settings = built(tmp_path, Grade.A, Grade.B)
    ws = open_workspace(settings=settings)
    with pytest.raises(MethodRefused, match="grade B"):
        asked(ws, "hour_of_week")
    assert asked(ws, "day_of_week").card["grade"] == "B"
