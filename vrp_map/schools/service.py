"""Schools and what happens around them: who may ask, then which schools, then the lens.

The numbers of single schools are for analysts. No file, page or address of anybody else has them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vrp_map.config import Settings
from vrp_map.permissions import Action
from vrp_map.places.place_lists import added_places
from vrp_map.principal import Principal
from vrp_map.schools.calendar import load_school_calendar
from vrp_map.schools.lens import WALK_M, school_shortlist
from vrp_map.schools.risk import SchoolShortlist
from vrp_map.selection import Selection
from vrp_map.vocabulary import AreaType, Audience
from vrp_map.warehouse.boundaries.layers import area_positions
from vrp_map.workspace import Workspace


@dataclass(frozen=True)
class Schools:
    """The schools that an operator added, and the incidents around them."""

    settings: Settings

    def listed(self, principal: Principal, ws: Workspace) -> pd.DataFrame:
        """name, town, lad, lon, lat of the schools inside the local authorities, by name.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.READ_SCHOOLS)
        places = added_places(self.settings)
        schools = places[places["kind"] == "school"].reset_index(drop=True)
        areas = ws.reader.current_areas
        lads = areas[areas["type"] == AreaType.LAD].reset_index(drop=True)
        lon, lat = (schools[name].to_numpy(float) for name in ("lon", "lat"))
        at = area_positions(lon, lat, lads)
        schools["lad"] = np.array([*lads["name"], ""], dtype=object)[at]
        inside = schools[at >= 0]
        columns = ["name", "town", "lad", "lon", "lat"]
        return inside[columns].sort_values(["name", "town", "lon"], ignore_index=True)

    def shortlist(
        self,
        principal: Principal,
        ws: Workspace,
        selection: Selection,
        *,
        reach_m: float = WALK_M,
    ) -> SchoolShortlist:
        """The risk around each school of the areas chosen (`lens.school_shortlist`).

        Raises:
            NotAllowed: who may not. UserError: too few schools, or no incident.
        """
        schools = self.listed(principal, ws)
        mine = ws.for_principal(principal).for_analysts()
        question = mine.question(selection, audience=Audience.ANALYST)
        if question.selection.areas:
            areas = ws.reader.current_areas
            chosen = areas[areas["key"].isin(question.selection.areas)].reset_index(drop=True)
            lon, lat = (schools[name].to_numpy(float) for name in ("lon", "lat"))
            schools = schools[area_positions(lon, lat, chosen) >= 0].reset_index(drop=True)
        calendar = load_school_calendar(self.settings.school_calendar)
        return school_shortlist(question, schools, calendar, reach_m=reach_m)
