"""Pilots in the records: who may, what is fixed, what is judged, and the commands over it all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from tests.integration.conftest import Demo
from tests.made_up_pilots import FAR, MIDDLE, NOW, a_pilot
from vrp_map import grid
from vrp_map.cli.commands import main
from vrp_map.config import Settings
from vrp_map.errors import NotAllowed, UserError
from vrp_map.pilots.before_start import TrafficLight
from vrp_map.pilots.dose import DoseVisit
from vrp_map.pilots.look import PilotLook
from vrp_map.pilots.monthly import pilot_prospect
from vrp_map.pilots.osara.plan import OsaraPlan
from vrp_map.pilots.osara.service import OsaraPlans
from vrp_map.pilots.pilot import DosePlan, Pilot, PilotDecision, PilotPlaces
from vrp_map.pilots.places import cells_of_text, with_rings
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.sheets.pilots import read_json, read_sheet_of_pilots, to_csv, to_json
from vrp_map.pilots.store import keep_look
from vrp_map.pilots.verdict import Verdict
from vrp_map.principal import LOCAL_ANALYST, Principal
from vrp_map.records.audit import acts
from vrp_map.records.engine.database import Records
from vrp_map.vocabulary import Audience, Role

LEAD = Principal("lead", frozenset({Role.LEAD}))
ANALYST = LOCAL_ANALYST
WORKER = Principal("worker", frozenset({Role.YOUTH_WORKER}))


@pytest.fixture
def pilots(tmp_path: Path) -> Iterator[Pilots]:
    records = Records(tmp_path / "records")
    yield Pilots(records, Settings(records=tmp_path / "records"))
    records.close()


def approved(pilots: Pilots, pilot: Pilot) -> str:
    reference = pilots.add_one(ANALYST, pilot, now=NOW)
    pilots.approve(LEAD, pilots.record(LEAD, reference), now=NOW)
    return reference


def test_from_draft_to_decision_and_who_did_what(pilots: Pilots) -> None:
    reference = approved(pilots, a_pilot())
    assert reference == "P2026-01"
    record = pilots.record(LEAD, reference)
    assert record.pilot.places.ring and record.pilot.stage(date(2026, 2, 1)) == "running"
    with pytest.raises(UserError, match="approved already"):
        pilots.approve(LEAD, record, now=NOW)
    later = replace(record.pilot, end=date(2026, 9, 30))
    with pytest.raises(UserError, match=r"fixed when .* approved: end"):
        pilots.change(ANALYST, record, later, why=" ", now=NOW)
    pilots.change(ANALYST, record, later, why="The money came late", now=NOW)
    with pytest.raises(UserError, match="Someone else changed"):
        pilots.change(ANALYST, record, replace(later, budget=1.0), why="x", now=NOW)
    record = pilots.record(LEAD, reference)
    with pytest.raises(UserError, match="Nothing is decided"):
        pilots.publish(LEAD, record, is_public=True, now=NOW)
    pilots.decide(LEAD, record, PilotDecision.STOP, because="It costs too much", now=NOW)
    record = pilots.record(LEAD, reference)
    assert pilots.outlines(WORKER) == []
    pilots.publish(LEAD, record, is_public=True, now=NOW)
    assert [one.decision for one in pilots.outlines(WORKER)] == ["stop"]
    history = pilots.history(LEAD, record)
    assert [v.act for v in history] == ["recorded", "approved", "amended", "decided", "signed off"]
    assert history[2].why == "The money came late"
    # Other words that others would read wait for another look and sign-off; a budget does not.
    record = pilots.record(LEAD, reference)
    pilots.change(ANALYST, record, replace(record.pilot, budget=7.0), why="", now=NOW)
    assert pilots.outlines(WORKER)
    record = pilots.record(LEAD, reference)
    named = replace(record.pilot, learning="Imaginary Personson was good at it")
    pilots.change(ANALYST, record, named, why="", now=NOW)
    assert pilots.outlines(WORKER) == []
    with pytest.raises(UserError, match="about a person"):
        pilots.publish(LEAD, pilots.record(LEAD, reference), is_public=True, now=NOW)
    assert len(acts(pilots.records, subject=reference)) == 7


def test_each_role_is_held_to_what_the_table_says(pilots: Pilots) -> None:
    reference = approved(pilots, a_pilot())
    record = pilots.record(LEAD, reference)
    with pytest.raises(NotAllowed, match="may read pilots"):
        pilots.all(WORKER)
    with pytest.raises(NotAllowed, match="may record or change pilots"):
        pilots.add_one(WORKER, a_pilot(), now=NOW)
    with pytest.raises(NotAllowed, match="Only a lead may approve"):
        pilots.decide(ANALYST, record, PilotDecision.KEEP, because="x", now=NOW)
    with pytest.raises(NotAllowed, match="may log visits"):
        pilots.log(WORKER, record, [DoseVisit("a", date(2026, 2, 1))], now=NOW)
    with pytest.raises(NotAllowed, match="Only an analyst may judge pilots"):
        pilots.judge(LEAD, record, None, now=NOW)  # type: ignore[arg-type]


def test_nobody_approves_by_a_file(pilots: Pilots) -> None:
    pilot = replace(a_pilot(), state="decided", decision="keep", is_public=True)
    text = to_json([])
    assert read_json(text) == []
    reference = pilots.add_one(ANALYST, pilot, now=NOW)
    assert pilots.record(LEAD, reference).pilot.state == "draft"
    assert pilots.outlines(WORKER) == []


def test_visits_are_kept_once_and_only_of_days_that_were(pilots: Pilots) -> None:
    record = pilots.record(LEAD, approved(pilots, a_pilot()))
    place = record.pilot.places.area[0]
    visits = [DoseVisit(place, date(2026, 1, 1) + timedelta(days=d), 15, 2) for d in range(30)]
    assert [pilots.log(LEAD, record, visits, now=NOW) for _ in range(2)] == [30, 0]
    account = pilots.dose(LEAD, record, now=NOW)
    assert account.hours == 15 and len(account.months_not_recorded) == 5
    with pytest.raises(UserError, match="outside the days"):
        pilots.log(LEAD, record, [DoseVisit(place, date(2026, 12, 1), 15)], now=NOW)
    assert len(pilots.dose(LEAD, record, now=NOW).by_place) == 7


def test_a_file_comes_back_as_it_was(pilots: Pilots) -> None:
    reference = approved(pilots, a_pilot(co_designers=("Youth panel", "School"), budget=5000.0))
    record = pilots.record(LEAD, reference)
    assert read_json(to_json([record])) == [(record.id, record.pilot)]
    rows = list(csv.reader(io.StringIO(to_csv([record]))))
    ((id, pilot),) = read_sheet_of_pilots(rows, pilots.catalogue, cells_of_text)
    assert id == read_sheet_of_pilots(rows, pilots.catalogue, cells_of_text)[0][0]
    assert pilot == replace(record.pilot, state="draft")
    for broken in ("", "[1]", '{"pilots": [{"pilot": {"name": "a"}}]}', '[{"name": 5}]'):
        with pytest.raises(UserError, match="no list of pilots"):
            read_json(broken)


def busiest(demo: Demo) -> tuple[str, ...]:
    """The hexagons of the busiest place and those that touch it."""
    counted = demo.workspace.counts(by="cell", audience=Audience.ANALYST).frame
    top = counted.sort_values("n").iloc[-1]["cell"]
    return tuple(grid.to_text(grid.with_neighbours(grid.from_text([top]))))


def test_a_recorded_pilot_is_judged_on_the_counts_of_the_store(
    demo: Demo, pilots: Pilots, tmp_path: Path
) -> None:
    pilot = a_pilot(
        places=PilotPlaces(busiest(demo)),
        start=date(2026, 1, 15),
        end=date(2026, 7, 31),
        dose=DosePlan(),
    )
    reference = pilots.add_one(ANALYST, pilot, now=NOW)
    record = pilots.record(ANALYST, reference)
    with pytest.raises(UserError, match="not approved"):
        pilots.judge(ANALYST, record, demo.workspace, now=NOW)
    choice = pilots.compare(ANALYST, record, demo.workspace, now=NOW)
    assert len(choice.cells) == 7
    record_compared = pilots.record(ANALYST, reference)
    prospect = pilots.prospect(ANALYST, record_compared, demo.workspace, now=NOW)
    # Fourteen months before the start are too few for placebo pilots of twelve and six.
    assert prospect.light in list(TrafficLight) and prospect.false_alarms is None
    quick = replace(record_compared.pilot, months_before=6, end=date(2026, 5, 31))
    # Nowhere else does the small demo have a place of so many incidents.
    assert "too few incidents to try" in pilot_prospect(demo.workspace, quick).sentence
    few = PilotPlaces(quick.places.comparison[:1], comparison=quick.places.ring[:1])
    tried = pilot_prospect(demo.workspace, replace(quick, places=few))
    assert tried.false_alarms and tried.false_alarms.placebos > 50
    assert "made-up pilots" in tried.sentence
    # Its approval will give it rings, so that without them it is worked out as with them.
    assert tried == pilot_prospect(demo.workspace, replace(quick, places=with_rings(few)))
    with pytest.raises(NotAllowed):
        pilots.prospect(LEAD, record_compared, demo.workspace, now=NOW)
    short = replace(record_compared.pilot, end=record_compared.pilot.start + timedelta(days=9))
    with pytest.raises(UserError, match="no whole month"):
        pilot_prospect(demo.workspace, short)
    # What was worked out stays with the plan through the approval; a lead reads no number of it.
    power = pilots.record(ANALYST, reference).pilot.power
    assert power and power.sentence == prospect.sentence
    seen = pilots.record(LEAD, reference)
    assert seen.pilot.power and seen.pilot.power.sentence == power.without_numbers.sentence
    assert not any(
        v.pilot.power
        and any(
            n.isdigit() for n in v.pilot.power.sentence.replace("30%", "").replace("8 of 10", "")
        )
        for v in pilots.history(LEAD, seen)
    )
    pilots.approve(LEAD, seen, now=NOW)
    record = pilots.record(ANALYST, reference)
    assert record.pilot.power == power
    look = pilots.judge(ANALYST, record, demo.workspace, now=NOW)
    # The month of the start is neither before nor after.
    assert (look.months_before, look.months_after) == (12, 6)
    assert (look.first, look.last) == (date(2025, 1, 1), date(2026, 7, 1))
    areas = [grid.from_text(cells) for cells in record.pilot.places.groups]
    for (before, after), cells in zip(look.counts, areas, strict=True):
        for n, (first, last) in ((before, ("2025-01", "2025-12")), (after, ("2026-02", "2026-07"))):
            selection = demo.workspace.select(first=first, last=last)
            table = demo.workspace.counts(selection, by="cell", audience=Audience.ANALYST).frame
            held = np.isin(grid.from_text(table["cell"].tolist()), cells)
            assert n == table.loc[held, "n"].sum()
    assert look.verdict in list(Verdict) and "Whole months" in look.sentence
    assert "How much such counts vary was" in look.sentence
    assert "approved after it had started" in look.sentence
    assert "Nobody worked out before the start" in look.sentence
    # The course ends where the verdict stands; harm needs offence codes, and says so.
    assert len(look.course) == 6
    (t0, t1), (c0, c1) = look.counts[:2]
    assert look.course[-1].difference == pytest.approx((t1 - c1) - (t0 - c0) / 2)
    assert "Harm weights are refused for data of grade D" in look.harm
    assert pilots.looks(LEAD, record)[0].look.course == ()
    assert pilots.looks(LEAD, record)[0].look.harm == ""
    # The same months again are the same look, kept once.
    again = pilots.judge(ANALYST, record, demo.workspace, now=NOW)
    assert again == look and len(pilots.looks(LEAD, record)) == 1
    with pytest.raises(UserError, match="no whole month of the pilot yet"):
        later = a_pilot(start=date(2026, 10, 2), end=date(2027, 10, 1))
        second = pilots.record(LEAD, approved(pilots, later))
        pilots.judge(ANALYST, second, demo.workspace, now=NOW)


def run(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> Any:
    with pytest.raises(SystemExit) as end:
        main([*map(str, arguments)])
    out, err = capsys.readouterr()
    assert end.value.code in ((0, None) if code == 0 else (code,)), err
    return json.loads(out) if "--json" in arguments else out + err


def test_the_commands_from_a_sheet_to_a_verdict(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))
    monkeypatch.setenv("VRP_STORE", str(demo.settings.store))
    sheet = tmp_path / "pilots.csv"
    cells = " ".join(busiest(demo))
    sheet.write_text(
        "Pilot,Hexagons,Start date,End date,Lead,Theory of change,Planned place-days\n"
        f"Made-up patrols,{cells},01/01/2026,30/06/2026,Council,Presence calms,100\n"
        f"Next door,{cells},01/02/2026,30/06/2026,Council,Presence calms,100\n"
    )
    said = run(capsys, "pilots", "import", sheet, "--json")
    assert len(said["saved"]) == said["new"] == 2
    assert run(capsys, "pilots", "import", sheet, "--json")["new"] == 0
    first = run(capsys, "pilots", "list", "--json")["pilots"][0]["reference"]
    assert run(capsys, "pilots", "compare", first, "--json")["hexagons"] == 7
    assert "is approved" in run(capsys, "pilots", "approve", first)
    found = run(capsys, "pilots", "verdict", first, "--json")
    assert found["verdict"] in list(Verdict) and len(found["counts"]) == 4
    every = run(capsys, "pilots", "verdict", "--json")["verdicts"]
    assert every[1]["verdict"] is None and "not approved" in every[1]["sentence"]
    visits = tmp_path / "visits.csv"
    place = busiest(demo)[0]
    visits.write_text(f"Place,Date,Minutes,Staff\n{place},05/01/2026,15,2\n")
    assert run(capsys, "pilots", "log", first, visits, "--json")["added"] == 1
    dose = run(capsys, "pilots", "dose", first, "--json")
    assert dose["hours"] == 0.5 and "Not recorded: February 2026" in dose["sentence"]
    why = ("--because", "It cannot be told")
    assert "cannot know" in run(capsys, "pilots", "decide", first, "cannot-know", *why)
    assert "Made-up patrols" in run(capsys, "pilots", "export", "--format", "csv")
    assert "signed off" in run(capsys, "pilots", "sign-off", first)
    assert "Nobody reads it yet" in run(capsys, "pilots", "story", first)
    assert run(capsys, "pilots", "story", first, "--sign", "--json")["is_out"]
    assert f"/pilot/{first}/story" in run(capsys, "pilots", "story", first)
    assert not run(capsys, "pilots", "story", first, "--take-back", "--json")["is_out"]
    assert "taken back" in run(capsys, "pilots", "sign-off", first, "--take-back")
    assert "no such pilot" in run(capsys, "pilots", "verdict", "P1999-01", code=2)


def test_a_plan_by_osara_is_kept_changed_and_closed_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))
    file = tmp_path / "plan.json"

    def keep(plain: object, code: int = 0) -> Any:
        file.write_text(json.dumps(plain))
        return run(capsys, "pilots", "plan", file, code=code)

    assert "Saved O" in keep({"title": "Evenings", "cells": [MIDDLE]})
    (one,) = run(capsys, "pilots", "plans", "--json")["plans"]
    assert (one["title"], one["version"]) == ("Evenings", 1)
    assert "has no objective" in keep(one | {"is_closed": True}, code=2)
    done = {"objective": "Fewer", "assessment": "We cannot know", "assessed_on": "2026-05-31"}
    assert "(closed)" in keep(one | done | {"is_closed": True})
    assert "Someone else changed" in keep(one, code=2)
    assert "no field objektive" in keep(one | {"objektive": "Fewer"}, code=2)
    assert "is no plan" in keep([1, 2], code=2)
    assert "no such plan" in keep(one | {"reference": "O1999-01"}, code=2).lower()


def test_who_sees_no_exact_number_is_told_none_that_rests_on_few(pilots: Pilots) -> None:
    """A lead reads a verdict; with a count under k behind it, the verdict alone."""
    reference = approved(pilots, a_pilot())
    record = pilots.record(LEAD, reference)
    k = pilots.settings.partner_k
    for few in (k, k - 1):
        look = PilotLook(
            verdict="not shown",
            sentence=f"Not shown: -{few} incidents.",
            first=date(2025, 1, 1),
            last=date(2026, 1, 1),
            months_before=12,
            months_after=1,
            counts=((40, 38), (50, few)),
            dispersion=1.5,
            wdd=-3.0,
        )
        keep_look(pilots.records, record, look, who="analyst", now=NOW).result()
    exact = [one.look for one in pilots.looks(ANALYST, record)]
    assert [one.counts[1][1] for one in exact] == [k, k - 1]
    enough, few_of_them = (one.look for one in pilots.looks(LEAD, record))
    assert (enough.sentence, enough.wdd, enough.counts) == (exact[0].sentence, -3.0, ())
    assert few_of_them.sentence == "Not shown. A count behind it is too small to show."
    assert (few_of_them.wdd, few_of_them.counts) == (None, ())
    assert pilots.latest_looks(LEAD)[record.id] == few_of_them


def test_what_others_will_read_is_looked_through_for_people(pilots: Pilots) -> None:
    reference = approved(pilots, replace(a_pilot(), learning="Mr Example was there every night"))
    pilots.decide(
        LEAD, pilots.record(LEAD, reference), PilotDecision.STOP, because="Too dear", now=NOW
    )
    record = pilots.record(LEAD, reference)
    with pytest.raises(UserError, match=r"looks like something about a person \(a name\)"):
        pilots.publish(LEAD, record, is_public=True, now=NOW)
    assert pilots.outlines(WORKER) == []
    pilots.publish(LEAD, record, is_public=True, now=NOW, past_flags=True)
    assert len(pilots.outlines(WORKER)) == 1
    assert pilots.history(LEAD, pilots.record(LEAD, reference))[-1].act == (
        "signed off, past a flag of a name"
    )


def test_several_pilots_are_drawn_together_of_what_the_reader_may_see(
    demo: Demo, pilots: Pilots
) -> None:
    cells = busiest(demo)
    for number, days in enumerate(((1, 31), (1, 31), (2, 28))):
        plan = a_pilot(
            name=f"Made-up {number}",
            places=PilotPlaces((cells[number],), comparison=tuple(cells[3:])),
            start=date(2026, days[0], 1),
            end=date(2026, 7, 31),
            outcomes=("violence",),
            months_before=6,
        )
        approved(pilots, plan)
    assert pilots.forest(ANALYST) is None
    for record in pilots.all(ANALYST):
        pilots.judge(ANALYST, record, demo.workspace, now=NOW)
    found = pilots.forest(ANALYST)
    assert found is not None and len(found.pilots) == 3
    looks = pilots.latest_looks(ANALYST)
    by_name = {f"{r.reference} {r.pilot.name}": looks[r.id] for r in pilots.all(ANALYST)}
    for row in found.rows:
        look = by_name[str(row["name"])]
        assert (row["verdict"], row["ratio"]) == (look.verdict, look.irr)
        assert row["low"] == look.irr_low
    seen = [look for look in pilots.latest_looks(LEAD).values() if look.irr is not None]
    told = pilots.forest(LEAD)
    assert (len(told.pilots) if told else 0) == (len(seen) if len(seen) > 1 else 0)
    with pytest.raises(NotAllowed, match="may read pilots"):
        pilots.forest(WORKER)


def test_a_plan_is_kept_by_versions_and_looked_through_for_people(pilots: Pilots) -> None:
    plans, id = OsaraPlans(pilots.records), uuid4()
    plan = OsaraPlan("Evenings", cells=(MIDDLE,), objective="Half as many")
    reference = plans.keep(LEAD, id, plan, now=NOW)
    assert reference == "O2026-01" and plans.keep(LEAD, id, plan, now=NOW) == reference
    named = replace(plan, analysis="Spoke to Imaginary Personson")
    with pytest.raises(UserError, match="about a person"):
        plans.keep(LEAD, id, named, after=1, now=NOW)
    plans.keep(LEAD, id, named, after=1, now=NOW, past_flags=True)
    ended = replace(plan, assessment="Fewer", assessed_on=date(2026, 5, 31), is_closed=True)
    plans.keep(ANALYST, id, ended, after=2, now=NOW)
    with pytest.raises(UserError, match="Someone else changed this plan"):
        plans.keep(LEAD, id, plan, after=1, now=NOW)
    plans.reopen(LEAD, plans.record(LEAD, reference), now=NOW)
    history = plans.history(LEAD, plans.record(LEAD, id))
    assert [one.act.partition(",")[0] for one in history] == [
        "made",
        "changed",
        "closed",
        "reopened",
    ]
    assert plans.at(LEAD, [MIDDLE]) and not plans.at(LEAD, [FAR])
    assert acts(pilots.records, subject=reference)[0].act == "plan reopened"
    with pytest.raises(UserError, match="hexagon of the plan is none"):
        plans.keep(LEAD, uuid4(), replace(plan, cells=("zz",)), now=NOW)
    for act in (lambda: plans.all(WORKER), lambda: plans.keep(WORKER, uuid4(), plan, now=NOW)):
        with pytest.raises(NotAllowed, match="may"):
            act()
