"""The records file: opened by one process, brought up to date, written by one thread that answers after the commit.

A hundred and sixty phones writing directly would fight over the file; through one queue their writes are committed in
batches, and nobody is told "kept" before the disk has it. A batch in which one write fails is taken again one by one,
so that nobody pays for another's mistake.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from filelock import FileLock, Timeout

from vrp_map.errors import UserError
from vrp_map.sql_folder import SqlFolder

T = TypeVar("T")
Job = Callable[[duckdb.DuckDBPyConnection], Any]

FILES = SqlFolder(Path(__file__).parent / "sql")
_MIGRATIONS = sorted(path.stem for path in (FILES.folder / "migrations").glob("*.sql"))
_MOST_IN_A_BATCH = 256
_STOP = None


class NotKept(UserError):
    """The records cannot be written now; what was sent is not kept, and may be sent again."""

    exit_code = 75


class Records:
    """The records of one folder.

    Raises:
        UserError: another process has them, they are damaged, or a newer version made them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = _take(folder)
        try:
            self._con = _opened(folder / "records.duckdb")
        except BaseException:
            self._lock.release()
            raise
        self._jobs: queue.SimpleQueue[tuple[Job, Future[Any]] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="records-writer", daemon=True)
        self._writer.start()

    def read(self, name: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of `sql/queries/<name>.sql`."""
        with self._con.cursor() as cursor:
            return FILES.run(cursor, f"queries/{name}", values).fetchall()

    def write(self, job: Callable[[duckdb.DuckDBPyConnection], T]) -> Future[T]:
        """Have the writer run a job; the answer comes when what it wrote is on the disk.

        The future fails with `NotKept` where the file cannot be written, and with the job's own `UserError`.
        """
        answer: Future[T] = Future()
        self._jobs.put((job, answer))
        return answer

    def close(self) -> None:
        """Write what waits, and let the file go."""
        self._jobs.put(_STOP)
        self._writer.join()
        self._con.close()
        self._lock.release()

    def _write_all(self) -> None:
        with self._con.cursor() as cursor:
            stopping = False
            while not stopping:
                batch = [self._jobs.get()]
                while len(batch) < _MOST_IN_A_BATCH:
                    try:
                        batch.append(self._jobs.get_nowait())
                    except queue.Empty:
                        break
                stopping = _STOP in batch
                jobs = [item for item in batch if item is not None]
                if jobs and not _together(cursor, jobs):
                    for item in jobs:
                        _alone(cursor, *item)


def _together(cursor: duckdb.DuckDBPyConnection, jobs: list[tuple[Job, Future[Any]]]) -> bool:
    """All jobs in one transaction; False, and nothing done, where any of them fails."""
    try:
        cursor.begin()
        answers = [job(cursor) for job, _ in jobs]
        cursor.commit()
    except Exception:
        _roll_back(cursor)
        return False
    for (_, future), answer in zip(jobs, answers, strict=True):
        future.set_result(answer)
    return True


def _alone(cursor: duckdb.DuckDBPyConnection, job: Job, future: Future[Any]) -> None:
    try:
        cursor.begin()
        answer = job(cursor)
        cursor.commit()
    except UserError as refusal:
        _roll_back(cursor)
        future.set_exception(refusal)
    except Exception as error:
        _roll_back(cursor)
        trouble = NotKept("It could not be kept just now.", hint="Try again in a moment.")
        trouble.__cause__ = error
        future.set_exception(trouble)
    else:
        future.set_result(answer)


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    try:
        cursor.rollback()
    except duckdb.Error:
        # There was no transaction left to roll back.
        return


def _take(folder: Path) -> FileLock:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise UserError(
            f"The records in {folder} are in use by another process.", hint="Stop the other server first."
        ) from None
    except OSError as error:
        raise UserError(
            f"{folder} cannot be written ({error.strerror}).", hint="Give a folder you may write to."
        ) from error
    return lock


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        con = duckdb.connect(str(path))
    except duckdb.Error as error:
        raise UserError(
            f"{path} cannot be opened: it is damaged, or not a records file.", hint="Restore it from a backup."
        ) from error
    try:
        _migrate(con, path)
    except BaseException:
        con.close()
        raise
    return con


def _migrate(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Apply the numbered changes that this file does not have yet, each wholly or not at all."""
    FILES.run(con, "writes/migration_table")
    applied = {name for (name,) in FILES.run(con, "queries/migrations").fetchall()}
    if applied - set(_MIGRATIONS):
        raise UserError(f"{path} was written by a newer version of vrp-map.", hint="Install that version.")
    for name in _MIGRATIONS:
        if name in applied:
            continue
        con.begin()
        try:
            con.execute(FILES.sql(f"migrations/{name}"))
            FILES.run(con, "writes/migration", {"name": name})
        except BaseException:
            con.rollback()
            raise
        con.commit()
