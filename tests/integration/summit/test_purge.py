"""Purging leaves no byte; a purge that fails, or is killed, leaves everything as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from tests.integration.purge_killed import MOMENTS
from tests.integration.records.test_records import CELL, NOW, event_in, pin
from tests.integration.records.test_records import records as records
from tests.texts import acts_since_opening
from vrp_map import grid
from vrp_map.cli import main
from vrp_map.disclosure.releases import Release, next_release
from vrp_map.records import clock
from vrp_map.records.audit import acts
from vrp_map.records.engine import swap_file as replacing
from vrp_map.records.engine.copy import STAY, personal_rows, tables
from vrp_map.records.engine.database import NotKept, Records
from vrp_map.summit.event_store import Event, State, change_state, event_by_code
from vrp_map.summit.pins.store import delete_pin, keep_pin, pins_of
from vrp_map.summit.purge import expired, last_day_kept, purge, purge_what_is_due
from vrp_map.summit.wall.store import keep_release, latest_release

TEXT = "Behind-the-old-bus-depot"
LATER = datetime(2028, 1, 1)


def send(
    records: Records, event: Event, *, contributor: str = "a" * 22, text: str | None = None
) -> tuple[UUID, str]:
    one = pin(contributor, text=text)
    return one.key, keep_pin(records, event, one, now=NOW, most_each=99).result().delete_code


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def digests(records: Records) -> list[bytes]:
    """What would tell a pin apart: contributors, delete codes, and the key they were made with."""
    found = records.look(
        lambda con: con.table("pin").project("contributor, delete_digest").fetchall()
    )
    secrets = records.look(lambda con: con.table("event_secret").project("secret").fetchall())
    return [bytes(value) for row in [*found, *secrets] for value in row]


def settled(records: Records) -> Records:
    """Closed and opened again: all is in the file itself."""
    records.close()
    return Records(records.folder)


def test_a_purge_leaves_no_byte_of_the_event_and_all_of_another(tmp_path: Path) -> None:
    records = Records(tmp_path)
    gone, stays = (
        event_in(records, code="GONE", free_text=True),
        event_in(records, code="STAYS", free_text=True),
    )
    send(records, gone, text=TEXT)
    lost = digests(records)
    key, _ = send(records, stays, contributor="b" * 22, text="By the fountain")
    release = next_release(
        Release(), [(p, kind, "x") for p in range(6) for kind in ("unsafe", "setting")], k=5
    )
    keep_release(records, gone, release, now=NOW).result()
    records = settled(records)
    # The control: before the purge every one of them is found in these very bytes.
    assert all(value in bytes_of(tmp_path) for value in [*lost[:2], TEXT.encode()])
    assert len(lost) == 4

    done = purge(records, [gone], now=LATER, who="demo")
    while_open = bytes_of(tmp_path)
    try:
        assert done.events == ("GONE",) and done.rows == {
            "event_secret": 1,
            "pin": 1,
            "pin_text": 1,
        }
        assert [
            pin_key
            for (pin_key,) in records.read("summit/queries/pin_keys", {"event_id": stays.id})
        ] == [key]
        assert [
            words
            for _, words in records.read("summit/queries/texts_of_event", {"event_id": stays.id})
        ] == ["By the fountain"]
        assert latest_release(records, gone) == release, "what was let out stays"
        held = event_by_code(records, "GONE")
        assert held is not None and held.state is State.ARCHIVED
        line = acts(records, subject="GONE")[0]
        assert (line.who, line.happened_at, line.act) == ("demo", LATER, "purged 3 rows")
        assert send(records, stays)[0], "and it takes pins"
    finally:
        records.close()
    for held_bytes in (while_open, bytes_of(tmp_path)):
        assert not [value for value in [lost[0], lost[1], TEXT.encode()] if value in held_bytes]
        assert b"By the fountain" in held_bytes and b"GONE" in held_bytes
    assert {path.name for path in tmp_path.iterdir()} == {"records.duckdb", ".lock"}


def _row_order(records: Records, table: str) -> tuple[list[object], list[object]]:
    """The keys of a table as they lie in the file, and in their own order."""
    by_row, by_key = (
        records.look(lambda con, o=order: con.table(table).order(o).project("key").fetchall())  # type: ignore[misc]
        for order in ("rowid", "event_id, key")
    )
    return by_row, by_key


@pytest.mark.parametrize("how", ["closed", "another event purged", "archived"])
def test_the_order_of_rows_says_nothing_of_the_order_of_arrival(records: Records, how: str) -> None:
    event, other = event_in(records, code="MANY", free_text=True), event_in(records, code="OTHER")
    codes = [send(records, event, contributor=f"{n:022}", text=f"text {n}")[1] for n in range(40)]
    send(records, other)
    assert _row_order(records, "pin")[0] != _row_order(records, "pin")[1], "as they came"
    for code in codes[:5]:
        delete_pin(records, code).result()
    if how == "another event purged":
        purge(records, [other], now=NOW, who="test")
    else:
        change_state(records, event, State.CLOSED, now=NOW).result()
        assert records.write(lambda con: None).result() is None, "the new file is in its place"
        if how == "archived":
            closed = event_by_code(records, "MANY")
            assert closed is not None
            change_state(records, closed, State.ARCHIVED, now=NOW).result()
    for table in ("pin", "pin_text", "pin_deleted"):
        by_row, by_key = _row_order(records, table)
        assert by_row == by_key and len(by_row) >= 5, table


def test_the_bytes_of_a_text_are_found_at_the_size_of_a_large_hall(tmp_path: Path) -> None:
    """The control of all searches in bytes: of 4,000 texts one that is kept is found, one that is
    purged is not.
    """
    records = Records(tmp_path)
    gone, stays = (
        event_in(records, code="GONE", free_text=True),
        event_in(records, code="STAYS", free_text=True),
    )
    many = (
        "INSERT INTO pin_text SELECT ?, uuid(), ? || i || ' by the old steps' FROM range(4000) AS"
        " r(i)"
    )
    for event, word in ((gone, "Zweihander "), (stays, "Quokka ")):
        records.write(lambda con, e=event, w=word: con.execute(many, [e.id, w])).result()  # type: ignore[misc]
    records = settled(records)
    assert b"Zweihander 1777 by" in bytes_of(tmp_path) and b"Quokka 1777 by" in bytes_of(tmp_path)
    purge(records, [gone], now=NOW, who="test")
    records.close()
    assert b"Quokka 1777 by" in bytes_of(tmp_path) and b"Zweihander" not in bytes_of(tmp_path)


def test_archiving_leaves_no_byte_of_the_key(tmp_path: Path) -> None:
    records = Records(tmp_path)
    event = event_in(records, code="DEMO")
    send(records, event)
    key = bytes(records.read("summit/queries/event_secret", {"event_id": event.id})[0][0])
    records = settled(records)
    assert key in bytes_of(tmp_path), "the control"
    for state in (State.CLOSED, State.ARCHIVED):
        held = event_by_code(records, "DEMO")
        assert held is not None
        change_state(records, held, state, now=NOW).result()
    assert key not in bytes_of(tmp_path), "while it is open"
    assert len(pins_of(records, event)) == 1
    records.close()
    assert key not in bytes_of(tmp_path)


def test_what_was_taken_back_goes_at_the_next_purge_and_cannot_come_again(tmp_path: Path) -> None:
    records = Records(tmp_path)
    event = event_in(records, code="DEMO", free_text=True)
    one = pin(text=TEXT)
    code = keep_pin(records, event, one, now=NOW, most_each=99).result().delete_code
    lost = digests(records)[:2]
    assert purge_what_is_due(records, now=NOW) is None, "nothing is due yet"
    delete_pin(records, code).result()
    records = settled(records)
    assert lost[0] in bytes_of(tmp_path), "the control"
    done = purge_what_is_due(records, now=NOW)
    try:
        assert done is not None and done.events == () and done.rows == {"pin": 1}
        assert acts(records)[0].act == "removed what was taken back"
        # The phone's answer was lost and it tries again: the pin stays deleted.
        assert not keep_pin(records, event, one, now=NOW, most_each=99).result().is_new
        assert pins_of(records, event).empty and purge_what_is_due(records, now=NOW) is None
    finally:
        records.close()
    assert not [value for value in [*lost, TEXT.encode()] if value in bytes_of(tmp_path)]


def test_an_event_is_kept_for_its_days_and_not_one_more(records: Records) -> None:
    event = event_in(records, keep_days=10)
    send(records, event)
    assert last_day_kept(event) == date(2026, 3, 24)
    assert expired(records, today=date(2026, 3, 24)) == []
    assert [e.code for e in expired(records, today=date(2026, 3, 25))] == [event.code]
    assert purge_what_is_due(records, now=datetime(2026, 3, 25, 4)) is not None
    assert expired(records, today=date(2026, 3, 25)) == [], "once"
    assert [act.who for act in acts_since_opening(records)] == ["server"]


def test_every_table_with_rows_of_an_event_is_purged_or_said_to_stay(records: Records) -> None:
    """A table that somebody adds is purged without being named; one that cannot be is
    found here.
    """
    of_events = {
        name for name, columns in tables(records._file._con).items() if "event_id" in columns
    }  # type: ignore[arg-type]
    assert of_events >= {"pin", "pin_text", "pin_deleted", "event_secret"} and of_events >= STAY
    for name in of_events - STAY:
        relation = records._file._con.table(name)  # type: ignore[union-attr]
        keys = {
            column
            for column, kind in zip(relation.columns, relation.types, strict=True)
            if str(kind) == "UUID" and column != "event_id"
        }
        assert keys <= {"key"}, (
            f"{name}: a pin's key is called key, else what was taken back stays in it"
        )
    made_otherwise = records.look(lambda con: con.table_function("duckdb_sequences").fetchall())
    assert not made_otherwise, "a copy would begin a sequence anew"


def test_a_table_of_tomorrow_is_purged_too(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(
            "CREATE TABLE IF NOT EXISTS note_on_pin (event_id UUID, key UUID, words VARCHAR)"
        )

    real = replacing.opened

    def opened(path: Path) -> duckdb.DuckDBPyConnection:
        con = real(path)
        later(con)
        return con

    monkeypatch.setattr(replacing, "opened", opened)
    event = event_in(records)
    key, code = send(records, event)
    records.write(later).result()
    records.write(
        lambda con: con.execute("INSERT INTO note_on_pin VALUES (?, ?, 'x')", [event.id, key])
    ).result()
    assert records.look(lambda con: personal_rows(con, event.id)) == 3
    delete_pin(records, code).result()
    done = purge_what_is_due(records, now=NOW)
    assert done is not None and done.rows == {"pin": 1, "note_on_pin": 1}


@pytest.mark.parametrize("moment", sorted(MOMENTS))
def test_a_killed_purge_leaves_one_whole_file_and_works_again(tmp_path: Path, moment: str) -> None:
    records = Records(tmp_path)
    event = event_in(records, code="DEMO", free_text=True)
    send(records, event, text=TEXT)
    records.close()
    script = Path(__file__).parents[1].joinpath("purge_killed.py")
    child = subprocess.run(
        [sys.executable, str(script), str(tmp_path), moment], capture_output=True, timeout=60
    )
    assert child.returncode == -signal.SIGKILL, child.stderr

    records = Records(tmp_path)
    left = records.look(lambda con: personal_rows(con, event.id))
    assert left == (0 if moment == "when the new file is in its place" else 3)
    assert {path.suffix for path in tmp_path.iterdir()} <= {
        ".duckdb",
        ".wal",
        "",
    }, "nothing half-done is left"
    held = event_by_code(records, "DEMO")
    assert held is not None
    purge(records, [held], now=LATER, who="test")
    assert records.look(lambda con: personal_rows(con, event.id)) == 0
    records.close()
    assert TEXT.encode() not in bytes_of(tmp_path)


@pytest.mark.parametrize("where", ["copy", "put_in_place"])
def test_a_purge_that_fails_changes_nothing(
    records: Records, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    event = event_in(records)
    send(records, event)
    with monkeypatch.context() as patched:
        patched.setattr(replacing, where, full)
        with pytest.raises(NotKept, match="disk is full"):
            purge(records, [event], now=LATER, who="demo")
    assert len(pins_of(records, event)) == 1 and not acts_since_opening(records)
    assert not list(records.folder.glob("*.new*")), "and leaves nothing lying about"
    assert send(records, event), "pins go on being kept"
    assert purge(records, [event], now=LATER, who="demo").rows["pin"] == 2


def test_reading_and_writing_go_on_while_the_file_is_exchanged(records: Records) -> None:
    event = event_in(records)
    futures = []
    for n in range(60):
        futures.append(keep_pin(records, event, pin(f"{n:022}"), now=NOW, most_each=99))
        if n % 20 == 10:
            futures.append(records.rewrite())  # type: ignore[arg-type]
        pins_of(records, event)
    for future in futures:
        future.result(timeout=60)
    assert len(pins_of(records, event)) == 60


def test_the_copy_is_the_same_to_the_last_row(records: Records) -> None:
    event = event_in(records, free_text=True, areas=("lad:E08000026",))
    for n in range(25):
        send(records, event, contributor=f"{n:022}", text=f"Said {n}")

    def rows() -> dict[str, list[tuple[object, ...]]]:
        return {
            name: records.look(lambda con, n=name: sorted(con.table(n).fetchall(), key=str))  # type: ignore[misc]
            for name in records.look(tables)
        }

    before = rows()
    assert records.rewrite().result() == dict.fromkeys(before.keys() - {"meta_migration"}, 0)
    assert rows() == before and int(before["pin"][0][3][0]) == int(grid.from_text([CELL])[0])  # type: ignore[index]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))
    records = Records(tmp_path / "records")
    day = datetime.now().date() - timedelta(days=30)
    for code, keep_days in (("OLD", 5), ("NEW", 100)):
        send(records, event_in(records, code=code, starts_on=day, ends_on=day, keep_days=keep_days))
    records.close()
    return tmp_path / "records"


def command(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def pins_by_event(folder: Path) -> dict[str, int]:
    records = Records(folder)
    try:
        events = {code: event_by_code(records, code) for code in ("OLD", "NEW")}
        return {code: len(pins_of(records, event)) for code, event in events.items() if event}
    finally:
        records.close()


def test_the_command_purges_what_is_expired(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("purge", "--expired", "--yes") == 2
    assert "--clock-is-right" in capsys.readouterr().err and pins_by_event(folder) == {
        "OLD": 1,
        "NEW": 1,
    }
    assert command("purge", "--expired", "--yes", "--clock-is-right") == 0
    assert "1 of pin" in capsys.readouterr().out and pins_by_event(folder) == {"OLD": 0, "NEW": 1}
    assert command("purge", "--expired", "--json") == 0
    assert '"events": []' in capsys.readouterr().out


def test_the_command_asks_whether_the_date_is_right(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("typer.confirm", lambda question, **_: asked.append(question))
    assert command("purge", "--expired") == 0
    assert (
        "last sure of 14 March 2026. Is the date right?" in asked[0]
        and "(OLD) for good?" in asked[1]
    )
    assert command("purge", "--expired") == 0 and len(asked) == 2, "once said, it is known"


def test_a_clock_that_was_put_forward_deletes_nothing_by_itself(records: Records) -> None:
    """Days later, after a restart and whatever staff do meanwhile; once it is right again, all is
    as before.
    """
    event, now = event_in(records, keep_days=365), NOW
    for day in range(3):
        now = NOW + timedelta(days=day)
        clock.begin(records, now=now)
        assert clock.jumped_from(records, now=now) is None
        clock.believe(records, now=now)
    ahead = now + timedelta(days=400)
    for later, state in ((0, State.PAUSED), (1, State.CLOSED)):
        wrong = ahead + timedelta(days=later)
        assert clock.jumped_from(records, now=wrong) == now.replace(minute=0, second=0)
        clock.begin(records, now=wrong)
        change_state(records, event, state, now=wrong).result()
    right = now + timedelta(days=1)
    assert clock.jumped_from(records, now=right) is None
    clock.believe(records, now=ahead)
    assert clock.jumped_from(records, now=ahead + timedelta(days=1)) is None


def test_the_command_asks_before_it_purges_an_event(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def no(question: str, **_: object) -> None:
        import typer

        asked.append(question)
        raise typer.Abort

    monkeypatch.setattr("typer.confirm", no)
    assert command("purge", "--event", "new") == 130
    assert "Summit (NEW) for good?" in asked[0] and pins_by_event(folder) == {"OLD": 1, "NEW": 1}
    assert command("purge", "--event", "new", "--yes") == 0
    assert pins_by_event(folder) == {"OLD": 1, "NEW": 0}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["purge"], "You did not say what to purge."),
        (["purge", "--expired", "--event", "NEW"], "You did not say what to purge."),
        (["purge", "--event", "NOSUCH", "--yes"], "There is no event with the code NOSUCH."),
    ],
)
def test_the_command_says_what_it_cannot_do(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert command(*arguments) == 2 and said in capsys.readouterr().err
    assert pins_by_event(folder) == {"OLD": 1, "NEW": 1}


def test_a_server_that_has_the_records_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Records(folder)
    try:
        assert command("purge", "--expired", "--yes") == 2
    finally:
        server.close()
    assert "in use by another process. Stop the other server first" in " ".join(
        capsys.readouterr().err.split()
    )
