"""The synthetic store for the page and route tests, and pages that find it."""

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from tests.demo_store import demo as demo
from vrp_map.config import Settings
from vrp_map.principal import DEMO_PARTNER
from vrp_map.ui.shared import session
from vrp_map.workspace import Workspace, open_workspace


@pytest.fixture(scope="session", autouse=True)
def components_are_sought_once() -> Iterator[None]:
    """AppTest looks into every installed package for components, for each page anew."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture
def served(demo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages find the synthetic store, and are open on this machine (AppTest has no address of
    its own). What one test has computed the next may read: keys name the snapshot and who asks.
    """
    monkeypatch.setenv("VRP_STORE", str(demo.store))
    monkeypatch.setattr(session, "client_address", lambda: "127.0.0.1")


@pytest.fixture
def ws(demo: Settings) -> Workspace:
    return open_workspace(settings=demo).for_principal(DEMO_PARTNER)
