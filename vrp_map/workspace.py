"""The one object behind the notebook, the command line, the pages and the routes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from vrp_map import grid, wording
from vrp_map import hotspots as analysis
from vrp_map.areas import area_keys, area_names, study_area, study_cells
from vrp_map.config import Settings, load_settings, nearest
from vrp_map.disclosure import Protected, protect
from vrp_map.errors import NotAllowed, UserError
from vrp_map.gazetteer import cell_context, label_by_centre, label_of
from vrp_map.principal import LOCAL_ANALYST, Principal
from vrp_map.results import CellFigures, Hotspots, Quality, Trend
from vrp_map.selection import Selection, categories, month, shift_month
from vrp_map.shaping import hotspot_tables, point_cluster_table, quality_of, with_rates
from vrp_map.statistics.firewall import require
from vrp_map.statistics.trend import compare, sentence
from vrp_map.vocabulary import (
    ALL_CATEGORIES,
    DEFAULT_RESOLUTION,
    MAX_RESOLUTION,
    MIN_RESOLUTION,
    AreaType,
    Audience,
    Method,
)
from vrp_map.warehouse.reader import Facts, Reader, Snapshot, open_reader

BY = ("cell", *(str(kind) for kind in AreaType), "month", "category")
_FEWEST_CELLS = 30


@dataclass(frozen=True)
class Workspace:
    """A snapshot seen by one principal. Cheap to make; what is costly is shared between all of them."""

    reader: Reader
    settings: Settings
    principal: Principal

    def for_principal(self, principal: Principal) -> Workspace:
        """The same data for other eyes."""
        return replace(self, principal=principal)

    @property
    def snapshot(self) -> Snapshot:
        return self.reader.snapshot

    # -- choosing ---------------------------------------------------------------------------------------------------

    def months(self) -> list[date]:
        """The months that hold any incident."""
        return sorted(set(self.reader.months["month"]))

    def period(self, months: int) -> tuple[date, date]:
        """The last so many months of the data."""
        last = self.snapshot.last_month
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
        wanted_sources = _words(sources)
        for source in wanted_sources:
            if source not in self.snapshot.sources:
                raise UserError(
                    f"No data of the source {source!r} is loaded.", hint=nearest(source, self.snapshot.sources)
                )
        return Selection(
            categories=_categories(categories, self.settings),
            first=_month(first) or self.snapshot.first_month,
            last=_month(last) or self.snapshot.last_month,
            areas=area_keys(_words(areas), self.reader.current_areas),
            sources=tuple(wanted_sources),
        )

    def facts(self, selection: Selection | None = None, *, audience: Audience | str = Audience.PARTNER) -> Protected:
        """One row: incidents, unlocated (no place), outside (in no area) of the selection."""
        selection, audience = self._allowed(selection, audience)
        facts = self.reader.facts(selection)
        frame = pd.DataFrame([{"incidents": facts.incidents, "unlocated": facts.unlocated, "outside": facts.outside}])
        return protect(frame, audience=audience, settings=self.settings, counts=("incidents", "unlocated", "outside"))

    # -- counting ---------------------------------------------------------------------------------------------------

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
            Columns by cell: cell, name, lad, npu, n; by area: code, name, population, n; by month: month, n; by category:
            category, name, n; and `hidden`.
        """
        selection, audience = self._allowed(selection, audience)
        return protect(self._count(selection, by, resolution), audience=audience, settings=self.settings)

    def rates(
        self, selection: Selection | None = None, *, by: str = "lad", audience: Audience | str = Audience.PARTNER
    ) -> Protected:
        """Counts by area with rate, rate_low, rate_high: per 1,000 residents, exact Poisson 95% interval."""
        if by not in list(AreaType):
            raise UserError(f"There are no rates by {by}.", hint=f"Choose one of {', '.join(AreaType)}.")
        selection, audience = self._allowed(selection, audience)
        require(Method.RATES, self.reader.facts(selection).grade)
        return with_rates(self.counts(selection, by=by, audience=audience))

    def _count(self, selection: Selection, by: str, resolution: int) -> pd.DataFrame:
        if by == "cell":
            frame = self.reader.count("count_by_cell", selection, resolution=_resolution(resolution))
            cells = frame["cell"].to_numpy(dtype=np.uint64)
            context = _context(self.reader, resolution).reindex(cells)
            named = [context[c].to_numpy(dtype=object) for c in ("name", "lad", "npu")]
            return pd.DataFrame(
                {
                    "cell": grid.to_text(cells),
                    "name": named[0],
                    "lad": named[1],
                    "npu": named[2],
                    "n": frame["n"].to_numpy(),
                }
            )
        if by in list(AreaType):
            return self.reader.count("count_by_area", selection, type=by)
        if by == "month":
            return self._by_month(self.reader.count("count_by_month", selection), selection)
        if by == "category":
            frame = self.reader.count("count_by_category", selection)
            frame.insert(1, "name", frame["category"].map(ALL_CATEGORIES))
            return frame
        raise UserError(f"Incidents cannot be counted by {by!r}.", hint=nearest(by, BY))

    def _by_month(self, counted: pd.DataFrame, selection: Selection) -> pd.DataFrame:
        """Every month that is in the data and the selection; a month that is not in the data is no zero."""
        present = [m for m in self.months() if (selection.first or m) <= m <= (selection.last or m)]
        n = counted.assign(month=counted["month"].dt.date).groupby("month")["n"].sum()
        return pd.DataFrame({"month": present, "n": n.reindex(present, fill_value=0).to_numpy(dtype=np.int64)})

    # -- testing ----------------------------------------------------------------------------------------------------

    def trend(self, selection: Selection | None = None, *, audience: Audience | str = Audience.PARTNER) -> Trend:
        """Incidents by month, and the period against the equal one before it.

        The comparison is made of the numbers this audience may see, so that it gives nothing else away.
        """
        selection, audience = self._allowed(selection, audience)
        require(Method.TREND, self.reader.facts(selection).grade)
        months = self.counts(selection, by="month", audience=audience)
        subject = self._subject(selection)
        if not self._has_previous(selection):
            first, last = selection.first or self.snapshot.first_month, selection.last or self.snapshot.last_month
            words = (
                f"{subject}, {wording.period_words(first, last)}: no earlier period of the same length to compare with."
            )
            return Trend(months, None, words)
        now, before = (self._total(s, audience) for s in (selection, selection.previous()))
        if now is None or before is None:
            return Trend(months, None, f"{subject}: the numbers are too small to show, so they are not compared.")
        compared = compare(now, before)
        return Trend(
            months, compared, sentence(subject, compared, period_words=wording.before_words(selection.months or 1))
        )

    def _total(self, selection: Selection, audience: Audience) -> int | None:
        frame = pd.DataFrame([{"n": self.reader.facts(selection).incidents}])
        return protect(frame, audience=audience, settings=self.settings).total

    def _has_previous(self, selection: Selection) -> bool:
        """Whether each source that the selection counts has every month of the equal period before."""
        before, wanted = selection.previous(), self.reader.facts(selection).sources
        months = self.reader.months
        present = [set(months.loc[months["source"] == source, "month"]) for source in wanted] or [set(self.months())]
        day = before.first
        while day and before.last and day <= before.last:
            if any(day not in held for held in present):
                return False
            day = shift_month(day, 1)
        return True

    def hotspots(
        self,
        selection: Selection | None = None,
        *,
        resolution: int = DEFAULT_RESOLUTION,
        audience: Audience | str = Audience.PARTNER,
    ) -> Hotspots:
        """Gi* with Benjamini-Hochberg q-values on every cell inside the boundary, and the hot cells joined into areas."""
        selection, audience = self._allowed(selection, audience)
        facts = self.reader.facts(selection)
        require(Method.GI_STAR, facts.grade)
        study = replace(selection, areas=study_area(selection.areas, self.reader.current_areas))
        tested = self._tested(study, resolution)
        trend = self.trend(selection, audience=audience)
        cells, clusters = hotspot_tables(
            tested, audience=audience, settings=self.settings, before_words=wording.before_words(selection.months or 1)
        )
        areas = wording.listed(area_names(study.areas, self.reader.current_areas) or ["all places"])
        return Hotspots(
            cells,
            clusters,
            trend,
            trend.sentence,
            _summary(cells, clusters),
            self._method(selection, facts, tested, resolution, areas, cells),
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
        """Named areas of many incidents: joined hot cells, or clusters of exact points (`dbscan`, `hdbscan`).

        Raises:
            MethodRefused: point clusters on data whose points are not exact.
        """
        if method == "cells":
            return self.hotspots(selection, resolution=resolution, audience=audience).clusters
        if method not in ("dbscan", "hdbscan"):
            raise UserError(f"There is no cluster method {method!r}.", hint="Choose cells, dbscan or hdbscan.")
        selection, audience = self._allowed(selection, audience)
        grade = self.reader.facts(selection).grade
        require(Method.POINT_CLUSTERS, grade)
        return point_cluster_table(
            self.reader.count("points", selection), method=method, grade=grade, radius_m=radius_m, min_incidents=min_incidents,
            context=_context(self.reader, DEFAULT_RESOLUTION), audience=audience, settings=self.settings,
        )  # fmt: skip

    def _tested(self, study: Selection, resolution: int) -> pd.DataFrame:
        now = self.reader.count("count_by_cell", study, resolution=_resolution(resolution))
        earlier = self._has_previous(study)
        before = self.reader.count("count_by_cell", study.previous(), resolution=resolution) if earlier else now.head(0)
        observed = np.union1d(now["cell"].to_numpy(dtype=np.uint64), before["cell"].to_numpy(dtype=np.uint64))
        base = _study_lattice(self.reader, study.areas, resolution)
        # A cell on the border may hold incidents though its centre lies outside: it belongs to the lattice too.
        lattice = (
            base
            if np.isin(observed, base.cells).all()
            else _lattice(self.reader, np.union1d(base.cells, observed), resolution)
        )
        if len(lattice.cells) < _FEWEST_CELLS:
            raise UserError(
                f"The area has {len(lattice.cells)} hexagons of this size: too few to tell a hotspot from luck.",
                hint="Choose a larger area or smaller hexagons.",
            )
        return analysis.test_cells(lattice, lattice.align(now), lattice.align(before) if earlier else None)

    def cell(
        self, cell: str, selection: Selection | None = None, *, audience: Audience | str = Audience.PARTNER
    ) -> CellFigures:
        """One hexagon by month and by category, with the months of its local authority beside it."""
        selection, audience = self._allowed(selection, audience)
        number = grid.from_text([cell])
        resolution = _resolution(int(grid.resolutions(number)[0]))
        counted = self.reader.count("count_by_cell_month", selection, resolution=resolution, cells=[int(number[0])])
        context = _context(self.reader, resolution)
        name, lad, npu = label_of(number[0], context)
        months = self._by_month(counted, selection)
        kinds = counted.groupby("category", as_index=False)["n"].sum()
        kinds.insert(1, "name", kinds["category"].map(ALL_CATEGORIES))
        around = self._around(selection, lad)
        protected = [protect(f, audience=audience, settings=self.settings) for f in (months, kinds)]
        return CellFigures(
            cell, name, lad, npu, protected[0], protected[1], self.counts(around, by="month", audience=audience)
        )

    def _around(self, selection: Selection, lad: str | None) -> Selection:
        """The same selection in a local authority; where the principal may not see all of it, in the selection's areas."""
        keys = area_keys([f"lad:{lad}"], self.reader.current_areas) if lad else selection.areas
        allowed = not self.principal.areas or set(keys) <= set(self.principal.areas)
        return replace(selection, areas=keys) if allowed else selection

    # -- what there is ----------------------------------------------------------------------------------------------

    def quality(self, *, reason: str | None = None, rows: int = 1000) -> Quality:
        """The ledger of everything loaded. Refused records are shown to analysts only; others see how many and why."""
        return quality_of(
            self.reader, reason=reason, rows=rows, audience=self.principal.audience, settings=self.settings
        )

    def areas(self, type: str | None = None) -> gpd.GeoDataFrame:
        """Areas of every layer, or of one type: layer, type, code, name, population, basis, is_current, geometry."""
        areas = self.reader.areas
        return areas if type is None else areas[areas["type"] == type]

    def places(self, lad: str | None = None) -> pd.DataFrame:
        """The gazetteer made from location names: name, is_generic, lon, lat, cell10, lad, busiest first."""
        named = self.reader.gazetteer.drop(columns="incidents")
        return named if lad is None else named[named["lad"] == lad]

    # -- who may see ------------------------------------------------------------------------------------------------

    def _allowed(self, selection: Selection | None, audience: Audience | str) -> tuple[Selection, Audience]:
        try:
            wanted = Audience(audience)
        except ValueError:
            raise UserError(
                f"There is no audience {audience!r}.", hint=nearest(str(audience), list(Audience))
            ) from None
        if not self.principal.may_see(wanted):
            raise NotAllowed(f"You may not see the {wanted} view.", hint="Ask the person who runs this map.")
        selection = selection or self.select()
        if self.principal.areas:
            if not set(selection.areas) <= set(self.principal.areas):
                raise NotAllowed("You may not see that area.", hint="Choose one of your own areas.")
            selection = replace(selection, areas=selection.areas or self.principal.areas)
        return selection, wanted

    def _subject(self, selection: Selection) -> str:
        names = area_names(selection.areas, self.reader.current_areas) or [self.settings.place_in_words]
        return f"{wording.what(selection.categories, self.settings)} in {wording.listed(names)}"

    def _method(
        self, selection: Selection, facts: Facts, tested: pd.DataFrame, resolution: int, areas: str, cells: Protected
    ) -> dict[str, Any]:
        layers = self.reader.layers[self.reader.layers["is_current"]]
        return {
            "method": "Gi* (Ord and Getis 1995) on every hexagon inside the boundary, zeros included; binary weights, the hexagon and its neighbours",
            "correction": "Benjamini-Hochberg q-values, two-sided",
            "compared with": f"the other hexagons of {areas}",
            "hexagons tested": len(tested),
            "resolution": resolution,
            "incidents": self._total(selection, cells.audience),
            "categories": [ALL_CATEGORIES[c] for c in selection.categories],
            "period": wording.period_words(
                selection.first or self.snapshot.first_month, selection.last or self.snapshot.last_month
            ),
            "grade": str(facts.grade),
            "sources": list(facts.sources),
            "snapshot": self.snapshot.id,
            "boundaries": sorted(layers["layer"]),
            "disclosure": cells.note,
            "caveats": _caveats(facts, layers),
        }


def open_workspace(
    path: Path | str | None = None, *, settings: Settings | None = None, principal: Principal = LOCAL_ANALYST
) -> Workspace:
    """Open the published snapshot of a store.

    Args:
        path: the store's folder; without it the setting `store`.

    Raises:
        UserError: nothing has been built there.
    """
    settings = settings or load_settings()
    if path is not None:
        settings = replace(settings, store=Path(path))
    return Workspace(open_reader(settings.store), settings, principal)


@lru_cache(maxsize=8)
def _context(reader: Reader, resolution: int) -> pd.DataFrame:
    """Labels of every cell inside the boundaries or with any incident, once per snapshot and resolution."""
    places = grid.parents(reader.places["cell10"].to_numpy(dtype=np.uint64), resolution=resolution)
    inside = study_cells(study_area((), reader.current_areas), reader.current_areas, resolution=resolution)
    cells = np.union1d(places, inside)
    context = cell_context(cells, places=reader.places, gazetteer=reader.gazetteer, resolution=resolution)
    return label_by_centre(context, reader.current_areas)


@lru_cache(maxsize=32)
def _study_lattice(reader: Reader, keys: tuple[str, ...], resolution: int) -> analysis.Lattice:
    return _lattice(reader, study_cells(keys, reader.current_areas, resolution=resolution), resolution)


def _lattice(reader: Reader, cells: np.ndarray, resolution: int) -> analysis.Lattice:
    context = _context(reader, resolution).reindex(cells)
    return analysis.make_lattice(cells, residents=reader.residents, context=context, resolution=resolution)


def _summary(cells: Protected, clusters: Protected) -> str:
    hot = int(cells.frame["hotspot_class"].isin(analysis.CLUSTERED).sum())
    if not hot:
        return "No hexagon stands out from chance."
    places = len(clusters.frame)
    return (
        f"{hot:,} {'hexagon stands' if hot == 1 else 'hexagons stand'} out more than chance would make "
        f"{'it' if hot == 1 else 'them'}, in {places:,} {'place' if places == 1 else 'places'}."
    )


def _caveats(facts: Facts, layers: pd.DataFrame) -> list[str]:
    caveats = []
    if str(facts.grade) == "D":
        caveats.append("Points were moved to shared snap points by the publisher, and only the month is known.")
    if facts.unlocated:
        caveats.append("Incidents without a place are in the totals but on no map.")
    for row in layers[layers["basis"] == "indicative"].itertuples():
        caveats.append(f"{row.name}: indicative. {row.basis_note}")
    caveats.append("Residents of a hexagon are estimated by spreading each area's residents evenly over its hexagons.")
    return caveats


def _resolution(resolution: int) -> int:
    if not MIN_RESOLUTION <= resolution <= MAX_RESOLUTION:
        raise UserError(
            f"The resolution is {resolution}.", hint=f"Choose {MIN_RESOLUTION} (town) to {MAX_RESOLUTION} (streets)."
        )
    return resolution


def _words(value: Iterable[str] | str) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _categories(words: Iterable[str] | str, settings: Settings) -> tuple[str, ...]:
    return categories(_words(words), settings=settings)


def _month(value: date | str | None) -> date | None:
    found = month(value) if isinstance(value, str) else value
    return found and found.replace(day=1)
