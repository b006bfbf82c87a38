"""Phones at a summit, many in one process: each loads the pin page, then sends pins and sends again
what was not kept.

Written on bare sockets: a comfortable client would use more of the machine than the server that is
measured.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import re
import time
from dataclasses import dataclass, field
from uuid import UUID

import h3

_WAIT_S = 30.0
_IDLE_S = 3.0
_MIDDLE = h3.latlng_to_cell(52.4797, -1.9027, 10)
_CELLS = sorted(h3.grid_disk(_MIDDLE, 25))
_GROUPS = sorted({h3.cell_to_parent(cell, 7) for cell in h3.grid_disk(_MIDDLE, 8)})[:3]


@dataclass
class Hall:
    """What all phones of a run saw.

    Attributes:
        seconds: of every POST that was answered 200 or 201, from sending to answer.
        visits: bytes of each page visit as they came, compressed, without the headers of HTTP.
        confirmed: keys of the pins that the server said were kept.
        errors: how often what went wrong; what a phone does then is to send the same again.
    """

    seconds: list[float] = field(default_factory=list)
    page_seconds: list[float] = field(default_factory=list)
    visits: list[int] = field(default_factory=list)
    sent: set[UUID] = field(default_factory=set)
    confirmed: set[UUID] = field(default_factory=set)
    errors: dict[str, int] = field(default_factory=dict)

    def fault(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1


class Phone:
    """One phone: one connection, kept open as a browser does."""

    def __init__(self, hall: Hall, port: int, number: int, *, code: str, seed: int) -> None:
        self._hall, self._port, self._code = hall, port, code
        self._chance = random.Random(seed * 100_003 + number)
        self._token = f"{self._chance.getrandbits(120):030x}"
        self._asked = 0.0
        self._pipe: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def take_part(
        self, *, joins_after_s: float, pin_every_s: float, for_s: float, patience_s: float
    ) -> None:
        """Join, pin every so often, and at the end wait until everything that was sent is
        confirmed.
        """
        began = time.monotonic()
        await asyncio.sleep(joins_after_s)
        while not await self._visit() and time.monotonic() - began < for_s + patience_s:
            await asyncio.sleep(1.0)
        waiting: list[dict[str, object]] = []
        next_pin = joins_after_s + self._chance.uniform(0, pin_every_s)
        while (now := time.monotonic() - began) < for_s + patience_s:
            if now >= next_pin and next_pin < for_s:
                waiting.append(self._pin())
                next_pin += pin_every_s
            pause = await self._send_first(waiting)
            if not waiting and next_pin >= for_s:
                break
            soonest = min(next_pin, for_s) - (time.monotonic() - began) if not waiting else pause
            await asyncio.sleep(max(0.0, soonest))
        self._hang_up()

    async def _visit(self) -> bool:
        """The page and all that a phone gets for it: scripts, styles, the ground, and the hexagons
        near by.
        """
        started, size = time.perf_counter(), 0
        try:
            status, page, got = await self._ask("GET", f"/pin/{self._code}")
            if status != 200:
                raise OSError(f"page {status}")
            size += got
            event_area = re.search(r'data-ground="([^"]*)"', page.decode())
            query = f"event={self._code}&v={event_area.group(1) if event_area else ''}"
            named = dict.fromkeys(re.findall(r'(?:href|src)="(/pin/static/[^"]+)"', page.decode()))
            groups = [f"/pin/cells/{group}.json?{query}" for group in _GROUPS]
            for path in [*named, f"/pin/ground.json?{query}", *groups]:
                status, _, got = await self._ask("GET", path)
                size += got
                if status != 200:
                    self._hall.fault(f"GET {status}")
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as trouble:
            self._hang_up()
            self._hall.fault(f"page: {type(trouble).__name__}")
            return False
        self._hall.visits.append(size)
        self._hall.page_seconds.append(time.perf_counter() - started)
        return True

    def _pin(self) -> dict[str, object]:
        key = UUID(int=self._chance.getrandbits(128), version=4)
        self._hall.sent.add(key)
        return {
            "event": self._code,
            "key": str(key),
            "contributor": self._token,
            "cells": [self._chance.choice(_CELLS)],
            "setting": "public-realm",
            "feeling": "unsafe",
            "reasons": ["lighting"],
            "when": {"weekday": "weekday", "hour_band": "evening"},
            "role": "young-person",
            "helps": ["lighting"],
        }

    async def _send_first(self, waiting: list[dict[str, object]]) -> float:
        """Send the pin that waits longest; seconds after which to go on."""
        if not waiting:
            return 0.0
        body = json.dumps(waiting[0]).encode()
        started = time.perf_counter()
        try:
            status, answer, _ = await asyncio.wait_for(
                self._ask("POST", "/api/pins", body), _WAIT_S
            )
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as trouble:
            self._hang_up()
            self._hall.fault(type(trouble).__name__)
            return 1.0
        if status in (200, 201) and json.loads(answer)["kept"]:
            self._hall.seconds.append(time.perf_counter() - started)
            self._hall.confirmed.add(UUID(str(waiting.pop(0)["key"])))
            return 0.0
        self._hall.fault(f"POST {status}")
        return 1.0 if status == 503 else 5.0

    async def _ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes, int]:
        """Status, the body, and how many bytes of it came over the wire."""
        if self._pipe is not None and time.monotonic() - self._asked > _IDLE_S:
            # The server ends a connection that is idle for 5 s; a browser then opens another
            # without a word.
            self._hang_up()
        if self._pipe is None:
            self._pipe = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._pipe
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        host = f"Host: 127.0.0.1:{self._port}\r\nAccept-Encoding: gzip\r\n"
        writer.write(f"{method} {path} HTTP/1.1\r\n{host}{kind}\r\n".encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        self._asked = time.monotonic()
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
        text = (
            gzip.decompress(raw)
            if headers.get("content-encoding") == "gzip" and method == "GET"
            else raw
        )
        if headers.get("connection") == "close":
            self._hang_up()
        return int(lines[0].split()[1]), text, len(raw)

    def _hang_up(self) -> None:
        if self._pipe is not None:
            self._pipe[1].close()
            self._pipe = None


async def first_visit(port: int, *, code: str = "DEMO") -> Hall:
    """One page visit, as whoever hangs up the poster makes it."""
    hall = Hall()
    await Phone(hall, port, 0, code=code, seed=0).take_part(
        joins_after_s=0, pin_every_s=1, for_s=0, patience_s=30
    )
    return hall


async def gather(
    port: int,
    *,
    phones: int,
    join_s: float,
    pin_every_s: float,
    for_s: float,
    patience_s: float = 60.0,
    code: str = "DEMO",
    seed: int = 1,
) -> Hall:
    """Let so many phones join within `join_s` seconds and pin every `pin_every_s` until `for_s`
    seconds are over.
    """
    hall = Hall()
    await asyncio.gather(
        *(
            Phone(hall, port, number, code=code, seed=seed).take_part(
                joins_after_s=join_s * number / phones,
                pin_every_s=pin_every_s,
                for_s=for_s,
                patience_s=patience_s,
            )
            for number in range(phones)
        )
    )
    return hall
