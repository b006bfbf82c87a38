"""Gi* against esda on the resolution 9 lattice of the force area; prints a table in Markdown.

    python benchmarks/gi_star.py [--runs 15] [--resolution 9]

esda is given its weights ready-made, without permutations, and only its call is timed. Ours is
given its neighbours ready-made in the same way; making both is timed apart.
"""

from __future__ import annotations

import argparse
import statistics
import warnings
from collections.abc import Callable
from time import perf_counter

import esda
import geopandas as gpd
import numpy as np
from libpysal.weights import W

from vrp_map import grid
from vrp_map.resources import resource
from vrp_map.statistics.gi_star import gi_star


def milliseconds(call: Callable[[], object], runs: int) -> list[float]:
    """The time of each run, after one that does not count."""
    call()
    times = []
    for _ in range(runs):
        begin = perf_counter()
        call()
        times.append((perf_counter() - begin) * 1000)
    return times


def weights_of(neighbours: np.ndarray) -> W:
    n = len(neighbours)
    return W(
        {i: [j for j in row if j < n] for i, row in enumerate(neighbours.tolist())},
        silence_warnings=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--resolution", type=int, default=9)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")

    force = gpd.read_file(resource("boundaries") / "force.geojson")
    cells = grid.lattice(force.geometry, resolution=asked.resolution)
    neighbours = grid.neighbour_index(cells)
    random = np.random.default_rng(2022)
    y = random.poisson(random.gamma(0.3, 10, len(cells))).astype(float)
    weights = weights_of(neighbours)

    def by_esda() -> np.ndarray:
        return esda.G_Local(y, weights, transform="B", permutations=0, star=True).Zs

    ours = milliseconds(lambda: gi_star(y, neighbours), asked.runs)
    theirs = milliseconds(by_esda, asked.runs)
    our_index = milliseconds(lambda: grid.neighbour_index(cells), 3)
    their_weights = milliseconds(lambda: weights_of(neighbours), 3)
    apart = float(np.abs(gi_star(y, neighbours) - by_esda()).max())

    print(
        f"Gi* on {len(cells):,} cells (H3 resolution {asked.resolution}), median of {asked.runs}"
        " runs\n"
    )
    print("| | vrp-map, ms | esda, ms | times faster |")
    print("|---|---:|---:|---:|")
    for name, mine, other in (
        ("z-scores", ours, theirs),
        ("neighbours or weights", our_index, their_weights),
    ):
        a, b = statistics.median(mine), statistics.median(other)
        print(f"| {name} | {a:.3f} | {b:.1f} | {b / a:.0f} |")
    print(
        f"\nLargest difference of a z-score: {apart:.1e}. Slowest of our runs {max(ours):.3f} ms, ",
        end="",
    )
    print(f"quickest of esda's {min(theirs):.1f} ms: {min(theirs) / max(ours):.0f} times.")


if __name__ == "__main__":
    main()
