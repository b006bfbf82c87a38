"""What people decided about free texts: appended rows, the latest of which counts.

Who may do what is not asked here.

With every act goes a line of the audit; it names the pin's key and never holds a word of the text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from vrp_map.common.plain_text import plain_text
from vrp_map.errors import UserError
from vrp_map.records.audit import Act, note
from vrp_map.records.engine.database import FILES, Connection, Records
from vrp_map.summit.event_store import Event, has_setting, write_setting

# An act can be undone for this long; then what was rejected, and what a redaction took out, is
# deleted for good.
UNDO = timedelta(minutes=10)
_TWO_PEOPLE = "two-people"


class Decision(StrEnum):
    """What may be decided about a text."""

    APPROVE = "approve"
    REDACT = "redact"
    REJECT = "reject"
    SAFEGUARD = "safeguard"
    REOPEN = "reopen"


_DONE = {
    Decision.APPROVE: "approved a text",
    Decision.REDACT: "redacted a text",
    Decision.REJECT: "rejected a text",
    Decision.SAFEGUARD: "moved a text to the safeguarding lane",
    Decision.REOPEN: "put a text back into the queue",
}


class TextState(StrEnum):
    """How a text stands. Half: one of two people has approved or redacted it."""

    WAITING = "waiting"
    HALF = "half"
    APPROVED = "approve"
    REDACTED = "redact"
    REJECTED = "reject"
    SAFEGUARD = "safeguard"


OPEN = (TextState.WAITING, TextState.HALF)


@dataclass(frozen=True)
class Text:
    """A free text and how it stands.

    Attributes:
        received_at: rounded down to the quarter hour, as everything is that a pin says of its time.
        words: as they were written; None once they are deleted.
        decision, by_whom, decided_at: the latest row; None where there is none yet.
        kept_words: of a redaction.
    """

    key: UUID
    received_at: datetime
    words: str | None
    state: TextState
    decision: Decision | None
    by_whom: str | None
    decided_at: datetime | None
    kept_words: str | None


@dataclass(frozen=True)
class TextAct:
    """What somebody decides about texts; `words` is what a redaction keeps."""

    decision: Decision
    who: str
    now: datetime
    words: str | None = None

    def row(self, event: Event, key: UUID, *, needs: int = 1) -> dict[str, Any]:
        """The row of one text that counts once `needs` people have said the same."""
        return {
            "event_id": event.id,
            "key": key,
            "decision": self.decision,
            "needs": needs,
            "who": self.who,
            "now": self.now,
        }


def texts_in(records: Records, event: Event, states: Collection[TextState]) -> list[Text]:
    """The event's texts in these states, the oldest first."""
    asked = {"event_id": event.id, "states": [str(state) for state in states]}
    return [_text(row) for row in records.read("summit/queries/text_states", asked)]


def counts_of(records: Records, event: Event) -> dict[TextState, int]:
    """How many texts of the event are in each state."""
    found = {
        TextState(state): n
        for state, n in records.read("summit/queries/text_counts", {"event_id": event.id})
    }
    return {state: found.get(state, 0) for state in TextState}


def open_cases(records: Records, event: Event) -> int:
    """How many cases in the safeguarding lane are not closed."""
    return sum(
        not is_closed
        for *_, is_closed in records.read(
            "summit/queries/safeguarding_cases", {"event_id": event.id}
        )
    )


