"""What the database says when a file cannot be used, in words that harm nothing when they are
followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from vrp_map.config import Settings
from vrp_map.errors import BuildFailed, UserError, VrpError
from vrp_map.warehouse.sql_files import run

# "…Conflicting lock is held in /usr/bin/python3.11 (PID 1234)…"
_HOLDER = re.compile(r"\(PID (\d+)\)")
_LOCKED = ("Could not set lock", "Conflicting lock", "being used by another process")
_FULL = ("No space left", "File too large", "Disk quota exceeded")
# A folder's name in which the database finds the end of a path.
UNUSABLE = "?"


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Whatever goes wrong in reading the snapshot is said as a `UserError`."""
    try:
        yield
    except VrpError:
        raise
    except (duckdb.Error, MemoryError) as error:
        raise cannot_read(path, error) from error


@contextmanager
def building_with(settings: Settings, previous: Path | None) -> Iterator[None]:
    """Whatever the database cannot do while a store is built is said as a `UserError` or
    `BuildFailed`.
    """
    try:
        yield
    except duckdb.Error as error:
        if any(words in str(error) for words in _FULL):
            raise UserError(
                f"The disk of {settings.store} is full. The published snapshot is as it was.",
                hint="Make room, then try again.",
            ) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise UserError(
                f"The build needs more memory than {settings.build_memory_mb:,} MB. The published"
                " snapshot is as it was.",
                hint="Raise the setting build_memory_mb, or give fewer files at a time.",
            ) from error
        if previous:
            _read_through(previous)
        raise BuildFailed(
            f"The database stopped the build ({type(error).__name__}). The published snapshot is as"
            " it was."
        ) from error


def cannot_read(path: Path, error: Exception) -> UserError:
    """Why a snapshot cannot be read: held by another program, not ours to read, or damaged."""
    said = str(error)
    if any(words in said for words in _LOCKED):
        holder = _HOLDER.search(said)
        process = f" (process {holder[1]})" if holder else ""
        return UserError(
            f"The snapshot is open in another program{process}.",
            hint="Close it there and try again.",
        )
    if "Permission denied" in said:
        return UserError(f"{path} may not be read.", hint="Ask its owner for the right to read it.")
    if isinstance(error, (duckdb.OutOfMemoryException, MemoryError)):
        return UserError(
            f"There is not enough memory to read {path}.",
            hint="Close other programs, then try again.",
        )
    return UserError(
        f"{path} is damaged, or is not a snapshot this version can read.", hint=_anew(path)
    )


def of_another_version(path: Path, *, older: bool) -> UserError:
    """The refusal of a snapshot whose tables are not those of this version."""
    if not older:
        return UserError(
            f"{path} was built by a newer version of vrp-map.",
            hint="Install that version, or give another --store.",
        )
    return UserError(
        f"{path} was built by an older version of vrp-map, which kept different tables.",
        hint=_anew(path),
    )


def refuse_unusable(folder: Path) -> None:
    """Refuse a folder in which the database cannot keep a file."""
    if UNUSABLE in str(folder.absolute()):
        raise UserError(
            f"The database cannot keep a file in {folder}: there is a question mark in the folder's"
            " name.",
            hint="Rename the folder, or give another one.",
        )


def as_pattern(path: Path) -> str:
    """A path for a function that takes patterns: it matches this one file and no other."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _read_through(path: Path) -> None:
    """Read every value of a snapshot; raises `UserError` where one cannot be read."""
    with reading(path), closing(duckdb.connect(str(path), read_only=True)) as con:
        for (table,) in run(con, "build/table_names").fetchall():
            # Arrow batches: a snapshot may be larger than the memory.
            for _ in con.table(table).to_arrow_reader(1 << 16):
                pass


def _anew(path: Path) -> str:
    """A build goes on from the published snapshot, so this store takes no build; nothing in it need
    be deleted.
    """
    return (
        f"Keep {path.parent} as it is and give another --store: run `vrp-map build` there on all"
        " your files, or `vrp-map demo`."
    )
