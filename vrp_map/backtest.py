"""The back-test of a store: how well would each ranking have named next month's cells?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
import pyproj

from vrp_map import grid
from vrp_map.areas import study_area, study_cells
from vrp_map.errors import UserError
from vrp_map.selection import Selection, month_span, shift_month
from vrp_map.statistics import rolling
from vrp_map.statistics.intensity_model import Intensity
from vrp_map.statistics.kernel_density import kernel_weights
from vrp_map.statistics.prediction_accuracy import pai, pei
from vrp_map.study import checked_resolution
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
# As for the gaps of a period: who gives less than this neither makes a month whole nor spoils it.
_MATTERS = 0.01


class LatticeOf(StrEnum):
    """Which cells compete."""

    AREA = "area"
    OBSERVED = "observed"


@dataclass(frozen=True)
class Study:
    """What the back-test is made on: the counts, and where and when they are.

    Attributes:
        cells: uint64 (n,), sorted. months: (t,) those that are whole. left_out: supplier -> its missing months.
        outside: incidents of the selection that lie on no cell of the study area.
    """

    history: rolling.History
    cells: np.ndarray
    months: tuple[date, ...]
    left_out: dict[str, list[date]]
    outside: int


@dataclass(frozen=True)
class Backtest:
    """What each ranking would have captured.

    Attributes:
        months: the months scored. table: one row a month, method and share: month, method, share, capture, pai, pei, n
            (incidents of the month), captured, best, chosen, cells (how many). comparison: every method against all
            counts so far: method, share, gain, low, high (95%), verdict, ahead, behind (months).
        left_out: supplier -> months missing, in which nothing is learnt or scored. notes: sentences to show with it.
    """

    months: tuple[date, ...]
    table: pd.DataFrame
    comparison: pd.DataFrame
    lattice: LatticeOf
    resolution: int
    left_out: dict[str, list[date]]
    notes: tuple[str, ...]

    def summary(self) -> pd.DataFrame:
        """All months together: method, share, capture, pai, pei, n; captured, chosen and cells are sums over months."""
        counted = ["n", "captured", "best", "chosen", "cells"]
        sums = self.table.groupby(["method", "share"], sort=False)[counted].sum().reset_index()
        return sums.assign(
            capture=(sums["captured"] / sums["n"]).where(sums["n"] > 0),
            pai=pai(sums["captured"], sums["n"], sums["chosen"], sums["cells"]),
            pei=pei(sums["captured"], sums["best"]),
        )

    def as_dict(self) -> dict[str, Any]:
        """For JSON: months, methods {name: {share: {capture, pai, pei}}}, and what else there is to say."""
        summary = self.summary()
        return {
            "months": [f"{m:%Y-%m}" for m in self.months],
            "methods": _nested(summary, ("capture", "pai", "pei")),
            "against_all_history": _nested(self.comparison, ("gain", "low", "high", "verdict", "ahead", "behind")),
            "by_month": [
                {"month": f"{row['month']:%Y-%m}"} | {k: _plain(v) for k, v in row.items() if k != "month"}
                for row in self.table.to_dict(orient="records")
            ],
            "lattice": str(self.lattice),
            "resolution": self.resolution,
            "left_out": {name: [f"{m:%Y-%m}" for m in months] for name, months in self.left_out.items()},
            "notes": list(self.notes),
        }


def backtest(
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
        shares: of the cells. train_months: how many months must be known before the first one scored.
        lattice: "area": all cells inside the study boundary; "observed": those with any incident so far.

    Raises:
        UserError: too few months or incidents, a share or lattice that cannot be, or no boundary where one is needed.
    """
    shares = tuple(dict.fromkeys(shares))
    if not shares:
        raise UserError("No share of the cells is given.", hint="Write 0.01 for 1%.")
    kind = _lattice_of(lattice)
    study = make_study(reader, selection, resolution=resolution, lattice=kind)
    growing = kind is LatticeOf.OBSERVED
    scores, notes = rolling.roll(study.history, shares=shares, first=train_months, growing=growing)
    return Backtest(
        study.months[train_months:], _table(scores, study.months), _comparison(study.history, scores), kind, resolution,
        study.left_out, tuple(_notes(study, notes)),
    )  # fmt: skip


def next_month(
    reader: Reader,
    selection: Selection,
    *,
    resolution: int = DEFAULT_RESOLUTION,
    lattice: LatticeOf | str = LatticeOf.AREA,
) -> tuple[Study, Intensity]:
    """Our model of all whole months of the selection: what to expect next, and `explain` of each cell."""
    study = make_study(reader, selection, resolution=resolution, lattice=_lattice_of(lattice))
    return study, study.history.fit()


