"""The cases of all pilots, from the records: pilots, visits, looks, releases and grants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from vrp_map.funding.grant import Grant
from vrp_map.funding.service import Funding
from vrp_map.permissions import Action
from vrp_map.pilots.deciding import case
from vrp_map.pilots.deciding.case import DecisionCase, TracedSentence
from vrp_map.pilots.pilot import Pilot, PilotState
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import LookRecord, PilotRecord, PilotVersion, visits_of
from vrp_map.principal import Principal
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap.beside import NOT_ENOUGH, beside
from vrp_map.summit.voice_gap.released import EventVoices, heard


def decision_cases(
    pilots: Pilots, summit: Summit, principal: Principal, *, now: datetime
) -> list[DecisionCase]:
    """What the decision about each pilot rests on, as this person may see it.

    Drafts are left out, but for routes: they run without a comparison.

    Raises:
        NotAllowed: who may not read pilots.
    """
    known = pilots.all(principal)
    sources = _CaseSources(pilots, summit, principal, now)
    return [
        sources.case(record)
        for record in known
        if record.pilot.state != PilotState.DRAFT or record.pilot.route
    ]


class _CaseSources:
    """What all cases share, read once."""

    def __init__(self, pilots: Pilots, summit: Summit, principal: Principal, now: datetime) -> None:
        self.pilots, self.principal, self.now = pilots, principal, now
        self.resolution = summit.settings.wall_resolution
        self.events = [one for one in heard(summit) if one.is_out]
        self.grants: list[Grant] = []
        if principal.may(Action.READ_FUNDING):
            self.grants = [one.grant for one in Funding(pilots.records).all(principal)]

    def case(self, record: PilotRecord) -> DecisionCase:
        pilot = record.pilot
        name = f"pilot {record.reference}, version {record.version}"
        account = self.pilots.dose(self.principal, record, now=self.now)
        looks = self.pilots.looks(self.principal, record)
        look = looks[-1].look if looks else None
        judged_on = looks[-1].written_at.date() if looks else None
        visits = visits_of(self.pilots.records, record.id)
        decided = _decided(self.pilots.history(self.principal, record))
        decided_at = decided.written_at if decided else None
        return DecisionCase(
            record.reference,
            pilot.name,
            pilot.kind,
            pilot.stage(self.pilots.today(self.now)),
            look.verdict if look else "not judged",
            (
                case.cost_of(pilot, account, record=name),
                case.dose_of(pilot, account, record=name),
                case.reach_of(visits),
                case.verdict_of(
                    look, judged_on=judged_on, when_decided=_verdict_at(looks, decided_at)
                ),
                self._voice(pilot),
                case.fund_of(pilot, record.reference, self.grants),
            ),
            decision=pilot.decision,
            because=pilot.decision_because,
            decided_on=decided.written_at.date() if decided else None,
            decided_by=decided.written_by if decided else "",
        )

    def _voice(self, pilot: Pilot) -> TracedSentence:
        """Before and since: an event on the day of the start is since it."""
        before = [one for one in self.events if one.event.starts_on < pilot.start]
        since = [one for one in self.events if one.event.starts_on >= pilot.start]
        return case.voice_of(
            *(self._said(some, pilot.places.area, pilot.start) for some in (before, since)),
            events=len(self.events),
        )

    def _said(self, events: Sequence[EventVoices], area: Sequence[str], start: date) -> list[str]:
        return [
            f"{one.event.name}: {self._unsafe(one, area)}"
            for one in sorted(events, key=lambda one: one.event.starts_on)
        ]

    def _unsafe(self, voices: EventVoices, area: Sequence[str]) -> str:
        """How many feel unsafe in the area, in words: by the release alone, never from pins."""
        unsafe = voices.cells("unsafe", resolution=self.resolution)
        said = beside(area, unsafe, resolution=self.resolution, groups=[1] * len(area))
        words = str(said.iloc[0]) if len(said) else NOT_ENOUGH
        return words if words == NOT_ENOUGH else f"{words} feel unsafe there"


def _verdict_at(looks: Sequence[LookRecord], when: datetime | None) -> str:
    """The verdict that stood at a time; empty where none did, or there was no such time."""
    stood = [one.look.verdict for one in looks if when and one.written_at <= when]
    return stood[-1] if stood else ""


def _decided(history: Sequence[PilotVersion]) -> PilotVersion | None:
    return next((one for one in reversed(history) if one.act == "decided"), None)
