"""What a file tells as a whole: words for nothing, ids of no identity, clocks, American dates,
coarse places.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from typer.testing import CliRunner

from tests.made_up import row, settings_in, write
from vrp_map.cli import app
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.warehouse.boundaries.add import add_layer
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.ingest.ledger import Ledger
from vrp_map.warehouse.snapshots import current
from vrp_map.workspace import open_workspace

NOW = datetime(2024, 8, 15, 9, tzinfo=UTC)
LON, LAT = -1.931234, 52.471234


def an_incident(**more: str) -> dict[str, str]:
    return {
        "id": "",
        "occurred_from": "2024-03-01 22:15",
        "latitude": str(LAT),
        "longitude": str(LON),
        "category": "robbery",
    } | more


def built(
    folder: Path, rows: list[dict[str, str]], *, name: str = "a.csv", **more: Any
) -> tuple[Ledger, Settings]:
    settings = settings_in(folder)
    return build([written(folder / name, rows)], settings=settings, now=NOW, **more), settings


def written(file: Path, rows: list[dict[str, str]]) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def built_together(folder: Path, cases: Iterable[list[dict[str, str]]]) -> tuple[Ledger, Settings]:
    """One build of a file for each case: 00.csv, 01.csv, …"""
    files = [written(folder / file_of(number), rows) for number, rows in enumerate(cases)]
    settings = settings_in(folder)
    return build(files, settings=settings, now=NOW), settings


def file_of(number: int) -> str:
    return f"{number:02d}.csv"


def said(ledger: Ledger, *, of: str = "") -> str:
    """What the ledger says, or what it says of a file."""
    told = [w for w in [*ledger.warnings, *ledger.refused] if w["file"].endswith(of)]
    return " ".join(f"{w['problem']} {w['remedy']}" for w in told)


def asked(settings: Settings, query: str, *values: str) -> list[tuple[Any, ...]]:
    path = current(settings.store)
    assert path
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query, values).fetchall()


# -- nothing, in words


WORDS = ["NULL", "NA", "n/a", "nan", "None", "#N/A", "-", "\u00a0", "<NA>", "(null)", "NaT"]
ENDS = {"occurred_to": "", "place_precision_m": "", "source": "", "setting": ""}


def rows_with(word: str) -> list[dict[str, str]]:
    rows = [an_incident(**ENDS)]
    rows += [an_incident(**ENDS) | {column: word} for column in [*ENDS, "id", "category"]]
    return [*rows, an_incident(**ENDS) | {"latitude": word, "longitude": word}]


@pytest.fixture(scope="module")
def of_words(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, Settings]:
    return built_together(tmp_path_factory.mktemp("words"), map(rows_with, WORDS))


@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_nothing_is_nothing_in_every_column(
    word: str, of_words: tuple[Ledger, Settings]
) -> None:
    (ledger, settings), file, many = of_words, file_of(WORDS.index(word)), len(rows_with(word))
    assert f"Rows: {many}" in said(ledger, of=file) or word == "\u00a0"
    assert ledger.unlocated == len(WORDS)
    taken = (
        "SELECT count(*), count(*) FILTER (category = 'not-stated')"
        " FROM core_incident JOIN meta_load USING (load_id) WHERE ends_with(file, ?)"
    )
    assert asked(settings, taken, file) == [(many, 1)]


def test_rows_without_an_id_are_never_one_incident(tmp_path: Path) -> None:
    rows = [row(crime_id="NA", crime_type="Anti-social behaviour") for _ in range(8)]
    rows.append(row(crime_id="NA", longitude="NA", latitude="NA"))
    ledger = build([write(tmp_path / "a.csv", rows)], settings=settings_in(tmp_path))
    assert (ledger.rows_accepted, ledger.unlocated, ledger.reasons) == (9, 1, {})


# -- ids


@pytest.mark.parametrize(
    ("ids", "accepted", "words"),
    [
        (["2.02E+11"] * 4, 4, "cut short"),
        (["unknown", "unknown", "a", "b"], 4, "share incident numbers"),
        (["0", "0", "0", "0"], 4, "share incident numbers"),
        (["7", "7", "7", "8"], 4, "share incident numbers"),
        (["a", "a", "b", "c"], 3, ""),
        (["a", "b", "c", "d"], 4, ""),
    ],
)
def test_an_id_of_many_different_rows_names_no_incident(
    ids: list[str], accepted: int, words: str, tmp_path: Path
) -> None:
    rows = [
        an_incident(id=one, occurred_from=f"2024-03-0{i + 1} 22:15") for i, one in enumerate(ids)
    ]
    ledger, _ = built(tmp_path, rows)
    assert ledger.rows_accepted == accepted
    assert ledger.reasons == ({"crime_id:repeated": 4 - accepted} if accepted < 4 else {})
    assert (words in said(ledger)) if words else not ledger.warnings


@pytest.mark.parametrize("in_one_build", [True, False])
def test_two_suppliers_that_count_from_one_are_told_apart(
    in_one_build: bool, tmp_path: Path
) -> None:
    def numbered(day: str, north: float) -> list[dict[str, str]]:
        return [
            an_incident(
                id=str(i),
                occurred_from=f"2024-03-{day} 2{i % 4}:1{i}",
                latitude=str(round(north + i / 999, 6)),
            )
            for i in range(1, 7)
        ]

    settings = settings_in(tmp_path)
    for name, rows in (("walsall", numbered("01", 52.45)), ("dudley", numbered("09", 52.46))):
        text = io.StringIO()
        csv.DictWriter(text, list(rows[0])).writeheader()
        csv.DictWriter(text, list(rows[0])).writerows(rows)
        (tmp_path / f"{name}.csv").write_text(text.getvalue())
    files = [tmp_path / "walsall.csv", tmp_path / "dudley.csv"]
    ledgers = (
        [build(files, settings=settings, now=NOW)]
        if in_one_build
        else [build([file], settings=settings, now=NOW) for file in files]
    )
    assert sum(ledger.rows_accepted for ledger in ledgers) == 12
    assert (
        "walsall.csv too, with another time or place. They were counted as other incidents"
        in said(ledgers[-1])
    )
    assert "source" in said(ledgers[-1])


def test_an_extract_sent_again_with_corrections_is_still_the_same_incidents(tmp_path: Path) -> None:
    rows = [an_incident(id=str(i), occurred_from=f"2024-03-01 2{i % 4}:1{i}") for i in range(6)]
    built(tmp_path, rows)
    mended = [one | {"category": "burglary"} for one in rows[:5]] + [
        rows[5] | {"occurred_from": "2024-03-02 10:00"}
    ]
    ledger, _ = built(tmp_path, mended, name="b.csv")
    assert (ledger.rows_accepted, ledger.reasons, ledger.refused) == (
        0,
        {"crime_id:repeated": 6},
        [],
    )
    assert "taken as the same incidents, sent again. Rows: 1" in said(ledger)


# -- clocks and months


OFFSETS = [
    ("2024-06-30T23:30:00Z", "2024-07-01 00:30:00"),
    ("2024-06-30T23:30:00+00:00", "2024-07-01 00:30:00"),
    ("2024-06-30T23:30:00+0100", "2024-06-30 23:30:00"),
    ("2024-01-31T23:30:00Z", "2024-01-31 23:30:00"),
    ("2024-07-01T00:30:00.5+05:30", "2024-06-30 20:00:00.5"),
    ("2024-03-31T00:59:00Z", "2024-03-31 00:59:00"),
    ("2024-03-31T01:00:00Z", "2024-03-31 02:00:00"),
    ("2024-06-30 23:30", "2024-06-30 23:30:00"),
]


@pytest.fixture(scope="module")
def of_offsets(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    cases = ([an_incident(occurred_from=time)] for time, _ in OFFSETS)
    return built_together(tmp_path_factory.mktemp("offsets"), cases)[1]


@pytest.mark.parametrize(("number", "local"), list(enumerate(local for _, local in OFFSETS)))
def test_a_time_with_an_offset_is_turned_to_the_clock_of_the_place(
    number: int, local: str, of_offsets: Settings
) -> None:
    found = (
        "SELECT occurred_from::VARCHAR FROM core_incident JOIN meta_load USING (load_id)"
        " WHERE ends_with(file, ?)"
    )
    assert asked(of_offsets, found, file_of(number)) == [(local,)]


def test_the_clock_of_the_place_is_a_setting() -> None:
    with pytest.raises(UserError, match="time_zone is 'Mars'"):
        Settings(time_zone="Mars")


SEARCHED = [
    "Type",
    "Date",
    "Part of a policing operation",
    "Latitude",
    "Longitude",
    "Object of search",
]


def searches(folder: Path, month: str, times: list[str]) -> Path:
    rows = [["Person search", time, "False", str(LAT), str(LON), "Knife"] for time in times]
    return write(folder / f"2023-{month}-made-up-stop-and-search.csv", rows, header=SEARCHED)


@pytest.mark.parametrize("one_by_one", [False, True])
@pytest.mark.parametrize(
    "offset", ["+00:00", ""]
)  # "" = not even said to be UTC: rows lie over the month's edge
def test_rows_over_the_edge_of_a_month_publish_no_other_month(
    one_by_one: bool, offset: str, tmp_path: Path
) -> None:
    files = []
    for month, before in (("05", "04-30"), ("06", "05-31"), ("07", "06-30")):
        times = [f"2023-{before}T23:0{i}:00{offset}" for i in range(2)] + [
            f"2023-{month}-1{i}T12:00:00" for i in range(9)
        ]
        files.append(searches(tmp_path, month, times))
    settings = settings_in(tmp_path)
    parts = [[file] for file in files] if one_by_one else [files]
    ledgers = [build(part, settings=settings, now=NOW) for part in parts]
    assert sum(ledger.rows_accepted for ledger in ledgers) == 33
    assert not [refused for ledger in ledgers for refused in ledger.refused]
    months = dict(
        asked(settings, "SELECT strftime(month, '%m'), count(*) FROM core_incident GROUP BY ALL")
    )
    assert months == (
        {"05": 11, "06": 11, "07": 11} if offset else {"04": 2, "05": 11, "06": 11, "07": 9}
    )


@pytest.mark.parametrize(
    "dates",
    [
        ["03/14/2024 22:15", "03/04/2024 22:15", "04/02/2024 22:15", "03/29/2024 22:15"],
        ["3/14/24 9:05 PM", "3/4/24 9:15 PM", "4/2/24 1:00 AM", "1/12/24 2:22 PM"],
        ["03-14-2024", "03-04-2024", "04-02-2024", "03-03-2024"],
        ["03/14/2024", "14/03/2024", "15/03/2024", "03/15/2024"],
    ],
)
def test_dates_with_the_month_first_put_no_row_into_a_wrong_month(
    dates: list[str], tmp_path: Path
) -> None:
    ledger, settings = built(tmp_path, [an_incident(occurred_from=date) for date in dates])
    assert "month before day" in ledger.refused[0]["problem"]
    assert current(settings.store) is None


def test_a_slip_of_the_pen_is_no_american_file(tmp_path: Path) -> None:
    rows = [an_incident(occurred_from=f"{day:02}/03/2024 10:00") for day in range(1, 32)] * 2
    ledger, _ = built(tmp_path, [*rows, an_incident(occurred_from="03/15/2024 10:00")])
    assert (ledger.rows_accepted, ledger.reasons, ledger.refused) == (62, {"time:invalid": 1}, [])


@pytest.mark.parametrize(
    ("dates", "odd"),
    [
        (["03/04/2024", "03/05/2024", "03/06/2024", "03/07/2024"], True),
        (["04/03/2024", "05/03/2024", "06/03/2024", "07/03/2024"], False),
        (["01/02/2024", "03/02/2024", "02/03/2024", "05/03/2024", "07/04/2024"], False),
        (["02/11/2023", "02/12/2023", "03/01/2024", "03/10/2023"], False),
        (["02/11/2023", "02/12/2023", "03/09/2024", "03/10/2023"], True),
    ],
)
def test_dates_that_could_be_either_are_warned_of_where_american_is_likelier(
    dates: list[str], odd: bool, tmp_path: Path
) -> None:
    ledger, _ = built(tmp_path, [an_incident(occurred_from=date) for date in dates])
    assert ("may have the month before the day" in said(ledger)) == odd
    assert ledger.rows_read == len(dates) and not ledger.refused


def test_times_that_are_all_midnight_are_days(tmp_path: Path) -> None:
    rows = [an_incident(occurred_from=f"2024-03-0{i + 1} 00:00:00") for i in range(5)]
    ledger, settings = built(tmp_path, rows)
    assert "midnight" in said(ledger)
    assert asked(settings, "SELECT DISTINCT grade FROM core_incident") == [("B",)]
    one_timed = built(tmp_path / "other", [*rows, an_incident(occurred_from="2024-03-09 10:20")])[1]
    assert asked(one_timed, "SELECT DISTINCT grade FROM core_incident") == [("A",)]


# -- nothing was taken


UNREADABLE = [
    ("Mar-24", "like Mar-24"),
    ("45352.9", "a spreadsheet's number of days"),
    ("14/03/24 22:15", "two digits"),
    ("14 March 2024", "in letters"),
    ("never", "another form"),
    ("2024-03-01 9:05 PM", "twelve hours"),
    ("2024/3", "written like 2024-03"),
    ("03/2024", "written like 2024-03"),
    ("202403", "nothing between"),
    ("2024/03/14 22:15", "before slashes"),
    ("14-03-2024 22:15", "year last"),
]


@pytest.fixture(scope="module")
def of_unreadable(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, Settings]:
    cases = ([an_incident(occurred_from=time)] * 3 for time, _ in UNREADABLE)
    return built_together(tmp_path_factory.mktemp("unreadable"), cases)


@pytest.mark.parametrize(("number", "like"), list(enumerate(like for _, like in UNREADABLE)))
def test_a_file_of_which_nothing_was_taken_is_no_success(
    number: int, like: str, of_unreadable: tuple[Ledger, Settings]
) -> None:
    ledger, time = of_unreadable[0], UNREADABLE[number][0]
    (refusal,) = [w for w in ledger.refused if w["file"].endswith(file_of(number))]
    assert refusal["problem"].startswith(
        "none of its 3 rows could be taken (time:invalid). Line 2 has"
    )
    assert like in refusal["problem"]
    assert time not in said(ledger, of=file_of(number)) or time == "Mar-24"


def test_where_nothing_was_taken_the_quality_says_why_and_the_command_fails(
    of_unreadable: tuple[Ledger, Settings], tmp_path: Path
) -> None:
    settings, rows = of_unreadable[1], 3 * len(UNREADABLE)
    quality = open_workspace(settings=settings).quality()
    assert (quality.read, quality.accepted, len(quality.refused)) == (rows, 0, rows)
    run = CliRunner()
    environment = {"VRP_BOUNDARIES": str(settings.boundaries), "VRP_STORE": str(settings.store)}
    assert "time:invalid" in run.invoke(app, ["quality"], env=environment).output
    file = written(tmp_path / "a.csv", [an_incident(occurred_from="never")])
    again = run.invoke(app, ["build", str(file), "--store", str(tmp_path)], env=environment)
    assert again.exit_code == 3


# -- places


def test_each_row_is_placed_by_the_pair_that_it_has(tmp_path: Path) -> None:
    pairs = [
        (str(LAT), str(LON), "", ""),
        ("", "", "404781", "285923"),
        (str(LAT), str(LON), "404781", "285923"),
    ]
    pairs += [
        (str(LAT), str(LON), "430123", "280456"),
        ("", "", "404781", ""),
        ("", "", "", ""),
        ("", "", "x", "285923"),
    ]
    names = ("latitude", "longitude", "easting", "northing")
    ledger, settings = built(
        tmp_path, [an_incident(**dict(zip(names, pair, strict=True))) for pair in pairs]
    )
    assert (ledger.rows_accepted, ledger.unlocated) == (4, 1)
    assert ledger.reasons == {
        "coordinate:two_places": 1,
        "coordinate:incomplete": 1,
        "coordinate:not_a_number": 1,
    }
    places = asked(settings, "SELECT lon, lat FROM core_location")
    assert len(places) == 2 and np.allclose(places, (LON, LAT), atol=2e-4)


@pytest.mark.parametrize("column", ["grid_ref", "grid_reference"])
def test_grid_references_are_read(column: str, tmp_path: Path) -> None:
    rows = [
        {"occurred_from": "2024-03-01 22:15", column: text, "category": "robbery"}
        for text in (
            "SP 04781 85923",
            "SP0478185923",
            "sp 0478 8592",
            "SP 04 85",
            "SP 047 8592",
            "nowhere",
        )
    ]
    ledger, settings = built(tmp_path, rows)
    assert (ledger.rows_accepted, ledger.reasons) == (4, {"coordinate:not_a_number": 2})
    grades = asked(settings, "SELECT grade FROM core_incident ORDER BY line")
    assert [grade for (grade,) in grades] == ["A", "A", "A", "D"]
    assert ledger.outside == 0


def test_what_the_digits_cannot_say_is_not_exact(tmp_path: Path) -> None:
    chance = np.random.default_rng(4)
    for digits, grade in ((5, "A"), (4, "A"), (3, "C"), (2, "D")):
        rows = [
            an_incident(
                latitude=f"{LAT + dy:.{digits}f}",
                longitude=f"{LON + dx:.{digits}f}",
                place_precision_m="10",
            )
            for dx, dy in chance.uniform(-0.02, 0.02, (80, 2))
        ]
        ledger, settings = built(tmp_path / str(digits), rows)
        grades = dict(asked(settings, "SELECT grade, count(*) FROM core_incident GROUP BY ALL"))
        assert grades == {grade: 80}
        assert ("lie on a grid" in said(ledger)) == (grade != "A")
        assert open_workspace(settings=settings).quality().warnings["problem"].str.contains(
            "lie on a grid"
        ).any() == (grade != "A")


def test_coarse_metres_and_padded_zeros_are_seen_and_a_mixed_file_is_judged_by_row(
    tmp_path: Path,
) -> None:
    net = [
        {
            "occurred_from": "2024-03-01 22:15",
            "easting": f"{404000 + 1000 * (i % 3)}",
            "northing": "285000",
        }
        for i in range(30)
    ]
    _, settings = built(tmp_path / "metres", net)
    assert asked(settings, "SELECT DISTINCT grade FROM core_incident") == [("D",)]
    padded = [
        an_incident(latitude="52.470000", longitude=f"-1.9{i}0000")
        for i in (1, 2, 3)
        for _ in range(9)
    ]
    _, settings = built(tmp_path / "padded", padded)
    assert asked(settings, "SELECT DISTINCT grade FROM core_incident") == [("D",)]
    _, settings = built(
        tmp_path / "mixed",
        [*padded, *[an_incident(latitude=f"52.47{i:04}") for i in range(101, 199)]],
    )
    assert dict(asked(settings, "SELECT grade, count(*) FROM core_incident GROUP BY ALL")) == {
        "A": 98,
        "D": 27,
    }


SPOILT: list[tuple[Any, str]] = [
    (
        lambda e, n: {"easting": str(e % 100_000), "northing": str(n % 100_000)},
        "within their 100 km square",
    ),
    (
        lambda e, n: {"easting": f"{e % 100_000:05}", "northing": f"{n % 100_000:05}"},
        "within their 100 km square",
    ),
    (lambda e, n: {"easting": str(n), "northing": str(e)}, "easting and northing swapped"),
    (
        lambda e, n: {"longitude": str(-LON), "latitude": str(LAT + n % 97 / 1e4)},
        "the minus is missing",
    ),
    (
        lambda e, n: {"longitude": "1.2", "latitude": str(LAT + n % 97 / 1e4)},
        "Check that it is about this area",
    ),
]


@pytest.fixture(scope="module")
def of_spoilt(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    cases = (
        [
            {"occurred_from": "2024-03-01 22:15", "category": "robbery"}
            | spoil(404781 + 7 * i, 285923 + 9 * i)
            for i in range(12)
        ]
        for spoil, _ in SPOILT
    )
    return built_together(tmp_path_factory.mktemp("spoilt"), cases)[0]


@pytest.mark.parametrize(("number", "reason"), list(enumerate(reason for _, reason in SPOILT)))
def test_a_file_that_lies_elsewhere_says_what_was_probably_done_to_it(
    number: int, reason: str, of_spoilt: Ledger
) -> None:
    assert of_spoilt.outside == 12 * len(SPOILT)
    told = said(of_spoilt, of=file_of(number))
    assert "lie outside every area" in told and reason in told


def test_a_total_by_ward_says_how_many_lie_in_no_ward(tmp_path: Path) -> None:
    places = [(-1.95, 52.45)] * 6 + [(-1.87, 52.45)] * 4 + [(-1.5, 52.45)] * 2
    rows = [
        an_incident(longitude=f"{lon - 0.00123}", latitude=f"{lat + 0.00123}")
        for lon, lat in places
    ]
    _, settings = built(tmp_path, [*rows, an_incident(longitude="", latitude="")])
    shape = {
        "type": "Polygon",
        "coordinates": [
            [[-1.96, 52.44], [-1.9, 52.44], [-1.9, 52.5], [-1.96, 52.5], [-1.96, 52.44]]
        ],
    }
    ward = {"type": "Feature", "properties": {"name": "Mill Ward", "code": "W1"}, "geometry": shape}
    (tmp_path / "wards.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [ward]})
    )
    add_layer(
        tmp_path / "wards.geojson",
        settings=settings,
        type="ward",
        name_field="name",
        code_field="code",
        valid_from=date(2024, 1, 1),
    )
    build([], settings=settings, now=NOW)
    environment = {
        "VRP_BOUNDARIES": str(settings.boundaries),
        "VRP_STORE": str(settings.store),
        "VRP_LOCAL_BOUNDARIES": str(settings.local_boundaries),
    }
    asking = ["count", "--by", "ward", "--category", "robbery", "--audience", "analyst"]
    said = " ".join(CliRunner().invoke(app, asking, env=environment).output.split())
    assert "Total: 6." in said
    assert (
        "Also selected: 1 without a place, 2 outside every area, 4 in no ward of the layer." in said
    )
    document = json.loads(
        CliRunner().invoke(app, [*asking, "--format", "json"], env=environment).output
    )
    left_out = document["not_in_the_table"]
    parts = [left_out[name] for name in ("unlocated", "outside", "in_none")]
    assert document["total"] + sum(parts) == left_out["incidents"] == 13
