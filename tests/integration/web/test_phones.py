"""The real server, asked as a phone would ask it: by the address of the network.

It listens on loopback only.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import h3
import pytest

from pipelines.demo_summit import leave_demo_event
from tests.demo_store import demo as demo
from vrp_map.cli import app as commands
from vrp_map.config import Settings, load_settings
from vrp_map.errors import UserError
from vrp_map.ui.serve import check_host, environment, options
from vrp_map.ui.shared import session

ROOT = Path(__file__).resolve().parents[3]
HERE, LAN = "127.0.0.2", "192.168.1.20"
PATIENCE_S = 40


@pytest.fixture(scope="module")
def port(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """`vrp-map serve` on a loopback address of its own, with an open event DEMO."""
    folder = tmp_path_factory.mktemp("phones")
    settings = load_settings(store=demo.store, records=folder / "records")
    leave_demo_event(settings, now=session.now())
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        number = int(probe.getsockname()[1])
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from vrp_map.cli import main; main()",
                "serve",
                "--store",
                str(demo.store),
                "--port",
                str(number),
                "--host",
                HERE,
                "--public-url",
                f"http://{LAN}:{number}",
            ],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "VRP_RECORDS": str(folder / "records")},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and server.poll() is None:
            try:
                asked(number, "/health", host=f"{HERE}:{number}")
                break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail(log.read_text(errors="replace")[-2000:])
        yield number
        assert "Traceback" not in log.read_text(errors="replace")
    finally:
        server.terminate()
        server.wait(timeout=20)


def asked(
    port: int,
    path: str,
    *,
    host: str,
    method: str = "GET",
    body: bytes | None = None,
    **headers: str,
) -> tuple[int, str]:
    connection = http.client.HTTPConnection(HERE, port, timeout=20)
    try:
        connection.request(
            method,
            path,
            body,
            {"Host": host, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


def test_a_phone_gets_the_page_and_sends_a_pin(port: int) -> None:
    host = f"{LAN}:{port}"
    status, page = asked(port, "/pin/DEMO", host=host)
    assert status == 200 and "Where do you feel safe or unsafe? Tap the place." in page
    pin = {
        "event": "DEMO",
        "key": str(uuid4()),
        "contributor": "p" * 22,
        "setting": "public-realm",
        "feeling": "safe",
        "cells": [h3.latlng_to_cell(52.4797, -1.9027, 10)],
    }
    body = json.dumps(pin).encode()
    kept = asked(
        port,
        "/api/pins",
        host=host,
        method="POST",
        body=body,
        Content_Type="application/json",
        Origin=f"http://{host}",
    )
    assert kept[0] == 201 and json.loads(kept[1])["kept"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/events",
        "/paper-pins",
        "/data-quality",
        "/map/cells.json",
        "/map/static/1/staff_map.js",
        "/map/analysis.json",
        "/event/DEMO/show",
        "/event/DEMO/paper",
        "/_stcore/health",
        "/_stcore/host-config",
        "/_stcore/stream",
        "/_stcore/agent/mcp",
        "/media/x",
        "/component/x/y",
        "/static/x.js",
        "/favicon.png",
        "/auth/login",
        "/pin/../events",
        "/pin/%2e%2e/events",
        "/pin/..%2fmap%2fcells.json",
    ],
)
def test_a_phone_gets_nothing_of_staff(port: int, path: str) -> None:
    status, said = asked(port, path, host=f"{LAN}:{port}")
    assert status == 403 and said.startswith("This map is open only on the computer it runs on.")


@pytest.mark.parametrize(
    ("host", "origin", "opens"),
    [
        (
            "{here}",
            "http://{here}",
            False,
        ),  # Streamlit's own list of hosts holds localhost and 127.0.0.1 only
        ("localhost:{port}", "http://localhost:{port}", True),
        (LAN + ":{port}", "http://" + LAN + ":{port}", False),
        ("localhost:{port}", "http://evil.example", False),
    ],
)
def test_the_websocket_opens_for_this_computer_only(
    port: int, host: str, origin: str, opens: bool
) -> None:
    names = {"port": port, "here": f"{HERE}:{port}"}
    status, _ = asked(
        port,
        "/_stcore/stream",
        host=host.format(**names),
        Connection="Upgrade",
        Upgrade="websocket",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
        Origin=origin.format(**names),
    )
    assert status == (101 if opens else 403)


def test_the_poster_holds_the_address_for_phones(port: int) -> None:
    status, page = asked(port, "/event/DEMO/poster", host=f"localhost:{port}")
    assert status == 200 and f"{LAN}:{port}/pin/DEMO" in page and "Phones cannot open" not in page


def test_the_setting_arrives_and_streamlit_asks_nobody_for_our_address() -> None:
    settings = Settings(public_url="http://192.168.1.20:8501")
    check_host("0.0.0.0", settings)
    assert load_settings(environment=environment(settings)).public_url == settings.public_url
    held = options(host="0.0.0.0", port=8501)
    assert held["server.address"] == "0.0.0.0" and held["logger.hideWelcomeMessage"] is True
    assert held["server.allowedHosts"] == ["localhost", "127.0.0.1", "::1"], (
        "its WebSocket is for staff"
    )


@pytest.mark.parametrize(
    ("host", "public_url", "said"),
    [
        ("0.0.0.0", "", "not by which address"),
        ("0.0.0.0", "http://localhost:8501", "not by which address"),
        ("192.168.1.20", "http://192.168.1.20:8501", "staff pages open at http://localhost only"),
        ("::", "http://192.168.1.20:8501", "staff pages open at http://localhost only"),
        ("0.0.0.0", "192.168.1.20", "is not an address"),
    ],
)
def test_a_way_of_serving_that_would_not_work_is_refused(
    host: str, public_url: str, said: str
) -> None:
    with pytest.raises(UserError, match=said) as refusal:
        check_host(host, Settings(public_url=public_url))
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("public_url", "note"),
    [("http://192.168.1.20:8600", ""), ("http://192.168.1.20", "means port 80")],
)
def test_the_start_says_what_phones_open(
    public_url: str,
    note: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    served: dict[str, object] = {}
    monkeypatch.setattr("vrp_map.ui.serve.serve", lambda **given: served.update(given))
    commands(
        [
            "serve",
            "--store",
            str(tmp_path),
            "--port",
            "8600",
            "--host",
            "0.0.0.0",
            "--public-url",
            public_url + "/",
        ],
        standalone_mode=False,
    )
    out = " ".join(capsys.readouterr().out.split())
    assert f"{public_url}/pin/CODE" in out and "staff pages open only at http://localhost" in out
    assert (note in out) and ("Note:" in out) == bool(note)
    assert served["host"] == "0.0.0.0" and served["settings"].public_url == public_url  # type: ignore[attr-defined]
