"""Whether the file that is open is still the one in the folder, as we left it.

A file that is deleted or replaced under a running program goes on being written, where nobody will
ever find it.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class FileChange(StrEnum):
    """What somebody else did."""

    NONE = "none"
    GONE = "gone"
    OTHER = "other"
    LOG_GONE = "log gone"


class FileWatch:
    """Remembers the file and its write-ahead log; looked at only by the thread that writes.

    Attributes:
        has_grown: whether the last writing wrote anything.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._log = path, path.with_name(f"{path.name}.wal")
        self.remember()

    def remember(self) -> None:
        """The file is now as we left it."""
        self.has_grown = False
        self._file, self._log_file = _look(self._path), _look(self._log)

    def change(self) -> FileChange:
        """What happened since; asked before anything is written."""
        file = _look(self._path)
        if file is None:
            return FileChange.GONE
        return FileChange.NONE if file == self._file else FileChange.OTHER

    def begin(self) -> None:
        """Something is going to be written; a write that failed before has touched the log, too."""
        self._before = _look(self._path), _look(self._log)

    def after_writing(self) -> FileChange:
        """What happened to the file while we wrote: a checkpoint never changes its number."""
        file, log = _look(self._path), _look(self._log)
        if file is None:
            return FileChange.GONE
        if self._file is None or file[:2] != self._file[:2]:
            return FileChange.OTHER
        had = self._log_file
        if file == self._file and had is not None and (log is None or log[:2] != had[:2]):
            return FileChange.LOG_GONE
        self.has_grown = (file, log) != self._before
        self._file, self._log_file = file, log
        return FileChange.NONE


def _look(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
