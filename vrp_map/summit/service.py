"""Taking pins: the event, the place, how often, and then the records.

What the public routes call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from vrp_map.analysis.study.areas import study_area, study_cells
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.summit.caches import SummitCaches
from vrp_map.summit.event_store import (
    Event,
    State,
    change_state,
    create_event,
    event_by_code,
    set_one_address,
)
from vrp_map.summit.hall_limits import HallLimits
from vrp_map.summit.pins.pin import Pin, PinRefused, check_place, check_thing_place, read_pin
from vrp_map.summit.pins.places import PlaceNames, area_layers, no_places
from vrp_map.summit.pins.store import PinReceipt, delete_pin, keep_pin, kept_before
from vrp_map.summit.wall.themes import Theme, load_themes
from vrp_map.vocabulary.pins import PIN_RESOLUTION
from vrp_map.warehouse.boundaries.layers import current_areas

_log = logging.getLogger(__name__)


class Summit:
    """The records of this process and everything a pin is checked against before it goes there.

    Args:
        names: the named places of an event, from the event area that its page has; None = there are
            none.
    """

    def __init__(
        self,
        records: Records,
        settings: Settings,
        *,
        names: Callable[[Event], PlaceNames] | None = None,
    ) -> None:
        self.records, self.settings = records, settings
        self.caches = SummitCaches()
        self._limits = HallLimits(settings)
        self.themes = _themes(settings)
        self.names = names or (lambda _: PlaceNames(no_places(), *area_layers(self.areas)))
        self._cells = lru_cache(maxsize=64)(self._cells_of)

    @cached_property
    def areas(self) -> Any:
        """Those in force when first asked for: type, code, name, key, geometry (EPSG:4326)."""
        return current_areas(self.settings)

    def create_event(self, principal: Principal, *, now: datetime, **given: Any) -> Event:
        """Make an event whose areas are in the boundaries; takes what `create_event` takes.

        Raises:
            NotAllowed: who may not. UserError: what is wrong with it.
        """
        principal.must(Action.RUN_EVENTS)
        known = frozenset(self.areas["key"])
        return create_event(self.records, now=now, who=principal.name, known_areas=known, **given)

    def change_state(
        self, principal: Principal, event: Event, state: State, *, now: datetime
    ) -> Future[Any]:
        """Open, pause, close or archive an event, as `change_state` does.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.RUN_EVENTS)
        return change_state(self.records, event, state, now=now, who=principal.name)

    def set_one_address(
        self, principal: Principal, event: Event, *, is_on: bool, now: datetime
    ) -> Future[None]:
        """Say whether everyone in the hall shares one address, so that all of them count.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.RUN_EVENTS)
        return set_one_address(self.records, event, is_on=is_on, who=principal.name, now=now)

    def type_in(
        self, principal: Principal, body: bytes, *, now: datetime, clock: float
    ) -> Future[PinReceipt]:
        """Take a pin that staff type in from paper; otherwise as `take`.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.TYPE_PINS)
        return self.take(body, address=None, now=now, clock=clock)

    def take_back_on_paper(self, principal: Principal, code: str, *, clock: float) -> Future[bool]:
        """Delete the pin with a code that somebody shows at the desk.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.TYPE_PINS)
        return self.take_back(code, address=None, clock=clock)

    def take(
        self, body: bytes, *, address: str | None, now: datetime, clock: float
    ) -> Future[PinReceipt]:
        """Take a pin from a request's body.

        Args:
            address: where it came from; used for the limits and then forgotten. None = typed in by
                staff from paper.
            now: for the quarter hour it is kept under. clock: seconds that do not go back, for the
                limits.

        Raises:
            PinRefused: at once, or from the future. NotKept: from the future.
        """
        self._limits.a_request(address, clock=clock)
        pin = read_pin(body)
        self._limits.a_pin(pin.contributor, clock=clock)
        event = self.event(pin.event)
        try:
            self._check(pin, event)
        except PinRefused:
            # Its answer may have been lost, and the event closed or the map rebuilt since: it is
            # kept all the same.
            has_key = event.state is not State.ARCHIVED
            before = kept_before(self.records, event, pin).result() if has_key else None
            if before is None:
                raise
            answer: Future[PinReceipt] = Future()
            answer.set_result(before)
            return answer
        is_extra = self._limits.is_extra(event.id, pin.contributor, address, clock=clock)
        self._limits.came(event.id, pin.contributor, clock=clock)
        most = self.settings.most_pins_each
        return keep_pin(self.records, event, pin, now=now, most_each=most, is_extra=is_extra)

    def newcomers(self, event: Event, *, clock: float) -> int:
        """How many people sent their first pin within the last minute.

        For staff: more than come means made-up ones.
        """
        return self._limits.newcomers(event.id, clock=clock)

    def _check(self, pin: Pin, event: Event) -> None:
        if event.state is not State.OPEN:
            raise PinRefused(str(event.state), _SHUT[event.state], status=409)
        check_place(pin, self.cells(event))
        if pin.thing_place:
            check_thing_place(pin, {found.name for found in self.names(event).around(pin.cells)})

    def take_back(self, code: str, *, address: str | None, clock: float) -> Future[bool]:
        """Delete the pin with this code. Address: as for `take`."""
        self._limits.a_delete(address, clock=clock)
        return delete_pin(self.records, code)

    def event(self, code: str) -> Event:
        """The event with a code.

        Raises:
            PinRefused: there is none.
        """
        found = event_by_code(self.records, code)
        if found is None:
            raise PinRefused(
                "event-unknown", "We do not know this event. Please check the code.", status=404
            )
        return found

    def cells(self, event: Event) -> np.ndarray:
        """The event's hexagons at resolution 10: uint64, sorted."""
        return self._cells(event.areas)

    def _cells_of(self, keys: tuple[str, ...]) -> np.ndarray:
        return study_cells(study_area(keys, self.areas), self.areas, resolution=PIN_RESOLUTION)


def _themes(settings: Settings) -> Mapping[str, Theme]:
    """What speaks of a theme.

    `vrp-map serve` refuses a table that is not right; however a server came to one, its pins and
    its wall go on without it.
    """
    try:
        return load_themes(settings.themes)
    except UserError as mistake:
        _log.error("No themes on the wall: %s", mistake)
        return {}


_SHUT = {
    State.PAUSED: (
        "This event is having a break. Your pin is saved on your phone, and will be sent"
        " after the break."
    ),
    State.CLOSED: "This event is over. You cannot add pins any more.",
    State.ARCHIVED: "This event is over. You cannot add pins any more.",
}
