"""Faults of disk and file: not kept is said, nothing confirmed is lost, and it works again by
itself.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.records.test_records import NOW, event_in, pin
from vrp_map.errors import UserError
from vrp_map.records import clock
from vrp_map.records.engine import open_database as held_file
from vrp_map.records.engine.database import NotKept, Records
from vrp_map.records.engine.faults import why
from vrp_map.summit.event_store import Event
from vrp_map.summit.home import SummitHome
from vrp_map.summit.pins.store import PinReceipt, delete_pin, keep_pin, pins_of

_ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trouble is looked after at once and not after seconds."""
    monkeypatch.setattr(held_file, "TRY_AGAIN_S", 0.02)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    found = Records(tmp_path / "records")
    yield found
    found.close()


def send(records: Records, event: Event, how_many: int = 1) -> list[Future[PinReceipt]]:
    return [
        keep_pin(records, event, pin(f"{n:022}"), now=NOW, most_each=99) for n in range(how_many)
    ]


def until(found: Any, *, within_s: float = 10.0) -> None:
    """Wait for another thread's work, which takes milliseconds; the limit is for a machine that is
    very busy.
    """
    ends = time.monotonic() + within_s
    while not found():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.005)


def kept_after_a_restart(records: Records, event: Event) -> int:
    """How many pins a new process would find: from a copy of the folder, as a power cut now would
    leave it.
    """
    copy = records.folder.with_name("after a power cut")
    shutil.copytree(records.folder, copy)
    again = Records(copy)
    try:
        return len(pins_of(again, event))
    finally:
        again.close()


@pytest.mark.parametrize("when", ["log", "checkpoint"])
def test_a_full_disk_refuses_loses_nothing_and_works_again(tmp_path: Path, when: str) -> None:
    script = Path(__file__).parents[1].joinpath("records_on_a_full_disk.py")
    child = subprocess.run(
        [sys.executable, str(script), str(tmp_path), when],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    told = json.loads(child.stdout)
    assert told["refused"] and "has reached a size limit" in told["refused"][0]
    assert "has reached a size limit" in told["why"] or "disk is full" in told["why"]
    assert told["readable"] in (
        20 + told["during"],
        -1,
    ), "what is kept can be read, or trouble is said"
    assert told["after"] >= 90 and told["trouble_after"] is None, (
        "and it works again without a restart"
    )
    assert 0 < child.stderr.count("The records cannot be written") < 20, (
        "said when it begins, not for each of 200 pins"
    )

    records = Records(tmp_path)
    try:
        rows = records.look(lambda con: con.table("pin").project("key").fetchall())
        assert {str(key) for (key,) in rows} >= set(told["confirmed"])
        assert len(rows) == len({key for (key,) in rows})
    finally:
        records.close()


def test_a_file_that_is_deleted_is_written_again_with_all_that_was_confirmed(
    records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    event = event_in(records)
    assert all(f.result().is_new for f in send(records, event, 5))
    records.path.unlink()
    assert all(f.result().is_new for f in send(records, event, 5)), "nobody needs to notice"
    assert kept_after_a_restart(records, event) == 10
    assert "was removed while the server ran. The server wrote it again." in caplog.text


def test_a_whole_folder_that_is_deleted_is_written_again(records: Records) -> None:
    event = event_in(records)
    send(records, event)[0].result()
    for path in records.folder.iterdir():
        path.unlink()
    records.folder.rmdir()
    answers = send(records, event, 3)
    refused = [f for f in answers if f.exception()]
    assert all(isinstance(f.exception(), NotKept) for f in refused)
    assert records.trouble is None or "was removed" in records.trouble
    records.folder.mkdir(exist_ok=True)
    until(lambda: not send(records, event)[0].exception())
    assert kept_after_a_restart(records, event) == 1 + len(answers) - len(refused) + 1


def test_a_log_that_is_deleted_takes_no_confirmed_pin_with_it(records: Records) -> None:
    event = event_in(records)
    assert all(f.result().is_new for f in send(records, event, 5))
    log = records.path.with_name(f"{records.path.name}.wal")
    assert log.stat().st_size
    log.unlink()
    assert send(records, event)[0].result().is_new
    assert kept_after_a_restart(records, event) == 6


def test_a_file_that_is_damaged_while_it_is_open_takes_no_more_pins_until_it_is_restored(
    records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    event = event_in(records)
    send(records, event, 5)[-1].result()
    records.rewrite().result()
    backup = records.path.read_bytes()
    records.path.write_bytes(b"rubbish" * 2000)
    answer = send(records, event)[0]
    assert isinstance(answer.exception(), NotKept)
    assert (
        records.trouble
        and "damaged" in records.trouble
        and "Restore it from a backup" in records.trouble
    )
    with pytest.raises(NotKept, match="damaged"):
        pins_of(records, event)
    assert "damaged" in caplog.text
    records.path.write_bytes(backup)
    until(lambda: records.trouble is None)
    assert send(records, event)[0].result().is_new and len(pins_of(records, event)) == 6


def test_a_file_that_was_exchanged_is_the_one_that_counts(records: Records, tmp_path: Path) -> None:
    """Somebody puts a backup in the place of the file, under the running server: that is the file
    from now on.
    """
    event = event_in(records)
    send(records, event, 2)[-1].result()
    records.rewrite().result()
    backup = tmp_path / "backup"
    shutil.copy(records.path, backup)
    backup.replace(records.path)
    answer = send(records, event)[0]
    answer.exception()
    until(lambda: records.trouble is None)
    assert send(records, event)[0].result().is_new
    assert kept_after_a_restart(records, event) == len(pins_of(records, event))


def test_damage_deep_in_a_file_is_found_when_it_is_opened(tmp_path: Path) -> None:
    records = Records(tmp_path)
    event = event_in(records)
    for future in send(records, event, 300):
        future.result()
    records.close()
    whole = bytearray(records.path.read_bytes())
    digest = b"public-realm"
    at = whole.find(digest)
    assert at > 12_288, "a value in a data block"
    whole[at] ^= 0xFF
    records.path.write_bytes(bytes(whole))
    with pytest.raises(UserError, match=r"is damaged.* Restore it from a backup"):
        Records(tmp_path)


def test_a_file_that_another_program_has_open_is_said(tmp_path: Path) -> None:
    Records(tmp_path).close()
    script = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True);"
        " sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "records.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert other.stdout is not None and other.stdout.readline() == b"open\n"
        with pytest.raises(UserError, match="in use by another process"):
            Records(tmp_path)
    finally:
        other.communicate()


def test_the_home_opens_the_records_once_they_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path))
    other, home = Records(tmp_path), SummitHome()
    try:
        for _ in range(3):
            home.look_after()
        with pytest.raises(UserError, match="in use by another process"):
            home()
        assert home.health() == home.trouble and "in use" in home.trouble
        assert caplog.text.count("Pins cannot be taken") == 1, "said once"
    finally:
        other.close()
    home.look_after()
    try:
        assert home().records.trouble is None and home.health() is None
    finally:
        home.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(b"rubbish" * 2000), "damaged"),
        (lambda path: _from_the_future(path), "newer version"),
    ],
)
def test_the_home_says_why_and_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Any, said: str
) -> None:
    Records(tmp_path).close()
    whole = (tmp_path / "records.duckdb").read_bytes()
    spoil(tmp_path / "records.duckdb")
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path))
    home = SummitHome()
    home.look_after()
    assert said in (home.health() or "")
    (tmp_path / "records.duckdb").write_bytes(whole)
    home.look_after()
    assert home.health() is None
    home.close()


