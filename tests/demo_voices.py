"""Records with the finished synthetic event, made once; tests that write take a copy."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.demo_summit import leave_finished_event
from tests.built_once import built_once
from tests.demo_store import demo_settings
from vrp_map.config import Settings
from vrp_map.server import this_server
from vrp_map.summit.service import Summit


def _leave(folder: Path) -> None:
    assert leave_finished_event(replace(demo_settings(), records=folder / "records"))


@functools.cache
def _finished() -> Path:
    return built_once("voices", _leave) / "records"


def voiced_settings(folder: Path) -> Settings:
    """The synthetic store, and a copy of the records of its finished event in a folder of one's
    own.
    """
    shutil.copytree(_finished(), folder / "records", ignore=shutil.ignore_patterns(".lock"))
    return replace(demo_settings(), records=folder / "records")


@contextmanager
def _open(folder: Path) -> Iterator[Summit]:
    settings = voiced_settings(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VRP_STORE", str(settings.store))
        patch.setenv("VRP_RECORDS", str(settings.records))
        this_server().summit.open()
        yield this_server().summit()
        this_server().summit.close()


@pytest.fixture
def voiced(tmp_path: Path) -> Iterator[Summit]:
    """The server's own summit, open, with the finished event."""
    with _open(tmp_path) as summit:
        yield summit


@pytest.fixture(scope="module")
def voiced_to_read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Summit]:
    """The same for a file of tests none of which writes."""
    with _open(tmp_path_factory.mktemp("voiced")) as summit:
        yield summit
