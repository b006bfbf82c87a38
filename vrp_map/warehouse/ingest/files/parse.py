"""From a file to its rows as text, one file ahead of the database, which has its own work to do
meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

import pyarrow as pa

from vrp_map.errors import FileRefused
from vrp_map.warehouse.ingest.files.glued import in_one_order
from vrp_map.warehouse.ingest.files.headers import Header, candidates, lookalike, split_line
from vrp_map.warehouse.ingest.files.inputs import Input, Scan, scan_any
from vrp_map.warehouse.ingest.files.rows import NotPlain, exact_batches, fast_batches
from vrp_map.warehouse.ingest.files.whole_file import FileFacts, survey, understood
from vrp_map.warehouse.ingest.suppliers import Format, Supplier, Suppliers

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
class ParsedFile:
    """A file, its supplier, what it tells as a whole, and its rows (`whole_file.UNDERSTOOD`) where
    they can be held.
    """

    file: Input
    found: Scan
    supplier: Supplier
    layout: Format
    rows: list[pa.RecordBatch] | None
    facts: FileFacts = field(default_factory=FileFacts)


def read(
    file: Input, *, suppliers: Suppliers, source: str | None, known: Container[str], now: datetime
) -> ParsedFile | Repeat:
    """Scan a file, find its supplier, and read it.

    Raises:
        FileRefused: it is not what it should be.
    """
    file, found = scan_any(file)
    if found.sha256 in known:
        return Repeat(file, found.sha256)
    found, supplier, layout = choose_supplier(file, found, suppliers, source)
    if supplier.ignore:
        return ParsedFile(file, found, supplier, layout, None)
    for reader in (fast_batches, exact_batches):
        try:
            read = in_one_order(reader(file, found, layout), file, found, layout)
            batches = understood(read, layout, supplier)
            if found.size > _MOST_HELD:
                return ParsedFile(
                    file,
                    found,
                    supplier,
                    layout,
                    None,
                    survey(file.name, batches, supplier, now=now),
                )
            rows = list(batches)
            return ParsedFile(
                file, found, supplier, layout, rows, survey(file.name, rows, supplier, now=now)
            )
        except NotPlain:
            continue
    raise AssertionError("the exact reader reads any file or refuses it")


def read_ahead(
    files: Iterable[Input], reader: Callable[[Input], T]
) -> Iterator[tuple[Input, Future[T]]]:
    """Each file in order, with its answer; while one is used, the next is being read on another
    thread.
    """
    pool, waiting = (
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader"),
        deque[tuple[Input, Future[T]]](),
    )
    try:
        for file in files:
            waiting.append((file, pool.submit(reader, file)))
            if len(waiting) > _FILES_AHEAD:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        pool.shutdown(cancel_futures=True)


def choose_supplier(
    source: Input, found: Scan, suppliers: Suppliers, name: str | None
) -> tuple[Scan, Supplier, Format]:
    """The named supplier, or the one whose columns the header has; and the scan with the line that
    is the header.
    """
    for header in candidates(found.head):
        pairs = _able(source, header, suppliers, name)
        if not pairs or not _are_titles(found.head[: header.line - 1], header):
            continue
        if len(pairs) > 1:
            # One of them may promise that no point is kept: guessing would break that promise.
            names = ", ".join(s.name for s, _ in pairs)
            raise FileRefused(
                source.name,
                f"the columns fit several sources: {names}.",
                hint="Say which with --source.",
            )
        header.refuse_doubled(source.name)
        supplier, layout = pairs[0]
        return replace(found, columns=header), supplier, layout.as_in(header.names)
    found.columns.refuse_doubled(source.name)
    raise _unknown(source, found.header, suppliers, name)


def _able(
    source: Input, header: Header, suppliers: Suppliers, name: str | None
) -> list[tuple[Supplier, Format]]:
    if not name:
        return suppliers.detect(header.names, source.basename)
    supplier = suppliers.named(name)
    layout = supplier.format_for(header.names)
    return [(supplier, layout)] if layout else []


def _are_titles(above: Sequence[str], header: Header) -> bool:
    """Whether the lines above a header are titles: rows of data there would be passed over in
    silence.
    """
    cells = [sum(bool(c.strip()) for c in split_line(line, header.delimiter)) for line in above]
    return all(2 * n <= header.named for n in cells)


def _unknown(
    source: Input, names: Sequence[str], suppliers: Suppliers, name: str | None
) -> FileRefused:
    """The refusal of a header that fits no source: the nearest, what it lacks, and what may be
    meant.
    """
    if name:
        layout = suppliers.named(name).closest(names)
    else:
        name, layout = suppliers.closest(names)
    gap = layout.missing(names)
    if len(gap) == len(layout.required):
        return FileRefused(
            source.name,
            "its first line does not name the columns of any known source: it has none of"
            f" {', '.join(gap)}.",
            hint="Check that it is a table of incidents with the column names in its first line.",
        )
    alike = {column: lookalike(column, names) for column in gap}
    said = " ".join(f"{other} looks like {column}." for column, other in alike.items() if other)
    return FileRefused(
        source.name,
        f"the columns are not those of any known source; the nearest is {name}, which also needs"
        f" {', '.join(gap)}." + (f" {said}" if said else ""),
        hint="Rename the columns in the header line, or describe the file in a new supplier file.",
    )
