"""Sends pins while the system lets no file grow, then lets it again; prints what happened as JSON
(for a test).

A limit of the process (RLIMIT_FSIZE) is to DuckDB what a full disk is: a write that fails. Unlike a
full disk it can be had on every machine.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import h3

from vrp_map.records.engine import open_database as held_file
from vrp_map.records.engine.database import NotKept, Records
from vrp_map.summit.event_store import create_event
from vrp_map.summit.pins.pin import Pin
from vrp_map.summit.pins.store import keep_pin, pins_of

NOW = datetime(2026, 3, 14, 11, 52, 41)
CELL = h3.latlng_to_cell(52.4797, -1.9027, 10)


def sent(records: Records, event: object, how_many: int) -> tuple[list[str], list[str]]:
    """Keys that were confirmed, and what was said of the others."""
    confirmed, refused = [], []
    for _ in range(how_many):
        pin = Pin("DEMO", uuid4(), "a" * 22, (CELL,), "public-realm", "unsafe", text="x" * 290)
        try:
            keep_pin(records, event, pin, now=NOW, most_each=10**6).result(timeout=20)  # type: ignore[arg-type]
            confirmed.append(str(pin.key))
        except NotKept as trouble:
            refused.append(str(trouble))
    return confirmed, refused


def limit(most: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


if __name__ == "__main__":
    folder, in_a_checkpoint = Path(sys.argv[1]), sys.argv[2] == "checkpoint"
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    held_file.TRY_AGAIN_S = 0.2
    records = Records(folder)
    event = create_event(
        records,
        name="S",
        place="H",
        starts_on=NOW.date(),
        ends_on=NOW.date(),
        code="DEMO",
        now=NOW,
        free_text=True,
    )
    before, _ = sent(records, event, 20)
    if in_a_checkpoint:
        # The log is to go into the file every few pins, so that this is what fails; that spoils
        # DuckDB's connection.
        records.look(lambda con: con.execute("SET wal_autocheckpoint = '40KB'"))
    largest = max(path.stat().st_size for path in folder.iterdir())
    limit(largest + 30_000)
    during, refused = sent(records, event, 200)
    why, readable = records.trouble, None
    try:
        readable = len(pins_of(records, event))
    except NotKept:
        readable = -1
    limit(resource.RLIM_INFINITY)
    after: list[str] = []
    for _ in range(100):
        more, _ = sent(records, event, 1)
        after += more
    told = {
        "confirmed": before + during + after,
        "during": len(during),
        "refused": refused[-1:],
        "why": why,
        "readable": readable,
        "after": len(after),
        "trouble_after": records.trouble,
    }
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    # As a power cut would: nothing is closed.
    os.kill(os.getpid(), signal.SIGKILL)
