"""How often the demo's planted pilots are judged as they were planted; Markdown.

    python -m benchmarks.planted

Counts are drawn, not stores: from what the demo expects in each hexagon by month, with the pilots
at work, as variable as asked. Every verdict is the product's own.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date

import numpy as np

from pipelines.demo_effects import RESOLUTION, PlantedPilot, planted_pilots
from pipelines.demo_hotspots import zipf
from pipelines.demo_places import POINTS_PER_LSOA
from pipelines.demo_rows import make_world
from vrp_map import grid
from vrp_map.config import VIOLENCE, Settings
from vrp_map.pilots.look import PilotMonths, PilotTable, look_at, months_of
from vrp_map.pilots.past import variation
from vrp_map.pilots.pilot import Pilot, PilotPlaces
from vrp_map.pilots.places import with_rings
from vrp_map.selection import shift_month

# Violence in real months of the West Midlands is 1.8 times as variable as chance (docs/pilots.md).
SPREADS = (1.0, 1.8, 2.5)
LABELS = [f"{shift_month(date(2023, 11, 1), i):%Y-%m}" for i in range(36)]
SEEDS = 20


def as_pilot(planted: PlantedPilot) -> Pilot:
    places = PilotPlaces(
        tuple(grid.to_text(planted.area_cells)),
        comparison=tuple(grid.to_text(planted.comparison_cells)),
    )
    return Pilot(planted.name, with_rings(places), planted.start, planted.end)


def expected_violence() -> dict[int, np.ndarray]:
    """Violence that the demo expects in each hexagon by month, with the pilots at work."""
    world = make_world(Settings(), labels=LABELS, seed=1, share=1.0)
    kinds = [world.categories.index(slug) for slug in VIOLENCE]
    by_lsoa = world.means[:, :, kinds].sum(axis=2)
    shares = np.diff(np.concatenate([[0.0], zipf(POINTS_PER_LSOA)]))
    means = (by_lsoa[:, :, None] * shares).reshape(len(LABELS), -1)
    n = means.shape[1]
    means = means * world.pilot_effects[:, :n]
    cells = grid.cells_at(world.points.lon[:n], world.points.lat[:n], resolution=RESOLUTION)
    known, at = np.unique(cells, return_inverse=True)
    summed = np.stack([np.bincount(at, weights=month) for month in means], axis=1)
    return dict(zip(known.tolist(), summed, strict=True))


def as_variable(means: np.ndarray, dispersion: float, rng: np.random.Generator) -> np.ndarray:
    """Counts of these means that vary so many times as much as chance alone makes them."""
    if dispersion == 1:
        return rng.poisson(means)
    # A hexagon group without anybody stays without.
    some = np.maximum(means, 1e-9)
    return rng.negative_binomial(some / (dispersion - 1), 1 / dispersion)


def months() -> PilotMonths:
    first, last = date(2023, 11, 1), date(2026, 10, 1)
    return months_of(as_pilot(planted_pilots()[0]), first=first, last=last)


def verdicts(
    expected: dict[int, np.ndarray], dispersion: float, *, seeds: int = SEEDS
) -> Counter[tuple[str, str]]:
    """How often each planted verdict (first) was said to be each verdict (second)."""
    at = months()
    found: Counter[tuple[str, str]] = Counter()
    for number, planted in enumerate(planted_pilots()):
        pilot = as_pilot(planted)
        groups = [grid.from_text(group).tolist() for group in pilot.places.groups]
        nothing = np.zeros(len(LABELS))
        means = np.array([sum(expected.get(c, nothing) for c in group)[12:] for group in groups])
        for seed in range(seeds):
            rng = np.random.default_rng([13, number, seed])
            counts = as_variable(means, dispersion, rng)
            table = PilotTable(at, counts, variation(counts[:, :12]))
            found[planted.verdict, look_at(pilot, table).verdict] += 1
    return found


def lines(expected: dict[int, np.ndarray], *, seeds: int) -> list[str]:
    """The table: a row a dispersion and a planted verdict."""
    said = ("working", "not shown", "cannot be shown", "worse")
    rows = [f"| dispersion | planted | {' | '.join(said)} | right |", f"|---|---|{'---|' * 5}"]
    for spread in SPREADS:
        found = verdicts(expected, spread, seeds=seeds)
        for planted in said:
            counts = [found[planted, one] for one in said]
            right = found[planted, planted] / max(1, sum(counts))
            cells = " | ".join(f"{n:,}" for n in counts)
            rows.append(f"| {spread:g} | {planted} | {cells} | {right:.1%} |")
        total, good = sum(found.values()), sum(n for (a, b), n in found.items() if a == b)
        false = sum(n for (a, b), n in found.items() if b == "working" != a)
        none = sum(n for (a, _), n in found.items() if a != "working")
        rows.append(
            f"| {spread:g} | **all** | false working: {false:,} of {none:,} | | | |"
            f" {good / total:.1%} |"
        )
    return rows


def main() -> None:
    """Print the page."""
    few, many = SEEDS, 200
    expected = expected_violence()
    sys.stdout.write("# The planted pilots of the demo: are they judged as they were planted?\n\n")
    sys.stdout.write(
        "Nine pilots: three that work, three where nothing changes, one that makes it worse, two"
        " too small to know. A dispersion of 1 is chance alone; 1.8 is violence in real months of"
        " the West Midlands. It is estimated from each pilot's own months before the start.\n"
    )
    for seeds in (few, many):
        sys.stdout.write(f"\n## {seeds:,} seeds\n\n")
        sys.stdout.write("\n".join(lines(expected, seeds=seeds)) + "\n")


if __name__ == "__main__":
    main()
