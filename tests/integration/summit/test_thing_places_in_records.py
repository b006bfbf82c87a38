"""Where a broken thing is, in the records: an older file gets the column, and copies and purges
carry it.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import h3
import pytest

from vrp_map.records.engine import open_file as opening
from vrp_map.records.engine.database import FILES, Records
from vrp_map.summit.event_store import State, change_state, create_event, event_by_code
from vrp_map.summit.pins.pin import Pin
from vrp_map.summit.pins.store import delete_pin, keep_pin, pins_of
from vrp_map.summit.purge import purge

CELL = h3.latlng_to_cell(52.4797, -1.9027, 10)
NOW = datetime(2026, 3, 14, 11, 52)
DAY = date(2026, 3, 14)


def a_pin(phone: int, place: str | None = "Corporation Street") -> Pin:
    token = f"phone-{phone:014d}"
    return Pin(
        "DEMO", uuid4(), token, (CELL,), "public-realm", "unsafe", thing="light", thing_place=place
    )


def old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A records file as the version before left it, with one pin."""
    folder.mkdir()
    with monkeypatch.context() as before:
        before.setattr(
            opening, "_MIGRATIONS", [name for name in opening._MIGRATIONS if name < "006"]
        )
        records = Records(folder)
        create_event(
            records, name="Summit", place="Hall", starts_on=DAY, ends_on=DAY, now=NOW, code="DEMO"
        )
        records.close()
    with duckdb.connect(str(folder / "records.duckdb")) as con:
        (event_id,) = con.execute("SELECT event_id FROM event").fetchone() or ()
        con.execute(
            "INSERT INTO pin VALUES ($1, $2, 'x'::BLOB, $3, 'public-realm', 'unsafe', [], 'any',"
            " 'any', NULL, NULL, [], 'light', $4, 'y'::BLOB)",
            [event_id, uuid4(), [int(CELL, 16)], NOW],
        )


def test_an_older_file_gets_the_column_and_keeps_its_pins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_file(tmp_path / "records", monkeypatch)
    records = Records(tmp_path / "records")
    try:
        event = event_by_code(records, "DEMO")
        assert event is not None
        keep_pin(records, event, a_pin(1), now=NOW, most_each=9).result()
        assert sorted(pins_of(records, event)["thing_place"].fillna("")) == [
            "",
            "Corporation Street",
        ]
    finally:
        records.close()


def test_a_server_killed_after_the_change_has_everything_when_it_opens_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change and the pins after it are in the log then, and not yet in the file."""
    old_file(tmp_path / "records", monkeypatch)
    path = tmp_path / "records" / "records.duckdb"
    con = opening.opened(path)
    (event_id,) = con.execute("SELECT event_id FROM event").fetchone() or ()
    given = {
        "event_id": event_id,
        "key": uuid4(),
        "contributor": b"z",
        "cells": [int(CELL, 16)],
        "setting": "public-realm",
        "feeling": "unsafe",
        "reasons": [],
        "weekday": "any",
        "hour_band": "any",
        "role": None,
        "age_band": None,
        "helps": [],
        "thing": "light",
        "thing_place": "Corporation Street",
        "received_at": NOW,
        "delete_digest": b"d",
        "table_no": None,
        "is_extra": False,
        "body_digest": None,
    }
    FILES.run(con, "summit/writes/pin", given)
    opening.close_as_it_is(con)
    assert path.with_name("records.duckdb.wal").exists()
    records = Records(tmp_path / "records")
    try:
        event = event_by_code(records, "DEMO")
        assert event is not None
        assert sorted(pins_of(records, event)["thing_place"].fillna("")) == [
            "",
            "Corporation Street",
        ]
    finally:
        records.close()


def test_a_copy_carries_it_and_what_was_taken_back_or_purged_leaves_no_byte(tmp_path: Path) -> None:
    records = Records(tmp_path / "records")
    try:
        event = create_event(
            records, name="Summit", place="Hall", starts_on=DAY, ends_on=DAY, now=NOW, code="DEMO"
        )
        keep_pin(records, event, a_pin(1, "Corporation Street"), now=NOW, most_each=9).result()
        gone = keep_pin(
            records, event, a_pin(2, "Unmistakable Passage"), now=NOW, most_each=9
        ).result()
        assert delete_pin(records, gone.delete_code).result()
        records.rewrite().result()
        assert pins_of(records, event)["thing_place"].tolist() == ["Corporation Street"]
        assert not held(tmp_path, b"Unmistakable Passage") and held(tmp_path, b"Corporation Street")
        change_state(records, event, State.CLOSED, now=NOW).result()
        purge(records, [event], now=NOW, who="demo")
        assert not held(tmp_path, b"Corporation Street")
    finally:
        records.close()


def held(folder: Path, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in folder.rglob("*") if path.is_file())
