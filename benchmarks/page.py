"""The Hotspots page on the full demo: server time of a filter change, and what the browser receives
for the hexagons.

    python benchmarks/page.py [--store DIR]

The rival is what a Streamlit map is usually made of: a folium map of the same hexagons as GeoJSON,
made anew for each change. Prints the table that is kept in benchmarks/results/page.md.
"""

from __future__ import annotations

import argparse
import gzip
import os
import tempfile
import time
from pathlib import Path
from statistics import median

import folium
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.testing.v1 import AppTest

import vrp_map.ui
from vrp_map.config import load_settings
from vrp_map.export import tables as report
from vrp_map.server import this_server
from vrp_map.ui.shared import session
from vrp_map.warehouse.reader import close_readers
from vrp_map.web.map.routes import routes
from vrp_map.workspace import Workspace, open_workspace

CHANGES = [
    {"category": "robbery"},
    {"category": "all"},
    {"area": "lad:E08000026"},
    {"category": "burglary"},
    {"from": "2026-08", "to": "2026-10"},
    {"from": "2024-01", "to": "2026-10"},
    {"resolution": "8"},
    {"category": "drugs"},
    {"area": "lad:E08000025"},
    {"category": "possession-of-weapons"},
    {"resolution": "10"},
]


def demo_store(folder: Path) -> Path:
    from pipelines.demo import generate
    from vrp_map.warehouse.ingest.build import build

    settings = load_settings(store=folder / "store")
    generate(folder / "in", settings=settings)
    build([folder / "in"], settings=settings, source="synthetic")
    return settings.store


def timed_runs() -> list[float]:
    """A list that gets the seconds of every run of the page's script from now on.

    Timed round the server's own function: what `AppTest` does afterwards, to make the page's
    elements readable for a test, no server does.
    """
    seconds: list[float] = []
    run_script = ScriptRunner._run_script

    def timed(self: ScriptRunner, *given: object) -> None:
        started = time.perf_counter()
        run_script(self, *given)  # type: ignore[arg-type]
        seconds.append(time.perf_counter() - started)

    ScriptRunner._run_script = timed  # type: ignore[method-assign,assignment]
    return seconds


def page_seconds() -> list[float]:
    """One person's session: a run of the page for each change of the filters, none of them seen
    before.
    """
    runs = timed_runs()
    session.client_address = lambda: "127.0.0.1"  # type: ignore[assignment]  # AppTest has no address of its own
    page = AppTest.from_file(
        str(Path(vrp_map.ui.__file__).with_name("main.py")), default_timeout=60
    ).run()
    # The labels of each size of hexagon are made once for a snapshot, by whoever asks first.
    for resolution in ("8", "10", "9"):
        page.query_params["resolution"] = resolution
        page.run()
    close_readers()
    taken = []
    for query in CHANGES:
        page.query_params.clear()
        page.query_params.update(query)
        runs.clear()
        page.run()
        # A run that changes the address is followed by another: both are the wait.
        taken.append(sum(runs))
        if page.exception:
            raise SystemExit(f"the page failed for {query}")
    return taken


def cells_received() -> tuple[int, int]:
    """Bytes over the wire for all hexagons of the default view (shown and hidden), and how many
    there are.
    """
    client = TestClient(
        Starlette(routes=routes(this_server().summit)),
        base_url="http://localhost",
        client=("127.0.0.1", 50000),
    )
    size = count = 0
    for path in ("cells", "hidden", "hotspots"):
        answer = client.get(f"/map/{path}.json?resolution=9", headers={"accept-encoding": "gzip"})
        size += len(gzip.compress(answer.content, 6))
        count += len(answer.json()) if path != "hotspots" else 0
    return size, count


def folium_page(ws: Workspace) -> tuple[float, int]:
    """Seconds and bytes of the rival's map of the same cells."""
    started = time.perf_counter()
    cells = ws.counts(ws.select("violence", first="2025-11", last="2026-10"), by="cell")
    chart = folium.Map(location=[52.48, -1.9], zoom_start=10)
    folium.GeoJson(report.to_geojson(cells), style_function=lambda feature: {"weight": 0.5}).add_to(
        chart
    )
    size = len(chart.get_root().render().encode())
    return time.perf_counter() - started, size


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path)
    store = parser.parse_args().store
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VRP_STORE"] = str(store or demo_store(Path(folder)))
        ws = open_workspace(os.environ["VRP_STORE"])
        seconds = page_seconds()
        close_readers()
        size, count = cells_received()
        their_seconds, their_size = folium_page(ws)
    print(
        f"{ws.snapshot.incidents:,} synthetic incidents, {count:,} hexagons, {len(CHANGES)} filter"
        " changes\n"
    )
    print("| | folium in the page | vrp-map | ratio |")
    print("|---|---:|---:|---:|")
    ours = median(seconds)
    print(
        f"| server time of a filter change, ms, median | {their_seconds * 1e3:,.0f} |"
        f" {ours * 1e3:,.0f} | {their_seconds / ours:.1f} |"
    )
    print(f"| the slowest of them, ms | | {max(seconds) * 1e3:,.0f} | |")
    print(
        f"| the browser receives for the hexagons, kB | {their_size / 1e3:,.0f} | {size / 1e3:,.0f}"
        f" | {their_size / size:.0f} |"
    )


if __name__ == "__main__":
    main()
