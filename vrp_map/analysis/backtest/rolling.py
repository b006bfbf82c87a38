"""The back-test of a store: how well would each ranking have named next month's cells?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyproj

from vrp_map import grid, wording
from vrp_map.analysis.backtest.outcome import Backtest, LatticeOf, lattice_of
from vrp_map.analysis.study.areas import study_area
from vrp_map.analysis.study.deliveries import gaps
from vrp_map.analysis.study.lattice import checked_resolution, study_grid
from vrp_map.errors import UserError
from vrp_map.selection import BEGINNING, END, Selection, month_span, shift_month
from vrp_map.statistics import rolling
from vrp_map.statistics.intensity_model import IntensityFit
from vrp_map.statistics.kernel_density import kernel_weights
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, CATEGORIES, DEFAULT_RESOLUTION, WGS84
from vrp_map.warehouse.reader import Reader

SHARES = (0.01, 0.02, 0.05)
BANDWIDTHS_M = (500, 1000)
METHOD_WORDS = {
    rolling.LAST_MONTH: "Last month's counts",
    rolling.ALL_HISTORY: "All counts so far",
    **{f"kernel_{h}m": f"Kernel density, {h:,} m" for h in BANDWIDTHS_M},
    rolling.GI_STAR: "Gi*",
    rolling.OURS: "Ours",
}


@dataclass(frozen=True)
class Study:
    """What the back-test is made on: the counts, and where and when they are.

    Attributes:
        cells: uint64 (n,), sorted. months: (t,) those that are whole. left_out: supplier -> its
            missing months.
        outside: incidents of the selection that lie on no cell of the study area.
    """

    history: rolling.History
    cells: np.ndarray
    months: tuple[date, ...]
    left_out: dict[str, list[date]]
    outside: int


def backtest(  # noqa: PLR0913 - the choices of one back-test, by keyword
    reader: Reader,
    selection: Selection,
    *,
    resolution: int = DEFAULT_RESOLUTION,
    shares: Sequence[float] = SHARES,
    train_months: int = 1,
    lattice: LatticeOf | str = LatticeOf.AREA,
) -> Backtest:
    """Roll through the whole months: rank the cells on what was known before each, score on it.

    It needs counts only, so every grade of data carries it. The figures are exact: for analysts.

    Args:
        shares: of the cells. train_months: how many months must be known before the first one
            scored.
        lattice: "area": all cells inside the study boundary; "observed": those with any incident so
            far.

    Raises:
        UserError: too few months or incidents, a share or lattice that cannot be, or no boundary
            where one is needed.
    """
    kind = lattice_of(lattice)
    study = make_study(reader, selection, resolution=resolution, lattice=kind)
    steps = list(
        rolling.steps(study.history, first=train_months, growing=kind is LatticeOf.OBSERVED)
    )
    return score_study(study, steps, resolution=resolution, shares=shares, lattice=kind)


def score_study(
    study: Study,
    steps: Sequence[rolling.RollingStep],
    *,
    resolution: int,
    shares: Sequence[float],
    lattice: LatticeOf,
) -> Backtest:
    """Every ranking at every share, on the months of these steps; arguments and errors as for
    `backtest`.
    """
    shares = tuple(dict.fromkeys(shares))
    if not shares:
        raise UserError("No share of the cells is given.", hint="Write 0.01 for 1%.")
    scores = rolling.score_all(study.history, steps, shares=shares)
    fallen_back = {step.month: step.fitted.note for step in steps if not step.fitted.fitted}
    return Backtest(
        tuple(study.months[step.month] for step in steps),
        _table(scores, study.months),
        _comparison(study.history, scores),
        lattice,
        resolution,
        study.left_out,
        tuple(_notes(study, fallen_back)),
    )


def next_month(
    reader: Reader,
    selection: Selection,
    *,
    resolution: int = DEFAULT_RESOLUTION,
    lattice: LatticeOf | str = LatticeOf.AREA,
) -> tuple[Study, IntensityFit]:
    """Our model of all whole months of the selection: what to expect next, and `explain` of each
    cell.
    """
    study = make_study(reader, selection, resolution=resolution, lattice=lattice_of(lattice))
    return study, study.history.fit()


def make_study(
    reader: Reader, selection: Selection, *, resolution: int, lattice: LatticeOf
) -> Study:
    """The counts of the whole months on the lattice: that of the Hotspots page, or every cell with
    any incident.
    """
    checked_resolution(resolution)
    if lattice is LatticeOf.AREA:
        if reader.current_areas.empty:
            raise UserError(
                "No boundaries are loaded.", hint="Add some, or use --lattice observed."
            )
        chosen = replace(selection, areas=study_area(selection.areas, reader.current_areas))
        cells = study_grid(reader, chosen.areas, resolution).cells
    else:
        chosen, cells = selection, reader.counts.cells_in(selection.areas, resolution=resolution)
    months, left_out = _whole_months(reader, chosen)
    at = np.searchsorted(reader.counts.months, np.array(months, dtype="datetime64[M]"))
    history = _history(reader, chosen, cells, at, resolution=resolution)
    if not history.own.any():
        raise UserError(
            "There are no such incidents in the study area.",
            hint="Choose other categories, or --lattice observed for data of another force.",
        )
    everywhere = reader.counts.cells_in((), resolution=resolution)
    located = reader.counts.cell_months(selection, everywhere, resolution=resolution)[:, at].sum()
    return Study(history, cells, months, left_out, int(located) - int(history.own.sum()))


def _whole_months(
    reader: Reader, selection: Selection
) -> tuple[tuple[date, ...], dict[str, list[date]]]:
    """Months that every supplier which matters here has delivered (`study.gaps`); and what the
    others lack.
    """
    snapshot = reader.snapshot
    first = max(selection.first, snapshot.first_month)
    last = min(selection.last, snapshot.last_month)
    if first > last:
        raise UserError("There is no data for this period.", hint="Choose other months.")
    left_out = gaps(reader, replace(selection, first=first, last=last))
    missing = {month for months in left_out.values() for month in months}
    wanted = (shift_month(first, i) for i in range(month_span(first, last)))
    # A month that nobody who matters here lacks, and of which there is nothing at all, is not a
    # month of zeros.
    delivered = set(reader.months["month"])
    months = tuple(m for m in wanted if m not in missing and m in delivered)
    if not months:
        raise UserError(
            "No month of this period has data from every supplier.",
            hint="Choose another period or one source.",
        )
    return months, left_out


def _history(
    reader: Reader, selection: Selection, cells: np.ndarray, at: np.ndarray, *, resolution: int
) -> rolling.History:
    """The months at these positions; other categories are all but police activity, which stays out
    of the model.
    """

    def counted(*categories: str) -> np.ndarray:
        wanted = replace(selection, categories=categories, first=BEGINNING, last=END)
        return np.asarray(reader.counts.cell_months(wanted, cells, resolution=resolution).T[at])

    others = {c: counted(c) for c in sorted(CATEGORIES) if c not in selection.categories}
    others = {c: n for c, n in others.items() if n.any()}
    elsewhere = np.array(list(others.values()), dtype=np.int64).reshape(
        len(others), len(at), len(cells)
    )
    x, y = pyproj.Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True).transform(
        *grid.centres(cells)
    )
    return rolling.History(
        counted(*selection.categories),
        elsewhere,
        tuple(CATEGORIES[c].lower() for c in others),
        grid.neighbour_index(cells),
        {f"kernel_{h}m": kernel_weights(x, y, bandwidth_m=h) for h in BANDWIDTHS_M},
        grid.areas_km2(cells),
    )


def _table(scores: Sequence[rolling.Score], months: tuple[date, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "month": months[s.month],
                "method": s.method,
                "share": s.share,
                "capture": s.captured / s.n if s.n else np.nan,
                "pai": s.pai,
                "pei": s.pei,
                "n": s.n,
                "captured": s.captured,
                "best": s.best,
                "chosen": s.chosen,
                "cells": len(s.cells),
                "km2": s.km2,
                "whole_km2": s.whole_km2,
            }
            for s in scores
        ]
    )


def _comparison(history: rolling.History, scores: Sequence[rolling.Score]) -> pd.DataFrame:
    grouped: dict[tuple[str, float], list[rolling.Score]] = {}
    for score in scores:
        grouped.setdefault((score.method, score.share), []).append(score)
    rows = []
    for (method, share), mine in grouped.items():
        if method != rolling.ALL_HISTORY:
            found = rolling.against(history, mine, grouped[rolling.ALL_HISTORY, share])
            rows.append(
                {
                    "method": method,
                    "share": share,
                    "gain": found.gain,
                    "low": found.low,
                    "high": found.high,
                    "verdict": found.verdict,
                    "ahead": found.ahead,
                    "behind": found.behind,
                }
            )
    return pd.DataFrame(rows)


def _notes(study: Study, fallen_back: dict[int, str]) -> list[str]:
    found = [
        f"{name} delivered nothing for {', '.join(map(wording.month_words, missing))}: we leave"
        " these months out."
        for name, missing in study.left_out.items()
    ]
    if study.outside:
        found.append(f"{study.outside:,} incidents lie outside the study area and are not counted.")
    if fallen_back:
        months = ", ".join(f"{study.months[t]:%Y-%m}" for t in fallen_back)
        found.append(f"Ours for {months}: {next(iter(fallen_back.values()))}")
    return found
