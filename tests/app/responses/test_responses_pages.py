"""The pages Today and Responses without a browser: what each role sees, and what a button does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from tests.made_up_pilots import FAR, a_pilot, around
from tests.made_up_responses import BIRMINGHAM, WALSALL, a_response
from tests.pages import page_at
from vrp_map.errors import UserError
from vrp_map.pilots.pilot import PilotPlaces
from vrp_map.principal import DEMO, Principal
from vrp_map.responses import ring
from vrp_map.responses.response import ResponsePlace
from vrp_map.responses.service import Responses
from vrp_map.responses.sheets import importing
from vrp_map.responses.store import ResponseChange
from vrp_map.server import this_server
from vrp_map.ui.shared import session
from vrp_map.vocabulary import Role

CELL = "89195d3b183ffff"
WORKER = Principal("worker", frozenset({Role.YOUTH_WORKER}))

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def responses(own_records: None) -> Iterator[Responses]:
    this_server().summit.open()
    place = ResponsePlace("Example Parade", CELL, BIRMINGHAM)
    change = ResponseChange(
        uuid4(), a_response(where=place, summary="A note", tier="gold"), "logged"
    )
    this_server().responses().keep(DEMO, [change], now=session.now()).result()
    yield this_server().responses()
    this_server().summit.close()


def opened(screen: str, **params: str) -> AppTest:
    page = page_at(screen, **params).run()
    assert not page.exception
    return page


def text_of(page: AppTest) -> str:
    html = [element.proto.body for element in page.get("html")]
    return " ".join([*html, *(m.value for m in page.markdown)])


def test_today_lists_what_is_overdue_first(responses: Responses) -> None:
    page = opened("today")
    assert "overdue" in page.title[0].value and "First action" in text_of(page)


def test_today_says_what_else_waits_and_leaves_nothing_empty(responses: Responses) -> None:
    said = text_of(opened("today"))
    assert "No event is planned" in said and "No place waits for an answer" in said
    assert "What changed on the map" in said and "/what-changed" in said
    today = responses.local(session.now()).date()
    soon, later = today + timedelta(days=13), today + timedelta(days=15)
    for name, day in (("Soon <b>", soon), ("Later", later)):
        this_server().summit().create_event(
            WORKER, name=name, place="Town Hall", starts_on=day, ends_on=day, now=session.now()
        )
    said = text_of(opened("today"))
    assert "Soon &lt;b&gt;, Town Hall" in said and "Later" not in said


def test_a_record_is_closed_and_reopened_on_its_page(responses: Responses) -> None:
    reference = responses.all(DEMO)[0].reference
    page = opened("responses", response=reference)
    assert "Example Parade" in text_of(page) and "We cannot tell" in text_of(page)
    page.text_input(key="resp_because").set_value("The work is done")
    next(b for b in page.button if b.label == "Close it").click()
    page.run()
    assert not responses.all(DEMO)[0].response.is_open
    next(b for b in page.button if b.label == "Reopen").click()
    page.run()
    assert responses.all(DEMO)[0].response.is_open
    assert [v.act for v in responses.history(DEMO, responses.all(DEMO)[0])] == [
        "logged",
        "closed",
        "reopened",
    ]


def test_a_pasted_line_is_saved_only_when_the_button_says_so(responses: Responses) -> None:
    page = opened("responses")
    lines = "Robbery with violence,3/10/2026,Example Lane,Police\nknife,soon,Example Lane,Police"
    page.text_area(key="resp_pasted").set_value(lines).run()
    assert "is no date" in text_of(page) and len(responses.all(DEMO)) == 1
    next(b for b in page.button if b.label == "Save 1, leave out 1").click()
    page.run()
    assert len(responses.all(DEMO)) == 2 and "Saved 1" in page.success[0].value


def test_lines_that_could_not_be_saved_are_said_and_stay(
    responses: Responses, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> list[str]:
        raise UserError("Nothing was saved.", hint="Try again in a minute.")

    page = opened("responses")
    line = "Robbery with violence,3/10/2026,Example Lane,Police"
    page.text_area(key="resp_pasted").set_value(line).run()
    monkeypatch.setattr(importing, "save", refuse)
    next(b for b in page.button if b.label.startswith("Save 1")).click()
    page.run()
    assert "Nothing was saved. Try again in a minute." in page.error[0].value
    assert page.text_area(key="resp_pasted").value == line and len(responses.all(DEMO)) == 1


def test_the_list_shows_the_latest_incident_first_and_what_the_filters_leave(
    responses: Responses,
) -> None:
    older = a_response(date(2026, 3, 1), lad=WALSALL, where=ResponsePlace("Mill Walk", "", WALSALL))
    kept = responses.keep(DEMO, [ResponseChange(uuid4(), older, "imported")], now=session.now())
    (later_logged,) = kept.result()
    page = opened("responses")
    said = text_of(page)
    assert said.index("Example Parade") < said.index("Mill Walk")
    page.text_input(key="resp_text").set_value("mil stab").run()
    assert "Mill Walk" in text_of(page) and "Example Parade" not in text_of(page)
    page.text_input(key="resp_text").set_value(later_logged.lower()).run()
    page.selectbox(key="resp_lad").set_value(BIRMINGHAM).run()
    assert "No response fits" in text_of(page)


def test_a_partner_sees_places_and_no_words(
    responses: Responses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_LOCAL_ROLES", "youth-worker")
    page = opened("responses")
    assert page.title[0].value == "Where the partnership responded"
    said = text_of(page)
    assert "Stabbing" in said and "A note" not in said and "Example Parade" not in said
    assert responses.all(DEMO)[0].reference not in said
    assert "may read responses" in str(opened("today").error[0].value)


def test_a_response_is_in_the_hexagons_that_hold_it_and_near_those_beside(
    responses: Responses,
) -> None:
    known = responses.all(DEMO)
    ring_cells = ring.ring_of(CELL)
    assert len(ring_cells) == 7 and ring.inside(known, [CELL]) == known
    beside = next(cell for cell in ring_cells if cell != CELL)
    assert ring.inside(known, [beside]) == []
    assert ring.near(known, beside, within_m=500) == known
    assert ring.near(known, beside, within_m=100) == []


def test_a_response_and_a_pilot_of_one_place_name_each_other(responses: Responses) -> None:
    when = responses.all(DEMO)[0].response.when.first
    pilots, lead = this_server().pilots(), Principal("lead", frozenset({Role.LEAD, Role.ANALYST}))
    known = {}
    for name, end in (("While it happened", when), ("Before", when - timedelta(days=1))):
        places = PilotPlaces(around(CELL), comparison=around(FAR))
        plan = a_pilot(name=name, start=end - timedelta(days=100), end=end, places=places)
        known[name] = pilots.add_one(lead, plan, now=session.now())
    reference = responses.all(DEMO)[0].reference
    # A draft is nobody's pilot yet.
    assert "Pilots here" not in text_of(opened("responses", response=reference))
    for name in known.values():
        pilots.approve(lead, pilots.record(lead, name), now=session.now())
    said = text_of(opened("responses", response=reference))
    assert "This place on the map" in said
    assert known["While it happened"] in said
    assert f"while it ran: 1. <a href='/responses?response={reference}'>" in text_of(
        opened("pilots", pilot=known["While it happened"])
    )
    assert "while it ran: 0." in text_of(opened("pilots", pilot=known["Before"]))
