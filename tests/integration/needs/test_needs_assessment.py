"""The needs assessment of the synthetic store: every number traces, and can be asked again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from tests.demo_store import demo_settings
from tests.demo_voices import voiced_settings
from vrp_map.briefs.sources import RecordSources
from vrp_map.cli.commands import main
from vrp_map.errors import NotAllowed, UserError
from vrp_map.needs.assessment import NeedsAssessment, numbers_in
from vrp_map.needs.files import read_earlier, written_file
from vrp_map.needs.modules.catalogue import MODULES
from vrp_map.needs.service import (
    assessment,
    changed_traces,
    load_table,
    needs_sources,
    refreshed,
)
from vrp_map.needs.sources import NeedsSources
from vrp_map.principal import LOCAL_ANALYST, Principal
from vrp_map.records.engine.database import Records
from vrp_map.responses.desk import responses_of
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import Audience, Role
from vrp_map.workspace import Workspace, open_workspace

NOW = datetime(2026, 11, 29, 9)
PERIOD = {"first": "2025-11", "last": "2026-10"}


@cache
def workspace() -> Workspace:
    return open_workspace(settings=demo_settings())


def sources(audience: Audience, area: str = "Coventry", **more: object) -> NeedsSources:
    ws = workspace()
    selection = ws.select(["violence"], areas=[area], **PERIOD)
    return needs_sources(ws, selection, audience=audience, now=NOW, **more)  # type: ignore[arg-type]


@cache
def whole(audience: Audience) -> NeedsAssessment:
    return assessment(sources(audience))


def text_of(document: NeedsAssessment) -> str:
    return " ".join(w for m in document.modules for b in m.blocks for w in b.words)


@pytest.mark.parametrize("audience", list(Audience))
def test_every_number_has_a_source_that_gives_it_again(audience: Audience) -> None:
    document = whole(audience)
    assert [module.number for module in document.modules] == list(MODULES)
    traces = {trace.id: trace for trace in document.traces}
    blocks = [block for module in document.modules for block in module.blocks]
    shown = [(b.source, n) for b in blocks for n in numbers_in(" ".join(b.words))]
    assert len(shown) > 40
    assert [(id, n) for id, n in shown if n not in numbers_in(traces[id].text)] == []
    assert all(trace.snapshot and trace.protection for trace in traces.values() if trace.rows)
    assert changed_traces(sources(audience), document) == []
    forged = replace(document.modules[2].traces[0], rows=(("Robbery", "1"),))
    changed = replace(document, modules=(replace(document.modules[2], traces=(forged,)),))
    assert changed_traces(sources(audience), changed) == [forged]


@pytest.mark.parametrize(("audience", "step"), [(Audience.PARTNER, 5), (Audience.PUBLIC, 10)])
def test_every_count_is_one_that_the_audience_may_see(audience: Audience, step: int) -> None:
    counts = [
        int(cell.replace(",", ""))
        for trace in whole(audience).traces
        if trace.query in ("kinds", "trend", "hotspots")
        for row in trace.rows
        for cell in row[1:]
        if re.fullmatch(r"[\d,]+", cell)
    ]
    assert len(counts) > 15 and [n for n in counts if n % step] == []


def test_a_module_without_data_says_how_to_load_it() -> None:
    said = text_of(whole(Audience.PARTNER))
    assert "No table of ethnic groups is loaded." in said and "vrp-map needs load" in said
    assert "Days of the week are refused for data of grade D" in said


def test_loaded_tables_fill_their_modules(tmp_path: Path) -> None:
    settings = replace(demo_settings(), needs=tmp_path)
    ws = open_workspace(settings=settings)
    names = ws.reader.area_names
    codes = names.loc[names["type"] == "lsoa", "code"]
    lines = [f"{code},{1 + at % 10}" for at, code in enumerate(codes)]
    (tmp_path / "imd.csv").write_text("\n".join(["code,IMD decile", *lines]), encoding="utf-8")
    with pytest.raises(NotAllowed, match="analyst or a lead"):
        nobody = Principal("n", frozenset({Role.NAVIGATOR}))
        load_table(nobody, settings, tmp_path / "imd.csv", today=NOW.date())
    load_table(LOCAL_ANALYST, settings, tmp_path / "imd.csv", today=NOW.date())
    selection = ws.select(["violence"], areas=["Coventry"], **PERIOD)
    asked = needs_sources(ws, selection, audience=Audience.PUBLIC, now=NOW)
    document = assessment(asked, [2, 12])
    tables = {t.query: t for t in document.traces if ("table", "deprivation") in t.choice}
    assert len(tables["groups"].rows) == 10
    for column in (1, 2):
        shares = [int(row[column].rstrip("%")) for row in tables["equality"].rows]
        assert 97 <= sum(shares) <= 103
    assert "people live in the places that stand out" in text_of(document)


def test_loaded_admissions_are_in_module_three(tmp_path: Path) -> None:
    settings = replace(demo_settings(), needs=tmp_path)
    ws = open_workspace(settings=settings)
    counts = {"X99": 40, "Y04": 90, "Y00": 12, "X93": 2}
    years = ("2022-23", "2023-24", "2024-25")
    lines = [
        f"E08000026,{y},{c},{n if y == years[0] else 0}" for y in years for c, n in counts.items()
    ]
    file = tmp_path / "admissions.csv"
    file.write_text("\n".join(["area,year,cause,admissions", *lines]), encoding="utf-8")
    load_table(LOCAL_ANALYST, settings, file, today=NOW.date())
    selection = ws.select(["violence"], areas=["Coventry"], **PERIOD)
    asked = needs_sources(ws, selection, audience=Audience.PUBLIC, now=NOW)
    document = assessment(asked, [3])
    trace = next(one for one in document.traces if one.query == "admissions")
    shown = {row[0]: row[1:] for row in trace.rows}
    assert shown["firearm"] == shown["blunt object"] == ("hidden", "", "")
    assert shown["corrosive substance"] == ("0", "", "") and shown["all assaults"][0] == "144"
    count, rate, _ = shown["sharp object"]
    assert count == "40" and float(rate) == pytest.approx(40 / 3 / 369_026 * 1e5, abs=0.05)
    assert changed_traces(asked, document) == []


def test_a_module_is_refreshed_alone_and_only_for_its_area_and_audience() -> None:
    old = whole(Audience.PARTNER).with_words({3: ("Ours.",), 4: ("Also ours.",)})
    later = replace(sources(Audience.PARTNER), now=datetime(2026, 12, 1))
    both = refreshed(old, assessment(later, [3]))
    made = {module.number: module.made.day for module in both.modules}
    assert made[3] == 1 and made[4] == 29
    assert [m.words for m in both.modules[2:4]] == [("Ours.",), ("Also ours.",)]
    with pytest.raises(UserError, match="another audience"):
        refreshed(old, whole(Audience.PUBLIC))
    with pytest.raises(UserError, match="about Coventry, not Walsall"):
        refreshed(old, assessment(sources(Audience.PARTNER, "Walsall"), [1]))


def test_only_one_local_authority_that_the_person_may_see() -> None:
    ws = workspace()
    who = Principal("navigator", frozenset({Role.NAVIGATOR}), areas=("lad:E08000026",))
    mine = ws.for_principal(who)
    with pytest.raises(NotAllowed, match="area"):
        needs_sources(mine, ws.select(areas=["Dudley"]), audience="partner", now=NOW)
    with pytest.raises(NotAllowed, match="analyst"):
        needs_sources(mine, ws.select(areas=["Coventry"]), audience="analyst", now=NOW)
    for areas in ([], ["Coventry", "Dudley"], ["npu:Coventry"]):
        with pytest.raises(UserError, match="one local authority"):
            needs_sources(ws, ws.select(areas=areas), audience="partner", now=NOW)


def test_records_give_what_was_released_and_the_public_sees_less(tmp_path: Path) -> None:
    settings = voiced_settings(tmp_path)
    records = Records(settings.records)
    try:
        kept = RecordSources(
            responses=lambda: responses_of(records, settings),
            summit=lambda: Summit(records, settings),
        )
        found = {
            audience: assessment(sources(audience, "Birmingham", records=kept), [8, 9, 10]).traces
            for audience in (Audience.PARTNER, Audience.PUBLIC)
        }
    finally:
        records.close()
    voices = {a: t[0] for a, t in found.items()}
    for audience, least in ((Audience.PARTNER, 5), (Audience.PUBLIC, 10)):
        people = [int(c) for row in voices[audience].rows for c in row[1:] if c.isdigit()]
        assert people and min(people) >= least
        assert {row[1] for t in found[audience] if t.query == "quarters" for row in t.rows} == {
            "few, or none"
        }


@pytest.mark.parametrize("name", ["needs.html", "needs.docx"])
def test_the_commands_make_refresh_and_check(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))
    monkeypatch.setenv("VRP_NEEDS", str(tmp_path / "needs"))
    store, file = ["--store", str(demo_settings().store)], tmp_path / name

    def run(*words: str) -> object:
        with pytest.raises(SystemExit) as ended:
            main(["needs", *words, *store])
        return ended.value.code

    assert not run("assess", "--area", "Walsall", "--module", "1", "--module", "3", "-o", str(file))
    document = read_earlier(file).document.with_words({3: ("We doubt May.",)})
    file.write_bytes(written_file(document, file.suffix))
    assert not run("assess", "--refresh", str(file), "-o", str(file))
    again = read_earlier(file).document
    assert [m.number for m in again.modules] == [1, 3]
    assert again.modules[1].words == ("We doubt May.",)
    assert not run("check", str(file))
    assert "0 changed" in capsys.readouterr().out
    assert run("assess", "--area", "Walsall", "--module", "14", "-o", str(file)) == 2
    assert run("assess", "--area", "Dudley", "--refresh", str(file), "-o", str(file)) == 2
