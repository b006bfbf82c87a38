"""CSV rows as Arrow batches of text: the supplier's columns renamed to our fields, with the line each row began on.

Two readers with one answer. The fast one (pyarrow) knows no line numbers, so it is believed only when the file is
plain: as many records as lines, every record complete. Any other file is read again by the exact one (`csv`).
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from vrp_map.errors import FileRefused
from vrp_map.warehouse.inputs import Input, Scan
from vrp_map.warehouse.suppliers import FIELDS, Format

_BLOCK = 8 << 20
_EXACT_ROWS = 50_000
SCHEMA = pa.schema(
    [("line", pa.uint32()), ("malformed", pa.bool_()), *((field, pa.string()) for field in FIELDS)]
)  # fmt: skip


class NotPlain(Exception):
    """The fast reader cannot tell which line each row began on."""


def fast_batches(source: Input, found: Scan, layout: Format) -> Iterator[pa.RecordBatch]:
    """Batches of SCHEMA in file order.

    Raises:
        NotPlain: at any time, also after batches were given: forget them and use `exact_batches`.
        FileRefused: the file is not UTF-8.
    """
    taken = {field: column for field, column in layout.columns.items() if column in found.header}
    columns = list(taken.values())
    rows = 0
    with source.open() as stream:
        try:
            reader = arrow_csv.open_csv(
                stream,
                read_options=arrow_csv.ReadOptions(block_size=_BLOCK, use_threads=False),
                parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=columns, column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
                ),
            )
            for batch in reader:
                if _has_blank_line(batch):
                    raise NotPlain
                yield _as_schema(batch, taken, first_line=rows + 2)
                rows += batch.num_rows
        except pa.ArrowInvalid as error:
            raise _not_plain_or_refused(source, error) from error
    if rows + 1 != found.lines:
        raise NotPlain


def _has_blank_line(batch: pa.RecordBatch) -> bool:
    """A wholly empty line is no record, but the fast reader makes one of it."""
    blank = pc.equal(batch.column(0), "")
    for column in batch.columns[1:]:
        if not pc.any(blank).as_py():
            return False
        blank = pc.and_(blank, pc.equal(column, ""))
    return bool(pc.any(blank).as_py())


def _not_plain_or_refused(source: Input, error: pa.ArrowInvalid) -> Exception:
    if "UTF8" in str(error) or "UTF-8" in str(error):
        return FileRefused(source.name, "it is not UTF-8 text.", hint="Save it as CSV UTF-8.")
    return NotPlain()


def _as_schema(batch: pa.RecordBatch, taken: dict[str, str], *, first_line: int) -> pa.RecordBatch:
    n = batch.num_rows
    missing = pa.nulls(n, pa.string())
    by_field = {field: batch.column(batch.schema.get_field_index(column)) for field, column in taken.items()}
    lines = pa.array(np.arange(first_line, first_line + n, dtype=np.uint32))
    whole = pa.array(np.zeros(n, dtype=bool))
    return pa.record_batch([lines, whole, *(by_field.get(f, missing) for f in FIELDS)], schema=SCHEMA)


def exact_batches(source: Input, found: Scan, layout: Format) -> Iterator[pa.RecordBatch]:
    """The same batches by Python's `csv`: true line numbers, and records with too few or too many columns marked."""
    where = [found.header.index(layout.columns[f]) if _has(layout, f, found) else None for f in FIELDS]
    with source.open() as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text)
        records = _records(source, reader, lambda: reader.line_num, width=len(found.header))
        next(records, None)
        while chunk := list(itertools.islice(records, _EXACT_ROWS)):
            yield _batch(chunk, where)


def _has(layout: Format, field: str, found: Scan) -> bool:
    return field in layout.columns and layout.columns[field] in found.header


def _records(
    source: Input, reader: Iterator[list[str]], line_num: Callable[[], int], *, width: int
) -> Iterator[tuple[int, bool, list[str]]]:
    """(first line, malformed, values) of every record; a wholly empty line is no record."""
    end = 0
    try:
        for record in reader:
            first, end = end + 1, line_num()
            if record:
                yield first, len(record) != width, record
    except csv.Error as error:
        raise FileRefused(
            source.name, f"the quotes go wrong after line {end}.", hint="Mend that line, or save the file again."
        ) from error
    except UnicodeDecodeError as error:
        raise FileRefused(source.name, "it is not UTF-8 text.", hint="Save it as CSV UTF-8.") from error


def _batch(chunk: list[tuple[int, bool, list[str]]], where: list[int | None]) -> pa.RecordBatch:
    fields = [
        pa.array([r[i] if i is not None and i < len(r) else None for _, _, r in chunk], pa.string()) for i in where
    ]  # fmt: skip
    lines = pa.array([line for line, _, _ in chunk], pa.uint32())
    return pa.record_batch([lines, pa.array([m for _, m, _ in chunk], pa.bool_()), *fields], schema=SCHEMA)
