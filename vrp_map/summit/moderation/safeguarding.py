"""The safeguarding lane: what its page asks for and does, for people with that role only.

Every look at a text and every act leaves a line in the audit. Nothing is ever sent anywhere: what
is done about a disclosure is done by people, after their own safeguarding procedure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vrp_map.common.plain_text import plain_text
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event
from vrp_map.summit.moderation import safeguarding_store as kept
from vrp_map.summit.moderation import store as texts
from vrp_map.summit.moderation.safeguarding_store import CaseRow as CaseRow
from vrp_map.summit.moderation.safeguarding_store import Entry, LogLine
from vrp_map.summit.moderation.service import move_to_safeguarding
from vrp_map.summit.moderation.store import Decision, TextAct, TextState

MOST_NOTE = 500


@dataclass(frozen=True)
class Case:
    """A text in the lane as somebody reads it."""

    row: CaseRow
    words: str
    log: tuple[LogLine, ...]


def lane(principal: Principal, records: Records, event: Event, *, now: datetime) -> list[CaseRow]:
    """The cases of an event without their words: open first, longest waiting first."""
    principal.must(Action.SEE_CASES)
    move_to_safeguarding(records, event, now=now)
    return sorted(kept.cases_of(records, event), key=lambda case: case.is_closed)


def open_case(
    principal: Principal, records: Records, event: Event, key: UUID, *, now: datetime
) -> Case:
    """A case with its words and its log; this look is noted.

    Raises:
        UserError: it is no longer in the lane.
    """
    principal.must(Action.READ_CASES)
    words = kept.see(records, event, key, who=principal.name, now=now).result()
    row = next((case for case in kept.cases_of(records, event) if case.key == key), None)
    if row is None:
        raise UserError(
            "This text is no longer in the safeguarding lane.", hint="Look at the list again."
        )
    return Case(row, words, tuple(kept.log_of(records, event, key)))


def write_note(  # noqa: PLR0913 - who, in which event, which text, what, when
    principal: Principal, records: Records, event: Event, key: UUID, said: str, *, now: datetime
) -> None:
    """Note what was done, or what will be.

    Raises:
        UserError: nothing was written, or more than `MOST_NOTE` letters.
    """
    principal.must(Action.WRITE_CASES)
    clean = "\n".join(plain_text(line) for line in said.splitlines()).strip()
    if not clean:
        raise UserError(
            "The note is empty.", hint="Write in a few words what was done, and by whom."
        )
    if len(clean) > MOST_NOTE:
        raise UserError(f"The note has {len(clean):,} letters.", hint=f"Use up to {MOST_NOTE:,}.")
    kept.add_line(records, event, key, LogLine(Entry.NOTE, clean, principal.name, now)).result()


def close_case(
    principal: Principal, records: Records, event: Event, key: UUID, *, now: datetime
) -> None:
    """Close a case of which somebody has noted what was done.

    Raises:
        UserError: nothing is noted yet.
    """
    principal.must(Action.CLOSE_CASES)
    kept.add_line(records, event, key, LogLine(Entry.CLOSED, None, principal.name, now)).result()


def reopen_case(
    principal: Principal, records: Records, event: Event, key: UUID, *, now: datetime
) -> None:
    """Open a closed case again."""
    principal.must(Action.REOPEN_CASES)
    kept.add_line(records, event, key, LogLine(Entry.REOPENED, None, principal.name, now)).result()


def put_back(
    principal: Principal, records: Records, event: Event, key: UUID, *, now: datetime
) -> bool:
    """Return a text to the moderators; False where a colleague was quicker."""
    principal.must(Action.PUT_BACK_CASES)
    act = TextAct(Decision.REOPEN, principal.name, now)
    done = texts.decide(records, event, [key], act, of=(TextState.SAFEGUARD,))
    return bool(done.result())


def two_people(principal: Principal, records: Records, event: Event) -> bool:
    """Whether two people must agree before a text of this event is approved or redacted."""
    principal.must(Action.SEE_TWO_PEOPLE)
    return texts.needs_two_people(records, event)


def set_two_people(
    principal: Principal, records: Records, event: Event, *, wanted: bool, now: datetime
) -> None:
    """Say whether two people must agree, from now on."""
    principal.must(Action.SET_TWO_PEOPLE)
    texts.set_two_people(records, event, wanted=wanted, who=principal.name, now=now).result()
