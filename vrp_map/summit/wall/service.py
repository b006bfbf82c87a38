"""The current release of an event: made on a poll when due, kept before it is shown.

What holds for somebody in the hall who knows to the second when each phone was told "kept", and who
reads every release as it comes:

- A pin never makes a release. Screens ask, and the page Youth voice; the wall polls the pins at
  most once in `wall_every_s` seconds, on its own clock, and everyone who asks in between gets the
  same. No time, no number and no waiting count in an answer depends on what is held back.
- A poll counts only when a full batch of people (`thresholds.batch_minimum`) have added or taken
  back something since the last one that counted. So whatever a release changes, so many people
  could each have been the one who made it change; without this, a quiet minute with one pin in it
  would say whose pin was the fifth of a hexagon. Whether a poll counts depends on how many came,
  which the hall sees anyway, and never on what they said. The last release, after an event was
  closed, waits in the same way: the last few pins may never show here, nor in the evidence, which
  is made of releases alone. They are kept as long as all others.
- What a release may show is the rule of `vrp_map.disclosure.releases`, for pins taken back too.
- Any two newcomers of one batch could have said each other's words: with those exchanged, every
  release is the same.

What does not hold: a number that nearly everyone says shows that fewer than k of the newcomers did
not, so what each of them probably said. And k - 1 people who act together can tell what the k-th
did. After a restart the wall no longer knows which pins the last poll had, so it takes those from
before the quarter hour after it for seen; it may show them later, never earlier.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from vrp_map.disclosure.releases import Answer, Release, answers_of, batch, clump_of, next_release
from vrp_map.disclosure.thresholds import hall_threshold, public_threshold
from vrp_map.records.engine.database import NotKept
from vrp_map.summit.event_store import Event, State, all_events
from vrp_map.summit.pins.store import pins_of
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.store import keep_release, latest_release, released_at

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CurrentRelease:
    """The latest release of an event, and when it was made (UTC; None before the first)."""

    release: Release
    at: datetime | None = None


def current_release(summit: Summit, event: Event, *, now: datetime, clock: float) -> Release:
    """The event's latest kept release, or the next one when it is time for it.

    Args:
        now: UTC; kept as the time of a new release. clock: seconds that do not go back, for the
            interval.
    """
    return shown(summit, event, now=now, clock=clock).release


def release_what_is_due(summit: Summit, *, now: datetime, clock: float) -> None:
    """Make the next release of every event where it is time for it, as a screen that asks would.

    For pages that show releases alone: an event of paper pins may never have had a screen.
    """
    for event in all_events(summit.records):
        current_release(summit, event, now=now, clock=clock)


def shown(summit: Summit, event: Event, *, now: datetime, clock: float) -> CurrentRelease:
    """`current_release`, and when it was made."""
    with summit.caches.lock:
        wall = summit.caches.walls.get(event.id)
        if wall is None:
            wall = summit.caches.walls[event.id] = Wall(summit, event, clock)
    # An archived event takes no more releases: its pins may be gone by now, and nothing is to be
    # read from that.
    if event.state is not State.ARCHIVED:
        wall.poll(event, now=now, clock=clock)
    return wall.shown


class Wall:
    """One event's latest release, and what was said when it was made."""

    def __init__(self, summit: Summit, event: Event, clock: float) -> None:
        self._summit, self._due = summit, clock
        self._one_at_a_time = threading.Lock()
        self.shown = _kept(summit, event)
        self._seen = (
            self._answers_until(event, until=self.shown.at) if self.shown.at else frozenset()
        )
        self._has_polled = False

    def poll(self, event: Event, *, now: datetime, clock: float) -> None:
        """Make the next release if due; other threads meanwhile read the latest."""
        if clock < self._due or not self._one_at_a_time.acquire(blocking=False):
            return
        try:
            if clock >= self._due:
                self._due = clock + self._summit.settings.wall_every_s
                self._next(event, now)
        except NotKept as trouble:
            _log.error("A release could not be saved: %s", type(trouble.__cause__).__name__)
        finally:
            self._one_at_a_time.release()

    def _next(self, event: Event, now: datetime) -> None:
        before, settings, pins = (
            self.shown,
            self._summit.settings,
            pins_of(self._summit.records, event).to_dict("records"),
        )
        said = self._answers_of(pins)
        ks = {"k": hall_threshold(settings), "alike": public_threshold(settings)}
        if (
            release := batch(before.release, self._seen, said, **ks, is_last=event.is_over)
        ) is not None:
            clump = clump_of(
                pins,
                resolution=settings.wall_resolution,
                k=hall_threshold(settings),
            )
            following = CurrentRelease(replace(release, clump=clump), now)
        elif event.is_over and self._has_polled:
            # What waited for more people waits no longer. Made of what the last poll has counted,
            # and kept under its time, it tells nothing of those who came after.
            following, said = (
                CurrentRelease(
                    next_release(before.release, self._seen, **ks, is_last=True), before.at
                ),
                self._seen,
            )
        else:
            return
        if following.release is before.release:
            return
        if keep_release(
            self._summit.records, event, following.release, now=following.at or now
        ).result():
            self.shown, self._seen, self._has_polled = following, said, True
        else:
            self.shown = _kept(self._summit, event)

    def _answers_until(self, event: Event, *, until: datetime) -> frozenset[Answer]:
        pins = pins_of(self._summit.records, event)
        return self._answers_of(pins[pins["received_at"] <= pd.Timestamp(until)].to_dict("records"))

    def _answers_of(self, pins: Sequence[Mapping[Any, Any]]) -> frozenset[Answer]:
        return frozenset(answers_of(pins, resolution=self._summit.settings.wall_resolution))


def _kept(summit: Summit, event: Event) -> CurrentRelease:
    return CurrentRelease(latest_release(summit.records, event), released_at(summit.records, event))
