"""Responses in the records: who may, what is kept, what a sheet becomes, and what a kill leaves."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from pipelines.demo_responses import leave_responses, plan_of_responses
from tests.made_up_responses import BIRMINGHAM, NOW, WALSALL, a_response
from vrp_map.cli.commands import main
from vrp_map.config import Settings
from vrp_map.errors import NotAllowed, UserError
from vrp_map.principal import Principal
from vrp_map.records.audit import acts
from vrp_map.records.engine.database import Records
from vrp_map.responses import store
from vrp_map.responses.desk import responses_of
from vrp_map.responses.places import ResponsePlaces
from vrp_map.responses.quarter.figures import read_quarter
from vrp_map.responses.response import (
    IncidentTime,
    ResourceUse,
    Response,
    ResponsePlace,
    Strand,
)
from vrp_map.responses.service import NamesFlagged, Responses
from vrp_map.responses.sheets import cells, exporting, importing
from vrp_map.responses.store import ChangedMeanwhile, ResponseChange
from vrp_map.vocabulary import Audience, Role
from vrp_map.warehouse.boundaries.layers import current_areas

NAVIGATOR = Principal("navigator", frozenset({Role.NAVIGATOR}), areas=(f"lad:{BIRMINGHAM}",))
EVERYWHERE = Principal("everywhere", frozenset({Role.NAVIGATOR}))
LEAD = Principal("lead", frozenset({Role.LEAD}))
ANALYST = Principal("analyst", frozenset({Role.ANALYST}))
YOUTH_WORKER = Principal("worker", frozenset({Role.YOUTH_WORKER}))


@pytest.fixture(scope="module")
def places() -> ResponsePlaces:
    return ResponsePlaces(partial(current_areas, Settings()))


@pytest.fixture
def responses(tmp_path: Path, places: ResponsePlaces) -> Iterator[Responses]:
    records = Records(tmp_path / "records")
    settings = Settings(records=tmp_path / "records", store=tmp_path / "none")
    yield Responses(records, settings, places)
    records.close()


def kept(responses: Responses, **more: object) -> str:
    change = ResponseChange(uuid4(), a_response(**more), "logged")  # type: ignore[arg-type]
    return responses.keep(EVERYWHERE, [change], now=NOW).result()[0]


def test_a_response_is_changed_closed_and_reopened_and_its_history_says_who(
    responses: Responses,
) -> None:
    reference = kept(responses)
    first = responses.record(LEAD, reference)
    changed = replace(first.response, tier="gold", retaliation_risk=5)
    change = ResponseChange(first.id, changed, "changed", after=1)
    responses.keep(NAVIGATOR, [change], now=NOW).result()
    second = responses.record(NAVIGATOR, reference)
    responses.close(NAVIGATOR, second, because="The work is done", now=NOW).result()
    responses.reopen(NAVIGATOR, responses.record(LEAD, reference), now=NOW).result()
    history = responses.history(LEAD, responses.record(LEAD, reference))
    assert [(v.version, v.act) for v in history] == [
        (1, "logged"),
        (2, "changed"),
        (3, "closed"),
        (4, "reopened"),
    ]
    assert history[2].response.closed_because and history[3].response.is_open
    assert {v.written_by for v in history} == {"everywhere", "navigator"}
    latest = acts(responses.records, subject=reference)[0]
    assert latest.act == "response reopened"
    # The analyst reads all but the risk of retaliation, in the history too.
    seen = responses.history(ANALYST, first)
    assert {v.response.retaliation_risk for v in seen} == {None}
    with pytest.raises(UserError, match="Someone else changed"):
        responses.keep(NAVIGATOR, [change], now=NOW).result()


def test_a_change_whose_answer_was_lost_is_kept_once_and_another_is_refused(
    responses: Responses,
) -> None:
    reference = kept(responses)
    id = responses.record(LEAD, reference).id

    def to_gold(before: Response) -> Response:
        return replace(before, tier="gold", summary="  Two\nlines ")

    def to_meeting(before: Response) -> Response:
        return replace(before, tier="meeting")

    for _ in range(2):
        said = responses.change(NAVIGATOR, id, to_gold, after=1, now=NOW).result()
        assert said == [reference]
    assert [v.version for v in responses.history(LEAD, responses.record(LEAD, id))] == [1, 2]
    with pytest.raises(ChangedMeanwhile, match="Your changes are not saved"):
        responses.change(NAVIGATOR, id, to_meeting, after=1, now=NOW)
    # The change may stand two versions back by now: it is not the latest, so it is not said kept.
    responses.change(NAVIGATOR, id, to_meeting, after=2, now=NOW).result()
    with pytest.raises(ChangedMeanwhile, match="Your changes are not saved"):
        responses.change(NAVIGATOR, id, to_gold, after=1, now=NOW)
    for who in (LEAD, ANALYST, YOUTH_WORKER):
        with pytest.raises(NotAllowed, match="may"):
            responses.change(who, id, to_gold, after=3, now=NOW)
    with pytest.raises(UserError, match="no such response"):
        responses.change(NAVIGATOR, uuid4(), to_gold, after=1, now=NOW)


def test_the_same_response_sent_twice_is_kept_once(responses: Responses) -> None:
    change = ResponseChange(uuid4(), a_response(), "logged")
    once = responses.keep(EVERYWHERE, [change], now=NOW).result()
    assert responses.keep(EVERYWHERE, [change], now=NOW).result() == once
    assert len(responses.all(LEAD)) == 1


def test_each_role_is_held_to_what_the_table_says(responses: Responses) -> None:
    kept(responses)
    far = kept(responses, where=ResponsePlace("Example Lane", "", WALSALL), day=date(2026, 10, 13))
    assert len(responses.all(LEAD)) == 2 and len(responses.all(NAVIGATOR)) == 1
    with pytest.raises(UserError, match="no such response"):
        responses.record(NAVIGATOR, far)
    with pytest.raises(NotAllowed, match="not in your areas"):
        change = ResponseChange(uuid4(), a_response(lad=WALSALL), "logged")
        responses.keep(NAVIGATOR, [change], now=NOW)
    for who in (LEAD, ANALYST, YOUTH_WORKER):
        with pytest.raises(NotAllowed, match="navigator may log or change"):
            responses.keep(who, [ResponseChange(uuid4(), a_response(), "logged")], now=NOW)
    with pytest.raises(NotAllowed, match="may read responses"):
        responses.all(YOUTH_WORKER)
    quarter = read_quarter("2026-Q4")
    with pytest.raises(NotAllowed, match="may read responses"):
        responses.quarter(YOUTH_WORKER, quarter, audience=Audience.ANALYST, now=NOW)
    assert responses.quarter(YOUTH_WORKER, quarter, audience=Audience.PARTNER, now=NOW)


def test_a_navigator_cannot_take_a_response_out_of_the_areas_of_another(
    responses: Responses,
) -> None:
    kept(responses, lad=WALSALL)
    far = responses.all(LEAD)[0]
    stolen = replace(far.response, where=ResponsePlace("Example Parade", "", BIRMINGHAM))
    with pytest.raises(UserError, match="no such response"):
        change = ResponseChange(far.id, stolen, "changed", after=1)
        responses.keep(NAVIGATOR, [change], now=NOW)


def test_partners_see_large_hexagons_once_and_no_words(responses: Responses) -> None:
    for nth in range(3):
        place = ResponsePlace("Example Parade", "89195d3b183ffff", BIRMINGHAM)
        kept(responses, where=place, summary=f"note {nth}", interventions=("training",))
    seen = responses.outlines(YOUTH_WORKER)
    assert len(seen) == 1 and seen[0].cell.startswith("88")
    assert "note" not in repr(seen) and "Parade" not in repr(seen) and "2026" not in repr(seen)


def test_a_name_is_kept_only_on_purpose_and_the_audit_says_so(responses: Responses) -> None:
    change = ResponseChange(uuid4(), a_response(summary="Met Imaginary Personson"), "logged")
    with pytest.raises(NamesFlagged, match="Summary: a name"):
        responses.keep(EVERYWHERE, [change], now=NOW)
    assert responses.all(LEAD) == []
    reference = responses.keep(EVERYWHERE, [change], now=NOW, past_flags=True).result()[0]
    said = acts(responses.records, subject=reference)[0].act
    assert said == "response logged, past a flag of a name" and "Personson" not in said


def messy_sheet(path: Path) -> None:
    """70 lines as people keep them: a title over merged cells, blank lines, three styles of date,
    an agency nobody listed, two lines twice.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Made-up responses (synthetic)"])
    sheet.merge_cells("A1:H1")
    sheet.append([])
    sheet.append(
        ["Ref", "Incident type", "Date of Incident", "Location ", "LA", "Notified by", "U25", "RAG"]
    )
    rows: list[list[object]] = []
    for n in range(68):
        day = datetime(2026, 7 + n % 3, 1 + n % 28)
        written = [day, f"{day:%d/%m/%Y}", f"{day.day} {day:%B %Y}"][n % 3]
        agency = "Example Street Charity" if n == 5 else ["Police", "hospital ", "VRP"][n % 3]
        rows.append(
            [n, "Stabbing or knife injury", written, f"Row {n} Parade", "Walsall", agency, n, "A"]
        )
    rows += [rows[3], rows[40]]
    for n, row in enumerate(rows):
        sheet.append(row)
        if n % 20 == 7:
            sheet.append([])
    book.save(path)


