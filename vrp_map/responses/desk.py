"""The `Responses` of this server or command, with the named places of the snapshot it has now."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.places.searchable import search_version
from vrp_map.records.engine.database import Records
from vrp_map.responses.places import ResponsePlaces
from vrp_map.responses.service import Responses
from vrp_map.summit.pins.places import known_places
from vrp_map.summit.service import Summit
from vrp_map.views import hotspots as views
from vrp_map.warehouse.boundaries.layers import current_areas
from vrp_map.workspace import Workspace


class ResponseDesk:
    """Responses beside the events in the same records; its places are made once for a snapshot."""

    def __init__(self, summit: Callable[[], Summit]) -> None:
        self._summit = summit
        self._lock = threading.Lock()
        self._made: tuple[str, Responses] | None = None

    def __call__(self) -> Responses:
        """The responses.

        Raises:
            UserError: the records are not open, and why.
        """
        summit = self._summit()
        ws = _workspace(summit.settings)
        snapshot = "" if ws is None else f"{ws.snapshot.id} {search_version(ws.settings)}"
        with self._lock:
            made = self._made
            is_of_now = (
                made is not None
                and made[0] == snapshot
                and made[1].records is summit.records
                and made[1].settings is summit.settings
            )
            if made is None or not is_of_now:
                made = (snapshot, responses_of(summit.records, summit.settings, ws))
                self._made = made
            return made[1]


def responses_of(records: Records, settings: Settings, ws: Workspace | None = None) -> Responses:
    """The responses of some records.

    Args:
        ws: for the names of places; None = the published snapshot, if there is one.
    """
    ws = ws or _workspace(settings)
    read_areas = partial(current_areas, settings)
    known = None if ws is None else lambda: known_places(ws, read_areas())
    return Responses(records, settings, ResponsePlaces(read_areas, known))


def _workspace(settings: Settings) -> Workspace | None:
    try:
        return views.workspace(settings)
    except UserError:
        return None
