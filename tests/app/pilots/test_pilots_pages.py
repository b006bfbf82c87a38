"""The page Pilots without a browser: the list, a record and its steps, and the form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.made_up_pilots import FAR, MIDDLE, a_pilot
from tests.pages import html_of, page_at
from tests.staff_maps import press, send, told
from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.pilots.drawing import area_cells
from vrp_map.pilots.pilot import DosePlan, PilotDecision, PilotPlaces
from vrp_map.pilots.places import candidates
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.sheets.pilots import to_json
from vrp_map.principal import DEMO
from vrp_map.server import this_server
from vrp_map.ui.shared import session

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def pilots(own_records: None) -> Iterator[Pilots]:
    this_server().summit.open()
    yield this_server().pilots()
    this_server().summit.close()


def opened(**params: str) -> AppTest:
    page = page_at("pilots", **params).run()
    assert not page.exception and not page.error
    return page


def click(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click()
    page.run()
    assert not page.exception


def test_a_pilot_goes_from_draft_to_sign_off_on_its_page(pilots: Pilots) -> None:
    places = PilotPlaces((MIDDLE,), comparison=(FAR,))
    pilot = a_pilot(places=places, dose=DosePlan(), budget=5000.0)
    reference = pilots.add_one(DEMO, pilot, now=session.now())
    page = opened()
    assert page.title[0].value == "1 pilot: 1 not judged"
    assert "Made-up patrols" in html_of(page) and "£5,000" in html_of(page)
    page.selectbox(key="pilots_kind").set_value("route").run()
    assert "Made-up patrols" not in html_of(page) and not page.exception
    page = opened(pilot=reference)
    assert "Not judged yet" in html_of(page) and "not recorded" in html_of(page)
    assert "<b>The pilot</b><span>1</span>" in html_of(page)
    assert "<b>Its comparison</b><span>1</span>" in html_of(page)
    click(page, "Approve the plan")
    click(page, "Judge it on the data there are now")
    assert not page.error and "Whole months" in html_of(page)
    assert "How alike is the comparison?" in html_of(page)
    page.toggle(key=f"alike_{reference}").set_value(True).run()
    assert not page.exception and not page.warning
    found = pilots.match(DEMO, pilots.record(DEMO, reference), session.workspace())
    assert found.comparison.sentence in html_of(page) and found.sentence in html_of(page)
    assert found.difference == pilots.looks(DEMO, pilots.record(DEMO, reference))[-1].look.wdd
    click(page, "Decide")
    assert "needs a reason" in page.error[0].value
    page.text_area(key="pilot_why").set_value("It helps")
    click(page, "Decide")
    click(page, "Sign it off for all staff")
    assert "signed off" in html_of(page) and [o.name for o in pilots.outlines(DEMO)] == [pilot.name]


def test_other_staff_see_only_what_was_signed_off(
    pilots: Pilots, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilots.add_one(DEMO, a_pilot(), now=session.now())
    monkeypatch.setenv("VRP_LOCAL_ROLES", "youth-worker")
    settings = replace(this_server().settings(), local_roles="youth-worker")
    monkeypatch.setattr(this_server(), "settings", lambda: settings)
    page = opened()
    assert "No pilot was signed off yet" in page.markdown[0].value
    assert "Made-up patrols" not in html_of(page) and not page.button


def test_a_draft_is_saved_from_typed_hexagons_and_an_area(pilots: Pilots) -> None:
    page = opened(pilot="new")
    page.text_input(key="pilot_name").set_value("Made-up games")
    page.text_area(key="pilot_cells").set_value(MIDDLE).run()
    assert any("Hexagons chosen: 1." in text.value for text in page.markdown)
    wards = page.selectbox(key="pilot_area").options
    page.selectbox(key="pilot_area").set_value(next(w for w in wards if w.startswith("lad:")))
    click(page, "Add its hexagons")
    assert len(page.text_area(key="pilot_cells").value.split()) > 100
    page.text_area(key="pilot_cells").set_value(f"{MIDDLE} {FAR}").run()
    click(page, "Save the draft")
    (record,) = pilots.all(DEMO)
    assert record.pilot.name == "Made-up games" and record.pilot.state == "draft"
    assert record.pilot.places.area == tuple(sorted((MIDDLE, FAR)))
    page.text_area(key="pilot_cells").set_value("elsewhere").run()
    assert "not an H3 cell" in page.error[0].value


def test_hexagons_are_painted_on_the_map_and_no_others(pilots: Pilots) -> None:
    page = opened(pilot="new")
    page.text_area(key="pilot_cells").set_value(MIDDLE).run()
    (beside, *_) = candidates([MIDDLE], rings=1)
    for pressed, cells in (
        (beside, {MIDDLE, beside}),
        ("", {MIDDLE, beside}),
        (MIDDLE, {beside}),
        (MIDDLE, {MIDDLE, beside}),
    ):
        press(page, pressed)
        assert set(page.text_area(key="pilot_cells").value.split()) == cells
    larger, smaller = (
        str(grid.to_text(found)[0])
        for found in (
            grid.parents(grid.from_text([MIDDLE]), resolution=8),
            grid.children(grid.from_text([MIDDLE]), resolution=10),
        )
    )
    last = told(page)["heard"]
    wrong = (FAR, larger, smaller, "x", [beside])
    for sent in ([beside], *({"presses": [[last + n, one]]} for n, one in enumerate(wrong, 1))):
        send(page, "pressed", sent)
        assert not page.exception and not page.error, sent
        assert set(page.text_area(key="pilot_cells").value.split()) == {MIDDLE, beside}, sent
    # A press that comes with a list that cannot be read.
    page.text_area(key="pilot_cells").set_value("elsewhere")
    press(page, beside)
    assert not page.exception and "not an H3 cell" in page.error[0].value


def test_pilots_come_from_a_file_and_go_out_as_one(pilots: Pilots) -> None:
    head = "Pilot,Hexagons,Start date,End date,Lead\n"
    line = f"Made-up patrols,{MIDDLE},01/01/2026,30/06/2026,Council\n"
    page = opened()
    page.file_uploader(key="pilots_file").set_value(("a.csv", b"Nothing,here\n1,2", "text/csv"))
    page.run()
    assert not page.exception and page.error and not pilots.all(DEMO)
    page.file_uploader(key="pilots_file").set_value(("a.csv", (head + line).encode(), "text/csv"))
    page.run()
    assert "Made-up patrols" in html_of(page) and not pilots.all(DEMO)
    click(page, "Save 1 as drafts")
    (record,) = pilots.all(DEMO)
    assert record.pilot.name == "Made-up patrols" and record.pilot.state == "draft"
    assert record.reference in page.success[0].value
    again = to_json([record]).encode()
    page.file_uploader(key="pilots_file").set_value(("a.json", again, "application/json")).run()
    assert any("1 are there already" in one.value for one in page.markdown)
    assert len(pilots.all(DEMO)) == 1 and not page.exception


def test_every_field_of_the_plan_is_written_and_changed_on_the_form(pilots: Pilots) -> None:
    page = opened(pilot="new")
    ward = next(w for w in page.selectbox(key="pilot_area").options if w.startswith("npu:"))
    page.text_input(key="pilot_name").set_value("Made-up games")
    page.selectbox(key="pilot_area").set_value(ward)
    click(page, "Add its hexagons")
    page.text_input(key="pilot_designers").set_value("Youth panel; School council ;")
    page.text_area(key="pilot_effects").set_value("More thefts")
    page.multiselect(key="pilot_outcomes").set_value(["robbery", "violence"])
    page.number_input(key="pilot_months_before").set_value(24)
    page.number_input(key="pilot_headcount").set_value(3)
    page.text_input(key="pilot_fund").set_value("Made-up fund")
    page.text_area(key="pilot_comparison").set_value(FAR)
    click(page, "Save the draft")
    assert not page.error
    (record,) = pilots.all(DEMO)
    pilot = record.pilot
    assert (pilot.co_designers, pilot.side_effects) == (
        ("Youth panel", "School council"),
        "More thefts",
    )
    assert (pilot.outcomes, pilot.months_before) == (("robbery", "violence"), 24)
    assert (pilot.dose.headcount, pilot.fund) == (3, "Made-up fund")
    assert pilot.places.comparison == (FAR,)
    assert f"{pilot.places.drawn_as}:{pilot.places.drawn_from}" == ward
    assert f"hexagons, from: {ward.replace(':', ' ')}" in html_of(opened(pilot=record.reference))
    page = opened(pilot=record.reference, change="1")
    assert page.multiselect(key="pilot_outcomes").value == ["robbery", "violence"]
    click(page, "Save the change")
    assert pilots.record(DEMO, record.reference).pilot == pilot
    page = opened(pilot=record.reference, change="1")
    page.text_area(key="pilot_cells").set_value(MIDDLE).run()
    page.text_area(key="pilot_comparison_ring").set_value("elsewhere")
    click(page, "Save the change")
    assert "not an H3 cell" in page.error[0].value
    page.text_area(key="pilot_comparison_ring").set_value("")
    click(page, "Save the change")
    moved = pilots.record(DEMO, record.reference).pilot.places
    assert (moved.area, moved.drawn_as, moved.drawn_from) == ((MIDDLE,), "hexagons", "")
    assert moved.comparison == (FAR,)


def test_a_draft_is_drawn_from_a_hotspot_and_by_clicks(pilots: Pilots) -> None:
    page = opened(pilot="new", area=f"{MIDDLE},{FAR}")
    assert sorted(page.text_area(key="pilot_cells").value.split()) == sorted((MIDDLE, FAR))
    assert opened(pilot="new", area="elsewhere").text_area(key="pilot_cells").value == ""
    hotspots = [one for one in page.selectbox(key="pilot_area").options if "hotspot:1." in one]
    page.text_area(key="pilot_cells").set_value("").run()
    page.selectbox(key="pilot_area").set_value(hotspots[0])
    click(page, "Add its hexagons")
    found = page.text_area(key="pilot_cells").value.split()
    assert found == list(area_cells(session.workspace(), "hotspot:1"))
    click(page, "Add all that touch them")
    assert set(found) < set(page.text_area(key="pilot_cells").value.split())
    click(page, "Take out the outermost")
    assert set(found) <= set(page.text_area(key="pilot_cells").value.split())
    with pytest.raises(UserError, match="no hotspot '999' now"):
        area_cells(session.workspace(), "hotspot:999")


def test_an_approved_plan_changes_with_a_reason_and_its_visits_are_logged(pilots: Pilots) -> None:
    plan = a_pilot(places=PilotPlaces((MIDDLE,), comparison=(FAR,)))
    reference = pilots.add_one(DEMO, plan, now=session.now())
    page = opened(pilot=reference)
    click(page, "Find a comparison")
    assert not page.error, page.error[0].value
    assert "hexagons to compare with" in page.success[0].value
    click(page, "Approve the plan")
    for _ in range(2):
        page.number_input(key="visit_minutes").set_value(15)
        click(page, "Log it")
    assert page.success[0].value == "Visits saved: 0. Already there: 1."
    assert pilots.dose(DEMO, pilots.record(DEMO, reference), now=session.now()).hours == 0.25
    page = opened(pilot=reference, change="1")
    assert page.text_input(key="pilot_name").value == plan.name
    page.number_input(key="pilot_minutes").set_value(30)
    click(page, "Save the change")
    assert "fixed when the pilot was approved: dose" in page.error[0].value
    page.text_input(key="pilot_form_why").set_value("More people")
    page.number_input(key="pilot_minutes").set_value(30)
    click(page, "Save the change")
    record = pilots.record(DEMO, reference)
    assert record.pilot.dose.minutes == 30 and record.pilot.dose.headcount == 2
    history = pilots.history(DEMO, record)
    assert [v.act for v in history] == ["recorded", "changed", "approved", "amended"]
    assert record.pilot.places.comparison == history[2].pilot.places.comparison


def test_the_page_of_decisions_says_what_each_rests_on(
    pilots: Pilots, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = PilotPlaces((MIDDLE,), comparison=(FAR,))
    reference = pilots.add_one(DEMO, a_pilot(places=places, budget=5000.0), now=session.now())
    pilots.add_one(DEMO, a_pilot(name="A draft", places=places), now=session.now())
    assert "nothing to decide" in opened(pilot="decisions").markdown[0].value
    pilots.approve(DEMO, pilots.record(DEMO, reference), now=session.now())
    page = opened(pilot="decisions")
    assert page.title[0].value == "Keep, change or stop: 1 not decided"
    said = html_of(page)
    assert "£5,000 is its budget" in said and f"pilot {reference}, version 2: budget" in said
    assert "A draft" not in said and "Not judged yet." in said
    pilots.decide(
        DEMO,
        pilots.record(DEMO, reference),
        PilotDecision.CANNOT_KNOW,
        because="Too few <b>incidents</b>",
        now=session.now(),
    )
    page = opened(pilot="decisions")
    assert page.title[0].value == "Keep, change or stop: 1 cannot know"
    assert "Too few &lt;b&gt;incidents" in html_of(page)
    page.selectbox(key="decisions_shown").set_value("keep").run()
    assert reference not in html_of(page)
    monkeypatch.setenv("VRP_LOCAL_ROLES", "youth-worker")
    settings = replace(this_server().settings(), local_roles="youth-worker")
    monkeypatch.setattr(this_server(), "settings", lambda: settings)
    assert reference not in html_of(opened(pilot="decisions"))


def test_a_plan_is_made_for_a_pilot_and_closed_with_its_assessment(pilots: Pilots) -> None:
    reference = pilots.add_one(DEMO, a_pilot(), now=session.now())
    page = opened(pilot=reference)
    assert f"/pilots?plan=new&pilot={reference}" in html_of(page)
    page = opened(plan="new", pilot=reference)
    page.text_input(key="osara_title").set_value("Evenings")
    page.text_area(key="osara_objective").set_value("Half as many")
    click(page, "Save the plan")
    assert page.title[0].value.startswith("O") and "Not answered yet: Community" in html_of(page)
    page.checkbox(key="osara_is_closed").set_value(True)
    click(page, "Save the plan")
    assert "cannot be closed without an assessment" in page.error[0].value
    page.text_area(key="osara_assessment").set_value("We cannot know")
    page.date_input(key="osara_assessed_on").set_value(date(2026, 5, 31))
    click(page, "Save the plan")
    assert page.title[0].value.endswith("closed") and not page.text_area
    click(page, "Reopen the plan")
    assert page.text_area(key="osara_assessment").value == "We cannot know"
    assert "Evenings" in html_of(opened(pilot=reference))
