"""The way of one filter change through the modules, and of one pin: files, functions, climbs, and
what is worked out or converted twice.

    python -m benchmarks.walk [--calls]

On a small synthetic store. A climb is a call from a lower layer into a higher one (a callback),
by the layers that the architecture test holds. Nothing is timed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

import vrp_map.ui
from tests.demo_store import demo_settings
from tests.test_architecture import LAYERS, longest
from vrp_map.principal import DEMO
from vrp_map.records.engine.database import Records
from vrp_map.server import this_server
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.service import shown
from vrp_map.ui.shared import session
from vrp_map.warehouse.reader import close_readers
from vrp_map.web.map.routes import routes
from vrp_map.web.summit.pins import pin_routes

PACKAGE = Path(vrp_map.__file__).parent
MAP_DATA = ("cells", "hidden", "hotspots")
# Whose results the question ought to hold.
WORKING = ("analysis", "statistics", "warehouse/counts.py", "warehouse/reader.py")


@dataclass
class Walk:
    """What was entered while somebody walked.

    Attributes:
        entered: how often each function was called. climbs: calls from a lower layer into a higher
            one. results: how often each function of `WORKING` was given the same arguments.
    """

    entered: Counter[CodeType] = field(default_factory=Counter)
    climbs: Counter[tuple[str, str]] = field(default_factory=Counter)
    results: Counter[tuple[str, str]] = field(default_factory=Counter)

    def clear(self) -> None:
        """Forget what led to the walk."""
        for counted in (self.entered, self.climbs, self.results):
            counted.clear()

    @property
    def files(self) -> set[str]:
        return {module_of(code) for code in self.entered}

    @property
    def repeated(self) -> Counter[str]:
        """The functions that were given the same arguments again, and how often."""
        again: Counter[str] = Counter()
        for (name, _), times in self.results.items():
            again[name] += times - 1
        return +again


def module_of(code: CodeType) -> str:
    """The path of a function's file inside the package."""
    return Path(code.co_filename).relative_to(PACKAGE).as_posix()


def layer_of(module: str) -> int:
    """The layer of a file, by the architecture test's table."""
    name = "vrp_map." + module.removesuffix(".py").replace("/", ".")
    return LAYERS[longest(name, LAYERS) or "vrp_map"]


def caller_of(frame: FrameType) -> FrameType | None:
    """The nearest function of the package that a call comes from."""
    back = frame.f_back
    while back is not None and not back.f_code.co_filename.startswith(str(PACKAGE)):
        back = back.f_back
    return back


@contextmanager
def walked() -> Iterator[Walk]:
    """Watch every call of a function of the package, in this thread and any begun meanwhile."""
    walk = Walk()

    def watch(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(str(PACKAGE)):
            return
        if code.co_name in ("<genexpr>", "<module>"):
            return
        walk.entered[code] += 1
        module = module_of(code)
        caller = caller_of(frame)
        if caller and layer_of(module_of(caller.f_code)) < layer_of(module):
            walk.climbs[module_of(caller.f_code), f"{module}:{code.co_qualname}"] += 1
        if module.startswith(WORKING) and "<" not in code.co_name:
            walk.results[f"{module}:{code.co_qualname}", _arguments(frame)] += 1

    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        yield walk
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def _arguments(frame: FrameType) -> str:
    """A fingerprint of what a function was given."""
    count = frame.f_code.co_argcount + frame.f_code.co_kwonlyargcount
    names = frame.f_code.co_varnames[:count]
    return "|".join(_fingerprint(frame.f_locals.get(name)) for name in names)


def _fingerprint(value: Any) -> str:
    if isinstance(value, pd.DataFrame | pd.Series):
        value = pd.util.hash_pandas_object(value.astype(str)).to_numpy()
    if isinstance(value, np.ndarray) and value.dtype != object:
        return hashlib.blake2b(value.tobytes(), digest_size=8).hexdigest()
    if isinstance(value, str | int | float | tuple | date | type(None)):
        return repr(value)
    return (
        repr(value)
        if type(value).__name__ == "Selection"
        else f"{type(value).__name__}@{id(value)}"
    )


def filter_change() -> dict[str, Walk]:
    """The Hotspots page, opened before, when another kind of incident is chosen; and what the
    browser then asks for.
    """
    settings = demo_settings()
    os.environ["VRP_STORE"] = str(settings.store)
    # AppTest has no address of its own.
    session.client_address = lambda: "127.0.0.1"  # type: ignore[assignment]
    page = AppTest.from_file(
        str(Path(vrp_map.ui.__file__).with_name("main.py")), default_timeout=60
    )
    page.run()
    with walked() as of_page:
        page.selectbox(key="f_what").set_value("robbery").run()
    client = TestClient(
        Starlette(routes=routes(this_server().summit)),
        base_url="http://localhost",
        client=("127.0.0.1", 50000),
    )
    asked = urlencode({name: "".join(value) for name, value in page.query_params.items()})
    with walked() as of_data:
        for name in MAP_DATA:
            client.get(f"/map/{name}.json?{asked}").raise_for_status()
    close_readers()
    # No page was open: what the map's data take alone.
    with walked() as alone:
        client.get(f"/map/cells.json?{asked}").raise_for_status()
    return {"the page": of_page, "the map's data after it": of_data, "one route alone": alone}


def one_pin() -> Walk:
    """One pin from the request to the release that the wall shows."""
    settings = demo_settings()
    with TemporaryDirectory() as folder, walked() as walk:
        # The records' own thread begins with them, and is watched from its beginning.
        records = Records(Path(folder))
        summit = Summit(records, settings)
        now = datetime.now(UTC).replace(tzinfo=None)
        day = now.date()
        event = summit.create_event(
            DEMO, now=now, name="Benchmark", place="Hall", starts_on=day, ends_on=day
        )
        sent = {
            "event": event.code,
            "key": "00000000-0000-4000-8000-000000000001",
            "contributor": "benchmark-contributor",
            "cells": [f"{int(summit.cells(event)[0]):x}"],
            "setting": "neighbourhood",
            "feeling": "unsafe",
        }
        shown(summit, event, now=now, clock=0.0)
        app = Starlette(routes=pin_routes(lambda: summit))
        walk.clear()
        answer = TestClient(app, base_url="http://localhost").post("/api/pins", json=sent)
        answer.raise_for_status()
        shown(summit, event, now=now, clock=1e9)
        records.close()
    return walk


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", action="store_true", help="list climbs and repetitions too")
    listed = parser.parse_args().calls
    walks = filter_change() | {"one pin, from the request to the wall": one_pin()}
    print("| | files | functions | calls | climbs | results worked out again |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, walk in walks.items():
        figures = (
            len(walk.files),
            len(walk.entered),
            walk.entered.total(),
            walk.climbs.total(),
            walk.repeated.total(),
        )
        print(f"| {name} | " + " | ".join(f"{figure:,}" for figure in figures) + " |")
    for name, walk in walks.items() if listed else ():
        print(f"\n{name}")
        for where, times in walk.climbs.most_common():
            print(f"  climb {times:4} {where[0]} -> {where[1]}")
        for what, times in walk.repeated.most_common():
            print(f"  again {times:4} {what}")
        for file in sorted(walk.files):
            print("  file ", file)


if __name__ == "__main__":
    main()
