"""Responses: who may, then the rules, then the records, then the audit.

Pages and commands call this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from vrp_map.analysis.study.areas import area_keys
from vrp_map.config import Settings
from vrp_map.errors import NotAllowed, UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.responses.catalogue import Catalogue, load_catalogue
from vrp_map.responses.clocks import DueItem, due_items
from vrp_map.responses.listing import latest_first
from vrp_map.responses.personal import flags_of_response
from vrp_map.responses.places import ResponseOutline, ResponsePlaces, outlines_of
from vrp_map.responses.quarter.figures import CalendarQuarter, QuarterReturn, quarter_return
from vrp_map.responses.response import CLOSED, OPEN, Response, check, one_line_each
from vrp_map.responses.store import (
    ChangedMeanwhile,
    ResponseChange,
    ResponseRecord,
    ResponseVersion,
    all_responses,
    history_of,
    keep_all,
)
from vrp_map.responses.unanswered import UnansweredLists, unanswered
from vrp_map.vocabulary import AreaType, Audience
from vrp_map.workspace import Workspace

# In the name of who wrote made-up responses.
SYNTHETIC = "synthetic"


class NamesFlagged(UserError):
    """The words seem to name a person, and nobody has said yet to keep them all the same.

    Attributes:
        flags: field -> what it seems to hold.
    """

    def __init__(self, flags: Mapping[str, Sequence[str]]) -> None:
        said = "; ".join(f"{field}: {', '.join(what)}" for field, what in flags.items())
        super().__init__(
            f"This looks like something about a person ({said}).",
            hint="Take it out. If it names nobody, say so and save again: that is in the audit.",
        )
        self.flags = flags


class Responses:
    """The responses of this process and everything they are checked against.

    Args:
        places: finds named places and areas.
    """

    def __init__(self, records: Records, settings: Settings, places: ResponsePlaces) -> None:
        self.records, self.settings, self.places = records, settings, places

    @cached_property
    def catalogue(self) -> Catalogue:
        """The closed lists in force."""
        return load_catalogue(self.settings.response_catalogue)

    def local(self, now: datetime) -> datetime:
        """A moment (UTC, without a zone) on the clock of the place, without a zone."""
        utc = now.replace(tzinfo=ZoneInfo("UTC"))
        return utc.astimezone(ZoneInfo(self.settings.time_zone)).replace(tzinfo=None)

    def keep(
        self,
        principal: Principal,
        changes: Sequence[ResponseChange],
        *,
        now: datetime,
        past_flags: bool = False,
    ) -> Future[list[str]]:
        """Keep new responses or new versions, all or none.

        Args:
            past_flags: the writer was told of what looks like a name, and keeps it: in the audit.

        Returns:
            The references, once they are on the disk.

        Raises:
            NotAllowed: who may not, or a place outside their areas. UserError: what is wrong.
            NamesFlagged: what looks like a name.
        """
        principal.must(Action.WRITE_RESPONSES)
        ready = [self._ready(principal, change, now, past_flags=past_flags) for change in changes]
        return keep_all(self.records, ready, who=principal.name, now=now)

    def change(  # noqa: PLR0913 - who, what, after which version, and past which warnings
        self,
        principal: Principal,
        id: UUID,
        edit: Callable[[Response], Response],
        *,
        after: int,
        now: datetime,
        past_flags: bool = False,
    ) -> Future[list[str]]:
        """Keep the version that an edit makes of version `after`; sent twice, it is kept once.

        Raises:
            NotAllowed, UserError, NamesFlagged: as `keep`. ChangedMeanwhile: it is not the latest.
        """
        record = self.record(principal, id)
        if record.version == after:
            made = ResponseChange(id, edit(record.response), "changed", after=after)
            return self.keep(principal, [made], now=now, past_flags=past_flags)
        principal.must(Action.WRITE_RESPONSES)
        before = [v.response for v in self.history(principal, record) if v.version == after]
        # The answer to the first sending may have been lost on its way.
        is_next = bool(before) and record.version == after + 1
        if is_next and one_line_each(edit(before[0])) == record.response:
            kept: Future[list[str]] = Future()
            kept.set_result([record.reference])
            return kept
        raise ChangedMeanwhile

    def flags(self, response: Response) -> dict[str, tuple[str, ...]]:
        """Field -> what in it looks like something about a person."""
        known = (*self.places.lad_names.values(), *self.catalogue.agencies.values())
        return flags_of_response(response, known=known)

    def _ready(
        self, principal: Principal, change: ResponseChange, now: datetime, *, past_flags: bool
    ) -> ResponseChange:
        response = one_line_each(change.response)
        check(response, self.catalogue, today=self.local(now).date())
        if change.after:
            self.record(principal, change.id)
        self.must_be_theirs(principal, response)
        flags = self.flags(response)
        if flags and not past_flags:
            raise NamesFlagged(flags)
        kinds = sorted({kind for found in flags.values() for kind in found})
        return replace(change, response=response, past_flags=tuple(kinds))

    def must_be_theirs(self, principal: Principal, response: Response) -> None:
        """Raises:
        NotAllowed: the place is outside the areas of the person.
        """
        if not self._theirs(principal, [response])(response):
            raise NotAllowed(
                "This place is not in your areas.",
                hint="Choose a place in them, or give its local authority.",
            )

    def close(  # noqa: PLR0913 - who, what, when, and past which warnings
        self,
        principal: Principal,
        record: ResponseRecord,
        *,
        because: str,
        learning: str = "",
        now: datetime,
        past_flags: bool = False,
    ) -> Future[list[str]]:
        """Close a response: a person does, never a clock.

        Raises:
            NotAllowed, UserError, NamesFlagged: as `keep`.
        """
        closed = replace(
            record.response,
            state=CLOSED,
            closed_because=because,
            learning=learning or record.response.learning,
        )
        change = ResponseChange(record.id, closed, "closed", after=record.version)
        return self.keep(principal, [change], now=now, past_flags=past_flags)

    def reopen(
        self, principal: Principal, record: ResponseRecord, *, now: datetime
    ) -> Future[list[str]]:
        """Open a closed response again; why it was closed stays in its history."""
        opened = replace(record.response, state=OPEN, closed_because="")
        change = ResponseChange(record.id, opened, "reopened", after=record.version)
        return self.keep(principal, [change], now=now, past_flags=True)

    def all(self, principal: Principal) -> list[ResponseRecord]:
        """Every response of the person's areas, the latest incident first.

        The risk of retaliation stands in it only for those who may see it.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.READ_RESPONSES)
        found = latest_first(all_responses(self.records))
        is_theirs = self._theirs(principal, [r.response for r in found])
        mine = [r for r in found if is_theirs(r.response)]
        if principal.may(Action.SEE_RETALIATION_RISK):
            return mine
        return [replace(r, response=_without_risk(r.response)) for r in mine]

    def record(self, principal: Principal, id: UUID | str) -> ResponseRecord:
        """One response by its id or its reference.

        Raises:
            NotAllowed: who may not. UserError: there is none in their areas.
        """
        for record in self.all(principal):
            if id in (record.id, record.reference):
                return record
        raise UserError("There is no such response.", hint="Check its reference, or your areas.")

    def history(self, principal: Principal, record: ResponseRecord) -> list[ResponseVersion]:
        """Who changed what, when; the first version first.

        Raises:
            NotAllowed: who may not.
        """
        self.record(principal, record.id)
        found = history_of(self.records, record.id)
        if principal.may(Action.SEE_RETALIATION_RISK):
            return found
        return [replace(v, response=_without_risk(v.response)) for v in found]

    def outlines(self, principal: Principal) -> list[ResponseOutline]:
        """Where the partnership responded, as every partner may see it: by hexagon of size 8.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.SEE_RESPONSES)
        found = [r.response for r in all_responses(self.records)]
        mine = list(filter(self._theirs(principal, found), found))
        return outlines_of(mine, self.places, self.catalogue)

    def due(self, principal: Principal) -> list[tuple[ResponseRecord, DueItem]]:
        """Everything that is due for the open responses of the person's areas, the soonest first.

        Raises:
            NotAllowed: who may not.
        """
        return self.due_among(self.all(principal))

    def due_among(self, records: Sequence[ResponseRecord]) -> list[tuple[ResponseRecord, DueItem]]:
        """The same of responses that were read already."""
        found = [
            (record, item)
            for record in records
            for item in due_items(record.response, self.catalogue)
        ]
        return sorted(found, key=lambda one: (one[1].at, one[0].reference))

    def unanswered(self, principal: Principal, workspace: Workspace) -> UnansweredLists:
        """Incidents without a response near them so far, and responses without an incident.

        Args:
            workspace: of the same person.

        Raises:
            NotAllowed: who may not read responses, or not see exact numbers.
        """
        principal.must(Action.SEE_EXACT_NUMBERS)
        return unanswered(workspace, self.all(principal), lads=self.places.lad_of)

    def quarter(
        self,
        principal: Principal,
        quarter: CalendarQuarter,
        *,
        audience: Audience,
        now: datetime,
    ) -> QuarterReturn:
        """The account of a quarter.

        Args:
            audience: analyst = exact numbers, for those who read responses.

        Raises:
            NotAllowed: who may not see it so.
        """
        exact = audience is Audience.ANALYST
        principal.must(Action.READ_RESPONSES if exact else Action.SEE_RESPONSES)
        found = [r.response for r in all_responses(self.records)]
        # Protected numbers of a part of the region and of all of it could be compared: always all.
        mine = list(filter(self._theirs(principal, found), found)) if exact else found
        return quarter_return(
            mine,
            quarter,
            area_names=self._area_names(),
            areas=self._all_areas(),
            catalogue=self.catalogue,
            audience=audience,
            settings=self.settings,
            today=self.local(now).date(),
        )

    def is_synthetic(self, quarter: CalendarQuarter) -> bool:
        """Whether any response of a quarter is made up: the demo's say so in who wrote them."""
        found = all_responses(self.records)
        return any(SYNTHETIC in r.written_by for r in found if quarter.holds(r.response))

    def _area_names(self) -> dict[str, Callable[[Response], str]]:
        def lad(response: Response) -> str:
            return str(self.places.lad_names.get(response.where.lad, ""))

        def named(kind: str) -> Callable[[Response], str]:
            return lambda response: self.places.area_name(response.where.cell, kind)

        kinds = set(self.places.areas["type"])
        finer = {kind: named(kind) for kind in (AreaType.NPU, AreaType.LPA) if kind in kinds}
        return {str(AreaType.LAD): lad, **{str(kind): name for kind, name in finer.items()}}

    def _all_areas(self) -> dict[str, list[str]]:
        """Kind of area -> every name of that kind, also of those without a response."""
        areas = self.places.areas
        kinds = (AreaType.LAD, AreaType.NPU, AreaType.LPA)
        return {str(kind): list(areas["name"][areas["type"] == kind]) for kind in kinds}

    def _theirs(
        self, principal: Principal, responses: Sequence[Response]
    ) -> Callable[[Response], bool]:
        """What tells which of these responses lie in the areas that a person is held to."""
        if not principal.areas:
            return lambda response: True
        keys = area_keys(principal.areas, self.places.areas)
        inside = self.places.cells_in((r.where.cell for r in responses), keys)
        return lambda response: (
            f"{AreaType.LAD}:{response.where.lad}" in keys or response.where.cell in inside
        )


def _without_risk(response: Response) -> Response:
    return replace(response, retaliation_risk=None, risk_review=None)
