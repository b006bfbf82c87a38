"""The synthetic store for the page and route tests, and pages that find it."""

import pytest

from tests.demo_store import demo as demo
from vrp_map.config import Settings
from vrp_map.principal import DEMO_PARTNER
from vrp_map.ui.shared import session
from vrp_map.workspace import Workspace, open_workspace


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
