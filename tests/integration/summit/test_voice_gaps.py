"""Voices beside recorded violence on the synthetic store: what was planted is found, and nothing
below k comes out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest

from pipelines.demo_pins import draw_summit
from pipelines.demo_summit import _pins, leave_finished_event
from tests.demo_store import demo as demo
from tests.demo_voices import voiced_settings
from vrp_map import grid
from vrp_map.cli import serving
from vrp_map.config import Settings
from vrp_map.disclosure.releases import Release, answers_of, next_release
from vrp_map.errors import UserError
from vrp_map.export import tables as report
from vrp_map.principal import DEMO_PARTNER
from vrp_map.records.engine.database import Records
from vrp_map.statistics.voice_gap import Gap
from vrp_map.summit.event_store import State, all_events, create_event, event_by_code
from vrp_map.summit.pins.pin import Pin
from vrp_map.summit.pins.store import keep_pin, pins_of
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap import map as maps
from vrp_map.summit.voice_gap import released as voice
from vrp_map.summit.voice_gap.gaps import YouthVoice, youth_voice
from vrp_map.summit.wall.store import keep_release, latest_release
from vrp_map.workspace import Workspace, open_workspace

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 12)


@pytest.fixture
def summit(demo: Settings, tmp_path: Path) -> Iterator[Summit]:
    settings = voiced_settings(tmp_path)
    records = Records(settings.records)
    yield Summit(records, settings)
    records.close()


@pytest.fixture
def ws(demo: Settings) -> Workspace:
    return open_workspace(settings=demo).for_principal(DEMO_PARTNER)


def asked(
    ws: Workspace, summit: Summit, *, areas: str | tuple[str, ...] = (), codes: str = "SUMMIT"
) -> YouthVoice:
    chosen = [one for one in voice.heard(summit) if one.event.code in codes.split(",")]
    return youth_voice(
        ws, chosen, ws.select("violence", first="2025-11", last="2026-10", areas=areas)
    )


def second_event(summit: Summit, people: int, *, areas: tuple[str, ...] = ()) -> None:
    """So many people at the first planted fear gap, and five at a place each, let out at once."""
    event = create_event(
        summit.records,
        name="Second (synthetic)",
        place="",
        starts_on=DAY,
        ends_on=DAY,
        now=NOW,
        code="SECOND",
        areas=areas,
    )
    east = [-1.5226] * people + [-1.54 + 0.02 * i for i in range(5)]
    north = [52.4505] * people + [52.41] * 5
    for i, cell in enumerate(grid.to_text(grid.cells_at(east, north, resolution=10))):
        pin = Pin(
            "SECOND", uuid4(), f"synthetic-second-{i:03d}", (cell,), "neighbourhood", "unsafe"
        )
        keep_pin(summit.records, event, pin, now=NOW, most_each=30).result()
    said = answers_of(pins_of(summit.records, event).to_dict("records"), resolution=8)
    keep_release(summit.records, event, next_release(Release(), said, k=5), now=NOW).result()


def test_every_planted_place_is_found(ws: Workspace, summit: Summit) -> None:
    found = asked(ws, summit)
    rows = found.cells.frame.set_index("cell")
    planted = draw_summit(summit.settings).planted
    for place in planted.places:
        row = rows.loc[place.cell]
        if place.kind == "safe":
            assert place.people - row["safe"] in range(5)
            assert pd.isna(row["unsafe"]) and row["gap"] == Gap.FEW, place.name
        elif place.kind == "record only":
            assert (row["gap"], pd.isna(row["unsafe"])) == (Gap.RECORD, True), place.name
        else:
            assert row["gap"] == place.kind, place.name
            # A release is behind by less than k.
            assert place.people - row["unsafe"] in range(5), place.name
    fear = rows[rows["gap"] == Gap.FEAR]
    assert set(fear.index) == {place.cell for place in planted.places if place.kind == "fear only"}
    assert (
        found.sentence
        == "In 6 places in the West Midlands, young people and others feel unsafe where little"
        " violence is recorded."
    )
    assert found.contributors == 160
    assert found.cells.frame["rank"].tolist() == list(range(1, len(rows) + 1))


def test_the_incidents_are_those_that_the_audience_may_see(ws: Workspace, summit: Summit) -> None:
    selection = ws.select("violence", first="2025-11", last="2026-10")
    counts = ws.counts(selection, by="cell", resolution=8, audience="partner").frame.set_index(
        "cell"
    )["n"]
    frame = asked(ws, summit).cells.frame.set_index("cell")
    assert (frame["n"].dropna() == counts.reindex(frame.index).dropna()).all()
    assert set(frame.index[frame["n"].isna()]).isdisjoint(counts.dropna().index)


def test_nothing_below_k_is_in_any_table_or_file(ws: Workspace, summit: Summit) -> None:
    found = asked(ws, summit)
    for table, columns in (
        (found.cells, ("unsafe", "safe", "n")),
        (found.corridors, ("people",)),
        (found.answers, ("people",)),
    ):
        for column in columns:
            numbers = table.frame[column].dropna()
            assert len(numbers) and (numbers >= 5).all(), column
        for kind in (report.to_csv(table), report.to_json(table)):
            assert "contributor" not in kind
    assert all(row["people"] >= 5 for row in report.records(found.corridors))
    released = latest_release(summit.records, event_by_code(summit.records, "SUMMIT"))
    assert {
        row["h"]: row["u"] for row in maps.gap_rows(found.cells) if row["u"] != maps.NOT_RELEASED
    } == {str(cell): f"{n:,}" for cell, n in released.counts["unsafe"].items()}
    assert all(
        f["properties"]["n"] >= 5 for f in maps.corridor_outlines(found.corridors)["features"]
    )


def test_in_an_area_its_own_hexagons_are_compared(ws: Workspace, summit: Summit) -> None:
    found = asked(ws, summit, areas="Coventry")
    assert set(found.cells.frame["lad"].dropna()) == {"Coventry"}
    assert "in Coventry" in found.sentence
    assert found.gaps.tested < asked(ws, summit).gaps.tested
    assert (
        found.answers.frame["people"].tolist() == asked(ws, summit).answers.frame["people"].tolist()
    )


def test_a_person_with_areas_sees_no_other(ws: Workspace, summit: Summit) -> None:
    key = ws.select("violence", areas="Dudley").areas
    found = asked(ws.for_principal(replace(DEMO_PARTNER, areas=key)), summit)
    assert set(found.cells.frame["lad"].dropna()) == {"Dudley"}
    assert set(found.corridors.frame["lad"].dropna()) == {"Dudley"}


def test_events_together_are_added_and_it_is_said(ws: Workspace, summit: Summit) -> None:
    second_event(summit, 7)
    place = draw_summit(summit.settings).planted.places[0]
    alone, both = asked(ws, summit), asked(ws, summit, codes="SUMMIT,SECOND")
    of = [
        frame.set_index("cell").loc[place.cell, "unsafe"]
        for frame in (alone.cells.frame, both.cells.frame)
    ]
    assert of[1] == of[0] + 7
    assert both.contributors == alone.contributors + 12
    assert any("Anyone at two of them counts at each" in line for line in both.card["caveats"])
    assert not any("Several events" in line for line in alone.card["caveats"])


def test_a_hexagon_that_several_events_kept_back_may_have_more(
    ws: Workspace, summit: Summit
) -> None:
    """Four from each event: what is called silent with two events is silent with one."""
    second_event(summit, 7)
    alone, both = asked(ws, summit), asked(ws, summit, codes="SUMMIT,SECOND")
    silent = [
        set(frame.loc[(frame["gap"] == Gap.RECORD) & frame["unsafe"].isna(), "cell"])
        for frame in (alone.cells.frame, both.cells.frame)
    ]
    assert silent[1] <= silent[0]


def test_an_event_of_one_area_is_compared_in_that_area(ws: Workspace, summit: Summit) -> None:
    second_event(summit, 7, areas=("lad:E08000026",))
    assert set(asked(ws, summit, codes="SECOND").cells.frame["lad"].dropna()) == {"Coventry"}
    with pytest.raises(UserError, match="could pin there"):
        asked(ws, summit, codes="SECOND", areas="Dudley")


def test_without_a_release_there_is_nothing_to_show(ws: Workspace, summit: Summit) -> None:
    create_event(
        summit.records, name="New", place="", starts_on=DAY, ends_on=DAY, now=NOW, code="NEW"
    )
    with pytest.raises(UserError, match="Nothing has been released"):
        asked(ws, summit, codes="NEW")


def test_a_larger_k_of_today_holds_for_the_releases_of_yesterday(summit: Summit) -> None:
    strict = Summit(summit.records, replace(summit.settings, wall_k=26))
    (one,) = [one for one in voice.heard(strict) if one.event.code == "SUMMIT"]
    assert min(one.of("unsafe").values()) >= 26
    (usual,) = [one for one in voice.heard(summit) if one.event.code == "SUMMIT"]
    assert min(usual.of("unsafe").values()) < 26


def test_a_wall_that_shows_everybody_does_not_show_staff_everybody(summit: Summit) -> None:
    """Partners never see fewer than partner_k, whatever the wall may."""
    (event,) = [one.event for one in voice.heard(summit)]
    before = latest_release(summit.records, event)
    lonely = Release(
        before.number + 1, 13, dict(before.counts) | {"help": {"police": 2, "cameras": 5}}
    )
    keep_release(summit.records, event, lonely, now=NOW).result()
    (one,) = voice.heard(Summit(summit.records, replace(summit.settings, wall_k=1)))
    assert one.of("help") == {"cameras": 5} and one.release.contributors == 13


def test_hexagons_of_another_size_are_left_out(summit: Summit) -> None:
    (one,) = [one for one in voice.heard(summit) if one.event.code == "SUMMIT"]
    assert one.cells("unsafe", resolution=8) and not one.cells("unsafe", resolution=9)


def test_the_records_are_asked_seldom(summit: Summit, monkeypatch: pytest.MonkeyPatch) -> None:
    first = voice.heard(summit)
    monkeypatch.setattr(
        summit.records, "read", lambda *_: pytest.fail("the records were asked again")
    )
    assert voice.heard(summit, most_age_s=60) == first


def test_the_finished_event_is_left_once_and_closed(demo: Settings, tmp_path: Path) -> None:
    settings = voiced_settings(tmp_path)
    assert leave_finished_event(settings) is False
    records = Records(settings.records)
    try:
        (event,) = all_events(records)
        assert (event.code, event.state, event.free_text) == ("SUMMIT", State.CLOSED, True)
        assert len(pins_of(records, event)) == draw_summit(settings).planted.pins
        assert latest_release(records, event).number == 4
        assert len(records.read("summit/queries/texts_of_event", {"event_id": event.id})) == 36
    finally:
        records.close()


def test_what_was_planted_is_written_down(demo: Settings) -> None:
    written = json.loads((demo.store.parent / "in" / "planted.json").read_text(encoding="utf-8"))
    assert written["summit"] == json.loads(json.dumps(asdict(draw_summit(demo).planted)))


def test_somebody_elses_event_of_that_code_is_left_alone(demo: Settings, tmp_path: Path) -> None:
    settings = replace(demo, records=tmp_path / "records")
    records = Records(settings.records)
    create_event(
        records, name="Our summit", place="", starts_on=DAY, ends_on=DAY, now=NOW, code="SUMMIT"
    )
    records.close()
    with pytest.raises(UserError, match="Another event has the code SUMMIT"):
        leave_finished_event(settings)


def test_the_demo_leaves_both_events_once_and_finishes_one_that_was_stopped(
    demo: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What else it leaves has tests of its own: responses, and test_demo_left.py."""
    left = {name: list[Settings]() for name in ("responses", "pilots")}
    for name, calls in left.items():
        monkeypatch.setattr(f"pipelines.demo_{name}.leave_{name}", calls.append)
    settings = replace(demo, records=tmp_path / "records", places=tmp_path / "places")
    drawn = draw_summit(settings)
    records = Records(settings.records)
    event = create_event(
        records,
        name=drawn.event["name"],
        place="",
        starts_on=drawn.event["day"],
        ends_on=drawn.event["day"],
        now=NOW,
        code="SUMMIT",
    )
    for pin in _pins(records, event, drawn, settings)[:50]:
        keep_pin(records, event, pin, now=NOW, most_each=30).result()
    records.close()
    for _ in range(2):
        said = serving._demo_event(settings, tmp_path / "schools")
        assert left["responses"].pop() == left["pilots"].pop() == settings
        assert "is open. Pin at /pin/DEMO" in said and "Youth voice" in said
    records = Records(settings.records)
    try:
        assert sorted((event.code, event.state) for event in all_events(records)) == [
            ("DEMO", State.OPEN),
            ("SUMMIT", State.CLOSED),
        ]
        assert len(pins_of(records, event)) == drawn.planted.pins
        assert latest_release(records, event).contributors == 160
        assert "in use by another process" in serving._demo_event(settings, tmp_path / "schools")
    finally:
        records.close()
