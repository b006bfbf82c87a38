"""Where a fault of ours is, for a log: module and line of each step of ours, and the kind of error.

Never its message: libraries write values of rows into their messages.
"""

from __future__ import annotations

import traceback
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_MOST_STEPS = 6


def fault_place(error: BaseException) -> str:
    """The kind of an error and the last steps of ours to it: "KeyError at vrp_map/a.py:12 <
    vrp_map/b.py:34"; the deepest first.
    """
    steps = [
        f"{_name(frame.filename)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if _is_ours(frame.filename)
    ]
    deepest = traceback.extract_tb(error.__traceback__)[-1:] if error.__traceback__ else []
    # A library's own line says which of its calls failed.
    inside = [f"{Path(f.filename).name}:{f.lineno}" for f in deepest if not _is_ours(f.filename)]
    way = [*inside, *reversed(steps[-_MOST_STEPS:])]
    return f"{type(error).__name__} at {' < '.join(way) or 'an unknown place'}"


def _is_ours(filename: str) -> bool:
    return Path(filename).is_relative_to(_PACKAGE)


def _name(filename: str) -> str:
    return f"{_PACKAGE.name}/{Path(filename).relative_to(_PACKAGE).as_posix()}"
