"""What one computer may hold of the server: connections, header time, files, log lines.

Without these, one laptop in the hall that opens connections and never finishes a request keeps
every phone out.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakSet

from vrp_map.common.watches import Lifespan
from vrp_map.principal import is_loopback

HEADER_S = 10.0
# Files that the process may hold open: far more than all phones of a hall, far less than a computer
# has.
FILES = 65_536
_LINES_A_MINUTE = 10
_NOISY = ("asyncio", "uvicorn.error", __name__)
_log = logging.getLogger(__name__)


class Connections:
    """The open connections by address, and the one limit on them."""

    def __init__(self, most_each: int) -> None:
        self._most_each = most_each
        self._open: defaultdict[str, WeakSet[asyncio.BaseTransport]] = defaultdict(WeakSet)

    def takes(self, transport: asyncio.BaseTransport) -> bool:
        """Whether this connection may stay.

        Connections of this computer are not limited: staff work here.
        """
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        if is_loopback(address):
            return True
        held = self._open[address]
        for other in [one for one in held if one.is_closing()]:
            held.discard(other)
        if len(held) >= self._most_each:
            return False
        held.add(transport)
        self._forget_gone()
        return True

    def _forget_gone(self) -> None:
        if len(self._open) > 10_000:
            for address in [one for one, held in self._open.items() if not held]:
                del self._open[address]


class GuardedConnection(asyncio.Protocol):
    """A connection dropped as one too many, or when its header takes over `HEADER_S`.

    It stands in front of the server's own protocol. After a change to WebSocket it is out of the
    way: the server hands the connection to another protocol then.
    """

    def __init__(self, inner: Any, connections: Connections, *, header_s: float = HEADER_S) -> None:
        self._inner = inner
        self._connections = connections
        self._header_s = header_s
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if not self._connections.takes(transport):
            _log.warning("A connection was refused: its address has too many open.")
            transport.abort()
            return
        self._transport = transport
        self._inner.connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        if self._transport is not None:
            self._inner.data_received(data)
            self._watch()

    def eof_received(self) -> bool | None:
        kept: bool | None = self._inner.eof_received() if self._transport is not None else None
        return kept

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        if self._transport is not None:
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def _waits_for_header(self) -> bool:
        # uvicorn makes a cycle when a header is whole, and ends it with the answer.
        cycle = getattr(self._inner, "cycle", None)
        return cycle is None or bool(cycle.response_complete)

    def _watch(self) -> None:
        if not self._waits_for_header():
            self._stop()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._header_s, self._drop)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _drop(self) -> None:
        self._timer = None
        if self._transport is None or self._transport.is_closing():
            return
        holder = self._transport.get_protocol()
        if self._waits_for_header() and holder in (self, None):
            self._transport.abort()


class LogLimit(logging.Filter):
    """Limits log lines of one kind a minute, so that complaints cannot fill the disk."""

    def __init__(
        self, *, most: int = _LINES_A_MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[int, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind = (record.name, str(record.msg)[:80])
        minute = int(self._clock() // 60)
        then, many = self._seen.get(kind, (minute, 0))
        many = many + 1 if then == minute else 1
        if len(self._seen) > 1_000:
            self._seen.clear()
        self._seen[kind] = (minute, many)
        if many == self._most:
            record.msg = f"{record.getMessage()} (more lines like this are left out for a minute)"
            record.args = ()
        return many <= self._most


def raise_file_limit(files: int = FILES) -> None:
    """Raise the soft limit of open files as far as allowed: each connection is one."""
    try:
        import resource
    except ImportError:  # Windows has no such limit.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        # macOS promises more than it gives.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def with_limits(lifespan: Lifespan, *, most_each: int, header_s: float = HEADER_S) -> Lifespan:
    """The same lifespan, on a server that holds its connections to these limits.

    Args:
        most_each: connections that one address may have open.
        header_s: seconds for a request's header, and for the handshake of TLS.
    """

    @asynccontextmanager
    async def limited(app: Any) -> AsyncIterator[None]:
        raise_file_limit()
        loop = asyncio.get_running_loop()
        listen = loop.create_server
        connections = Connections(most_each)

        async def create_server(factory: Callable[[], Any], *given: Any, **named: Any) -> Any:
            if named.get("ssl") is not None:
                named.setdefault("ssl_handshake_timeout", header_s)
            return await listen(
                lambda: GuardedConnection(factory(), connections, header_s=header_s),
                *given,
                **named,
            )

        # A loop that does not let itself be changed (uvloop) keeps its own limits.
        with contextlib.suppress(AttributeError):
            loop.create_server = create_server  # type: ignore[method-assign, assignment]
        limit = LogLimit()
        for name in _NOISY:
            logging.getLogger(name).addFilter(limit)
        try:
            async with lifespan(app):
                yield
        finally:
            for name in _NOISY:
                logging.getLogger(name).removeFilter(limit)

    return limited
