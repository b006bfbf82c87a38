"""What young people said, as it was let out: the releases of the events, for staff.

Never from pins.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from vrp_map import grid
from vrp_map.disclosure.released import Released
from vrp_map.disclosure.releases import Release, narrowed
from vrp_map.disclosure.thresholds import (
    public_threshold,
    staff_threshold,
    staff_threshold_alike,
)
from vrp_map.summit.event_store import Event, all_events
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.store import latest_release
from vrp_map.vocabulary import Audience


@dataclass(frozen=True)
class EventVoices:
    """The latest release of one event, without anything below today's k."""

    event: Event
    release: Release

    @property
    def is_out(self) -> bool:
        return self.release.number > 0

    @property
    def name(self) -> str:
        """The event and its batch, for people and files: "SUMMIT-4"."""
        return f"{self.event.code}-{self.release.number}"

    @property
    def key(self) -> str:
        """For addresses and caches: a code may be used again when its event is gone."""
        return f"{self.name}-{self.event.id.hex[:8]}"

    def of(self, kind: str) -> dict[Hashable, int]:
        """Contributors by what they said."""
        return dict(self.release.counts[kind])

    def cells(self, kind: str, *, resolution: int) -> dict[int, int]:
        """Contributors by hexagon; numbers released at another size are left out."""
        counts = self.of(kind)
        numbers = grid.from_text([str(cell) for cell in counts])
        fits = grid.resolutions(numbers) == resolution
        return {
            int(c): n for c, n, is_fit in zip(numbers, counts.values(), fits, strict=True) if is_fit
        }


def heard(summit: Summit, *, most_age_s: float = 0.0) -> tuple[EventVoices, ...]:
    """Every event with its latest release, the latest event first.

    Args:
        most_age_s: how old the answer may be: a page that is drawn often asks the records seldom.
    """
    records, now = summit.records, time.monotonic()
    with summit.caches.lock:
        last = summit.caches.voices
    if last and now - last[0] <= most_age_s:
        return last[1]
    k, alike = staff_threshold(summit.settings), staff_threshold_alike(summit.settings)
    found = tuple(
        EventVoices(e, narrowed(latest_release(records, e), k=k, alike=alike))
        for e in all_events(records)
    )
    with summit.caches.lock:
        summit.caches.voices = (now, found)
    return found


def cells_together(voices: Sequence[EventVoices], kind: str, *, resolution: int) -> dict[int, int]:
    """Released numbers of several events, added: cell (uint64 as int) -> contributors."""
    found: dict[int, int] = {}
    for one in voices:
        for cell, n in one.cells(kind, resolution=resolution).items():
            found[cell] = found.get(cell, 0) + n
    return found


def released_for(audience: Audience, summit: Summit) -> Released:
    """Where people feel unsafe or safe, by hexagon of the wall's size, as an audience may see it:
    kind, what (the hexagon), people. The public sees events that are over, from its own k on.
    """
    settings, is_public = summit.settings, audience is Audience.PUBLIC
    if is_public:
        settings = replace(settings, wall_k=public_threshold(settings))
    events = [one for one in all_events(summit.records) if one.is_over or not is_public]
    releases = [latest_release(summit.records, event) for event in events]
    return Released(
        releases, ("unsafe", "safe"), settings=settings, resolution=settings.wall_resolution
    )
