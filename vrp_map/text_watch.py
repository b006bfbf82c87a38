"""What free texts need while nobody looks: disclosures lifted out of the queue, and deleting what was rejected."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from vrp_map.moderation import tidy
from vrp_map.summit import Summit

EVERY_S = 60.0
_log = logging.getLogger(__name__)
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def with_text_watch(lifespan: Lifespan, summit: Callable[[], Summit]) -> Lifespan:
    """A server's life with a look at the texts when it starts, and every minute."""

    @asynccontextmanager
    async def watched(app: Any) -> AsyncIterator[None]:
        async with lifespan(app):
            watch = asyncio.create_task(_watch(summit))
            try:
                yield
            finally:
                watch.cancel()
                with suppress(asyncio.CancelledError):
                    await watch

    return watched


async def _watch(summit: Callable[[], Summit]) -> None:
    while True:
        await asyncio.to_thread(look, summit)
        await asyncio.sleep(EVERY_S)


def look(summit: Callable[[], Summit]) -> None:
    """One look; whatever goes wrong is logged without any text, and tried again at the next."""
    try:
        tidy(summit().records, now=datetime.now(UTC).replace(tzinfo=None))
    except Exception as error:
        _log.error("The texts could not be looked after: %s", type(error).__name__)
