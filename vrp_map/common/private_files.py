"""Files that only their owner can read: what this process writes, and folders that others can read
already.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from vrp_map.config import Settings

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private() -> None:
    """From now on let files and folders that this process makes be read by their owner alone."""
    os.umask(0o077)


def open_to_others(folders: Iterable[Path]) -> list[Path]:
    """Those of the folders that other accounts of this computer may read, change or enter."""
    if os.name == "nt":  # Rights are kept otherwise there, and these bits say nothing.
        return []
    return [folder for folder in folders if folder.is_dir() and folder.stat().st_mode & _OTHERS]


def warning(settings: Settings) -> str:
    """What to say at start where the store or the records are open to other accounts; empty where
    they are not.
    """
    found = open_to_others([settings.store, settings.records])
    if not found:
        return ""
    names = " ".join(str(folder) for folder in found)
    return (
        "Warning: other accounts of this computer can open"
        f" {' and '.join(str(folder) for folder in found)}, which hold incidents and pins. Close"
        f" them: chmod -R go= {names}"
    )
