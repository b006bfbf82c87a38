"""The printed address in a real browser: the page, its WebSocket and its map work with the key, and
not without.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response

from tests.e2e.conftest import free_port, wait_for
from vrp_map.config import Settings
from vrp_map.web.start_key import address_with

_ROOT = Path(__file__).resolve().parents[3]
KEY = "a-key-for-this-test-alone"


def test_the_printed_address_opens_the_map(
    browser: Browser, demo: Settings, tmp_path: Path
) -> None:
    port = free_port()
    address, log = f"http://localhost:{port}", tmp_path / "log"
    command = [
        sys.executable,
        "-c",
        "from vrp_map.cli import main; main()",
        "serve",
        "--store",
        str(demo.store),
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(_ROOT),
        "HOME": str(tmp_path),
        "VRP_START_KEY": KEY,
        "VRP_RECORDS": str(tmp_path / "records"),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    failed: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400:
            failed.append(f"{answer.status} {answer.url}")

    try:
        wait_for(f"{address}/healthz", process, log)
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{address}/", timeout=20)
        with browser.new_context() as context:
            page = context.new_page()
            page.on("response", note)
            with page.expect_response(
                lambda answer: "/map/cells.json" in answer.url, timeout=60_000
            ):
                page.goto(address_with(address, KEY))
            page.get_by_role("heading", level=1).wait_for(timeout=60_000)
            assert KEY not in page.url
            assert KEY not in page.evaluate("document.cookie")
        assert failed == []
    finally:
        process.terminate()
        process.wait(timeout=20)
    assert address_with(address, KEY) in "".join(log.read_text(errors="replace").split())
