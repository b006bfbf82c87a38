"""Staff at a summit: three open Hotspots pages on which somebody changes a filter every few
seconds.

Two ways to have them. `windows` are real Chromium windows, on this machine. `sessions` ask the
server for what such windows ask for (the page's own WebSocket, then the map's data) and draw
nothing: in a hall, whoever draws is another computer, and what is left of it is what the server has
to do.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PAGES = 3
_EVERY_S = 4.0
_READY_S = 120.0
# Addresses of the map's data in a page's messages; what comes tile by tile depends on the window,
# and is left out.
_DATA = re.compile(rb'/map/[\w./-]+\.json\?[^"\\\s<>{}]*')
# Every change is a new question: what was asked before is remembered, and would cost nothing.
_CATEGORIES = (
    "robbery",
    "burglary",
    "vehicle-crime",
    "drugs",
    "public-order",
    "shoplifting",
    "other-theft",
)
_QUERIES = [
    f"category={category}&resolution={size}" for size in (9, 8, 10) for category in _CATEGORIES
]
_DRAWN_HERE = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
_CHROMIUM = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]

Staff = Callable[[int, list[float]], AbstractContextManager[None]]


@contextmanager
def nobody(port: int, seconds: list[float]) -> Iterator[None]:
    """No staff page."""
    yield


@contextmanager
def sessions(port: int, seconds: list[float]) -> Iterator[None]:
    """Open pages without windows.

    Args:
        seconds: is given how long each change took, until the map had its data.
    """

    def work(done: threading.Event, ready: threading.Event) -> None:
        with ExitStack() as stack:
            pages = [stack.enter_context(_connection(port)) for _ in range(PAGES)]
            for page in pages:
                _ask(page, port, "")
            ready.set()
            for page, query in zip(itertools.cycle(pages), itertools.cycle(_QUERIES)):
                if done.wait(_EVERY_S):
                    return
                began = time.perf_counter()
                _ask(page, port, query)
                seconds.append(time.perf_counter() - began)

    yield from _beside(work)


def _connection(port: int) -> ClientConnection:
    return connect(
        f"ws://localhost:{port}/_stcore/stream",
        origin=Origin(f"http://localhost:{port}"),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        compression=None,
        proxy=None,
    )


def _ask(page: ClientConnection, port: int, query: str) -> None:
    """Run the page with another address, and get the data of the map that it shows."""
    asked, data, title = BackMsg(), set(), False
    asked.rerun_script.query_string = query
    page.send(asked.SerializeToString())
    while True:
        said = page.recv(timeout=60)
        assert isinstance(said, bytes)
        data |= set(_DATA.findall(said))
        title = title or b"West Midlands" in said
        message = ForwardMsg.FromString(said)
        if message.WhichOneof("type") == "script_finished":
            break
    if not (title and data):
        raise SystemExit("a staff page did not show its map")
    for address in data:
        with urllib.request.urlopen(
            f"http://localhost:{port}{address.decode()}", timeout=60
        ) as answer:
            answer.read()


@contextmanager
def windows(port: int, seconds: list[float]) -> Iterator[None]:
    """Open pages in Chromium, with the map drawn by the processor: it takes only what server and
    phones leave over.

    Args:
        seconds: is given how long each change took, until its sentence stood on the page.
    """

    def work(done: threading.Event, ready: threading.Event) -> None:
        from playwright.sync_api import Page, sync_playwright

        if hasattr(os, "SCHED_IDLE"):
            os.sched_setscheduler(threading.get_native_id(), os.SCHED_IDLE, os.sched_param(0))

        def change(page: Page) -> None:
            before = page.inner_text("h1")
            box = page.get_by_role("combobox", name="What")
            box.click()
            box.press("ArrowDown")
            began = time.perf_counter()
            box.press("Enter")
            page.wait_for_function(
                "before => document.querySelector('h1')?.innerText !== before", arg=before
            )
            seconds.append(time.perf_counter() - began)

        path = (
            os.environ.get("VRP_CHROMIUM")
            or shutil.which("chromium")
            or shutil.which("google-chrome")
        )
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=path, args=_CHROMIUM + _DRAWN_HERE)
            # Playwright waits by evaluating text, which the policy of the pages refuses.
            pages = [browser.new_page(bypass_csp=True) for _ in range(PAGES)]
            for page in pages:
                page.goto(f"http://localhost:{port}/")
                page.wait_for_selector("h1", timeout=60_000)
                page.wait_for_load_state("networkidle")
            ready.set()
            for page in itertools.cycle(pages):
                if done.wait(_EVERY_S):
                    break
                change(page)
            browser.close()

    yield from _beside(work)


def _beside(work: Callable[[threading.Event, threading.Event], None]) -> Iterator[None]:
    """Run the staff in a thread of its own while the caller measures; what goes wrong there ends
    the round.
    """
    done, ready, faults = threading.Event(), threading.Event(), list[BaseException]()

    def run() -> None:
        try:
            work(done, ready)
        except BaseException as fault:
            faults.append(fault)
        finally:
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        if not ready.wait(_READY_S):
            raise SystemExit("the staff pages did not open")
        yield
    finally:
        done.set()
        thread.join(60)
    if faults:
        raise SystemExit(f"the staff pages failed: {faults[0]}")
