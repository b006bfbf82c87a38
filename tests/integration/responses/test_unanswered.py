"""Incidents held against responses: what is near, what cannot be told, and who may see it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from pipelines.demo_responses import leave_responses
from pipelines.demo_serious import PlantedIncidents, write_serious
from tests.made_up import settings_in
from tests.made_up_responses import BIRMINGHAM, a_response
from vrp_map import grid
from vrp_map.cli.commands import main
from vrp_map.config import Settings
from vrp_map.errors import NotAllowed
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.responses.desk import responses_of
from vrp_map.responses.response import IncidentTime, ResponsePlace
from vrp_map.responses.store import ResponseRecord
from vrp_map.responses.unanswered import UnansweredLists, unanswered
from vrp_map.vocabulary import Role
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

ANALYST = Principal("analyst", frozenset({Role.ANALYST}))
LON, LAT = -1.8998, 52.4797
CELL = grid.to_text(grid.cells_at([LON], [LAT], resolution=9))[0]  # type: ignore[arg-type]
DAY = date(2026, 3, 10)


def built(folder: Path, rows: list[dict[str, object]]) -> Workspace:
    """A store of incidents with these differences from one at the place and day."""
    usual = {
        "id": "",
        "occurred_from": f"{DAY} 12:00",
        "latitude": f"{LAT:.6f}",
        "longitude": f"{LON:.6f}",
        "category": "violence-and-sexual-offences",
        "offence_code": "5D",
        "source": "Log",
    }
    file = folder / "incidents.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(usual))
        writer.writeheader()
        writer.writerows([usual | {"id": f"S{n}"} | row for n, row in enumerate(rows)])
    made = settings_in(folder)
    build([file], settings=made)
    return open_workspace(settings=made, principal=ANALYST)


def responded(day: date = DAY, *, cell: str = CELL, lad: str = BIRMINGHAM) -> ResponseRecord:
    response = replace(
        a_response(), when=IncidentTime(day, day), where=ResponsePlace("Here", cell, lad)
    )
    return ResponseRecord(uuid4(), 1, "R2026-0001", datetime(2026, 4, 1), "somebody", response)


def held(ws: Workspace, *records: ResponseRecord) -> UnansweredLists:
    return unanswered(ws, records, lads=lambda _: BIRMINGHAM)


NORTH_400_M, NORTH_900_M = f"{LAT + 400 / 111_320:.6f}", f"{LAT + 900 / 111_320:.6f}"


def test_near_is_near_in_place_and_time(tmp_path: Path) -> None:
    far = {"latitude": NORTH_900_M}
    days = [{"occurred_from": f"2026-03-{day} 12:00"} for day in (17, 18)]
    found = held(built(tmp_path, [{}, far, *days]), responded())
    assert found.looked_at == 4
    assert [(one.day, one.cell == CELL) for one in found.incidents] == [
        (date(2026, 3, 18), True),
        (DAY, False),
    ]


def test_only_what_meets_the_definition_is_held_against_responses(tmp_path: Path) -> None:
    later = {"occurred_from": "2026-03-30 12:00"}
    rows = [
        later,
        later | {"offence_code": "8N"},
        later | {"source": "Other"},
        later | {"category": "burglary"},
        later | {"occurred_from": "2026-03"},
        later | {"latitude": "", "longitude": ""},
    ]
    ws = built(tmp_path, rows)
    assert held(ws, responded()).looked_at == 3
    stricter = Workspace(
        ws.reader, replace(ws.settings, response_offences="5D, 1"), ANALYST
    ).for_principal(ANALYST)
    assert held(stricter, responded()).looked_at == 2


def test_before_anyone_logged_nothing_is_called_unanswered(tmp_path: Path) -> None:
    ws = built(tmp_path, [{"occurred_from": "2025-12-01 10:00"}, {}])
    found = held(ws, responded())
    assert (found.looked_at, found.incidents) == (1, ())
    assert held(ws).since is None


def test_a_response_of_unknown_place_may_be_the_answer(tmp_path: Path) -> None:
    ws = built(tmp_path, [{"latitude": NORTH_900_M}])
    coarse = grid.to_text(grid.parents(grid.from_text([CELL]), resolution=7))[0]
    for where in ({"cell": ""}, {"cell": coarse}):
        found = held(ws, responded(**where))
        assert (len(found.incidents), found.unplaced) == (0, 1)
    elsewhere = held(ws, responded(cell="", lad="E08000030"))
    assert len(elsewhere.incidents) == 1


def test_a_response_without_an_incident_is_on_no_file(tmp_path: Path) -> None:
    """Only where the file had the time to know of it: days from the first incident to the last."""
    others = [{"occurred_from": f"2026-{month:02}-01 09:00"} for month in (1, 6)]
    ws = built(tmp_path, others)
    found = held(ws, responded(), responded(date(2026, 1, 1)), responded(date(2026, 5, 28)))
    assert [r.response.when.first for r in found.responses] == [DAY]


def test_an_incident_that_is_coded_otherwise_is_on_file(tmp_path: Path) -> None:
    """A response to what the police call something else is no response to nothing."""
    others = [{"occurred_from": f"2026-{month:02}-01 09:00"} for month in (1, 6)]
    ws = built(tmp_path, [*others, {"category": "public-order", "offence_code": "9A"}])
    assert held(ws, responded()).responses == ()


def test_month_only_data_can_answer_nothing(tmp_path: Path) -> None:
    ws = built(tmp_path, [{"occurred_from": "2026-03"}])
    assert held(ws, responded()).sentence.startswith("Nothing can be held against the responses")


def test_exact_incidents_are_for_analysts_alone(tmp_path: Path) -> None:
    ws = built(tmp_path, [{}])
    records = Records(tmp_path / "records")
    try:
        responses = responses_of(records, ws.settings)
        for role in set(Role) - {Role.ANALYST}:
            who = Principal("somebody", frozenset({role}))
            with pytest.raises(NotAllowed, match="Only an analyst may see exact numbers"):
                responses.unanswered(who, ws)
            with pytest.raises(NotAllowed, match="Only an analyst may"):
                unanswered(ws.for_principal(who), [responded()], lads=lambda _: "")
    finally:
        records.close()


@pytest.fixture(scope="module")
def planted(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Settings, PlantedIncidents]]:
    folder = tmp_path_factory.mktemp("serious")
    settings = Settings(store=folder / "store", records=folder / "records")
    made = write_serious(folder / "in", settings, first="2023-10", last="2026-10")
    build([folder / "in"], settings=settings, source="synthetic-serious")
    leave_responses(settings)
    yield settings, made


def test_the_planted_incidents_of_the_demo_are_found_and_no_other(
    planted: tuple[Settings, PlantedIncidents],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings, made = planted
    monkeypatch.setenv("VRP_RECORDS", str(settings.records))
    with pytest.raises(SystemExit) as ended:
        main(["responses", "unanswered", "--store", str(settings.store), "--json"])
    assert not ended.value.code
    said = json.loads(capsys.readouterr().out)
    assert len(made.unanswered) == 12
    assert sorted(one["day"] for one in said["unanswered"]) == sorted(
        day.isoformat() for day, *_ in made.unanswered
    )
    assert len(said["not_on_file"]) == len(made.not_on_file) == 6
    assert said["sentence"].startswith(f"12 of {made.rows} incidents have no response near so far")


def test_a_demo_of_few_months_has_no_such_file(tmp_path: Path) -> None:
    assert write_serious(tmp_path, Settings(), first="2026-10", last="2026-10").rows == 0
    assert not list(tmp_path.iterdir())
