"""Answers that many phones ask for within seconds: kept until a write makes them untrue."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import Any

_MOST = 256


class QueryCache:
    """Remembers what was read; what was read before a write that makes it untrue is never kept
    after it.

    A key begins with the name of its query.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[tuple[Any, ...], Any] = {}
        self._age = 0

    def get(self, key: tuple[Any, ...], read: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._held:
                return self._held[key]
            age = self._age
        found = read()
        with self._lock:
            # Codes that nobody has given away must not fill it.
            if age == self._age and found and len(self._held) < _MOST:
                self._held[key] = found
        return found

    def forget(self, queries: Collection[str] | None = None) -> None:
        """Ask the file again for these queries; for all of them without any named."""
        if queries is not None and not queries:
            return
        with self._lock:
            self._held = {
                key: rows
                for key, rows in self._held.items()
                if queries is not None and key[0] not in queries
            }
            self._age += 1
