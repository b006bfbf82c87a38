"""The printed address in a real browser: the page, its WebSocket and its map work with the key, and
not without.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response

from tests.e2e.conftest import serving
from vrp_map.config import Settings
from vrp_map.web.start_key import address_with

_ROOT = Path(__file__).resolve().parents[3]
KEY = "a-key-for-this-test-alone"


def test_the_printed_address_opens_the_map(
    browser: Browser, demo: Settings, tmp_path: Path
) -> None:
    failed: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400:
            failed.append(f"{answer.status} {answer.url}")

    given = {"STORE": demo.store, "RECORDS": tmp_path / "records", "START_KEY": KEY}
    with serving(tmp_path, **given) as address:
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
    printed = "".join((tmp_path / "server.log").read_text(errors="replace").split())
    assert address_with(address, KEY) in printed
