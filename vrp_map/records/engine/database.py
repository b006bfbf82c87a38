"""The records: one process, one file, one thread that writes and answers after the commit.

A hundred and sixty phones writing directly would fight over the file; through one queue their
writes are committed in batches, and nobody is told "kept" before the disk has it. A batch in which
one write fails is taken again one by one, so that nobody pays for another's mistake. When the disk
is full, or the file is damaged, writes are refused ("not kept yet"), the reason is in `trouble` and
once in the log, and the thread tries again by itself.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import duckdb

from vrp_map.common.single_flight import SingleFlight
from vrp_map.errors import UserError
from vrp_map.records.engine import open_database as held_file
from vrp_map.records.engine.faults import NotKept, is_of_the_file, not_kept
from vrp_map.records.engine.open_database import Job, OpenDatabase
from vrp_map.records.engine.open_file import FILES, take
from vrp_map.records.engine.query_cache import QueryCache

__all__ = ["FILES", "Connection", "Job", "NotKept", "Records"]

T = TypeVar("T")
# What a store of a room is handed to read and write with.
Connection = duckdb.DuckDBPyConnection
_MOST_IN_A_BATCH = 256
_log = logging.getLogger(__name__)


@dataclass
class _Write:
    work: Job
    invalidates: Collection[str] | None = None
    answer: Future[Any] = field(default_factory=Future)


@dataclass
class _Rewrite:
    purged: Collection[UUID]
    also: Job | None
    answer: Future[Any] = field(default_factory=Future)


_STOP = object()
_DERIVED = 10_000


class Records:
    """The records of one folder.

    Raises:
        UserError: another process has them, they are damaged, or a newer version made them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "records.duckdb"
        self._lock = take(folder)
        try:
            self._file = OpenDatabase(self.path)
        except BaseException:
            self._lock.release()
            raise
        # Texts were deleted whose bytes may still be in the file; who opens it cannot know.
        self.owes_rewrite = True
        self._memory = QueryCache()
        # What is worked out from rows that never change, such as where the flags of a text are.
        self.derived = SingleFlight(_DERIVED)
        self._jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="records-writer", daemon=True)
        self._writer.start()

    @property
    def trouble(self) -> str | None:
        """Why nothing can be kept now, in one sentence without row values; else None."""
        return self._file.trouble

    def read(self, name: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of `sql/<name>.sql`.

        Raises:
            NotKept: the file cannot be read just now.
        """
        return self.look(lambda con: FILES.run(con, name, values).fetchall())

    def remembered(self, name: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """As `read`, without asking the file again until a write invalidates the query.

        For what every pin needs.
        """
        rows: list[tuple[Any, ...]] = self._memory.get(
            (name, *values.items()), lambda: self.read(name, values)
        )
        return rows

    def look(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """What `work` reads, on a connection of its own."""
        try:
            return self._file.look(work)
        except NotKept:
            # The writer looks after the file before each write, of nothing too.
            self.write(_nothing, invalidates=())
            raise

    def write(
        self,
        job: Callable[[duckdb.DuckDBPyConnection], T],
        *,
        invalidates: Collection[str] | None = None,
    ) -> Future[T]:
        """Have the writer run a job; the answer comes when what it wrote is on the disk.

        Args:
            invalidates: the queries whose `remembered` answers it may make untrue; () = none,
                None = all.

        The future fails with `NotKept` where the file cannot be written, and with the job's own
        `UserError`.
        """
        return self._queued(_Write(job, invalidates))

    def rewrite(
        self, *, purged: Collection[UUID] = (), also: Job | None = None
    ) -> Future[dict[str, int]]:
        """Have the writer replace the file by one without deleted rows.

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
        self._file.close()
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
            items = [
                item
                for item in batch
                if item is not _STOP and item.answer.set_running_or_notify_cancel()
            ]
            try:
                if self._file.mend():
                    self._memory.forget()
                if self._file.wants_proof():
                    # A real row proves that the disk takes rows again; the audit shows when.
                    self._keep([_Write(_note_again)])
                self._keep([item for item in items if isinstance(item, _Write)])
                for item in items:
                    if isinstance(item, _Rewrite):
                        self._rewrite(item)
            except Exception as error:
                # The thread lives on whatever happens: without it nothing would ever be kept again.
                _log.error("The records' writer gave up a batch: %s", type(error).__name__)
                _refuse(items, not_kept(error))

    def _batch(self) -> list[Any]:
        """The jobs that wait; empty when the pause ends first, so that faults are mended."""
        batch: list[Any] = []
        with contextlib.suppress(queue.Empty):
            batch.append(self._jobs.get(timeout=held_file.TRY_AGAIN_S if self.trouble else None))
            while len(batch) < _MOST_IN_A_BATCH:
                batch.append(self._jobs.get_nowait())
        return batch

    def _keep(self, items: list[_Write]) -> None:
        """All in one transaction; where that fails for another reason than the file, one by one."""
        if not items:
            return
        try:
            try:
                answers = self._file.commit([item.work for item in items])
            finally:
                # Also where it failed: a fault may come after the write.
                for item in items:
                    self._memory.forget(item.invalidates)
        except Exception as error:
            if len(items) > 1 and not is_of_the_file(error):
                for item in items:
                    self._keep([item])
            else:
                _refuse(items, error if isinstance(error, UserError) else not_kept(error))
            return
        for item, answer in zip(items, answers, strict=True):
            item.answer.set_result(answer)

    def _rewrite(self, item: _Rewrite) -> None:
        try:
            if not self._file.is_sound:
                raise not_kept(because=self.trouble)
            left_out = self._file.swap(item.purged, item.also)
            self.owes_rewrite = False
            self._memory.forget()
            item.answer.set_result(left_out)
        except Exception as error:
            _refuse([item], error if isinstance(error, UserError) else not_kept(error))


def _refuse(items: list[Any], error: Exception) -> None:
    for item in items:
        if not item.answer.done():
            item.answer.set_exception(error)


def _nothing(con: duckdb.DuckDBPyConnection) -> None:
    """A write that only has the file looked after."""


def _note_again(con: duckdb.DuckDBPyConnection) -> None:
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    FILES.run(
        con,
        "engine/writes/audit",
        {"moments": [now], "names": ["server"], "acts": ["could write again"], "subjects": [""]},
    )
