"""Sends pins into a records folder for ever and prints each key once it is confirmed (for the test
that kills it).
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import h3

from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import create_event
from vrp_map.summit.pins.pin import Pin
from vrp_map.summit.pins.store import keep_pin

NOW = datetime(2026, 3, 14, 11, 52, 41)
CELL = h3.latlng_to_cell(52.4797, -1.9027, 10)

if __name__ == "__main__":
    records = Records(Path(sys.argv[1]))
    day = date(2026, 3, 14)
    event = create_event(
        records, name="Summit", place="Hall", starts_on=day, ends_on=day, code="DEMO", now=NOW
    )
    while True:
        pins = [
            Pin("DEMO", uuid4(), "a" * 22, (CELL,), "public-realm", "unsafe") for _ in range(10)
        ]
        futures = [
            (pin.key, keep_pin(records, event, pin, now=NOW, most_each=10**6)) for pin in pins
        ]
        for key, future in futures:
            future.result()
            sys.stdout.write(f"{key}\n")
            sys.stdout.flush()
