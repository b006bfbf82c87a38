"""The records for a command that only reads, also while a server has them.

DuckDB lets one process alone open a file that it writes. Its file and its log, copied while neither
changes, are what a killed process would leave: they open, with all that was committed. The copy
lies beside the records, for nobody else on this computer, and goes when the command ends.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from vrp_map.errors import UserError
from vrp_map.records.engine.database import Records
from vrp_map.records.engine.open_file import RecordsInUse

_TRIES, _PAUSE_S, _PATIENCE_S = 20, 0.1, 60.0
_NAME = "records.duckdb"


@contextmanager
def records_to_read(folder: Path) -> Iterator[Records]:
    """The records, or a copy of them while another process has them; what is written to a copy is
    lost.

    Raises:
        UserError: they cannot be read, and why.
    """
    try:
        records = Records(folder)
    except RecordsInUse:
        with _copied(folder) as copy:
            yield copy
        return
    try:
        yield records
    finally:
        records.close()


@contextmanager
def _copied(folder: Path) -> Iterator[Records]:
    target = folder / "reading"
    try:
        lock = FileLock(folder / ".reading.lock", timeout=_PATIENCE_S).acquire()
    except Timeout:
        raise UserError(
            "Another command is reading the records.", hint="Try again when it has ended."
        ) from None
    with lock:
        try:
            # A killed command may have left its own.
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(mode=0o700)
            _copy(folder, target)
            records = Records(target)
            try:
                yield records
            finally:
                records.close()
        finally:
            shutil.rmtree(target, ignore_errors=True)


def _copy(folder: Path, target: Path) -> None:
    """Copy file and log as they were at one moment.

    Raises:
        UserError: they changed all the time.
    """
    for _ in range(_TRIES):
        before = _stamps(folder)
        for path in before:
            shutil.copyfile(path, target / path.name)
        if _stamps(folder) == before:
            return
        for path in before:
            (target / path.name).unlink()
        time.sleep(_PAUSE_S)
    raise UserError(
        "The records are being written all the time, so they cannot be read now.",
        hint="Try again in a minute.",
    )


def _stamps(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """The file and its log, each with what changes when it is written or replaced."""
    held = (folder / _NAME, folder / f"{_NAME}.wal")
    found = {}
    for path in held:
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        found[path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found
