"""Many may read at once; whoever puts another file in the place waits for them, and they for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ReadWriteLock:
    """A lock for many readers or one changer; a changer that waits keeps new readers out."""

    def __init__(self) -> None:
        self._told = threading.Condition()
        self._readers = 0
        self._changing = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self._told:
            self._told.wait_for(lambda: not self._changing)
            self._readers += 1
        try:
            yield
        finally:
            with self._told:
                self._readers -= 1
                self._told.notify_all()

    @contextmanager
    def changing(self) -> Iterator[None]:
        with self._told:
            self._told.wait_for(lambda: not self._changing)
            self._changing = True
            self._told.wait_for(lambda: self._readers == 0)
        try:
            yield
        finally:
            with self._told:
                self._changing = False
                self._told.notify_all()
