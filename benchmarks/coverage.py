"""How often a pilot's 95% interval holds the truth, and how often its verdict is wrong; Markdown.

    VRP_REAL_DATA=FOLDER python -m benchmarks.coverage [intervals] [looks] [real]

Made-up pilots, and with VRP_REAL_DATA placebo pilots in real police.uk months, where nothing was
done. Every verdict and interval is the product's own.
"""

from __future__ import annotations

import itertools
import math
import os
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.pilots.past import variation
from vrp_map.pilots.verdict import PilotCounts, Verdict, judge
from vrp_map.statistics.dispersion import parallel_dispersion
from vrp_map.statistics.early_looks import LookHistory
from vrp_map.statistics.placebos import PlaceboTrial, placebo_pilots
from vrp_map.statistics.wdd import BeforeAfter

WORLDS = 2000
MONTHS = 12
FALL = 0.30
MEANS = (5, 20, 100)
DRAWS = 200
LOOKS = (3.0, 6.0, 9.0, 12.0)
KINDS = {
    "violence": ("Violence and sexual offences", "Robbery", "Possession of weapons"),
    "robbery": ("Robbery",),
    "shoplifting": ("Shoplifting",),
    "all kinds": (),
}
Counts = np.ndarray


@dataclass
class Tally:
    """What became of some pilots."""

    worlds: int = 0
    held_difference: int = 0
    held_ratio: int = 0
    working: int = 0
    worse: int = 0

    def add(self, counts: PilotCounts, *, difference: float = 0.0, ratio: float = 1.0) -> None:
        """Judge one pilot whose true difference and ratio are known."""
        if not sum(place.before + place.after for place in counts.places):
            return
        found = judge(counts)
        self.worlds += 1
        self.held_difference += found.difference.low <= difference <= found.difference.high
        # Where the ratio is open, its interval is everything.
        self.held_ratio += math.isnan(found.ratio.irr) or (
            found.ratio.low <= ratio <= found.ratio.high
        )
        self.working += found.verdict is Verdict.WORKING
        self.worse += found.verdict is Verdict.WORSE

    def cells(self) -> str:
        """Its shares, for a row of a table."""
        numbers = (self.held_difference, self.held_ratio, self.working, self.worse)
        return " | ".join(f"{n / self.worlds:.1%}" for n in numbers)


def drawn(mean: Counts | float, spread: float, shape: tuple[int, ...], seed: int) -> Counts:
    """Counts whose variance is `spread` times their mean."""
    random = np.random.default_rng(seed)
    means = np.broadcast_to(np.asarray(mean, dtype=float), shape)
    if spread == 1:
        return random.poisson(means)
    return random.negative_binomial(means / (spread - 1), 1 / spread)


def made_up(mean: float, spread: float, *, rings: bool, fall: float, how: str) -> Tally:
    """Made-up pilots of `mean` incidents a place and period, in `MONTHS` months each."""
    places = 4 if rings else 2
    level = np.full((places, 2, 1), mean / MONTHS)
    level[0, 1] *= 1 - fall
    months = drawn(level, spread, (WORLDS, places, 2, MONTHS), seed=int(mean * 10 + spread))
    tally = Tally()
    for world in months:
        found = {"dispersion": spread}
        if how == "not allowed for":
            found = {"dispersion": 1.0}
        elif how == "estimated":
            own = parallel_dispersion(world[:, 0])
            found = {"dispersion": float(own.dispersion[0]), "freedom": float(own.freedom[0])}
        pairs = [BeforeAfter(*pair) for pair in world.sum(axis=2).astype(float).tolist()]
        tally.add(PilotCounts.of(pairs, **found), difference=-fall * mean, ratio=1 - fall)
    return tally


def coverage_table(spreads: tuple[float, ...]) -> Iterator[str]:
    yield "| mean a place | dispersion | it is | effect | difference | ratio | working | worse |"
    yield "|---|---|---|---|---|---|---|---|"
    for mean in MEANS:
        for spread in spreads:
            for how in ("given", "estimated", "not allowed for"):
                if spread == 1 and how != "given":
                    continue
                for fall in (0.0, FALL):
                    found = made_up(mean, spread, rings=True, fall=fall, how=how)
                    effect = f"-{fall:.0%}" if fall else "none"
                    yield f"| {mean} | {spread:g} | {how} | {effect} | {found.cells()} |"


