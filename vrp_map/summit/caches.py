"""What a `Summit` remembers of its events: it goes when the summit goes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from vrp_map.summit.voice_gap.released import EventVoices
    from vrp_map.summit.wall.service import Wall


class SummitCaches:
    """The walls by event, and the voices with when they were read; hold `lock` to change them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.walls: dict[UUID, Wall] = {}
        self.voices: tuple[float, tuple[EventVoices, ...]] | None = None

    def forget_voices(self) -> None:
        """Have the records asked for the voices again."""
        with self.lock:
            self.voices = None
