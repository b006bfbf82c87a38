"""Scenarios: who may, then the allocation worked out anew, then the records with their audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from vrp_map.errors import UserError
from vrp_map.funding.draft import formula_text
from vrp_map.funding.from_store import store_values
from vrp_map.funding.report import allocation_report
from vrp_map.funding.scenarios.scenario import (
    ScenarioComparison,
    ScenarioRecord,
    compared,
    scenario_of,
)
from vrp_map.funding.scenarios.store import all_scenarios, keep_scenario, sign_scenario
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.responses.personal import flags_in
from vrp_map.selection import Selection
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import Audience
from vrp_map.wording import period_words, what
from vrp_map.workspace import Workspace

# A lead reads what was saved: so nothing that rests on exact counts is.
AUDIENCE = Audience.PARTNER


class Scenarios:
    """The scenarios of these records."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def all(self, principal: Principal) -> list[ScenarioRecord]:
        """Every scenario.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.READ_FUNDING)
        return all_scenarios(self.records)

    def record(self, principal: Principal, reference: str) -> ScenarioRecord:
        """One scenario.

        Raises:
            NotAllowed: who may not. UserError: there is none.
        """
        for record in self.all(principal):
            if record.reference == reference.strip().upper():
                return record
        raise UserError(f"There is no scenario {reference!r}.", hint="Check it, such as F2026-01.")

    def signed(self, principal: Principal, areas: Sequence[str]) -> dict[str, dict[str, int]]:
        """What was signed off for exactly these areas, the latest first: "scenario F2026-01" ->
        area -> pounds.
        """
        held = [one for one in self.all(principal) if one.signed_at]
        held.sort(key=lambda one: (one.signed_at, one.reference), reverse=True)
        given = {
            f"scenario {one.reference}": {a.code: a.pounds for a in one.scenario.areas}
            for one in held
        }
        return {name: amounts for name, amounts in given.items() if set(amounts) == set(areas)}

    def compared(self, principal: Principal, references: Sequence[str]) -> ScenarioComparison:
        """Scenarios side by side.

        Raises:
            NotAllowed: who may not. UserError: one is not there, or they cannot be compared.
        """
        return compared([self.record(principal, one) for one in references])

    def save(  # noqa: PLR0913 - what is shared out how, on which incidents, by whom, when
        self,
        principal: Principal,
        workspace: Workspace,
        table: Mapping[str, Any],
        *,
        id: UUID,
        name: str,
        total: int,
        selection: Selection,
        now: datetime,
    ) -> str:
        """Work an allocation out and keep it.

        Args:
            table: of the formula. id: made anew for each; the same one again adds nothing.

        Returns:
            Its reference, once it is on the disk.

        Raises:
            NotAllowed: who may not. UserError: the formula cannot be, or the name seems to hold
                something about a person.
        """
        principal.must(Action.SAVE_SCENARIOS)
        if flags := flags_in(name, known=workspace.reader.area_names["name"]):
            raise UserError(
                f"The name looks like something about a person ({', '.join(flags)}).",
                hint="Name what is special about the formula.",
            )
        found = allocation_report(
            table,
            total,
            lambda: store_values(
                workspace,
                selection,
                audience=AUDIENCE,
                summit=lambda: Summit(self.records, workspace.settings),
            ),
        )
        scenario = scenario_of(
            name,
            found,
            formula=formula_text(table),
            incidents=_incidents(workspace, selection),
        )
        return keep_scenario(self.records, id, scenario, who=principal.name, now=now).result()

    def sign_off(self, principal: Principal, reference: str, *, now: datetime) -> str:
        """Sign a scenario off: these amounts, on these data.

        Raises:
            NotAllowed: who may not. UserError: there is none, or it was signed off before.
        """
        principal.must(Action.SIGN_SCENARIOS)
        record = self.record(principal, reference)
        return sign_scenario(self.records, record.id, who=principal.name, now=now).result()


def _incidents(workspace: Workspace, selection: Selection) -> str:
    kind = what(selection.categories, workspace.settings)
    return f"{kind}, {period_words(selection.first, selection.last)}"
