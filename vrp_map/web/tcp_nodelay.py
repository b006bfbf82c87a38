"""Answers that leave at once.

The server writes an answer's headers and its body one after the other. On a socket that gathers
small writes (Nagle's algorithm) the body waits until the phone has acknowledged the headers, and
phones put that off: 40 ms and more for each file and each pin, measured. Python switches the
gathering off only on sockets that it opened itself, and Streamlit hands it one that is open
already.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from vrp_map.common.watches import Lifespan


def with_tcp_nodelay(lifespan: Lifespan) -> Lifespan:
    """The same lifespan, on a server whose connections send without waiting.

    A connection takes this over from the socket that listens; the server begins to listen after its
    lifespan has begun.
    """

    @asynccontextmanager
    async def prompt(app: Any) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        listen = loop.create_server

        async def create_server(
            *given: Any, sock: socket.socket | None = None, **named: Any
        ) -> Any:
            if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return await listen(*given, sock=sock, **named)

        # A loop that does not let itself be changed (uvloop) sends at once anyway.
        with contextlib.suppress(AttributeError):
            loop.create_server = create_server  # type: ignore[method-assign]
        async with lifespan(app):
            yield

    return prompt
