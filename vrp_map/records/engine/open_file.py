"""Opening the records file: one process at a time, brought up to date, and read once through."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from vrp_map.common.sql_folder import SqlFolder
from vrp_map.errors import UserError
from vrp_map.records.engine.copy import read_through

FILES = SqlFolder(Path(__file__).parent.parent / "sql")
_MIGRATIONS = sorted(path.stem for path in (FILES.folder / "migrations").glob("*.sql"))


class RecordsInUse(UserError):
    """Another process has them."""


def take(folder: Path) -> FileLock:
    """The folder, for this process alone.

    Raises:
        UserError: another process has it, or it cannot be written.
    """
    try:
        # Free texts are in there: for nobody else on this computer. A folder that is there already
        # stays as it is.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise _in_use(folder) from None
    except OSError as error:
        raise UserError(
            f"{folder} cannot be written ({error.strerror}).",
            hint="Give a folder you may write to.",
        ) from error
    return lock


def opened(path: Path) -> duckdb.DuckDBPyConnection:
    """The file, made where there is none, with every numbered change.

    Raises:
        UserError: it is damaged, of a newer version, in use, or on a full disk.
    """
    con = None
    try:
        con = duckdb.connect(str(path))
        # From some thousand texts on DuckDB would compress them: then nobody could see in the bytes
        # that one is gone.
        con.execute("SET force_compression = 'uncompressed'")
        _migrate(con, path)
        # Damage further in is found now, and not when a page first asks for it.
        read_through(con)
    except BaseException as error:
        if con is not None:
            close_as_it_is(con)
        if isinstance(error, duckdb.Error):
            raise _cannot(path, error) from error
        raise
    return con


def close_as_it_is(con: duckdb.DuckDBPyConnection) -> None:
    """Let go of a file without writing: its log keeps what was committed."""
    try:
        con.execute("PRAGMA disable_checkpoint_on_shutdown")
        con.close()
    except duckdb.Error:
        # After a fatal error nothing can be asked any more, and nothing is written either.
        con.close()


def new_file(path: Path) -> Path:
    """Where a new file is made before it takes the place of `path`."""
    return path.with_name(f"{path.name}.new")


def clear_leftovers(path: Path) -> None:
    """Remove what a killed process left half-done beside the file: it holds pins too."""
    for left in (new_file(path), new_file(path).with_name(f"{new_file(path).name}.wal")):
        left.unlink(missing_ok=True)
    for left in (
        path.with_name(f"{path.name}.tmp"),
        new_file(path).with_name(f"{new_file(path).name}.tmp"),
    ):
        shutil.rmtree(left, ignore_errors=True)


def _migrate(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Apply the numbered changes that this file does not have yet, each wholly or not at all."""
    FILES.run(con, "engine/writes/migration_table")
    applied = {name for (name,) in FILES.run(con, "engine/queries/migrations").fetchall()}
    if applied - set(_MIGRATIONS):
        raise UserError(
            f"{path} was written by a newer version of vrp-map.", hint="Install the newer version."
        )
    for name in _MIGRATIONS:
        if name in applied:
            continue
        con.begin()
        try:
            con.execute(FILES.sql(f"migrations/{name}"))
            FILES.run(con, "engine/writes/migration", {"name": name})
        except BaseException:
            con.rollback()
            raise
        con.commit()


def _in_use(where: Path) -> RecordsInUse:
    return RecordsInUse(
        f"The records in {where} are in use by another process.",
        hint="Stop the other server first.",
    )


def _cannot(path: Path, error: duckdb.Error) -> UserError:
    said = str(error)
    if "Could not set lock" in said:
        return _in_use(path.parent)
    if "No space left" in said or "File too large" in said:
        return UserError(
            f"{path} cannot be opened: the disk is full.",
            hint="Free some space. The server then opens it again.",
        )
    if "Permission denied" in said or "Read-only file system" in said:
        return UserError(
            f"{path} may not be written.", hint="Give the server's user the right to write it."
        )
    return UserError(
        f"{path} cannot be opened: it is damaged, or not a records file.",
        hint="Restore it from a backup.",
    )
