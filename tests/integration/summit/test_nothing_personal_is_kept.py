"""After a summit over HTTP on the real application, every byte that is left is read: nobody can be
found in it.

Everything that could tell a person apart is made unmistakable first: an address, a browser's name,
headers, the phone's token, where the finger tapped, a name in fields that do not exist. The
controls find the event's code, and what *is* kept, in the very same bytes: a search that could find
nothing would prove nothing.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import re
import socket
import struct
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import h3
import pytest

from benchmarks.serving import ROOT, Serving
from tests.demo_store import demo_settings
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import State, change_state, create_event, event_by_code
from vrp_map.summit.pins.places import public_places
from vrp_map.summit.pins.store import pins_of
from vrp_map.workspace import open_workspace

# Any address of 127.0.0.0/8 is this machine's own: the server sees this one as the phone's.
ADDRESS = "127.83.41.7"
BROWSER = "UnmistakableBrowser/77.31 (Phone of the Quokka 9)"
HEADERS = {
    "X-Device-Id": "device-Zweihander-5512",
    "X-Requested-With": "pages.Hippogriff",
    "Cookie": "who=Cassowary",
}
TOKEN = "TokenOfOnePhoneOnly4477aQ"
NAME = "Bartholomew Featherstonehaugh"
LATITUDE, LONGITUDE = 52.479731, -1.902846
CELL = h3.latlng_to_cell(LATITUDE, LONGITUDE, 10)
CODE = "QUOKKA"
TEXT = "Nobody mends the lamp beside the ramp"


@dataclass
class Remains:
    """What was sent, and the bytes of everything there is afterwards."""

    delete_codes: list[str] = field(default_factory=list)
    sent_at: list[datetime] = field(default_factory=list)
    while_open: bytes = b""
    closed: bytes = b""
    logs: bytes = b""
    answers: bytes = b""
    thing_place: str = ""
    folder: Path = Path()


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def asked(server: Serving, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    """A request from the phone's own address, with all that a phone says of itself."""
    sent = b"" if body is None else json.dumps(body).encode()
    headers = {
        "Host": f"127.0.0.1:{server.port}",
        "User-Agent": BROWSER,
        "Content-Type": "application/json",
        "Content-Length": str(len(sent)),
        "Connection": "close",
        "Referer": f"http://127.0.0.1/pin/{CODE}#{LATITUDE}",
        **HEADERS,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(
        ("127.0.0.1", server.port), timeout=30, source_address=(ADDRESS, 0)
    ) as pipe:
        pipe.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + sent)
        answer = b"".join(iter(lambda: pipe.recv(65536), b""))
    top, _, rest = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]), gzip.decompress(
        rest
    ) if b"content-encoding: gzip" in top.lower() else rest


def pin(**more: object) -> dict[str, object]:
    return {
        "event": CODE,
        "key": str(uuid4()),
        "contributor": TOKEN,
        "cells": [CELL],
        "setting": "public-realm",
        "feeling": "unsafe",
        "reasons": ["lighting"],
        "text": TEXT,
    } | more


@pytest.fixture(scope="module")
def remains(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remains]:
    """A small summit: pins kept, refused, too many and taken back; every log as talkative as it can
    be.
    """
    here = tmp_path_factory.mktemp("summit")
    found = Remains(folder=here / "records")
    records = Records(found.folder)
    today = datetime.now(UTC).date()
    create_event(
        records,
        name="Summit of quokkas",
        place="Hall",
        starts_on=today,
        ends_on=today,
        code=CODE,
        free_text=True,
        now=datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1),
    )
    records.close()
    # Python runs this file when it starts: everything that any library logs, at any level, goes to
    # the log.
    (here / "sitecustomize.py").write_text(
        "import logging\nlogging.basicConfig(level=logging.DEBUG)\n"
    )
    path = os.pathsep.join([str(here), str(ROOT)])
    server = Serving(
        store=demo_settings().store, records=found.folder, log=here / "server.log", path=path
    )
    try:
        server.start()
        answers = [asked(server, "GET", f"/pin/{CODE}"), asked(server, "GET", "/healthz")]
        # The server's own list of public places is the only source of a name that is kept.
        listed = json.loads(asked(server, "GET", f"/pin/places.json?event={CODE}&cell={CELL}")[1])
        found.thing_place = listed[0]["name"]
        broken = {"thing": "light", "thing_place": found.thing_place}
        for n in range(4):
            found.sent_at.append(datetime.now(UTC))
            kept = asked(
                server,
                "POST",
                "/api/pins",
                pin(key=f"4b44a1a7-4d7d-4141-a90d-b7a9aa2e48a{n}", **broken),
            )
            assert kept[0] == 201, kept
            found.delete_codes.append(json.loads(kept[1])["delete_code"])
            time.sleep(0.01)
        refused = [
            pin(name=NAME),
            pin(lat=LATITUDE, lon=LONGITUDE),
            pin(where={"tap": [LATITUDE, LONGITUDE]}),
            pin(cells=[f"{LATITUDE},{LONGITUDE}"]),
            pin(contributor=f"{TOKEN} {NAME}"),
            pin(setting=NAME),
            pin(text=NAME * 40),
            pin(reasons=[NAME]),
            pin(event=NAME[:12]),
            pin(thing="light", thing_place=NAME),
            pin(thing="light", thing_place=f"{LATITUDE},{LONGITUDE}"),
            pin(thing_place=NAME),
        ]
        answers += [asked(server, "POST", "/api/pins", body) for body in refused]
        assert all(400 <= status < 500 for status, _ in answers[2:])
        answers += [
            asked(server, "POST", f"/api/pins?name={NAME.split()[1]}&at={LATITUDE}", pin())
            for _ in range(30)
        ]
        assert 429 in {status for status, _ in answers}
        answers.append(asked(server, "DELETE", f"/api/pins/{found.delete_codes[0]}"))
        answers.append(asked(server, "GET", f"/pin/{NAME.replace(' ', '%20')}"))
        answers.append(asked(server, "GET", "/api/openapi.json"))
        public = (
            f"/wall/{CODE}",
            f"/api/wall/{CODE}",
            "/voices",
            "/pin/places.json?event=" + CODE + "&q=a",
        )
        answers += [asked(server, "GET", path) for path in public]
        # A page of the staff, open meanwhile: Streamlit's own part of the server logs too.
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=30) as page:
            page.read()
        found.while_open = bytes_of(found.folder)
        found.answers = b"".join(body for _, body in answers)
        server.stop()
        found.closed = bytes_of(found.folder)
        found.logs = (here / "server.log").read_bytes()
        yield found
    finally:
        server.stop()


