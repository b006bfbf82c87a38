"""The section "Repairs to pass on": who sees it, when, and that its numbers tell no more than
they may.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import h3
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.summit.test_replies_page import opened
from tests.demo_voices import voiced as voiced
from tests.pages import html_of
from tests.phones import START, WALL_CELLS, Clock, again, an_event, pin, send
from tests.unit.summit.test_thing_places import names
from vrp_map.errors import NotAllowed, UserError
from vrp_map.principal import DEMO, Principal
from vrp_map.records.audit import Act, acts
from vrp_map.server import this_server
from vrp_map.summit.cell_names import cell_names
from vrp_map.summit.event_store import Event, State, change_state, create_event
from vrp_map.summit.follow_up import repairs
from vrp_map.summit.follow_up.repairs import RepairReport, list_repairs
from vrp_map.summit.pins.store import pins_of
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import Role

HERE, THERE = (h3.cell_to_center_child(cell, 10) for cell in WALL_CELLS[:2])
NEXT = sorted(set(h3.grid_disk(HERE, 1)) - {HERE})[0]


@pytest.fixture
def summit(served: None, own_records: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Summit]:
    monkeypatch.setenv("VRP_PINS_A_MINUTE_ADDRESS", "100000")
    this_server().summit.open()
    made = names(("Corporation Street", HERE), ("=Odd Lane", THERE))
    this_server().summit().names = lambda _: made
    yield this_server().summit()
    this_server().summit.close()


def close(summit: Summit, event: Event) -> Event:
    change_state(summit.records, again(summit, event), State.CLOSED, now=START).result()
    return again(summit, event)


def said(
    phone: int, number: int = 0, thing: str | None = "light", place: str | None = None, **more: Any
) -> Any:
    return pin(phone, number, thing=thing, thing_place=place, **more)


def closed_event(summit: Summit, *pins: Any) -> Event:
    """A closed event of twelve people, who said this besides."""
    event = an_event(summit)
    send(summit, Clock(), *(pin(phone, 9) for phone in range(12)), *pins)
    return close(summit, event)


def rows(summit: Summit, event: Event) -> list[RepairReport]:
    return list_repairs(summit, DEMO, event)


def around(summit: Summit, at: int = 0) -> str:
    return cell_names([WALL_CELLS[at]], summit)[WALL_CELLS[at]]


def told(page: AppTest) -> str:
    return " ".join(element.value for element in [*page.info, *page.markdown])


def column(page: AppTest, name: str) -> list[str]:
    return re.findall(rf'data-label="{name}">([^<]*)<', html_of(page))


def test_the_list_counts_people_by_thing_and_place(summit: Summit) -> None:
    street = "Corporation Street"
    event = closed_event(
        summit,
        *(said(phone, place=street) for phone in range(5)),
        said(5, place=street, cells=[NEXT]),  # from the hexagon beside it
        said(0, 1, place=street),
        said(0, 2, place=street),  # the same person again
        *(said(phone, 3) for phone in range(4)),
        said(7, 1, thing="shelter", wall_cell=WALL_CELLS[1]),
        said(8, 1, thing=None),
    )
    assert rows(summit, event) == [
        RepairReport("A street light", street, "6"),
        RepairReport("A bus or tram shelter", around(summit, 1), "fewer than 5"),
        RepairReport("A street light", around(summit), "fewer than 5"),
    ]


def test_the_few_stand_in_the_order_of_their_words_not_of_their_numbers(summit: Summit) -> None:
    event = closed_event(
        summit,
        said(0, 1, thing="camera"),
        *(said(phone, 2, thing="path") for phone in range(4)),
        *(said(phone, 3, thing="fence") for phone in range(2)),
    )
    assert [one.thing for one in rows(summit, event)] == [
        "A camera",
        "A fence, gate or wall",
        "A path or pavement",
    ]
    assert {one.people for one in rows(summit, event)} == {"fewer than 5"}


def test_the_smallest_number_is_that_of_the_settings(summit: Summit) -> None:
    event = closed_event(summit, *(said(phone, place="Corporation Street") for phone in range(6)))
    summit.settings = replace(summit.settings, partner_k=6)
    assert [one.people for one in rows(summit, event)] == ["6"]
    summit.settings = replace(summit.settings, wall_k=7)
    with pytest.raises(UserError, match="Fewer than 14 people pinned"):
        rows(summit, event)


def test_a_journey_through_several_hexagons_says_nothing_of_where(summit: Summit) -> None:
    event = closed_event(
        summit,
        said(0, cells=[HERE, THERE]),
        said(1, cells=[HERE, THERE], place="Corporation Street"),
    )
    assert [one.place for one in rows(summit, event)] == [
        "Corporation Street",
        repairs.ON_A_JOURNEY,
    ]


def test_pins_taken_back_do_not_count(summit: Summit) -> None:
    event = an_event(summit)
    clock = Clock()
    codes = send(summit, clock, *(pin(phone, 9) for phone in range(12)))
    taken = send(summit, clock, said(0, place="Corporation Street"), said(1, 1))
    assert summit.take_back(taken[0], address="", clock=clock.clock()).result() and len(codes) == 12
    event = close(summit, event)
    assert rows(summit, event) == [RepairReport("A street light", around(summit), "fewer than 5")]


def test_two_streets_of_one_name_are_two_and_a_name_that_is_gone_stays_as_it_was(
    summit: Summit,
) -> None:
    event = closed_event(summit, said(0, place="Corporation Street"))
    none = names(("Another Street", THERE))
    summit.names = lambda _: none
    assert rows(summit, event)[0].place == f"Corporation Street, {around(summit)}"


@pytest.mark.parametrize("roles", [{Role.LEAD}, {Role.SAFEGUARDING}, set()])
def test_others_may_not_see_it(summit: Summit, roles: set[Role]) -> None:
    event = closed_event(summit, said(0))
    with pytest.raises(NotAllowed, match="Only a youth worker or a moderator"):
        list_repairs(summit, Principal("x", frozenset(roles), DEMO.audience), event)


@pytest.mark.parametrize("role", [Role.YOUTH_WORKER, Role.MODERATOR])
def test_these_may(summit: Summit, role: Role) -> None:
    event = closed_event(summit, said(0))
    assert list_repairs(summit, Principal("x", frozenset({role}), DEMO.audience), event)


def test_nobody_can_watch_it_grow(summit: Summit) -> None:
    event = an_event(summit)
    send(summit, Clock(), *(pin(phone, 9) for phone in range(12)), said(0))
    for state in (State.OPEN, State.PAUSED):
        if state is State.PAUSED:
            change_state(summit.records, event, state, now=START).result()
        with pytest.raises(UserError, match="not closed yet"):
            rows(summit, again(summit, event))
    assert rows(summit, close(summit, event))


def test_nine_people_are_too_few(summit: Summit) -> None:
    event = an_event(summit)
    send(
        summit,
        Clock(),
        *(said(phone, n, place="Corporation Street") for phone in range(9) for n in range(2)),
    )
    with pytest.raises(UserError, match="Fewer than 10 people pinned"):
        rows(summit, close(summit, event))


def test_the_file_is_safe_and_holds_words_only(summit: Summit) -> None:
    event = closed_event(summit, said(0, place="=Odd Lane", wall_cell=WALL_CELLS[1]), said(1))
    made = repairs.to_csv(event, rows(summit, event))
    head, *lines = csv.reader(io.StringIO(made))
    assert head == ["event", "broken", "where", "people"]
    assert {line[2] for line in lines} == {"'=Odd Lane", around(summit)}
    assert {line[3] for line in lines} == {"fewer than 5"}
    assert not re.search(r"unsafe|lighting|phone-|young|8a195", made)


def test_who_takes_the_list_is_in_the_audit_and_who_may_not_gets_none(summit: Summit) -> None:
    event = closed_event(summit, said(0))
    found, now = rows(summit, event), Clock().now()
    made = repairs.handed_out(summit, DEMO, event, found, now=now)
    assert made == repairs.to_csv(event, found)
    assert acts(summit.records, subject=event.code)[0] == Act(
        now, DEMO.name, "list of repairs taken", event.code
    )
    with pytest.raises(NotAllowed, match="Only a youth worker or a moderator"):
        repairs.handed_out(
            summit, replace(DEMO, roles=frozenset({Role.LEAD})), event, found, now=now
        )
    assert [act.act for act in acts(summit.records)].count("list of repairs taken") == 1


def test_the_page_shows_the_list_to_a_youth_worker(summit: Summit) -> None:
    closed_event(
        summit, *(said(phone, place="Corporation Street") for phone in range(5)), said(7, 1)
    )
    page = opened()
    assert "Repairs to pass on" in html_of(page)
    assert column(page, "What is broken") == ["A street light", "A street light"]
    where = column(page, "Where")
    assert where[0] == "Corporation Street" and where[1].startswith("Around ")
    assert re.findall(r'data-label="People">([^<]*)<', html_of(page)) == ["5", "fewer than 5"]
    assert [b.proto.label for b in page.get("download_button")] == ["Download the list as CSV"]


def test_the_page_says_who_may(summit: Summit, monkeypatch: pytest.MonkeyPatch) -> None:
    closed_event(summit, said(0))
    monkeypatch.setenv("VRP_LOCAL_ROLES", "lead")
    page = opened()
    assert "Only a youth worker or a moderator may see what is broken." in told(page)
    assert not column(page, "What is broken") and not page.get("download_button")


def test_a_moderator_sees_this_part_of_the_page_and_no_more(
    summit: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_event(summit, said(0))
    monkeypatch.setenv("VRP_LOCAL_ROLES", "moderator")
    page = opened()
    assert "Only a lead or a youth worker may answer" in told(page) and not column(page, "Place")
    assert column(page, "What is broken") == ["A street light"]


def test_the_page_says_why_there_is_no_list(summit: Summit) -> None:
    assert "Make an event on the page Events" in told(opened())
    event = an_event(summit)
    send(summit, Clock(), *(pin(phone, 9) for phone in range(9)))
    assert "is not closed yet" in told(opened()) and "Close the event" in told(opened())
    close(summit, event)
    assert "Fewer than 10 people pinned" in told(opened())
    change_state(summit.records, again(summit, event), State.OPEN, now=START).result()
    send(summit, Clock(), *(pin(phone, 8) for phone in range(9, 12)))
    close(summit, event)
    assert "Nobody at" in told(opened()) and "Is something broken?" in told(opened())


def test_an_event_that_is_over_comes_first_and_another_can_be_chosen(summit: Summit) -> None:
    closed_event(summit, said(0))
    day = date(2027, 1, 1)
    create_event(
        summit.records,
        name="Next",
        place="Hall",
        starts_on=day,
        ends_on=day,
        now=START,
        code="NEXT",
    )
    page = opened()
    assert column(page, "What is broken") == ["A street light"]
    page.selectbox(key="things_event_DEMO").set_value("NEXT").run()
    assert "Next is not closed yet" in told(page)


def test_the_finished_event_of_the_demo_has_things_with_places(voiced: Summit) -> None:
    event = voiced.event("SUMMIT")
    found = list_repairs(voiced, DEMO, event)
    assert [one for one in found if one.people.isdigit() and not one.place.startswith("around")]
    assert [one for one in found if one.people == "fewer than 5"]
    assert pins_of(voiced.records, event)["thing_place"].notna().sum() > 10
