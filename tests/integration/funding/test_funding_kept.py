"""Money by the command line: grants are kept once, and a formula counts from the store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.demo_grants import leave_grants
from tests.integration.conftest import Demo
from vrp_map.cli.commands import main
from vrp_map.common.sheets import read_file
from vrp_map.errors import NotAllowed, UserError
from vrp_map.funding.draft import allocations_kept
from vrp_map.funding.service import Funding, summed
from vrp_map.funding.sheet import column_of, read_grants
from vrp_map.principal import Principal
from vrp_map.records.audit import acts
from vrp_map.records.engine.database import Records
from vrp_map.vocabulary import Role

NOW = datetime(2026, 11, 2, 9)
LEAD = Principal("lead", frozenset({Role.LEAD}))
ROWS = [
    ["Stream", "Year", "Body", "Purpose", "Amount", "Area"],
    ["Fund", "2021-22", "", "Mentors", 40_000, "Birmingham East; Birmingham West"],
    ["Fund", "2021-22", "", "Mentors", 40_000, "Birmingham East; Birmingham West"],
    ["Fund", "2021-22", "", "Total", 100_000, ""],
]


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    with pytest.raises(SystemExit) as end:
        main([*map(str, arguments), "--json"])
    out, _ = capsys.readouterr()
    assert end.value.code in (0, None)
    return json.loads(out)


def test_a_sheet_is_kept_once_and_every_act_is_in_the_audit(tmp_path: Path) -> None:
    records = Records(tmp_path)
    funding = Funding(records)
    added = [funding.keep(LEAD, read_grants(ROWS), name="a.csv", now=NOW) for _ in range(2)]
    assert [(one.added, one.changed) for one in added] == [(2, 0), (0, 0)]
    assert [(act.who, act.act, act.subject) for act in acts(records)] == [
        ("lead", "grants imported: 2", "a.csv")
    ]
    assert funding.differing(LEAD) == [
        "a.csv, line 4: the total of Fund is stated as £100,000; its lines add up to £80,000."
        " The difference is £20,000."
    ]
    records.close()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LEAD}))
def test_only_a_lead_imports(role: Role, tmp_path: Path) -> None:
    records = Records(tmp_path)
    who = Principal("somebody", frozenset({role}))
    with pytest.raises(NotAllowed, match="Only a lead may import or change grants"):
        Funding(records).keep(who, read_grants(ROWS), name="a.csv", now=NOW)
    if role is not Role.ANALYST:
        with pytest.raises(NotAllowed, match="Only an analyst or a lead may read grants"):
            Funding(records).all(who)
    records.close()


def test_import_and_list_by_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))
    file = tmp_path / "grants.csv"
    file.write_text("\n".join(",".join(map(str, row)) for row in ROWS), encoding="utf-8")
    assert run(capsys, "funding", "import", file, "--preview")["added"] == 0
    said = run(capsys, "funding", "import", file)
    assert (said["grants"], said["added"], said["left_out"]) == (2, 2, [])
    assert said["totals"] == [
        {"line": 4, "of": "Fund", "stated": 100000.0, "sum": 80000.0, "difference": 20000.0}
    ]
    listed = run(capsys, "funding", "list", "--by", "area")
    assert [grant["areas"]["Birmingham East"] for grant in listed["grants"]] == [20000.0] * 2
    assert len(listed["totals_that_differ"]) == 1


def test_a_formula_counts_from_the_store_as_its_audience_may_see_it(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "formula.toml"
    file.write_text('[[factor]]\nname = "Violence"\nsource = "incidents"\n', encoding="utf-8")
    asked = ["funding", "allocate", "--formula", file, "--total", 1_500_000]
    said = run(capsys, *asked, "--store", demo.settings.store)
    counts = demo.workspace.counts(by="lad").frame.set_index("code")["n"]
    shares = (counts / counts.sum()).to_dict()
    assert {a["area"]: a["share"] for a in said["areas"]} == pytest.approx(shares, abs=1e-6)
    assert sum(area["pounds"] for area in said["areas"]) == 1_500_000
    assert all(area["low"] < area["pounds"] < area["high"] for area in said["areas"])
    # One incident in 5 stands for 5, and varies 5 times as much.
    assert said["dispersion"] == 5
    exact = run(capsys, *asked, "--store", demo.settings.store, "--audience", "analyst")
    assert exact["dispersion"] == 1
    warned = [sentence for sentence in exact["sentences"] if "rest on exact counts" in sentence]
    assert warned and "exact counts" not in " ".join(said["sentences"])


def test_the_demo_holds_the_published_grants_once_with_what_does_not_add_up(
    demo: Demo, tmp_path: Path
) -> None:
    settings = replace(demo.settings, records=tmp_path)
    assert [leave_grants(settings, now=NOW) for _ in range(2)] == [15, 0]
    records = Records(tmp_path)
    funding = Funding(records)
    said = " ".join(funding.differing(LEAD))
    assert said.count("The difference is £271,410") == 2 and "The difference is £82,781" in said
    grants = funding.all(LEAD)
    assert summed(grants, "stream")["Community Safety Fund"] == 3_863_303
    names = demo.workspace.counts(by="lad").frame.set_index("code")["name"].to_dict()
    before = allocations_kept([record.grant for record in grants], names)
    assert list(before) == ["Community Safety Fund 2021-22"]
    assert sum(before["Community Safety Fund 2021-22"].values()) == 1_500_000
    records.close()


def test_a_sheet_with_spend_says_more_of_grants_that_are_there(tmp_path: Path) -> None:
    records = Records(tmp_path)
    funding = Funding(records)
    funding.keep(LEAD, read_grants(ROWS), name="a.csv", now=NOW)
    head, first, second = [*ROWS[0], "Q1"], [*ROWS[1], 9_000], [*ROWS[2], 8_000]
    counts = [
        funding.keep(LEAD, read_grants([head, *rows]), name="b.csv", now=NOW)
        for rows in ([first, second], [first, second], [[*ROWS[1], ""]])
    ]
    assert [(one.added, one.changed) for one in counts] == [(0, 2), (0, 0), (0, 0)]
    # The first sheet again takes nothing away.
    funding.keep(LEAD, read_grants(ROWS), name="a.csv", now=NOW)
    held = funding.all(LEAD)
    assert sorted(record.grant.spent[0] for record in held) == [8_000, 9_000]
    assert sum(record.grant.amount for record in held) == 80_000
    assert "grants imported: 0, changed: 2" in [act.act for act in acts(records)]
    records.close()


def test_what_is_exported_is_read_back_as_the_same_grants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))
    sheet = [
        [*ROWS[0][:5], "Area", "Shares", "Q1", "Q2 plan", "Return due", "State", "Match needed"],
        ["Fund", "2026-27", "=1+1", "Mentors", "1,000.50", "A; B", "75; 25", 9, 8, "31 March 2027"],
        ["Fund", "2026-27", "", "Patrols", 40, "", "", "", "", "", "at risk", 10],
    ]
    records = Records(tmp_path / "records")
    Funding(records).keep(LEAD, read_grants(sheet), name="a.csv", now=NOW)
    before = sorted((record.grant for record in Funding(records).all(LEAD)), key=lambda g: g.amount)
    records.close()
    for name in ("grants.csv", "grants.xlsx"):
        file = tmp_path / name
        with pytest.raises(SystemExit, match="0"):
            main(["funding", "export", "-o", str(file)])
        assert "holds 2 grants" in capsys.readouterr().out
        found = read_grants(read_file(file, is_column=column_of))
        assert not found.left_out and not found.unused
        after = sorted((one.grant for one in found.grants if one.grant), key=lambda g: g.amount)
        assert after == before
    # No program takes the words of a cell for a formula.
    assert "'=1+1" in (tmp_path / "grants.csv").read_text(encoding="utf-8-sig")


def test_a_changed_amount_is_asked_about_and_with_a_reference_is_a_new_version(
    tmp_path: Path,
) -> None:
    head, first, _, _ = ROWS
    funding = Funding(Records(tmp_path))
    funding.keep(LEAD, read_grants([head, first]), name="a.csv", now=NOW)
    later = read_grants([head, [*first[:4], 55_000, first[5]]])
    kept = funding.keep(LEAD, later, name="b.csv", now=NOW)
    assert (kept.added, kept.changed) == (0, 0)
    assert [one.sentence for one in kept.questions] == [
        "Line 2, Mentors, £55,000: is it G0001 (Mentors, £40,000), or another grant?"
    ]
    kept = funding.keep(LEAD, later, name="b.csv", now=NOW, answers={2: "g0001"})
    named = [[*head, "Reference"], [*first[:4], 60_000, first[5], "G0001"]]
    again = funding.keep(LEAD, read_grants(named), name="c.csv", now=NOW)
    assert (kept.changed, again.changed) == (1, 1)
    (record,) = funding.all(LEAD)
    assert (record.reference, record.version, record.grant.amount) == ("G0001", 3, 60_000)
    # Back to an amount that a sheet had before: asked, not passed over.
    assert funding.keep(LEAD, later, name="b.csv", now=NOW).questions
    kept = funding.keep(LEAD, later, name="b.csv", now=NOW, answers={2: "new"})
    assert kept.added == 1
    assert sorted(one.reference for one in funding.all(LEAD)) == ["G0001", "G0002"]
    with pytest.raises(UserError, match="there is no such grant"):
        funding.keep(LEAD, later, name="b.csv", now=NOW, answers={2: "G0009"})
    funding.records.close()


def test_references_that_a_sheet_gives_keep_grants_apart_and_are_taken_up(tmp_path: Path) -> None:
    head, first, _, _ = ROWS
    funding = Funding(Records(tmp_path))
    funding.keep(LEAD, read_grants([head, first]), name="a.csv", now=NOW)
    rows = [[*head, "Grant ref"], [*first, "HO/1"], [*first, "HO/2"], [*first, "ho / 1"]]
    sheet = read_grants(rows)
    assert "Line 2 has the reference ho / 1 too." in sheet.left_out[0].reason
    kept = funding.keep(LEAD, sheet, name="b.csv", now=NOW)
    assert (kept.added, kept.changed, kept.questions) == (1, 1, ())
    assert sorted(one.reference for one in funding.all(LEAD)) == ["HO/1", "HO/2"]
    # A reference that names a wholly different line is asked about, not written over.
    other = [[*head, "Grant ref"], ["Other", "2022-23", "", "Lamps", 9, "Walsall", "HO/1"]]
    (asked,) = funding.keep(LEAD, read_grants(other), name="c.csv", now=NOW).questions
    assert asked.candidates[0].reference == "HO/1"
    funding.records.close()
