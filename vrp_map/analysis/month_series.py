"""The counts month by month that trends are judged by: of an area, and of each hotspot on a map."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map.analysis.study.lattice import EarlierPeriod, whole_months
from vrp_map.selection import Selection, month_span, shift_month
from vrp_map.statistics.dispersion import USUAL, Spread, months_needed, own_dispersion
from vrp_map.warehouse.reader import Reader

Floats = NDArray[np.float64]


def cell_months(
    reader: Reader,
    selection: Selection,
    cells: NDArray[np.uint64],
    *,
    resolution: int,
    months: list[date],
) -> NDArray[np.int64]:
    """Incidents of each of the cells (sorted) in each of these months: (cells, months)."""
    wanted = replace(selection, first=months[0], last=months[-1])
    at = np.searchsorted(reader.counts.months, np.array(months, dtype="datetime64[M]"))
    return reader.counts.cell_months(wanted, cells, resolution=resolution)[:, at]


def area_dispersion(reader: Reader, study: Selection, then: EarlierPeriod) -> tuple[float, float]:
    """The dispersion of a selection's own months, and its degrees of freedom."""
    length, months = _window(reader, study, then)
    counted = reader.counts.by_month(replace(study, first=months[0], last=months[-1]))
    held = counted["month"].to_numpy().astype("datetime64[M]")
    series = np.zeros(len(months), dtype=np.int64)
    series[np.searchsorted(np.array(months, dtype="datetime64[M]"), held)] = counted["n"].to_numpy()
    usual = max(USUAL, reader.counts.unit)
    found = own_dispersion(
        series[None, :], length=length, next_to=_is_next_to(study, then), usual=usual
    )
    return float(found.dispersion[0]), float(found.freedom[0])


def group_dispersions(
    reader: Reader,
    study: Selection,
    tested: pd.DataFrame,
    then: EarlierPeriod,
    *,
    column: str,
    resolution: int,
) -> Spread:
    """The dispersion of the months of each group of cells: (groups,) in the order of
    their numbers.

    Args:
        tested: cell (uint64, sorted) and the number of each cell's group (1, 2, …; 0 = none) in
            `column`.
    """
    length, months = _window(reader, study, then)
    members = tested[tested[column] > 0]
    numbers = members[column].to_numpy(dtype=np.intp)
    cells = members["cell"].to_numpy(dtype=np.uint64)
    series = np.zeros((int(numbers.max(initial=0)), len(months)), dtype=np.int64)
    if len(cells):
        n = cell_months(reader, study, cells, resolution=resolution, months=months)
        np.add.at(series, numbers - 1, n)
    usual = max(USUAL, reader.counts.unit)
    return own_dispersion(series, length=length, next_to=_is_next_to(study, then), usual=usual)


def _window(reader: Reader, study: Selection, then: EarlierPeriod) -> tuple[int, list[date]]:
    """The length of the period, and the months up to its end that its dispersion is taken from."""
    first, last = (
        study.first or reader.snapshot.first_month,
        study.last or reader.snapshot.last_month,
    )
    length = month_span(first, last)
    months = whole_months(
        reader, replace(study, first=first, last=last), most=months_needed(length)
    )
    # The two periods themselves are whole, or nothing would be compared.
    fewest = (2 if _is_next_to(study, then) else 1) * length
    return length, months if len(months) >= fewest else [
        shift_month(last, i + 1 - fewest) for i in range(fewest)
    ]


def _is_next_to(study: Selection, then: EarlierPeriod) -> bool:
    return study.first is not None and then.last == shift_month(study.first, -1)