def test_a_messy_sheet_is_kept_whole_and_each_line_left_out_says_why(
    responses: Responses, tmp_path: Path
) -> None:
    file = tmp_path / "made up.xlsx"
    messy_sheet(file)
    found = importing.preview(responses, EVERYWHERE, cells.read_file(file), now=NOW)
    assert found.sentence == "Save 68, leave out 2" and found.columns["RAG"] == ""
    assert [line.reasons for line in found.left_out] == [
        ("The same as line 7.",),
        ("The same as line 46.",),
    ]
    assert ["Example Street Charity" in r for line in found.lines for r in line.remarks] == [True]
    assert responses.all(LEAD) == []
    importing.save(responses, EVERYWHERE, found, now=NOW)
    records = responses.all(LEAD)
    assert len(records) == 68
    days = {int(r.response.where.words.split()[1]): r.response.when.first for r in records}
    assert all(days[n] == date(2026, 7 + n % 3, 1 + n % 28) for n in range(68))
    again = importing.preview(responses, EVERYWHERE, cells.read_file(file), now=NOW)
    assert again.sentence == "Save 0, leave out 70"
    out = list(csv.reader(io.StringIO(importing.left_out_csv(again))))
    assert len(out) == 71 and "imported before" in out[1][1]


def everything_filled() -> Response:
    """A made-up response with every field."""
    return a_response(
        when=IncidentTime(date(2026, 10, 12), date(2026, 10, 13), time(0, 0)),
        where=ResponsePlace("Example Parade", "89195c05943ffff", BIRMINGHAM),
        told_by="Example Street Charity",
        told_at=datetime(2026, 10, 13, 9, 30),
        summary="=work with a school; and more, of course",
        definition="community",
        tier="gold",
        retaliation_risk=4,
        risk_review=date(2026, 10, 20),
        scene_managed="yes",
        cctv_kept="not needed",
        other_areas=("Walsall", "Sandwell"),
        lead_agency="council",
        first_action_at=datetime(2026, 10, 13, 11, 0),
        meeting_held=date(2026, 10, 14),
        strands=(
            Strand("hospital", "Health", due=date(2026, 10, 20), note="wards; a | bar, a comma"),
            Strand("environment", done=date(2026, 10, 30)),
        ),
        interventions=("training", "workshops"),
        resources=(ResourceUse("Youth work", 3.5, 120.25, "Core grant"), ResourceUse("Van", 1)),
        reached_24_and_under=12,
        reached_25_and_over=0,
        schools_told=3,
        links=("R2026-0001", "Route 4, Example Road"),
        clocks_done=(("day", date(2026, 10, 13)),),
        clocks_set=(("trial", date(2027, 3, 1)),),
        state="closed",
        closed_because="The work is done",
        learning="-10 minutes would help",
    )