def decide(
    records: Records,
    event: Event,
    keys: Sequence[UUID],
    act: TextAct,
    *,
    of: Collection[TextState] = OPEN,
) -> Future[list[UUID]]:
    """Decide about texts, in one act.

    Args:
        of: states in which the text may be; in any other, somebody else was quicker and it is left
            as it is.

    Returns:
        The keys of the texts that were decided about.
    """

    def write(con: Connection) -> list[UUID]:
        needs = (
            2
            if act.decision in (Decision.APPROVE, Decision.REDACT)
            and has_setting(con, event, _TWO_PEOPLE)
            else 1
        )
        done = []
        for key in keys:
            text = _one(con, event, key)
            if text is None or text.state not in of or _said_before(text, act):
                continue
            row = act.row(event, key, needs=needs)
            (nth,) = FILES.run(con, "summit/writes/text_decision", row).fetchone() or (1,)
            if act.decision is Decision.REDACT:
                redaction = row | {"nth": nth, "words": act.words}
                FILES.run(con, "summit/writes/text_redaction", redaction)
            note(con, Act(act.now, act.who, _DONE[act.decision], str(key)))
            done.append(key)
        return done

    return records.write(write)


def undo_last(records: Records, event: Event, *, who: str, now: datetime) -> Future[list[UUID]]:
    """Undo all of a person's latest act; nothing once `UNDO` is over.

    Returns:
        Their keys, in the order of the keys.
    """
    reopening = TextAct(Decision.REOPEN, who, now)

    def write(con: Connection) -> list[UUID]:
        asked = {"event_id": event.id, "who": who, "after": now - UNDO}
        keys = [key for (key,) in FILES.run(con, "summit/queries/texts_to_undo", asked).fetchall()]
        for key in keys:
            FILES.run(con, "summit/writes/text_decision", reopening.row(event, key))
            note(con, Act(now, who, "undid a decision about a text", str(key)))
        return keys

    return records.write(write)


def forget_decided(records: Records, *, now: datetime) -> Future[int]:
    """Delete rejected and redacted words past undoing; return how many texts.

    Their bytes go with the next rewrite of the file (`purge.purge_what_is_due`).
    """

    def write(con: Connection) -> int:
        rows = [
            FILES.run(con, f"summit/writes/{name}", {"before": now - UNDO}).fetchone()
            for name in ("forget_originals", "forget_old_redactions")
        ]
        gone = sum(int(row[0]) for row in rows if row)
        records.owes_rewrite = records.owes_rewrite or gone > 0
        return gone

    return records.write(write)


def needs_two_people(records: Records, event: Event) -> bool:
    """Whether an approval or a redaction counts only when two different people say the same."""
    return records.look(lambda con: has_setting(con, event, _TWO_PEOPLE))


def set_two_people(
    records: Records, event: Event, *, wanted: bool, who: str, now: datetime
) -> Future[None]:
    """Say whether two people must agree from now on; what was decided stays decided."""
    people = "two people" if wanted else "one person"
    act = Act(now, who, f"said that {people} must agree", event.code)
    return records.write(lambda con: write_setting(con, event, _TWO_PEOPLE, is_on=wanted, act=act))


def _one(con: Connection, event: Event, key: UUID) -> Text | None:
    row = FILES.run(con, "summit/queries/text_state", {"event_id": event.id, "key": key}).fetchone()
    return _text(row) if row else None


def _said_before(text: Text, act: TextAct) -> bool:
    """Whether this person has said exactly this of the text, and it waits for another person."""
    said = (text.decision, text.by_whom, text.kept_words)
    return text.state is TextState.HALF and said == (act.decision, act.who, act.words)


def _text(row: tuple[Any, ...]) -> Text:
    key, received_at, words, state, decision, by_whom, decided_at, kept_words = row
    return Text(
        key,
        received_at,
        words,
        TextState(state),
        Decision(decision) if decision else None,
        by_whom,
        decided_at,
        kept_words,
    )


def check_redaction(original: str | None, kept: str) -> str:
    """The words a redaction keeps, tidied.

    Raises:
        UserError: nothing is left, or nothing was taken out.
    """
    clean = plain_text(kept)
    if not clean:
        raise UserError(
            "You removed every word.", hint="Keep some of the words, or reject the text."
        )
    if clean == plain_text(original or ""):
        raise UserError(
            "You removed nothing.", hint="Change the words to keep, or approve the text as it is."
        )
    return clean
