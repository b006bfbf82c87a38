"""Purges the event DEMO and is killed at a given moment of it (for the test of that)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from vrp_map.records.engine import swap_file as replacing
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import event_by_code
from vrp_map.summit.purge import purge


def killed(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_killed(work: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **named: (work(*given, **named), killed())


MOMENTS: dict[str, Callable[[], None]] = {
    "while it copies": lambda: setattr(replacing, "copy", killed),
    "when the copy is made": lambda: setattr(replacing, "_to_the_disk", killed),
    "when the old file is closed": lambda: setattr(Path, "replace", killed),
    "when the new file is in its place": lambda: setattr(
        Path, "replace", then_killed(Path.replace)
    ),
}

if __name__ == "__main__":
    MOMENTS[sys.argv[2]]()
    records = Records(Path(sys.argv[1]))
    event = event_by_code(records, "DEMO")
    assert event is not None
    purge(records, [event], now=datetime(2026, 3, 20), who="test")
