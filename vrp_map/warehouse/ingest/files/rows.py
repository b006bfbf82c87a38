"""CSV rows as Arrow batches of text: the supplier's columns renamed to our fields, with the line
each row began on.

Two readers with one answer. The fast one (pyarrow) knows no line numbers, so it is believed only
when the file is plain: as many records as lines, none of them empty. Any other file is read again
by the exact one (`csv`).
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from vrp_map.errors import FileRefused
from vrp_map.warehouse.ingest.files.headers import Header, letter
from vrp_map.warehouse.ingest.files.inputs import Input, Scan
from vrp_map.warehouse.ingest.files.quotes import Lines, refuse_swallowed
from vrp_map.warehouse.ingest.suppliers import FIELDS, Format

_BLOCK = 8 << 20
_EXACT_ROWS = 50_000
# Each is kept with its text; a file with more of them is no table.
MOST_MALFORMED = 500_000
# The fields by which a line is known to be a row.
_KEYS = {"month", "from", "x", "y"}
SCHEMA = pa.schema(
    [
        ("line", pa.uint32()),
        ("malformed", pa.bool_()),
        # Whichever column it is of: reports write there what a row is that is no incident.
        ("first_cell", pa.string()),
        *((field, pa.string()) for field in FIELDS),
    ]
)


class NotPlain(Exception):
    """The fast reader cannot tell which line each row began on."""


def fast_batches(source: Input, found: Scan, layout: Format) -> Iterator[pa.RecordBatch]:
    """Batches of SCHEMA: complete records in file order, and after them those with too few or too
    many columns.

    Raises:
        NotPlain: at any time, also after batches were given: forget them and use `exact_batches`.
    """
    if found.columns.line > 1 or found.columns.unnamed or found.lone_returns:
        raise NotPlain
    taken = {field: column for field, column in layout.columns.items() if column in found.header}
    first = found.header[0]
    columns = list(dict.fromkeys([*taken.values(), first]))
    whole, odd = 0, _OddRows(found.columns)
    with source.open() as stream:
        try:
            reader = arrow_csv.open_csv(
                stream,
                read_options=arrow_csv.ReadOptions(block_size=_BLOCK, use_threads=False),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=found.columns.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=odd.keep,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=columns,
                    column_types=dict.fromkeys(columns, pa.string()),
                    strings_can_be_null=False,
                ),
            )
            for batch in reader:
                if _has_blank_line(batch):
                    raise NotPlain
                yield _as_schema(
                    batch, taken, first, lines=odd.lines_between(whole, whole + batch.num_rows)
                )
                whole += batch.num_rows
        except pa.ArrowInvalid as error:
            if odd.too_many:
                raise _too_many_malformed(source) from None
            raise NotPlain from error
    if odd.are_unclear or whole + len(odd.rows) + 1 != found.lines:
        raise NotPlain
    if odd.rows:
        yield _batch(odd.records(), _positions(found, layout))


class _OddRows:
    """Rows of another width than the header's, which pyarrow would stop at; it numbers records, the
    header being 1.
    """

    def __init__(self, header: Header) -> None:
        self._header = header
        self.too_many = False
        self.rows: list[tuple[int, str]] = []

    def keep(self, row: arrow_csv.InvalidRow) -> str:
        self.rows.append((row.number, row.text))
        self.too_many = len(self.rows) > MOST_MALFORMED
        return "error" if self.too_many else "skip"

    @property
    def are_unclear(self) -> bool:
        """Whether one of them is an empty line, or more than a line."""
        return any(not text.strip() or "\n" in text or "\r" in text for _, text in self.rows)

    def lines_between(self, first: int, end: int) -> NDArray[np.uint32]:
        """The line of the complete records first to end - 1, where every record is one line."""
        # Before the nth odd row stand so many complete records; from there on every line is one
        # further down.
        before = np.array(
            [number - 2 - nth for nth, (number, _) in enumerate(self.rows)], dtype=np.int64
        )
        index = np.arange(first, end, dtype=np.int64)
        return (index + 2 + np.searchsorted(before, index, side="right")).astype(np.uint32)

    def records(self) -> list[tuple[int, bool, list[str]]]:
        return [
            (line, _is_malformed(values, self._header), values)
            for line, text in self.rows
            for values in csv.reader([text], delimiter=self._header.delimiter)
        ]


def _has_blank_line(batch: pa.RecordBatch) -> bool:
    """A wholly empty line is no record, but the fast reader makes one of it."""
    blank = pc.equal(batch.column(0), "")
    for column in batch.columns[1:]:
        if not pc.any(blank).as_py():
            return False
        blank = pc.and_(blank, pc.equal(column, ""))
    return bool(pc.any(blank).as_py())


def _as_schema(
    batch: pa.RecordBatch, taken: dict[str, str], first: str, *, lines: NDArray[np.uint32]
) -> pa.RecordBatch:
    n = batch.num_rows
    missing = pa.nulls(n, pa.string())
    by_field = {field: batch.column(column) for field, column in taken.items()}
    whole = pa.array(np.zeros(n, dtype=bool))
    fields = [_trimmed(by_field[f]) if f in by_field else missing for f in FIELDS]
    return pa.record_batch(
        [pa.array(lines), whole, _trimmed(batch.column(first)), *fields], schema=SCHEMA
    )


def _trimmed(words: pa.Array) -> pa.Array:
    return pc.ascii_trim_whitespace(words)


def exact_batches(source: Input, found: Scan, layout: Format) -> Iterator[pa.RecordBatch]:
    """The same batches by Python's `csv`: true line numbers, and records with too few or too many
    columns marked.
    """
    where = _positions(found, layout)
    with (
        source.open() as stream,
        io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text,
    ):
        lines = Lines(text)
        reader = csv.reader(lines, delimiter=found.columns.delimiter)
        keys = [
            at for field, at in zip(FIELDS, where, strict=True) if field in _KEYS and at is not None
        ]
        records = _records(source, reader, lines, found.columns, keys)
        while chunk := list(itertools.islice(records, _EXACT_ROWS)):
            yield _batch(chunk, where)


def _positions(found: Scan, layout: Format) -> list[int | None]:
    """Where in a record each of FIELDS stands; None = the file has no such column."""
    columns = [layout.columns.get(field) for field in FIELDS]
    return [found.header.index(c) if c is not None and c in found.header else None for c in columns]


def _records(
    source: Input, reader: Iterator[list[str]], lines: Lines, header: Header, keys: list[int]
) -> Iterator[tuple[int, bool, list[str]]]:
    """(first line, malformed, values) of every record below the header; a wholly empty line is no
    record.
    """
    end = malformed = 0
    # What stands above the header is no CSV: it is passed over by lines.
    for _ in itertools.islice(lines, header.line):
        end += 1
    lines.record.clear()
    try:
        for record in reader:
            first, end = end + 1, end + len(lines.record)
            refuse_swallowed(source.name, lines, record, first=first, header=header, keys=keys)
            lines.record.clear()
            if record:
                _refuse_unnamed(source, record, header, line=first)
                is_malformed = _is_malformed(record, header)
                malformed += is_malformed
                if malformed > MOST_MALFORMED:
                    raise _too_many_malformed(source)
                yield first, is_malformed, record
    except csv.Error as error:
        raise FileRefused(
            source.name,
            f"the quotes go wrong after line {end}.",
            hint="Mend that line, or save the file again.",
        ) from error


def _too_many_malformed(source: Input) -> FileRefused:
    return FileRefused(
        source.name,
        f"more than {MOST_MALFORMED:,} of its rows have another number of columns than its header.",
        hint="Check what stands between the columns, and that it is a table of incidents.",
    )


def _is_malformed(values: list[str], header: Header) -> bool:
    """Whether a record has another number of columns than the header.

    Empty cells to the right of all are none.
    """
    if len(values) < header.named:
        return True
    return len(values) > len(header.names) and any(
        value.strip() for value in values[header.named :]
    )


def _refuse_unnamed(source: Input, values: list[str], header: Header, *, line: int) -> None:
    """An empty column without a name is no column; one that holds something is a name lost."""
    for at in header.unnamed:
        if at < len(values) and values[at].strip() and len(values) <= len(header.names):
            raise FileRefused(
                source.name,
                f"column {letter(at)} (number {at + 1}) has no name, and holds something in line"
                f" {line}.",
                hint="Write its name into the line of the column names, or empty the column.",
            )


def _batch(chunk: list[tuple[int, bool, list[str]]], where: list[int | None]) -> pa.RecordBatch:
    fields = [
        _trimmed(
            pa.array(
                [r[i] if i is not None and i < len(r) else None for _, _, r in chunk], pa.string()
            )
        )
        for i in [0, *where]
    ]
    lines = pa.array([line for line, _, _ in chunk], pa.uint32())
    return pa.record_batch(
        [lines, pa.array([m for _, m, _ in chunk], pa.bool_()), *fields], schema=SCHEMA
    )
