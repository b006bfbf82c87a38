"""How much memory, time and disk `vrp-map basemap add` takes with large files; prints Markdown.

    python -m benchmarks.basemap FILE...

The files are not committed: `benchmarks/osm_extract.py` writes an extract as large as one of a
region. Each is added by a process of its own into a folder of its own, for the area of the
boundaries that come with vrp-map. Memory is the most that the process and its children held
(VmHWM), scratch the most that lay on the disk at once.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOOK_S = 0.05
_COMMAND = "from vrp_map.cli.commands import app; app()"
_MB = 1e6


@dataclass(frozen=True)
class Cost:
    """What adding one file took: seconds of the processor and of the wall, bytes."""

    processor_s: float
    wall_s: float
    memory: int
    scratch: int
    made: int
    said: str


def added(file: Path, folder: Path) -> Cost:
    """Add one file as a person does, and watch what it takes."""
    log, maps = folder / "log", folder / "basemap"
    command = [sys.executable, "-c", _COMMAND, "basemap", "add", str(file)]
    env = os.environ | {"VRP_BASEMAP": str(maps), "VRP_STORE": str(folder / "store")}
    started, memory, scratch = time.monotonic(), 0, 0
    with log.open("wb") as out:
        job = subprocess.Popen(command, stdout=out, stderr=out, env=env)
        while True:
            done, status, used = os.wait4(job.pid, os.WNOHANG)
            if done:
                break
            memory = max(memory, sum(map(_most_held, _family(job.pid))))
            unnamed = sum(_unnamed(pid) for pid in _family(job.pid))
            scratch = max(scratch, _size(folder) + unnamed)
            time.sleep(LOOK_S)
    if status:
        raise SystemExit(log.read_text())
    return Cost(
        used.ru_utime + used.ru_stime,
        time.monotonic() - started,
        memory,
        scratch,
        _size(maps),
        log.read_text().strip().splitlines()[-1],
    )


def _family(pid: int) -> Iterator[int]:
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for child in children.read_text().split() if children.exists() else ():
        yield from _family(int(child))


def _most_held(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    told = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(told[0].split()[1]) * 1024 if told else 0


def _unnamed(pid: int) -> int:
    """Bytes of files that a process holds and that have no name any more, as GDAL's nodes."""
    total = 0
    for held in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            if str(held.readlink()).endswith("(deleted)"):
                total += held.stat().st_size
        except OSError:
            continue
    return total


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("files", nargs="+", type=Path)
    print("| file | MB | processor s | wall s | memory MB | scratch MB | map MB |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    said = []
    for file in words.parse_args().files:
        with tempfile.TemporaryDirectory() as folder:
            cost = added(file.resolve(), Path(folder))
        size = [n / _MB for n in (file.stat().st_size, cost.memory, cost.scratch, cost.made)]
        print(
            f"| {file.name} | {size[0]:.0f} | {cost.processor_s:.0f} | {cost.wall_s:.0f}"
            f" | {size[1]:.0f} | {size[2]:.0f} | {size[3]:.1f} |"
        )
        said.append(cost.said)
    print("\n" + "\n\n".join(said))


if __name__ == "__main__":
    main()
