"""Pilots: who may, then the rules, then the records, then the audit. Pages and commands call it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from vrp_map.analysis.comparison_cells import ComparisonChoice
from vrp_map.disclosure.thresholds import may_rest_on
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.alike import PilotMatch, pilot_match
from vrp_map.pilots.before_start import Prospect
from vrp_map.pilots.dose import DoseAccount, DoseVisit, check_visit, dose_account
from vrp_map.pilots.look import PilotLook, look_at, verdict_alone
from vrp_map.pilots.monthly import compared, harm_sentence, pilot_prospect, pilot_table
from vrp_map.pilots.pilot import PilotState, PowerResult
from vrp_map.pilots.places import overlaps
from vrp_map.pilots.plans import PilotPlans
from vrp_map.pilots.several import PilotForest, forest_of_looks
from vrp_map.pilots.store import (
    LookRecord,
    PilotRecord,
    all_pilots,
    keep_dose,
    keep_look,
    looks_of,
    versions_of,
    visits_of,
)
from vrp_map.principal import Principal
from vrp_map.vocabulary import Audience
from vrp_map.workspace import Workspace


@dataclass(frozen=True)
class PilotOutline:
    """What everyone with a role sees of a pilot that was signed off: no hexagon, no count."""

    reference: str
    name: str
    start: date
    end: date
    decision: str
    verdict: str
    learning: str


class Pilots(PilotPlans):
    """The pilots of these records: their plans, and what came of them."""

    def log(
        self,
        principal: Principal,
        record: PilotRecord,
        visits: Sequence[DoseVisit],
        *,
        now: datetime,
    ) -> int:
        """Keep visits of a pilot, all or none; the same visit twice adds nothing.

        Returns:
            How many were added, once they are on the disk.

        Raises:
            NotAllowed: who may not. UserError: what is wrong with the first that is.
        """
        principal.must(Action.LOG_DOSE)
        last = min(record.pilot.end, self.today(now))
        for visit in visits:
            check_visit(visit, first=record.pilot.start, last=last)
        kept = keep_dose(self.records, record, visits, who=principal.name, now=now)
        return kept.result()

    def dose(self, principal: Principal, record: PilotRecord, *, now: datetime) -> DoseAccount:
        """What was given of a pilot so far, against its plan."""
        principal.must(Action.READ_PILOTS)
        pilot = record.pilot
        points = pilot.route.standing_points if pilot.route else ()
        return dose_account(
            visits_of(self.records, record.id),
            points or pilot.places.area,
            first=pilot.start,
            last=pilot.end,
            today=self.today(now),
            plan=pilot.dose,
            budget=pilot.budget,
        )

    def judge(
        self, principal: Principal, record: PilotRecord, ws: Workspace, *, now: datetime
    ) -> PilotLook:
        """Judge a pilot on the data there are now, and keep what was said.

        Looking again at the same months is the same look; at more months it is one look more, and
        the intervals of all of them together hold what they say.

        Raises:
            NotAllowed: who may not. UserError: it is not approved, or the months are not there.
        """
        principal.must(Action.JUDGE_PILOTS)
        if record.pilot.state == PilotState.DRAFT:
            raise UserError(
                "The pilot is not approved, so what it is judged by can still change.",
                hint="Approve it first.",
            )
        away = self._others(record.id)
        ws = ws.for_principal(principal)
        table = pilot_table(ws, record.pilot, away_from=away)
        earlier = [one.look.months_after for one in looks_of(self.records, record.id)]
        look = look_at(
            record.pilot,
            table,
            earlier=earlier,
            remarks=self._remarks(principal, record),
            harm=harm_sentence(ws, record.pilot, table),
        )
        latest = next(iter(reversed(looks_of(self.records, record.id))), None)
        if latest is None or latest.look != look:
            keep_look(self.records, record, look, who=principal.name, now=now).result()
        return look

    def _remarks(self, principal: Principal, record: PilotRecord) -> list[str]:
        """What the record itself takes from the verdict, in sentences."""
        versions, said = versions_of(self.records, record.id), []
        approved = next((v.written_at for v in versions if v.act == "approved"), None)
        if approved and self.today(approved) > record.pilot.start:
            said.append("It was approved after it had started.")
        power = record.pilot.power
        if power is None or power.worked_out > record.pilot.start:
            said.append("Nobody worked out before the start whether it could be shown.")
        if any(version.act == "amended" for version in versions):
            said.append("Its plan was changed after it was approved.")
        others = {r.reference: r.pilot for r in all_pilots(self.records) if r.id != record.id}
        others = {ref: p for ref, p in others.items() if p.state != PilotState.DRAFT}
        return said + overlaps(record.pilot, others)

    def looks(self, principal: Principal, record: PilotRecord) -> list[LookRecord]:
        """Every time that a pilot was judged, the first one first."""
        principal.must(Action.READ_PILOTS)
        return [
            replace(one, look=self._as_seen(principal, one.look))
            for one in looks_of(self.records, record.id)
        ]

    def latest_looks(self, principal: Principal) -> dict[UUID, PilotLook]:
        """What each pilot was last judged to be."""
        principal.must(Action.READ_PILOTS)
        found = looks_of(self.records)
        return {one.pilot_id: self._as_seen(principal, one.look) for one in found}

    def forest(self, principal: Principal) -> PilotForest | None:
        """The judged pilots of the commonest outcome side by side; None where fewer than two are.

        Only those whose numbers this person may see: a mean of all would tell of the others.

        Raises:
            NotAllowed: who may not.
        """
        looks = self.latest_looks(principal)
        judged = [
            record
            for record in all_pilots(self.records)
            if record.id in looks and looks[record.id].irr is not None
        ]
        exact = {one.pilot_id: one.look for one in looks_of(self.records)}
        outcomes = Counter(record.pilot.outcomes[0] for record in judged)
        chosen = {
            f"{record.reference} {record.pilot.name}": exact[record.id]
            for record in judged
            if record.pilot.outcomes[0] == outcomes.most_common(1)[0][0]
        }
        return forest_of_looks(chosen) if len(chosen) > 1 else None

    def _as_seen(self, principal: Principal, look: PilotLook) -> PilotLook:
        """A look as this person may see it: whoever may not see exact numbers is told no number
        that rests on a count which the partner view hides.
        """
        if principal.may(Action.SEE_EXACT_NUMBERS):
            return look
        counts = [n for pair in look.counts for n in pair]
        if may_rest_on(counts, Audience.PARTNER, self.settings):
            return replace(look, counts=(), course=(), harm="")
        return verdict_alone(look)

    def compare(
        self, principal: Principal, record: PilotRecord, ws: Workspace, *, now: datetime
    ) -> ComparisonChoice:
        """Give a draft the comparison whose past is most like its own, away from every pilot.

        Raises:
            NotAllowed: who may not. UserError: it is approved, or too few places are left.
        """
        principal.must(Action.WRITE_PILOTS)
        if record.pilot.state != PilotState.DRAFT:
            raise UserError("The pilot is approved already.", hint="Its comparison is fixed.")
        ws = ws.for_principal(principal)
        pilot, choice = compared(ws, record.pilot, away_from=self._others(record.id))
        self.keep_version(principal, record, pilot, "changed", now=now)
        return choice

    def prospect(
        self, principal: Principal, record: PilotRecord, ws: Workspace, *, now: datetime
    ) -> Prospect:
        """Whether a pilot could be shown to work at its size, by the months before its start.

        Of a draft it is kept with the plan, for who approves it; an approval keeps it for good.

        Raises:
            NotAllowed: who may not. UserError: no comparison, or no whole months.
        """
        principal.must(Action.JUDGE_PILOTS)
        ws = ws.for_principal(principal)
        found = pilot_prospect(ws, record.pilot, away_from=self._others(record.id))
        if record.pilot.state == PilotState.DRAFT:
            power = PowerResult(str(found.light), found.sentence, self.today(now))
            worked_out = replace(record.pilot, power=power)
            if worked_out != record.pilot:
                self.keep_version(principal, record, worked_out, "power worked out", now=now)
        return found

    def match(self, principal: Principal, record: PilotRecord, ws: Workspace) -> PilotMatch:
        """How alike a pilot and its comparison were before the start, and what placebo pilots did.

        Raises:
            NotAllowed: who may not. UserError: no comparison, or too few months.
        """
        principal.must(Action.JUDGE_PILOTS)
        look = next(iter(reversed(looks_of(self.records, record.id))), None)
        return pilot_match(
            ws.for_principal(principal),
            record.pilot,
            difference=look.look.wdd if look else None,
            away_from=self._others(record.id),
        )

    def _others(self, id: UUID) -> list[str]:
        """The areas and rings of every other pilot, of the same size of hexagon or any."""
        others = [r.pilot.places for r in all_pilots(self.records) if r.id != id]
        return [cell for places in others for cell in (*places.area, *places.ring)]

    def outlines(
        self,
        principal: Principal,
        *,
        where: Callable[[tuple[str, ...]], bool] | None = None,
    ) -> list[PilotOutline]:
        """The pilots that were signed off, as everyone with a role may see them.

        Args:
            where: leaves out those whose hexagons it does not take; None = all.

        Raises:
            NotAllowed: who has no role.
        """
        principal.must(Action.SEE_PILOTS)
        looks = {one.pilot_id: one.look.verdict for one in looks_of(self.records)}
        return [
            PilotOutline(
                record.reference,
                record.pilot.name,
                record.pilot.start,
                record.pilot.end,
                record.pilot.decision,
                looks.get(record.id, "not judged"),
                record.pilot.learning,
            )
            for record in all_pilots(self.records)
            if record.pilot.is_public and (where is None or where(record.pilot.places.area))
        ]
