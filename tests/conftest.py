"""Fixtures that every kind of test shares."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer.main
from hypothesis import settings

from tests.built_once import run
from vrp_map.warehouse import secret

# A busy machine may take a second over what takes milliseconds elsewhere; no test is timed.
# Each run tries the same examples: what passed here passes elsewhere. As they never change, more
# than these find no more from one run to the next.
settings.register_profile("untimed", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("untimed")
# The command line would keep the width of the window that the tests are run in.
os.environ.pop("COLUMNS", None)
# Programs that tests start find this tree, wherever they are started.
_PATHS = [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
os.environ["PYTHONPATH"] = os.pathsep.join(_PATHS)
# Servers that tests start ask for no key, but for those of the tests on the key.
os.environ["VRP_START_KEY"] = "off"

# Tests make hundreds of databases and throw them away: none of them need wait for a disk.
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 * 2**30
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
    os.environ.setdefault("TMPDIR", str(_MEMORY))
    tempfile.tempdir = None  # asked again, now that it is somewhere else


def pytest_configure(config: pytest.Config) -> None:
    """With `-n 2 --dist loadfile`, hand out the files in their order: by default those of many
    tests go first, and a few long tests in one browser would be the last, alone.
    """
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded by now stays to the end: nothing looks through it for what is no longer used.
    Streamlit would, after each run of a page.
    """
    gc.disable()
    result = yield
    gc.collect()
    gc.freeze()
    gc.enable()
    return result


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes what lies where it is run from, a demo or settings of somebody's; and
    whatever else one leaves is cleared away with pytest's own folder.
    """
    os.environ["VRP_RECORDS"] = str(tmp_path_factory.mktemp("records"))
    os.chdir(tmp_path_factory.mktemp("empty"))
    own = tmp_path_factory.getbasetemp()
    tempfile.tempdir = os.environ["TMPDIR"] = str(own)
    run.folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def the_same_secret() -> Iterator[None]:
    """Every store of the tests draws the same incidents, each time they are run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secret, "new_secret", lambda: hashlib.sha256(b"of the tests").digest())
        yield


@pytest.fixture(scope="session", autouse=True)
def commands_are_read_once() -> Iterator[None]:
    """Typer reads the signatures of all commands anew each time that one is called, which takes
    longer than most of them do.
    """
    with pytest.MonkeyPatch.context() as patch:
        read = cache(typer.main.get_command)
        patch.setattr(typer.main, "get_command", read)
        patch.setattr("typer.testing._get_command", read)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_thread_a_database() -> Iterator[None]:
    """Starting threads takes longer than the queries of tests: no table is as long (122,880 rows)
    as those that DuckDB shares out among them. Programs that tests start have as many as ever.
    """
    connect = duckdb.connect

    def with_one_thread(*given: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        con = connect(*given, **named)
        con.execute("SET threads = 1")
        return con

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", with_one_thread)
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real public files, if whoever runs the tests has it."""
    folder = os.environ.get("VRP_REAL_DATA")
    if not folder:
        pytest.skip("VRP_REAL_DATA is not set: the tests on real police.uk files need that folder")
    return Path(folder).resolve()
