"""How often somebody may do something. In memory only: who asked is forgotten with the minute. Pure: time is given."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable

WINDOW_S = 60.0


class Limit:
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
        self._asked = {who: asked for who, asked in self._asked.items() if asked and asked[-1] > now - WINDOW_S}
