"""What a back-test found, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from vrp_map.errors import UserError
from vrp_map.statistics.accuracy import pai


class LatticeOf(StrEnum):
    """Which cells compete."""

    AREA = "area"
    OBSERVED = "observed"


def lattice_of(word: LatticeOf | str) -> LatticeOf:
    """The lattice of that name."""
    try:
        return LatticeOf(word)
    except ValueError:
        raise UserError(f"There is no lattice {word!r}.", hint="Choose area or observed.") from None


@dataclass(frozen=True)
class Backtest:
    """What each ranking would have captured.

    Attributes:
        months: the months scored. table: one row a month, method and share: month, method, share,
            capture, pai, pei, n (incidents of the month), captured, best, chosen, cells (how many),
            km2, whole_km2 (the areas of both).
        comparison: every method against all counts so far: method, share, gain, low, high (95%),
            verdict, ahead, behind (months).
        left_out: supplier -> months missing, in which nothing is learnt or scored. notes: sentences
            to show with it.
    """

    months: tuple[date, ...]
    table: pd.DataFrame
    comparison: pd.DataFrame
    lattice: LatticeOf
    resolution: int
    left_out: dict[str, list[date]]
    notes: tuple[str, ...]

    def summary(self) -> pd.DataFrame:
        """All months together: method, share, capture, pai, pei, n; what was counted is summed over
        months.
        """
        counted = ["n", "captured", "best", "chosen", "cells", "km2", "whole_km2"]
        sums = self.table.groupby(["method", "share"], sort=False)[counted].sum().reset_index()
        return sums.assign(
            capture=(sums["captured"] / sums["n"]).where(sums["n"] > 0),
            pai=pai(sums["captured"], sums["n"], sums["km2"], sums["whole_km2"]),
            pei=(sums["captured"] / sums["best"]).where(sums["best"] > 0),
        )

    def as_dict(self) -> dict[str, Any]:
        """For JSON: months, methods {name: {share: {capture, pai, pei}}}, and what else there is to
        say.
        """
        summary = self.summary()
        return {
            "months": [f"{m:%Y-%m}" for m in self.months],
            "methods": _nested(summary, ("capture", "pai", "pei")),
            "against_all_history": _nested(
                self.comparison, ("gain", "low", "high", "verdict", "ahead", "behind")
            ),
            "by_month": [
                {"month": f"{row['month']:%Y-%m}"}
                | {k: _plain(v) for k, v in row.items() if k != "month"}
                for row in self.table.to_dict(orient="records")
            ],
            "lattice": str(self.lattice),
            "resolution": self.resolution,
            "left_out": {
                name: [f"{m:%Y-%m}" for m in months] for name, months in self.left_out.items()
            },
            "notes": list(self.notes),
        }


def _nested(frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in frame.to_dict(orient="records"):
        found.setdefault(row["method"], {})[f"{row['share']:g}"] = {
            c: _plain(row[c]) for c in columns
        }
    return found


def _plain(value: Any) -> Any:
    """A number that JSON can hold: none for not a number."""
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value)
    return int(value) if isinstance(value, np.integer) else value
