"""The reader for partners and the public: it counts the chosen incidents alone.

It answers no query over the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from math import prod
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from vrp_map.disclosure.sampling import stand_for_others
from vrp_map.selection import Selection
from vrp_map.warehouse.count_columns import CountColumns
from vrp_map.warehouse.counts import CountTable
from vrp_map.warehouse.open_queries import OPEN_QUERIES
from vrp_map.warehouse.reader import Reader, Snapshot
from vrp_map.warehouse.sample_file import kept


class SampledReader(Reader):
    """A snapshot of which only the chosen incidents are seen, each k times."""

    def __init__(self, whole: Reader, steps: tuple[int, ...], secret: bytes) -> None:
        self.path, self.unit = whole.path, prod(steps)
        self._whole, self._steps, self._secret = whole, steps, secret
        self.facts = lru_cache(maxsize=512)(self._facts)
        self.sampled = lru_cache(maxsize=1)(self._sampled)

    def frame(self, name: str, values: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """The answer of a query that holds no count of incidents (`OPEN_QUERIES`).

        Raises:
            LookupError: it holds some, or nobody has said that it does not.
        """
        if name not in OPEN_QUERIES:
            raise LookupError(
                f"{name}.sql counts all incidents, and this reader is for those who see a sample."
            )
        return self._whole.frame(name, values)

    @cached_property
    def counts(self) -> CountTable:
        arrays = kept(self.path, self._steps, self._secret, choose=self._choose)
        return CountTable(CountColumns.of_arrays(arrays), unit=self.unit)

    def _choose(self) -> dict[str, NDArray[Any]]:
        return self._whole.counts.sampled(self._steps, self._secret).columns.to_arrays()

    @cached_property
    def snapshot(self) -> Snapshot:
        """The snapshot with the incidents, sources and grade of the chosen incidents."""
        whole, facts = self._whole.snapshot, self.facts(Selection(()))
        return replace(whole, incidents=facts.incidents, sources=facts.sources, grade=facts.grade)

    @property
    def holds_incidents(self) -> bool:
        return self._whole.holds_incidents

    @cached_property
    def months(self) -> pd.DataFrame:
        """month: each that has any incident, whoever delivered it."""
        return self._whole.months[["month"]].drop_duplicates(ignore_index=True)

    @cached_property
    def deliveries(self) -> pd.DataFrame:
        """month, source, publisher: a month of fewer than k incidents is like one of none."""
        rows = self._whole.months
        return rows.loc[rows["n"] >= self.unit, ["month", "source", "publisher"]].reset_index(
            drop=True
        )

    def incidents(self, selection: Selection) -> pd.DataFrame:
        """Each incident chosen, as often as it stands for others."""
        return self._chosen(self._whole.incidents(selection), selection)

    def at_points(self, points: Sequence[int]) -> pd.DataFrame:
        # A place may hold other points too, and the incidents are chosen for the whole place.
        frame = self._chosen(
            self._whole.frame("incidents_at_points", {"points": list(points)}), Selection(())
        )
        return frame[frame["location_id"].isin(points)].reset_index(drop=True)

    def refused(self, reason: str | None, *, rows: int) -> pd.DataFrame:
        """None: they are as the supplier sent them."""
        return pd.DataFrame(columns=["file", "line", "reasons", "record"])

    def _chosen(self, frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
        shown = self.counts.shown_rows(selection)
        return stand_for_others(frame, shown, unit=self.unit, secret=self._secret)


def _read_once(name: str) -> property:
    """What is read once for all audiences."""
    return property(lambda reader: getattr(reader._whole, name))


# The last two are of all incidents: only which suppliers matter, and which points are
# default locations, is told of them.
for _name in (
    "layers",
    "areas",
    "current_areas",
    "area_names",
    "places",
    "gazetteer",
    "residents",
    "warnings",
    "coverage",
    "points_by_category",
):
    setattr(SampledReader, _name, _read_once(_name))
