"""A small synthetic West Midlands, built once for all the tests that need pages to show."""

from __future__ import annotations

import functools
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.demo import generate
from vrp_map.config import Settings
from vrp_map.warehouse.ingest.build import build


@functools.cache
def demo_settings() -> Settings:
    """Settings whose store holds 26 months of a tenth of the usual synthetic incidents."""
    folder = Path(tempfile.mkdtemp(prefix="vrp-map-demo-"))
    settings = Settings(store=folder / "store", local_boundaries=folder / "boundaries")
    generate(folder / "in", settings=settings, months=26, share=0.1)
    build(
        [folder / "in"],
        settings=settings,
        source="synthetic",
        now=datetime(2026, 11, 3, 9, tzinfo=UTC),
    )
    return settings


@pytest.fixture(scope="session")
def demo() -> Settings:
    return demo_settings()
