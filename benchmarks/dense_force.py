"""Does our ranking do harm on a dense force?

Months made up from one real month; prints Markdown.

    python benchmarks/dense_force.py west-midlands-2014-01-street.zip [--seeds 8]

The file is one month of data.police.uk for the area of `boundaries/force.geojson`. The months made
from it are not real: the rate of a cell is the month's count, or drawn from the Gamma that the
count leaves of a prior that is the same for all cells; each month is Poisson, its rate varied by a
Gamma factor. Surroundings and other categories then tell nothing that the cell's own record does
not, which is the hardest case for a model that looks at them.
"""

from __future__ import annotations

import argparse
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.config import VIOLENCE
from vrp_map.resources import resource
from vrp_map.statistics.rolling import ALL_HISTORY, GI_STAR, OURS, History, Score, against, roll

SHARES = (0.01, 0.02, 0.05)
MONTHS, KNOWN = 14, 10


def counts_of(file: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The lattice, and each category's incidents in its cells."""
    with zipfile.ZipFile(file) as archive:
        tables = [
            pd.read_csv(archive.open(name)) for name in archive.namelist() if name.endswith(".csv")
        ]
    rows = pd.concat(tables).dropna(subset=["Longitude", "Latitude"])
    points = grid.cells_at(rows["Longitude"], rows["Latitude"], resolution=10)
    cell = grid.parents(points, resolution=9)
    force = gpd.read_file(resource("boundaries") / "force.geojson")
    cells = np.union1d(grid.lattice(force.geometry, resolution=9), cell)
    at = np.searchsorted(cells, cell)
    kinds = rows["Crime type"].str.lower().str.replace(" ", "-").to_numpy()
    return cells, {k: np.bincount(at[kinds == k], minlength=len(cells)) for k in sorted(set(kinds))}


def rates(counts: np.ndarray, random: np.random.Generator, *, drawn: bool) -> np.ndarray:
    """What a month should expect in each cell."""
    if not drawn:
        return counts.astype(float)
    mean, variance = counts.mean(), counts.var()
    shape = mean**2 / max(variance - mean, 1e-9)
    return random.gamma(shape + counts, mean / (shape + mean))


def made_up(
    cells: np.ndarray,
    counts: dict[str, np.ndarray],
    *,
    drawn: bool,
    shape: float,
    random: np.random.Generator,
) -> History:
    own = np.sum([n for k, n in counts.items() if k in VIOLENCE], axis=0)
    others = {k: n for k, n in counts.items() if k not in VIOLENCE}
    made = []
    for rate in [rates(n, random, drawn=drawn) for n in (own, *others.values())]:
        made.append(random.poisson(rate * random.gamma(shape, 1 / shape, (MONTHS, len(cells)))))
    return History(
        made[0],
        np.array(made[1:]),
        tuple(others),
        grid.neighbour_index(cells),
        {},
        grid.areas_km2(cells),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--seeds", type=int, default=8)
    asked = parser.parse_args()
    cells, counts = counts_of(asked.file)
    print(
        "| rate of a cell | Gamma shape | all counts | Gi* | ours against all counts, mean (lowest)"
        " | more | less |"
    )
    print("|---|---:|---|---|---|---:|---:|")
    for drawn in (False, True):
        for shape in (5.0, 50.0):
            runs = []
            for seed in range(asked.seeds):
                random = np.random.default_rng(seed)
                history = made_up(cells, counts, drawn=drawn, shape=shape, random=random)
                runs.append((history, roll(history, shares=SHARES, first=KNOWN)[0]))
            print(line("drawn" if drawn else "the month's count", shape, runs))


def line(name: str, shape: float, runs: list[tuple[History, list[Score]]]) -> str:
    def of(scores: list[Score], method: str, share: float) -> list[Score]:
        return [s for s in scores if s.method == method and s.share == share]

    def held(method: str) -> str:
        each = [[of(scores, method, share) for _, scores in runs] for share in SHARES]
        return ", ".join(
            f"{np.mean([sum(s.captured for s in run) / sum(s.n for s in run) for run in r]):.1%}"
            for r in each
        )

    found = [
        [against(h, of(s, OURS, share), of(s, ALL_HISTORY, share)) for h, s in runs]
        for share in SHARES
    ]
    gains = ", ".join(
        f"{np.mean([a.gain for a in each]):+.1%} ({min(a.gain for a in each):+.1%})"
        for each in found
    )
    more, less = (
        sum(a.verdict == word for each in found for a in each) for word in ("more", "less")
    )
    return (
        f"| {name} | {shape:g} | {held(ALL_HISTORY)} | {held(GI_STAR)} | {gains} | {more} |"
        f" {less} |"
    )


if __name__ == "__main__":
    main()
