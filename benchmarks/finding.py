"""How long finding a place takes among the demo's names, against SQLite's full-text search and
against comparing every name; prints Markdown.

    python benchmarks/finding.py [--queries N]

The queries are names of the demo, half of them with two letters changed about. "Found" is whether
the place meant is among the first eight. Milliseconds are the processor's, so that other work on
the machine does not count.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from vrp_map.config import load_settings
from vrp_map.places.search import NamedPlace
from vrp_map.places.search_order import folded
from vrp_map.summit.pins.places import known_places
from vrp_map.views import hotspots as views
from vrp_map.warehouse.boundaries.layers import current_areas

SHOWN = 8
Search = Callable[[str], Sequence[str]]


def typed(found: Sequence[NamedPlace], many: int) -> list[tuple[str, str, bool]]:
    """What is typed, what is meant, and whether a letter is wrong."""
    rng = np.random.default_rng(20261129)
    queries = []
    for number, at in enumerate(rng.choice(len(found), many, replace=False)):
        place = found[at]
        words = " ".join(folded(f"{place.name} {place.area.split(',')[-1]}"))
        is_wrong = number % 2 == 1
        if is_wrong:
            at = int(rng.integers(1, len(words.split()[0]) - 1)) if len(words) > 5 else 1
            words = words[:at] + words[at + 1] + words[at] + words[at + 2 :]
        queries.append((words, f"{place.name}, {place.area}", is_wrong))
    return queries


def full_text(found: Sequence[NamedPlace]) -> Search:
    """SQLite's own: every word by its beginning, its own order."""
    con = sqlite3.connect(":memory:")
    con.execute("CREATE VIRTUAL TABLE place USING fts5(words, shown UNINDEXED)")
    rows = [(" ".join(folded(f"{p.name} {p.area}")), f"{p.name}, {p.area}") for p in found]
    con.executemany("INSERT INTO place VALUES (?, ?)", rows)
    asked = "SELECT shown FROM place WHERE place MATCH ? ORDER BY rank LIMIT ?"

    def search(text: str) -> list[str]:
        words = " ".join(f'"{word}"*' for word in text.split())
        return [shown for (shown,) in con.execute(asked, (words, SHOWN))]

    return search


def every_name(found: Sequence[NamedPlace]) -> Search:
    """Every name compared with what was typed (rapidfuzz, WRatio)."""
    shown = [f"{p.name}, {p.area}" for p in found]
    names = [text.casefold() for text in shown]

    def search(text: str) -> list[str]:
        near = process.extract(text, names, scorer=fuzz.WRatio, limit=SHOWN)
        return [shown[at] for _, _, at in near]

    return search


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=200)
    asked = parser.parse_args()
    settings = load_settings()
    ws = views.workspace(settings)
    names = known_places(ws, current_areas(settings))[1]

    def ours(text: str) -> list[str]:
        return [f"{place.name}, {place.area}" for place in names.search(text)[:SHOWN]]

    queries = typed(names.found, asked.queries)
    print(f"{len(names.found):,} places, {len(queries):,} queries, half of them with a mistake.\n")
    print(
        "| search | median ms | 95th ms | longest ms | times as long | found as typed"
        " | found with a mistake |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    ways = {
        "vrp-map": ours,
        "SQLite FTS5": full_text(names.found),
        "every name": every_name(names.found),
    }
    base = 0.0
    for name, search in ways.items():
        search("warm up")
        times, right = [], {True: [0, 0], False: [0, 0]}
        for text, meant, is_wrong in queries:
            start = time.process_time()
            found = search(text)
            times.append((time.process_time() - start) * 1e3)
            right[is_wrong][0] += meant in found
            right[is_wrong][1] += 1
        middle = statistics.median(times)
        base = base or middle
        shares = [f"{right[wrong][0] / right[wrong][1]:.0%}" for wrong in (False, True)]
        late = statistics.quantiles(times, n=20)[-1]
        print(
            f"| {name} | {middle:.1f} | {late:.1f} | {max(times):.1f} | {middle / base:.1f}"
            f" | {' | '.join(shares)} |"
        )


if __name__ == "__main__":
    main()