@pytest.mark.parametrize("alone", [True, False])
def test_what_is_exported_is_imported_again_field_for_field(
    responses: Responses, tmp_path: Path, places: ResponsePlaces, alone: bool
) -> None:
    first = everything_filled()
    assert all(value not in ("", None, ()) for value in vars(first).values())
    if alone:
        first = a_response(strands=(Strand("family"),), links=("R2026-0001", "R2026-0002"))
    change = ResponseChange(uuid4(), first, "logged")
    responses.keep(EVERYWHERE, [change], now=NOW, past_flags=True).result()
    sheet = exporting.to_csv(responses.all(LEAD), responses).encode()
    other = Records(tmp_path / "other")
    try:
        empty = Responses(other, responses.settings, places)
        rows = cells.read_sheet("again.csv", sheet)
        found = importing.preview(empty, EVERYWHERE, rows, now=NOW, past_flags=True)
        assert [line.reasons for line in found.lines] == [()]
        importing.save(empty, EVERYWHERE, found, now=NOW, past_flags=True)
        assert [r.response for r in empty.all(LEAD)] == [first]
    finally:
        other.close()


def test_a_long_sheet_takes_as_many_statements_as_a_short_one(
    responses: Responses, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    run = store.FILES.run

    def counted(con: Any, name: str, values: Any = None) -> Any:
        names.append(name)
        return run(con, name, values)

    monkeypatch.setattr(store.FILES, "run", counted)
    for lines in (1, 60):
        text = "\n".join(f"knife,3/10/2026,{lines} Row {n},Police" for n in range(lines))
        found = importing.preview(responses, EVERYWHERE, cells.pasted(text), now=NOW)
        assert len(importing.save(responses, EVERYWHERE, found, now=NOW)) == lines
    assert names.count("responses/writes/version") == names.count("engine/writes/audit") == 2
    assert len(responses.all(LEAD)) == 61


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Robbery with violence,31/02/2026,Example Parade,Police", "no date"),
        ("Robbery with violence,12/10,Example Parade,Police", "no date"),
        ("Robbery with violence,12/10/2027,Example Parade,Police", "yet to come"),
        ("Robbery with violence,12/10/2026,,Police", "place is missing"),
        ("Robbery with violence,12/10/2026,Example Parade,-", "told us is missing"),
        (
            "Robbery with violence,12/10/2026,Example Parade,Police,,,Ask Imaginary Personson",
            "looks like a name",
        ),
    ],
)
def test_a_pasted_line_that_cannot_be_kept_says_why(
    responses: Responses, line: str, reason: str
) -> None:
    found = importing.preview(responses, EVERYWHERE, cells.pasted(line), now=NOW)
    assert not found.ready and reason in " ".join(found.left_out[0].reasons)