def looks_table() -> Iterator[str]:
    yield "| mean a place and year | dispersion | rings | ever working, corrected | not corrected |"
    yield "|---|---|---|---|---|"
    for mean in MEANS:
        for spread in (1.0, 2.5):
            for rings in (False, True):
                corrected, plain = (
                    ever_working(mean, spread, rings=rings, corrected=c) for c in (True, False)
                )
                said = "yes" if rings else "no"
                yield f"| {mean} | {spread:g} | {said} | {corrected:.1%} | {plain:.1%} |"


def ever_working(mean: float, spread: float, *, rings: bool, corrected: bool) -> float:
    """How often a pilot without effect is called working at any of four looks, 24 months before."""
    places = 4 if rings else 2
    months = drawn(mean / 12, spread, (WORLDS, places, 36), seed=9).astype(float)
    before = months[..., :24].sum(axis=2)
    ever = np.zeros(WORLDS, dtype=bool)
    for number, look in enumerate(LOOKS, start=1):
        # Made once: its critical values are worked out once.
        history = LookHistory(24.0, 12.0, LOOKS[:number]) if corrected else None
        after = months[..., 24 : 24 + int(look)].sum(axis=2)
        for world in np.flatnonzero(~ever):
            pairs = [
                BeforeAfter(float(b), float(a))
                for b, a in zip(before[world], after[world], strict=True)
            ]
            if not sum(pair.before + pair.after for pair in pairs):
                continue
            counts = PilotCounts.of(
                pairs, time_weights=(24.0, look), dispersion=spread, looks=history
            )
            ever[world] = judge(counts).verdict is Verdict.WORKING
    return float(ever.mean())


# -- real months -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class RealMonths:
    """(places, months) counts of real places, and their neighbours."""

    name: str
    kind: str
    months: Counts
    neighbours: Counts


def lsoas(folder: Path) -> Iterator[RealMonths]:
    """The LSOAs of the West Midlands: twelve whole months."""
    counts = pd.read_csv(folder / "police_uk/wm_lsoa21_month_counts_2023-06_2025-03.csv.gz")
    counts = counts[counts["month_complete"] & (counts["month"] <= "2024-08")]
    shapes = gpd.read_file(folder / "boundaries/lsoa21_wm.geojson").to_crs(27700)
    code = next(column for column in shapes if str(column).upper().startswith("LSOA21CD"))
    shapes = shapes.sort_values(code, ignore_index=True)
    one, other = shapes.sindex.query(shapes.geometry.buffer(20), predicate="intersects")
    touching = [other[(one == i) & (other != i)] for i in range(len(shapes))]
    neighbours = np.full((len(shapes), max(map(len, touching))), len(shapes))
    for row, found in zip(neighbours, touching, strict=True):
        row[: len(found)] = found
    for kind, names in KINDS.items():
        some = counts[counts["crime_type"].isin(names)] if names else counts
        table = some.pivot_table(
            index="lsoa_code", columns="month", values="crime_count", aggfunc="sum", fill_value=0
        )
        months = table.reindex(shapes[code], fill_value=0).to_numpy(dtype=float)
        yield RealMonths("West Midlands, LSOAs", kind, months, neighbours)


def hexagons(folder: Path, file: str, name: str) -> Iterator[RealMonths]:
    """The hexagons (332 m) of an archive of street files."""
    with zipfile.ZipFile(folder / "police_uk" / file) as archive:
        parts = []
        for member in sorted(archive.namelist()):
            if member.endswith(".csv"):
                with archive.open(member) as content:
                    parts.append(
                        pd.read_csv(
                            content, usecols=["Month", "Longitude", "Latitude", "Crime type"]
                        )
                    )
    rows = pd.concat(parts).dropna(subset=["Longitude"])
    rows["cell"] = grid.cells_at(rows["Longitude"], rows["Latitude"], resolution=9)
    cells = np.unique(rows["cell"])
    cells = grid.with_neighbours(cells)
    neighbours = grid.neighbour_index(cells)
    for kind, names in KINDS.items():
        some = rows[rows["Crime type"].isin(names)] if names else rows
        table = some.groupby(["cell", "Month"]).size().unstack(fill_value=0)
        table = table.reindex(columns=sorted(rows["Month"].unique()), fill_value=0)
        months = table.reindex(cells, fill_value=0).to_numpy(dtype=float)
        yield RealMonths(name, kind, months, neighbours)


