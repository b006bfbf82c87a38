"""The statistics against what people would otherwise use, and against the aims set for them; prints
two tables.

    pip install h3pandas tobler        (not needed by anything else here; left out where they are
    not installed) python benchmarks/methods.py

All data are made up with a fixed seed. `crimepy` on the package index is another project than the
crime analyst's library of that name, which has no release there: it is not compared.
"""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import subprocess
import sys
import warnings
from collections.abc import Callable
from time import perf_counter
from typing import Any

import esda
import geopandas as gpd
import numpy as np
import pandas as pd
from libpysal.weights import W

from vrp_map import grid
from vrp_map.resources import resource
from vrp_map.statistics.clusters import point_clusters
from vrp_map.statistics.emerging import emerging
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.gi_star import gi_star, two_sided_p
from vrp_map.statistics.hotspots import classify
from vrp_map.vocabulary import Grade

SEED = 2022
MONTHS = 36
POINTS, SNAP_POINTS = 1_000_000, 20_000


def milliseconds(call: Callable[[], object], runs: int, *, warm: bool = True) -> float:
    """The median time of the runs, after one that does not count."""
    if warm:
        call()
    times = []
    for _ in range(runs):
        begin = perf_counter()
        call()
        times.append((perf_counter() - begin) * 1000)
    return statistics.median(times)


def force() -> gpd.GeoDataFrame:
    return gpd.read_file(resource("boundaries") / "force.geojson")


def counts(n: int) -> np.ndarray:
    random = np.random.default_rng(SEED)
    return random.poisson(random.gamma(0.3, 10, n)).astype(float)


def hotspot_classes(y: np.ndarray, neighbours: np.ndarray) -> np.ndarray:
    z = gi_star(y, neighbours)
    return classify(z, q_values(two_sided_p(z)))


def aims() -> list[tuple[str, str, str]]:
    """(what, measured, aim)."""
    finest = grid.lattice(force().geometry, resolution=10)
    near = grid.neighbour_index(finest)
    y = counts(len(finest))
    found = [
        (
            f"Gi*, q-values and classes on {len(finest):,} cells (resolution 10)",
            f"{milliseconds(lambda: hotspot_classes(y, near), 9):,.0f} ms",
            "50 ms",
        )
    ]
    cells = grid.lattice(force().geometry, resolution=9)
    near = grid.neighbour_index(cells)
    random = np.random.default_rng(SEED)
    cube = random.poisson(random.gamma(0.3, 3, len(cells))[:, None] * np.ones(MONTHS))
    took = milliseconds(lambda: emerging(cube, near), 3) / 1000
    found.append(
        (f"emerging hot spots, {MONTHS} months of {len(cells):,} cells", f"{took:.2f} s", "1 s")
    )
    seconds, extra = dbscan_alone()
    found.append(
        (
            f"DBSCAN of {POINTS:,} incidents on {SNAP_POINTS:,} snap points",
            f"{seconds:.1f} s",
            "5 s",
        )
    )
    found.append(("its memory beyond the points themselves", f"{extra:,.0f} MB", "200 MB"))
    return found


def dbscan_alone() -> tuple[float, float]:
    """Seconds and extra megabytes of DBSCAN, in a process of its own."""
    out = subprocess.run(
        [sys.executable, __file__, "--dbscan"], capture_output=True, text=True, check=True
    ).stdout
    seconds, extra = out.split()
    return float(seconds), float(extra)


def dbscan() -> None:
    import resource as usage

    random = np.random.default_rng(SEED)
    # Snap points gather in towns; which of them an incident is moved to follows a heavy-tailed law.
    towns = random.uniform(0, 40_000, (60, 2))
    snap = towns[random.integers(0, 60, SNAP_POINTS)] + random.normal(0, 1_500, (SNAP_POINTS, 2))
    share = random.gamma(0.4, 1, SNAP_POINTS)
    x, y = snap[random.choice(SNAP_POINTS, POINTS, p=share / share.sum())].T.copy()
    before, begin = usage.getrusage(usage.RUSAGE_SELF).ru_maxrss, perf_counter()
    point_clusters(x, y, radius_m=150, min_incidents=200, grade=Grade.B)
    print(perf_counter() - begin, (usage.getrusage(usage.RUSAGE_SELF).ru_maxrss - before) / 1024)


