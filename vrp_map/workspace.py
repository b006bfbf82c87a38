"""The one object behind the notebook, the command line, the pages and the routes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from vrp_map.analysis import Analysis, Question, analyse
from vrp_map.analysis.cell_figures import cell_figures, one_size
from vrp_map.analysis.hotspots import default_locations
from vrp_map.analysis.hotspots.gi_star import hotspots_of
from vrp_map.analysis.missing import MissingData, missing
from vrp_map.analysis.quality import quality_of
from vrp_map.analysis.results import AreaTrend, CellFigures, Hotspots, Quality
from vrp_map.analysis.study import counting
from vrp_map.analysis.study.areas import area_keys
from vrp_map.analysis.trend import trend_of
from vrp_map.config import Settings, load_settings, nearest
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.thresholds import sampling_steps
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal, of_this_computer
from vrp_map.selection import BEGINNING, END, Selection, as_month, as_words, shift_month
from vrp_map.selection import categories as slugs
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience, Method
from vrp_map.warehouse.reader import Reader, SelectionFacts, Snapshot, open_reader
from vrp_map.warehouse.secret import secret_of

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Workspace:
    """A snapshot seen by one principal.

    Cheap to make; what is costly is shared between all of them.
    """

    reader: Reader
    settings: Settings
    principal: Principal

    def for_principal(self, principal: Principal) -> Workspace:
        """The same data for other eyes; areas may be given by name.

        Raises:
            UserError: there is no area of that name.
        """
        areas = area_keys(principal.areas, self.reader.area_names)
        return replace(self, principal=replace(principal, areas=areas))

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot as whoever asks may know it."""
        return self.snapshot_for(self.principal.audience)

    def snapshot_for(self, audience: Audience | str) -> Snapshot:
        """The snapshot as an audience may know it; outsiders know that of the drawn incidents."""
        return self._seen(Audience(audience)).snapshot

    @property
    def holds_incidents(self) -> bool:
        """Whether any row was ever taken."""
        return self.reader.holds_incidents

    def months(self) -> list[date]:
        """The months that hold any incident."""
        return sorted(set(self.reader.months["month"]))

    def period(self, months: int, *, last: date | None = None) -> tuple[date, date]:
        """The months that end with `last`, or with the data; none before the data begin."""
        last = last or self.snapshot.last_month
        return max(shift_month(last, 1 - months), self.snapshot.first_month), last

    def select(
        self,
        categories: Iterable[str] | str = ("violence",),
        *,
        first: date | str | None = None,
        last: date | str | None = None,
        areas: Iterable[str] | str = (),
        sources: Iterable[str] | str = (),
    ) -> Selection:
        """A selection from words; an open end of the period is the data's own.

        Raises:
            UserError: for a word that is not known, naming the nearest one.
        """
        wanted_sources = as_words(sources)
        for source in wanted_sources:
            if source not in self.snapshot.sources:
                raise UserError(
                    f"No data of the source {source!r} is loaded.",
                    hint=nearest(source, self.snapshot.sources),
                )
        return Selection(
            categories=slugs(as_words(categories), settings=self.settings),
            first=as_month(first) or BEGINNING,
            last=as_month(last) or END,
            areas=area_keys(as_words(areas), self.reader.area_names),
            sources=tuple(wanted_sources),
        ).within(self.snapshot.first_month, self.snapshot.last_month)

    def allowed(self, selection: Selection) -> Selection:
        """A selection held to the areas of whoever asks.

        Raises:
            NotAllowed: it names an area that they may not see.
        """
        return self._allowed(selection, Audience.PUBLIC)[0]

    def for_analysts(self) -> Self:
        """The same workspace, for what opens its exact counts by `reader`.

        Raises:
            NotAllowed: whoever asks may not see exact numbers.
        """
        self._allowed(None, Audience.ANALYST)
        return self

    def question(
        self,
        selection: Selection | None = None,
        *,
        resolution: int = DEFAULT_RESOLUTION,
        audience: Audience | str = Audience.PARTNER,
        **options: Any,
    ) -> Question:
        """A question that whoever asks may ask: what every method is given.

        Args:
            options: of the method, by name.

        Raises:
            NotAllowed: they may not see that audience's view, or an area of the selection.
        """
        selection, seen_as = self._allowed(selection, audience)
        reader = self._seen(seen_as)
        return Question(reader, self.settings, selection, seen_as, resolution, options)

    def analyse(
        self,
        method: Method | str,
        selection: Selection | None = None,
        *,
        resolution: int = DEFAULT_RESOLUTION,
        audience: Audience | str = Audience.PARTNER,
        **options: Any,
    ) -> Analysis:
        """Run one of `analysis.ANALYSES` on a selection; its answer is protected and carries its
        method card.

        Raises:
            MethodRefused: data of this grade cannot carry the method; the message gives the reason.
        """
        asked = self.question(selection, resolution=resolution, audience=audience, **options)
        return analyse(asked, method)

    def counts(
        self,
        selection: Selection | None = None,
        *,
        by: str = "cell",
        resolution: int = DEFAULT_RESOLUTION,
        audience: Audience | str = Audience.PARTNER,
    ) -> Protected:
        """Incidents by cell, area type, month or category (`counting.shown`)."""
        asked = self.question(selection, resolution=resolution, audience=audience)
        return counting.shown(asked, by=by)

    def rates(
        self,
        selection: Selection | None = None,
        *,
        by: str = "lad",
        audience: Audience | str = Audience.PARTNER,
    ) -> Protected:
        """Counts by area with rate, rate_low, rate_high: per 1,000 residents, exact 95%."""
        return self.analyse(Method.RATES, selection, audience=audience, by=by).table

    def trend(
        self, selection: Selection | None = None, *, audience: Audience | str = Audience.PARTNER
    ) -> AreaTrend:
        """Incidents of the study by month, against a whole earlier period (`trend_of`)."""
        return trend_of(self.question(selection, audience=audience).carrying(Method.TREND))

    def hotspots(
        self,
        selection: Selection | None = None,
        *,
        resolution: int = DEFAULT_RESOLUTION,
        audience: Audience | str = Audience.PARTNER,
    ) -> Hotspots:
        """Gi* with q-values on every cell of the study; hot cells joined into named areas."""
        asked = self.question(selection, resolution=resolution, audience=audience)
        return hotspots_of(asked.carrying(Method.GI_STAR))

    def clusters(  # noqa: PLR0913 - the choices of one table of clusters, by keyword
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
        how: dict[str, Any] = {"kind": method, "radius_m": radius_m, "min_incidents": min_incidents}
        return self.analyse(Method.POINT_CLUSTERS, selection, audience=audience, **how).table

    def cell(
        self,
        cell: str | Sequence[str],
        selection: Selection | None = None,
        *,
        audience: Audience | str = Audience.PARTNER,
    ) -> CellFigures:
        """One hexagon, or several of one size together (`cell_figures`)."""
        numbers, resolution = one_size(as_words(cell))
        asked = self.question(selection, resolution=resolution, audience=audience)
        return cell_figures(asked, numbers, within=self.principal.areas)

    def facts(
        self,
        selection: Selection | None = None,
        *,
        by: str = "",
        audience: Audience | str = Audience.PARTNER,
    ) -> Protected:
        """One row: incidents, unlocated, outside, in_none (`counting.not_on_the_map`)."""
        return counting.not_on_the_map(self.question(selection, audience=audience), by=by)

    def carried_by(
        self, selection: Selection, *, audience: Audience | str = Audience.PARTNER
    ) -> SelectionFacts:
        """The grades and sources behind a selection, as its audience may know them."""
        return self.question(selection, audience=audience).facts

    def gaps(
        self, selection: Selection, *, audience: Audience | str = Audience.PARTNER
    ) -> dict[str, list[date]]:
        """Months of the period that a supplier which matters has not delivered, by supplier."""
        return self.question(selection, audience=audience).gaps

    def missing(
        self, selection: Selection | None = None, *, audience: Audience | str = Audience.PARTNER
    ) -> MissingData:
        """What the data of a selection does not hold: places, and absent or partial months."""
        return missing(self.question(selection, audience=audience))

    def quality(self, *, reason: str | None = None, rows: int = 1000) -> Quality:
        """The ledger of everything loaded; refused records for those who may read them all."""
        may_read = self.principal.may(Action.READ_REFUSED_ROWS) and not self.principal.areas
        return quality_of(
            self._seen(self.principal.audience),
            reason=reason,
            rows=rows if may_read else 0,
            audience=self.principal.audience,
            settings=self.settings,
        )

    def default_locations(self, *, audience: Audience | str = Audience.PARTNER) -> Protected:
        """Points that may be default locations: name, lad, n, why."""
        allowed = self._allowed(None, audience)[1]
        own = self.principal.areas
        return default_locations.table(
            self._seen(allowed), audience=allowed, settings=self.settings, areas=own
        )

    def areas(self, type: str | None = None) -> gpd.GeoDataFrame:
        """Areas of every layer, or of one type: the columns of `Reader.areas`."""
        areas = self.reader.areas
        return areas if type is None else areas[areas["type"] == type]

    def places(self, lad: str | None = None) -> pd.DataFrame:
        """The gazetteer by name: name, is_generic, lon, lat, cell10, lad."""
        named = self.reader.gazetteer
        return named if lad is None else named[named["lad"] == lad]

    def attributions(self) -> list[str]:
        """What must stand wherever incidents, boundaries or streets are shown, each once."""
        from vrp_map.places.basemap.base_map import street_credits

        sources, layers = self.reader.frame("sources"), self.reader.layers
        drawn = street_credits(self.settings)
        return list(dict.fromkeys([*sources["attribution"], *layers["attribution"], *drawn]))

    def is_indicative(self, type: str) -> bool:
        """Whether the current layer of an area type is partly inferred."""
        return self.reader.is_indicative(type)

    def _seen(self, audience: Audience) -> Reader:
        """The reader of what an audience may be told: all incidents, or those that stand for the
        others.
        """
        steps = sampling_steps(audience, self.settings)
        if not steps:
            return self.reader
        return self.reader.sampled(
            steps, secret_of(self.reader.path.parent, self.settings.secret_file)
        )

    def _allowed(
        self, selection: Selection | None, audience: Audience | str
    ) -> tuple[Selection, Audience]:
        seen_as = self.principal.must_see(audience)
        selection = selection or self.select()
        return replace(selection, areas=self.principal.held_to(selection.areas)), seen_as


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
