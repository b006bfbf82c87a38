"""A summit on one machine: phones that join and pin, staff pages that are open, and a server that
is killed in between.

    python -m benchmarks.summit [--store DIR] [--repeat N] [--quick]

Starts `vrp-map serve` on the loopback interface only, with records in a temporary folder; all
phones are one other process. Prints the table that is kept in benchmarks/results/summit.md. At most
about four minutes a round.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.phones import Hall, first_visit, gather
from benchmarks.serving import Serving
from benchmarks.staff import PAGES, Staff, nobody, sessions, windows
from pipelines.demo_summit import DEMO_CODE, leave_demo_event
from vrp_map.config import load_settings
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import event_by_code

MOST_PAGE_BYTES = 100_000
# Of a hall's one address: 1,000 phones that pin every 10 s send 6,000 a minute.
_ADDRESS_A_MINUTE = 20_000


@dataclass(frozen=True)
class Round:
    """One run: what the phones saw, and how many pins were in the records afterwards."""

    name: str
    hall: Hall
    kept: int
    lost: int
    load: tuple[float, float]
    server_s: float
    staff_seconds: list[float]

    def row(self) -> str:
        post, page = (
            _percentiles(seconds) for seconds in (self.hall.seconds, self.hall.page_seconds)
        )
        errors = ", ".join(f"{n:,} × {what}" for what, n in sorted(self.hall.errors.items())) or "0"
        biggest = max(self.hall.visits, default=0) / 1e3
        return (
            f"| {self.name} | {len(self.hall.visits):,} | {len(self.hall.sent):,} |"
            f" {len(self.hall.confirmed):,} | {self.kept:,} | {self.lost:,} | {post} | {page} |"
            f" {biggest:.0f} | {_percentiles(self.staff_seconds)} | {self.server_s:.0f} |"
            f" {self.load[0]:.1f} → {self.load[1]:.1f} | {errors} |"
        )


HEADER = (
    "| round | phones with the page | pins sent | confirmed | kept | lost | POST p50 / p95 / p99,"
    " ms | page p50 / p95 / p99, ms | page, kB | staff's change p50 / p95 / p99, ms | server's"
    " processor time, s | load of the machine | errors"
    " |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|"
)


def run(
    name: str,
    *,
    store: Path,
    phones: int,
    join_s: float,
    pin_every_s: float,
    for_s: float,
    staff: Staff = nobody,
    kill_after_s: float | None = None,
) -> Round:
    """One round on a fresh server and fresh records.

    Raises:
        SystemExit: a confirmed pin is not kept exactly once, or a page visit is too heavy.
    """
    folder, seconds = Path(tempfile.mkdtemp(prefix="vrp-map-summit-")), list[float]()
    before = os.getloadavg()[0]
    server = Serving(
        store=store,
        records=folder / "records",
        log=folder / "server.log",
        pins_a_minute_address=_ADDRESS_A_MINUTE,
        most_pins_each=1000,
        pins_a_minute_each=120,
    )
    try:
        leave_demo_event(load_settings(store=store, records=folder / "records"), now=_now())
        server.start()
        # Who hangs up the poster opens it first, and the server makes the event's hexagons then.
        asyncio.run(first_visit(server.port))
        with staff(server.port, seconds), _killed(server, kill_after_s):
            hall = asyncio.run(
                gather(
                    server.port, phones=phones, join_s=join_s, pin_every_s=pin_every_s, for_s=for_s
                )
            )
        server.stop()
        kept = _kept(folder / "records")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    load = before, os.getloadavg()[0]
    done = Round(
        name, hall, len(kept), len(hall.confirmed - set(kept)), load, server.cpu_s, seconds
    )
    _check(done, kept)
    return done


def _check(done: Round, kept: list[object]) -> None:
    if done.lost or len(kept) != len(set(kept)) or not set(kept) <= done.hall.sent:
        raise SystemExit(
            f"{done.name}: {done.lost} confirmed pins are lost, or some are there twice"
        )
    if done.hall.confirmed != set(kept):
        raise SystemExit(f"{done.name}: pins were kept that no phone heard of to the end")
    if max(done.hall.visits, default=0) >= MOST_PAGE_BYTES:
        raise SystemExit(f"{done.name}: a page visit took {max(done.hall.visits):,} bytes")


def _kept(folder: Path) -> list[object]:
    records = Records(folder)
    try:
        event = event_by_code(records, DEMO_CODE)
        return (
            [key for (key,) in records.read("summit/queries/pin_keys", {"event_id": event.id})]
            if event
            else []
        )
    finally:
        records.close()


@contextmanager
def _killed(server: Serving, after_s: float | None) -> Iterator[None]:
    """`kill -9` after so many seconds, and a start right after it."""

    def kill() -> None:
        server.kill()
        server.start()

    timer = threading.Timer(after_s or 0.0, kill)
    if after_s is not None:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if after_s is not None:
            timer.join()


def _percentiles(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    return " / ".join(f"{value * 1e3:,.0f}" for value in np.percentile(seconds, [50, 95, 99]))


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def rounds(store: Path, *, is_quick: bool) -> Iterator[Callable[[], Round]]:
    """The rounds, each to be run when it is its turn."""
    if is_quick:
        quick = {"store": store, "phones": 10, "join_s": 0.5, "pin_every_s": 0.5, "for_s": 3.0}
        yield lambda: run("10 phones, staff pages open", staff=sessions, **quick)  # type: ignore[arg-type]
        yield lambda: run("10 phones, kill -9 after 1.5 s", kill_after_s=1.5, **quick)  # type: ignore[arg-type]
        return
    hall = {"store": store, "join_s": 5.0, "pin_every_s": 10.0, "for_s": 65.0}
    there = f"160 phones, {PAGES} staff pages on other computers"
    here = f"160 phones, {PAGES} staff pages in windows on this one"
    yield lambda: run(there, phones=160, staff=sessions, **hall)  # type: ignore[arg-type]
    yield lambda: run(here, phones=160, staff=windows, **hall)  # type: ignore[arg-type]
    yield lambda: run("160 phones, no staff page", phones=160, **hall)  # type: ignore[arg-type]
    yield lambda: run("1,000 phones", phones=1000, **(hall | {"join_s": 31.0, "for_s": 91.0}))  # type: ignore[arg-type]
    yield lambda: run(
        "160 phones, kill -9 after 15 s",
        phones=160,
        kill_after_s=15.0,
        store=store,
        join_s=5.0,
        pin_every_s=2.0,
        for_s=30.0,
    )


def small_store(folder: Path) -> Path:
    """A synthetic store that is quickly built."""
    from pipelines.demo import generate
    from vrp_map.warehouse.ingest.build import build

    settings = load_settings(store=folder / "store", local_boundaries=folder / "boundaries")
    generate(folder / "in", settings=settings, months=26, share=0.1)
    build([folder / "in"], settings=settings, source="synthetic")
    return settings.store


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument(
        "--only", default="", help='only these rounds, by their numbers from 0: "02"'
    )
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = given.store or small_store(Path(folder))
        said = " ".join(sys.argv[1:])
        print(
            f"`python -m benchmarks.summit {said}`, {_now():%Y-%m-%d}, Python"
            f" {platform.python_version()}, ",
            end="",
        )
        print(
            f"{os.cpu_count()} cores, load before it {os.getloadavg()[0]:.1f}\n\n{HEADER}",
            flush=True,
        )
        for _ in range(given.repeat):
            for number, one in enumerate(rounds(store, is_quick=given.quick)):
                if given.only and str(number) not in given.only:
                    continue
                print(one().row(), flush=True)


if __name__ == "__main__":
    main()
