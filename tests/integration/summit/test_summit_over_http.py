"""The real server, killed and starved while phones send: what they were told was kept is kept,
once.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from uuid import UUID, uuid4

import h3
import pytest

from benchmarks import summit
from benchmarks.serving import ROOT, Serving
from pipelines.demo_summit import DEMO_CODE, leave_demo_event
from tests.demo_store import demo_settings
from vrp_map.config import load_settings
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import event_by_code

CELL = h3.latlng_to_cell(52.4797, -1.9027, 10)


def a_server(here: Path, *, path: str = str(ROOT)) -> Serving:
    records = here / "records"
    leave_demo_event(
        load_settings(store=demo_settings().store, records=records),
        now=datetime.now(UTC).replace(tzinfo=None),
    )
    return Serving(
        store=demo_settings().store,
        records=records,
        log=here / "server.log",
        path=path,
        pins_a_minute_each=1000,
        most_pins_each=1000,
    )


def kept(folder: Path) -> list[UUID]:
    records = Records(folder)
    try:
        event = event_by_code(records, DEMO_CODE)
        assert event is not None
        return [key for (key,) in records.read("summit/queries/pin_keys", {"event_id": event.id})]
    finally:
        records.close()


def send(server: Serving, key: UUID, *, text: str | None = None) -> tuple[int, dict[str, object]]:
    body = {
        "event": DEMO_CODE,
        "key": str(key),
        "contributor": "a" * 22,
        "cells": [CELL],
        "setting": "public-realm",
        "feeling": "unsafe",
        "text": text,
    }
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/pins",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refused:
        return refused.code, json.load(refused)


def test_a_full_disk_under_a_running_server_is_not_kept_yet_and_then_kept(tmp_path: Path) -> None:
    # Python runs this when the server starts: a write past its limit is then an error, as on a full
    # disk, not a signal.
    (tmp_path / "sitecustomize.py").write_text(
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    )
    server = a_server(tmp_path, path=f"{tmp_path}:{ROOT}")
    keys = [uuid4() for _ in range(40)]
    try:
        server.start()
        assert server.health()[1]["records"] == "ok"
        assert send(server, keys[0])[0] == 201
        assert server._process is not None
        _limit(
            server._process.pid,
            (tmp_path / "records" / "records.duckdb.wal").stat().st_size + 2_000,
        )
        texts = {key: {"text": "x" * 250} for key in keys[1:]}
        answers = [send(server, key, **text) for key, text in texts.items()]
        refused = [said for status, said in answers if status == 503]
        assert refused and refused[0] == {"kept": False, "retry_after": 5}
        status, said = server.health()
        assert status == 503 and "has reached a size limit" in str(said["records"])
        _limit(server._process.pid, resource.RLIM_INFINITY)
        assert {send(server, key, **texts.get(key, {}))[0] for key in keys} <= {200, 201}, (
            "each phone sends the same again with its own key"
        )
        assert server.health()[0] == 200
    finally:
        server.stop()
    assert sorted(kept(tmp_path / "records")) == sorted(keys)
    log = server.log.read_text()
    assert log.count("The records cannot be written: The file has reached a size limit") == 1
    assert "The records can be written again" in log and CELL not in log and "Traceback" not in log


def test_a_server_that_cannot_open_the_records_serves_its_pages_and_opens_them_later(
    tmp_path: Path,
) -> None:
    server = a_server(tmp_path)
    file = tmp_path / "records" / "records.duckdb"
    whole = file.read_bytes()
    file.write_bytes(b"rubbish" * 2000)
    try:
        server.start(is_well=False)
        status, said = server.health()
        assert status == 503 and said["status"] == "trouble" and "is damaged" in said["records"]
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=30) as page:
            assert page.status == 200, "the staff's pages work"
        assert send(server, uuid4()) == (503, {"kept": False, "retry_after": 5})
        file.write_bytes(whole)
        wait = threading.Event()
        for _ in range(100):
            if server.health()[0] == 200:
                break
            wait.wait(0.2)
        assert send(server, uuid4())[0] == 201, "without a restart"
    finally:
        server.stop()


@pytest.mark.parametrize("number", [0, 1], ids=["undisturbed", "kill -9"])
def test_no_confirmed_pin_is_lost_and_none_is_there_twice(number: int) -> None:
    """The benchmark's quick rounds: ten phones for three seconds, and the same with a kill in the
    middle; a page visit is under 100 kB.
    """
    # On a thread of its own: browser tests that ran before leave a loop running on this one.
    with ThreadPoolExecutor(max_workers=1) as pool:
        one = pool.submit(
            list(summit.rounds(demo_settings().store, is_quick=True))[number]
        ).result()
    assert one.lost == 0 and one.kept == len(one.hall.confirmed) == len(one.hall.sent) > 40
    assert 10_000 < max(one.hall.visits) < summit.MOST_PAGE_BYTES and len(one.hall.visits) == 10
    assert bool(one.hall.errors) == (number == 1)
    assert one.row().count("|") == summit.HEADER.splitlines()[0].count("|")


def _limit(process: int, most: int) -> None:
    """Let no file of the running server grow past so many bytes."""
    if not hasattr(resource, "prlimit"):
        pytest.skip(f"{sys.platform} cannot limit another process")
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
