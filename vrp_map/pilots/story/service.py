"""Signing the story of a pilot, and reading the ones that are out: who may, then the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.pilot import PilotState
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord, all_pilots
from vrp_map.pilots.story.sentences import Story, story_of, words_of
from vrp_map.principal import Principal
from vrp_map.responses.personal import flags_in
from vrp_map.summit.follow_up.voices import Place, PublishedVoices

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class PublicStory:
    """A story that is out, as it was signed; what young people said is asked for by the page.

    Attributes:
        area: hexagons as text. They choose the places of `said_there`, and are shown to nobody.
    """

    reference: str
    name: str
    start: date
    parts: Story
    area: tuple[str, ...]


def draft_story(pilots: Pilots, principal: Principal, record: PilotRecord, now: datetime) -> Story:
    """What the story would say if it were signed now.

    Raises:
        NotAllowed: who may not read pilots. UserError: nothing was decided yet.
    """
    principal.must(Action.READ_PILOTS)
    if record.pilot.state != PilotState.DECIDED:
        raise UserError("Nothing is decided about the pilot yet.", hint="Decide first.")
    looks = pilots.looks(principal, record)
    account = pilots.dose(principal, record, now=now)
    return story_of(record.pilot, account, looks[-1].look if looks else None)


def no_longer_as_signed(
    pilots: Pilots, principal: Principal, record: PilotRecord, now: datetime
) -> tuple[str, ...]:
    """The headings of a story that is out which would read otherwise if it were signed now: there
    is a later verdict, more of its log, or other words.

    Raises:
        NotAllowed: who may not read pilots.
    """
    principal.must(Action.READ_PILOTS)
    if not record.pilot.story:
        return ()
    now_said = (("Name", record.pilot.name), *draft_story(pilots, principal, record, now))
    signed, fresh = dict(record.pilot.story), dict(now_said)
    return tuple(one for one in {**signed, **fresh} if signed.get(one) != fresh.get(one))


def sign_story(
    pilots: Pilots,
    principal: Principal,
    record: PilotRecord,
    *,
    now: datetime,
    past_flags: bool = False,
) -> None:
    """Put the story of a decided pilot out for everyone, as it reads now.

    Args:
        past_flags: whoever signs was told of what looks like a person or a count, and says that it
            is none.

    Raises:
        NotAllowed: who may not. UserError: nothing was decided, or the words look like a person.
    """
    principal.must(Action.APPROVE_PILOTS)
    story = draft_story(pilots, principal, record, now)
    words = words_of(record.pilot)
    # A typed number may be an exact count.
    flags = (*flags_in(words), *(("a number",) if _DIGIT.search(words) else ()))
    if flags and not past_flags:
        raise UserError(
            f"What everyone will read may tell too much ({', '.join(flags)}).",
            hint="Change the words, or say that they name nobody and hold no exact count.",
        )
    # The name is signed too: a later change of it is not on the page.
    signed = (("Name", record.pilot.name), *story)
    act = "story signed" + (f", past a flag of {', '.join(flags)}" if flags else "")
    pilots.keep_version(principal, record, replace(record.pilot, story=signed), act, now=now)


def withdraw_story(
    pilots: Pilots, principal: Principal, record: PilotRecord, *, now: datetime
) -> None:
    """Take a story back: its address is unknown from then on.

    Raises:
        NotAllowed: who may not.
    """
    principal.must(Action.APPROVE_PILOTS)
    taken = replace(record.pilot, story=())
    pilots.keep_version(principal, record, taken, "story withdrawn", now=now)


def public_story(pilots: Pilots, reference: str) -> PublicStory | None:
    """The story at a public address; None where none is out, whatever the reason."""
    for record in all_pilots(pilots.records):
        if record.reference == reference and record.pilot.story:
            (_, name), *parts = record.pilot.story
            pilot = record.pilot
            return PublicStory(reference, name, pilot.start, tuple(parts), pilot.places.area)
    return None


def said_there(
    story: PublicStory, voices: Sequence[PublishedVoices]
) -> list[tuple[PublishedVoices, list[Place]]]:
    """What the page of the voices shows of the places of a story, event by event, the first one
    first. Nothing is added up: each number is one that everyone sees there at the same time.
    """
    area = grid.from_text(list(story.area))
    found = []
    for one in sorted(voices, key=lambda one: one.event.starts_on):
        places = [place for place in one.places if _meets(place.cell, area)]
        found.append((one, places))
    return found


def _meets(cell: str, area: grid.Cells) -> bool:
    """Whether a hexagon holds, is, or lies in one of an area."""
    own = grid.from_text([cell])
    sizes = grid.resolutions(own)[0], grid.resolutions(area[:1])[0]
    coarse = int(min(sizes))
    here = grid.parents(own, resolution=coarse)[0]
    return bool((grid.parents(area, resolution=coarse) == here).any())