def make_study(reader: Reader, selection: Selection, *, resolution: int, lattice: LatticeOf) -> Study:
    """The counts of the whole months on the lattice."""
    if lattice is LatticeOf.AREA:
        if reader.current_areas.empty:
            raise UserError("No boundaries are loaded.", hint="Add some, or use --lattice observed.")
        chosen = replace(selection, areas=study_area(selection.areas, reader.current_areas))
    else:
        chosen = selection
    months, left_out = _whole_months(reader, chosen)
    # Police activity stays out of what the model sees: see `intensity_model`.
    wanted = replace(chosen, categories=tuple({*CATEGORIES, *chosen.categories}), first=months[0], last=months[-1])
    counted = reader.count("cell_months", wanted, resolution=checked_resolution(resolution))
    counted = counted.assign(month=counted["month"].dt.date, cell=counted["cell"].astype(np.uint64))
    counted = counted[counted["month"].isin(months)]
    cells = np.unique(counted["cell"].to_numpy())
    if lattice is LatticeOf.AREA:
        # A cell on the border may hold incidents though its centre lies outside: it belongs to the lattice too.
        cells = np.union1d(cells, study_cells(chosen.areas, reader.current_areas, resolution=resolution))
    history = _history(counted, cells, months, chosen.categories)
    located = reader.count("cell_months", replace(selection, first=months[0], last=months[-1]), resolution=resolution)
    here = located["month"].dt.date.isin(months)
    return Study(history, cells, months, left_out, int(located.loc[here, "n"].sum()) - int(history.own.sum()))


def _whole_months(reader: Reader, selection: Selection) -> tuple[tuple[date, ...], dict[str, list[date]]]:
    """Months that every supplier which matters to the selection has delivered; and what the others lack."""
    suppliers = reader.count("suppliers", selection)
    matter = suppliers[suppliers["n"] >= _MATTERS * suppliers["n"].sum()]
    if matter.empty:
        raise UserError(
            "There are no such incidents in the study area.",
            hint="Choose other categories, or --lattice observed for data of another force.",
        )
    delivered = {
        publisher or source: set(held["month"])
        for (source, publisher), held in reader.months.groupby(["source", "publisher"])
        if ((matter["source"] == source) & (matter["publisher"] == publisher)).any()
    }
    present = set.union(*delivered.values())
    first = selection.first or min(present)
    last = selection.last or max(present)
    first, last = max(first, min(present)), min(last, max(present))
    wanted = [shift_month(first, i) for i in range(month_span(first, last))]
    left_out = {name: [m for m in wanted if m not in held] for name, held in sorted(delivered.items())}
    months = tuple(m for m in wanted if all(m in held for held in delivered.values()))
    if not months:
        raise UserError(
            "No month of the period has been delivered by every supplier.", hint="Choose another period or one source."
        )
    return months, {name: missing for name, missing in left_out.items() if missing}


def _history(
    counted: pd.DataFrame, cells: np.ndarray, months: tuple[date, ...], categories: tuple[str, ...]
) -> rolling.History:
    others = [c for c in sorted(set(counted["category"])) if c not in categories]
    own = np.zeros((len(months), len(cells)), dtype=np.int64)
    elsewhere = np.zeros((len(others), len(months), len(cells)), dtype=np.int64)
    month = counted["month"].map({m: i for i, m in enumerate(months)}).to_numpy(dtype=np.int64)
    cell = np.searchsorted(cells, counted["cell"].to_numpy())
    n, mine = counted["n"].to_numpy(), counted["category"].isin(categories).to_numpy()
    np.add.at(own, (month[mine], cell[mine]), n[mine])
    kind = counted["category"].map({c: i for i, c in enumerate(others)}).fillna(-1).to_numpy(dtype=np.int64)
    np.add.at(elsewhere, (kind[~mine], month[~mine], cell[~mine]), n[~mine])
    x, y = pyproj.Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True).transform(*grid.centres(cells))
    kernels = {f"kernel_{h}m": kernel_weights(x, y, bandwidth_m=h) for h in BANDWIDTHS_M}
    names = tuple(CATEGORIES[c].lower() for c in others)
    return rolling.History(own, elsewhere, names, grid.neighbour_index(cells), kernels)


def _table(scores: Sequence[rolling.Score], months: tuple[date, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "month": months[s.month], "method": s.method, "share": s.share,
                "capture": s.captured / s.n if s.n else np.nan, "pai": s.pai, "pei": s.pei, "n": s.n,
                "captured": s.captured, "best": s.best, "chosen": len(s.chosen), "cells": s.cells,
            }
            for s in scores
        ]
    )  # fmt: skip


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
                    "method": method, "share": share, "gain": found.gain, "low": found.low, "high": found.high,
                    "verdict": found.verdict, "ahead": found.ahead, "behind": found.behind,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _notes(study: Study, fallen_back: dict[int, str]) -> list[str]:
    found = [
        f"{name} delivered nothing for {', '.join(f'{m:%Y-%m}' for m in missing)}: left out, neither learnt nor scored."
        for name, missing in study.left_out.items()
    ]
    if study.outside:
        found.append(f"{study.outside:,} incidents lie outside the study area and are not counted.")
    if fallen_back:
        months = ", ".join(f"{study.months[t]:%Y-%m}" for t in fallen_back)
        found.append(f"Ours for {months}: {next(iter(fallen_back.values()))}")
    return found


def _lattice_of(word: LatticeOf | str) -> LatticeOf:
    try:
        return LatticeOf(word)
    except ValueError:
        raise UserError(f"There is no lattice {word!r}.", hint="Choose area or observed.") from None


def _nested(frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in frame.to_dict(orient="records"):
        found.setdefault(row["method"], {})[f"{row['share']:g}"] = {c: _plain(row[c]) for c in columns}
    return found


def _plain(value: Any) -> Any:
    """A number that JSON can hold: none for not a number."""
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value)
    return int(value) if isinstance(value, np.integer) else value
