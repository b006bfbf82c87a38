"""The store: a folder of snapshot files and the pointer `CURRENT`, which moves only to a finished
one.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from vrp_map.errors import UserError
from vrp_map.warehouse import kept_table, sample_file
from vrp_map.warehouse.ingest.database_faults import of_another_version, reading, refuse_unusable
from vrp_map.warehouse.sealed_file import delete_orphans
from vrp_map.warehouse.sql_files import sql

# Raised with every change of sql/schema.sql; tests/unit/warehouse/test_snapshots.py holds the two
# together.
SCHEMA_VERSION = 3
# Snapshots of these can be read and built upon: version 1 keeps no warnings; 1 and 2 have a key
# that nobody reads.
_READABLE = (1, 2, 3)
_POINTER = "CURRENT"
_SUFFIX = ".duckdb"
_UNFINISHED = ".building"


def new_snapshot_id(now: datetime) -> str:
    """UTC time and a random tail; sorts by time."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@contextmanager
def building(store: Path) -> Iterator[None]:
    """Hold the store for one build at a time, and clear away what a killed build left."""
    refuse_unusable(store)
    try:
        store.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store / ".lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise UserError(
            f"Another build is using {store}.", hint="Wait until it has finished, then try again."
        ) from None
    except OSError as error:
        raise UserError(
            f"{store} cannot be written ({error.strerror}).",
            hint="Choose a --store you may write to.",
        ) from error
    try:
        clear_unfinished(store)
        yield
    finally:
        clear_unfinished(store)
        lock.release()


def clear_unfinished(store: Path) -> None:
    for path in store.glob(f"*{_UNFINISHED}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def unfinished_path(store: Path, snapshot_id: str, part: str = "") -> Path:
    return store / f"{snapshot_id}{part}{_UNFINISHED}"


def publish(store: Path, snapshot_id: str, *, keep: int) -> Path:
    """Make a finished snapshot the current one, then delete all but the newest `keep`."""
    final = store / f"{snapshot_id}.duckdb"
    unfinished = unfinished_path(store, snapshot_id)
    _sync(unfinished)
    unfinished.replace(final)
    pointer = store / f"{_POINTER}{_UNFINISHED}"
    pointer.write_text(final.name + "\n", encoding="ascii")
    _sync(pointer)
    pointer.replace(store / _POINTER)
    for old in sorted(store.glob("*.duckdb"))[:-keep]:
        if old != final:
            old.unlink(missing_ok=True)
    for suffix in (kept_table.SUFFIX, sample_file.SUFFIX):
        delete_orphans(store, suffix)
    return final


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def current(store: Path) -> Path | None:
    """The published snapshot, or None where nothing has been built."""
    pointer = store / _POINTER
    try:
        name = Path(pointer.read_text(encoding="ascii").strip()).name
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        name = ""
    except OSError as error:
        raise UserError(
            f"{pointer} cannot be read ({error.strerror}).",
            hint="Ask its owner for the right to read it.",
        ) from error
    path = store / name
    if not name.endswith(_SUFFIX) or not path.is_file():
        said = (
            f"names {name}, which is gone" if name.endswith(_SUFFIX) else "does not name a snapshot"
        )
        raise UserError(
            f"{pointer} {said}.",
            hint=(
                "Restore the store from a backup, or give another --store and run `vrp-map build`"
                " there on all your files."
            ),
        )
    return path


def open_snapshot(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection; any number of processes may hold one.

    Refuses one of another version, or no snapshot.
    """
    with reading(path):
        con = duckdb.connect(str(path), read_only=True)
        try:
            row = con.execute(sql("queries/schema_version")).fetchone()
            version = row[0] if row else 0
            if version not in _READABLE:
                raise of_another_version(path, older=version < SCHEMA_VERSION)
        except BaseException:
            con.close()
            raise
    return con
