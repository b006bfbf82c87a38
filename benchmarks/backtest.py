"""The whole back-test of 11 months on 4,000 cells, and its dearest part against scikit-learn;
prints Markdown.

    python benchmarks/backtest.py [--months 11] [--cells 4000] [--runs 3]

Counts are drawn, nothing in them happened: one category and 13 others on cells of the force area,
resolution 9. The back-test ranks by all methods before each of the months but the first, and scores
three shares. scikit-learn fits a Poisson regression with the same ridge to the same inputs,
ready-made, for all the months together; ours is timed with the making of its inputs, and fits the
spread of the rates too.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from time import perf_counter

import geopandas as gpd
import numpy as np
from sklearn.linear_model import PoissonRegressor

from vrp_map import grid
from vrp_map.resources import resource
from vrp_map.statistics import intensity_model as model
from vrp_map.statistics.kernel_density import kernel_weights
from vrp_map.statistics.rolling import History, roll

OTHERS = 13


def seconds(call: Callable[[], object], runs: int) -> float:
    """The median time of the runs, after one that does not count."""
    times = []
    for _ in range(runs + 1):
        begin = perf_counter()
        call()
        times.append(perf_counter() - begin)
    return statistics.median(times[1:])


def drawn(months: int, cells: int) -> History:
    force = gpd.read_file(resource("boundaries") / "force.geojson")
    lattice = grid.lattice(force.geometry, resolution=9)[:cells]
    random = np.random.default_rng(2022)
    busy = random.gamma(0.3, 3.0, len(lattice))
    own = random.poisson(busy * random.gamma(2, 0.5, len(lattice)), (months, len(lattice)))
    rates = busy * random.gamma(2, 0.5, (OTHERS, 1, len(lattice)))
    others = random.poisson(np.broadcast_to(rates, (OTHERS, months, len(lattice))))
    east, north = (
        gpd.GeoSeries.from_xy(*grid.centres(lattice), crs=4326)
        .to_crs(27700)
        .pipe(lambda s: (s.x, s.y))
    )
    kernels = {f"kernel_{h}m": kernel_weights(east, north, bandwidth_m=h) for h in (500, 1000)}
    names = tuple(f"other {i}" for i in range(OTHERS))
    return History(
        own, others, names, grid.neighbour_index(lattice), kernels, grid.areas_km2(lattice)
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--months", type=int, default=11)
    parser.add_argument("--cells", type=int, default=4000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()

    history = drawn(asked.months, asked.cells)
    total = history.own.sum(axis=0).astype(float)
    inputs, _ = model._inputs(
        total, history.neighbours, history.others.sum(axis=1).astype(float), history.names
    )
    scaled = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
    poisson = PoissonRegressor(alpha=model.RIDGE / len(total), max_iter=300, tol=1e-6)

    fixed = seconds(lambda: roll(history, shares=(0.01, 0.02, 0.05)), asked.runs)
    growing = seconds(lambda: roll(history, shares=(0.01, 0.02, 0.05), growing=True), asked.runs)
    ours = seconds(history.fit, asked.runs)
    theirs = seconds(lambda: poisson.fit(scaled, total), asked.runs)
    incidents = int(total.sum())

    print(
        f"{asked.months} months, {len(total):,} cells, {incidents:,} drawn incidents, median of"
        f" {asked.runs} runs\n"
    )
    print("| | seconds | scored months |")
    print("|---|---:|---:|")
    print(f"| whole back-test, all cells | {fixed:.2f} | {asked.months - 1} |")
    print(
        f"| whole back-test, cells with any incident so far | {growing:.2f} | {asked.months - 1} |"
    )
    print(f"| our model once, inputs made, on all months | {ours:.3f} | |")
    print(f"| scikit-learn's PoissonRegressor once, inputs given | {theirs:.3f} | |")
    print(
        f"\nReached if the whole back-test takes less than 20 s: {20 / max(fixed, growing):.0f}"
        " times less."
    )


if __name__ == "__main__":
    main()
