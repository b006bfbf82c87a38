"""Routes: a sheet in and out, incidents in their hours and buffer, numbers for analysts alone."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pyproj import Transformer

from tests.grade_stores import HEADER
from tests.made_up import row, settings_in, write
from vrp_map.cli import main
from vrp_map.errors import NotAllowed, UserError
from vrp_map.pilots.pilot import Pilot
from vrp_map.pilots.service import Pilots
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.schools.calendar import days_between, load_school_calendar
from vrp_map.schools.routes.counts import RouteCount
from vrp_map.schools.routes.service import Routes
from vrp_map.schools.routes.sheet import read_sheet_of_routes, to_csv
from vrp_map.vocabulary import Role
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

ANALYST = Principal("an analyst", frozenset({Role.ANALYST}))
LEAD = Principal("a lead", frozenset({Role.LEAD}))
NOW = datetime(2024, 6, 1, 9)
FIRST, START, LAST = date(2022, 9, 1), date(2023, 9, 1), date(2024, 7, 31)
LINE = ((-1.94, 52.46), (-1.92, 52.47), (-1.91, 52.465))
SHEET = f"""\
Route,Line,Schools,Direction,Hours,Start date,End date,Buffer,Run by,Funding,Planned,Held
Mill Lane (made up),"{"; ".join(f"{x} {y}" for x, y in LINE)}",Made-up School; Other School,both,\
08:00-09:00; 15:00 to 16:15,2023-09-01,2024-07-19,80,Made-up provider,yes,380,
Hill Road (made up),"LINESTRING (-1.90 52.45, -1.89 52.46)",Third School,to school,8:00-9:00,\
2023-09-01,2024-07-19,,Made-up provider,no,,
"""


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def routes_of(text: str = SHEET) -> list[Pilot]:
    return [pilot for _, pilot in read_sheet_of_routes(lines(text))]


def incidents() -> list[list[str]]:
    """Along the line in its hours, twice as many before as since; and all about at all hours."""
    rng = np.random.default_rng(6)
    found = []

    def add(day: np.datetime64, minute: int, lon: float, lat: float) -> None:
        at = f"{day} {minute // 60:02d}:{minute % 60:02d}"
        place = [f"{lon:.6f}", f"{lat:.6f}"]
        found.append([at, "", *place, "", "robbery", "8N", f"I{len(found)}"])

    terms = load_school_calendar().terms_of("Westborough")
    for (first, last), many in {(FIRST, date(2023, 8, 31)): 160, (START, LAST): 60}.items():
        days = days_between(first, last)
        for day in rng.choice(days[terms.hold(days)], many):
            along = rng.uniform()
            lon, lat = (a + along * (b - a) for a, b in zip(LINE[0], LINE[1], strict=True))
            add(day, int(rng.integers(481, 539)), lon, lat + rng.normal(0, 0.0004))
    for _ in range(4000):
        at = rng.uniform(-1.955, -1.845), rng.uniform(52.445, 52.495)
        add(rng.choice(days_between(FIRST, LAST)), int(rng.integers(1440)), *at)
    return found


def opened(folder: Path, *, is_monthly: bool = False) -> Workspace:
    settings = replace(settings_in(folder), records=folder / "records")
    if is_monthly:
        rows = [row(month=one[0][:7], longitude=one[2], latitude=one[3]) for one in incidents()]
        build([write(folder / "in" / "2024-07-made-up-street.csv", rows)], settings=settings)
    else:
        file = write(folder / "in" / "incidents.csv", incidents(), header=HEADER)
        assert not build([file], settings=settings, source="incidents").refused
    return open_workspace(settings=settings)


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return opened(tmp_path_factory.mktemp("routes"))


@pytest.fixture
def routes(ws: Workspace, tmp_path: Path) -> Iterator[Routes]:
    records = Records(tmp_path / "records")
    yield Routes(Pilots(records, ws.settings))
    records.close()


def kept(routes: Routes, ws: Workspace, pilot: Pilot) -> RouteCount:
    reference = routes.pilots.add_one(ANALYST, replace(pilot, outcomes=("robbery",)), now=NOW)
    return routes.count(ANALYST, routes.pilots.record(ANALYST, reference), ws)


def test_a_sheet_is_read_and_written_and_read_again() -> None:
    mill, hill = routes_of()
    assert mill.route and hill.route
    assert mill.route.schools == ("Made-up School", "Other School") and mill.route.line == LINE
    assert [(w.first, w.last) for w in mill.route.windows] == [
        (time(8), time(9)),
        (time(15), time(16, 15)),
    ]
    assert (mill.route.is_funded, mill.route.sessions_planned, mill.route.sessions_held) == (
        True,
        380,
        None,
    )
    assert (hill.route.is_funded, hill.route.buffer_m, hill.route.windows[0].first) == (
        False,
        100,
        time(8),
    )


def test_what_is_written_is_read_back_as_it_was(routes: Routes) -> None:
    given = read_sheet_of_routes(lines(SHEET))
    assert len(routes.add(LEAD, given, now=NOW)) == 2
    text = to_csv(routes.all(LEAD))
    again = read_sheet_of_routes(lines(text))
    assert sorted(again, key=lambda one: one[0]) == sorted(given, key=lambda one: one[0])
    routes.add(LEAD, again, now=NOW)
    assert len(routes.all(LEAD)) == 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("08:00-09:00", "nine", "is no window such as"),
        ("08:00-09:00", "09:00-08:00", "ends before it begins"),
        ("-1.94 52.46", "52.46 -1.94", "not in Britain"),
        ("-1.94 52.46", "here", "no longitude and latitude"),
        (",yes,", ",perhaps,", "not yes or no"),
        (",both,", ",sideways,", "direction"),
        ("(-1.90 52.45, -1.89 52.46)", "(-1.90 52.45)", "two corners"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(old: str, new: str, says: str) -> None:
    assert old in SHEET
    with pytest.raises(UserError, match=says):
        routes_of(SHEET.replace(old, new))


def test_a_route_without_hours_is_refused(routes: Routes) -> None:
    with pytest.raises(UserError, match="has no windows"):
        routes.add(LEAD, read_sheet_of_routes(lines(SHEET.replace("8:00-9:00", "", 2))), now=NOW)


def test_incidents_are_those_of_the_buffer_the_hours_and_the_days(
    routes: Routes, ws: Workspace
) -> None:
    """By hand, with the distance to each part of the line."""
    mill = routes_of()[0]
    turn = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    corners = [np.array(turn.transform(*corner)) for corner in LINE]
    days = days_between(FIRST, LAST)
    school = {str(d) for d in days[load_school_calendar().terms_of("Westborough").hold(days)]}
    n = {True: 0, False: 0}
    for at, _, lon, lat, *_ in incidents():
        day, clock = at.split()
        here = np.array(turn.transform(float(lon), float(lat)))
        away = []
        for a, b in pairwise(corners):
            along = np.clip((here - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
            away.append(np.hypot(*(a + along * (b - a) - here)))
        on = "08:00" <= clock < "09:00" or "15:00" <= clock < "16:15"
        if min(away) <= 80 and on and day in school and "2022-09-01" <= day <= "2024-07-19":
            n[day >= "2023-09-01"] += 1
    found = kept(routes, ws, mill)
    assert (found.n, found.n_before) == (n[True], n[False]) and n[True] > 20
    assert found.ratio_high is not None and found.ratio_high < 1
    assert "fewer than chance alone would make. It need not be the route." in found.sentence


def test_months_alone_are_no_hours_and_it_says_so(routes: Routes, tmp_path: Path) -> None:
    found = kept(routes, opened(tmp_path / "monthly", is_monthly=True), routes_of()[0])
    assert "the hour of the incidents is not known" in found.refused
    assert found.hours == "all hours" and found.days == 335 and found.days_before == 365


def test_days_that_the_data_do_not_hold_are_said(routes: Routes, ws: Workspace) -> None:
    late = replace(routes_of()[0], start=date(2026, 1, 1), end=date(2026, 6, 1))
    with pytest.raises(UserError, match="no day on which the route ran"):
        kept(routes, ws, late)


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ANALYST])
def test_the_numbers_of_a_route_are_for_analysts(routes: Routes, ws: Workspace, role: Role) -> None:
    """A route names its schools: what lies along it is a number of theirs."""
    routes.add(LEAD, read_sheet_of_routes(lines(SHEET)), now=NOW)
    record = routes.all(LEAD)[0]
    with pytest.raises(NotAllowed, match="Only an analyst may see the numbers of single schools"):
        routes.count(Principal("somebody", frozenset({role})), record, ws)


def test_the_commands_take_list_count_and_write_them(
    ws: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("boundaries", "local_boundaries", "store"):
        monkeypatch.setenv(f"VRP_{name.upper()}", str(getattr(ws.settings, name)))
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "own"))
    sheet = tmp_path / "routes.csv"
    sheet.write_text(SHEET, encoding="utf-8")

    def told(*asked: str) -> str:
        with pytest.raises(SystemExit) as end:
            main(["routes", *asked])
        said = capsys.readouterr()
        assert end.value.code == 0, said
        return said.out

    assert "2 routes in the file" in told("import", str(sheet))
    assert "2 routes, 1 of them funded." in told("list")
    assert json.loads(told("list", "--json"))["routes"][0]["sessions_held"] is None
    counted = json.loads(told("counts", "--json"))["routes"]
    assert counted[0]["hours"].startswith("08:00 to 09:00") and counted[0]["days"] > 150
    assert "Mill Lane" in told("counts") and "incidents on" in told("counts")
    assert len(routes_of(told("export"))) == 2
    monkeypatch.setenv("VRP_LOCAL_ROLES", "lead")
    with pytest.raises(SystemExit) as end:
        main(["routes", "counts"])
    assert end.value.code == NotAllowed.exit_code and "incidents on" not in capsys.readouterr().out
