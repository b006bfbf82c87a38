"""One computer cannot keep the others out: connections, headers that never end, lines of the log,
files, faults.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Event, Thread
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from vrp_map.web.connections import Connections, LogLimit, raise_file_limit, with_limits
from vrp_map.web.middleware import Gate, security_headers

# As many as one laptop sent when it stopped a server whose files were limited to 1,024.
HALF_SENT = 1_300


async def _pin(_: Request) -> Response:
    return PlainTextResponse("kept")


@asynccontextmanager
async def plain(_: Any) -> AsyncIterator[None]:
    yield


@contextmanager
def server(*, header_s: float) -> Iterator[int]:
    """The port of a real server on a socket that was opened before, as Streamlit does."""
    app = Starlette(routes=[Route("/api/pins", _pin)])
    limited = with_limits(plain, most_each=5, header_s=header_s)
    begun, stop = Event(), Event()
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    listening.settimeout(0)

    async def run() -> None:
        config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_keep_alive=60)
        async with limited(app):
            made = uvicorn.Server(config)
            made.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
            task = asyncio.create_task(made._serve(sockets=[listening]))
            while not made.started:
                await asyncio.sleep(0.01)
            begun.set()
            while not stop.is_set():
                await asyncio.sleep(0.02)
            made.should_exit = made.force_exit = True
            await task

    thread = Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert begun.wait(20)
    try:
        yield int(listening.getsockname()[1])
    finally:
        stop.set()
        thread.join(20)
        listening.close()


def asked(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as one:
        one.sendall(b"GET /api/pins HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: one.recv(4096), b""))


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of open files there")
def test_half_sent_headers_stop_nobody_and_are_dropped() -> None:
    import resource

    raise_file_limit()
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 3 * HALF_SENT:
        pytest.skip("this computer lets a process hold too few files")
    with server(header_s=2.0) as port, contextlib.ExitStack() as held:
        half = [
            held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            for _ in range(HALF_SENT)
        ]
        for one in half:
            one.sendall(b"POST /api/pins HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        assert b"200 OK" in asked(port)
        for one in half:
            with contextlib.suppress(ConnectionResetError):
                assert one.recv(10) == b""
        assert b"200 OK" in asked(port)


def test_a_second_half_sent_header_on_an_open_connection_is_dropped_too() -> None:
    whole = b"GET /api/pins HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with (
        server(header_s=0.3) as port,
        socket.create_connection(("127.0.0.1", port), timeout=20) as one,
    ):
        one.sendall(whole)
        answer = b""
        while not answer.endswith(b"kept"):
            answer += one.recv(4096)
        one.sendall(b"GET /api/pins HTTP/1.1\r\nX: ")
        with contextlib.suppress(ConnectionResetError):
            assert one.recv(10) == b""


class FakeTransport(asyncio.Transport):
    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 5)})
        self.closed = False

    def is_closing(self) -> bool:
        return self.closed


def test_an_address_has_so_many_connections_and_gets_them_back() -> None:
    connections = Connections(2)
    first, second, third = (FakeTransport("192.168.1.7") for _ in range(3))
    assert connections.takes(first) and connections.takes(second) and not connections.takes(third)
    assert connections.takes(FakeTransport("192.168.1.8"))
    first.closed = True
    assert connections.takes(third)
    here = [FakeTransport("127.0.0.1") for _ in range(9)]
    assert all(connections.takes(one) for one in here)


def test_the_log_takes_few_lines_of_a_kind_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    limit = LogLimit(most=3, clock=lambda: now[0])
    log = logging.getLogger("made.up")
    log.addFilter(limit)
    for n in range(500):
        log.warning("Invalid request %s", n)
    log.warning("Something else")
    now[0] = 61
    log.warning("Invalid request %s", 501)
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 5
    assert said[2] == "Invalid request 2 (more lines like this are left out for a minute)"


async def _broken(_: Request) -> Response:
    raise RuntimeError("a fault")


@pytest.mark.parametrize("path", ["/", "/api/pins"])
def test_a_fault_has_the_security_headers_and_no_traceback(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = Starlette(
        routes=[Route("/", _broken), Route("/api/pins", _broken)],
        middleware=[Middleware(Gate, headers=security_headers())],
    )
    client = TestClient(
        app, base_url="http://localhost", client=("127.0.0.1", 1), raise_server_exceptions=False
    )
    answer = client.get(path)
    assert answer.status_code == 500
    assert [name for name in security_headers() if name not in answer.headers] == []
    assert "a fault" not in answer.text and "The fault is ours" in answer.text
    (logged,) = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert logged.startswith("A request could not be answered: RuntimeError at ")
    assert "vrp_map/web/middleware.py:" in logged and "a fault" not in caplog.text
