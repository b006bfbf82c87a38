"""A real server on the synthetic store, and a real browser, for the browser tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.demo_store import demo as demo
from tests.e2e.events import leave_events
from vrp_map.config import Settings

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 40
# None of the requests that a browser makes on its own account.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A busy machine may take long over what takes a moment elsewhere; patience costs nothing.
expect.set_options(timeout=40_000)


def chromium() -> str | None:
    return (
        os.environ.get("VRP_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(driver: Playwright) -> Iterator[Browser]:
    with launched(driver, "--disable-gpu") as browser:
        yield browser


@contextmanager
def launched(driver: Playwright, *arguments: str) -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium was found: install it, or name it in VRP_CHROMIUM")
    browser = driver.chromium.launch(executable_path=path, args=[*_ARGUMENTS, *arguments])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def server(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `vrp-map serve`, started in a folder that holds nothing of the project, on
    records with a few events; one for all tests but those that stop it or set it otherwise.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    settings = replace(demo, records=folder / "records")
    leave_events(settings)
    with serving(folder, STORE=settings.store, RECORDS=settings.records) as address:
        yield address


@contextmanager
def serving(folder: Path, **settings: object) -> Iterator[str]:
    """The address of `vrp-map serve`, run in a folder; `STORE` stands for `VRP_STORE`."""
    port = free_port()
    process = start_server(folder, port, **settings)
    try:
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def start_server(folder: Path, port: int, **settings: object) -> subprocess.Popen[bytes]:
    """The process of a server, once it answers."""
    code, log = "from vrp_map.cli import main; main()", folder / "server.log"
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "HOME": str(folder)}
    environment |= {f"VRP_{name}": str(value) for name, value in settings.items()}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", code, "serve", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    wait_for(f"http://localhost:{port}/healthz", process, log)
    return process


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except urllib.error.HTTPError:
            return  # It answers, if only that something is missing, such as a snapshot.
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
