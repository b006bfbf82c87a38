"""The page Events without a browser: making an event, its buttons, what is asked before, and who
may.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import html_of, page_at
from tests.phones import pin
from vrp_map.disclosure.releases import Release
from vrp_map.permissions import Action
from vrp_map.records.audit import acts
from vrp_map.server import this_server
from vrp_map.summit.event_store import State, all_events, create_event
from vrp_map.summit.pins.store import pins_of
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.store import keep_release
from vrp_map.ui.shared import session


@pytest.fixture(autouse=True)
def summit(served: None, own_records: None) -> Iterator[Summit]:
    this_server().summit.open()
    yield this_server().summit()
    this_server().summit.close()


def made(
    summit: Summit, code: str = "SUM1", *, state: State = State.OPEN, name: str = "Youth Summit"
) -> None:
    day = date(2026, 11, 3)
    create_event(
        summit.records,
        name=name,
        place="Hall",
        starts_on=day,
        ends_on=day,
        now=session.now(),
        code=code,
        state=state,
    )


def opened(**query: str) -> AppTest:
    page = page_at("events", **query).run()
    assert not page.exception
    return page


def pressed(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def state_of(summit: Summit, code: str = "SUM1") -> State:
    return summit.event(code).state


def filled(page: AppTest, **given: str) -> AppTest:
    for name, value in given.items():
        (page.text_area if name == "themes" else page.text_input)(key=f"ef_{name}_0").set_value(
            value
        )
    submit = next(button for button in page.button if button.label == "Make the event")
    submit.click().run()
    assert not page.exception
    return page


def test_with_no_event_the_page_says_what_would_be_here_and_the_first_step() -> None:
    page = opened()
    assert page.title[0].value == "There is no event yet"
    assert "First step:" in page.markdown[0].value and page.expander[0].proto.expanded


def test_an_event_is_made_with_the_usual_themes_and_waits_to_be_opened(summit: Summit) -> None:
    page = filled(opened(), name="Youth Summit", place="Town hall")
    (event,) = all_events(summit.records)
    assert (event.name, event.place, event.areas, event.free_text) == (
        "Youth Summit",
        "Town hall",
        (),
        False,
    )
    assert len(event.themes) == 3 and event.keep_days == 365 and event.state is State.PAUSED
    assert event.code in page.success[0].value and event.code in html_of(page)
    assert page.text_input(key="ef_name_1").value == "", "the next form is empty"
    assert [(act.who, act.act) for act in acts(summit.records)] == [("demo", "event made")]


def test_a_hall_behind_one_address_is_noticed_and_counted_with_one_tick(
    summit: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrp_map.summit.service.check_place", lambda *_: None)
    made(summit)
    for phone in range(7):
        body = json.dumps(pin(phone, event="SUM1")).encode()
        summit.take(body, address="203.0.113.9", now=session.now(), clock=1.0).result()
    page = opened()
    assert any("5 people pinned from an address that more than 2" in w.value for w in page.warning)
    event = summit.event("SUM1")
    assert len(pins_of(summit.records, event)) == 2
    page.checkbox(key="ev_one_address_SUM1_False").check().run()
    assert not page.exception and not any("pinned from" in w.value for w in page.warning)
    assert len(pins_of(summit.records, event)) == 7
    assert acts(summit.records)[0].act == "noted that everyone shares one address"
    page.checkbox(key="ev_one_address_SUM1_True").uncheck().run()
    assert len(pins_of(summit.records, event)) == 2


def test_areas_are_chosen_by_name(summit: Summit) -> None:
    page = opened()
    names = page.multiselect(key="ef_areas_0").options
    assert "Coventry" in names and any(name.endswith("(ward)") for name in names)
    assert names.index("Wolverhampton") == 6, "local authorities first"
    page.multiselect(key="ef_areas_0").set_value(["lad:E08000026"])
    filled(page, name="Coventry session", code="cov1", themes="buses\n\n parks ")
    event = summit.event("COV1")
    assert event.areas == ("lad:E08000026",) and event.themes == ("buses", "parks")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "no name"),
        ({"name": "Second", "code": "sum1"}, "SUM1 is taken"),
        ({"name": "Second", "code": "a b"}, "cannot be a code"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(
    summit: Summit, given: dict[str, str], said: str
) -> None:
    made(summit)
    page = filled(opened(), place="Somewhere", **given)
    assert said in page.error[0].value and len(all_events(summit.records)) == 1
    assert page.text_input(key="ef_place_0").value == "Somewhere"
    assert page.text_input(key="ef_name_0").value == given["name"]
    filled(page, name="Second", code="SUM2")
    assert not page.error and len(all_events(summit.records)) == 2


def test_an_event_is_paused_and_opened_at_once(summit: Summit) -> None:
    made(summit)
    page = opened()
    assert page.title[0].value == "Youth Summit is open"
    page = pressed(page, "ev_paused")
    assert state_of(summit) is State.PAUSED and "No event is open" in page.title[0].value
    pressed(page, "ev_open")
    assert state_of(summit) is State.OPEN
    assert acts(summit.records)[0].act == "event opened" and acts(summit.records)[0].who == "demo"


def test_staff_see_how_many_new_people_came_in_the_last_minute(summit: Summit) -> None:
    made(summit)
    assert any("New people in the last minute: 0." in caption.value for caption in opened().caption)
    page = pressed(opened(), "ev_paused")
    assert not any("New people" in caption.value for caption in page.caption)


def test_closing_and_archiving_are_asked_about_first(summit: Summit) -> None:
    made(summit)
    page = pressed(opened(), "ev_closed")
    assert state_of(summit) is State.OPEN and "Nobody can pin any more" in page.warning[-1].value
    page = pressed(page, "ev_no")
    assert state_of(summit) is State.OPEN and "ev_yes" not in {button.key for button in page.button}
    page = pressed(pressed(page, "ev_closed"), "ev_yes")
    assert state_of(summit) is State.CLOSED
    page = pressed(page, "ev_archived")
    assert (
        "destroys the key of its contributors" in page.warning[-1].value
        and state_of(summit) is State.CLOSED
    )
    page = pressed(page, "ev_yes")
    assert state_of(summit) is State.ARCHIVED
    assert (
        summit.records.read("summit/queries/event_secret", {"event_id": summit.event("SUM1").id})
        == []
    )
    assert not [b for b in page.button if b.key.startswith("ev_")], "nothing more can be done"


def test_somebody_elses_step_is_said_and_not_undone(
    summit: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrp_map.ui.events import page as events

    made(summit)
    page = opened()
    seen = summit.event("SUM1")
    pressed(pressed(page, "ev_closed"), "ev_yes")
    # The page of another person still shows it open.
    monkeypatch.setattr(events, "next_states", lambda _: [State.PAUSED])
    page.run()
    monkeypatch.setattr("vrp_map.summit.event_store._check_step", _as_seen(seen.state))
    pressed(page, "ev_paused")
    assert "closed cannot become paused" in page.error[0].value and state_of(summit) is State.CLOSED


def _as_seen(first: State):  # type: ignore[no-untyped-def]
    """The first check sees what the page saw, the second what is there."""
    from vrp_map.summit import event_store as events

    real, seen = events._check_step, [first]
    return lambda now, wanted: real(seen.pop() if seen else now, wanted)


def test_the_address_chooses_the_event_and_an_unknown_one_is_said(summit: Summit) -> None:
    made(summit, "SUM1", name="First")
    made(summit, "SUM2", name="Second")
    assert opened(event="sum2").selectbox(key="ev_code").value == "SUM2"
    page = opened(event="NOSUCH")
    assert (
        "no event 'NOSUCH'" in page.warning[0].value
        and page.selectbox(key="ev_code").value == "SUM1"
    )


def test_the_list_says_where_everything_is_and_counts_people_only_as_released(
    summit: Summit,
) -> None:
    made(summit, name="Youth <b>Summit</b>")
    page = opened()
    said = html_of(page)
    for where in (
        "/pin/SUM1",
        "/wall/SUM1",
        "/event/SUM1/show",
        "/event/SUM1/poster",
        "/event/SUM1/paper",
    ):
        assert f'href="{where}"' in said
    assert "3 November 2026" in said and "not shown yet" in said and "<b>Summit" not in said
    assert keep_release(
        summit.records, summit.event("SUM1"), Release(1, 1234), now=session.now()
    ).result()
    page.run()
    assert ">1,234<" in html_of(page)


def test_the_page_shows_the_code_and_warns_while_no_phone_can_open_it(
    summit: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(summit)
    page = opened()
    assert "Phones cannot open this address" in page.warning[
        0
    ].value and "data:image/svg+xml" in html_of(page)
    this_server().summit.close()
    monkeypatch.setenv("VRP_PUBLIC_URL", "http://192.168.1.20:8501")
    this_server().summit.open()
    page = opened()
    assert not page.warning and "192.168.1.20:8501/pin/SUM1" in html_of(page)


@pytest.mark.parametrize("screen", ["events", "paper_pins"])
def test_others_are_told_why_not(
    summit: Summit, monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    made(summit)
    monkeypatch.setenv("VRP_LOCAL_ROLES", "navigator,moderator")
    page = page_at(screen).run()
    assert not page.exception and "Only a youth worker may" in page.error[0].value
    assert "SUM1" not in html_of(page) and not page.button
    assert session.shown_to(Action.RUN_EVENTS) == "hidden"


def test_nobody_on_another_computer_sees_it_in_the_navigation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "client_address", lambda: "192.168.1.9")
    assert session.shown_to(Action.RUN_EVENTS) == "hidden"
