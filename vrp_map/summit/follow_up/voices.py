"""What everyone may read about events that are over: what people said, what was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vrp_map.disclosure.releases import narrowed
from vrp_map.disclosure.thresholds import public_threshold
from vrp_map.summit.event_store import Event, all_events
from vrp_map.summit.follow_up.store import Reply, replies_to
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.picture import counted, hexagons
from vrp_map.summit.wall.service import current_release
from vrp_map.summit.wall.themes import ThemeCounts, spoken_of
from vrp_map.vocabulary import pins as words


@dataclass(frozen=True)
class Place:
    """A hexagon and its contributors by kind (unsafe, safe, corridor), none under k."""

    cell: str
    name: str
    counts: Mapping[str, int]
    reply: Reply | None


@dataclass(frozen=True)
class PublishedVoices:
    """One event that is over: what was said, as `wall_picture.counted` lists it.

    Attributes:
        contributors: 0 where fewer than k took part. unsafe, safe: the reasons.
    """

    event: Event
    contributors: int
    themes: list[ThemeCounts]
    settings: list[dict[str, Any]]
    unsafe: list[dict[str, Any]]
    safe: list[dict[str, Any]]
    places: list[Place]


def voices(
    summit: Summit,
    *,
    now: datetime,
    clock: float,
    names: Callable[[Iterable[str]], Mapping[str, str]],
) -> list[PublishedVoices]:
    """The events that are over and have anything to show, the latest first.

    Args:
        names: cells -> what to call them. now, clock: as `wall.current_release` takes them.
    """
    k = public_threshold(summit.settings)
    found = []
    for event in all_events(summit.records):
        if not event.is_over:
            continue
        release = narrowed(current_release(summit, event, now=now, clock=clock), k=k)
        if not release.contributors:
            continue
        cells = hexagons(release)
        called, given = names(cells), replies_to(summit.records, event)
        places = [
            Place(cell, called[cell], counts, given.get(cell)) for cell, counts in cells.items()
        ]
        places.sort(key=lambda place: (-max(place.counts.values()), place.name))
        themes = spoken_of(event.themes, release.counts, known=summit.themes)
        settings = counted(release, "setting", words.SETTINGS)
        unsafe, safe = (
            counted(release, "reason", words.REASONS[feeling]) for feeling in ("unsafe", "safe")
        )
        found.append(
            PublishedVoices(event, release.contributors, themes, settings, unsafe, safe, places)
        )
    return found
