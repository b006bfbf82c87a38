"""The records file of a running server: read, written, replaced and reopened.

DuckDB gives up a file for good when a checkpoint fails on a full disk: nothing works until it is
opened anew. What was committed is in its log by then, so opening it anew loses nothing.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import duckdb

from vrp_map.errors import UserError
from vrp_map.records.engine import swap_file as replacing
from vrp_map.records.engine.faults import is_of_the_file, not_kept, why
from vrp_map.records.engine.file_watch import FileChange, FileWatch
from vrp_map.records.engine.open_file import clear_leftovers, close_as_it_is, opened
from vrp_map.records.engine.read_write_lock import ReadWriteLock

T = TypeVar("T")
Job = Callable[[duckdb.DuckDBPyConnection], Any]

TRY_AGAIN_S = 5.0
_log = logging.getLogger(__name__)


class OpenDatabase:
    """One open file. Anybody may `look`; all else is for the one thread that writes.

    Attributes:
        trouble: why nothing can be kept now, in one sentence without any row value; None when all
            is well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble: str | None = None
        self._sharing = ReadWriteLock()
        clear_leftovers(path)
        self._con: duckdb.DuckDBPyConnection | None = opened(path)
        self._watch = FileWatch(path)
        self._is_spent, self._tried, self._proved = False, 0.0, 0.0

    @property
    def is_sound(self) -> bool:
        """Whether what is open can be used, and is what is in the folder, as we left it."""
        return (
            self._con is not None and not self._is_spent and self._watch.change() is FileChange.NONE
        )

    def look(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """What `work` reads, on a connection of its own.

        Raises:
            NotKept: the file cannot be read just now.
        """
        with self._sharing.reading():
            if self._con is None:
                raise not_kept(because=self.trouble)
            try:
                with self._con.cursor() as cursor:
                    return work(cursor)
            except duckdb.Error as error:
                if not is_of_the_file(error):
                    raise
                self._is_spent = True
                raise not_kept(error) from error

    def close(self) -> None:
        if self._con is not None:
            self._con.close()
            self._con = None

    def mend(self) -> bool:
        """Check that the file is there and ours; after a fault, only now and then.

        Returns:
            Whether another file may be open now.
        """
        if self.is_sound or (self.trouble and time.monotonic() - self._tried < TRY_AGAIN_S):
            return False
        self._tried = time.monotonic()
        if self._con is not None and not self._is_spent and self._watch.change() is FileChange.GONE:
            self._write_anew()
        else:
            with self._sharing.changing():
                self._open_again()
        return True

    def wants_proof(self) -> bool:
        """Whether it is time to try, by writing something, if the trouble is over."""
        if not self.trouble or not self.is_sound or time.monotonic() - self._proved < TRY_AGAIN_S:
            return False
        self._proved = time.monotonic()
        return True

    def commit(self, works: list[Job]) -> list[Any]:
        """Run the jobs in one transaction; return their answers once the file holds them.

        Raises:
            NotKept, duckdb.Error: the file cannot be written. Exception: of a job.
        """
        if self._con is None or not self.is_sound:
            raise not_kept(because=self.trouble)
        self._watch.begin()
        try:
            with self._con.cursor() as cursor:
                answers = _in_one(cursor, works)
            self._check_kept()
        except duckdb.Error as error:
            self._fault(error)
            raise
        # A commit of nothing succeeds on a full disk too.
        if self._watch.has_grown:
            self._fine()
        return answers

    def swap(self, purged: Collection[UUID] = (), also: Job | None = None) -> dict[str, int]:
        """Replace the file by one without purged events and deleted pins."""
        if self._con is None:
            raise not_kept(because=self.trouble)
        with self._con.cursor() as cursor:
            left_out = replacing.prepare(cursor, self.path, purged=purged, also=also)
        with self._sharing.changing():
            try:
                replacing.put_in_place(self._con, self.path)
            finally:
                clear_leftovers(self.path)
                self._open_again()
        self._fine()
        return left_out

    def _check_kept(self) -> None:
        """Count only what the file in the folder holds as kept, not what a deleted one took."""
        change = self._watch.after_writing()
        if change is FileChange.LOG_GONE and self._con is not None:
            self._con.execute("CHECKPOINT")
            self._watch.remember()
        elif change is FileChange.GONE:
            self._write_anew()
        if change in (FileChange.GONE, FileChange.OTHER) and not self.is_sound:
            raise not_kept(because="The file was changed by another program.")

    def _fault(self, error: duckdb.Error) -> None:
        if not is_of_the_file(error):
            return
        self._in_trouble(why(error) or type(error).__name__)
        self._is_spent = isinstance(error, (duckdb.FatalException, duckdb.InternalException))
        if self._is_spent:
            self._tried = time.monotonic()
            with self._sharing.changing():
                self._open_again()

    def _write_anew(self) -> None:
        """Write the file again after its deletion: all of it can still be read."""
        try:
            self.swap()
        except Exception as error:
            self._in_trouble(
                f"{self.path.name} was removed. {why(error) or 'It could not be written again.'}"
            )
        else:
            _log.error(
                "%s was removed while the server ran. The server wrote it again.", self.path.name
            )

    def _open_again(self) -> None:
        """Let go of what is open, without writing, and open what is in the folder.

        Nobody reads meanwhile.
        """
        if self._con is not None:
            close_as_it_is(self._con)
            self._con = None
        try:
            if not self.path.exists() or not self.path.stat().st_size:
                # Opening would make an empty one, and everything would seem well.
                raise UserError(
                    f"{self.path} is gone.",
                    hint="Restore it from a backup. The server then opens it.",
                )
            self._con = opened(self.path)
        except (UserError, OSError) as error:
            self._in_trouble(str(error))
            return
        self._watch.remember()
        self._is_spent = False

    def _in_trouble(self, sentence: str) -> None:
        if sentence != self.trouble:
            _log.error("The records cannot be written: %s", sentence)
            self._proved = time.monotonic()
        self.trouble = sentence

    def _fine(self) -> None:
        if self.trouble:
            _log.warning("The records can be written again.")
        self.trouble = None


def _in_one(cursor: duckdb.DuckDBPyConnection, works: list[Job]) -> list[Any]:
    cursor.begin()
    try:
        answers = [work(cursor) for work in works]
        cursor.commit()
    except Exception:
        # Where no transaction is left to roll back, what went wrong before is what counts.
        with contextlib.suppress(duckdb.Error):
            cursor.rollback()
        raise
    return answers
