"""Files in, a snapshot out: what is taken, what is refused, and what a second build does."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.made_up import HEADER, MIDDLE, NORTH, copy_sources, loaded, row, settings_in, write
from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.errors import BuildFailed, UserError
from vrp_map.warehouse.boundaries.add import add_layer
from vrp_map.warehouse.ingest import finish as finish_module
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.snapshots import current
from vrp_map.workspace import open_workspace

INCIDENTS = [
    "id",
    "occurred_from",
    "occurred_to",
    "latitude",
    "longitude",
    "category",
    "source",
    "place",
    "place_precision_m",
]


def table(settings: Settings, query: str) -> list[tuple[object, ...]]:
    path = current(settings.store)
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query).fetchall()


def refused(settings: Settings) -> list[tuple[int, list[str]]]:
    return table(settings, "SELECT line, reasons FROM quarantine_incident ORDER BY load_id, line")  # type: ignore[return-value]


def test_one_of_each_fault_has_its_reason_and_line(tmp_path: Path) -> None:
    faults = [
        (row(month=""), "month:missing"),
        (row(month="2024-13"), "month:invalid"),
        (row(month="January"), "month:invalid"),
        (row(month="0024-01"), "month:invalid"),
        (row(month="2099-01"), "month:future"),
        (row(longitude=""), "coordinate:incomplete"),
        (row(latitude=" "), "coordinate:incomplete"),
        (row(longitude="west"), "coordinate:not_a_number"),
        (row(longitude="nan"), "coordinate:incomplete"),
        (row(latitude="inf"), "coordinate:not_a_number"),
        (row(longitude="0", latitude="0.0"), "coordinate:null_island"),
        (row(longitude="52.47", latitude="-1.93"), "coordinate:swapped"),
        (row(longitude="-91.93"), "coordinate:out_of_range"),
        (row(crime_type=""), "category:missing"),
        (row(crime_type="Robery"), "category:unknown"),
        (row()[:7], "row:columns"),
        ([*row(), "one more"], "row:columns"),
    ]
    ledger, _ = loaded(tmp_path, [row(), *(bad for bad, _ in faults), row()])
    assert (ledger.rows_read, ledger.rows_accepted, ledger.rows_quarantined) == (
        len(faults) + 2,
        2,
        len(faults),
    )
    assert refused(settings_in(tmp_path)) == [
        (line, [reason]) for line, (_, reason) in enumerate(faults, start=3)
    ]


def test_a_row_keeps_every_reason(tmp_path: Path) -> None:
    ledger, _ = loaded(tmp_path, [row(), row(month="", longitude="x", crime_type="?")])
    assert ledger.rows_quarantined == 1
    assert ledger.reasons == {
        "category:unknown": 1,
        "coordinate:not_a_number": 1,
        "month:missing": 1,
    }


def test_the_month_of_the_build_is_not_the_future_and_the_next_is(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    file = write(tmp_path / "a.csv", [row(month="2024-12"), row(month="2025-01")])
    ledger = build([file], settings=settings, now=datetime(2024, 12, 31, 23, tzinfo=UTC))
    assert (ledger.by_month, ledger.reasons) == ({"2024-12": 1}, {"month:future": 1})


def test_places_unlocated_and_outside(tmp_path: Path) -> None:
    rows = [
        row(),
        row(longitude=str(MIDDLE + 0.01)),
        row(longitude="", latitude="", location="No Location"),
        row(latitude=str(NORTH + 0.1)),
        row(latitude=str(NORTH + 0.2)),
    ]
    ledger, ws = loaded(tmp_path, rows)
    assert (ledger.rows_accepted, ledger.unlocated, ledger.outside, ledger.distinct_locations) == (
        5,
        1,
        2,
        4,
    )
    assert ledger.by_lad == {"Eastborough": 1, "Westborough": 1}
    assert ws.facts(audience="analyst").frame.iloc[0].to_list()[:3] == [5, 1, 2]
    assert ws.counts(by="cell", audience="analyst").total == 4
    assert ws.counts(by="month", audience="analyst").total == 5


def test_only_rows_without_a_place(tmp_path: Path) -> None:
    ledger, ws = loaded(tmp_path, [row(longitude="", latitude="")] * 3)
    assert (ledger.rows_accepted, ledger.unlocated, ledger.distinct_locations) == (3, 3, 0)
    assert ws.counts(by="cell").frame.empty
    assert ws.counts(by="lad", audience="analyst").frame["n"].tolist() == [0, 0]
    assert ws.counts(by="lad").frame["hidden"].all(), "partners cannot tell none from few"


def test_repeated_ids_are_refused_once_each_and_empty_ids_never(tmp_path: Path) -> None:
    rows = [
        row(crime_id="a"),
        row(),
        row(crime_id="a"),
        row(),
        row(crime_id="b"),
        row(crime_id="a", month="2024-02"),
    ]
    ledger, _ = loaded(tmp_path, rows)
    assert (ledger.rows_accepted, ledger.reasons) == (5, {"crime_id:repeated": 1})
    assert refused(settings_in(tmp_path)) == [(4, ["crime_id:repeated"])]


def test_a_refused_row_does_not_take_its_id(tmp_path: Path) -> None:
    ledger, _ = loaded(tmp_path, [row(crime_id="a", crime_type="?"), row(crime_id="a")])
    assert (ledger.rows_accepted, ledger.reasons) == (1, {"category:unknown": 1})


def test_ids_of_two_publishers_are_two_incidents(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    rows = [
        ["1", "2024-01-05", "", "52.47", "-1.93", "Robbery", who, "", ""]
        for who in ("Hospital", "Ambulance", "Hospital")
    ]
    ledger = build([write(tmp_path / "extract.csv", rows, header=INCIDENTS)], settings=settings)
    assert (ledger.rows_accepted, ledger.reasons) == (2, {"crime_id:repeated": 1})


def test_an_id_of_an_earlier_build_is_repeated_too(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    first = ["1", "2024-01-05", "", "52.47", "-1.93", "Robbery", "Hospital", "", ""]
    build([write(tmp_path / "a.csv", [first], header=INCIDENTS)], settings=settings)
    ledger = build(
        [write(tmp_path / "b.csv", [first, ["2", *first[1:]]], header=INCIDENTS)], settings=settings
    )
    assert (ledger.rows_read, ledger.rows_accepted, ledger.reasons) == (
        2,
        1,
        {"crime_id:repeated": 1},
    )


def test_the_same_content_twice_is_a_no_op_that_says_so(tmp_path: Path) -> None:
    ledger, _ws = loaded(tmp_path, [row(), row()])
    settings = settings_in(tmp_path)
    again = build([write(tmp_path / "other-name.csv", [row(), row()])], settings=settings)
    assert (again.published, again.files, again.rows_read, again.snapshot) == (
        False,
        0,
        0,
        ledger.snapshot,
    )
    assert "same content was loaded before" in again.skipped[0]["why"]
    assert open_workspace(settings=settings).snapshot.incidents == 2


def test_the_same_content_twice_in_one_build(tmp_path: Path) -> None:
    files = [write(tmp_path / name / "a.csv", [row()]) for name in ("one", "two")]
    ledger = build(files, settings=settings_in(tmp_path))
    assert (ledger.rows_accepted, len(ledger.skipped), ledger.refused) == (1, 1, [])


def test_new_months_add(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    build([write(tmp_path / "a.csv", [row(), row(latitude="52.48")])], settings=settings)
    ledger = build(
        [write(tmp_path / "b.csv", [row(month="2024-02"), row(month="2024-02", latitude="52.49")])],
        settings=settings,
    )
    assert (ledger.rows_accepted, ledger.distinct_locations) == (2, 2)
    ws = open_workspace(settings=settings)
    assert ws.snapshot.incidents == 4
    assert ws.months() == [date(2024, 1, 1), date(2024, 2, 1)]
    assert table(settings, "SELECT count(*), count(DISTINCT (lon, lat)) FROM core_location") == [
        (3, 3)
    ]


def test_a_republished_month_is_refused_without_replace(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    build([write(tmp_path / "a.csv", [row()])], settings=settings)
    new = write(tmp_path / "b.csv", [row(), row()])
    ledger = build([new], settings=settings)
    assert not ledger.published
    assert ledger.refused[0]["file"] == str(new)
    assert (
        "January 2024 of Made-up Police is already loaded (1 incidents)"
        in ledger.refused[0]["problem"]
    )
    assert "--replace" in ledger.refused[0]["remedy"]


def test_replace_shows_both_counts_and_leaves_other_months(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    build(
        [
            write(
                tmp_path / "a.csv",
                [row(), row(), row(month="2024-02"), row(reported_by="Other Police")],
            )
        ],
        settings=settings,
    )
    new = write(
        tmp_path / "b.csv",
        [row(crime_id="x"), row(crime_id="x"), row(crime_id="y"), row(crime_type="?"), row()],
    )
    ledger = build([new], settings=settings, replace=True)
    assert ledger.replaced == [
        {
            "source": "police-uk",
            "publisher": "Made-up Police",
            "month": "2024-01",
            "before": 2,
            "now": 3,
        }
    ]
    months = table(
        settings,
        "SELECT publisher, month::VARCHAR, count(*) FROM core_incident GROUP BY ALL ORDER BY ALL",
    )
    assert months == [
        ("Made-up Police", "2024-01-01", 3),
        ("Made-up Police", "2024-02-01", 1),
        ("Other Police", "2024-01-01", 1),
    ]
    found = open_workspace(settings=settings).quality()
    assert (found.read, found.accepted, found.quarantined, found.replaced) == (9, 7, 2, 2)


def test_a_replaced_publication_can_be_brought_back(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    old, new = write(tmp_path / "a.csv", [row()]), write(tmp_path / "b.csv", [row(), row()])
    build([old], settings=settings)
    build([new], settings=settings, replace=True)
    assert build([old], settings=settings).refused
    back = build([old], settings=settings, replace=True)
    assert [(r["before"], r["now"]) for r in back.replaced] == [(2, 1)]
    assert open_workspace(settings=settings).snapshot.incidents == 1


@pytest.mark.parametrize("second", ["b/2024-01-x-street.csv", "a/2024-01-x-street (1).csv"])
def test_one_month_in_two_files_is_taken_once(tmp_path: Path, second: str) -> None:
    """A download made twice has another name or other line ends, and rows without an id would all
    count double.
    """
    files = [
        write(tmp_path / name, rows)
        for name, rows in (("a/2024-01-x-street.csv", [row()]), (second, [row(), row(crime_id="")]))
    ]
    ledger = build(sorted(files), settings=settings_in(tmp_path))
    assert len(ledger.refused) == 1 and ledger.rows_accepted in (1, 2) and ledger.files == 1
    assert (
        "is in" in ledger.refused[0]["problem"]
        and "too, with other content" in ledger.refused[0]["problem"]
    )
    assert "Give only the one" in ledger.refused[0]["remedy"]


def test_a_few_rows_of_another_force_do_not_make_a_file_its_month(tmp_path: Path) -> None:
    """Transport police stand in several forces' files: those must load side by side."""
    files = [
        write(
            tmp_path / f"2024-01-{name}-street.csv",
            [row(reported_by=name)] * 3 + [row(reported_by="Trains")],
        )
        for name in ("East", "West")
    ]
    ledger = build(files, settings=settings_in(tmp_path))
    assert ledger.refused == [] and ledger.rows_accepted == 8


