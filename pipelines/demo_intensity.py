"""How many incidents of each category a month brings to each LSOA: the demo's only real figures."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from vrp_map.errors import UserError
from vrp_map.vocabulary import CATEGORIES

FILE = "demo_intensity.csv"
# January to December, relative; mild and made up. What is not listed is flat.
_SEASON = {
    "violence-and-sexual-offences": (96, 94, 98, 99, 104, 105, 106, 104, 100, 101, 96, 104),
    "anti-social-behaviour": (80, 85, 90, 100, 115, 120, 130, 125, 110, 95, 80, 70),
}
# Change a year, from the middle of the period.
_DRIFT = {"shoplifting": 0.08, "vehicle-crime": -0.05}


@dataclass(frozen=True)
class MonthlyMeans:
    """Monthly means.

    Attributes:
        lsoa: codes of the LSOAs (2021), sorted; length n.
        categories: slugs; length m.
        means: incidents a month, shape (n, m).
    """

    lsoa: np.ndarray
    categories: tuple[str, ...]
    means: np.ndarray


def derive(counts: Path) -> pd.DataFrame:
    """One row an LSOA, one column a category slug: the mean of a month, 3 decimals.

    Args:
        counts: CSV with month, lsoa_code, crime_type, crime_count and month_complete. Only complete
            months count, and a pair that is absent from a complete month is a zero.
    """
    frame = pd.read_csv(counts)
    frame = frame[frame["month_complete"]]
    slugs = {name: slug for slug, name in CATEGORIES.items()}
    frame["category"] = frame["crime_type"].map(slugs)
    if frame["category"].isna().any():
        raise UserError(
            f"{counts.name} holds a crime type that is not in the vocabulary.",
            hint="Add it there first.",
        )
    months = frame["month"].nunique()
    totals = frame.pivot_table(
        index="lsoa_code", columns="category", values="crime_count", aggfunc="sum", fill_value=0
    )
    return (totals / months).round(3).sort_index()


def load_intensity(file: Path | None = None) -> MonthlyMeans:
    """Read the committed table."""
    frame = pd.read_csv(file or Path(__file__).with_name(FILE), index_col="lsoa_code").sort_index()
    return MonthlyMeans(
        lsoa=frame.index.to_numpy(dtype=object),
        categories=tuple(frame.columns),
        means=frame.to_numpy(dtype=float),
    )


def seasons(labels: list[str], categories: tuple[str, ...]) -> np.ndarray:
    """What each month multiplies a category's mean by, shape (months, categories)."""
    month = np.array([int(label[5:]) - 1 for label in labels])
    years = (np.arange(len(labels)) - (len(labels) - 1) / 2) / 12
    columns = []
    for slug in categories:
        season = np.array(_SEASON.get(slug, (100,) * 12))
        columns.append(season[month] / season.mean() * (1 + _DRIFT.get(slug, 0.0) * years))
    return np.column_stack(columns)


def main(arguments: list[str]) -> int:
    """`python -m pipelines.demo_intensity COUNTS.csv.gz` writes the table beside this
    file again.
    """
    derive(Path(arguments[0])).to_csv(Path(__file__).with_name(FILE), lineterminator="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
