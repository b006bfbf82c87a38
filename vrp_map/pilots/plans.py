"""The plans of pilots, from draft to decision: who may, then the rules, then the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.catalogue import PilotCatalogue, load_pilot_catalogue
from vrp_map.pilots.pilot import (
    Pilot,
    PilotDecision,
    PilotState,
    PowerResult,
    check_pilot,
    check_ready,
    fixed_changes,
)
from vrp_map.pilots.places import overlaps, with_rings
from vrp_map.pilots.store import (
    PilotChange,
    PilotRecord,
    PilotVersion,
    all_pilots,
    keep_pilots,
    versions_of,
)
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.responses.personal import flags_in


class PilotPlans:
    """The plans of the pilots of these records."""

    def __init__(self, records: Records, settings: Settings) -> None:
        self.records, self.settings = records, settings

    @cached_property
    def catalogue(self) -> PilotCatalogue:
        """The closed lists in force."""
        return load_pilot_catalogue(self.settings.pilot_catalogue)

    def today(self, now: datetime) -> date:
        """The day of a moment (UTC, without a zone) on the clock of the place."""
        zone = ZoneInfo(self.settings.time_zone)
        return now.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()

    def all(self, principal: Principal) -> list[PilotRecord]:
        """Every pilot.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.READ_PILOTS)
        return [
            replace(record, pilot=_as_read(principal, record.pilot))
            for record in all_pilots(self.records)
        ]

    def record(self, principal: Principal, id: UUID | str) -> PilotRecord:
        """One pilot by its id or its reference.

        Raises:
            NotAllowed: who may not. UserError: there is none.
        """
        for record in self.all(principal):
            if id in (record.id, record.reference):
                return record
        raise UserError("There is no such pilot.", hint="Check its reference, such as P2026-01.")

    def history(self, principal: Principal, record: PilotRecord) -> list[PilotVersion]:
        """Who changed what, when; the first version first."""
        principal.must(Action.READ_PILOTS)
        found = versions_of(self.records, record.id)
        return [replace(version, pilot=_as_read(principal, version.pilot)) for version in found]

    def overlaps(self, principal: Principal, pilot: Pilot, *, id: UUID | None = None) -> list[str]:
        """Warnings: what another pilot at the same time and place does to this one's verdict."""
        others = {r.reference: r.pilot for r in self.all(principal) if r.id != id}
        return overlaps(pilot, others)

    def add(
        self, principal: Principal, pilots: Sequence[tuple[UUID, Pilot]], *, now: datetime
    ) -> list[str]:
        """Keep new pilots as drafts, all or none; one that is there already is not kept twice.

        Returns:
            The references, once they are on the disk.

        Raises:
            NotAllowed: who may not. UserError: what is wrong, and with which pilot.
        """
        principal.must(Action.WRITE_PILOTS)
        drafts = [(id, _as_draft(pilot)) for id, pilot in pilots]
        for _, pilot in drafts:
            check_pilot(pilot, self.catalogue)
        changes = [PilotChange(id, pilot, "recorded") for id, pilot in drafts]
        return keep_pilots(self.records, changes, who=principal.name, now=now).result()

    def add_one(self, principal: Principal, pilot: Pilot, *, now: datetime) -> str:
        """As `add`, of one."""
        return self.add(principal, [(uuid4(), pilot)], now=now)[0]

    def change(
        self, principal: Principal, record: PilotRecord, pilot: Pilot, *, why: str, now: datetime
    ) -> None:
        """Keep another version of a pilot; its state stays, and so does a sign-off where the words
        are the same.

        Args:
            why: needed where the change is of what was fixed at the approval.

        Raises:
            NotAllowed, UserError: who may not, or what is wrong.
        """
        principal.must(Action.WRITE_PILOTS)
        held = record.pilot
        pilot = replace(
            pilot,
            state=held.state,
            decision=held.decision,
            decision_because=held.decision_because,
            # Other words than those that were signed off wait for another sign-off.
            is_public=held.is_public and pilot_words(pilot) == pilot_words(held),
            story=held.story,
        )
        changes = fixed_changes(held, pilot)
        # What was worked out of another plan says nothing of this one.
        pilot = replace(pilot, power=None if changes else self._power_of(record.id))
        fixed = () if held.state == PilotState.DRAFT else changes
        if fixed and not why.strip():
            raise UserError(
                f"This was fixed when the pilot was approved: {', '.join(fixed)}.",
                hint="Say why it changes. The verdict will say that the plan was changed.",
            )
        check_pilot(pilot, self.catalogue)
        act = "amended" if fixed else "changed"
        change = PilotChange(record.id, pilot, act, after=record.version, why=why)
        keep_pilots(self.records, [change], who=principal.name, now=now).result()

    def approve(self, principal: Principal, record: PilotRecord, *, now: datetime) -> None:
        """Fix what a pilot will be judged by; rings that are not drawn become the hexagons that
        touch.

        Raises:
            NotAllowed: who may not. UserError: what is missing, or it is no draft.
        """
        principal.must(Action.APPROVE_PILOTS)
        if record.pilot.state != PilotState.DRAFT:
            raise UserError("The pilot is approved already.", hint="Change it, and say why.")
        check_ready(record.pilot)
        approved = replace(
            record.pilot, places=with_rings(record.pilot.places), state=PilotState.APPROVED
        )
        self.keep_version(principal, record, approved, "approved", now=now)

    def decide(
        self,
        principal: Principal,
        record: PilotRecord,
        decision: PilotDecision,
        *,
        because: str,
        now: datetime,
    ) -> None:
        """Keep, change, stop or cannot know, and why.

        Raises:
            NotAllowed: who may not. UserError: no reason, or it was never approved.
        """
        principal.must(Action.APPROVE_PILOTS)
        if record.pilot.state == PilotState.DRAFT:
            raise UserError("The pilot was never approved.", hint="Approve it first.")
        if not because.strip():
            raise UserError("A decision needs a reason.", hint="Give it in one sentence.")
        decided = replace(
            record.pilot,
            state=PilotState.DECIDED,
            decision=decision,
            decision_because=because,
            # What is out tells of another decision.
            story=(),
        )
        self.keep_version(principal, record, decided, "decided", now=now)

    def publish(
        self,
        principal: Principal,
        record: PilotRecord,
        *,
        is_public: bool,
        now: datetime,
        past_flags: bool = False,
    ) -> None:
        """Sign a decided pilot off for everyone with a role, or take that back.

        Args:
            past_flags: whoever signs was told of what looks like a person in the words that others
                will read, and says that they name nobody: in the history and the audit.

        Raises:
            NotAllowed: who may not. UserError: nothing was decided yet, or the words look like a
                person.
        """
        principal.must(Action.APPROVE_PILOTS)
        if record.pilot.state != PilotState.DECIDED:
            raise UserError("Nothing is decided about the pilot yet.", hint="Decide first.")
        flags = flags_in(". ".join(pilot_words(record.pilot))) if is_public else ()
        if flags and not past_flags:
            raise UserError(
                f"What others will read looks like something about a person ({', '.join(flags)}).",
                hint="Take it out of the name or the learning, or say that it names nobody.",
            )
        act = "signed off" if is_public else "withdrawn"
        act += f", past a flag of {', '.join(flags)}" if flags else ""
        # What is taken back from staff is not left to everybody.
        story = record.pilot.story if is_public else ()
        signed = replace(record.pilot, is_public=is_public, story=story)
        self.keep_version(principal, record, signed, act, now=now)

    def keep_version(
        self, principal: Principal, record: PilotRecord, pilot: Pilot, act: str, *, now: datetime
    ) -> None:
        """Keep another version of a pilot, with what was done to it.

        Raises:
            NotAllowed: who may not. UserError: what is wrong with it.
        """
        principal.must(Action.WRITE_PILOTS)
        if pilot.power == record.pilot.power:
            # Whoever writes may have read it without its numbers.
            pilot = replace(pilot, power=self._power_of(record.id))
        check_pilot(pilot, self.catalogue)
        change = PilotChange(record.id, pilot, act, after=record.version)
        keep_pilots(self.records, [change], who=principal.name, now=now).result()

    def _power_of(self, id: UUID) -> PowerResult | None:
        return next((r.pilot.power for r in all_pilots(self.records) if r.id == id), None)


def pilot_words(pilot: Pilot) -> tuple[str, ...]:
    """What all staff read of a pilot that was signed off."""
    return pilot.name, pilot.learning


def _as_read(principal: Principal, pilot: Pilot) -> Pilot:
    """The plan as this person may read it: exact counts are behind the numbers of its power."""
    if pilot.power is None or principal.may(Action.SEE_EXACT_NUMBERS):
        return pilot
    return replace(pilot, power=pilot.power.without_numbers)


def _as_draft(pilot: Pilot) -> Pilot:
    """A pilot that comes from a form or a file: nobody has approved it here."""
    return replace(
        pilot,
        state=PilotState.DRAFT,
        decision="",
        decision_because="",
        is_public=False,
        story=(),
        power=None,
    )
