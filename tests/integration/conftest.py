"""The demo, smaller, built once for every integration test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from pipelines.demo import DemoContents, generate
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


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Two years at a twelfth of the background; the planted hotspots and faults keep their size."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(store=folder / "store", local_boundaries=folder / "local")
    planted = generate(
        folder / "files", settings=settings, months=24, last=date(2026, 10, 1), share=0.08
    )
    ledger = build([folder / "files"], settings=settings, source="synthetic")
    return Demo(folder, settings, planted, ledger, open_workspace(settings=settings))
