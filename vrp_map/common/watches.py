"""What a server does by itself while it runs: looks, each in its own time, beside the life of
something else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

_log = logging.getLogger(__name__)
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def with_watch(lifespan: Lifespan, look: Callable[[], None], *, every_s: float) -> Lifespan:
    """The same lifespan with a look when the server has started, and again every so many seconds,
    in a thread.

    Whatever goes wrong in a look is logged by its kind, never by its words, and tried again at the
    next.
    """

    @asynccontextmanager
    async def watched(app: Any) -> AsyncIterator[None]:
        async with lifespan(app):
            watch = asyncio.create_task(_watch(look, every_s))
            try:
                yield
            finally:
                watch.cancel()
                with suppress(asyncio.CancelledError):
                    await watch

    return watched


async def _watch(look: Callable[[], None], every_s: float) -> None:
    while True:
        try:
            await asyncio.to_thread(look)
        except Exception as error:
            _log.error("%s did not work: %s", _name(look), type(error).__name__)
        await asyncio.sleep(every_s)


def _name(look: Callable[[], None]) -> str:
    return getattr(look, "__qualname__", type(look).__name__)
