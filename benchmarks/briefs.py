"""How long the pages take into the room take on the command line, from nothing to the file; prints
Markdown.

Whole processes on the synthetic store with its records. Seconds by the clock depend on whatever
else the computer does; seconds of processor time hardly do.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLI = "from vrp_map.cli import main; main({})"
CASES = {
    "Python with pandas, geopandas and DuckDB": None,
    "`vrp-map brief --area Coventry`": ["brief", "--area", "Coventry", "-o", "brief.html"],
    "`vrp-map digest --area Coventry`": ["digest", "--area", "Coventry", "-o", "digest.html"],
    "`vrp-map needs assess --area Coventry`": [
        "needs",
        "assess",
        "--area",
        "Coventry",
        "-o",
        "needs.html",
    ],
}


def seconds(code: str, folder: Path) -> tuple[float, float]:
    """Seconds by the clock, and of processor time, of a process that runs some code."""
    before, start = _processor(), time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, check=True)
    return time.perf_counter() - start, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--folder", type=Path, help="that `vrp-map demo` was run in; else a new one"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        if asked.folder is None:
            seconds(CLI.format(["demo", "--no-serve"]), folder)
        print(f"`python benchmarks/briefs.py --runs {asked.runs}`, load {os.getloadavg()[0]:.1f}\n")
        print("| process | best | median | processor time, best |\n|---|---|---|---|")
        for name, words in CASES.items():
            code = CLI.format(words) if words else "import pandas, geopandas, duckdb"
            # The first run warms up.
            found = [seconds(code, folder) for _ in range(asked.runs + 1)][1:]
            clock = [one for one, _ in found]
            used = min(one for _, one in found)
            print(
                f"| {name} | {min(clock):.1f} s | {statistics.median(clock):.1f} s | {used:.1f} s |"
            )


if __name__ == "__main__":
    main()
