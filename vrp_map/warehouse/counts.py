"""The counts of a snapshot in memory: any selection of them by cell, area, month or category in a
millisecond or two.

DuckDB plans a query for longer than these sums take (docs/decisions/0006). One row is a (month,
category, source, grade, place), as in `agg_place_month`, and takes about 20 bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.disclosure.sampling import Atoms, sample
from vrp_map.selection import BEGINNING, END, Selection
from vrp_map.vocabulary import AreaType
from vrp_map.warehouse.count_columns import WORDS, CountColumns, Rows, Sums


class CountTable:
    """Every count of a snapshot, exact or as an audience may see it.

    Args:
        columns: what it holds.
        unit: how many incidents each one shown stands for; 1 = exact.
    """

    def __init__(self, columns: CountColumns, *, unit: int = 1) -> None:
        self.columns, self.unit = columns, unit
        self._size = len(columns.known)
        self.months, self._starts = columns.months, columns.starts
        self._ends = np.append(columns.starts[1:], len(columns.n))
        self.category, self.source, self.grade = columns.category, columns.source, columns.grade
        self._known, self._cell10 = columns.known, columns.cell10
        self._place, self._n, self._inside = columns.place, columns.n, columns.inside
        self._area_places = columns.area_places
        self._seen = (
            np.ones(self._size, dtype=bool)
            if unit == 1
            else np.bincount(columns.place, minlength=self._size + 1)[:-1] > 0
        )
        self._cells = lru_cache(maxsize=4)(self._cells_of)
        # One page asks for the same rows by cell, by month and by category.
        self.rows = lru_cache(maxsize=8)(self._rows)

    def sampled(self, steps: Sequence[int], secret: bytes) -> CountTable:
        """The same table as an audience may see it: one incident in k stands for k
        (`disclosure.sampling`).
        """
        unit = int(np.prod(steps))
        return CountTable(self.columns.only(unit * sample(self._atoms(), steps, secret)), unit=unit)

    def shown_rows(self, selection: Selection) -> pd.DataFrame:
        """month, category, source, grade, place_id (-1 = none), n of each row of a selection with
        any incident.
        """
        rows = self._counted(selection)
        words = {
            name: pd.Categorical.from_codes(column.codes[rows].astype(np.int16), column.words)
            for name, column in ((name, getattr(self, name)) for name in WORDS)
        }
        months = self.months[self._month(rows)].astype("datetime64[us]")
        places = np.append(self._known, -1)[self._place[rows]]
        return pd.DataFrame({"month": months, **words, "place_id": places, "n": self._n[rows]})

    def _atoms(self) -> Atoms:
        """Its rows for `sample`: totals are kept near the truth for local authorities, or for all
        without them.
        """
        area = np.zeros(self._size + 1, dtype=np.intp)
        names = sorted(key for key in self._area_places if key.startswith(f"{AreaType.LAD}:"))
        for number, key in enumerate(names, start=1):
            area[self._area_places[key]] = number
        area[self._size] = len(names) + 1
        sources = len(self.source.words)
        return Atoms(
            n=self._n,
            month=self._month(np.arange(len(self._n))),
            cell10=np.append(self._cell10, np.uint64(0))[self._place],
            kind=self.category.codes.astype(np.intp) * sources + self.source.codes,
            area=area[self._place],
            months=[str(month) for month in self.months],
            kinds=[
                f"{kind} {source}" for kind in self.category.words for source in self.source.words
            ],
            areas=["elsewhere", *names, "no place"],
        )

    def _rows(self, selection: Selection) -> Rows:
        """The rows of a selection."""
        first = np.datetime64(selection.first, "M")
        last = np.datetime64(selection.last, "M")
        low, high = (
            np.searchsorted(self.months, first),
            np.searchsorted(self.months, last, side="right"),
        )
        if low >= high:
            return np.empty(0, dtype=np.intp)
        part = slice(self._starts[low], self._ends[high - 1])
        keep = (
            self.category.among(selection.categories)[self.category.codes[part]]
            if selection.categories
            else None
        )
        if selection.sources:
            from_source = self.source.among(selection.sources)[self.source.codes[part]]
            keep = from_source if keep is None else keep & from_source
        if selection.areas:
            in_area = self._in_areas(selection.areas)[self._place[part]]
            keep = in_area if keep is None else keep & in_area
        found = np.arange(part.stop - part.start) if keep is None else np.flatnonzero(keep)
        return np.asarray(found + part.start)

    def by_cell(self, selection: Selection, *, resolution: int) -> pd.DataFrame:
        """cell (uint64, sorted), n of every cell with any incident."""
        cells, cell_of_place = self._cells(resolution)
        rows = self.rows(selection)
        n = self._sums(rows, cell_of_place[self._place[rows]], len(cells) + 1)
        some = np.flatnonzero(n[:-1])
        return pd.DataFrame({"cell": cells[some], "n": n[some]})

    def by_area(self, selection: Selection, keys: Sequence[str]) -> Sums:
        """Incidents of each area."""
        rows = self.rows(selection)
        n = self._sums(rows, self._place[rows], self._size + 1)
        nowhere = np.empty(0, dtype=np.intp)
        inside = [self._area_places.get(area, nowhere) for area in keys]
        return np.array([n[places].sum() for places in inside], dtype=np.int64)

    def by_month(self, selection: Selection) -> pd.DataFrame:
        """month, n of every month with any incident."""
        rows = self.rows(selection)
        n = self._sums(rows, self._month(rows), len(self.months))
        some = np.flatnonzero(n)
        return pd.DataFrame({"month": self.months[some].astype("datetime64[s]"), "n": n[some]})

    def by_category(self, selection: Selection) -> pd.DataFrame:
        """category, n of every category with any incident."""
        rows = self.rows(selection)
        n = self._sums(rows, self.category.codes[rows], len(self.category.words))
        frame = pd.DataFrame({"category": self.category.words, "n": n})
        return frame[frame["n"] > 0].sort_values("category", ignore_index=True)

    def by_month_and_category(
        self, selection: Selection, *, cells: NDArray[np.uint64], resolution: int
    ) -> pd.DataFrame:
        """month, category, n with any incident in these cells."""
        known, cell_of_place = self._cells(resolution)
        wanted = np.append(np.isin(known, cells), False)[cell_of_place]
        rows = self.rows(selection)
        rows = rows[wanted[self._place[rows]]]
        kinds = len(self.category.words)
        n = self._sums(
            rows, self._month(rows) * kinds + self.category.codes[rows], len(self.months) * kinds
        )
        some = np.flatnonzero(n)
        return pd.DataFrame(
            {
                "month": self.months[some // kinds].astype("datetime64[s]"),
                "category": np.array(self.category.words, dtype=object)[some % kinds],
                "n": n[some],
            }
        )

    def cell_months(
        self, selection: Selection, cells: NDArray[np.uint64], *, resolution: int
    ) -> Sums:
        """Incidents of each of the cells (sorted) in each of `months`: (cells, months)."""
        known, cell_of_place = self._cells(resolution)
        at = np.minimum(np.searchsorted(cells, known), max(len(cells) - 1, 0))
        position = (
            np.append(np.where(cells[at] == known, at, len(cells)), len(cells))
            if len(cells)
            else None
        )
        if position is None:
            return np.zeros((0, len(self.months)), dtype=np.int64)
        rows = self.rows(selection)
        where = position[cell_of_place[self._place[rows]]] * len(self.months) + self._month(rows)
        n = self._sums(rows, where, (len(cells) + 1) * len(self.months))
        shape = len(cells) + 1, len(self.months)
        return n.reshape(shape)[:-1]

    def cells_in(self, areas: Sequence[str], *, resolution: int) -> NDArray[np.uint64]:
        """The cells, sorted, in whose part of the areas any incident lies; without areas, of all
        places.
        """
        cells, cell_of_place = self._cells(resolution)
        inside = self._in_areas(areas)[:-1] if areas else np.ones(self._size, dtype=bool)
        return cells[np.unique(cell_of_place[np.flatnonzero(inside & self._seen)])]

    def totals(self, selection: Selection) -> dict[str, int]:
        """How many incidents a selection has, how many of them without a place, and how many inside
        no area.
        """
        rows = self.rows(selection)
        place = self._place[rows]
        parts = {
            "incidents": rows,
            "unlocated": rows[place == self._size],
            "outside": rows[~self._inside[place]],
        }
        return {name: int(self._n[part].sum()) for name, part in parts.items()}

    def in_none(self, selection: Selection, keys: Sequence[str]) -> int:
        """How many incidents with a place inside the boundaries lie in none of the areas."""
        rows = self.rows(selection)
        elsewhere = ~self._in_areas(keys) & self._inside
        elsewhere[-1] = False
        part = rows[elsewhere[self._place[rows]]]
        return int(self._n[part].sum())

    def words_of(self, selection: Selection) -> tuple[list[str], list[str]]:
        """The grades and the sources of the kinds of a selection, sorted; of all kinds where there
        is none of those.

        Its areas and period play no part: that a hospital knows of anything in a street, or in a
        month, is a small number too.
        """
        rows = self._counted(replace(selection, areas=(), first=BEGINNING, last=END))
        if not len(rows):
            rows = self._counted(Selection((), sources=selection.sources))
        grades, sources = (np.unique(column.codes[rows]) for column in (self.grade, self.source))
        return sorted(self.grade.words[i] for i in grades), sorted(
            self.source.words[i] for i in sources
        )

    def _counted(self, selection: Selection) -> Rows:
        """The rows of a selection that have an incident to show: a kind that nobody is shown has no
        supplier either.
        """
        rows = self.rows(selection)
        return np.asarray(rows[self._n[rows] > 0])

    def _month(self, rows: Rows) -> NDArray[np.intp]:
        return np.searchsorted(self._starts, rows, side="right") - 1

    def _in_areas(self, keys: Sequence[str]) -> NDArray[np.bool_]:
        mask = np.zeros(self._size + 1, dtype=bool)
        for key in keys:
            mask[self._area_places.get(key, [])] = True
        return mask

    def _cells_of(self, resolution: int) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
        """The cells, sorted, and for each place (and "no place", last) which one it lies in."""
        cells, place = np.unique(
            grid.parents(self._cell10, resolution=resolution), return_inverse=True
        )
        return cells, np.append(place, len(cells))

    def _sums(self, rows: Rows, codes: NDArray[np.integer], size: int) -> Sums:
        """Incidents of the rows by code."""
        return np.bincount(codes, weights=self._n[rows], minlength=size).astype(np.int64)
