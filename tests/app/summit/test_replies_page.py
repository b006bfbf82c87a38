"""The page "You said, we did" without a browser: what waits, what is kept, what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import html_of, page_at
from tests.phones import WALL_CELLS, Clock, an_event, pin, send
from vrp_map.server import this_server
from vrp_map.summit.follow_up.store import replies_to
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import Role

MANY, FEW = WALL_CELLS[:2]

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def summit(own_records: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Summit]:
    monkeypatch.setenv("VRP_PINS_A_MINUTE_ADDRESS", "100000")
    this_server().summit.open()
    yield this_server().summit()
    this_server().summit.close()


def opened() -> AppTest:
    page = page_at("replies").run()
    assert not page.exception and not page.error
    return page


def with_pins(summit: Summit) -> None:
    """Twelve of one place, seven of another, and three of each of four."""
    send(
        summit,
        Clock(),
        *(pin(phone) for phone in range(12)),
        *(pin(p, wall_cell=FEW) for p in range(12, 19)),
    )
    send(summit, Clock(), *(pin(p, wall_cell=WALL_CELLS[2 + p % 4]) for p in range(19, 31)))


def test_without_a_release_it_says_what_is_missing(summit: Summit) -> None:
    an_event(summit)
    page = opened()
    assert page.title[0].value == "There is nothing to answer yet"
    assert "What to do" in page.markdown[0].value and not page.button


def test_an_answer_is_kept_and_the_place_leaves_the_front(summit: Summit) -> None:
    event = an_event(summit)
    with_pins(summit)
    page = opened()
    assert page.title[0].value == "All 2 places are waiting for an answer"
    assert re.findall(r'data-label="Feel unsafe">([^<]*)<', html_of(page)) == ["12", "7"]
    assert re.findall(r'data-label="At /voices">([^<]*)<', html_of(page)) == ["yes", "no, under 10"]
    assert "around" in page.selectbox[0].options[0].lower() and page.selectbox[0].options[
        0
    ].endswith("no answer yet")
    page.radio[0].set_value("done")
    page.text_area[0].set_value("  Four new lights are up.  ")
    page.button[0].click().run()
    assert not page.exception and not page.error
    kept = replies_to(summit.records, event)[MANY]
    assert (kept.status, kept.words, kept.owner) == (
        "done",
        "Four new lights are up.",
        "West Midlands Violence Reduction Partnership",
    )
    assert (
        page.success[0].value.endswith("is saved.")
        and page.title[0].value == "1 of 2 places waits for an answer"
    )
    assert page.text_area[0].value == "", "the next one begins anew"
    assert re.findall(r'data-label="Feel unsafe">([^<]*)<', html_of(page)) == ["7", "12"]


def test_a_refusal_says_why_and_loses_nothing(summit: Summit) -> None:
    event = an_event(summit)
    with_pins(summit)
    page = opened()
    page.text_area[0].set_value("We will ask jo@council.example to look at it.")
    page.button[0].click().run()
    assert "e-mail address" in page.info[0].value and "What to do" in page.info[0].value
    assert page.text_area[0].value == "We will ask jo@council.example to look at it."
    assert replies_to(summit.records, event) == {}


def test_who_may_not_answer_is_told_so(summit: Summit, monkeypatch: pytest.MonkeyPatch) -> None:
    an_event(summit)
    with_pins(summit)
    monkeypatch.setenv("VRP_LOCAL_ROLES", Role.MODERATOR)
    page = opened()
    assert "Only a lead or a youth worker may answer" in page.info[0].value
    assert not page.button and 'data-label="Place"' not in html_of(page)


def test_without_records_the_page_says_why() -> None:
    page = page_at("replies").run()
    assert page.title[0].value == "Pins cannot be read just now" and not page.exception


def test_an_event_is_chosen_where_there_are_several(summit: Summit) -> None:
    with_first = an_event(summit)
    with_pins(summit)
    an_event(summit, "OTHER")
    send(summit, Clock(), *(pin(phone, event="OTHER", wall_cell=FEW) for phone in range(10)))
    page = opened()
    page.selectbox[0].set_value("OTHER").run()
    assert page.title[0].value == "One place is waiting for an answer"
    page.selectbox[0].set_value(with_first.code).run()
    assert page.title[0].value == "All 2 places are waiting for an answer"


def test_the_address_says_which_event_and_the_answer_goes_to_that_one(summit: Summit) -> None:
    first, other = an_event(summit), an_event(summit, "OTHER")
    with_pins(summit)
    send(summit, Clock(), *(pin(phone, event="OTHER", wall_cell=FEW) for phone in range(10)))
    page = page_at("replies", event="other").run()
    assert (
        page.selectbox[0].value == "OTHER"
        and page.title[0].value == "One place is waiting for an answer"
    )
    page.text_area[0].set_value("New lights are up.")
    page.button[0].click().run()
    assert "at Summit (synthetic) is saved" in page.success[0].value
    assert list(replies_to(summit.records, other)) == [FEW] and not replies_to(
        summit.records, first
    )
    page.selectbox[0].set_value(first.code).run()
    assert page.query_params["event"] in (first.code, [first.code])
