"""Replace the records file: make the new one beside it, check it, move it at once.

Killed at any moment, the folder holds the old file whole or the new one whole.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb

from vrp_map.records.engine.copy import CopyFailed, copy
from vrp_map.records.engine.open_file import clear_leftovers, close_as_it_is, new_file, opened

Also = Callable[[duckdb.DuckDBPyConnection], Any]


def prepare(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    purged: Collection[UUID] = (),
    also: Also | None = None,
) -> dict[str, int]:
    """Make the new file beside the old one; nothing changes until `put_in_place`.

    Args:
        con: the old file, open; nobody writes into it meanwhile.
        also: what is written into the new file besides, in one transaction.

    Returns:
        How many rows were left out, by table.
    """
    new_path = new_file(path)
    clear_leftovers(path)
    try:
        new = opened(new_path)
        try:
            new.begin()
            left_out = copy(con, new, purged=purged)
            if also is not None:
                also(new)
            new.commit()
            new.execute("CHECKPOINT")
        finally:
            new.close()
        _to_the_disk(new_path)
    except BaseException:
        clear_leftovers(path)
        raise
    return left_out


def put_in_place(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Close the old file and let the new one take its place. Nobody reads meanwhile."""
    log = path.with_name(f"{path.name}.wal")
    was_there = path.exists()
    if was_there:
        # A log left over would belong to another file: first everything goes from it into the old
        # one.
        con.execute("CHECKPOINT")
    close_as_it_is(con)
    if was_there and log.exists() and log.stat().st_size:
        raise CopyFailed("The old file could not be finished.")
    if was_there:
        log.unlink(missing_ok=True)
    new_file(path).replace(path)
    log.unlink(missing_ok=True)
    _to_the_disk(path.parent)


def _to_the_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        # Some file systems cannot sync a folder; what is in the file has been synced by then.
        with contextlib.suppress(OSError):
            os.fsync(number)
    finally:
        os.close(number)
