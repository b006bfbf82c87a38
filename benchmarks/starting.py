"""How long the command line takes to start and to count, beside the libraries alone; prints
Markdown.

Whole processes, from nothing to the answer, the best and the median of several. The rival of
`vrp-map --help` is Python with Typer; that of `vrp-map count` is Python with pandas and DuckDB
loaded and nothing done.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLI = "from vrp_map.cli import main; main({})"


def seconds(code: str, runs: int) -> list[float]:
    """Seconds of each whole process that runs some code; the first run, which warms up, is left
    out.
    """
    found = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        found.append(time.perf_counter() - start)
    return found[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--months", type=int, default=24, help="of the demo that is counted")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        demo = ["demo", "--no-serve", "--months", str(asked.months), "--json"]
        places = ["--store", str(store), "--folder", str(Path(folder) / "demo")]
        code = CLI.format([*demo, *places])
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        cases = {
            "Python alone": "",
            "Python with Typer": "import typer",
            "`vrp-map --help`": CLI.format(["--help"]),
            "Python with pandas and DuckDB": "import pandas, duckdb",
            "`vrp-map count --by lad`": CLI.format(["count", "--by", "lad", "--store", str(store)]),
        }
        times = {name: seconds(code, asked.runs) for name, code in cases.items()}
    print(f"`python benchmarks/starting.py --runs {asked.runs} --months {asked.months}`\n")
    print("| process | best | median |\n|---|---|---|")
    for name, found in times.items():
        print(f"| {name} | {min(found):.2f} s | {statistics.median(found):.2f} s |")


if __name__ == "__main__":
    main()
