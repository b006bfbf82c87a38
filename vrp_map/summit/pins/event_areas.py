"""The area of each event, made once for the pin page and for paper pins."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from vrp_map.common.watches import Lifespan, with_watch
from vrp_map.errors import UserError
from vrp_map.places.naming import known_places, names_of_streets
from vrp_map.places.searchable import search_version, searchable_places
from vrp_map.summit.event_store import Event, State, all_events
from vrp_map.summit.pins import places as pin_places
from vrp_map.summit.pins.event_area import EventArea
from vrp_map.summit.service import Summit
from vrp_map.views import hotspots as views
from vrp_map.workspace import Workspace

_LOOK_EVERY_S = 10.0


class EventAreaCache:
    """The area of each event, made once for its boundaries and the published snapshot."""

    def __init__(self, summit: Callable[[], Summit], *, keep: int = 8) -> None:
        self._summit, self._keep = summit, keep
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[str, ...], EventArea] = OrderedDict()

    def of(self, event: Event) -> EventArea:
        """The event area of an event; without a snapshot it has no names."""
        settings = self._summit().settings
        try:
            ws: Workspace | None = views.workspace(settings)
        except UserError:
            ws = None
        snapshot = "" if ws is None else ws.snapshot.id
        state = f"{snapshot} {search_version(settings)}"
        key = (state, *event.areas)
        with self._lock:
            if key not in self._made:
                areas = self._summit().areas
                cells = self._summit().cells(event)
                places = pin_places.no_places() if ws is None else pin_places.public_places(ws)
                sources = () if ws is None else ws.attributions()
                self._made[key] = EventArea(
                    cells,
                    areas,
                    event.areas,
                    places,
                    streets=names_of_streets(places, places, known_places(settings)),
                    more=searchable_places(settings),
                    snapshot=state,
                    sources=sources,
                )
            self._made.move_to_end(key)
            while len(self._made) > self._keep:
                self._made.popitem(last=False)
            return self._made[key]

    def make_ready(self) -> None:
        """Make the areas of the open events ahead: it takes over a second.

        Of half as many as are kept, the latest events: those that are visited must not push each
        other out.
        """
        is_open = [
            event for event in all_events(self._summit().records) if event.state is State.OPEN
        ]
        for event in is_open[: self._keep // 2]:
            self.of(event).overview()

    def by_version(self, version: str | None) -> EventArea | None:
        """The area a page holds the version of, without asking the records."""
        with self._lock:
            return next((made for made in self._made.values() if made.version == version), None)

    def by_code(self, code: str) -> EventArea:
        """The event area of the event with this code.

        Raises:
            PinRefused: there is no such event. UserError: the records are not open.
        """
        return self.of(self._summit().event(code))


def with_event_areas(lifespan: Lifespan, event_areas: EventAreaCache) -> Lifespan:
    """A server's life in which the event area of an open event is there before its first phone."""

    def look() -> None:
        # While the records cannot be read, the home says so and tries them again.
        with contextlib.suppress(UserError):
            event_areas.make_ready()

    return with_watch(lifespan, look, every_s=_LOOK_EVERY_S)
