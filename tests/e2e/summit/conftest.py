"""The hall of the wall's tests, filled and started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.summit.hall import Hall
from vrp_map.config import Settings


@pytest.fixture(scope="session")
def hall(
    browser: Browser, demo: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hall]:
    found = Hall(tmp_path_factory.mktemp("hall"), demo.store)
    found.start()
    yield found
    found.stop()
