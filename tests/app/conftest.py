"""The synthetic store for the page and route tests, and pages that find it."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

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


@pytest.fixture(scope="session")
def records_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own") / "records"


@pytest.fixture
def own_records(records_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server keeps records in a folder that is empty before each test. It is the same one
    for all of them: what pages work out of the store they remember by the settings, and need not
    work out for each test anew.
    """
    shutil.rmtree(records_folder, ignore_errors=True)
    monkeypatch.setenv("VRP_RECORDS", str(records_folder))


@pytest.fixture
def ws(demo: Settings) -> Workspace:
    return open_workspace(settings=demo).for_principal(DEMO_PARTNER)
