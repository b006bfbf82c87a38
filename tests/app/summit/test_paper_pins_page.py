"""Typing in paper pins without a browser: one sheet is one contributor, a double click keeps one,
nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import page_at
from vrp_map.records.engine.database import NotKept
from vrp_map.server import this_server
from vrp_map.summit.event_store import State, change_state, create_event
from vrp_map.summit.pins.store import pins_of
from vrp_map.summit.service import Summit
from vrp_map.ui.paper_pins import page as paper_pins
from vrp_map.ui.shared import session


@pytest.fixture(autouse=True)
def summit(served: None, own_records: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Summit]:
    # A phone may send one a minute; whoever types is not to wait for that.
    monkeypatch.setenv("VRP_PINS_A_MINUTE_ADDRESS", "1")
    this_server().summit.open()
    yield this_server().summit()
    this_server().summit.close()


@pytest.fixture
def page(summit: Summit) -> AppTest:
    made(summit)
    return opened()


def made(summit: Summit, code: str = "SUM1", **more: Any) -> None:
    day = date(2026, 11, 3)
    given = {
        "name": f"Summit {code}",
        "place": "Hall",
        "starts_on": day,
        "ends_on": day,
        "now": session.now(),
    }
    create_event(summit.records, code=code, **given | more)


def opened() -> AppTest:
    page = page_at("paper_pins").run()
    assert not page.exception and not page.error
    return page


def typed(
    page: AppTest, nth: int, *, feeling: str = "unsafe", reasons: tuple[str, ...] = ("lighting",)
) -> AppTest:
    """One pin, but for the button."""
    page.text_input(key=f"paper_words_{nth}").set_value("park way").run()
    which = page.selectbox(key=f"paper_which_{nth}_park way")
    which.set_value(cells("park way")[0]).run()
    page.radio(key=f"paper_setting_{nth}").set_value("public-realm").run()
    page.radio(key=f"paper_feeling_{nth}").set_value(feeling).run()
    page.multiselect(key=f"paper_reasons_{nth}").set_value(list(reasons)).run()
    page.radio(key=f"paper_hour_band_{nth}").set_value("evening").run()
    assert not page.exception
    return page


def cells(text: str) -> list[str]:
    return [
        found.cell for found in this_server().summit.event_areas.by_code("SUM1").names.search(text)
    ]


def pressed(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def held(summit: Summit) -> Any:
    return pins_of(summit.records, summit.event("SUM1"))


def test_a_pin_is_kept_as_a_phones_would_be_with_a_code_to_write_down(
    page: AppTest, summit: Summit
) -> None:
    page = typed(page, 1)
    page.radio(key="paper_role_1").set_value("young-person")
    page.radio(key="paper_age_1").set_value("14-16")
    page = pressed(page, "paper_next_1")
    (row,) = held(summit).to_dict("records")
    assert (row["setting"], row["feeling"], row["reasons"], row["hour_band"], row["weekday"]) == (
        "public-realm",
        "unsafe",
        ["lighting"],
        "evening",
        "any",
    )
    assert (row["role"], row["age_band"]) == ("young-person", "14-16")
    assert f"{row['cells'][0]:x}" == cells("park way")[0]
    assert "sheet 1, line 1" in page.success[0].value and len(page.code[0].value) == 16
    assert (
        page.text_input(key="paper_words_2").value == ""
        and page.radio(key="paper_role_2").value is None
    )
    assert (
        summit.take_back(page.code[0].value, address="x", clock=0.0).result() and held(summit).empty
    )


def test_a_sheet_is_one_contributor_and_the_next_sheet_another(
    page: AppTest, summit: Summit
) -> None:
    page.radio(key="paper_role_1").set_value("officer").run()
    page = pressed(typed(page, 1), "paper_same_1")
    page = pressed(typed(page, 2, feeling="safe", reasons=("friends", "staff")), "paper_next_2")
    page = pressed(typed(page, 3), "paper_next_3")
    frame = held(summit)
    assert len(frame) == 3 and frame["contributor"].nunique() == 2
    assert sorted(frame["role"].fillna("")) == ["", "officer", "officer"], "asked once a sheet"


def test_a_sheet_may_end_without_another_pin(page: AppTest, summit: Summit) -> None:
    page = pressed(typed(page, 1), "paper_same_1")
    page = pressed(page, "paper_skip_2")
    pressed(typed(page, 3), "paper_next_3")
    assert len(held(summit)) == held(summit)["contributor"].nunique() == 2


def test_a_double_click_keeps_one(
    page: AppTest, summit: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = typed(page, 1)
    once = paper_pins.keep
    calls: list[int] = []

    def twice(*args: Any) -> None:
        for _ in range(2):
            calls.append(args[2])
            once(*args)

    monkeypatch.setattr(paper_pins, "keep", twice)
    page.run()
    page = pressed(page, "paper_next_1")
    assert calls == [1, 1] and len(held(summit)) == 1
    assert not page.error and "sheet 1, line 1" in page.success[0].value


def test_an_answer_that_was_lost_and_sent_again_is_kept_once_with_the_same_code(
    page: AppTest, summit: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, codes = summit.take, []

    def lost(*args: Any, **named: Any) -> Any:
        answer = real(*args, **named)
        codes.append(answer.result().delete_code)
        if len(codes) == 1:
            raise NotKept("The answer was lost.")
        return answer

    monkeypatch.setattr(summit, "take", lost)
    page = pressed(typed(page, 1), "paper_next_1")
    assert "cannot be written just now" in page.error[0].value and not page.success
    page = pressed(page, "paper_next_1")
    assert len(held(summit)) == 1 and codes[0] == codes[1] == page.code[0].value and not page.error


def test_a_refusal_loses_nothing(page: AppTest, summit: Summit) -> None:
    page = typed(page, 1)
    change_state(summit.records, summit.event("SUM1"), State.PAUSED, now=session.now()).result()
    page.run()
    assert "No event is open" in " ".join(m.value for m in page.markdown)
    change_state(summit.records, summit.event("SUM1"), State.OPEN, now=session.now()).result()
    page = opened()
    page.radio(key="paper_setting_1").set_value("school-journey").run()
    page.radio(key="paper_feeling_1").set_value("unsafe").run()
    page.multiselect(key="paper_reasons_1").set_value(["followed", "weapons"]).run()
    page = pressed(page, "paper_next_1")
    assert (
        "Please choose a place first." in page.error[0].value
        and "still here" in page.error[0].value
    )
    assert page.radio(key="paper_setting_1").value == "school-journey"
    assert page.multiselect(key="paper_reasons_1").value == ["followed", "weapons"]
    assert held(summit).empty


def test_an_event_paused_while_a_sheet_is_typed_is_said_and_the_sheet_stays(
    page: AppTest, summit: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(summit, "SUM2")  # so that the page still has an open event to draw
    page.run()
    page.selectbox(key="paper_event").set_value("SUM1").run()
    page = typed(page, 1)
    real = summit.take

    def paused_first(*args: Any, **named: Any) -> Any:
        change_state(summit.records, summit.event("SUM1"), State.PAUSED, now=session.now()).result()
        return real(*args, **named)

    monkeypatch.setattr(summit, "take", paused_first)
    page = pressed(page, "paper_next_1")
    assert "Open it on the page Events" in page.error[0].value
    assert page.multiselect(key="paper_reasons_1").value == ["lighting"] and held(summit).empty


def test_a_fast_typist_is_not_refused(page: AppTest, summit: Summit) -> None:
    for nth in range(1, 5):
        page = pressed(typed(page, nth), f"paper_next_{nth}")
        assert not page.error
    assert held(summit)["contributor"].nunique() == 4


def test_the_last_pin_is_taken_back(page: AppTest, summit: Summit) -> None:
    page = pressed(typed(page, 1), "paper_next_1")
    back = next(button for button in page.button if button.label == "Undo")
    back.click().run()
    assert held(summit).empty and page.info[0].value == "Deleted." and not page.success


def test_a_code_brought_to_the_desk_deletes_and_a_wrong_one_is_said(
    page: AppTest, summit: Summit
) -> None:
    page = pressed(typed(page, 1), "paper_next_1")
    code = page.code[0].value
    for given, said in (
        ("AAAAAAAAAAAAAAAA", "No pin has this code."),
        (f" {code.lower()} ", "Deleted."),
    ):
        page.text_input(key="paper_code").set_value(given)
        next(button for button in page.button if button.label == "Delete this pin").click().run()
        assert page.info[0].value.startswith(said)
    assert held(summit).empty


def test_the_place_may_be_chosen_from_lists(page: AppTest, summit: Summit) -> None:
    page.segmented_control(key="paper_how").set_value("from lists").run()
    area = page.selectbox(key="paper_big_1")
    area.select_index(area.options.index("Coventry")).run()
    position = page.selectbox(key="paper_big_1").value
    part = page.selectbox(key=f"paper_small_1_{position}")
    part.select_index(0).run()
    part = page.selectbox(key=f"paper_small_1_{position}")
    which = page.selectbox(key=f"paper_which_1_{part.value}")
    assert len(which.options) > 2 and all(name.endswith("Coventry") for name in which.options[1:])
    which.select_index(1).run()
    page.radio(key="paper_setting_1").set_value("work-journey").run()
    page.radio(key="paper_feeling_1").set_value("safe").run()
    pressed(page, "paper_next_1")
    assert len(held(summit)) == 1


def test_a_place_that_is_not_there_is_said(page: AppTest) -> None:
    page.text_input(key="paper_words_1").set_value("zzzz nowhere").run()
    assert any("No place name here begins like that" in m.value for m in page.markdown)


def test_own_words_are_asked_only_where_the_event_has_them(page: AppTest, summit: Summit) -> None:
    assert not page.text_area
    change_state(summit.records, summit.event("SUM1"), State.CLOSED, now=session.now()).result()
    made(summit, "TALK", free_text=True)
    page = opened()
    assert page.text_area(key="paper_text_1").label == "In their own words"


def test_without_an_open_event_the_page_says_the_first_step() -> None:
    page = opened()
    assert "No event is open" in page.markdown[-1].value and not page.radio


def test_a_broken_thing_may_have_its_exact_place(page: AppTest, summit: Summit) -> None:
    page = typed(page, 1)
    cell = cells("park way")[0]
    where = f"paper_thing_place_1_{cell}"
    assert page.selectbox(key="paper_thing_1").value is None and not [
        s for s in page.selectbox if s.key == where
    ]
    page.selectbox(key="paper_thing_1").set_value("light").run()
    names = page.selectbox(key=where).options
    assert page.selectbox(key=where).value is None and "Park Way" in names
    page.selectbox(key=where).set_value("Park Way").run()
    pressed(page, "paper_same_1")
    (row,) = held(summit).to_dict("records")
    assert (row["thing"], row["thing_place"]) == ("light", "Park Way")


def test_without_the_thing_its_place_goes_too(page: AppTest, summit: Summit) -> None:
    page = typed(page, 1)
    page.selectbox(key="paper_thing_1").set_value("path").run()
    page.selectbox(key=f"paper_thing_place_1_{cells('park way')[0]}").set_value("Park Way").run()
    page.selectbox(key="paper_thing_1").set_value(None).run()
    pressed(page, "paper_next_1")
    (row,) = held(summit).to_dict("records")
    assert row["thing"] is None and row["thing_place"] is None
