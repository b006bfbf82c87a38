"""A server with a wall that is watched, which a test may stop and start."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.conftest import free_port, start_server
from tests.phones import WALL_CELLS, pin
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import State, change_state, create_event
from vrp_map.summit.follow_up.store import Reply, keep_reply
from vrp_map.summit.pins.pin import read_pin
from vrp_map.summit.pins.store import keep_pin

# The server asks its own clock whether an event's last day is over.
DAY = date.today()
NOW = datetime.combine(DAY, time())
SAFE = {
    "feeling": "safe",
    "reasons": ["staff", "friends", "people-around"],
    "setting": "school-journey",
}


class Hall:
    """A server on records with events: LIVE and EMPTY are open, OVER is closed and answered."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.folder, self.store, self.port = folder, store, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        records = Records(folder / "records")
        for code in ("LIVE", "EMPTY", "OVER"):
            event = create_event(
                records,
                name=f"Summit {code.title()} (synthetic)",
                place="Hall",
                starts_on=DAY,
                ends_on=DAY + timedelta(days=1),
                code=code,
                now=NOW,
            )
            if code != "EMPTY":
                for one in some_pins(code, 24 if code == "OVER" else 12):
                    keep_pin(
                        records, event, read_pin(json.dumps(one).encode()), now=NOW, most_each=30
                    ).result()
        change_state(records, event, State.CLOSED, now=NOW).result()
        reply = Reply(WALL_CELLS[0], "done", "Four new lights are up.", "City Council", DAY)
        keep_reply(records, event, reply, who="demo", now=NOW).result()
        records.close()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        self.process = start_server(
            self.folder,
            self.port,
            STORE=self.store,
            RECORDS=self.folder / "records",
            WALL_EVERY_S=1,
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None

    def send(self, *pins: dict[str, Any]) -> None:
        for one in pins:
            request = urllib.request.Request(
                f"{self.address}/api/pins",
                json.dumps(one).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=10) as answer:
                assert answer.status == 201


def some_pins(code: str, many: int) -> list[dict[str, Any]]:
    """Everybody feels unsafe in one hexagon and safe in it or in another, for as many reasons as a
    pin may have.
    """
    why = ["harassed-by-group", "hidden", "drink-drugs"]
    unsafe = [pin(phone, 0, event=code, reasons=why) for phone in range(many)]
    on_the_way = [
        pin(p, 2, event=code, setting="work-journey", reasons=why, helps=["police"])
        for p in range(many)
    ]
    return (
        unsafe
        + on_the_way
        + [pin(p, 1, event=code, wall_cell=WALL_CELLS[p % 2], **SAFE) for p in range(many)]
    )
