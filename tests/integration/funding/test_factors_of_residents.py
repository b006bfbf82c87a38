"""Factors beside incidents: who lives there, by tables that were loaded, and firm hotspots."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from tests.integration.conftest import Demo
from vrp_map.analysis.question import Question
from vrp_map.errors import UserError
from vrp_map.funding.draft import FormulaDraft
from vrp_map.funding.from_store import store_values
from vrp_map.funding.need import factors
from vrp_map.funding.report import allocation_report
from vrp_map.residents.places import lsoas_of
from vrp_map.residents.tables import AGES, DECILES, DEPRIVATION, PeopleTable, save_people
from vrp_map.workspace import Workspace

BIRMINGHAM, COVENTRY = "E08000025", "E08000026"


@pytest.fixture
def ws(demo: Demo, tmp_path: Path) -> Workspace:
    """Every small area of Coventry is young and deprived; of any other nobody is."""
    settings = replace(demo.settings, needs=tmp_path)
    ws = replace(demo.workspace, settings=settings)
    there = set(lsoas_of(ws.reader, [f"lad:{COVENTRY}"]))
    everywhere = lsoas_of(ws.reader, [])
    ages = {code: (10.0, 90.0) if code in there else (0.0, 100.0) for code in everywhere}
    first, ninth = (tuple(float(d == at) for d in range(10)) for at in (0, 8))
    deciles = {code: first if code in there else ninth for code in everywhere}
    groups = ("0 to 24", "25 and over")
    today = date(2026, 11, 1)
    save_people(PeopleTable(AGES, groups, ages, "ages.csv", today), tmp_path)
    save_people(PeopleTable(DEPRIVATION, DECILES, deciles, "imd.csv", today), tmp_path)
    return ws


def shares(ws: Workspace, source: str) -> dict[str, float]:
    selection = ws.select(["violence"], first="2025-11", last="2026-10")
    found = allocation_report(
        FormulaDraft(weights={source: 1.0}).table,
        1_000_000,
        lambda: store_values(ws, selection, audience="partner"),
    )
    assert "Not redrawn" in " ".join(found.sentences) or not found.is_redrawn
    return {row["area"]: row["share"] for row in found.rows}


@pytest.mark.parametrize("source", ["young", "deprived"])
def test_money_follows_who_lives_there(ws: Workspace, source: str) -> None:
    assert shares(ws, source)[COVENTRY] == 1.0


def test_firm_hotspots_are_those_of_the_map(ws: Workspace) -> None:
    selection = ws.select(["violence"], first="2025-11", last="2026-10")
    clusters = ws.hotspots(selection, audience="partner").clusters.frame
    firm = clusters[clusters["stability"] == "firm"]
    there = firm.loc[firm["lad"] == "Birmingham", "n"].sum() / firm["n"].sum()
    assert shares(ws, "hotspots")[BIRMINGHAM] == pytest.approx(float(there), abs=1e-6)


def test_voices_are_a_factor_only_where_every_area_was_heard(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    selection = ws.select(["violence"], first="2025-11", last="2026-10")
    names = dict(store_values(ws, selection, audience="partner").names)
    heard = {name: 10 * (at + 1) for at, name in enumerate(names.values())}
    monkeypatch.setattr(factors, "unsafe_by_area", lambda workspace, summit: heard)
    values = store_values(ws, selection, audience="partner", summit=lambda: None)
    found = values.of("voices", list(names)).values
    assert list(found) == list(heard.values())
    del heard["Coventry"]
    with pytest.raises(UserError, match="young people of Coventry were heard"):
        values.of("voices", list(names))
    silent = store_values(ws, selection, audience="partner")
    with pytest.raises(UserError, match="Too few young people of"):
        silent.of("voices", list(names))


def test_harm_is_a_factor_where_offences_are_known(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    selection = ws.select(["violence"], first="2025-11", last="2026-10")
    values = store_values(ws, selection, audience="partner")
    with pytest.raises(UserError, match="Harm weights are refused for data of grade D"):
        values.of("harm", list(values.names))
    asked = []

    def weighed(question: Question) -> SimpleNamespace:
        asked.append(question.selection.areas)
        frame = pd.DataFrame({"harm": [float(len(asked)), 2.0, float("nan")]})
        return SimpleNamespace(table=SimpleNamespace(frame=frame))

    monkeypatch.setattr(factors.harm_weights, "run", weighed)
    found = values.of("harm", list(values.names)).values
    assert sorted(found) == [n + 3.0 for n in range(len(values.names))]
    assert sorted(asked) == sorted((f"lad:{code}",) for code in values.names)


def test_a_table_that_cannot_say_it_is_refused(ws: Workspace, demo: Demo, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No table of ages is loaded"):
        shares(replace(ws, settings=replace(ws.settings, needs=tmp_path / "none")), "young")
    rows = dict.fromkeys(lsoas_of(ws.reader, []), (1.0, 2.0))
    today = date(2026, 11, 1)
    save_people(PeopleTable(AGES, ("0 to 19", "20 to 34"), rows, "a.csv", today), tmp_path)
    with pytest.raises(UserError, match="nobody knows who is under 25"):
        shares(ws, "young")
    few = dict(list(rows.items())[:50])
    save_people(PeopleTable(AGES, ("0 to 24", "25 and over"), few, "a.csv", today), tmp_path)
    with pytest.raises(UserError, match="knows too few LSOAs"):
        shares(ws, "young")
