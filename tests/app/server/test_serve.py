"""Serving from anywhere: options, settings, and what is refused."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import config

import vrp_map.ui
from vrp_map.config import Settings, load_settings
from vrp_map.errors import UserError
from vrp_map.ui.serve import environment, options, serve
from vrp_map.web.middleware import Gate, security_headers

ROOT = Path(__file__).resolve().parents[3]


def test_both_ways_of_serving_have_the_same_options() -> None:
    packaged = Path(vrp_map.ui.__file__).with_name("options.toml").read_text(encoding="utf-8")
    assert (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8") == packaged


def test_the_options_are_streamlits_own_and_the_ones_that_matter_are_set() -> None:
    held = options(host="127.0.0.1", port=8600)
    assert set(held) <= set(config._config_options_template)
    assert held["runner.postScriptGC"] is False
    assert held["browser.gatherUsageStats"] is False
    assert held["client.showErrorDetails"] == "none"
    assert held["server.fileWatcherType"] == "none"
    assert held["server.headless"] is True
    assert held["server.port"] == 8600


def test_the_settings_arrive_by_environment(tmp_path: Path) -> None:
    settings = Settings(
        store=tmp_path / "store",
        partner_k=7,
        place="Somewhere",
        map_tiles_url="https://tiles.example/{z}/{x}/{y}",
    )
    read = load_settings(environment=environment(settings))
    assert (read.store, read.partner_k, read.place, read.map_tiles_url) == (
        settings.store,
        7,
        "Somewhere",
        settings.map_tiles_url,
    )


def test_it_is_served_on_this_machine_only() -> None:
    with pytest.raises(UserError, match=r"--host 0\.0\.0\.0"):
        serve(port=8600, host="0.0.0.0", settings=Settings())


def test_a_port_that_is_taken_is_said_with_another_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"Port {port} is already in use"):
            serve(port=port, settings=Settings())


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("/pin", True),
        ("/pin/DEMO", True),
        ("/pin/cells/87195c05bffffff.json", True),
        ("/api/pins", True),
        ("/api/pins/AAAA", True),
        ("/api/openapi.json", True),
        ("/", False),
        ("/pins", False),
        ("/pin/../map/cells.json", False),
        ("/api/pinsx", False),
        ("/map/cells.json", False),
        ("/what-changed", False),
        ("/_stcore/stream", False),
    ],
)
def test_a_phone_reaches_the_pins_and_nothing_else(path: str, public: bool) -> None:
    async def inside(request: object) -> Response:
        return PlainTextResponse("inside")

    application = Starlette(
        routes=[Route("/{rest:path}", inside)],
        middleware=[Middleware(Gate, headers=security_headers())],
    )
    phone = TestClient(application, base_url="http://192.0.2.7:8501", client=("192.0.2.9", 50000))
    answer = phone.get(path)
    assert (answer.status_code, answer.text == "inside") == (
        (200, True) if public else (403, False)
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
