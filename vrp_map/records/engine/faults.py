"""What can go wrong with the records file, in words that hold no row value."""

from __future__ import annotations

import duckdb

from vrp_map.errors import UserError

# DuckDB's own messages may hold values ("Duplicate key …"), so they are never passed on: only what
# is known in them.
_CAUSES = {
    "No space left": "The disk is full.",
    "Disk quota exceeded": "The disk is full: the quota is used up.",
    "File too large": "The file has reached a size limit of the system.",
    "Read-only file system": "The disk is read-only.",
    "Permission denied": "The server has no permission to write the file.",
    "Input/output error": "The disk does not work.",
    "Could not set lock": "The file is in use by another process.",
}


class NotKept(UserError):
    """The records cannot be written now; what was sent is not kept, and may be sent again."""

    exit_code = 75


def why(error: BaseException) -> str | None:
    """The cause in the file or the disk, as one sentence; None where the file is not the cause."""
    said = str(error)
    known = next((words for part, words in _CAUSES.items() if part in said), None)
    if known or not isinstance(error, (duckdb.Error, OSError)):
        return known
    return "The file cannot be read or written." if is_of_the_file(error) else None


def is_of_the_file(error: BaseException) -> bool:
    """Whether an error comes from the file, and not from what was asked of it."""
    kinds = (
        duckdb.IOException,
        duckdb.FatalException,
        duckdb.InternalException,
        duckdb.SerializationException,
        OSError,
    )
    return isinstance(error, kinds) or "Failed to commit" in str(error)


def not_kept(error: BaseException | None = None, *, because: str | None = None) -> NotKept:
    """The answer to whoever wanted to write."""
    because = because or (why(error) if error else None)
    trouble = NotKept(
        " ".join(filter(None, ["It could not be saved just now.", because])),
        hint="Try again in a moment.",
    )
    trouble.__cause__ = error
    return trouble