@pytest.mark.parametrize(
    "written",
    ["12/10/2026", "2026-10-12", "12 Oct 26", "Monday 12th October 2026", "12.10.2026 22:15"],
)
def test_a_pasted_line_is_a_response_however_its_day_is_written(
    responses: Responses, written: str
) -> None:
    line = f"something nobody listed\t{written}\tExample Parade, Walsall\tPolice\tgold"
    found = importing.preview(responses, EVERYWHERE, cells.pasted(line), now=NOW)
    response = found.ready[0].response
    assert response is not None and response.when.first == date(2026, 10, 12)
    assert (response.what, response.tier) == ("other", "gold")
    assert response.summary == "something nobody listed"


_SENDER = """
import sys, uuid
from pathlib import Path
from tests.made_up_responses import NOW, a_response
from vrp_map.records.engine.database import Records
from vrp_map.responses.store import ResponseChange, keep_all
records = Records(Path(sys.argv[1]))
while True:
    change = ResponseChange(uuid.uuid4(), a_response(), "logged")
    print(keep_all(records, [change], who="x", now=NOW).result()[0], flush=True)
"""


def test_a_kill_loses_no_response_that_was_acknowledged(tmp_path: Path) -> None:
    sender = subprocess.Popen(
        [sys.executable, "-c", _SENDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert sender.stdout is not None
    told = [sender.stdout.readline().strip() for _ in range(20)]
    os.kill(sender.pid, signal.SIGKILL)
    told += [line.strip() for line in sender.stdout if line.endswith("\n")]
    sender.wait()
    records = Records(tmp_path)
    there = {row[2] for row in records.read("responses/queries/responses")}
    records.close()
    assert set(told) <= there and len(told) >= 20


@pytest.fixture(scope="module")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("responses")
    settings = Settings(records=folder / "records", store=folder / "none")
    assert leave_responses(settings) == sum(plan_of_responses()["quarters"].values())
    assert leave_responses(settings) == 0
    return settings


def test_the_planted_facts_of_the_demo_are_found_and_luck_is_not(demo_settings: Settings) -> None:
    planted = plan_of_responses()["planted"]
    records = Records(demo_settings.records)
    try:
        responses = responses_of(records, demo_settings)
        quarters = [read_quarter(name) for name in plan_of_responses()["quarters"]]
        found = {
            q.name: responses.quarter(LEAD, q, audience=Audience.ANALYST, now=NOW) for q in quarters
        }
        called = [name for name, one in found.items() if "clearly" in one.sentence]
        assert called == [planted["high"]]
        assert "an ordinary number" in found[planted["lucky"]].sentence
        work = [one.findings or () for one in found.values()]
        assert all("longer in Walsall" in said[0] for said in work)
        assert all("Environment was late" in said[1] for said in work)
        assert sum(len(said) > 2 for said in work) <= 1
        named = responses.places.lad_names[planted["slow_lad"]], planted["late_strand"]
        assert named == ("Walsall", "environment")
    finally:
        records.close()


def test_the_command_imports_exports_and_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))
    monkeypatch.setenv("VRP_STORE", str(tmp_path / "none"))
    file = tmp_path / "made-up.xlsx"
    messy_sheet(file)

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["responses", *arguments])
        assert ended.value.code == 0
        return capsys.readouterr().out

    assert json.loads(run("import", str(file), "--json"))["saved"] == 68
    again = json.loads(run("import", str(file), "--json"))
    assert (again["saved"], again["leave_out"]) == (0, 70)
    assert len(json.loads(run("export"))["responses"]) == 68
    sheet = tmp_path / "again.csv"
    run("export", "--format", "csv", "-o", str(sheet))
    assert sheet.read_text(encoding="utf-8").count("\n") == 69
    said = json.loads(run("quarter", "2026-Q3", "--format", "json"))
    assert (said["responses"], said["by_lad"]) == (68, {"Walsall": 68})
    assert "Usual in a quarter" in run("quarter", "2026-Q3")
    assert "<h1>" in run("quarter", "2026-Q3", "--format", "html", "--audience", "public")
