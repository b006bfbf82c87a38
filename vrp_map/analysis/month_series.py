"""The counts month by month that trends are judged by: of an area, and of each hotspot on a map."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map.analysis.question import Question
from vrp_map.analysis.study.deliveries import EarlierPeriod, whole_months
from vrp_map.analysis.study.lattice import month_counts
from vrp_map.selection import shift_month
from vrp_map.statistics.dispersion import USUAL, Spread, months_needed, own_dispersion

Floats = NDArray[np.float64]


def area_dispersion(question: Question, then: EarlierPeriod) -> tuple[float, float]:
    """The dispersion of a selection's own months, and its degrees of freedom."""
    study, counts, months = question.study, question.reader.counts, _window(question, then)
    counted = counts.by_month(replace(study, first=months[0], last=months[-1]))
    held = counted["month"].to_numpy().astype("datetime64[M]")
    series = np.zeros(len(months), dtype=np.int64)
    series[np.searchsorted(np.array(months, dtype="datetime64[M]"), held)] = counted["n"].to_numpy()
    usual, is_next = max(USUAL, counts.unit), _is_next_to(question, then)
    found = own_dispersion(series[None, :], length=study.months, next_to=is_next, usual=usual)
    return float(found.dispersion[0]), float(found.freedom[0])


def group_dispersions(
    question: Question, tested: pd.DataFrame, then: EarlierPeriod, *, column: str
) -> Spread:
    """The dispersion of the months of each group of cells: (groups,) in the order of
    their numbers.

    Args:
        tested: cell (uint64, sorted) and the number of each cell's group (1, 2, …; 0 = none) in
            `column`.
    """
    reader, study, months = question.reader, question.study, _window(question, then)
    members = tested[tested[column] > 0]
    numbers = members[column].to_numpy(dtype=np.intp)
    cells = members["cell"].to_numpy(dtype=np.uint64)
    series = np.zeros((int(numbers.max(initial=0)), len(months)), dtype=np.int64)
    if len(cells):
        n = month_counts(reader, study, cells, resolution=question.resolution, months=months)
        np.add.at(series, numbers - 1, n)
    usual, is_next = max(USUAL, reader.counts.unit), _is_next_to(question, then)
    return own_dispersion(series, length=study.months, next_to=is_next, usual=usual)


def _window(question: Question, then: EarlierPeriod) -> list[date]:
    """The months up to the period's end that its dispersion is taken from."""
    study, length = question.study, question.study.months
    months = whole_months(question.reader, study, most=months_needed(length))
    # The two periods themselves are whole, or nothing would be compared.
    fewest = (2 if _is_next_to(question, then) else 1) * length
    if len(months) >= fewest:
        return months
    return [shift_month(study.last, i + 1 - fewest) for i in range(fewest)]


def _is_next_to(question: Question, then: EarlierPeriod) -> bool:
    return then.last == shift_month(question.selection.first, -1)
