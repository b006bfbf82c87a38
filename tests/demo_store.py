"""A small synthetic West Midlands, built once for all the tests that need pages to show."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.demo import generate
from tests.built_once import built_once
from vrp_map.config import Settings
from vrp_map.warehouse.ingest.build import build


def _settings(folder: Path) -> Settings:
    return Settings(store=folder / "store", local_boundaries=folder / "boundaries")


def _build(folder: Path) -> None:
    settings = _settings(folder)
    generate(folder / "in", settings=settings, months=26, share=0.1)
    build(
        [folder / "in"],
        settings=settings,
        source="synthetic",
        now=datetime(2026, 11, 3, 9, tzinfo=UTC),
    )


@functools.cache
def demo_settings() -> Settings:
    """Settings whose store holds 26 months of a tenth of the usual synthetic incidents."""
    return _settings(built_once("demo", _build))


@pytest.fixture(scope="session")
def demo() -> Settings:
    return demo_settings()
