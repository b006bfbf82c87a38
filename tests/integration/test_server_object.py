"""Two servers in one process hold nothing together; the pages have the one that was named."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from vrp_map import server
from vrp_map.config import Settings
from vrp_map.server import Server, serve_pages_of, this_server

NOW = datetime(2026, 11, 2, 9)


def made(folder: Path) -> Server:
    settings = Settings(records=folder / "records", store=folder / "store")
    return Server(lambda: settings, now=lambda: NOW)


def test_two_servers_share_nothing(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    one.summit.open()
    other.summit.open()
    try:
        assert one.summit().records is not other.summit().records
        assert one.responses().records is one.summit().records
        assert other.responses().records is other.summit().records
        assert one.now() == NOW
    finally:
        one.summit.close()
        other.summit.close()


def test_the_pages_have_the_server_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_here", type(server._here)())
    first = this_server()
    assert this_server() is first
    named = serve_pages_of(made(tmp_path))
    assert this_server() is named
