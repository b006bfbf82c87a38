"""Reading a snapshot: a selection in, plain frames out.

`Reader` has exact numbers, for analysts only; `Reader.sampled` gives what others may be told
anything of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from vrp_map.common.single_flight import SingleFlight
from vrp_map.errors import UserError
from vrp_map.selection import Selection
from vrp_map.vocabulary import WGS84, Grade
from vrp_map.warehouse.count_columns import CountColumns
from vrp_map.warehouse.counts import CountTable
from vrp_map.warehouse.ingest.database_faults import reading
from vrp_map.warehouse.snapshots import current, open_snapshot
from vrp_map.warehouse.sql_files import run

if TYPE_CHECKING:
    import geopandas as gpd

_ANSWERS = 64


@dataclass(frozen=True)
class Snapshot:
    """One published build of the warehouse."""

    id: str
    created: datetime
    first_month: date
    last_month: date
    synthetic: bool
    incidents: int
    sources: tuple[str, ...]
    grade: Grade
    boundaries: str


@dataclass(frozen=True)
class SelectionFacts:
    """What a selection holds before anything is mapped: exact counts, grades and sources."""

    incidents: int
    unlocated: int
    outside: int
    grades: tuple[Grade, ...]
    sources: tuple[str, ...]

    @property
    def grade(self) -> Grade:
        """The lowest: mixed sources can carry only what the poorest of them can."""
        return max(self.grades, default=Grade.D)


class Reader:
    """A snapshot, opened read-only. Safe to share between threads.

    Attributes:
        unit: how many incidents each one counted stands for; 1 = exact.
    """

    unit = 1

    def __init__(self, path: Path) -> None:
        self.path = path
        self._con = open_snapshot(path)
        # One page asks for the same facts many times over; a snapshot never changes.
        self.facts = lru_cache(maxsize=512)(self._facts)
        self.sampled = lru_cache(maxsize=4)(self._sampled)
        # What pages and routes have worked out of it; it goes when the snapshot is no longer read.
        self.answers = SingleFlight(_ANSWERS)

    def _sampled(self, steps: tuple[int, ...], secret: bytes) -> Reader:
        """The same snapshot as an audience may see it: one incident in k, each standing for k
        (`disclosure.sampling`).

        Args:
            steps: as for `sample`; none gives this reader.
        """
        # It is a reader itself, and so cannot be loaded before this class is made.
        from vrp_map.warehouse.sampled_reader import SampledReader

        return SampledReader(self, steps, secret) if steps else self

    def incidents(self, selection: Selection) -> pd.DataFrame:
        """One row an incident of a selection: the columns of `timed_points.sql`."""
        return self.count("timed_points", selection)

    def exact_incidents(self, selection: Selection) -> pd.DataFrame:
        """day, category, source, offence_code, lon, lat of each incident whose day and place are
        known (grades A and B), by day.
        """
        found = self.count("exact_incidents", selection)
        return found.assign(day=found["day"].dt.date)

    def exact_days(self, selection: Selection, places: Sequence[int]) -> pd.DataFrame:
        """day, here, n of each day with any incident whose day and place are known: at these
        places, and altogether.
        """
        found = self.count("exact_days", selection, places=list(places))
        return found.assign(day=found["day"].dt.date)

    def at_points(self, points: Sequence[int]) -> pd.DataFrame:
        """One row an incident at these points: location_id, month, category, source, areas, and
        others.
        """
        frame = self.frame("incidents_at_points", {"points": list(points)})
        return frame[frame["location_id"].isin(points)].reset_index(drop=True)

    def frame(self, name: str, values: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """The answer of `sql/queries/<name>.sql`, on a cursor of its own."""
        with reading(self.path), self._con.cursor() as cursor:
            return run(cursor, f"queries/{name}", values).df()

    def count(self, name: str, selection: Selection, **more: Any) -> pd.DataFrame:
        """The answer of a query over the incidents of a selection."""
        return self.frame(name, _values(selection) | more)

    @cached_property
    def holds_incidents(self) -> bool:
        """Whether any row was ever taken; where none was, only the account of what was refused can
        be asked for.
        """
        return bool(self.frame("snapshot").iloc[0]["incidents"])

    @cached_property
    def snapshot(self) -> Snapshot:
        row = self.frame("snapshot").iloc[0]
        if not row["incidents"]:
            raise UserError(
                f"The snapshot in {self.path.parent} holds no incidents.",
                hint="`vrp-map quality` shows which rows were refused and why.",
            )
        return Snapshot(
            id=str(row["snapshot_id"]),
            created=row["created_at"].to_pydatetime(),
            first_month=row["first_month"].date(),
            last_month=row["last_month"].date(),
            synthetic=bool(row["synthetic"]),
            incidents=int(row["incidents"]),
            sources=tuple(row["sources"]),
            grade=Grade(row["grade"]),
            boundaries=str(row["boundaries"]),
        )

    def _facts(self, selection: Selection) -> SelectionFacts:
        """How many incidents a selection holds, how many are on no map, and which grades and
        sources they have.
        """
        totals = self.counts.totals(selection)
        grades, sources = self.counts.words_of(selection)
        return SelectionFacts(
            incidents=totals["incidents"],
            unlocated=totals["unlocated"],
            outside=totals["outside"],
            grades=tuple(Grade(g) for g in grades),
            sources=tuple(sources),
        )

    @cached_property
    def counts(self) -> CountTable:
        """Every count of the snapshot."""
        with reading(self.path), self._con.cursor() as cursor:
            table = run(cursor, "queries/counts").to_arrow_table()
        return CountTable(CountColumns.of_tables(table, self.places, self.frame("place_areas")))

    @cached_property
    def months(self) -> pd.DataFrame:
        return self.frame("months").assign(month=lambda f: f["month"].dt.date)

    @property
    def deliveries(self) -> pd.DataFrame:
        """month, source, publisher of each month that a publisher has delivered; and n, unlocated
        where exact.
        """
        return self.months

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Incidents inside the boundaries by month, source and publisher; of everywhere if none is
        inside.
        """
        inside = self.frame("coverage").assign(month=lambda f: f["month"].dt.date)
        return inside if len(inside) else self.months

    @cached_property
    def points_by_category(self) -> pd.DataFrame:
        """Every kept point and kind, with its incidents: from these the default locations are found
        (`default_locations`).
        """
        return self.frame("points_by_category")

    def refused(self, reason: str | None, *, rows: int) -> pd.DataFrame:
        """file, line, reasons, record of at most so many refused records, of one reason or
        of any.
        """
        return self.frame("refused", {"reason": reason, "rows": rows})

    @cached_property
    def warnings(self) -> pd.DataFrame:
        """What is odd about the files that were taken: file, problem, remedy, n."""
        if not self.frame("has_warnings")["found"].item():
            return pd.DataFrame(columns=["file", "problem", "remedy", "n"])
        return self.frame("warnings")

    @cached_property
    def layers(self) -> pd.DataFrame:
        return self.frame("layers")

    def is_indicative(self, type: str) -> bool:
        """Whether the current layer of an area type is partly inferred."""
        layers = self.layers[self.layers["is_current"]]
        return bool(((layers["type"] == type) & (layers["basis"] == "indicative")).any())

    @cached_property
    def areas(self) -> gpd.GeoDataFrame:
        """Every area of every layer: layer, type, code, name, population, basis, is_current,
        geometry (EPSG:4326).
        """
        import geopandas as gpd

        frame = self.frame("areas", {"type": None})
        geometry = gpd.GeoSeries.from_wkb(frame.pop("geometry").map(bytes), crs=WGS84)
        return gpd.GeoDataFrame(frame, geometry=geometry)

    @cached_property
    def current_areas(self) -> gpd.GeoDataFrame:
        """The areas in force now, with their key "type:code"."""
        areas = self.areas[self.areas["is_current"]]
        return areas.assign(key=areas["type"] + ":" + areas["code"])

    @cached_property
    def area_names(self) -> pd.DataFrame:
        """The areas in force now without their outlines: layer, type, code, name, population,
        basis, key "type:code". Outlines take far longer to read.
        """
        return self.frame("area_names")

    @cached_property
    def places(self) -> pd.DataFrame:
        return self.frame("places")

    @cached_property
    def gazetteer(self) -> pd.DataFrame:
        return self.frame("gazetteer")

    @cached_property
    def residents(self) -> pd.DataFrame:
        return self.frame("residents")


@lru_cache(maxsize=4)
def _opened(path: Path) -> Reader:
    return Reader(path)


def close_readers() -> None:
    """Let go of every snapshot that is open, with what was worked out of it."""
    _opened.cache_clear()


def open_reader(store: Path) -> Reader:
    """The published snapshot of a store; asking again after a build gives the new one."""
    path = current(store)
    if path is None:
        raise UserError(
            f"There is no snapshot in {store} yet.",
            hint="Run `vrp-map demo` for synthetic data, or `vrp-map build FILES` for your own.",
        )
    return _opened(path.resolve())


def _values(selection: Selection) -> dict[str, Any]:
    def listed(values: Sequence[str]) -> list[str] | None:
        return list(values) or None

    return {
        "categories": listed(selection.categories),
        "first": selection.first,
        "last": selection.last,
        "areas": listed(selection.areas),
        "sources": listed(selection.sources),
    }