def personal(remains: Remains) -> dict[str, list[bytes]]:
    """Everything that must be nowhere, in every way in which a database or a log might write it."""
    raw = {
        "address": [ADDRESS],
        "browser": [BROWSER, "UnmistakableBrowser", "Quokka 9"],
        "header": [*HEADERS.values(), "Zweihander", "Hippogriff", "Cassowary"],
        "token": [TOKEN],
        "name": [NAME, NAME[:12], NAME.split()[1]],
        "delete code": remains.delete_codes,
        "coordinate": [f"{LATITUDE}", f"{LONGITUDE}", "52.47973", "-1.90284"],
    }
    listed = {what: [value.encode() for value in values] for what, values in raw.items()}
    listed["address"] += [socket.inet_aton(ADDRESS), socket.inet_aton(ADDRESS)[::-1]]
    listed["coordinate"] += [
        struct.pack(f, value) for f in ("<d", ">d") for value in (LATITUDE, LONGITUDE)
    ]
    listed["coordinate"] += [
        struct.pack("<i", round(value * 1e6)) for value in (LATITUDE, LONGITUDE)
    ]
    return listed


def exact_times(remains: Remains) -> list[bytes]:
    """Each second in which a pin came, as the database writes a time (the high bytes of
    microseconds) and as text.
    """
    whole = {
        moment.replace(microsecond=0) + timedelta(seconds=s)
        for moment in remains.sent_at
        for s in (-1, 0, 1)
    }
    return [moment.strftime("%H:%M:%S").encode() for moment in sorted(whole)]


def micros_near(held: bytes, remains: Remains) -> list[datetime]:
    """Every 8 bytes that read as a moment within the pins' minute and are not a quarter of
    an hour.
    """
    first = int((min(remains.sent_at) - timedelta(seconds=30)).timestamp() * 1e6)
    last = int((max(remains.sent_at) + timedelta(seconds=30)).timestamp() * 1e6)
    highest = zip(struct.pack("<q", first)[::-1], struct.pack("<q", last)[::-1], strict=True)
    common = bytes(a for a, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], highest))[
        ::-1
    ]
    found = []
    for match in re.finditer(re.escape(common), held):
        at = match.start() - (8 - len(common))
        value = struct.unpack("<q", held[at : at + 8])[0] if 0 <= at <= len(held) - 8 else 0
        if first <= value <= last and value % 900_000_000:
            found.append(datetime.fromtimestamp(value / 1e6, UTC))
    return found


@pytest.mark.parametrize("where", ["while_open", "closed", "logs"])
@pytest.mark.parametrize(
    "what", ["address", "browser", "header", "token", "name", "delete code", "coordinate"]
)
def test_nothing_personal_is_in_any_byte(remains: Remains, what: str, where: str) -> None:
    held = getattr(remains, where)
    assert held and not [value for value in personal(remains)[what] if value in held]


