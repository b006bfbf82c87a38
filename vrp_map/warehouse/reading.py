"""From a file to its rows as text, one file ahead of the database, which has its own work to do meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import pyarrow as pa

from vrp_map.errors import FileRefused
from vrp_map.warehouse.inputs import Input, Scan, scan
from vrp_map.warehouse.rows import NotPlain, exact_batches, fast_batches
from vrp_map.warehouse.suppliers import Format, Supplier, Suppliers
from vrp_map.warehouse.whole_file import Facts, survey, understood

# A file above this is not held whole: the stage reads it bit by bit.
_MOST_HELD = 64 << 20
_FILES_AHEAD = 2

T = TypeVar("T")


@dataclass(frozen=True)
class Repeat:
    """A file whose content is in the store already."""

    file: Input
    sha256: str


@dataclass(frozen=True)
class Taken:
    """A file, its supplier, what it tells as a whole, and its rows (`whole_file.UNDERSTOOD`) where they can be held."""

    file: Input
    found: Scan
    supplier: Supplier
    layout: Format
    rows: list[pa.RecordBatch] | None
    facts: Facts = field(default_factory=Facts)


def read(
    file: Input, *, suppliers: Suppliers, source: str | None, known: Container[str], now: datetime
) -> Taken | Repeat:
    """Scan a file, find its supplier, and read it.

    Raises:
        FileRefused: it is not what it should be.
    """
    found = scan(file)
    if found.sha256 in known:
        return Repeat(file, found.sha256)
    supplier, layout = choose_supplier(file, found, suppliers, source)
    if supplier.ignore:
        return Taken(file, found, supplier, layout, None)
    for reader in (fast_batches, exact_batches):
        try:
            batches = understood(reader(file, found, layout), layout, supplier)
            if found.size > _MOST_HELD:
                return Taken(file, found, supplier, layout, None, survey(file.name, batches, supplier, now=now))
            rows = list(batches)
            return Taken(file, found, supplier, layout, rows, survey(file.name, rows, supplier, now=now))
        except NotPlain:
            continue
    raise AssertionError("the exact reader reads any file or refuses it")


def read_ahead(files: Iterable[Input], reader: Callable[[Input], T]) -> Iterator[tuple[Input, Future[T]]]:
    """Each file in order, with its answer; while one is used, the next is being read on another thread."""
    pool, waiting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader"), deque[tuple[Input, Future[T]]]()
    try:
        for file in files:
            waiting.append((file, pool.submit(reader, file)))
            if len(waiting) > _FILES_AHEAD:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        pool.shutdown(cancel_futures=True)


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
