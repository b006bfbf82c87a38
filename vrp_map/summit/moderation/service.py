"""Moderating free texts: what the page asks for and does.

Every function asks first who is asking.

Texts whose flags say that a young person may be telling of harm never come here: they go to the
safeguarding lane as soon as anybody looks (`move_to_safeguarding`), before the queue is read.
Nothing is ever sent anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vrp_map.config import load_settings
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event, all_events
from vrp_map.summit.moderation import store as kept
from vrp_map.summit.moderation.flag_words import load_flag_words
from vrp_map.summit.moderation.flags import Flag, discloses, flags_of, redact
from vrp_map.summit.moderation.store import UNDO as UNDO
from vrp_map.summit.moderation.store import Decision as Decision
from vrp_map.summit.moderation.store import Text, TextAct, TextState

WORD_LIST = "the word list"


@dataclass(frozen=True)
class WaitingText:
    """A text in the queue.

    Attributes:
        flags: what makes it worth reading first; empty for most.
        proposal: the words that a redaction would keep: without personal details, or as a colleague
            has left them.
        said: what a colleague has already decided, where two people must agree; else None.
    """

    key: UUID
    words: str
    flags: tuple[Flag, ...]
    received_at: datetime
    proposal: str
    said: Decision | None


@dataclass(frozen=True)
class Queue:
    """What a moderator has in front of them.

    Attributes:
        texts: flagged ones first, then the oldest.
        done, total: texts decided, and all that are not in the safeguarding lane.
        for_another: texts that this person has decided and a second person has not.
        in_lane: open cases in the safeguarding lane; moderators see how many and nothing else.
    """

    texts: tuple[WaitingText, ...]
    done: int
    total: int
    for_another: int
    in_lane: int
    two_people: bool

    @property
    def flagged(self) -> int:
        return sum(bool(text.flags) for text in self.texts)


@dataclass(frozen=True)
class ApprovedText:
    """A text that staff may read, as it was approved or redacted."""

    key: UUID
    words: str
    redacted: bool


def events_with_texts(principal: Principal, records: Records) -> list[Event]:
    """Events that take free texts, the latest first."""
    principal.must(Action.SEE_TEXT_EVENTS)
    return [event for event in all_events(records) if event.free_text]


def queue(principal: Principal, records: Records, event: Event, *, now: datetime) -> Queue:
    """The queue of an event for this person."""
    principal.must(Action.READ_WAITING_TEXTS)
    held = kept.texts_in(records, event, kept.OPEN)
    if any(_is_new_disclosure(records, event, text) for text in held):
        move_to_safeguarding(records, event, now=now)
        held = kept.texts_in(records, event, kept.OPEN)
    mine = [t for t in held if t.state is TextState.HALF and t.by_whom == principal.name]
    texts = [
        _waiting(records, event, text)
        for text in held
        if text not in mine and text.words is not None
    ]
    counts = kept.counts_of(records, event)
    done = counts[TextState.APPROVED] + counts[TextState.REDACTED] + counts[TextState.REJECTED]
    return Queue(
        # The rest of the order is that of `texts_in`: the oldest first.
        tuple(sorted(texts, key=lambda text: not text.flags)),
        done=done,
        total=done + len(held),
        for_another=len(mine),
        in_lane=kept.open_cases(records, event),
        two_people=kept.needs_two_people(records, event),
    )


def decide(  # noqa: PLR0913 - who, in which event, which text, what, when
    principal: Principal,
    records: Records,
    event: Event,
    keys: Sequence[UUID],
    decision: Decision,
    *,
    now: datetime,
) -> int:
    """Approve, reject or move texts to the safeguarding lane, in one act.

    Returns:
        How many: a text that somebody else has decided meanwhile stays as they left it.
    """
    principal.must(Action.DECIDE_TEXTS)
    if decision not in (Decision.APPROVE, Decision.REJECT, Decision.SAFEGUARD):
        raise ValueError(f"{decision} is no such act: see keep_words and undo")
    act = TextAct(decision, principal.name, now)
    return len(kept.decide(records, event, keys, act).result())


def keep_words(  # noqa: PLR0913 - who, in which event, which text, what, when
    principal: Principal,
    records: Records,
    event: Event,
    text: WaitingText,
    words: str,
    *,
    now: datetime,
) -> int:
    """Redact: keep these words of a text and nothing else of it.

    Raises:
        UserError: no words are left, or nothing was taken out.
    """
    principal.must(Action.REDACT_TEXTS)
    clean = kept.check_redaction(text.words, words)
    act = TextAct(Decision.REDACT, principal.name, now, words=clean)
    return len(kept.decide(records, event, [text.key], act).result())


def undo(principal: Principal, records: Records, event: Event, *, now: datetime) -> list[UUID]:
    """Put back the texts of this person's latest act, if it is not older than `UNDO`.

    A text that somebody has opened in the safeguarding lane stays there.
    """
    principal.must(Action.UNDO_DECISIONS)
    return kept.undo_last(records, event, who=principal.name, now=now).result()


def approved_texts(principal: Principal, records: Records, event: Event) -> list[ApprovedText]:
    """What staff may read of an event: approved texts, and the words that redactions keep.

    Never public.

    Raises:
        NotAllowed: for whoever is no member of staff.
    """
    principal.must(Action.READ_APPROVED_TEXTS)
    held = kept.texts_in(records, event, (TextState.APPROVED, TextState.REDACTED))
    shown = [
        (text, text.kept_words if text.state is TextState.REDACTED else text.words) for text in held
    ]
    return [
        ApprovedText(text.key, words, text.state is TextState.REDACTED)
        for text, words in shown
        if words
    ]


def move_to_safeguarding(records: Records, event: Event, *, now: datetime) -> int:
    """Move undecided texts whose flags propose it to the safeguarding lane."""
    held = kept.texts_in(records, event, (TextState.WAITING,))
    keys = [text.key for text in held if _is_new_disclosure(records, event, text)]
    if not keys:
        return 0
    act = TextAct(Decision.SAFEGUARD, WORD_LIST, now)
    return len(kept.decide(records, event, keys, act, of=(TextState.WAITING,)).result())


def keep_house(records: Records, *, now: datetime) -> None:
    """Move disclosures to safeguarding and delete what can no longer be undone."""
    for event in all_events(records):
        if event.free_text:
            move_to_safeguarding(records, event, now=now)
    kept.forget_decided(records, now=now).result()


def _is_new_disclosure(records: Records, event: Event, text: Text) -> bool:
    """What somebody has put back, having read it, is not lifted out again."""
    return (
        text.decision is None and text.words is not None and discloses(_flags(records, event, text))
    )


def _waiting(records: Records, event: Event, text: Text) -> WaitingText:
    words = text.words or ""
    flags = _flags(records, event, text)
    half = text.state is TextState.HALF
    proposal = (
        text.kept_words
        if half and text.kept_words
        else redact(words, (f for f in flags if f.identifies))
    )
    return WaitingText(
        text.key, words, flags, text.received_at, proposal, text.decision if half else None
    )


def _flags(records: Records, event: Event, text: Text) -> tuple[Flag, ...]:
    """Where the flags of a text are; no words. Reading them anew at every key press would take most
    of its time.
    """
    words = text.words or ""
    found: tuple[Flag, ...] = records.derived.get(
        (event.id, text.key), lambda: flags_of(words, load_flag_words(load_settings().flag_words))
    )
    return found
