"""The pages Moderation and Safeguarding without a browser: what they show, what each act does, who
sees them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import html_of, page_at
from tests.texts import LEAD, NOW, ONE, event_with, keep, key
from vrp_map.permissions import Action
from vrp_map.records.engine.database import NotKept, Records
from vrp_map.server import this_server
from vrp_map.summit.moderation import safeguarding as cases
from vrp_map.summit.moderation import service as texts
from vrp_map.ui.moderation import page as moderation
from vrp_map.ui.moderation import parts as moderation_parts
from vrp_map.ui.shared import session
from vrp_map.vocabulary import Role

PHONE, PLAIN, TAGS, HARM = (
    "Ring 07700 900123 now.",
    "It is dark.",
    "<b>More</b> & light",
    "My dad hits me.",
)

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def records(own_records: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Records]:
    """The records of this process, open; a test is quicker than anybody reads."""
    monkeypatch.setattr(moderation, "TOO_QUICK_S", 0.0)
    ticks = count()
    monkeypatch.setattr(session, "now", lambda: NOW + timedelta(milliseconds=next(ticks)))
    this_server().summit.open()
    yield this_server().summit().records
    this_server().summit.close()


def opened(page: str) -> AppTest:
    found = page_at(page).run()
    assert not found.exception
    return found


def press(page: AppTest, name: str) -> str:
    """Press a button; what the page says then."""
    page.button(key=name).click().run()
    assert not page.exception
    return html_of(page)


def test_one_text_is_large_with_its_flags_in_words_and_the_others_are_listed(
    records: Records,
) -> None:
    event_with(records, [PLAIN, TAGS, PHONE, HARM])
    drawn = html_of(opened("moderation"))
    assert "<strong>0 of 3</strong> done" in drawn and "1 text in the safeguarding lane" in drawn
    assert "Ring <mark>07700 900123 <small>(a phone number)</small></mark> now." in drawn
    assert "Read with care: a phone number." in drawn and "Text 1 of 3 waiting" in drawn
    together = html_of(opened("moderation").button(key="mod_list").click().run())
    assert "<li>&lt;b&gt;More&lt;/b&gt; &amp; light</li>" in together, (
        "what was written is shown, never run"
    )
    assert "dad" not in drawn + together, "a disclosure is for the safeguarding lead alone"


def test_acts_by_their_buttons_and_undo(records: Records) -> None:
    event = event_with(records, [PLAIN, TAGS, PHONE])
    page = opened("moderation")
    assert page.text_area[0].value == "Ring [removed] now."
    assert "Redacted." in press(page, "mod_redact")
    assert "1 of 3" in html_of(page) and PLAIN in html_of(page)
    assert "Rejected. It is deleted for good in 10 minutes" in press(page, "mod_reject")
    back = press(page, "mod_undo")
    assert (
        "1 text back in the queue" in back
        and "1 of 3" in back
        and f"<blockquote class='said'>{PLAIN}" in back
    )
    assert "Approved." in press(page, "mod_approve")
    assert "Moved to the safeguarding lane" in press(page, "mod_safeguard")
    assert page.markdown[0].value.startswith("Every text is done.")
    assert {text.words for text in texts.approved_texts(ONE, records, event)} == {
        "Ring [removed] now.",
        PLAIN,
    }


def test_nothing_is_approved_that_was_not_on_the_screen(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = event_with(records, [PHONE, *(f"Made-up text {n}" for n in range(4))])
    page = opened("moderation")
    assert "Made-up text 3" not in html_of(page) and page.button(key="mod_list").label.startswith(
        "Read 4 texts"
    )
    monkeypatch.setattr(moderation, "LIST_TOO_QUICK_S", 60.0)
    press(page, "mod_list")
    assert "<li>Made-up text 3</li>" in html_of(page) and not page.get("text_area"), (
        "the one gives way to the list"
    )
    assert (
        "has only just appeared" in press(page, "mod_list")
        and texts.approved_texts(ONE, records, event) == []
    )
    press(page, "mod_previous")
    assert page.text_area and "Made-up text 3" not in html_of(page)
    # A text that comes in meanwhile is in no list that was read.
    press(page, "mod_list")
    keep(records, event, 9, "One more")
    monkeypatch.setattr(moderation, "LIST_TOO_QUICK_S", 0.0)
    page.run()
    assert page.button(key="mod_list").label.startswith("Read 5 texts")
    assert texts.approved_texts(ONE, records, event) == []


def test_the_unflagged_are_approved_in_one_act_and_undone_in_one(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = event_with(records, [PHONE, *(f"Made-up text {n}" for n in range(25))])
    page = opened("moderation")
    monkeypatch.setattr(moderation, "LIST_TOO_QUICK_S", 0.0)
    assert "20 texts without a flag. Read them" in press(page, "mod_list")
    assert page.button(key="mod_list").label == "Approve all 20 in this list"
    assert "Approved 20 texts. Undo brings all of them back." in press(page, "mod_list")
    assert len(texts.approved_texts(ONE, records, event)) == 20
    assert "Undone. 20 texts back in the queue." in press(page, "mod_undo")
    assert texts.approved_texts(ONE, records, event) == []


def test_next_previous_and_look_change_nothing(records: Records) -> None:
    event_with(records, [PLAIN, TAGS, PHONE])
    page = opened("moderation")
    assert "Text 2 of 3" in press(page, "mod_next")
    assert "Text 1 of 3" in press(page, "mod_previous") and "Text 3 of 3" in press(
        page, "mod_previous"
    )
    assert "0 of 3" in html_of(page)
    press(page, "mod_list")
    page.selectbox(key="mod_look").select_index(0).run()
    assert "Text 2 of 3" in html_of(page)


def test_a_redaction_that_takes_nothing_out_is_refused_and_keeps_what_was_typed(
    records: Records,
) -> None:
    event_with(records, [PHONE])
    page = opened("moderation")
    page.text_area[0].set_value(PHONE).run()
    assert "You removed nothing." in press(page, "mod_redact")
    assert page.text_area[0].value == PHONE and "0 of 1" in html_of(page)


def test_a_key_meant_for_the_text_before_does_nothing(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_with(records, [PLAIN, TAGS])
    page = opened("moderation")
    monkeypatch.setattr(moderation, "TOO_QUICK_S", 60.0)
    assert "has only just appeared" in press(page, "mod_approve") and "0 of 2" in html_of(page)


def test_what_cannot_be_kept_is_said_and_the_text_stays(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_with(records, [PHONE])
    page = opened("moderation")

    def full(*_: object, **__: object) -> None:
        raise NotKept("It could not be saved just now.", hint="Try again in a moment.")

    monkeypatch.setattr(texts, "decide", full)
    monkeypatch.setattr(texts, "keep_words", full)
    for name in ("mod_approve", "mod_safeguard", "mod_redact"):
        said = press(page, name)
        assert "It could not be saved just now. Try again in a moment." in said and "0 of 1" in said


def test_two_people_on_the_page(records: Records) -> None:
    event = event_with(records, [PLAIN])
    cases.set_two_people(LEAD, records, event, wanted=True, now=NOW)
    page = opened("moderation")
    assert "two people must agree" in html_of(page)
    said = press(page, "mod_approve")
    assert (
        "It counts when a second person agrees." in said
        and "1 text waiting for a second person" in said
    )
    assert "The rest need a second person" in page.markdown[0].value
    undone = press(page, "mod_undo")
    texts.decide(ONE, records, event, [key(1)], texts.Decision.APPROVE, now=NOW)
    assert "Undone" in undone
    page.run()
    assert "A colleague chose: approve. This needs a second person." in html_of(page)
    assert "second person" not in press(page, "mod_approve")
    assert len(texts.approved_texts(ONE, records, event)) == 1


@pytest.mark.parametrize("page", ["moderation", "safeguarding"])
def test_without_an_event_that_takes_texts_the_page_says_why(records: Records, page: str) -> None:
    assert "No event has free text" in opened(page).markdown[0].value


def test_an_event_without_texts_says_so(records: Records) -> None:
    event_with(records, [])
    assert opened("moderation").markdown[0].value == "No texts have come in yet."
    assert "Nothing is waiting." in opened("safeguarding").markdown[0].value


def test_the_lane_says_what_to_do_and_shows_words_only_when_one_is_opened(records: Records) -> None:
    event_with(records, [HARM])
    page = opened("safeguarding")
    drawn = html_of(page)
    assert "call 999" in drawn and "sends nothing to anyone" in drawn and "dad" not in drawn
    assert "Case 1: waiting less than a minute." in drawn and "Nobody has read it yet." in drawn
    drawn = press(page, f"safe_read_{key(1)}")
    assert HARM in drawn and "demo read it for the first time" in drawn


def test_a_case_is_noted_closed_and_put_away(records: Records) -> None:
    event_with(records, [HARM])
    page = opened("safeguarding")
    press(page, f"safe_read_{key(1)}")
    press(page, "safe_close")
    assert "Write what was done" in page.warning[0].value
    page.text_area[0].set_value("Passed on <today>.")
    next(b for b in page.button if b.label == "Add to the log").click().run()
    assert "noted: Passed on &lt;today&gt;." in html_of(page)
    assert "The case is closed." in press(page, "safe_close")
    assert "<h2>0 open cases</h2>" in html_of(page)
    assert HARM not in press(page, "safe_away")


def test_a_text_is_put_back_to_the_moderators(records: Records) -> None:
    event = event_with(records, [HARM])
    page = opened("safeguarding")
    press(page, f"safe_read_{key(1)}")
    assert "It is back in the moderators" in press(page, "safe_back")
    assert [text.words for text in texts.queue(ONE, records, event, now=NOW).texts] == [HARM]


def test_a_text_that_went_meanwhile_is_said(records: Records) -> None:
    event = event_with(records, [HARM])
    page = opened("safeguarding")
    press(page, f"safe_read_{key(1)}")
    cases.put_back(LEAD, records, event, key(1), now=NOW)
    page.run()
    assert "no longer in the safeguarding lane" in page.warning[0].value and HARM not in html_of(
        page
    )


def test_how_many_must_agree_is_set_here(records: Records) -> None:
    event = event_with(records, [PLAIN])
    page = opened("safeguarding")
    page.toggle(key="safe_two").set_value(True).run()
    assert cases.two_people(LEAD, records, event) and page.toggle(key="safe_two").value
    page.toggle(key="safe_two").set_value(False).run()
    assert not cases.two_people(LEAD, records, event)


@pytest.mark.parametrize("page", ["moderation", "safeguarding"])
def test_who_has_not_the_role_reads_no_text(
    records: Records, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_with(records, [PLAIN, HARM])
    monkeypatch.setenv("VRP_LOCAL_ROLES", ",".join(set(Role) - {Role.MODERATOR, Role.SAFEGUARDING}))
    found = opened(page)
    assert (
        "may" in found.error[0].value and PLAIN not in html_of(found) and HARM not in html_of(found)
    )
    assert (
        session.shown_to(Action.READ_WAITING_TEXTS)
        == session.shown_to(Action.SEE_CASES)
        == "hidden"
    )


def test_the_other_page_of_each_role_stays_shut(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_with(records, [PLAIN, HARM])
    monkeypatch.setenv("VRP_LOCAL_ROLES", "moderator")
    assert "Only a safeguarding lead may" in opened("safeguarding").error[0].value
    monkeypatch.setenv("VRP_LOCAL_ROLES", "safeguarding")
    found = opened("moderation")
    assert "Only a moderator may" in found.error[0].value and PLAIN not in html_of(found)


def test_marks_never_let_markup_through() -> None:
    from vrp_map.summit.moderation.flag_words import load_flag_words
    from vrp_map.summit.moderation.flags import flags_of

    text = "<script>1</script> ring 07700 900123 <i>"
    shown = moderation_parts.marked(text, flags_of(text, load_flag_words()))
    assert "<script" not in shown and "<i>" not in shown and shown.count("<mark>") == 1