def peers() -> list[tuple[str, str, float, float, str]]:
    """(what, peer, its ms, our ms, whether the results are equal)."""
    cells = grid.lattice(force().geometry, resolution=9)
    near = grid.neighbour_index(cells)
    y = counts(len(cells))
    weights = W(
        {i: [j for j in row if j < len(cells)] for i, row in enumerate(near.tolist())},
        silence_warnings=True,
    )
    ours = milliseconds(lambda: gi_star(y, near), 15)

    def by_esda(permutations: int) -> Any:
        return esda.G_Local(
            y, weights, transform="B", permutations=permutations, star=True, n_jobs=1, seed=SEED
        )

    apart = float(np.abs(by_esda(0).Zs - gi_star(y, near)).max())
    same = f"z equal to {apart:.0e}"
    name = f"Gi* on {len(cells):,} cells"
    found = [
        (f"{name}, no permutations", "esda", milliseconds(lambda: by_esda(0), 5), ours, same),
        (
            f"{name}, 999 permutations",
            "esda",
            milliseconds(lambda: by_esda(999), 1),
            ours,
            f"{same}; ours needs none",
        ),
    ]
    if have("h3pandas"):
        found.append(binning())
    if have("tobler"):
        found.append(lattice())
    return found


def binning() -> tuple[str, str, float, float, str]:
    random = np.random.default_rng(SEED)
    frame = pd.DataFrame(
        {"lng": random.normal(-1.9, 0.1, 300_000), "lat": random.normal(52.5, 0.05, 300_000)}
    )
    frame["n"] = 1

    def theirs() -> pd.Series:
        return frame.h3.geo_to_h3_aggregate(9, operation="sum", return_geometry=False)["n"]

    def ours() -> pd.Series:
        cells, n = np.unique(
            grid.cells_at(frame["lng"].to_numpy(), frame["lat"].to_numpy(), resolution=9),
            return_counts=True,
        )
        return pd.Series(n, index=grid.to_text(cells))

    equal = (
        "counts equal"
        if theirs().sort_index().equals(ours().sort_index().rename("n"))
        else "counts DIFFER"
    )
    what = "300,000 points into cells"
    return what, "h3pandas", milliseconds(theirs, 3), milliseconds(ours, 5), equal


def lattice() -> tuple[str, str, float, float, str]:
    h3fy = importlib.import_module("tobler.util").h3fy
    area = force().set_crs(4326, allow_override=True)

    def theirs() -> set[str]:
        return set(h3fy(area, resolution=9, return_geoms=False))

    def ours() -> set[str]:
        return set(grid.to_text(grid.lattice(area.geometry, resolution=9)))

    equal = "cells equal" if theirs() == ours() else f"{len(theirs() ^ ours())} cells DIFFER"
    return (
        "the force area's lattice",
        "tobler",
        milliseconds(theirs, 3),
        milliseconds(ours, 5),
        equal,
    )


def have(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dbscan", action="store_true", help=argparse.SUPPRESS)
    if parser.parse_args().dbscan:
        dbscan()
        return
    warnings.simplefilter("ignore")
    print(f"{os.cpu_count()} cores\n\n| | measured | aim |\n|---|---:|---:|")
    for what, measured, aim in aims():
        print(f"| {what} | {measured} | {aim} |")
    print(
        "\n| | instead of | its ms | vrp-map, ms | times faster | results"
        " |\n|---|---|---:|---:|---:|---|"
    )
    for what, peer, theirs, ours, same in peers():
        print(f"| {what} | {peer} | {theirs:,.1f} | {ours:,.2f} | {theirs / ours:,.0f} | {same} |")


if __name__ == "__main__":
    main()
