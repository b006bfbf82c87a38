"""One file into the stage: read, typed, judged; all of it or nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from vrp_map.errors import FileRefused
from vrp_map.vocabulary import ALL_CATEGORIES, CATEGORY_ALIASES, WGS84
from vrp_map.warehouse.inputs import Input, Scan
from vrp_map.warehouse.rows import NotPlain, exact_batches, fast_batches
from vrp_map.warehouse.sql_files import run
from vrp_map.warehouse.suppliers import Format, Supplier, Suppliers

# The whole extent of the British National Grid, metres.
_GRID_BOUNDS = (0.0, 0.0, 700_000.0, 1_300_000.0)
# A query costs the same to plan for ten rows as for a hundred thousand.
_ROWS_A_QUERY = 200_000
# Day before month: this is Britain.
_TIME_FORMATS = [
    f"{day}{clock}"
    for day in ("%Y-%m-%d", "%d/%m/%Y")
    for clock in ("T%H:%M:%S.%f", "T%H:%M:%S", "T%H:%M", " %H:%M:%S.%f", " %H:%M:%S", " %H:%M", "")
]


@dataclass(frozen=True)
class Staged:
    """A file that is in the stage."""

    load_id: int
    file: Input
    found: Scan
    supplier: Supplier
    layout: Format
    months: dict[tuple[str, date], int]


def choose_supplier(source: Input, found: Scan, suppliers: Suppliers, name: str | None) -> tuple[Supplier, Format]:
    """The named supplier, or the one whose columns the header has."""
    if name:
        supplier = suppliers.named(name)
        layout = supplier.format_for(found.header)
        gap = supplier.closest_gap(found.header)
    else:
        pairs = suppliers.detect(found.header, source.basename)
        if len(pairs) > 1:
            # One of them may promise that no point is kept: guessing would break that promise.
            names = ", ".join(s.name for s, _ in pairs)
            raise FileRefused(
                source.name, f"the columns fit several sources: {names}.", hint="Say which with --source."
            )
        if pairs:
            return pairs[0]
        layout, (name, gap) = None, suppliers.closest(found.header)
        supplier = suppliers.named(name)
    if layout is None:
        raise FileRefused(
            source.name,
            f"the columns are not those of any known source; the nearest is {name}, which also needs {', '.join(gap)}.",
            hint="Check the header line, or describe the file in a new supplier file.",
        )
    return supplier, layout


def stage(
    con: duckdb.DuckDBPyConnection,
    source: Input,
    found: Scan,
    supplier: Supplier,
    layout: Format,
    *,
    load_id: int,
    now: datetime,
) -> Staged:
    """Put a file's rows into `stage.incident`. The caller holds a transaction and rolls back on any error."""
    values = _values(source, supplier, layout, load_id=load_id, now=now)
    try:
        _set_words(con, supplier)
        _insert(con, fast_batches(source, found, layout), values)
    except NotPlain:
        con.rollback()
        con.begin()
        # What is registered inside a transaction goes when it is rolled back.
        _set_words(con, supplier)
        _insert(con, exact_batches(source, found, layout), values)
    rows = run(con, "build/publications", {"load_id": load_id}).fetchall()
    return Staged(load_id, source, found, supplier, layout, {(p, m): n for p, m, n in rows})


def _insert(con: duckdb.DuckDBPyConnection, batches: Iterator[pa.RecordBatch], values: dict[str, Any]) -> None:
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(b.num_rows for b in waiting) >= _ROWS_A_QUERY:
            _insert_table(con, waiting, values)
            waiting = []
    if waiting:
        _insert_table(con, waiting, values)


def _insert_table(con: duckdb.DuckDBPyConnection, batches: list[pa.RecordBatch], values: dict[str, Any]) -> None:
    con.register("batch", pa.Table.from_batches(batches))
    try:
        run(con, "build/stage_batch", values)
    finally:
        con.unregister("batch")


def _set_words(con: duckdb.DuckDBPyConnection, supplier: Supplier) -> None:
    """The category words this supplier may use: its own first, then our slugs, names and aliases."""
    words = {name.lower(): slug for slug, name in ALL_CATEGORIES.items()}
    words |= {slug: slug for slug in ALL_CATEGORIES} | dict(CATEGORY_ALIASES)
    words |= {word.lower(): slug for word, slug in supplier.categories.items()}
    con.register("ref_word", pa.table({"word": list(words), "slug": list(words.values())}))


def _values(source: Input, supplier: Supplier, layout: Format, *, load_id: int, now: datetime) -> dict[str, Any]:
    degrees = layout.crs == WGS84
    west, south, east, north = supplier.bounds if degrees else _GRID_BOUNDS
    next_month = (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return {
        "load_id": load_id, "source": supplier.name, "grade": supplier.grade, "crs": layout.crs,
        "keep_point": supplier.keep_point, "default_category": supplier.default_category,
        "no_place": list(supplier.no_place) or [""], "place_prefix": supplier.place_prefix,
        "publisher": _publisher_from_name(source, supplier), "is_degrees": degrees,
        "west": west, "south": south, "east": east, "north": north,
        "time_formats": _TIME_FORMATS, "time_word": "month" if "month" in layout.columns else "time",
        "next_month": next_month.replace(tzinfo=None),
    }  # fmt: skip


def _publisher_from_name(source: Input, supplier: Supplier) -> str | None:
    match = re.search(supplier.publisher_from_name, source.basename) if supplier.publisher_from_name else None
    return match[1] if match else None