def test_synthetic_and_real_never_mix(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    build([write(tmp_path / "a.csv", [row()])], settings=settings)
    made_up = write(tmp_path / "b.csv", [row(month="2024-02")])
    with pytest.raises(UserError, match="holds real data, and these files are synthetic"):
        build([made_up], settings=settings, source="synthetic")
    other = settings_in(tmp_path / "other")
    build([made_up], settings=other, source="synthetic")
    with pytest.raises(UserError, match="holds synthetic data, and these files are real"):
        build([tmp_path / "a.csv"], settings=other)
    assert open_workspace(settings=settings).snapshot.incidents == 1
    assert open_workspace(settings=other).snapshot.synthetic


def test_files_of_the_demo_are_synthetic_without_being_told(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    build(
        [write(tmp_path / "2024-01" / "2024-01-synthetic-west-midlands-street.csv", [row()])],
        settings=settings,
    )
    assert open_workspace(settings=settings).snapshot.synthetic


def test_outcome_files_are_left_out_and_said(tmp_path: Path) -> None:
    header = [*HEADER[:9], "Outcome type"]
    outcomes = write(
        tmp_path / "2024-01-x-outcomes.csv", [[*row()[:9], "Local resolution"]], header=header
    )
    ledger = build([outcomes, write(tmp_path / "a.csv", [row()])], settings=settings_in(tmp_path))
    assert (ledger.rows_accepted, ledger.refused) == (1, [])
    assert (
        ledger.skipped[0]["file"] == str(outcomes) and "outcome files" in ledger.skipped[0]["why"]
    )


def test_new_boundaries_rebuild_without_files(tmp_path: Path) -> None:
    ledger, ws = loaded(
        tmp_path, [row(), row(longitude=str(MIDDLE + 0.01)), row(longitude="", latitude="")]
    )
    settings = settings_in(tmp_path)
    assert not build([], settings=settings).published
    square = {
        "type": "Polygon",
        "coordinates": [
            [[-1.94, 52.46], [-1.92, 52.46], [-1.92, 52.48], [-1.94, 52.48], [-1.94, 52.46]]
        ],
    }
    layer = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"c": "W1", "n": "Mill"}, "geometry": square}
        ],
    }
    (tmp_path / "wards.geojson").write_text(json.dumps(layer))
    add_layer(
        tmp_path / "wards.geojson",
        type="ward",
        name_field="n",
        code_field="c",
        valid_from=date(2020, 1, 1),
        settings=settings,
    )
    again = build([], settings=settings)
    assert again.published and again.snapshot != ledger.snapshot
    new = open_workspace(settings=settings)
    assert new.counts(by="ward", audience="analyst").frame[["name", "n"]].values.tolist() == [
        ["Mill", 1]
    ]
    assert new.snapshot.incidents == ws.snapshot.incidents == 3
    assert new.quality().read == 3


