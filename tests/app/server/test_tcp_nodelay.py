"""Connections of the server send without waiting, whoever opened its socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest

from vrp_map.web.tcp_nodelay import with_tcp_nodelay


@asynccontextmanager
async def plain(_: object) -> AsyncIterator[None]:
    yield


async def sends_at_once(*, prompt: bool) -> bool:
    """Whether a connection to a server on a socket that was opened before, as Streamlit does, has
    TCP_NODELAY.
    """
    told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            there: socket.socket = transport.get_extra_info("socket")
            told.set_result(bool(there.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            transport.close()

    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        opened.settimeout(0)
        async with (with_tcp_nodelay(plain) if prompt else plain)(None):
            server = await asyncio.get_running_loop().create_server(Protocol, sock=opened)
            _, writer = await asyncio.open_connection("127.0.0.1", opened.getsockname()[1])
            found = await asyncio.wait_for(told, 10)
            writer.close()
            server.close()
    return found


@pytest.mark.parametrize("prompt", [True, False])
def test_connections_send_at_once(prompt: bool) -> None:
    """Without it they would not: when Python does this by itself, the module can go."""
    with ThreadPoolExecutor(1) as elsewhere:
        assert (
            elsewhere.submit(asyncio.run, sends_at_once(prompt=prompt)).result(timeout=30) is prompt
        )
