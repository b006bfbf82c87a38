"""The columns of the counts: from the snapshot's tables, or from a file beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Sums = NDArray[np.int64]

WORDS = ("category", "source", "grade")
PLAIN = ("months", "starts", "place", "n", "known", "cell10", "inside")


@dataclass(frozen=True)
class Column:
    """A column of few distinct words: the words, and for each row which one."""

    words: list[str]
    codes: NDArray[np.uint8]

    def only(self, rows: Rows) -> Column:
        """The column of some of its rows."""
        return replace(self, codes=self.codes[rows])

    def among(self, wanted: Sequence[str]) -> NDArray[np.bool_]:
        """For each word, whether it is wanted."""
        return np.isin(np.array(self.words, dtype=object), np.array(list(wanted), dtype=object))


@dataclass(frozen=True)
class CountColumns:
    """What a count table holds: m rows sorted by month, and p places numbered from 0.

    Attributes:
        months: every month of the snapshot. starts: (months,) the first row of each.
        category, source, grade: (m,) words. place: (m,) which place; p = no place. n: (m,)
            incidents.
        known: (p,) place_id, sorted. cell10: (p,) uint64. inside: (p + 1,) whether in any area.
        area_places: the places of each area ("type:code" of a current layer).
    """

    months: NDArray[np.datetime64]
    starts: Rows
    category: Column
    source: Column
    grade: Column
    place: NDArray[np.int32]
    n: Sums
    known: NDArray[np.int64]
    cell10: NDArray[np.uint64]
    inside: NDArray[np.bool_]
    area_places: dict[str, Rows]

    def only(self, n: Sums) -> CountColumns:
        """The columns with other numbers, and without the rows of which none is left.

        Args:
            n: (m,) incidents of each row.
        """
        left = np.flatnonzero(n)
        return replace(
            self,
            starts=np.searchsorted(left, self.starts),
            category=self.category.only(left),
            source=self.source.only(left),
            grade=self.grade.only(left),
            place=self.place[left],
            n=n[left],
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """The columns as arrays of plain types; `of_arrays` reads them."""
        lists = list(self.area_places.values())
        arrays = {name: getattr(self, name) for name in PLAIN}
        for name in WORDS:
            column = getattr(self, name)
            arrays |= {f"{name}_words": np.array(column.words, dtype=str), name: column.codes}
        return arrays | {
            "areas": np.array(list(self.area_places), dtype=str),
            "area_places": np.concatenate([np.empty(0, dtype=np.intp), *lists]),
            "area_ends": np.cumsum([len(places) for places in lists], dtype=np.intp),
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> CountColumns:
        """The columns that `to_arrays` wrote.

        Raises:
            KeyError: one is missing.
        """
        lists = np.split(arrays["area_places"], arrays["area_ends"][:-1])
        plain: dict[str, Any] = {name: arrays[name] for name in PLAIN}
        words: dict[str, Any] = {
            name: Column(arrays[f"{name}_words"].tolist(), arrays[name]) for name in WORDS
        }
        names = arrays["areas"].tolist()
        return cls(**plain, **words, area_places=dict(zip(names, lists, strict=False)))

    @classmethod
    def of_tables(
        cls, counts: pa.Table, places: pd.DataFrame, place_areas: pd.DataFrame
    ) -> CountColumns:
        """The columns of what the snapshot's queries answer.

        Args:
            counts: month (date), category, source, grade, place_id (null = no place), n; sorted by
                month.
            places: place_id, sorted, with or without gaps; cell10, is_inside.
            place_areas: place_id, area ("type:code" of a current layer).
        """
        known = places["place_id"].to_numpy()
        placed = counts["place_id"].fill_null(-1).to_numpy()
        months, starts = np.unique(
            counts["month"].to_numpy().astype("datetime64[M]"), return_index=True
        )
        at = np.searchsorted(known, place_areas["place_id"].to_numpy())
        return cls(
            months=months,
            starts=starts,
            category=_coded(counts["category"]),
            source=_coded(counts["source"]),
            grade=_coded(counts["grade"]),
            place=np.where(placed < 0, len(known), np.searchsorted(known, placed)).astype(np.int32),
            n=counts["n"].to_numpy().astype(np.int64),
            known=known,
            cell10=places["cell10"].to_numpy(dtype=np.uint64),
            inside=np.append(places["is_inside"].to_numpy(dtype=bool), True),
            area_places={str(k): at[v] for k, v in place_areas.groupby("area").indices.items()},
        )


def _coded(words: pa.ChunkedArray) -> Column:
    coded = words.combine_chunks().dictionary_encode()
    return Column(coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.uint8))
