"""Rules of a reply: who may give it, what it needs, which hexagons wait for one."""

from __future__ import annotations

import re
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime

from vrp_map.common.plain_text import plain_text
from vrp_map.disclosure.releases import Release, narrowed
from vrp_map.disclosure.thresholds import hall_threshold, public_threshold
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.summit.event_store import Event
from vrp_map.summit.follow_up.store import Reply, keep_reply, replies_to
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.picture import hexagons

# Code -> what people read.
STATUSES = {
    "heard": "We heard you",
    "planned": "Planned",
    "doing": "We are doing it",
    "done": "Done",
    "cannot": "We cannot do it, and why",
}
MOST_WORDS, LEAST_WORDS, MOST_OWNER = 600, 10, 80
_MAIL = re.compile(r"@")
# Enough digits for a telephone. An answer may name a helpline's; an organisation's name has none.
_PHONE = re.compile(r"(?:\d[\s()+-]*){7,}")


@dataclass(frozen=True)
class WallHexagon:
    """One hexagon of the wall: contributors by kind as released, and the answer, if there is one.

    Attributes:
        is_public: whether enough people spoke of it to show at `/voices` too.
    """

    cell: str
    counts: dict[str, int]
    reply: Reply | None
    is_public: bool


def to_answer(summit: Summit, event: Event, release: Release) -> list[WallHexagon]:
    """The wall's hexagons: those without an answer first, then those that most people spoke of."""
    given = replies_to(summit.records, event)
    found = _on_the_wall(summit, release)
    public = hexagons(narrowed(release, k=public_threshold(summit.settings)))
    rows = [
        WallHexagon(cell, counts, given.get(cell), cell in public) for cell, counts in found.items()
    ]
    return sorted(
        rows, key=lambda row: (row.reply is not None, -max(row.counts.values()), row.cell)
    )


def answer(  # noqa: PLR0913 - who, in which event, which reply, what, when
    summit: Summit,
    principal: Principal,
    event: Event,
    release: Release,
    reply: Reply,
    *,
    now: datetime,
) -> Future[None]:
    """Keep an answer to a hexagon of a release.

    Raises:
        NotAllowed: who may not. UserError: what is missing or must not stand there, and what to do.
    """
    principal.must(Action.ANSWER_PEOPLE)
    reply = replace(reply, words=plain_text(reply.words), owner=plain_text(reply.owner))
    _check(reply)
    if reply.answered_on > now.date():
        raise UserError(
            "The date of the answer is in the future.", hint="Give the day you decided."
        )
    if reply.cell not in _on_the_wall(summit, release):
        raise UserError(
            "This place is not public yet, so it cannot have a public answer.",
            hint="Choose one from the list.",
        )
    return keep_reply(summit.records, event, reply, who=principal.name, now=now)


def _on_the_wall(summit: Summit, release: Release) -> dict[str, dict[str, int]]:
    return hexagons(narrowed(release, k=hall_threshold(summit.settings)))


def _check(reply: Reply) -> None:
    if reply.status not in STATUSES:
        raise UserError(
            "An answer needs a status.", hint=f"Choose one of: {', '.join(STATUSES.values())}."
        )
    if len(reply.words) < LEAST_WORDS:
        raise UserError(
            "The answer is empty or too short.",
            hint="Say in a sentence what you did, or why not.",
        )
    if len(reply.words) > MOST_WORDS:
        raise UserError(
            f"The answer has {len(reply.words):,} characters. The limit is {MOST_WORDS}.",
            hint="Make it shorter.",
        )
    if not reply.owner or len(reply.owner) > MOST_OWNER:
        raise UserError(
            "An answer needs the organisation that gives it.",
            hint=f"Name it in up to {MOST_OWNER} characters.",
        )
    if _MAIL.search(reply.words + reply.owner) or _PHONE.search(reply.owner):
        raise UserError(
            "The answer or the organisation contains an e-mail address or a telephone number, and"
            " the public will read it.",
            hint="Name an organisation, not a person. Remove the address or number.",
        )