def real_table(folder: Path) -> Iterator[str]:
    yield (
        "| where | kind | months | incidents before | placebos | dispersion, months |"
        " dispersion, placebos | plain: wrong | own months: wrong | placebos: wrong | difference |"
        " ratio |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|"
    files = {
        "city-of-london-2024-street.zip": "City of London, hexagons",
        "neighbouring-forces-2014-01_2014-07-street.zip": "three neighbouring forces, hexagons",
    }
    sources = [lsoas(folder), *(hexagons(folder, file, name) for file, name in files.items())]
    for real in itertools.chain.from_iterable(sources):
        months = real.months.shape[1]
        after = months // 3
        for expected in (20, 100):
            trial = PlaceboTrial(real.months, real.neighbours, expected, months - after, after)
            yield from real_row(real, trial)


def real_row(real: RealMonths, trial: PlaceboTrial) -> Iterator[str]:
    """The verdicts on placebos; their variation is that of others, drawn with another seed."""
    judged, others = (placebo_pilots(trial, draws=DRAWS, seed=seed) for seed in (1, 2))
    if len(judged.counts) < DRAWS / 2 or len(others.counts) < DRAWS / 2:
        return
    own = [parallel_dispersion(history) for history in judged.history]
    plain, estimated, placebo = Tally(), Tally(), Tally()
    for pair, history in zip(judged.counts.tolist(), judged.history, strict=True):
        counts = PilotCounts.of(
            [BeforeAfter(*place) for place in pair], time_weights=judged.time_weights
        )
        plain.add(counts)
        estimated.add(variation(history).on(counts))
        placebo.add(variation(history, others).on(counts))
    yield (
        f"| {real.name} | {real.kind} | {trial.months_before}, {trial.months_after} |"
        f" {judged.counts[:, 0, 0].mean():.0f} | {plain.worlds} |"
        f" {np.mean([float(one.dispersion[0]) for one in own]):.1f} | {others.dispersion:.1f} |"
        f" {wrong(plain)} | {wrong(estimated)} | {wrong(placebo)} |"
        f" {placebo.held_difference / placebo.worlds:.1%} |"
        f" {placebo.held_ratio / placebo.worlds:.1%} |"
    )


def wrong(tally: Tally) -> str:
    return f"{(tally.working + tally.worse) / tally.worlds:.1%}"


def main() -> None:
    """Print the parts asked for: all of them, or those named on the command line."""
    parts = sys.argv[1:] or ["intervals", "looks", "real"]
    if "intervals" in parts:
        print("# Pilots: how often the interval holds the truth, and the verdict is wrong\n")
        print(
            f"{WORLDS:,} made-up pilots a row, with rings, {MONTHS} months before and after. A"
            " dispersion is how many times a Poisson count's variance they have: given to the"
            " verdict, estimated from each pilot's own months before the start, or not allowed for."
            " Difference, ratio: how often the 95% interval holds the truth (asked: 93 to 97%)."
            " Where there is no effect, working and worse are wrong (asked: at most 2.5% each).\n"
        )
        print("\n".join(coverage_table((1.0, 1.5, 2.5, 9.0))))
    if "looks" in parts:
        print("\n## Looking every quarter, where nothing happened\n")
        print(
            "Four looks (3, 6, 9 and 12 months after, 24 before): how often any of them says"
            " *working* (at most 2.5% should).\n"
        )
        print("\n".join(looks_table()))
    folder = os.environ.get("VRP_REAL_DATA")
    if "real" in parts and folder:
        print("\n## Placebo pilots in real months\n")
        print(
            "Wrong: called working or worse, where nothing was done (at most 5% should be)."
            " Plain: as if chance alone made counts vary. Own months: allowing for the dispersion"
            " of each pilot's own months before the start. Placebos: for that of other placebo"
            " pilots of the same area, as a recorded pilot is judged; the last two columns say how"
            " often its interval holds no change.\n"
        )
        for line in real_table(Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
