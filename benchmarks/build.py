"""Five million rows to a map: our build against the obvious pipeline, in one run, each in a process
of its own.

    python benchmarks/build.py [--copies 5] [--folder DIR]

The rival reads with pandas, joins areas with `geopandas.sjoin`, makes cells in an `h3` loop and
groups; it checks nothing, keeps no refused row, and stores nothing. Both get the same synthetic
files and give each incident a cell and its local authority, NPU, ward and LSOA. Prints the table
that is kept in benchmarks/results/build.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from vrp_map.config import load_settings

LAYERS = ("lad_2024", "npu_2016", "ward_2025", "lsoa_2021")
QUERY = {"categories": "violence", "first": "2025-11", "last": "2026-10"}
REPEATS = 9


@dataclass
class Run:
    """One process: seconds by the wall clock, its peak memory, and what it printed."""

    seconds: float
    peak_mb: float
    said: dict[str, float]


def make_files(folder: Path, copies: int) -> int:
    """The demo's files, several times over as if from several forces, with other ids; returns the
    rows.
    """
    from pipelines.demo import generate

    planted = generate(folder / "one", settings=load_settings())
    for path in sorted((folder / "one").rglob("*.csv")):
        text = path.read_text(encoding="utf-8")
        head, _, body = text.partition("\n")
        for copy in range(copies):
            target = (
                folder
                / "many"
                / path.parent.name
                / path.name.replace("synthetic", f"synthetic-{copy}")
            )
            target.parent.mkdir(parents=True, exist_ok=True)
            # Another publisher, and ids that differ in their first digit.
            rows = (
                f"{copy:x}{line[1:]}" if line[:1] != "," else line for line in body.splitlines()
            )
            many = "\n".join(rows).replace(
                "SYNTHETIC West Midlands", f"SYNTHETIC West Midlands {copy}"
            )
            target.write_text(f"{head}\n{many}\n", encoding="utf-8")
    return planted.rows_read * copies


def in_process(job: str, folder: Path) -> Run:
    """Run one side of the comparison alone, and take its memory from the operating system."""
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, __file__, "--job", job, "--folder", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    out = child.stdout.read() if child.stdout else ""
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{job} failed")
    said = dict(line.split("=") for line in out.splitlines() if "=" in line)
    return Run(
        time.perf_counter() - started,
        usage.ru_maxrss / 1024,
        {k: float(v) for k, v in said.items()},
    )


def rival(folder: Path) -> None:
    """Read, join, index, group; then the group-by again, and a filtered one."""
    import geopandas as gpd
    import h3
    import pandas as pd

    from vrp_map.resources import resource

    frames = [
        pd.read_csv(path, on_bad_lines="skip") for path in sorted((folder / "many").rglob("*.csv"))
    ]
    frame = pd.concat(frames, ignore_index=True)
    frame["Longitude"] = pd.to_numeric(frame["Longitude"], errors="coerce")
    frame = frame.dropna(subset=["Longitude", "Latitude"])
    frame = frame[frame["Latitude"].between(49, 61) & frame["Longitude"].between(-9, 3)]
    points = gpd.GeoDataFrame(
        frame, geometry=gpd.points_from_xy(frame["Longitude"], frame["Latitude"]), crs=4326
    )
    for layer in LAYERS:
        areas = gpd.read_file(resource("boundaries") / f"{layer}.geojson")[["code", "geometry"]]
        points = gpd.sjoin(
            points, areas.rename(columns={"code": layer}), how="left", predicate="within"
        )
        points = points.drop(columns="index_right")
    points["cell"] = [
        h3.latlng_to_cell(y, x, 9)
        for y, x in zip(points["Latitude"], points["Longitude"], strict=True)
    ]
    points.groupby(["cell", "Month", "Crime type"]).size()
    print(f"cells={points['cell'].nunique()}")
    print(f"group_by={_median(lambda: points.groupby(['cell', 'Month', 'Crime type']).size())}")
    violence = ["Violence and sexual offences", "Possession of weapons", "Robbery"]

    def filtered() -> object:
        chosen = (
            points["Crime type"].isin(violence)
            & (points["Month"] >= QUERY["first"])
            & (points["Month"] <= QUERY["last"])
        )
        return points[chosen].groupby("cell").size()

    print(f"filtered={_median(filtered)}")
    print(f"answer={filtered().sum()}")  # type: ignore[attr-defined]


def ours(folder: Path) -> None:
    """`vrp-map build`, then the same filtered count."""
    from vrp_map.warehouse.ingest.build import build

    settings = load_settings(store=folder / "store")
    ledger = build([folder / "many"], settings=settings, source="synthetic")
    print(f"rows={ledger.rows_read}")
    print(f"build={ledger.seconds}")


def query(folder: Path) -> None:
    from vrp_map.workspace import open_workspace

    ws = open_workspace(folder / "store")
    selection = ws.select(QUERY["categories"], first=QUERY["first"], last=QUERY["last"])
    print(f"filtered={_median(lambda: ws.reader.counts.by_cell(selection, resolution=9))}")
    print(f"answer={ws.reader.counts.by_cell(selection, resolution=9)['n'].sum()}")


def _median(job: object) -> float:
    taken = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        job()  # type: ignore[operator]
        taken.append(time.perf_counter() - started)
    return median(taken)


def compare(folder: Path, copies: int) -> None:
    rows = make_files(folder, copies)
    theirs, mine, asked = (
        in_process("rival", folder),
        in_process("ours", folder),
        in_process("query", folder),
    )
    print(f"{rows:,} rows in {copies * 36} files, {os.cpu_count()} cores\n")
    print("| | pandas + sjoin + h3 loop | vrp-map | ratio |")
    print("|---|---:|---:|---:|")
    _row("whole build, seconds", theirs.seconds, mine.seconds, "{:.1f}")
    _row("peak memory, MB", theirs.peak_mb, mine.peak_mb, "{:,.0f}")
    _row(
        "group-by of everything against a filtered count, ms",
        theirs.said["group_by"] * 1e3,
        asked.said["filtered"] * 1e3,
        "{:.1f}",
    )
    _row(
        "the same filtered count, ms",
        theirs.said["filtered"] * 1e3,
        asked.said["filtered"] * 1e3,
        "{:.1f}",
    )
    print(
        f"\nIncidents in the filtered count: {theirs.said['answer']:,.0f} against"
        f" {asked.said['answer']:,.0f} (ours leaves repeats out)."
    )


def _row(what: str, theirs: float, mine: float, form: str) -> None:
    print(f"| {what} | {form.format(theirs)} | {form.format(mine)} | {theirs / mine:.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--job", choices=["rival", "ours", "query"])
    given = parser.parse_args()
    if given.job:
        {"rival": rival, "ours": ours, "query": query}[given.job](given.folder)
    elif given.folder:
        compare(given.folder, given.copies)
    else:
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder), given.copies)


if __name__ == "__main__":
    main()
