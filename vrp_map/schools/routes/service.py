"""Routes: who may, then the pilots of that kind, then what was recorded along them.

A route is a pilot, so that it is kept, approved, logged, judged and decided as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.pilot import Pilot, PilotKind
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord
from vrp_map.principal import Principal
from vrp_map.schools.calendar import load_school_calendar
from vrp_map.schools.routes.counts import RouteCount, route_count
from vrp_map.vocabulary import AreaType, Audience
from vrp_map.warehouse.boundaries.layers import area_positions
from vrp_map.workspace import Workspace


@dataclass(frozen=True)
class Routes:
    """The routes among the pilots of these records."""

    pilots: Pilots

    def all(self, principal: Principal) -> list[PilotRecord]:
        """Every route, the first reference first.

        Raises:
            NotAllowed: who may not.
        """
        found = self.pilots.all(principal)
        return [one for one in found if one.pilot.kind == PilotKind.ROUTE and one.pilot.route]

    def add(
        self, principal: Principal, routes: Sequence[tuple[UUID, Pilot]], *, now: datetime
    ) -> list[str]:
        """Keep new routes as drafts (`Pilots.add`), each with its windows.

        Raises:
            NotAllowed: who may not. UserError: what is wrong, and with which route.
        """
        for _, pilot in routes:
            if pilot.route is None or not pilot.route.windows:
                raise UserError(
                    f"The route {pilot.name} has no windows.",
                    hint="Give the hours of its sessions, such as 08:00 to 09:00.",
                )
        return self.pilots.add(principal, routes, now=now)

    def count(self, principal: Principal, record: PilotRecord, ws: Workspace) -> RouteCount:
        """What was recorded along a route in its hours (`counts.route_count`).

        Raises:
            NotAllowed: who may not: the numbers of schools are for analysts. UserError: it has no
                line, or the data hold none of its days.
        """
        principal.must(Action.READ_SCHOOLS)
        mine = ws.for_principal(principal).for_analysts()
        chosen = mine.select(record.pilot.outcomes[:1])
        question = mine.question(chosen, audience=Audience.ANALYST)
        calendar = load_school_calendar(self.pilots.settings.school_calendar)
        terms = calendar.terms_of(_authority(ws, record.pilot))
        return route_count(question, record.pilot, terms)


def _authority(ws: Workspace, pilot: Pilot) -> str:
    """The local authority in which a route begins; "" where it is in none."""
    corner = pilot.route.line[:1] if pilot.route else ()
    areas = ws.reader.current_areas
    lads = areas[areas["type"] == AreaType.LAD].reset_index(drop=True)
    lon, lat = (np.array([one[i] for one in corner], dtype=float) for i in (0, 1))
    found = area_positions(lon, lat, lads)
    return str(lads["name"].iloc[found[0]]) if len(found) and found[0] >= 0 else ""
