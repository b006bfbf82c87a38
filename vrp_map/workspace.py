"""The one object behind the notebook, the command line, the pages and the routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from vrp_map import grid
from vrp_map.analysis.hotspots import default_locations as stand_ins
from vrp_map.analysis.hotspots.gi_star import hotspots_of
from vrp_map.analysis.quality import quality_of
from vrp_map.analysis.results import AreaTrend, CellFigures, Hotspots, Quality
from vrp_map.analysis.shaping import with_rates
from vrp_map.analysis.study import counting
from vrp_map.analysis.study.areas import area_keys
from vrp_map.analysis.study.lattice import checked_resolution, labels
from vrp_map.analysis.trend import trend_of
from vrp_map.config import Settings, load_settings
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.places.gazetteer import label_of
from vrp_map.principal import Principal, of_this_computer
from vrp_map.selection import Selection, as_words
from vrp_map.statistics.eligibility import require
from vrp_map.vocabulary import DEFAULT_RESOLUTION, AreaType, Audience, Method
from vrp_map.warehouse.reader import open_reader
from vrp_map.workspace_statistics import Statistics

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Workspace(Statistics):
    """A snapshot seen by one principal.

    Cheap to make; what is costly is shared between all of them.
    """

    def for_principal(self, principal: Principal) -> Workspace:
        """The same data for other eyes; areas may be given by name.

        Raises:
            UserError: there is no area of that name.
        """
        areas = area_keys(principal.areas, self.reader.area_names)
        return replace(self, principal=replace(principal, areas=areas))

    def counts(
        self,
        selection: Selection | None = None,
        *,
        by: str = "cell",
        resolution: int = DEFAULT_RESOLUTION,
        audience: Audience | str = Audience.PARTNER,
    ) -> Protected:
        """Incidents by cell, area type, month or category.

        Returns:
            The columns of `counting.count`, and `hidden`.
        """
        selection, audience = self._allowed(selection, audience)
        counted = counting.count(self._seen(audience), selection, by=by, resolution=resolution)
        found_only = counting.is_found_only(selection, by=by)
        return protect(counted, audience=audience, settings=self.settings, found_only=found_only)

    def rates(
        self,
        selection: Selection | None = None,
        *,
        by: str = "lad",
        audience: Audience | str = Audience.PARTNER,
    ) -> Protected:
        """Counts by area with rate, rate_low, rate_high: per 1,000 residents, exact Poisson 95%
        interval.
        """
        if by not in list(AreaType):
            raise UserError(
                f"There are no rates by {by}.", hint=f"Choose one of {', '.join(AreaType)}."
            )
        selection, audience = self._allowed(selection, audience)
        require(Method.RATES, self._seen(audience).facts(selection).grade)
        return with_rates(self.counts(selection, by=by, audience=audience))

    def trend(
        self, selection: Selection | None = None, *, audience: Audience | str = Audience.PARTNER
    ) -> AreaTrend:
        """Incidents inside the study area by month, and the period against the equal one
        before it.

        Without a choice of areas the study area is the whole of the boundaries; incidents outside
        it, or without a place, say nothing about it. The comparison is made of the numbers this
        audience may see, so that it gives nothing else away.
        """
        return trend_of(self._question(Method.TREND, selection, audience))

    def hotspots(
        self,
        selection: Selection | None = None,
        *,
        resolution: int = DEFAULT_RESOLUTION,
        audience: Audience | str = Audience.PARTNER,
    ) -> Hotspots:
        """Gi* with Benjamini-Hochberg q-values on every cell inside the boundary; hot cells joined
        into named areas.
        """
        return hotspots_of(
            self._question(Method.GI_STAR, selection, audience, resolution=resolution)
        )

    def clusters(
        self,
        selection: Selection | None = None,
        *,
        method: str = "cells",
        resolution: int = DEFAULT_RESOLUTION,
        radius_m: float = 150.0,
        min_incidents: int = 10,
        audience: Audience | str = Audience.PARTNER,
    ) -> Protected:
        """Named areas of many incidents: joined hot cells, or clusters of exact points (`dbscan`,
        `hdbscan`).

        Raises:
            MethodRefused: point clusters on data whose points are not exact.
        """
        if method == "cells":
            return self.hotspots(selection, resolution=resolution, audience=audience).clusters
        if method not in ("dbscan", "hdbscan"):
            raise UserError(
                f"There is no cluster method {method!r}.", hint="Choose cells, dbscan or hdbscan."
            )
        return self.analyse(
            Method.POINT_CLUSTERS,
            selection,
            audience=audience,
            kind=method,
            radius_m=radius_m,
            min_incidents=min_incidents,
        ).table

    def cell(
        self,
        cell: str | Sequence[str],
        selection: Selection | None = None,
        *,
        audience: Audience | str = Audience.PARTNER,
    ) -> CellFigures:
        """One hexagon, or several of one size together, by month and by category; its local
        authority's months beside.

        The names are those of the first hexagon.
        """
        selection, audience = self._allowed(selection, audience)
        cells = as_words(cell)
        numbers = grid.from_text(cells)
        sizes = set(grid.resolutions(numbers).tolist())
        if len(sizes) != 1:
            raise UserError(
                "The hexagons are not of one size.", hint="Give hexagons of one resolution."
            )
        resolution = checked_resolution(int(sizes.pop()))
        counted = self._seen(audience).counts.by_month_and_category(
            selection, cells=numbers, resolution=resolution
        )
        name, lad, npu = label_of(numbers[0], labels(self.reader, resolution))
        months = counting.by_month(self.reader, counted, selection)
        kinds = counting.named_categories(counted)
        around = self._around(selection, lad)
        return CellFigures(
            cells[0],
            name,
            lad,
            npu,
            protect(months, audience=audience, settings=self.settings),
            protect(kinds, audience=audience, settings=self.settings, found_only=True),
            self.counts(around, by="month", audience=audience),
        )

    def _around(self, selection: Selection, lad: str | None) -> Selection:
        """The same selection in a local authority; in its own areas where the principal may not see
        all of that.
        """
        keys = area_keys([f"lad:{lad}"], self.reader.area_names) if lad else selection.areas
        allowed = not self.principal.areas or set(keys) <= set(self.principal.areas)
        return replace(selection, areas=keys) if allowed else selection

    def quality(self, *, reason: str | None = None, rows: int = 1000) -> Quality:
        """The ledger of everything loaded, wherever it was.

        Refused records have no area, and are shown to those alone who may read them all; others see
        how many and why.
        """
        may_read = self.principal.may(Action.READ_REFUSED_ROWS) and not self.principal.areas
        return quality_of(
            self._seen(self.principal.audience),
            reason=reason,
            rows=rows if may_read else 0,
            audience=self.principal.audience,
            settings=self.settings,
        )

    def stand_ins(self, *, audience: Audience | str = Audience.PARTNER) -> Protected:
        """Points that may stand in for places nobody wrote down, in all of the data: name, lad, n,
        why.
        """
        allowed = self._allowed(None, audience)[1]
        return stand_ins.table(
            self._seen(allowed),
            audience=allowed,
            settings=self.settings,
            areas=self.principal.areas,
        )

    def areas(self, type: str | None = None) -> gpd.GeoDataFrame:
        """Areas of every layer, or of one type: layer, type, code, name, population, basis,
        is_current, geometry.
        """
        areas = self.reader.areas
        return areas if type is None else areas[areas["type"] == type]

    def places(self, lad: str | None = None) -> pd.DataFrame:
        """The gazetteer made from location names: name, is_generic, lon, lat, cell10, lad,
        by name.
        """
        named = self.reader.gazetteer
        return named if lad is None else named[named["lad"] == lad]

    def attributions(self) -> list[str]:
        """What must stand wherever the incidents and the boundaries are shown, each once."""
        sources, layers = self.reader.frame("sources"), self.reader.layers
        return list(dict.fromkeys([*sources["attribution"], *layers["attribution"]]))

    def is_indicative(self, type: str) -> bool:
        """Whether the current layer of an area type is partly inferred."""
        layers = self.reader.layers
        return bool(
            (
                layers["is_current"] & (layers["type"] == type) & (layers["basis"] == "indicative")
            ).any()
        )


def open_workspace(
    path: Path | str | None = None,
    *,
    settings: Settings | None = None,
    principal: Principal | None = None,
) -> Workspace:
    """Open the published snapshot of a store.

    Args:
        path: the store's folder; without it the setting `store`.
        principal: who asks; without one, whoever sits at this computer.

    Raises:
        UserError: nothing has been built there.
    """
    settings = settings or load_settings()
    if path is not None:
        settings = replace(settings, store=Path(path))
    who = principal or of_this_computer(settings, name="local")
    return Workspace(open_reader(settings.store), settings, who).for_principal(who)
