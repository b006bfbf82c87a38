"""The key of a start: a relay on this computer makes strangers look local, and does not have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from vrp_map.cli import app as commands
from vrp_map.errors import UserError
from vrp_map.ui.serve import environment
from vrp_map.web.middleware import Gate, security_headers
from vrp_map.web.start_key import address_with, cookie_name, key_of

KEY = "k" * 24
HERE = "http://localhost:8501"


async def inside(request: Request) -> Response:
    return PlainTextResponse(f"inside {request.url.query}")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("inside")
    await socket.close()


def client(base: str = HERE) -> TestClient:
    everything = [
        WebSocketRoute("/{rest:path}", stream),
        Route("/{rest:path}", inside, methods=["GET", "POST"]),
    ]
    gate = Middleware(Gate, headers=security_headers(), key=KEY)
    return TestClient(
        Starlette(routes=everything, middleware=[gate]), base_url=base, client=("127.0.0.1", 5)
    )


@pytest.mark.parametrize(
    "path", ["/", "/events", "/map/cells.json", "/_stcore/health", "/?key=wrong", "/?key="]
)
def test_a_relay_without_the_key_reaches_nothing_of_staff(path: str) -> None:
    answer = client().get(path)
    assert answer.status_code == 403 and "inside" not in answer.text and KEY not in answer.text
    assert "the whole address that it printed" in answer.text
    assert "set-cookie" not in answer.headers


def test_no_websocket_without_the_key() -> None:
    for headers in ({}, {"cookie": f"{cookie_name(KEY)}=wrong"}, {"cookie": "="}):
        with (
            pytest.raises(WebSocketDisconnect),
            client().websocket_connect(
                f"ws://localhost:8501/_stcore/stream?key={KEY}", headers={"origin": HERE, **headers}
            ),
        ):
            pass


def test_the_printed_address_opens_everything_and_the_key_leaves_the_address() -> None:
    browser = client()
    first = browser.get(f"/events?a=1&key={KEY}&b=x%26y", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/events?a=1&b=x%26y")
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    assert browser.get("/events").text.startswith("inside")
    with browser.websocket_connect(
        "ws://localhost:8501/_stcore/stream", headers={"origin": HERE}
    ) as socket:
        assert socket.receive_text() == "inside"
    assert (
        "Secure"
        in client("https://localhost:8501")
        .get(f"/?key={KEY}", follow_redirects=False)
        .headers["set-cookie"]
    )


def test_the_key_sends_nobody_to_another_site_and_a_post_does_not_bring_it() -> None:
    moved = client().get(f"{HERE}//evil.example/?key={KEY}", follow_redirects=False)
    assert moved.headers["location"] == "/evil.example/"
    assert client().post(f"/events?key={KEY}").status_code == 403


@pytest.mark.parametrize("path", ["/pin/DEMO", "/api/pins", "/voices", "/wall/DEMO", "/healthz"])
def test_phones_need_no_key(path: str) -> None:
    assert client().get(path).text.startswith("inside")


def test_a_key_for_each_start_unless_the_operator_says_otherwise() -> None:
    one, other = key_of(""), key_of("")
    assert one != other and len(one) >= 24
    assert key_of(KEY) == KEY and key_of("off") == ""
    assert address_with(HERE, KEY) == f"{HERE}/?key={KEY}" and address_with(HERE, "") == HERE
    for bad in ("short", "a key with spaces", "x" * 15 + "é"):
        with pytest.raises(UserError, match="start_key is too short"):
            key_of(bad)


def test_the_start_prints_the_address_and_hands_the_key_to_the_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    served: dict[str, Any] = {}
    monkeypatch.delenv("VRP_START_KEY")
    monkeypatch.setattr("vrp_map.ui.serve.serve", lambda **given: served.update(given))
    commands(["serve", "--store", str(tmp_path), "--port", "8600"], standalone_mode=False)
    key = environment(served["settings"])["VRP_START_KEY"]
    out = "".join(capsys.readouterr().out.split())
    assert len(key) >= 24 and f"http://localhost:8600/?key={key}" in out
