"""Phones reach what is public, and nothing else: every route of the application, asked for from
another computer.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit.web.server.starlette
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

import app as whole
import vrp_map.ui
from vrp_map.web import middleware
from vrp_map.web.middleware import Gate, security_headers

LAN, HERE = "http://192.168.1.20:8501", "http://localhost:8501"
# Whoever asks: from another computer by its address, the same with a false Host, and this computer
# by that address.
STRANGERS = [
    ("192.168.1.9", LAN),
    ("192.168.1.9", "http://localhost:8501"),
    ("127.0.0.1", LAN),
    ("::1", LAN),
]


def example(path: str) -> str:
    """A path of a route: its parameters as values."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda m: "7" if m[2] == ":int" else "ward", path)


def of_streamlit() -> list[str]:
    """Every path that the installed Streamlit names as a route, from its own source."""
    folder = Path(streamlit.web.server.starlette.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    named = re.findall(r'ROUTE_\w+: Final = f?"([\w./{}:]+)"', source)
    return sorted({"/" + re.sub(r"\{+[^}]*\}+", "_stcore", path) for path in named})


def of_staff_pages() -> list[str]:
    main = Path(vrp_map.ui.__file__).with_name("main.py").read_text(encoding="utf-8")
    return ["/", *(f"/{path}" for path in re.findall(r'url_path="([\w-]+)"', main))]


OURS = [route.path for route in whole.app._user_routes]
PUBLIC_ROUTES = [path for path in OURS if middleware.is_public(path)]
STAFF = sorted(
    {
        *(example(path) for path in OURS if not middleware.is_public(path)),
        *of_streamlit(),
        *of_staff_pages(),
        "/static/js/index.js",
        "/_stcore/stream",
        "/_stcore/health",
        "/~/+/x",
        "/pinx",
        "/pins/DEMO",
        "/pin/../map/cells.json",
        "/pin/%2e%2e/map/cells.json",
        "/pin/..%2f..%2fevents",
        "/PIN/DEMO",
        "/api",
        "/api/pinsx",
        "/api/pins/../../events",
    }
)


async def inside(request: Request) -> Response:
    return PlainTextResponse("inside")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("inside")
    await socket.close()


def socket_of(path: str, base: str) -> str:
    return base.replace("http", "ws", 1) + path


def client(host: str, base: str) -> TestClient:
    everything = [
        WebSocketRoute("/{rest:path}", stream),
        Route("/{rest:path}", inside, methods=["GET", "POST", "PUT"]),
    ]
    application = Starlette(
        routes=everything, middleware=[Middleware(Gate, headers=security_headers())]
    )
    return TestClient(application, base_url=base, client=(host, 50000))


def test_the_lists_are_the_whole_application() -> None:
    assert len([path for path in STAFF if path.startswith("/map/")]) >= 14
    assert {"/events", "/paper-pins", "/data-quality", "/event/ward/show"} <= set(STAFF)
    assert any("upload_file" in path for path in STAFF) and any("agent" in path for path in STAFF)
    assert all(middleware.is_public(example(path)) for path in PUBLIC_ROUTES)


@pytest.mark.parametrize(("host", "base"), STRANGERS)
def test_no_stranger_reaches_anything_of_staff(host: str, base: str) -> None:
    stranger = client(host, base)
    for path in STAFF:
        for method in ("GET", "POST", "PUT"):
            answer = stranger.request(method, path)
            assert (answer.status_code, "inside" in answer.text) == (403, False), f"{method} {path}"


@pytest.mark.parametrize(("host", "base"), STRANGERS)
@pytest.mark.parametrize(
    "path", ["/_stcore/stream", "/pin/DEMO", "/api/pins", "/pin/../_stcore/stream", "/"]
)
def test_no_stranger_has_a_websocket_not_even_on_a_public_path(
    host: str, base: str, path: str
) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as shut,
        client(host, base).websocket_connect(socket_of(path, base)),
    ):
        pass
    assert shut.value.code == 1008


@pytest.mark.parametrize(("host", "base"), STRANGERS)
def test_who_stops_typing_early_is_told_where_pins_are_put(host: str, base: str) -> None:
    answer = client(host, base).get("/")
    assert answer.status_code == 403 and answer.text.endswith("add /pin to this address.")
    assert "/pin" not in client(host, base).get("/events").text


@pytest.mark.parametrize(("host", "base"), STRANGERS)
def test_everybody_reaches_what_is_public(host: str, base: str) -> None:
    for path in PUBLIC_ROUTES:
        answer = client(host, base).get(example(path))
        assert (answer.status_code, answer.text) == (200, "inside"), path
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_this_computer_reaches_all_of_it() -> None:
    here = client("127.0.0.1", HERE)
    assert all(here.get(path).status_code == 200 for path in STAFF)
    with here.websocket_connect(
        socket_of("/_stcore/stream", HERE), headers={"origin": HERE}
    ) as socket:
        assert socket.receive_text() == "inside"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:9999", LAN])
def test_another_sites_page_in_this_computers_browser_has_no_websocket(origin: str) -> None:
    stream = socket_of("/_stcore/stream", HERE)
    with (
        pytest.raises(WebSocketDisconnect),
        client("127.0.0.1", HERE).websocket_connect(stream, headers={"origin": origin}),
    ):
        pass
