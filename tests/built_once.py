"""Folders that are made once for all the processes of a test run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock


@dataclass
class _Run:
    """The folder that the processes of a run share; conftest.py says which."""

    folder: Path | None = None


run = _Run()


def built_once(name: str, build: Callable[[Path], object]) -> Path:
    """The folder of that name, filled by whichever process of the run asks first.

    Args:
        name: one for all that `build` makes. build: fills the empty folder that it is given.
    """
    assert run.folder is not None, "asked before the first test"
    folder = run.folder / name
    with FileLock(f"{folder}.lock"):
        done = folder.with_suffix(".done")
        if not done.exists():
            folder.mkdir()
            build(folder)
            done.touch()
    return folder
