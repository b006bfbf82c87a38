"""The demo, smaller, built once for every integration test of a run."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import httpx
import pytest

from pipelines.demo import DemoContents, generate
from tests.built_once import built_once
from vrp_map.config import Settings
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.ingest.ledger import Ledger
from vrp_map.workspace import Workspace, open_workspace


@dataclass(frozen=True)
class Demo:
    """A built demo: what was planted, what the build said, and the store to look into."""

    folder: Path
    settings: Settings
    planted: DemoContents
    ledger: Ledger
    workspace: Workspace


def _settings(folder: Path) -> Settings:
    return Settings(store=folder / "store", local_boundaries=folder / "local")


def _build(folder: Path) -> None:
    settings = _settings(folder)
    planted = generate(
        folder / "files", settings=settings, months=24, last=date(2026, 10, 1), share=0.08
    )
    ledger = build([folder / "files"], settings=settings, source="synthetic")
    (folder / "said").write_bytes(pickle.dumps((planted, ledger)))


@pytest.fixture(scope="session", autouse=True)
def certificates_are_read_once() -> Iterator[None]:
    """Each download would read all certificates anew; the servers of the tests have none."""
    with pytest.MonkeyPatch.context() as patch:
        read = cache(httpx.create_ssl_context)
        patch.setattr("httpx._transports.default.create_ssl_context", read)
        yield


@pytest.fixture(scope="session")
def demo() -> Demo:
    """Two years at a twelfth of the background; the planted hotspots and faults keep their size."""
    folder = built_once("two-years", _build)
    settings = _settings(folder)
    said = pickle.loads((folder / "said").read_bytes())
    return Demo(folder, settings, *said, open_workspace(settings=settings))
