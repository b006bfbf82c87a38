"""The one `Summit` of a server process, opened as soon as that can be done."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from vrp_map.common.watches import with_watch
from vrp_map.config import Settings, load_settings
from vrp_map.errors import UserError
from vrp_map.records import clock
from vrp_map.records.engine.database import NotKept, Records
from vrp_map.records.engine.open_database import TRY_AGAIN_S
from vrp_map.summit.pins.event_areas import EventAreaCache
from vrp_map.summit.purge import expired, purge_what_is_due
from vrp_map.summit.service import Summit

PURGE_EVERY_S = 3600.0
_PATIENCE_S = 5.0
_log = logging.getLogger(__name__)


class SummitHome:
    """Holds the summit of this process.

    The pages and maps work without it; pins then say that they are not kept.

    Args:
        settings: gives the settings in force.
    """

    def __init__(self, settings: Callable[[], Settings] = load_settings) -> None:
        self._settings = settings
        self._summit: Summit | None = None
        self.event_areas = EventAreaCache(self)
        self._opening = threading.Lock()
        self._purged = 0.0
        self.trouble = "The records are not open."
        # Why what is kept no longer is not deleted, in one sentence.
        self.purge_waits: str | None = None

    def __call__(self) -> Summit:
        """The summit.

        Raises:
            UserError: the records could not be opened, and why.
        """
        if self._summit is None:
            raise UserError(
                self.trouble, hint="They are tried again every few seconds; see the server's log."
            )
        return self._summit

    def lifespan(self, app: object) -> AbstractAsyncContextManager[None]:
        """Keep the records open and purged for as long as the server runs."""
        return with_watch(self._life, self.look_after, every_s=TRY_AGAIN_S)(app)

    @asynccontextmanager
    async def _life(self, _: object) -> AsyncIterator[None]:
        self.open()
        try:
            yield
        finally:
            await asyncio.to_thread(self.close)

    def open(self) -> None:
        """Open the records and purge what is due before anyone can pin; or note why not."""
        with self._opening:
            if self._summit is not None:
                return
            try:
                settings = self._settings()
                records = Records(settings.records)
            except UserError as trouble:
                if str(trouble) != self.trouble:
                    _log.error("Pins cannot be taken: %s", trouble)
                self.trouble = str(trouble)
                return
            self._note_start(records)
            self._purge(records)
            self._summit = Summit(
                records, settings, names=lambda event: self.event_areas.of(event).names
            )

    def close(self) -> None:
        with self._opening:
            if self._summit is not None:
                self._summit.records.close()
                self._summit = None
                self.trouble = "The records are not open."

    def health(self) -> str | None:
        """Why pins cannot be kept, in one sentence; None when they can.

        Asks the thread that writes them.
        """
        if self._summit is None:
            return self.trouble
        records = self._summit.records
        try:
            records.write(lambda con: None, invalidates=()).result(timeout=_PATIENCE_S)
        except (NotKept, TimeoutError) as trouble:
            return records.trouble or str(trouble) or "The records do not answer."
        return records.trouble

    def look_after(self) -> None:
        """Open what could not be opened; once an hour, purge what has become due.

        Nothing that goes wrong ends it.
        """
        try:
            if self._summit is None:
                self.open()
            elif time.monotonic() - self._purged > PURGE_EVERY_S:
                self._purge(self._summit.records)
        except Exception as error:
            _log.error("Housekeeping of the records failed: %s", type(error).__name__)

    def _purge(self, records: Records) -> None:
        self._purged = time.monotonic()
        now = _now()
        try:
            done = purge_what_is_due(
                records, now=now, with_events=self._may_delete_events(records, now)
            )
        except UserError as trouble:
            _log.error("Expired records could not be purged: %s", trouble)
            return
        if done is not None:
            _log.warning("Purged %d events and %d rows.", len(done.events), sum(done.rows.values()))

    def _note_start(self, records: Records) -> None:
        """Write a real row: on a full disk an empty commit would succeed."""
        now = _now()
        try:
            # Before it: a clock that is ahead must not be taken for the time of the latest act.
            clock.begin(records, now=now)
            clock.note_start(records, now=now)
        except NotKept as trouble:
            _log.error("Pins cannot be saved: %s", trouble)

    def _may_delete_events(self, records: Records, now: datetime) -> bool:
        """Whether the clock is believed; where it is not and something is due, say so."""
        known = clock.jumped_from(records, now=now)
        if known is None:
            clock.believe(records, now=now)
            self.purge_waits = None
            return True
        due = ", ".join(event.code for event in expired(records, today=now.date()))
        said = (
            f"Nothing is deleted automatically: the clock says {_day(now)}, but the server last ran"
            f" on {_day(known)}. By this clock it is time to delete {due}. Check the clock. If it"
            " is right, stop the server and run vrp-map purge --expired."
        )
        if due and said != self.purge_waits:
            _log.error("%s", said)
        self.purge_waits = said if due else None
        return False


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