def _from_the_future(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("INSERT INTO meta_migration VALUES ('999_from_the_future')")


def test_the_running_server_purges_at_start_and_every_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path))
    records = Records(tmp_path)
    event = event_in(records, keep_days=1)
    send(records, event)[0].result()
    clock.believe(records, now=datetime.now(UTC).replace(tzinfo=None) - timedelta(days=2))
    records.close()
    home = SummitHome()
    home.open()
    try:
        records = home().records
        assert home.purge_waits is None
        assert pins_of(records, event).empty, "before anybody could send a pin"
        newer = event_in(records, keep_days=1)
        send(records, newer)[0].result()
        home.look_after()
        assert len(pins_of(records, newer)) == 1, "not yet"
        home._purged -= 3601
        home.look_after()
        assert pins_of(records, newer).empty
    finally:
        home.close()


def test_the_running_server_deletes_no_event_after_a_jump_of_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path))
    records = Records(tmp_path)
    event = event_in(records, keep_days=1)
    kept, gone = send(records, event, 2)
    kept.result()
    delete_pin(records, gone.result().delete_code).result()
    records.close()
    for _ in range(2):
        home = SummitHome()
        home.open()
        try:
            home._purged -= 3601
            home.look_after()
            records = home().records
            assert len(pins_of(records, event)) == 1
            held = records.look(lambda con: con.table("pin").project("key").fetchall())
            assert len(held) == 1, "what was taken back goes, whatever the clock says"
            assert (
                home.purge_waits
                and f"time to delete {event.code}. Check the clock" in home.purge_waits
            )
        finally:
            home.close()
    assert sum("Nothing is deleted automatically" in line for line in caplog.messages) == 2, (
        "once for each start"
    )


def test_a_start_on_a_full_disk_is_not_well(tmp_path: Path) -> None:
    Records(tmp_path).close()
    script = """
import resource, signal
from vrp_map.summit.home import SummitHome
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
home = SummitHome()
home.open()
before = home.health()
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
from vrp_map.records.engine import open_database as held_file
held_file.TRY_AGAIN_S = 0
home.health()
print(before, "|", home.health())
home.close()
"""
    environment = os.environ | {"VRP_RECORDS": str(tmp_path)}
    child = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        cwd=_ROOT,
    )
    assert child.returncode == 0, child.stderr
    before, _, after = child.stdout.strip().rpartition("\n")[2].partition(" | ")
    assert "has reached a size limit" in before or "full" in before
    assert after == "None"


def test_one_who_went_away_does_not_stop_the_writer(records: Records) -> None:
    event = event_in(records)
    futures = send(records, event, 20)
    for future in futures[::2]:
        future.cancel()
    assert send(records, event)[0].result().is_new
    assert not [f for f in futures if not f.done()]


def test_the_log_never_repeats_what_duckdb_says() -> None:
    error = duckdb.ConstraintException(
        'Duplicate key "key: 4b44a1a7" violates primary key constraint'
    )
    assert why(error) is None
    assert (
        why(duckdb.IOException("Could not read 4b44a1a7")) == "The file cannot be read or written."
    )
    assert why(OSError(28, "No space left on device")) == "The disk is full."
    logging.getLogger(__name__).debug("%s", why(error))
