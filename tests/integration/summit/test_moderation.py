"""Moderation on real records: who may do what, what counts, what can be undone, and what is deleted
for good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.texts import (
    LEAD,
    NOBODY,
    NOW,
    ONE,
    TWO,
    acts_since_opening,
    event_with,
    keep,
    key,
    staff,
)
from vrp_map.errors import NotAllowed, UserError
from vrp_map.principal import Principal
from vrp_map.records.audit import acts
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event
from vrp_map.summit.moderation import safeguarding
from vrp_map.summit.moderation import service as moderation
from vrp_map.summit.moderation.service import (
    UNDO,
    WORD_LIST,
    Decision,
    Queue,
    approved_texts,
    decide,
    keep_house,
    keep_words,
    queue,
    undo,
)
from vrp_map.summit.pins.store import delete_pin
from vrp_map.vocabulary import Role

PLAIN, LIGHT, PHONE, HARM = (
    "It is dark here.",
    "More light please.",
    "Ring 07700 900123 now.",
    "My dad hits me.",
)
LATER = NOW + UNDO + timedelta(seconds=1)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    found = Records(tmp_path / "records")
    yield found
    found.close()


def waiting(records: Records, event: Event, who: Principal = ONE) -> list[str]:
    return [text.words for text in queue(who, records, event, now=NOW).texts]


def held(records: Records, event: Event) -> list[str]:
    return [
        words for _, words in records.read("summit/queries/texts_of_event", {"event_id": event.id})
    ]


def test_flagged_texts_come_first_then_the_oldest(records: Records) -> None:
    event = event_with(records, [])
    keep(records, event, 1, LIGHT, now=NOW)
    keep(records, event, 2, PLAIN, now=NOW - timedelta(hours=1))
    keep(records, event, 3, PHONE, now=NOW + timedelta(hours=1))
    assert waiting(records, event) == [PHONE, PLAIN, LIGHT]
    first = queue(ONE, records, event, now=NOW).texts[0]
    assert first.proposal == "Ring [removed] now." and [flag.words for flag in first.flags] == [
        "a phone number"
    ]


def test_each_act_takes_its_text_out_of_the_queue_and_is_counted(records: Records) -> None:
    event = event_with(records, [PLAIN, LIGHT, PHONE])
    found = queue(ONE, records, event, now=NOW)
    assert (found.done, found.total, found.flagged) == (0, 3, 1)
    assert decide(ONE, records, event, [key(1)], Decision.APPROVE, now=NOW) == 1
    assert decide(ONE, records, event, [key(2)], Decision.REJECT, now=NOW) == 1
    assert keep_words(ONE, records, event, found.texts[0], " Ring [removed] now. ", now=NOW) == 1
    after = queue(ONE, records, event, now=NOW)
    assert (after.done, after.total, after.texts) == (3, 3, ())
    shown = {text.key: (text.words, text.redacted) for text in approved_texts(ONE, records, event)}
    assert shown == {key(1): (PLAIN, False), key(3): ("Ring [removed] now.", True)}


def test_who_is_second_changes_nothing(records: Records) -> None:
    event = event_with(records, [PLAIN])
    assert decide(ONE, records, event, [key(1)], Decision.APPROVE, now=NOW) == 1
    assert decide(TWO, records, event, [key(1), key(99)], Decision.REJECT, now=NOW) == 0
    assert [text.words for text in approved_texts(ONE, records, event)] == [PLAIN]


@pytest.mark.parametrize("decision", [Decision.APPROVE, Decision.REJECT, Decision.SAFEGUARD])
def test_undo_brings_back_the_whole_of_the_last_act_and_then_the_one_before(
    records: Records, decision: Decision
) -> None:
    event = event_with(records, [PLAIN, LIGHT, "Third.", "Fourth."])
    decide(ONE, records, event, [key(1)], Decision.APPROVE, now=NOW)
    decide(ONE, records, event, [key(2), key(3)], decision, now=NOW + timedelta(seconds=5))
    decide(TWO, records, event, [key(4)], Decision.REJECT, now=NOW + timedelta(seconds=6))
    assert undo(ONE, records, event, now=NOW + timedelta(seconds=9)) == [key(2), key(3)]
    assert waiting(records, event) == [LIGHT, "Third."]
    assert undo(ONE, records, event, now=NOW + timedelta(seconds=10)) == [key(1)]
    assert undo(ONE, records, event, now=NOW + timedelta(seconds=11)) == []
    assert waiting(records, event) == [PLAIN, LIGHT, "Third."], "what another person did stays"


def test_undo_ends_and_then_the_words_are_gone_for_good(records: Records) -> None:
    event = event_with(records, [PLAIN, PHONE, LIGHT])
    redacted = queue(ONE, records, event, now=NOW).texts[0]
    keep_words(ONE, records, event, redacted, redacted.proposal, now=NOW)
    decide(ONE, records, event, [key(1)], Decision.REJECT, now=NOW)
    decide(ONE, records, event, [key(3)], Decision.APPROVE, now=NOW)
    keep_house(records, now=NOW + UNDO - timedelta(seconds=1))
    assert sorted(held(records, event)) == sorted([PLAIN, PHONE, LIGHT])
    keep_house(records, now=LATER)
    assert held(records, event) == [LIGHT]
    assert undo(ONE, records, event, now=LATER) == []
    assert {text.words for text in approved_texts(ONE, records, event)} == {
        LIGHT,
        "Ring [removed] now.",
    }
    assert queue(ONE, records, event, now=LATER).done == 3, "what was done is still counted"


def test_words_of_a_redaction_that_was_undone_are_forgotten_too(records: Records) -> None:
    event = event_with(records, [PHONE])
    text = queue(ONE, records, event, now=NOW).texts[0]
    keep_words(ONE, records, event, text, "Ring Robin now.", now=NOW)
    undo(ONE, records, event, now=NOW + timedelta(seconds=1))
    assert "Ring Robin now." in str(every_row(records, "text_redaction"))
    keep_house(records, now=LATER + timedelta(seconds=1))
    assert every_row(records, "text_redaction") == [] and held(records, event) == [PHONE]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (" ​\n", "You removed every word"),
        (PHONE, "You removed nothing"),
        ("", "You removed every word"),
    ],
)
def test_a_redaction_must_leave_words_and_take_some(
    records: Records, words: str, says: str
) -> None:
    event = event_with(records, [PHONE])
    text = queue(ONE, records, event, now=NOW).texts[0]
    with pytest.raises(UserError, match=says):
        keep_words(ONE, records, event, text, words, now=NOW)
    assert waiting(records, event) == [PHONE]


def two_people(records: Records, texts: list[str]) -> Event:
    event = event_with(records, texts)
    safeguarding.set_two_people(LEAD, records, event, wanted=True, now=NOW)
    return event


def seen_by(who: Principal, records: Records, event: Event) -> Queue:
    return queue(who, records, event, now=NOW)


def test_an_approval_counts_when_two_different_people_agree(records: Records) -> None:
    event = two_people(records, [PLAIN])
    assert decide(ONE, records, event, [key(1)], Decision.APPROVE, now=NOW) == 1
    assert decide(ONE, records, event, [key(1)], Decision.APPROVE, now=NOW) == 0, (
        "the same person is one person"
    )
    assert approved_texts(ONE, records, event) == []
    assert (seen_by(ONE, records, event).for_another, seen_by(ONE, records, event).texts) == (1, ())
    assert seen_by(TWO, records, event).texts[0].said is Decision.APPROVE
    assert decide(TWO, records, event, [key(1)], Decision.APPROVE, now=NOW) == 1
    assert [text.words for text in approved_texts(ONE, records, event)] == [PLAIN]


def test_two_people_agree_on_a_redaction_only_word_for_word(records: Records) -> None:
    event = two_people(records, [PHONE])
    keep_words(
        ONE, records, event, seen_by(ONE, records, event).texts[0], "Ring them now.", now=NOW
    )
    theirs = seen_by(TWO, records, event).texts[0]
    assert (theirs.said, theirs.proposal, theirs.words) == (
        Decision.REDACT,
        "Ring them now.",
        PHONE,
    )
    keep_words(TWO, records, event, theirs, "Ring now.", now=NOW)
    assert approved_texts(ONE, records, event) == []
    keep_words(ONE, records, event, seen_by(ONE, records, event).texts[0], "Ring now.", now=NOW)
    assert [text.words for text in approved_texts(ONE, records, event)] == ["Ring now."]
    keep_house(records, now=LATER)
    assert held(records, event) == []


def test_a_half_decided_text_is_never_deleted_and_one_person_may_still_reject_it(
    records: Records,
) -> None:
    event = two_people(records, [PHONE])
    keep_words(ONE, records, event, seen_by(ONE, records, event).texts[0], "Ring now.", now=NOW)
    keep_house(records, now=LATER)
    assert (
        held(records, event) == [PHONE]
        and seen_by(TWO, records, event).texts[0].proposal == "Ring now."
    )
    assert decide(TWO, records, event, [key(1)], Decision.REJECT, now=NOW) == 1


def test_an_undo_takes_back_the_first_person_s_word(records: Records) -> None:
    event = two_people(records, [PLAIN])
    decide(ONE, records, event, [key(1)], Decision.APPROVE, now=NOW)
    undo(ONE, records, event, now=NOW)
    decide(TWO, records, event, [key(1)], Decision.APPROVE, now=NOW)
    assert approved_texts(ONE, records, event) == []


def test_what_one_person_approved_before_stays_approved(records: Records) -> None:
    event = event_with(records, [PLAIN, LIGHT])
    decide(ONE, records, event, [key(1)], Decision.APPROVE, now=NOW)
    safeguarding.set_two_people(LEAD, records, event, wanted=True, now=NOW)
    decide(ONE, records, event, [key(2)], Decision.APPROVE, now=NOW)
    assert [text.words for text in approved_texts(ONE, records, event)] == [PLAIN]
    safeguarding.set_two_people(LEAD, records, event, wanted=False, now=NOW)
    assert not queue(ONE, records, event, now=NOW).two_people


def test_a_disclosure_never_stands_in_the_moderators_queue(records: Records) -> None:
    event = event_with(records, [PLAIN, HARM])
    found = queue(ONE, records, event, now=NOW)
    assert [text.words for text in found.texts] == [PLAIN] and (found.total, found.in_lane) == (
        1,
        1,
    )
    (case,) = safeguarding.lane(LEAD, records, event, now=NOW)
    assert (case.lifted_by, case.lifted_at, case.entries, case.is_closed) == (
        WORD_LIST,
        NOW,
        0,
        False,
    )
    assert not hasattr(case, "words"), "the list shows no words"


def test_a_disclosure_is_lifted_out_while_nobody_looks(records: Records) -> None:
    event = event_with(records, [HARM])
    keep_house(records, now=NOW + timedelta(minutes=1))
    (case,) = safeguarding.lane(LEAD, records, event, now=NOW + timedelta(minutes=9))
    assert case.lifted_at == NOW + timedelta(minutes=1)


def test_a_case_keeps_who_saw_it_and_what_was_done(records: Records) -> None:
    event = event_with(records, [HARM])
    safeguarding.lane(LEAD, records, event, now=NOW)
    for _ in range(2):
        case = safeguarding.open_case(LEAD, records, event, key(1), now=NOW)
    assert case.words == HARM and [str(line.entry) for line in case.log] == ["seen"]
    with pytest.raises(UserError, match="The log is empty"):
        safeguarding.close_case(LEAD, records, event, key(1), now=NOW)
    safeguarding.write_note(LEAD, records, event, key(1), " Passed on, case 12. ", now=NOW)
    safeguarding.close_case(LEAD, records, event, key(1), now=NOW)
    safeguarding.reopen_case(LEAD, records, event, key(1), now=NOW)
    safeguarding.close_case(LEAD, records, event, key(1), now=NOW)
    log = safeguarding.open_case(LEAD, records, event, key(1), now=NOW).log
    assert [(str(line.entry), line.note) for line in log] == [
        ("seen", None),
        ("note", "Passed on, case 12."),
        ("closed", None),
        ("reopened", None),
        ("closed", None),
    ]
    assert safeguarding.lane(LEAD, records, event, now=NOW)[0].is_closed
    assert queue(ONE, records, event, now=NOW).in_lane == 0
    seen = [
        act
        for act in acts(records, subject=str(key(1)))
        if act.act == "read a text in the safeguarding lane"
    ]
    assert len(seen) == 3 and {act.who for act in seen} == {LEAD.name}, "every look is in the audit"


@pytest.mark.parametrize(("said", "says"), [("  ", "note is empty"), ("x" * 501, "501 letters")])
def test_a_note_that_cannot_be_kept_says_why(records: Records, said: str, says: str) -> None:
    event = event_with(records, [HARM])
    safeguarding.lane(LEAD, records, event, now=NOW)
    with pytest.raises(UserError, match=says):
        safeguarding.write_note(LEAD, records, event, key(1), said, now=NOW)


def test_a_text_that_somebody_has_opened_in_the_lane_is_not_undone_under_their_eyes(
    records: Records,
) -> None:
    event = event_with(records, [PLAIN])
    decide(ONE, records, event, [key(1)], Decision.SAFEGUARD, now=NOW)
    safeguarding.open_case(LEAD, records, event, key(1), now=NOW)
    assert undo(ONE, records, event, now=NOW) == []


def test_the_safeguarding_lead_may_put_a_text_back_and_it_stays_in_the_queue(
    records: Records,
) -> None:
    event = event_with(records, [HARM])
    safeguarding.lane(LEAD, records, event, now=NOW)
    assert safeguarding.put_back(LEAD, records, event, key(1), now=NOW)
    assert not safeguarding.put_back(LEAD, records, event, key(1), now=NOW)
    assert (
        waiting(records, event) == [HARM] and safeguarding.lane(LEAD, records, event, now=NOW) == []
    )
    with pytest.raises(UserError, match="no longer in the safeguarding lane"):
        safeguarding.open_case(LEAD, records, event, key(1), now=NOW)


def test_a_text_that_is_taken_back_is_nowhere(records: Records) -> None:
    event = event_with(records, [])
    codes = [
        keep(records, event, n, words).delete_code
        for n, words in enumerate([PLAIN, LIGHT, PHONE, HARM, "Fifth."], 1)
    ]
    redacted = queue(ONE, records, event, now=NOW).texts[0]
    keep_words(ONE, records, event, redacted, redacted.proposal, now=NOW)
    decide(ONE, records, event, [key(1)], Decision.APPROVE, now=NOW)
    for code in codes[:4]:
        assert delete_pin(records, code).result()
    found = queue(ONE, records, event, now=NOW)
    assert [text.words for text in found.texts] == ["Fifth."] and (found.done, found.in_lane) == (
        0,
        0,
    )
    assert (
        approved_texts(ONE, records, event) == []
        and safeguarding.lane(LEAD, records, event, now=NOW) == []
    )
    assert held(records, event) == ["Fifth."] and every_row(records, "text_redaction") == []
    assert undo(ONE, records, event, now=NOW) == []


Call = Callable[[Principal, Records, Event], object]
_OF_MODERATORS: dict[str, Call] = {
    "queue": lambda who, r, e: queue(who, r, e, now=NOW),
    "decide": lambda who, r, e: decide(who, r, e, [key(1)], Decision.APPROVE, now=NOW),
    "keep_words": lambda who, r, e: keep_words(
        who, r, e, seen_by(ONE, r, e).texts[0], "x", now=NOW
    ),
    "undo": lambda who, r, e: undo(who, r, e, now=NOW),
}
_OF_THE_LEAD: dict[str, Call] = {
    "lane": lambda who, r, e: safeguarding.lane(who, r, e, now=NOW),
    "open_case": lambda who, r, e: safeguarding.open_case(who, r, e, key(1), now=NOW),
    "write_note": lambda who, r, e: safeguarding.write_note(who, r, e, key(1), "x", now=NOW),
    "close_case": lambda who, r, e: safeguarding.close_case(who, r, e, key(1), now=NOW),
    "reopen_case": lambda who, r, e: safeguarding.reopen_case(who, r, e, key(1), now=NOW),
    "put_back": lambda who, r, e: safeguarding.put_back(who, r, e, key(1), now=NOW),
    "two_people": lambda who, r, e: safeguarding.two_people(who, r, e),
    "set_two_people": lambda who, r, e: safeguarding.set_two_people(
        who, r, e, wanted=True, now=NOW
    ),
}
_OTHERS = staff("everything-else", *(set(Role) - {Role.MODERATOR, Role.SAFEGUARDING}))


@pytest.mark.parametrize("name", [*_OF_MODERATORS, *_OF_THE_LEAD])
def test_only_the_role_may_and_a_refusal_leaves_no_trace(records: Records, name: str) -> None:
    event = event_with(records, [PLAIN])
    calls, wrong = (
        (_OF_MODERATORS, [LEAD, NOBODY, _OTHERS])
        if name in _OF_MODERATORS
        else (_OF_THE_LEAD, [ONE, NOBODY, _OTHERS])
    )
    for who in wrong:
        with pytest.raises(NotAllowed, match=r"Only a (moderator|safeguarding lead) may"):
            calls[name](who, records, event)
    assert acts_since_opening(records) == [] and waiting(records, event) == [PLAIN]


def test_visitors_read_nothing(records: Records) -> None:
    event = event_with(records, [PLAIN])
    for call in (
        lambda: moderation.events_with_texts(NOBODY, records),
        lambda: approved_texts(NOBODY, records, event),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert (
        moderation.events_with_texts(LEAD, records)
        == moderation.events_with_texts(ONE, records)
        == [event]
    )


def test_every_act_is_in_the_audit_and_no_word_of_a_text_is(records: Records) -> None:
    event = event_with(records, [PLAIN, LIGHT, PHONE, HARM])
    redacted = queue(ONE, records, event, now=NOW).texts[0]
    keep_words(ONE, records, event, redacted, redacted.proposal, now=NOW)
    decide(ONE, records, event, [key(1)], Decision.REJECT, now=NOW + timedelta(seconds=1))
    undo(ONE, records, event, now=NOW + timedelta(seconds=2))
    safeguarding.open_case(LEAD, records, event, key(4), now=NOW + timedelta(seconds=3))
    safeguarding.write_note(
        LEAD, records, event, key(4), "Passed on.", now=NOW + timedelta(seconds=4)
    )
    said = acts_since_opening(records)
    assert [(act.who, act.act) for act in reversed(said)] == [
        (WORD_LIST, "moved a text to the safeguarding lane"),
        (ONE.name, "redacted a text"),
        (ONE.name, "rejected a text"),
        (ONE.name, "undid a decision about a text"),
        (LEAD.name, "read a text in the safeguarding lane"),
        (LEAD.name, "wrote in the safeguarding log"),
    ]
    assert {act.subject for act in said} == {str(key(n)) for n in (1, 3, 4)}
    written = str(every_row(records, "audit")) + str(every_row(records, "text_decision"))
    for words in (PLAIN, LIGHT, "07700", "dad", "[removed]", "Passed on"):
        assert words not in written


def every_row(records: Records, table: str) -> list[tuple[object, ...]]:
    def read(con: object) -> list[tuple[object, ...]]:
        return list(con.table(table).fetchall())  # type: ignore[attr-defined]

    return records.write(read).result()
