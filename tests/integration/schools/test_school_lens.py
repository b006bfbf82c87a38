"""The lens on schools: what was planted is found, hours that are not known are not made up, and
nobody but an analyst sees a number.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pyproj import Transformer

import vrp_map
from tests.grade_stores import HEADER
from tests.made_up import row, settings_in, write
from vrp_map.cli import main
from vrp_map.config import Settings
from vrp_map.errors import NotAllowed, UserError
from vrp_map.permissions import PERMISSIONS, Action
from vrp_map.places.place_lists import add_places
from vrp_map.principal import Principal
from vrp_map.schools.calendar import days_between, load_school_calendar
from vrp_map.schools.service import Schools
from vrp_map.vocabulary import Audience, Role
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

ANALYST = Principal("an analyst", frozenset({Role.ANALYST}))
# Longitude and latitude; the first two lie where incidents are planted.
SCHOOLS = {
    "Morning School": (-1.945, 52.45),
    "Evening School": (-1.945, 52.49),
    **{f"Quiet School {i}": (-1.93 + 0.017 * (i % 6), 52.45 + 0.02 * (i // 6)) for i in range(18)},
}
FIRST, LAST = date(2023, 9, 1), date(2024, 7, 31)


def register(file: Path) -> Path:
    """Schools as the register writes them; one is closed, one lies far away."""
    turn = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    columns = ["URN", "EstablishmentName", "EstablishmentStatus (name)", "Town", "Easting"]
    with file.open("w", newline="", encoding="cp1252") as stream:
        out = csv.writer(stream)
        out.writerow([*columns, "Northing"])
        held = [(name, "Open", at) for name, at in SCHOOLS.items()]
        held += [("Gone School", "Closed", (-1.93, 52.46)), ("Far School", "Open", (-1.8, 52.46))]
        for number, (name, status, at) in enumerate(held):
            east, north = turn.transform(*at)
            out.writerow([number, name, status, "Westborough", round(east), round(north)])
    return file


def incidents() -> list[list[str]]:
    """Even over the town at all hours; more round one school on the way there, round another one
    in the evening of the same days.
    """
    rng = np.random.default_rng(5)
    days = days_between(FIRST, LAST)
    school_days = days[load_school_calendar().terms_of("Westborough").hold(days)]
    found = []

    def add(day: np.datetime64, minute: int, lon: float, lat: float) -> None:
        at = f"{day} {minute // 60:02d}:{minute % 60:02d}"
        place = [f"{lon:.6f}", f"{lat:.6f}"]
        found.append([at, "", *place, "", "robbery", "8N", f"I{len(found)}"])

    for _ in range(14_000):
        lon, lat = rng.uniform(-1.958, -1.842), rng.uniform(52.442, 52.498)
        add(rng.choice(days), int(rng.integers(24 * 60)), lon, lat)
    for name, (low, high) in {"Morning School": (485, 535), "Evening School": (1100, 1300)}.items():
        for _ in range(120):
            lon, lat = np.array(SCHOOLS[name]) + rng.uniform(-0.003, 0.003, 2)
            add(rng.choice(school_days), int(rng.integers(low, high)), lon, lat)
    return found


def opened(folder: Path, *, is_monthly: bool = False) -> Workspace:
    settings = replace(settings_in(folder), places=folder / "places")
    add_places(register(folder / "schools.csv"), settings)
    if is_monthly:
        rows = [
            row(month=one[0][:7], longitude=one[2], latitude=one[3]) for one in incidents()[::4]
        ]
        build([write(folder / "in" / "2024-07-made-up-street.csv", rows)], settings=settings)
    else:
        file = write(folder / "in" / "incidents.csv", incidents(), header=HEADER)
        ledger = build([file], settings=settings, source="incidents")
        assert not ledger.refused
    return open_workspace(settings=settings)


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return opened(tmp_path_factory.mktemp("schools"))


def test_the_school_with_trouble_on_the_way_is_listed_and_not_the_one_at_night(
    ws: Workspace,
) -> None:
    found = Schools(ws.settings).shortlist(ANALYST, ws, ws.select("robbery"))
    assert [one.name for one in found.listed] == ["Morning School"]
    assert "1 of 20 schools" in found.sentence and not found.refused
    first = found.schools[0]
    assert first.rank == first.rank_low == 1 and first.low < first.per_100_days < first.high
    # Planted on school days alone.
    assert first.ratio_low and first.ratio_low > 1
    assert "goes with the school day" in " ".join(first.reasons)
    ranks = {one.name: (one.rank_low, one.rank_high) for one in found.schools}
    assert ranks["Evening School"][0] > 1
    names = {one.name for one in found.schools}
    assert not {"Gone School", "Far School"} & names and len(names) == len(SCHOOLS)


def test_the_count_is_that_of_the_rows(ws: Workspace) -> None:
    """By hand: straight distances, school days, the windows."""
    turn = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    here = np.array(turn.transform(*SCHOOLS["Morning School"]))
    days = days_between(FIRST, LAST)
    terms = load_school_calendar().terms_of("Westborough")
    school_days = {str(day) for day in days[terms.hold(days)]}
    n = 0
    for at, _, lon, lat, *_ in incidents():
        day, clock = at.split()
        away = np.hypot(*(np.array(turn.transform(float(lon), float(lat))) - here))
        on_way = "08:00" <= clock < "09:00" or "15:00" <= clock < "16:30"
        n += bool(away <= 500 and day in school_days and on_way)
    found = Schools(ws.settings).shortlist(ANALYST, ws, ws.select("robbery"), reach_m=500)
    school = next(one for one in found.schools if one.name == "Morning School")
    assert (school.n, school.days) == (n, len(school_days))


def test_areas_choose_schools_and_their_incidents_stay_whole(ws: Workspace) -> None:
    service = Schools(ws.settings)
    every = service.shortlist(ANALYST, ws, ws.select("robbery"))
    west = service.shortlist(ANALYST, ws, ws.select("robbery", areas="Westborough"))
    assert {one.lad for one in west.schools} == {"Westborough"}
    n = {one.name: one.n for one in every.schools}
    assert all(one.n == n[one.name] for one in west.schools)


def test_months_alone_are_no_hours_and_it_says_so(tmp_path: Path) -> None:
    ws = opened(tmp_path, is_monthly=True)
    found = Schools(ws.settings).shortlist(ANALYST, ws, ws.select("robbery"))
    assert "the hour of the incidents is not known" in found.refused
    assert found.sentence.endswith("All hours of all days are counted.")
    assert any("The hours are not known" in sentence for sentence in found.how)
    assert all(one.ratio is None and one.days > 300 for one in found.schools)


def test_a_reach_or_a_list_that_cannot_be_is_refused(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="The distance is 5,000 m"):
        Schools(ws.settings).shortlist(ANALYST, ws, ws.select("robbery"), reach_m=5000)
    none = replace(ws.settings, places=tmp_path)
    with pytest.raises(UserError, match="Fewer than two schools"):
        Schools(none).shortlist(ANALYST, ws, ws.select("robbery"))


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ANALYST])
def test_no_other_role_sees_a_school(ws: Workspace, role: Role) -> None:
    assert PERMISSIONS[Action.READ_SCHOOLS] == (Role.ANALYST,)
    other = Principal("somebody", frozenset({role}))
    for ask in (
        lambda: Schools(ws.settings).listed(other, ws),
        lambda: Schools(ws.settings).shortlist(other, ws, ws.select("robbery")),
    ):
        with pytest.raises(NotAllowed, match="Only an analyst may see the numbers of single"):
            ask()


def test_no_export_sheet_or_address_reads_the_room_of_schools() -> None:
    """Whatever is handed on, printed or served is made elsewhere, and elsewhere knows no school."""
    package = Path(vrp_map.__file__).parent
    reads = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "vrp_map.schools" in path.read_text(encoding="utf-8")
    }
    assert {path for path in reads if not path.startswith(("schools/", "ui/schools/"))} == {
        "cli/planning/routes.py",
        "cli/planning/schools.py",
        "server.py",
        "ui/shared/session.py",
    }


@pytest.mark.parametrize("audience", [Audience.PARTNER, Audience.PUBLIC])
def test_an_analyst_who_looks_as_others_see_it_gets_no_numbers(
    ws: Workspace, audience: Audience
) -> None:
    looking = ANALYST.looking_as(audience)
    with pytest.raises(NotAllowed, match="You may not see the analyst view"):
        Schools(ws.settings).shortlist(looking, ws, ws.select("robbery"))


def test_the_command_answers_an_analyst_and_refuses_a_lead(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("boundaries", "local_boundaries", "places", "store"):
        monkeypatch.setenv(f"VRP_{name.upper()}", str(getattr(ws.settings, name)))
    asked = ["schools", "lens", "--category", "robbery", "--from", "2023-09"]
    for given, code in ((["--json"], 0), ([], 0)):
        with pytest.raises(SystemExit) as end:
            main([*asked, *given])
        assert end.value.code == code
        told = capsys.readouterr().out
        assert "Morning School" in told and "Never publish it" in told
        if given:
            assert json.loads(told)["schools"][0]["is_listed"]
    monkeypatch.setenv("VRP_LOCAL_ROLES", "lead,navigator,moderator")
    with pytest.raises(SystemExit) as end:
        main(asked)
    said = capsys.readouterr()
    assert end.value.code == NotAllowed.exit_code and "Morning School" not in said.out + said.err


def test_settings_name_a_calendar_of_ones_own(ws: Workspace, tmp_path: Path) -> None:
    own = tmp_path / "calendar.toml"
    own.write_text(
        'title = "Ours"\nsource = "made up"\nchecked_on = 2026-01-01\n'
        '[windows]\nnight = ["18:00", "22:00"]\n[[terms]]\ndays = [["2023-09-04", "2024-07-19"]]\n',
        encoding="utf-8",
    )
    settings: Settings = replace(ws.settings, school_calendar=str(own))
    found = Schools(settings).shortlist(ANALYST, ws, ws.select("robbery"))
    assert found.hours == "18:00 to 22:00" and found.schools[0].name == "Evening School"
