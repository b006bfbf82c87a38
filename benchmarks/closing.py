"""How long a pin waits while another event of the same hall is closed, and the records are
written anew.

    python -m benchmarks.closing [--pins N] [--phones N] [--repeat N]

One process, records in a temporary folder: an event that holds pins is closed while phones, each a
thread, send pins to a second one. Prints the table that is kept in benchmarks/results/closing.md.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import h3
import numpy as np

from vrp_map.config import load_settings
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event, State, change_state, create_event
from vrp_map.summit.pins.store import PinReceipt
from vrp_map.summit.service import Summit

CENTRE = (52.4797, -1.9027)
CELLS = sorted(h3.grid_disk(h3.latlng_to_cell(*CENTRE, 10), 8))
# As in benchmarks/summit.py: a phone pins every six seconds.
BEFORE_S, AFTER_S, EACH_S = 6.0, 4.0, 6.0
HEADER = (
    "| pins in the event | phones | closed after, ms | file written anew after, ms | POST p50 / p95"
    " / longest before, ms | the same while it closes, ms | kept |\n"
    "|---:|---:|---:|---:|---:|---:|---:|"
)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--pins", type=int, default=4000)
    ask.add_argument("--phones", type=int, default=160)
    ask.add_argument("--repeat", type=int, default=3)
    given = ask.parse_args()
    print(f"{date.today()}, Python {platform.python_version()}\n\n{HEADER}")
    for nth in range(given.repeat):
        print(row(given.pins, given.phones, seed=nth))


def row(pins: int, phones: int, *, seed: int) -> str:
    """One round on fresh records."""
    with tempfile.TemporaryDirectory(prefix="vrp-map-closing-") as folder:
        records = Records(Path(folder) / "records")
        try:
            return _round(records, pins, phones, random.Random(seed))
        finally:
            records.close()


def _round(records: Records, pins: int, phones: int, rng: random.Random) -> str:
    summit = Summit(
        records,
        load_settings(pins_a_minute_each=10_000, pins_a_minute_address=1_000_000),
    )
    full, other = (_event(records, code) for code in ("FULL", "OTHER"))
    _fill(summit, pins, rng)
    waits, stop = list[tuple[float, float]](), threading.Event()
    with ThreadPoolExecutor(phones) as hall:
        done = [
            hall.submit(_phone, summit, n, random.Random(rng.random()), stop, waits)
            for n in range(phones)
        ]
        time.sleep(BEFORE_S)
        begun = time.perf_counter()
        change_state(records, full, State.CLOSED, now=_now()).result()
        closed = time.perf_counter() - begun
        # A job of nothing that waits behind the rewrite.
        records.write(lambda con: None, invalidates=()).result()
        anew = time.perf_counter() - begun
        time.sleep(AFTER_S)
        stop.set()
        for one in done:
            one.result()
    kept = len(records.read("summit/queries/pin_keys", {"event_id": other.id}))
    before = [took for at, took in waits if at + took < begun]
    meanwhile = [took for at, took in waits if at + took >= begun and at <= begun + anew]
    return (
        f"| {pins:,} | {phones} | {1e3 * closed:,.0f} | {1e3 * anew:,.0f} | {_said(before)} |"
        f" {_said(meanwhile)} | {kept:,} of {len(waits):,} |"
    )


def _event(records: Records, code: str) -> Event:
    today = date.today()
    return create_event(
        records,
        name=f"{code} (synthetic)",
        place="Hall",
        starts_on=today,
        ends_on=today,
        code=code,
        free_text=True,
        now=_now(),
    )


def _fill(summit: Summit, pins: int, rng: random.Random) -> None:
    waiting = [_send(summit, "FULL", n // 20, rng) for n in range(pins)]
    for answer in waiting:
        answer.result()


def _phone(
    summit: Summit,
    number: int,
    rng: random.Random,
    stop: threading.Event,
    waits: list[tuple[float, float]],
) -> None:
    stop.wait(rng.random() * EACH_S)
    while not stop.is_set():
        at = time.perf_counter()
        _send(summit, "OTHER", number, rng).result()
        took = time.perf_counter() - at
        waits.append((at, took))
        stop.wait(max(EACH_S - took, 0))


def _send(summit: Summit, event: str, phone: int, rng: random.Random) -> Future[PinReceipt]:
    pin = {
        "event": event,
        "key": str(UUID(int=rng.getrandbits(128), version=4)),
        "contributor": f"phone-{phone:014d}",
        "cells": [rng.choice(CELLS)],
        "setting": "public-realm",
        "feeling": "unsafe",
        "reasons": ["lighting"],
        "text": "A synthetic text, as long as some of them are." if rng.random() < 0.3 else None,
    }
    return summit.take(json.dumps(pin).encode(), address=None, now=_now(), clock=time.monotonic())


def _said(seconds: Sequence[float]) -> str:
    p50, p95, longest = (1e3 * np.quantile(seconds or [np.nan], q) for q in (0.5, 0.95, 1))
    return f"{p50:,.0f} / {p95:,.0f} / {longest:,.0f}"


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


if __name__ == "__main__":
    main()
