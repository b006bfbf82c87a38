"""Scenarios: kept as they were worked out, compared, and signed off once, by a lead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.conftest import Demo
from vrp_map.cli.commands import main
from vrp_map.errors import NotAllowed, UserError
from vrp_map.funding.draft import FormulaDraft, formula_text
from vrp_map.funding.from_store import store_values
from vrp_map.funding.report import allocation_report
from vrp_map.funding.scenarios.service import Scenarios
from vrp_map.principal import DEMO, Principal
from vrp_map.records.audit import acts
from vrp_map.records.engine.database import Records
from vrp_map.vocabulary import Role

NOW = datetime(2026, 11, 2, 9)
LEAD = Principal("lead", frozenset({Role.LEAD}))
BY_COUNT = FormulaDraft(weights={"incidents": 1.0}).table
EQUAL = {"family": "equal"}


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    held = Records(tmp_path / "records")
    yield held
    held.close()


def save(records: Records, demo: Demo, name: str, *, who: Principal = LEAD, **other: Any) -> str:
    what: dict[str, Any] = {"table": BY_COUNT, "total": 1_000_000, "id": uuid4()} | other
    ws, table = demo.workspace.for_principal(who), what.pop("table")
    selection = ws.select(["violence"], first="2025-11", last="2026-10")
    return Scenarios(records).save(who, ws, table, name=name, selection=selection, now=NOW, **what)


def test_it_is_kept_as_it_was_worked_out_in_the_partner_view(records: Records, demo: Demo) -> None:
    assert save(records, demo, "By incidents", who=DEMO) == "F2026-01"
    held = Scenarios(records).record(LEAD, "f2026-01").scenario
    ws = demo.workspace
    selection = ws.select(["violence"], first="2025-11", last="2026-10")

    def amounts(audience: str) -> list[int]:
        values = store_values(ws, selection, audience=audience)
        found = allocation_report(BY_COUNT, 1_000_000, lambda: values)
        return [row["pounds"] for row in found.rows]

    saved = [area.pounds for area in held.areas]
    assert saved == amounts("partner") != amounts("analyst")
    assert held.snapshot == ws.snapshot_for("partner").id
    assert held.incidents == "Violence, November 2025 to October 2026"
    assert formula_text(BY_COUNT) == held.formula


def test_a_lead_signs_it_off_once_and_nothing_of_it_changes(records: Records, demo: Demo) -> None:
    service, analyst = Scenarios(records), Principal("analyst", frozenset({Role.ANALYST}))
    save(records, demo, "By incidents", who=analyst)
    before = service.record(LEAD, "F2026-01")
    assert before.state == "a draft" and service.signed(LEAD, list(_amounts(before))) == {}
    with pytest.raises(NotAllowed, match="Only a lead may sign off scenarios"):
        service.sign_off(analyst, "F2026-01", now=NOW)
    assert service.sign_off(LEAD, "F2026-01", now=NOW) == "F2026-01"
    with pytest.raises(UserError, match="may have been signed off meanwhile"):
        service.sign_off(LEAD, "F2026-01", now=NOW)
    after = service.record(LEAD, "F2026-01")
    assert after.state == "signed off by lead on 2 November 2026"
    assert (after.saved_by, after.scenario) == ("analyst", before.scenario)
    assert service.signed(LEAD, list(_amounts(after))) == {"scenario F2026-01": _amounts(after)}
    assert service.signed(LEAD, ["E08000025"]) == {}
    said = [(act.who, act.act, act.subject) for act in acts(records)]
    assert sorted(said) == [
        ("analyst", "allocation saved", "F2026-01"),
        ("lead", "allocation signed off", "F2026-01"),
    ]


def _amounts(record: Any) -> dict[str, int]:
    return {area.code: area.pounds for area in record.scenario.areas}


def test_the_same_one_again_adds_nothing_and_names_of_people_are_refused(
    records: Records, demo: Demo
) -> None:
    one = UUID(int=1)
    assert [save(records, demo, "a", id=one) for _ in range(2)] == ["F2026-01"] * 2
    with pytest.raises(UserError, match="something about a person"):
        save(records, demo, "For Mohammed Khan, 07700 900123")
    for name in ("", "x" * 81):
        with pytest.raises(UserError, match="no name, or a long one"):
            save(records, demo, name)
    assert save(records, demo, "Half Violence, floor for Birmingham East") == "F2026-02"


def test_side_by_side_each_is_set_against_the_first(records: Records, demo: Demo) -> None:
    save(records, demo, "By incidents")
    save(records, demo, "Equal", table=EQUAL, total=700_000)
    found = Scenarios(records).compared(LEAD, ["F2026-02", "F2026-01"])
    first, second = found.rows["Birmingham"]
    assert first == 100_000 and second is not None
    said = " ".join(found.sentences)
    assert f"F2026-01 gives more than F2026-02: Birmingham £{second - first:,}" in said
    assert "The sums shared out differ" in said and "snapshots" not in said
    for wrong in (["F2026-01"], ["F2026-01", "f2026-01"], ["F2026-01", "F2026-09"]):
        with pytest.raises(UserError, match=r"cannot be compared|no scenario"):
            Scenarios(records).compared(LEAD, wrong)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LEAD, Role.ANALYST}))
def test_other_staff_neither_read_nor_save(role: Role, records: Records, demo: Demo) -> None:
    who = Principal("staff", frozenset({role}))
    with pytest.raises(NotAllowed, match="may read grants"):
        Scenarios(records).all(who)
    with pytest.raises(NotAllowed, match="may save scenarios"):
        save(records, demo, "By incidents", who=who)


def test_by_the_command_line(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))
    file = tmp_path / "formula.toml"
    file.write_text(formula_text(BY_COUNT), encoding="utf-8")

    def run(*arguments: object) -> str:
        with pytest.raises(SystemExit) as end:
            main(["funding", *map(str, arguments)])
        assert not end.value.code
        return capsys.readouterr().out

    shared = ["--formula", file, "--total", 1_000_000, "--store", demo.settings.store]
    assert "F2026-" in run("save", *shared, "--name", "By incidents")
    run("save", *shared, "--name", "The same")
    listed = json.loads(run("scenarios", "--json"))
    first, second = (one["reference"] for one in listed)
    assert [one["state"] for one in listed] == ["a draft"] * 2
    assert "signed off" in run("sign", first)
    compared = json.loads(run("scenarios", first, second, "--json"))
    assert compared["sentences"] == [f"{second} gives the same as {first}."]
    assert compared["scenarios"][0]["signed_by"] == "command line"
    assert "signed off by" in run("scenarios") and "Birmingham" in run("scenarios", first, second)
