"""The records file: opened by one process, written by one thread that answers after the commit, reopened after faults.

A hundred and sixty phones writing directly would fight over the file; through one queue their writes are committed in
batches, and nobody is told "kept" before the disk has it. A batch in which one write fails is taken again one by one,
so that nobody pays for another's mistake. When the disk is full, or the file is damaged, writes are refused ("not kept
yet"), the reason is in `trouble` and once in the log, and the thread tries again by itself.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import duckdb

from vrp_map.errors import UserError
from vrp_map.records import replacing
from vrp_map.records.file_watch import Change, FileWatch
from vrp_map.records.opening import FILES, clear_leftovers, close_as_it_is, opened, take
from vrp_map.records.sharing import Sharing
from vrp_map.records.trouble import NotKept, is_of_the_file, not_kept, why

__all__ = ["FILES", "Job", "NotKept", "Records"]

T = TypeVar("T")
Job = Callable[[duckdb.DuckDBPyConnection], Any]

TRY_AGAIN_S = 5.0
_MOST_IN_A_BATCH = 256
_log = logging.getLogger(__name__)


@dataclass
class _Write:
    work: Job
    answer: Future[Any] = field(default_factory=Future)


@dataclass
class _Rewrite:
    purged: Collection[UUID]
    also: Job | None
    answer: Future[Any] = field(default_factory=Future)


_STOP = object()


class Records:
    """The records of one folder.

    Attributes:
        trouble: why nothing can be kept now, in one sentence without any row value; None when all is well.

    Raises:
        UserError: another process has them, they are damaged, or a newer version made them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "records.duckdb"
        self.trouble: str | None = None
        self._sharing = Sharing()
        self._lock = take(folder)
        try:
            clear_leftovers(self.path)
            self._con: duckdb.DuckDBPyConnection | None = opened(self.path)
        except BaseException:
            self._lock.release()
            raise
        self._watch = FileWatch(self.path)
        self._is_spent, self._tried = False, 0.0
        self._jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="records-writer", daemon=True)
        self._writer.start()

    def read(self, name: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of `sql/queries/<name>.sql`.

        Raises:
            NotKept: the file cannot be read just now.
        """
        return self.look(lambda con: FILES.run(con, f"queries/{name}", values).fetchall())

    def look(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """What `work` reads, on a connection of its own."""
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
        self._jobs.put(_Write(lambda con: None))
        raise not_kept(because="The file cannot be read.")

    def write(self, job: Callable[[duckdb.DuckDBPyConnection], T]) -> Future[T]:
        """Have the writer run a job; the answer comes when what it wrote is on the disk.

        The future fails with `NotKept` where the file cannot be written, and with the job's own `UserError`.
        """
        return self._queued(_Write(job))

    def rewrite(self, *, purged: Collection[UUID] = (), also: Job | None = None) -> Future[dict[str, int]]:
        """Have the writer put a new file in the place of this one, without what nobody should find any more.

        Args:
            purged: events of which everything personal goes.
            also: what is written into the new file besides.

        Returns:
            How many rows were left out, by table; or `NotKept`, and the old file is whole.
        """
        return self._queued(_Rewrite(purged, also))

    def close(self) -> None:
        """Write what waits, and let the file go."""
        self._jobs.put(_STOP)
        self._writer.join()
        if self._con is not None:
            self._con.close()
            self._con = None
        self._lock.release()

    def _queued(self, item: _Write | _Rewrite) -> Future[Any]:
        self._jobs.put(item)
        return item.answer

    def _write_all(self) -> None:
        going = True
        while going:
            batch = self._batch()
            going = _STOP not in batch
            # Who has gone away meanwhile sends it again; who waits can no longer call it off.
            items = [item for item in batch if item is not _STOP and item.answer.set_running_or_notify_cancel()]
            try:
                self._look_after(is_idle=not items)
                self._keep([item for item in items if isinstance(item, _Write)])
                for item in items:
                    if isinstance(item, _Rewrite):
                        self._rewrite(item)
            except Exception as error:
                # The thread lives on whatever happens: without it nothing would ever be kept again.
                _log.error("The records' writer had to give up a batch: %s", type(error).__name__)
                _refuse(items, not_kept(error))

    def _batch(self) -> list[Any]:
        """What waits; nothing where the pause is over first, so that trouble is looked after without being asked."""
        batch: list[Any] = []
        with contextlib.suppress(queue.Empty):
            batch.append(self._jobs.get(timeout=TRY_AGAIN_S if self.trouble else None))
            while len(batch) < _MOST_IN_A_BATCH:
                batch.append(self._jobs.get_nowait())
        return batch

    def _look_after(self, *, is_idle: bool) -> None:
        """See that the file is there and ours, before anything is written."""
        change = self._watch.change()
        if change is Change.NONE and not self._is_spent and self._con is not None:
            if is_idle and self.trouble:
                self._keep([_Write(_note_again)])
            return
        if self.trouble and time.monotonic() - self._tried < TRY_AGAIN_S:
            return
        self._tried = time.monotonic()
        if change is Change.GONE and self._con is not None and not self._is_spent:
            self._write_anew()
        else:
            self._reopen()

    def _keep(self, items: list[_Write]) -> None:
        """All in one transaction; where that fails for another reason than the file, one by one."""
        if not items:
            return
        try:
            answers = self._commit([item.work for item in items])
        except Exception as error:
            if len(items) > 1 and not is_of_the_file(error):
                for item in items:
                    self._keep([item])
            elif isinstance(error, UserError):
                _refuse(items, error)
            else:
                _refuse(items, not_kept(error))
            return
        for item, answer in zip(items, answers, strict=True):
            item.answer.set_result(answer)

    def _commit(self, works: list[Job]) -> list[Any]:
        if self._con is None or self._is_spent or self._watch.change() is not Change.NONE:
            raise not_kept(because=self.trouble)
        try:
            with self._con.cursor() as cursor:
                cursor.begin()
                try:
                    answers = [work(cursor) for work in works]
                    cursor.commit()
                except Exception:
                    _roll_back(cursor)
                    raise
        except duckdb.Error as error:
            if is_of_the_file(error):
                self._is_spent = isinstance(error, (duckdb.FatalException, duckdb.InternalException))
                self._in_trouble(why(error) or type(error).__name__)
                if self._is_spent:
                    self._tried = time.monotonic()
                    self._reopen()
            raise
        self._check_kept()
        self._fine()
        return answers

    def _check_kept(self) -> None:
        """Only what is in the file of the folder is kept: not what went into one that somebody deleted meanwhile."""
        change = self._watch.after_writing()
        if change is Change.LOG_GONE and self._con is not None:
            self._con.execute("CHECKPOINT")
            self._watch.remember()
        elif change is Change.GONE:
            self._write_anew()
        if change in (Change.GONE, Change.OTHER) and self._watch.change() is not Change.NONE:
            raise not_kept(because="The file was changed by another program.")

    def _rewrite(self, item: _Rewrite) -> None:
        try:
            if self._con is None or self._is_spent or self._watch.change() is not Change.NONE:
                raise not_kept(because=self.trouble)
            left_out = self._swap(item.purged, item.also)
        except UserError as error:
            _refuse([item], error)
        except Exception as error:
            _refuse([item], not_kept(error))
        else:
            item.answer.set_result(left_out)

    def _write_anew(self) -> None:
        """The file was deleted while it was open: everything in it can still be read, and is written again."""
        try:
            self._swap((), None)
        except Exception as error:
            self._in_trouble(f"{self.path.name} was removed. {why(error) or 'It could not be written again.'}")
        else:
            _log.error("%s was removed while the server ran; it was written again.", self.path.name)
            self._fine()

    def _swap(self, purged: Collection[UUID], also: Job | None) -> dict[str, int]:
        assert self._con is not None
        with self._con.cursor() as cursor:
            left_out = replacing.prepare(cursor, self.path, purged=purged, also=also)
        with self._sharing.changing():
            try:
                replacing.put_in_place(self._con, self.path)
            except BaseException:
                clear_leftovers(self.path)
                self._open_again()
                raise
            self._open_again()
        return left_out

    def _reopen(self) -> None:
        with self._sharing.changing():
            self._open_again()

    def _open_again(self) -> None:
        """Let go of what is open, without writing, and open what is in the folder. Nobody reads meanwhile."""
        if self._con is not None:
            close_as_it_is(self._con)
            self._con = None
        try:
            if not self.path.exists() or not self.path.stat().st_size:
                # Opening would make an empty one, and everything would seem well.
                raise UserError(f"{self.path} is gone.", hint="Restore it from a backup; it is then opened by itself.")
            self._con = opened(self.path)
        except (UserError, OSError) as error:
            self._in_trouble(str(error))
            return
        self._watch.remember()
        self._is_spent = False
        self._fine()

    def _in_trouble(self, sentence: str) -> None:
        if sentence != self.trouble:
            _log.error("Nothing can be kept in the records: %s", sentence)
        self.trouble = sentence

    def _fine(self) -> None:
        if self.trouble:
            _log.warning("The records can be written again.")
        self.trouble = None


def _refuse(items: list[Any], error: Exception) -> None:
    for item in items:
        if not item.answer.done():
            item.answer.set_exception(error)


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    try:
        cursor.rollback()
    except duckdb.Error:
        # There was no transaction left to roll back.
        return


def _note_again(con: duckdb.DuckDBPyConnection) -> None:
    """A real row proves that the disk takes rows again; the audit shows when."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    FILES.run(con, "writes/audit", {"happened_at": now, "who": "server", "act": "could write again", "subject": ""})
