"""The records: what was confirmed is there, once, whatever happens to the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import duckdb
import h3
import pytest

from vrp_map.disclosure.releases import Release, next_release
from vrp_map.errors import UserError
from vrp_map.records.audit import Act, acts, note
from vrp_map.records.engine.database import FILES, NotKept, Records
from vrp_map.summit.event_store import Event, State, change_state, create_event, event_by_code
from vrp_map.summit.pins import store
from vrp_map.summit.pins.pin import Pin, PinRefused
from vrp_map.summit.pins.store import delete_pin, keep_pin, pins_of
from vrp_map.summit.wall.store import keep_release, latest_release, released_at

CELL = h3.latlng_to_cell(52.4797, -1.9027, 10)
NOW = datetime(2026, 3, 14, 11, 52, 41)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    found = Records(tmp_path / "records")
    yield found
    found.close()


def event_in(records: Records, **more: object) -> Event:
    given = {
        "name": "Summit",
        "place": "Hall",
        "starts_on": date(2026, 3, 14),
        "ends_on": date(2026, 3, 14),
        "now": NOW,
    }
    return create_event(records, **(given | more))  # type: ignore[arg-type]


def pin(contributor: str = "a" * 22, key: UUID | None = None, **more: object) -> Pin:
    given = {"event": "DEMO", "key": key or uuid4(), "contributor": contributor, "cells": (CELL,)}
    return Pin(**(given | {"setting": "public-realm", "feeling": "unsafe"} | more))  # type: ignore[arg-type]


def test_a_pin_sent_twice_is_kept_once_with_the_same_answer(records: Records) -> None:
    event, one = event_in(records), pin(reasons=("lighting",))
    first = keep_pin(records, event, one, now=NOW, most_each=20).result()
    again = keep_pin(records, event, one, now=NOW, most_each=20).result()
    assert first.is_new and not again.is_new and first.delete_code == again.delete_code
    held = pins_of(records, event)
    assert len(held) == 1 and held["reasons"].iloc[0] == ["lighting"]
    assert held["received_at"].iloc[0] == datetime(2026, 3, 14, 11, 45), (
        "rounded to the quarter hour"
    )


def test_nobody_else_s_key_is_taken(records: Records) -> None:
    event, one = event_in(records), pin()
    keep_pin(records, event, one, now=NOW, most_each=20).result()
    with pytest.raises(PinRefused, match="was not saved"):
        keep_pin(records, event, pin("b" * 22, key=one.key), now=NOW, most_each=20).result()
    assert len(pins_of(records, event)) == 1


def test_no_text_can_be_tried_against_what_is_kept(records: Records) -> None:
    """Whoever holds the file holds the event's key; without the phone's token no digest is made."""
    event, one = event_in(records), pin(text="Ann")
    keep_pin(records, event, one, now=NOW, most_each=20).result()
    held, secret = records.look(
        lambda con: con.sql("FROM pin, event_secret SELECT body_digest, secret").fetchone() or ()
    )

    def digest(**tried: object) -> object:
        return store._digests(secret, event, replace(one, **tried))["body_digest"]  # type: ignore[arg-type]

    assert digest() == held != digest(text="Bob")
    assert held not in (digest(contributor="b" * 22), digest(contributor=""))


def test_a_contributor_may_take_a_pin_back(records: Records) -> None:
    event = event_in(records, free_text=True)
    kept = keep_pin(records, event, pin(text="by the steps"), now=NOW, most_each=20).result()
    assert records.read("summit/queries/texts_of_event", {"event_id": event.id})
    assert delete_pin(records, kept.delete_code.lower() + " ").result()
    assert delete_pin(records, kept.delete_code).result(), "twice is no mistake"
    assert pins_of(records, event).empty and not records.read(
        "summit/queries/texts_of_event", {"event_id": event.id}
    )
    assert not delete_pin(records, "NOSUCHCODE").result()


def test_one_contributor_has_a_limit_and_others_do_not_pay_for_it(records: Records) -> None:
    event = event_in(records)
    futures = [keep_pin(records, event, pin(), now=NOW, most_each=3) for _ in range(5)]
    others = [keep_pin(records, event, pin(f"{i:022}"), now=NOW, most_each=3) for i in range(20)]
    refused = [f for f in futures if isinstance(f.exception(), PinRefused)]
    assert len(refused) == 2 and all(f.result().is_new for f in others)
    assert len(pins_of(records, event)) == 23


def test_free_text_is_kept_only_where_the_event_has_it(records: Records) -> None:
    event = event_in(records)
    keep_pin(records, event, pin(text="my phone is 07700 900000"), now=NOW, most_each=20).result()
    assert not records.read("summit/queries/texts_of_event", {"event_id": event.id})


def test_a_hundred_and_sixty_phones_at_once(records: Records) -> None:
    event, kept, lock = event_in(records), [], threading.Lock()

    def phone(number: int) -> None:
        for _ in range(3):
            answer = keep_pin(records, event, pin(f"{number:022}"), now=NOW, most_each=20).result(
                timeout=60
            )
            with lock:
                kept.append(answer.delete_code)

    phones = [threading.Thread(target=phone, args=(n,)) for n in range(160)]
    for one in phones:
        one.start()
    for one in phones:
        one.join()
    held = pins_of(records, event)
    assert len(held) == len(set(kept)) == 480 and held["contributor"].nunique() == 160


def test_what_was_confirmed_survives_kill_9_exactly_once(tmp_path: Path) -> None:
    """Pins with known keys are sent until the process is killed; those it confirmed are there, and
    sending all again leaves one of each.
    """
    script = Path(__file__).parents[1].joinpath("records_sender.py")
    child = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    confirmed: list[UUID] = []
    assert child.stdout is not None
    for line in child.stdout:
        confirmed.append(UUID(line.strip()))
        if len(confirmed) == 200:
            os.kill(child.pid, signal.SIGKILL)
            break
    confirmed += [UUID(rest.strip()) for rest in child.stdout if len(rest.strip()) == 36]
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL

    records = Records(tmp_path)
    try:
        event = event_by_code(records, "demo")
        assert event is not None and event.state is State.OPEN
        there = {key for (key,) in records.read("summit/queries/pin_keys", {"event_id": event.id})}
        assert set(confirmed) <= there
        for key in confirmed:
            assert (
                not keep_pin(records, event, pin(key=key), now=NOW, most_each=10**6).result().is_new
            )
        assert len(pins_of(records, event)) == len(there)
    finally:
        records.close()


def test_the_secret_goes_when_the_event_is_archived(records: Records) -> None:
    event = event_in(records, code="demo")
    keep_pin(records, event, pin(), now=NOW, most_each=20).result()
    with pytest.raises(UserError, match="open cannot become archived"):
        change_state(records, event, State.ARCHIVED, now=NOW)
    for state in (State.CLOSED, State.ARCHIVED):
        held = event_by_code(records, "DEMO")
        assert held is not None
        change_state(records, held, state, now=NOW).result()
    assert records.read("summit/queries/event_secret", {"event_id": event.id}) == []
    with pytest.raises(PinRefused, match="is over"):
        keep_pin(records, event, pin(), now=NOW, most_each=20)
    assert len(pins_of(records, event)) == 1


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"name": " "}, "has no name"),
        ({"ends_on": date(2026, 3, 13)}, "last day is before the first"),
        ({"code": "A B"}, "cannot be a code"),
        ({"code": "ÄÖÜ"}, "cannot be a code"),
        ({"keep_days": 0}, "cannot be kept for 0 days"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(
    records: Records, more: dict[str, object], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        event_in(records, **more)


def test_a_code_is_given_once(records: Records) -> None:
    event_in(records, code="DEMO")
    with pytest.raises(UserError, match="code DEMO is taken"):
        event_in(records, code="demo")
    assert event_in(records).code != event_in(records).code


def test_two_processes_do_not_share_the_records(tmp_path: Path) -> None:
    first = Records(tmp_path)
    try:
        with pytest.raises(UserError, match="in use by another process"):
            Records(tmp_path)
    finally:
        first.close()
    Records(tmp_path).close()


def test_damaged_records_are_said_and_not_touched(tmp_path: Path) -> None:
    Records(tmp_path).close()
    file = tmp_path / "records.duckdb"
    file.write_bytes(b"not a database" * 400)
    with pytest.raises(UserError, match=r"cannot be opened.* Restore it from a backup"):
        Records(tmp_path)
    assert file.read_bytes() == b"not a database" * 400


def test_records_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    Records(tmp_path).close()
    with duckdb.connect(str(tmp_path / "records.duckdb")) as con:
        con.execute("INSERT INTO meta_migration VALUES ('999_from_the_future')")
    with pytest.raises(UserError, match="written by a newer version"):
        Records(tmp_path)


def test_a_write_that_fails_says_not_kept_and_the_next_one_works(records: Records) -> None:
    def broken(con: duckdb.DuckDBPyConnection) -> None:
        con.execute("INSERT INTO no_such_table VALUES (1)")

    event = event_in(records)
    futures = [
        records.write(broken),
        keep_pin(records, event, pin(), now=NOW, most_each=20),
        records.write(broken),
    ]
    assert isinstance(futures[0].exception(), NotKept) and isinstance(
        futures[2].exception(), NotKept
    )
    assert futures[1].result().is_new and len(pins_of(records, event)) == 1


def test_neither_coordinate_nor_token_nor_person_is_in_the_file_s_bytes(tmp_path: Path) -> None:
    records = Records(tmp_path)
    event = event_in(records, code="DEMO")
    token = "ThisIsTheTokenOfOnePhone"
    keep_pin(records, event, pin(token), now=NOW, most_each=20).result()
    records.close()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    columns = {
        name
        for (name,) in duckdb.connect(str(tmp_path / "records.duckdb"))
        .execute("SELECT column_name FROM information_schema.columns")
        .fetchall()
    }
    assert token.encode() not in held and b"52.4797" not in held
    assert not columns & {
        "lat",
        "lon",
        "latitude",
        "longitude",
        "ip",
        "address",
        "user_agent",
        "name_of_person",
    }


@pytest.mark.parametrize(
    "name",
    sorted(str(p.relative_to(FILES.folder).with_suffix("")) for p in FILES.folder.rglob("*.sql")),
)
def test_every_sql_file_says_what_it_does(name: str) -> None:
    text = FILES.sql(name)
    assert text.startswith("-- ") and text.endswith("\n")
    if not name.startswith("migrations"):
        assert len(duckdb.extract_statements(text)) == 1


def test_releases_are_kept_in_their_order(records: Records) -> None:
    event = event_in(records)
    assert latest_release(records, event) == Release()
    first = next_release(
        Release(), [(p, kind, "x") for p in range(6) for kind in ("unsafe", "setting")], k=5
    )
    assert keep_release(records, event, first, now=NOW).result()
    assert latest_release(records, event) == first and released_at(records, event) == NOW
    assert not keep_release(records, event, first, now=NOW).result(), "somebody else was quicker"
    empty = Release(2, 0)
    assert keep_release(records, event, empty, now=NOW).result()
    assert latest_release(records, event) == empty


def test_an_act_is_noted_or_undone_with_what_it_did(records: Records) -> None:
    def fails(con: duckdb.DuckDBPyConnection) -> None:
        note(con, Act(NOW, "demo", "opened", "DEMO"))
        raise UserError("No.")

    with pytest.raises(UserError, match="No"):
        records.write(fails).result()
    assert acts(records) == []
    records.write(lambda con: note(con, Act(NOW, "demo", "paused", "DEMO"))).result()
    assert (
        acts(records, subject="DEMO") == [Act(NOW, "demo", "paused", "DEMO")]
        and acts(records, subject="X") == []
    )


@pytest.mark.parametrize(
    ("invalidates", "asked"),
    [((), 1), (("summit/queries/event_by_code",), 2), (("summit/queries/other",), 1), (None, 2)],
)
def test_a_write_has_only_the_queries_asked_again_that_it_names(
    records: Records,
    invalidates: tuple[str, ...] | None,
    asked: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event, reads = event_in(records), []
    read = records.read
    monkeypatch.setattr(records, "read", lambda *given: reads.append(given) or read(*given))
    for _ in range(2):
        event_by_code(records, event.code)
    records.write(lambda con: None, invalidates=invalidates).result()
    event_by_code(records, event.code)
    assert len(reads) == asked
