"""Comparison cells and placebo pilots on the demo."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.integration.conftest import Demo
from vrp_map import grid
from vrp_map.analysis.comparison_cells import comparison_cells, comparison_match, study_past
from vrp_map.analysis.question import Question
from vrp_map.cli import main
from vrp_map.errors import UserError
from vrp_map.pilots.past import tried_on_the_past
from vrp_map.statistics.power import ExpectedCounts


@pytest.fixture(scope="module")
def question(demo: Demo) -> Question:
    ws = demo.workspace
    return ws.question(ws.select("violence"), resolution=8, audience="analyst")


def test_the_comparison_is_alike_and_away_from_every_pilot(question: Question) -> None:
    past = study_past(question)
    busy = past.cells[np.argsort(-past.counts.sum(axis=1))[2:4]]
    ring = np.setdiff1d(grid.with_neighbours(busy), busy)
    other = past.cells[np.argsort(-past.counts.sum(axis=1))[4:8]]
    found = comparison_cells(question, busy, ring=ring, away_from=other)
    taken = grid.with_neighbours(np.concatenate([busy, ring, other]))
    assert len(found.cells) == 2 and len(found.ring) == len(past.positions(ring))
    assert not np.isin(np.concatenate([found.cells, found.ring]), taken).any()
    apart, elsewhere = ((found.match.balance[c] ** 2).sum() for c in ("apart", "apart_elsewhere"))
    assert apart < elsewhere / 4
    choosing = found.match.months[~found.match.months["is_check"]]
    assert choosing["pilot"].sum() == pytest.approx(choosing["comparison"].sum())
    assert len(choosing) == 16 and len(found.match.months) == 24
    assert "deprivation" in found.match.missing
    assert "Deprivation took no part: not loaded." in found.match.sentence
    assert f"ratio {found.match.check.irr:.2f}" in found.match.sentence
    assert len(comparison_cells(question, busy, each=3).cells) == 6


def test_deprivation_takes_part_where_it_is_given(question: Question) -> None:
    """Planted: two kinds of places. The comparison is of the pilot's kind, and so it is said."""
    past = study_past(question)
    busy = past.cells[np.argsort(-past.counts.sum(axis=1))[2:4]]
    deciles = np.where(np.arange(len(past.cells)) % 2, 9.0, 2.0)
    own = deciles[past.positions(busy)]
    found = comparison_cells(question, busy, more={"deprivation": deciles})
    assert sorted(deciles[past.positions(found.cells)]) == sorted(own)
    assert "deprivation" in list(found.match.balance["feature"]) and not found.match.missing
    assert "took no part: not loaded" not in found.match.sentence


def test_a_comparison_that_somebody_chose_is_measured_too(question: Question) -> None:
    past = study_past(question)
    order = np.argsort(-past.counts.sum(axis=1))
    busy, quiet = past.cells[order[2:4]], past.cells[order[-2:]]
    chosen = comparison_cells(question, busy)
    same = comparison_match(question, busy, chosen.cells)
    assert same.months.equals(chosen.match.months)
    assert (
        abs(comparison_match(question, busy, quiet).balance["apart"]).sum()
        > 5 * abs(same.balance["apart"]).sum()
    )
    with pytest.raises(UserError, match="No hexagon of the pilot"):
        comparison_match(question, busy, np.array([1], dtype=np.uint64))


def test_a_place_that_moved_apart_is_said(question: Question) -> None:
    """The planted hotspot that begins late has no comparison that does the same."""
    past = study_past(question)
    late = past.counts[:, 16:].sum(axis=1) / 8 - past.counts[:, :16].sum(axis=1) / 16
    found = comparison_cells(question, past.cells[[int(np.argmax(late))]])
    assert found.match.check.low > 1
    assert "moved apart" in found.match.sentence and "Do not judge" in found.match.sentence


def test_what_cannot_be_compared_is_refused(demo: Demo, question: Question) -> None:
    with pytest.raises(UserError, match="No hexagon of the pilot"):
        comparison_cells(question, np.array([1], dtype=np.uint64))
    with pytest.raises(UserError, match="Only analysts can see what a pilot is compared with"):
        study_past(demo.workspace.question(resolution=8, audience="partner"))
    short = demo.workspace.select("violence", first="2026-08", last="2026-10")
    with pytest.raises(UserError, match="3 months without a gap"):
        study_past(demo.workspace.question(short, resolution=8, audience="analyst"))


def test_a_plan_is_tried_on_the_past(question: Question) -> None:
    plan = ExpectedCounts((20.0, 20.0), 12, 6)
    varied, alarms = tried_on_the_past(question, plan, draws=60)
    assert alarms.placebos == 60 and varied.dispersion >= 1
    assert alarms.working + alarms.worse <= 8
    busiest = study_past(question)
    nothing_left, none = tried_on_the_past(question, plan, away_from=busiest.cells, draws=5)
    assert none.placebos == 0 and nothing_left.dispersion == 1


def test_by_command(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    words = "pilots power --expected 20 --months-after 6 --placebos 30 --resolution 8 --json"
    with pytest.raises(SystemExit, match="0"):
        main([*words.split(), "--store", str(demo.settings.store)])
    answer = json.loads(capsys.readouterr().out)
    assert answer["placebos"]["placebos"] == 30
    assert "on 30 made-up pilots" in answer["sentence"]
