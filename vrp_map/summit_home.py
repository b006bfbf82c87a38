"""The one `Summit` of a server process: opened when the server starts, closed when it stops."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vrp_map.config import load_settings
from vrp_map.errors import UserError
from vrp_map.grounds import Grounds
from vrp_map.records.database import Records
from vrp_map.summit import Summit

_log = logging.getLogger(__name__)


class SummitHome:
    """Holds the summit of this process. The pages and maps work without it; pins then say that they are not kept."""

    def __init__(self) -> None:
        self._summit: Summit | None = None
        self.trouble = "The records are not open."

    def __call__(self) -> Summit:
        """The summit.

        Raises:
            UserError: the records could not be opened, and why.
        """
        if self._summit is None:
            raise UserError(self.trouble, hint="See the server's log, and start it again.")
        return self._summit

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Open the records for as long as the server runs."""
        self.open()
        try:
            yield
        finally:
            self.close()

    def open(self) -> None:
        settings = load_settings()
        try:
            self._summit = Summit(Records(settings.records), settings)
        except UserError as trouble:
            self.trouble = str(trouble)
            _log.error("Pins cannot be taken: %s", trouble)

    def close(self) -> None:
        if self._summit is not None:
            self._summit.records.close()
            self._summit = None


# Pages and routes of one process share it.
home = SummitHome()
grounds = Grounds(home)