def test_nothing_to_build_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds nothing to build again"):
        build([], settings=settings_in(tmp_path))


def test_an_unknown_source_is_refused_before_anything(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with pytest.raises(UserError, match="police-uk"):
        build([], settings=settings, source="police-ukk")
    assert not settings.store.exists()


def test_only_the_newest_snapshots_are_kept(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, keep_snapshots=2)
    for month in range(1, 5):
        now = datetime(2024, 6, month, tzinfo=UTC)
        build(
            [write(tmp_path / f"{month}.csv", [row(month=f"2024-0{month}")])],
            settings=settings,
            now=now,
        )
    names = sorted(p.name for p in settings.store.iterdir() if p.name != ".lock")
    assert [n[:8] for n in names] == ["20240603", "20240604", "CURRENT"]


def test_a_sum_that_does_not_agree_publishes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, _ = loaded(tmp_path, [row()])
    settings = settings_in(tmp_path)
    real = finish_module.run

    def losing(con, name, values=None):  # type: ignore[no-untyped-def]
        if name == "build/agg_place_month":
            con.execute("DELETE FROM core_incident WHERE month = DATE '2024-02-01'")
        return real(con, name, values)

    monkeypatch.setattr(finish_module, "run", losing)
    with pytest.raises(BuildFailed, match="lost_incidents"):
        build([write(tmp_path / "b.csv", [row(month="2024-02")])], settings=settings)
    assert open_workspace(settings=settings).snapshot.id == ledger.snapshot
    assert not list(settings.store.glob("*.building*"))


def test_a_store_and_files_with_awkward_names(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s a "store" — ünï'
    settings = settings_in(folder)
    ledger = build([write(folder / "it's; a file – 2024.csv", [row()])], settings=settings)
    assert ledger.rows_accepted == 1
    build([write(folder / "b.csv", [row(month="2024-02")])], settings=settings)
    assert open_workspace(settings=settings).snapshot.incidents == 2


# -- the plain incident format ---------------------------------------------------------------------


def test_grades_by_row(tmp_path: Path) -> None:
    cases = [
        (["2024-01-05 23:10", "2024-01-05 23:40", "10"], "A"),
        (["2024-01-05T23:10:00Z", "", "25"], "A"),
        (["2024-01-05 23:10", "", ""], "A"),
        (["2024-01-05 23:10", "2024-01-05 23:55", "26"], "C"),
        (["05/01/2024", "", "10"], "B"),
        (["05/01/2024 10:00", "05/01/2024 18:00", "10"], "B"),
        (["2024-01-05 23:10", "2024-01-06 10:00", "10"], "C"),
        (["2024-01-05 23:10", "", "150"], "C"),
        (["2024-01-05 23:10", "", "151"], "D"),
        (["2024-01", "", "10"], "D"),
    ]
    rows = [
        [str(i), first, last, "52.47123", "-1.93123", "Robbery", "Hospital", "", metres]
        for i, ((first, last, metres), _) in enumerate(cases)
    ]
    settings = settings_in(tmp_path)
    ledger = build([write(tmp_path / "extract.csv", rows, header=INCIDENTS)], settings=settings)
    assert ledger.reasons == {}
    assert [
        grade for (grade,) in table(settings, "SELECT grade FROM core_incident ORDER BY line")
    ] == [grade for _, grade in cases]


def test_faults_of_the_incident_format(tmp_path: Path) -> None:
    bad = [
        (["", ""], "time:missing"),
        (["05/01/24", ""], "time:invalid"),
        (["01/05/1924", ""], "time:invalid"),
        (["-infinity", ""], "time:invalid"),
        (["infinity", ""], "time:invalid"),
        (["31/02/2024", ""], "time:invalid"),
        (["2024-01-05 10:00", "2024-01-05 09:00"], "time:reversed"),
        (["2024-01-05", "later"], "time:invalid"),
        (["2024-01-05", "2099-01-05"], "time:future"),
    ]
    rows = [
        [str(i), *times, "52.47", "-1.93", "", "Hospital", "", ""]
        for i, (times, _) in enumerate(bad)
    ]
    rows.append(["x", "2024-01-05", "", "52.47", "-1.93", "", "Hospital", "", "near"])
    settings = settings_in(tmp_path)
    ledger = build([write(tmp_path / "extract.csv", rows, header=INCIDENTS)], settings=settings)
    assert [reasons for _, reasons in refused(settings)] == [[reason] for _, reason in bad] + [
        ["precision:not_a_number"]
    ]
    assert ledger.rows_accepted == 0


def test_missing_category_easting_and_northing(tmp_path: Path) -> None:
    header = ["occurred_from", "easting", "northing"]
    settings = settings_in(tmp_path)
    ledger = build(
        [write(tmp_path / "e.csv", [["05/01/2024 14:30", "404801", "285703"]], header=header)],
        settings=settings,
    )
    assert ledger.by_lad == {"Westborough": 1}
    facts = table(
        settings,
        "SELECT category, occurred_from::VARCHAR, month::VARCHAR, grade FROM core_incident",
    )
    assert facts == [("not-stated", "2024-01-05 14:30:00", "2024-01-01", "A")]
    ((lon, lat),) = table(settings, "SELECT lon, lat FROM core_location")
    assert (lon, lat) == (pytest.approx(-1.9308, abs=1e-3), pytest.approx(52.4692, abs=1e-3))


def test_no_point_finer_than_the_cell_is_kept_where_the_agreement_says_so(tmp_path: Path) -> None:
    settings = copy_sources(tmp_path, settings_in(tmp_path))
    text = (settings.sources / "incidents.toml").read_text(encoding="utf-8")
    text = text.replace('name = "incidents"', 'name = "ambulance"', 1).replace(
        "keep_point = true", "keep_point = false"
    )
    (settings.sources / "ambulance.toml").write_text(text, encoding="utf-8")
    secret = ("52.471234", "-1.931234")
    rows = [
        ["1", "2024-01-05 10:00", "", *secret, "Robbery", "Ambulance", "12 Mill Lane", ""],
        ["1", "2024-01-05 10:00", "", *secret, "Robbery", "Ambulance", "12 Mill Lane", ""],
        ["PATIENT-77", "never", "", *secret, "Robbery", "Ambulance", "12 Mill Lane", ""],
    ]
    file = write(tmp_path / "extract.csv", rows, header=INCIDENTS)
    unsure = build([file], settings=settings)
    assert (
        "fit several sources" in unsure.refused[0]["problem"]
        and "--source" in unsure.refused[0]["remedy"]
    )
    ledger = build([file], settings=settings, source="ambulance")
    assert (ledger.rows_accepted, ledger.rows_quarantined) == (1, 2)

    ((lon, lat, cell, kept, name),) = table(
        settings, "SELECT lon, lat, cell10, point_kept, name FROM core_location"
    )
    centre = grid.centres(np.array([cell], dtype=np.uint64))
    assert (kept, name) == (False, None)
    assert (lon, lat) == (
        pytest.approx(centre[0][0], abs=1e-6),
        pytest.approx(centre[1][0], abs=1e-6),
    )
    path = current(settings.store)
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as con:
        names = [
            name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        ]
        everything = " ".join(
            str(con.table(name).fetchall())
            for name in names
            if name not in ("ref_area", "ref_cell")
        )
    assert not [
        word for word in ("471234", "931234", "Mill Lane", "PATIENT-77") if word in everything
    ]
    assert table(settings, "SELECT DISTINCT grade FROM core_incident") == [("C",)]
    assert not [p for p in settings.store.rglob("*") if "building" in p.name]


def test_free_text_places_of_extracts_name_nothing(tmp_path: Path) -> None:
    rows = [
        ["1", "2024-01-05 10:00", "", "52.47", "-1.93", "Robbery", "Hospital", "12 Mill Lane", ""]
    ]
    settings = settings_in(tmp_path)
    build([write(tmp_path / "extract.csv", rows, header=INCIDENTS)], settings=settings)
    ws = open_workspace(settings=settings)
    assert ws.places().empty
    assert ws.counts(ws.select("robbery"), audience="analyst").frame["name"].isna().all()


def test_sources_of_different_grade_carry_only_what_the_poorest_can(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    extract = [["1", "2024-01-05 10:00", "", "52.47123", "-1.93123", "Robbery", "Hospital", "", ""]]
    build(
        [write(tmp_path / "e.csv", extract, header=INCIDENTS), write(tmp_path / "p.csv", [row()])],
        settings=settings,
    )
    ws = open_workspace(settings=settings)
    assert ws.snapshot.grade == "D"
    assert ws.reader.facts(ws.select("robbery", sources="incidents")).grade == "A"
    assert ws.reader.facts(ws.select("robbery")).grade == "D"


def test_changed_boundary_files_alone_make_a_new_snapshot(tmp_path: Path) -> None:
    ledger, _ = loaded(tmp_path, [row()])
    settings = settings_in(tmp_path)
    file = settings.boundaries / "lad.geojson"
    file.write_text(file.read_text().replace("Westborough", "Westbury"))
    again = build([], settings=settings)
    assert again.published and again.snapshot != ledger.snapshot
    assert open_workspace(settings=settings).counts(by="lad").frame["name"].tolist() == [
        "Eastborough",
        "Westbury",
    ]
