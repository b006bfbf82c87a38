"""How often somebody may do something, and how many from one address.

In memory only, for a minute or a day.

Pure: time is given.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from collections.abc import Hashable

WINDOW_S = 60.0
DAY_S = 86_400.0


class RateLimit:
    """At most so many within any minute, for each of many askers.

    Args:
        most: how many in a minute.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._asked: dict[Hashable, deque[float]] = {}

    def wait(self, who: Hashable, *, now: float) -> float:
        """Count one more and give 0; or, where that would be too many, the seconds to wait.

        Args:
            now: seconds on any clock that does not go back.
        """
        asked = self._asked.setdefault(who, deque())
        while asked and asked[0] <= now - WINDOW_S:
            asked.popleft()
        if len(asked) >= self._most:
            return asked[0] + WINDOW_S - now
        asked.append(now)
        return 0.0

    def forget(self, *, now: float) -> None:
        """Let go of everybody who has not asked within the minute."""
        self._asked = {
            who: asked for who, asked in self._asked.items() if asked and asked[-1] > now - WINDOW_S
        }


class ClientsPerAddress:
    """At most so many different people from one address, for a day.

    Whoever makes up people at will could wait until a count is one short of showing, and see whose
    pin completes it.

    Args:
        most: how many; 0 = no limit.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        # Addresses and people are known by digests that nobody can make without this; it ends with
        # the process.
        self._salt = secrets.token_bytes(16)
        self._known: dict[bytes, tuple[float, set[bytes]]] = {}

    def takes(self, address: str, who: str, *, now: float) -> bool:
        """Whether one more is taken, or was already."""
        if not self._most:
            return True
        since, known = self._known.get(self._digest(address), (now, set()))
        if now - since > DAY_S:
            since, known = now, set()
        person = self._digest(who)
        if person not in known and len(known) >= self._most:
            return False
        known.add(person)
        self._known[self._digest(address)] = since, known
        return True

    def forget(self, *, now: float) -> None:
        """Let go of every address of which the day is over."""
        self._known = {at: held for at, held in self._known.items() if now - held[0] <= DAY_S}

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._salt, digest_size=16).digest()


class Newcomers:
    """How many people came to each event within the last minute, for the first time since the
    process began.
    """

    def __init__(self) -> None:
        # As in `ClientsPerAddress`.
        self._salt = secrets.token_bytes(16)
        self._known: dict[Hashable, set[bytes]] = {}
        self._came: dict[Hashable, deque[float]] = {}

    def come(self, event: Hashable, who: str, *, now: float) -> None:
        """Note that somebody pins at an event."""
        person = hashlib.blake2b(who.encode(), key=self._salt, digest_size=16).digest()
        known = self._known.setdefault(event, set())
        if person not in known:
            known.add(person)
            self._came.setdefault(event, deque()).append(now)

    def within_a_minute(self, event: Hashable, *, now: float) -> int:
        came = self._came.get(event, deque())
        while came and came[0] <= now - WINDOW_S:
            came.popleft()
        return len(came)