def test_the_search_can_find_what_is_kept(remains: Remains) -> None:
    for held in (remains.while_open, remains.closed):
        assert CODE.encode() in held and b"Summit of quokkas" in held and TEXT.encode() in held
    # Closed, the database packs numbers; in its log they are as they are. So numbers are looked for
    # in both.
    assert struct.pack("<Q", int(CELL, 16)) in remains.while_open, "the hexagon"
    assert b"The map is at" in remains.logs and b"DEBUG:" in remains.logs


def test_the_place_of_a_broken_thing_is_a_name_and_no_point(remains: Remains) -> None:
    """The name is there; the point that it stands for, which only the warehouse knows, is not."""
    assert remains.thing_place.encode() in remains.while_open + remains.closed
    places = public_places(open_workspace(settings=demo_settings()))
    near = places[places["cell10"].isin([int(cell, 16) for cell in h3.grid_disk(CELL, 1)])]
    assert len(near)
    values = [value for row in near[["lon", "lat"]].itertuples(index=False) for value in row]
    points = [struct.pack(f, value) for f in ("<d", ">d") for value in values]
    points += [f"{value:.5f}"[:8].encode() for value in values]
    for held in (remains.while_open, remains.closed, remains.logs):
        assert not [point for point in points if point in held]


def test_a_search_for_something_that_is_there_fails(remains: Remains) -> None:
    """The same search, over the bytes with one thing of each kind put in."""
    for values in personal(remains).values():
        for value in values:
            spoilt = remains.closed[:20_000] + value + remains.closed[20_000:]
            assert value in spoilt and value not in remains.closed


def test_no_text_of_a_pin_and_no_place_of_one_is_in_the_log(remains: Remains) -> None:
    for value in (
        TEXT.encode(),
        CELL.encode(),
        b"4b44a1a7",
        b"public-realm",
        b"POST",
        b"/api/pins",
    ):
        assert value not in remains.logs


def test_when_a_pin_came_is_known_to_the_quarter_hour_only(remains: Remains) -> None:
    found = Records(remains.folder)
    try:
        event = event_by_code(found, CODE)
        assert event is not None
        times = [t.to_pydatetime() for t in pins_of(found, event)["received_at"]]
    finally:
        found.close()
    assert len(times) >= 3 and all(
        (t.minute % 15, t.second, t.microsecond) == (0, 0, 0) for t in times
    )
    # The log says when the server started, and nothing at the moment of a pin: it has no times at
    # all but its own.
    assert not [
        text for text in exact_times(remains) if text in remains.while_open + remains.closed
    ]
    for held in (remains.while_open, remains.closed):
        assert micros_near(held, remains) == []


def test_the_search_for_times_can_find_one(remains: Remains) -> None:
    moment = struct.pack("<q", int(remains.sent_at[0].timestamp() * 1e6) + 1)
    assert micros_near(remains.closed[:9_000] + moment + remains.closed[9_000:], remains)


def test_the_columns_are_the_ones_we_know(remains: Remains) -> None:
    """A column that is added to the pins needs a look at what it says of a person: then this list
    is changed.
    """
    with duckdb.connect(str(remains.folder / "records.duckdb"), read_only=True) as con:
        held = {
            name: set(con.table(name).columns)
            for name in ("pin", "pin_text", "pin_deleted", "event_secret")
        }
        everything = {
            row[0] for row in con.execute("SELECT column_name FROM duckdb_columns()").fetchall()
        }
    assert held["pin"] == {
        "event_id",
        "key",
        "contributor",
        "cells",
        "setting",
        "feeling",
        "reasons",
        "weekday",
        "hour_band",
        "role",
        "age_band",
        "helps",
        "thing",
        "thing_place",
        "table_no",
        "received_at",
        "delete_digest",
        "is_extra",
        "body_digest",
    }
    assert held["pin_text"] == {"event_id", "key", "words"} and held["pin_deleted"] == {
        "event_id",
        "key",
    }
    assert not everything & {
        "lat",
        "lon",
        "latitude",
        "longitude",
        "ip",
        "address",
        "user_agent",
        "agent",
        "token",
    }


def test_the_answers_tell_nobody_what_they_sent(remains: Remains) -> None:
    for what in ("address", "browser", "header", "token", "coordinate"):
        assert not [value for value in personal(remains)[what] if value in remains.answers]


def test_when_the_event_is_archived_nothing_joins_the_pins_to_a_phone(remains: Remains) -> None:
    """With the token in one hand and the whole file in the other, nobody can find that phone's
    pins.
    """
    found = Records(remains.folder)
    try:
        key = bytes(
            found.read("summit/queries/event_secret", {"event_id": event_by_code(found, CODE).id})[
                0
            ][0]
        )  # type: ignore[union-attr]
        assert key in bytes_of(remains.folder)
        for state in (State.CLOSED, State.ARCHIVED):
            event: Any = event_by_code(found, CODE)
            change_state(found, event, state, now=datetime.now(UTC).replace(tzinfo=None)).result()
        assert key not in bytes_of(remains.folder)
    finally:
        found.close()
    assert key not in bytes_of(remains.folder)
